"""The published loss of the fine stage: squared distance, weighted by how sure the network is."""

from __future__ import annotations

import torch


def fine_loss(refined: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """
    Args:
        refined: [M, 3], x, y and the standard deviation, which carries no gradient: it only weighs.
        offset: [M, 2], the truth in the same units; matches outside the window do not count.
    """
    certainty = 1 / refined[:, 2].detach().clamp(min=1e-3)
    weight = certainty / certainty.mean()
    inside = (offset.abs() < 1).all(-1)
    squared = (refined[:, :2] - offset).square().sum(-1)
    return (weight * squared)[inside].mean() if bool(inside.any()) else refined.sum() * 0
