"""Which cells of two pictures show the same point, from the scene's ground truth (LoFTR, section 3.5)."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .generate import PairBatch
from .rendering import pixel_grid


@dataclass(frozen=True)
class TrueMatches:
    """M mutual nearest cells of a batch."""

    pair: torch.Tensor  # int64 [M]
    cell0: torch.Tensor  # int64 [M]
    cell1: torch.Tensor  # int64 [M]
    offset_px: torch.Tensor  # [M, 2], from the pixel of cell1 to where the pixel of cell0 truly is


@torch.no_grad()
def true_matches(batch: PairBatch, stride: int, first_px: float) -> TrueMatches:
    """
    Args:
        stride: pixels a cell, a divisor of both sides of the pictures.
        first_px: where the first cell's point is, along both axes; the others follow a stride apart.
    """
    width, height = batch.size
    columns, rows = width // stride, height // stride
    device = batch.pictures[0].device
    count = len(batch.pictures[0])
    cells = (pixel_grid(width, height, stride, device) + first_px).expand(count, -1, 2)

    def nearest(side: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        found, seen = batch.find_in_other(side, cells)
        place = ((found - first_px) / stride).round()
        # A point at an edge may be nearest to a cell beyond it.
        inside = seen & (place >= 0).all(-1) & (place[..., 0] < columns) & (place[..., 1] < rows)
        x, y = place.nan_to_num(0).long().unbind(-1)
        return found, inside, (y * columns + x).clamp(0, rows * columns - 1)

    found, inside0, there = nearest(0)
    _, inside1, back = nearest(1)
    own = torch.arange(rows * columns, device=device).expand(count, -1)
    mutual = inside0 & torch.gather(inside1, 1, there) & (torch.gather(back, 1, there) == own)
    pair, cell0 = mutual.nonzero(as_tuple=True)
    cell1 = there[pair, cell0]
    return TrueMatches(pair, cell0, cell1, found[pair, cell0] - cells[pair, cell1])
