"""The losses of the fine stage: the published one, and one that teaches each place of the window."""

from __future__ import annotations

import math

import torch

from .network import window_places


def fine_loss(refined: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """The published one: squared distance, weighted by how sure the network is (LoFTR, section 3.5).

    Args:
        refined: [M, 3], x, y and the standard deviation, which carries no gradient: it only weighs.
        offset: [M, 2], the truth in the same units; matches outside the window do not count.
    """
    certainty = 1 / refined[:, 2].detach().clamp(min=1e-3)
    weight = certainty / certainty.mean()
    inside = (offset.abs() < 1).all(-1)
    squared = (refined[:, :2] - offset).square().sum(-1)
    return (weight * squared)[inside].mean() if bool(inside.any()) else refined.sum() * 0


def heat_loss(heat: torch.Tensor, offset: torch.Tensor) -> torch.Tensor:
    """Cross-entropy of the window's heat against the truth shared out among its four nearest places, as bilinear
    interpolation does, so that the expected place of a perfect heat is the truth.

    Args:
        heat: logits [M, window * window].
        offset: [M, 2], as in `fine_loss`.
    """
    inside = (offset.abs() < 1).all(-1)
    if not bool(inside.any()):
        return heat.sum() * 0
    places = window_places(heat)
    step = 2 / (math.isqrt(heat.shape[-1]) - 1)
    shares = (1 - (places - offset[inside, None]).abs() / step).clamp(min=0).prod(-1)
    return -(shares * torch.log_softmax(heat[inside], dim=1)).sum(-1).mean()
