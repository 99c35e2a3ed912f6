"""Trained weights as the page reads them: fp16 safetensors under the official parameter names.

    python -m training.dkm.export CHECKPOINT.pt OUT.safetensors [--last]
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from ..weights_file import load_tensors, run_export, save_weights
from .network import CompactDkm
from .widths import DkmWidths

NAME = "dkm-compact"


def export(network: CompactDkm, path: Path, name: str = NAME) -> None:
    # One pass: the second one of the published network looks at larger pictures than this one is trained on.
    config = json.dumps({"architecture": "dkm", "fineScale": None})
    save_weights(network.state_dict(), path, {"covis.config": config, "covis.name": name})


def load_weights(path: Path, widths: DkmWidths = DkmWidths()) -> CompactDkm:
    """The network of exported weights."""
    network = CompactDkm(widths)
    load_tensors(network, load_file(path), path)
    return network.eval()


if __name__ == "__main__":
    run_export(__doc__, NAME, lambda widths: CompactDkm(DkmWidths(**widths)), export)
