"""Which cells of two pictures show the same point, from the scene's ground truth (LoFTR, section 3.5)."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..pairs.generate import PairBatch
from ..pairs.rendering import pixel_grid

STRIDE = 8


@dataclass(frozen=True)
class TrueMatches:
    """M mutual nearest cells of a batch. Cell (x, y) is at pixel (8x, 8y), where its receptive field is centred."""

    pair: torch.Tensor  # int64 [M]
    cell0: torch.Tensor  # int64 [M]
    cell1: torch.Tensor  # int64 [M]
    offset_px: torch.Tensor  # [M, 2], from the pixel of cell1 to where the pixel of cell0 truly is


@torch.no_grad()
def true_matches(batch: PairBatch) -> TrueMatches:
    width, height = batch.size
    columns, rows = width // STRIDE, height // STRIDE
    device = batch.pictures[0].device
    count = len(batch.pictures[0])
    cells = pixel_grid(width, height, STRIDE, device).expand(count, -1, 2)

    def nearest(side: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        found, seen = batch.find_in_other(side, cells)
        place = (found / STRIDE).round()
        # A point at the right edge is nearest to a cell beyond it.
        inside = seen & (place >= 0).all(-1) & (place[..., 0] < columns) & (place[..., 1] < rows)
        x, y = place.nan_to_num(0).long().unbind(-1)
        return found, inside, (y * columns + x).clamp(0, rows * columns - 1)

    found, inside0, there = nearest(0)
    _, inside1, back = nearest(1)
    own = torch.arange(rows * columns, device=device).expand(count, -1)
    mutual = inside0 & torch.gather(inside1, 1, there) & (torch.gather(back, 1, there) == own)
    pair, cell0 = mutual.nonzero(as_tuple=True)
    cell1 = there[pair, cell0]
    at_cell1 = torch.stack([cell1 % columns, cell1 // columns], dim=-1).float() * STRIDE
    return TrueMatches(pair, cell0, cell1, found[pair, cell0] - at_cell1)
