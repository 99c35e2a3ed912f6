"""A sheet of drawn pairs with some of their correspondences: look at it before training on them.

    python -m training.pairs.sheet PHOTOS SHEET.png [--difficulty 0.5]
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw

from .generate import KINDS, PairBatch, PairGenerator
from .rendering import pixel_grid
from .textures import load_texture_bank


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("sheet", type=Path)
    parser.add_argument("--difficulty", type=float, default=0.5)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    bank = load_texture_bank(
        arguments.photos,
        channels=3,
        tiles_per_photo=1,
        procedural_tiles=8,
        held_out=False,
        seed=arguments.seed,
        device=torch.device("cpu"),
    )
    generator = PairGenerator(bank, arguments.seed)
    rows = [draw_row(generator.draw(kind, 4, (256, 192), arguments.difficulty)) for kind in KINDS for _ in range(2)]
    Image.fromarray(np.concatenate(rows)).save(arguments.sheet)


def draw_row(batch: PairBatch) -> np.ndarray:
    """uint8 [H, B 2 W, 3]: the pairs beside one another; a dot of one colour marks the same point in both."""
    width, height = batch.size
    count = len(batch.pictures[0])
    points = pixel_grid(width, height, 32, batch.pictures[0].device).expand(count, -1, 2) + 8
    found, seen = batch.find_in_other(0, points)
    canvas = torch.cat([torch.cat(pair, dim=2) for pair in zip(batch.pictures[0], batch.pictures[1], strict=True)], dim=2)
    picture = Image.fromarray((canvas.permute(1, 2, 0).cpu().numpy() * 255).astype(np.uint8))
    draw = ImageDraw.Draw(picture)
    for pair in range(count):
        for k in seen[pair].nonzero().flatten().tolist():
            colour = tuple(int(255 * c) for c in np.random.default_rng(k).random(3))
            for shift, point in ((0, points[pair, k]), (width, found[pair, k])):
                x, y = 2 * pair * width + shift + float(point[0]), float(point[1])
                draw.ellipse((x - 3, y - 3, x + 3, y + 3), fill=colour, outline="white")
    return np.asarray(picture)


if __name__ == "__main__":
    main()
