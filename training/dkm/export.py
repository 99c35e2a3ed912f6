"""Trained weights as the page reads them: fp16 safetensors under the official parameter names.

    python -m training.dkm.export CHECKPOINT.pt OUT.safetensors [--last]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from safetensors.torch import load_file

from ..weights_file import save_weights
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
    missing, unexpected = network.load_state_dict(load_file(path), strict=False)
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    if absent or unexpected:
        raise ValueError(f"{path} does not hold this network: missing {absent}, unexpected {unexpected}.")
    return network.eval()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default=NAME)
    parser.add_argument(
        "--last", action="store_true", help="the last step's weights; their average lags behind in a short run"
    )
    arguments = parser.parse_args()
    checkpoint = torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)
    network = CompactDkm(DkmWidths(**checkpoint["widths"]))
    network.load_state_dict(checkpoint["network" if arguments.last else "average"])
    export(network, arguments.out, arguments.name)


if __name__ == "__main__":
    main()
