"""Tiles drawn by a program: what photographs have too little of, such as bare walls, bricks, signs and grain."""

from __future__ import annotations

import math
from typing import Callable

import torch
import torch.nn.functional as F


def draw_procedural_tiles(count: int, channels: int, size: int, seed: int) -> torch.Tensor:
    """
    Returns:
        uint8 [count, channels, size, size].
    """
    random = torch.Generator().manual_seed(seed)
    kinds: list[Callable[[int, torch.Generator], torch.Tensor]] = [_clouds, _bricks, _shapes, _stripes]
    tiles = torch.empty(count, channels, size, size, dtype=torch.uint8)
    for k in range(count):
        pattern = kinds[k % len(kinds)](size, random)
        grain = _clouds(size, random)
        pattern = pattern * 0.8 + grain * 0.2
        low = torch.rand(channels, generator=random) * 0.5
        high = low + 0.1 + torch.rand(channels, generator=random) * (0.9 - low)
        coloured = low[:, None, None] + pattern * (high - low)[:, None, None]
        tiles[k] = (coloured.clamp(0, 1) * 255).round().to(torch.uint8)
    return tiles


def _uniform(random: torch.Generator, low: float, high: float) -> float:
    return low + (high - low) * float(torch.rand((), generator=random))


def _clouds(size: int, random: torch.Generator) -> torch.Tensor:
    """Sum of noise of all sizes, the weight of each a power of its size: from plaster to foliage."""
    falloff = _uniform(random, 0.4, 1.1)
    total = torch.zeros(size, size)
    cells = 4
    while cells <= size:
        noise = torch.rand(1, 1, cells, cells, generator=random)
        layer = F.interpolate(noise, size=size, mode="bicubic", align_corners=False)[0, 0]
        total += layer * cells**-falloff
        cells *= 2
    return (total - total.min()) / (total.max() - total.min())


def _bricks(size: int, random: torch.Generator) -> torch.Tensor:
    rows = int(_uniform(random, 4, 20))
    columns = int(_uniform(random, 3, 12))
    joint = _uniform(random, 0.03, 0.15)
    y, x = torch.meshgrid(torch.arange(size) / size * rows, torch.arange(size) / size * columns, indexing="ij")
    row = y.floor().long()
    x = x + (row % 2) * 0.5
    column = x.floor().long()
    shade = torch.rand(rows + 1, columns + 2, generator=random) * 0.7 + 0.3
    inside = (y - row > joint) & (x - column > joint)
    return torch.where(inside, shade[row, column], 0.1)


def _shapes(size: int, random: torch.Generator) -> torch.Tensor:
    """Discs and bars over one another: signs, windows, things on a shelf."""
    y, x = torch.meshgrid(torch.linspace(0, 1, size), torch.linspace(0, 1, size), indexing="ij")
    picture = torch.full((size, size), _uniform(random, 0, 1))
    for _ in range(int(_uniform(random, 15, 90))):
        angle = _uniform(random, 0, math.pi)
        dx, dy = x - _uniform(random, 0, 1), y - _uniform(random, 0, 1)
        u = (dx * math.cos(angle) + dy * math.sin(angle)) / _uniform(random, 0.01, 0.15)
        v = (dy * math.cos(angle) - dx * math.sin(angle)) / _uniform(random, 0.01, 0.15)
        inside = (u * u + v * v < 1) if _uniform(random, 0, 1) < 0.4 else (u.abs() < 1) & (v.abs() < 1)
        picture = torch.where(inside, _uniform(random, 0, 1), picture)
    return picture


def _stripes(size: int, random: torch.Generator) -> torch.Tensor:
    """Lines of text: rows of short bars of uneven length, on paper that is not quite even."""
    rows = int(_uniform(random, 8, 40))
    columns = int(_uniform(random, 20, 80))
    ink = torch.rand(rows, columns, generator=random) < _uniform(random, 0.4, 0.8)
    letters = F.interpolate(ink[None, None].float(), size=size, mode="nearest")[0, 0]
    y = torch.arange(size)[:, None] / size * rows
    in_line = (y - y.floor() > 0.35).float()
    return 1 - letters * in_line * _uniform(random, 0.3, 0.9) - 0.2 * _clouds(size, random)
