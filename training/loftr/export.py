"""Writes trained weights as the page reads them: fp16 safetensors under the official parameter names.

    python -m training.loftr.export CHECKPOINT.pt OUT.safetensors [--last]
"""

from __future__ import annotations

from pathlib import Path

from ..weights_file import run_export, save_weights
from .network import CompactLoftr, LoftrWidths

NAME = "loftr-compact"


def export(network: CompactLoftr, path: Path, name: str = NAME) -> None:
    # The page computes the encodings.
    tensors = {
        key: tensor for key, tensor in network.loftr.state_dict().items() if not key.startswith("pos_encoding.")
    }
    save_weights(tensors, path, {"covis.config": network.widths.covis_config(), "covis.name": name})


if __name__ == "__main__":
    run_export(__doc__, NAME, lambda widths: CompactLoftr(LoftrWidths(**widths)), export)
