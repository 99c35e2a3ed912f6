"""Focal loss on the dual softmax of all pairs of cells, at the true ones (LoFTR, section 3.5)."""

from __future__ import annotations

import torch

FOCAL_GAMMA = 2.0
"""Confident matches weigh (1 - p)^gamma less (Lin et al., ICCV 2017)."""


def focal_matching_loss(
    similarity: torch.Tensor, pair: torch.Tensor, cell0: torch.Tensor, cell1: torch.Tensor
) -> torch.Tensor:
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
