"""The published losses, stage by stage: regression of the warp where both pictures show the point, cross-entropy of
the certainty against that (section 3.4 of the paper)."""

from __future__ import annotations

import torch
import torch.nn.functional as F

from ..focal_loss import focal_matching_loss
from ..pairs.generate import PairBatch
from ..pairs.true_matches import true_matches
from .network import Stage
from .truth import DenseTruth, dense_truth

CERTAINTY_WEIGHT = 0.3
"""Against a regression whose unit is a cell of the stage."""
FEATURE_WEIGHT = 0.5
FEATURE_STRIDE = 16
FEATURE_TEMPERATURE = 0.1

ROBUST_EXPONENT = 0.5
ROBUST_CELLS = 0.1
"""Errors far above count by their square root (Barron, "A General and Adaptive Robust Loss Function", CVPR 2019)."""

WITHIN_REACH_CELLS = {8: 8.0, 4: 8.0, 2: 4.0, 1: 4.0}
"""A refiner is not asked to mend what came to it further off, only to doubt it; the authors' numbers."""

COARSE_DOUBT_SHARE = 0.5
"""The page takes so much of the coarse negative logits out of the final ones, as the authors' code does."""


def network_losses(stages: list[Stage], batch: PairBatch) -> dict[str, torch.Tensor]:
    """Sums over the stages."""
    truths: dict[int, DenseTruth] = {}
    regression, certainty = [], []
    former: Stage | None = None
    for stage in stages:
        if stage.stride not in truths:
            truths[stage.stride] = dense_truth(batch, stage.stride)
        truth = truths[stage.stride]
        wanted = truth.seen
        if stage.refined and stage.stride in WITHIN_REACH_CELLS:
            wanted = wanted & _within_reach(former, stage, truth)
        error = error_cells(stage.flow, truth.flow)[wanted]
        regression.append(_robust(error).sum() / max(1, len(error)))
        logits = finished_certainty(stages) if stage is stages[-1] else stage.certainty
        certainty.append(F.binary_cross_entropy_with_logits(logits, wanted.to(logits.dtype)))
        former = stage
    return {"warp": torch.stack(regression).sum(), "certainty": torch.stack(certainty).sum()}


def feature_loss(features: torch.Tensor, batch: PairBatch) -> torch.Tensor:
    """Not of the paper, whose encoder has learnt from a million labelled pictures before: focal loss on the features
    that the global matcher compares, which start from nothing here.

    Args:
        features: [2 B, C, h, w] at FEATURE_STRIDE.
    """
    tokens = F.normalize(features.flatten(2).transpose(1, 2), dim=-1)
    tokens0, tokens1 = tokens.chunk(2)
    truth = true_matches(batch, FEATURE_STRIDE, (FEATURE_STRIDE - 1) / 2)
    similarity = tokens0 @ tokens1.transpose(1, 2) / FEATURE_TEMPERATURE
    if len(truth.pair) == 0:
        return similarity.sum() * 0
    return focal_matching_loss(similarity, truth.pair, truth.cell0, truth.cell1)


def total_loss(losses: dict[str, torch.Tensor]) -> torch.Tensor:
    return losses["warp"] + CERTAINTY_WEIGHT * losses["certainty"] + FEATURE_WEIGHT * losses["features"]


def finished_certainty(stages: list[Stage]) -> torch.Tensor:
    """Logits of the last stage as the page turns them into certainties (`finishDirection.ts`)."""
    coarse = next(stage for stage in stages if stage.refined)
    last = stages[-1].certainty
    doubt = F.interpolate(coarse.certainty.detach(), size=last.shape[-2:], mode="bilinear", align_corners=False)
    return last - COARSE_DOUBT_SHARE * doubt.clamp(max=0)


def certainty_of(flow: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    """Finished certainties in [0, 1] of flow [N, 2, h, w] and logits [N, 1, h, w]: none where the match leaves the
    other picture."""
    return torch.sigmoid(logits) * (flow.abs() <= 1).all(dim=1, keepdim=True)


@torch.no_grad()
def _within_reach(former: Stage, stage: Stage, truth: DenseTruth) -> torch.Tensor:
    size = stage.flow.shape[-2:]
    start = F.interpolate(former.flow, size=size, mode="bilinear", align_corners=False)
    return error_cells(start, truth.flow) < WITHIN_REACH_CELLS[stage.stride]


def error_cells(flow: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
    """Distances [N, 1, h, w] in cells of the map."""
    height, width = flow.shape[-2:]
    cells = torch.tensor([width / 2, height / 2], device=flow.device).view(1, 2, 1, 1)
    return ((flow - truth) * cells).norm(dim=1, keepdim=True)


def _robust(error: torch.Tensor) -> torch.Tensor:
    return ((error / ROBUST_CELLS).square() + 1).pow(ROBUST_EXPONENT / 2) - 1
