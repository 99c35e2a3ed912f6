"""Writes trained weights as the page reads them: fp16 safetensors under the official parameter names.

    python -m training.loftr.export CHECKPOINT.pt OUT.safetensors [--last]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch

from ..weights_file import save_weights
from .network import CompactLoftr, LoftrWidths

NAME = "loftr-compact"


def export(network: CompactLoftr, path: Path, name: str = NAME) -> None:
    # The page computes the encodings.
    tensors = {
        key: tensor for key, tensor in network.loftr.state_dict().items() if not key.startswith("pos_encoding.")
    }
    save_weights(tensors, path, {"covis.config": network.widths.covis_config(), "covis.name": name})


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
    network = CompactLoftr(LoftrWidths(**checkpoint["widths"]))
    network.load_state_dict(checkpoint["network" if arguments.last else "average"])
    export(network, arguments.out, arguments.name)


if __name__ == "__main__":
    main()
