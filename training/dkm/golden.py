"""What PyTorch finds with the shipped weights on two drawn pictures, to hold the page's network against.

    python -m training.dkm.golden WEIGHTS.safetensors FIXTURE.npz

The pictures are drawn from a fixed seed. Written are `image0/1_u8` [H, W, 3] and, of the first pass in both
directions, `gp32`, `flow_<stride>` and `certainty_<stride>` as the authors' tensors are laid out, and the finished
`match_certainty`.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch

from ..pairs.generate import PairGenerator
from ..pairs.procedural import draw_procedural_tiles
from ..pairs.textures import TILE_SIZE, build_texture_bank
from .export import load_weights
from .losses import certainty_of, finished_certainty
from .network import CompactDkm, swapped

SIZE = (96, 64)
STORED_STRIDES = (32, 16, 4, 1)


@torch.no_grad()
def golden(network: CompactDkm, images: tuple[np.ndarray, np.ndarray]) -> dict[str, np.ndarray]:
    """
    Args:
        images: uint8 [H, W, 3] each, of one size with sides that are multiples of 32.
    """
    pictures = tuple(torch.from_numpy(image).permute(2, 0, 1)[None].double() / 255 for image in images)
    features = network.features(pictures)
    stages = network.match(features)
    arrays = {"image0_u8": images[0], "image1_u8": images[1]}
    arrays["gp32"] = network.decoder.gps["32"](features[32], swapped(features[32])).numpy()
    for stage in stages:
        # At stride 16 the refiner's word counts, as it does in the authors' results.
        if stage.stride in STORED_STRIDES and (stage.refined or stage.stride == 32):
            arrays[f"flow_{stage.stride}"] = stage.flow.numpy()
            arrays[f"certainty_{stage.stride}"] = stage.certainty.numpy()
    arrays["match_certainty"] = certainty_of(stages[-1].flow, finished_certainty(stages))[:, 0].numpy()
    return {
        name: array.astype(np.float32) if array.dtype == np.float64 else array for name, array in arrays.items()
    }


def draw_images() -> tuple[np.ndarray, np.ndarray]:
    bank = build_texture_bank(draw_procedural_tiles(12, 3, TILE_SIZE, seed=7))
    batch = PairGenerator(bank, seed=7).draw("relief", 1, SIZE, difficulty=0.3)
    return tuple(
        (picture[0].permute(1, 2, 0) * 255).round().to(torch.uint8).numpy() for picture in batch.pictures
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("fixture", type=Path)
    arguments = parser.parse_args()
    np.savez_compressed(arguments.fixture, **golden(load_weights(arguments.weights).double(), draw_images()))


if __name__ == "__main__":
    main()
