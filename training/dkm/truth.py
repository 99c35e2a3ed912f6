"""Dense ground truth: where each cell of either picture lies in the other, and whether both show it."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..pairs.generate import PairBatch
from ..pairs.rendering import pixel_grid
from .coordinates import to_normalised


@dataclass(frozen=True)
class DenseTruth:
    """Of B pairs: first all of picture 0 to 1, then all of 1 to 0."""

    flow: torch.Tensor  # [2 B, 2, h, w], normalised; means nothing where not seen
    seen: torch.Tensor  # bool [2 B, 1, h, w]


@torch.no_grad()
def dense_truth(batch: PairBatch, stride: int) -> DenseTruth:
    """
    Args:
        stride: pixels a cell, a divisor of both sides of the pictures; cells are looked up at their centres.
    """
    width, height = batch.size
    count = len(batch.pictures[0])
    device = batch.pictures[0].device
    centres = pixel_grid(width, height, stride, device) + (stride - 1) / 2
    found, seen = zip(*(batch.find_in_other(side, centres.expand(count, -1, 2)) for side in (0, 1)))
    size = (height // stride, width // stride)
    flow = to_normalised(torch.cat(found), batch.size).nan_to_num(0).transpose(1, 2).unflatten(2, size)
    return DenseTruth(flow, torch.cat(seen)[:, None].unflatten(2, size))
