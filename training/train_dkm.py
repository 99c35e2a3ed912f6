"""Trains the compact DKM on drawn pairs. See README.md beside this file.

    python -m training.train_dkm PHOTOS RUN_DIR [--steps N] [--start-from WEIGHTS.safetensors] ...

Run again with the same folder to go on from its last checkpoint.
"""

from __future__ import annotations

import argparse

import torch
from safetensors.torch import load_file

from .dkm.losses import FEATURE_STRIDE, feature_loss, network_losses, total_loss
from .dkm.network import CompactDkm, start_from
from .dkm.validation import validate
from .dkm.widths import DkmWidths
from .half_precision import runs_on_matrix_units
from .loop import Draws, Sizes, Task, add_loop_arguments, train
from .pairs.generate import PairBatch

SIZES = {
    "cpu": Sizes(crops=((192, 192), (320, 256), (448, 320), (640, 480)), pairs=(6, 3, 2, 1)),
    "cuda": Sizes(crops=((320, 256), (448, 320), (640, 480)), pairs=(48, 24, 12)),
    "smoke": Sizes(crops=((96, 96),), pairs=(2,)),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_loop_arguments(parser)
    parser.add_argument(
        "--finest-stride", type=int, choices=(1, 2, 4, 8), default=1, help="train no stages finer than this"
    )
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    network = CompactDkm(DkmWidths())
    if arguments.start_from:
        start_from(network, load_file(arguments.start_from), arguments.start_from)
    network.finest_stride = arguments.finest_stride
    network.train()

    def losses(batch: PairBatch, _: Draws) -> dict[str, torch.Tensor]:
        features = network.features(batch.pictures)
        parts = network_losses(network.match(features), batch)
        parts["features"] = feature_loss(features[FEATURE_STRIDE], batch)
        return {"loss": total_loss(parts), **parts}

    def before_training() -> None:
        if runs_on_matrix_units(network) and not arguments.smoke:
            network.use_half_precision()

    task = Task(
        network=network,
        channels=3,
        sizes=SIZES,
        losses=losses,
        validate=validate,
        before_training=before_training,
    )
    train(task, arguments)


if __name__ == "__main__":
    main()
