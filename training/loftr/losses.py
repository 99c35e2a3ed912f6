"""The published losses: focal loss on the dual softmax at the true cells, variance-weighted fine loss."""

from __future__ import annotations

import torch

FOCAL_GAMMA = 2.0
"""Confident matches weigh (1 - p)^gamma less (Lin et al., ICCV 2017)."""


def coarse_loss(similarity: torch.Tensor, pair: torch.Tensor, cell0: torch.Tensor, cell1: torch.Tensor) -> torch.Tensor:
    """
    Args:
        similarity: logits [B, L0, L1].
        pair, cell0, cell1: the true matches, int64 [M].
    """
    rows = similarity.logsumexp(dim=2)
    columns = similarity.logsumexp(dim=1)
    log_confidence = 2 * similarity[pair, cell0, cell1] - rows[pair, cell0] - columns[pair, cell1]
    confidence = log_confidence.exp().clamp(max=1)
    return -((1 - confidence) ** FOCAL_GAMMA * log_confidence).mean()


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
