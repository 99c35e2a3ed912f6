"""Trains the compact LoFTR on drawn pairs. See README.md beside this file.

    python -m training.train_loftr PHOTOS RUN_DIR [--steps N] [--start-from WEIGHTS.safetensors] ...

Run again with the same folder to go on from its last checkpoint.
"""

from __future__ import annotations

import argparse

import torch
from safetensors.torch import load_file

from .focal_loss import focal_matching_loss
from .loftr.fine_loss import fine_loss, heat_loss
from .loftr.network import STRIDE, CompactLoftr, LoftrWidths, expected_place, start_from
from .loftr.validation import validate
from .loop import Draws, Sizes, Task, add_loop_arguments, train
from .pairs.generate import PairBatch
from .pairs.true_matches import true_matches

FINE_LOSS_WEIGHT = 0.5
HEAT_LOSS_WEIGHT = 0.1
FINE_MATCHES_PER_PAIR = 192

SIZES = {
    # About 300,000 pixels of one side a step; larger pictures hold more cells to confuse.
    "cpu": Sizes(crops=((192, 192), (320, 240), (448, 336), (640, 480)), pairs=(8, 4, 2, 1)),
    "cuda": Sizes(crops=((320, 240), (448, 336), (640, 480)), pairs=(64, 32, 16)),
    "smoke": Sizes(crops=((96, 96),), pairs=(2,)),
}


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    network = CompactLoftr(
        LoftrWidths(
            tuple(arguments.blocks), arguments.pyramid, arguments.coarse_pairs, fine_heads=arguments.fine_heads
        )
    )
    if arguments.start_from:
        start_from(network, load_file(arguments.start_from))

    # Its softmaxes over all pairs of cells are most of a step of large pictures: compiled they take half the time.
    matching_loss = focal_matching_loss if arguments.smoke else torch.compile(focal_matching_loss)

    def before_training() -> None:
        if not arguments.smoke:
            network.compile_parts()
        if arguments.fine_only:
            network.train_fine_only()

    def losses(batch: PairBatch, draws: Draws) -> dict[str, torch.Tensor] | None:
        # A cell's point is the pixel (8x, 8y), where its receptive field is centred.
        truth = true_matches(batch, STRIDE, first_px=0)
        if len(truth.pair) == 0:
            return None
        features = network.features(batch.pictures, placement=draws.device)
        coarse = matching_loss(network.similarity(features), truth.pair, truth.cell0, truth.cell1)
        order = torch.randperm(len(truth.pair), generator=draws.host)
        chosen = order[: FINE_MATCHES_PER_PAIR * len(batch.pictures[0])].to(coarse.device)
        heat = network.fine_heat(features, truth.pair[chosen], truth.cell0[chosen], truth.cell1[chosen])
        # The window's outermost cells are centred four pixels from its own centre.
        offset = truth.offset_px[chosen] / 4
        fine, fit = fine_loss(expected_place(heat), offset), heat_loss(heat, offset)
        return {
            "loss": coarse + FINE_LOSS_WEIGHT * fine + HEAT_LOSS_WEIGHT * fit,
            "coarse": coarse,
            "fine": fine,
            "heat": fit,
        }

    task = Task(
        network=network,
        channels=1,
        sizes=SIZES,
        losses=losses,
        validate=validate,
        before_training=before_training,
    )
    train(task, arguments)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    add_loop_arguments(parser)
    shipped = LoftrWidths()
    parser.add_argument("--blocks", type=int, nargs=3, default=shipped.blocks, help="channels at 1/2, 1/4 and 1/8")
    parser.add_argument("--pyramid", type=int, default=shipped.pyramid, help="channels inside the pyramid's step at 1/4")
    parser.add_argument("--coarse-pairs", type=int, default=shipped.coarse_pairs, help="of self and cross attention")
    parser.add_argument("--fine-heads", type=int, default=shipped.fine_heads)
    parser.add_argument("--fine-only", action="store_true", help="train the fine stage, leave the coarse one as it is")
    return parser.parse_args()


if __name__ == "__main__":
    main()
