"""How good the network is on drawn pairs of photographs it was never trained on, and how honest its certainty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from ..pairs.generate import KINDS, PairGenerator
from ..pairs.textures import TextureBank
from .losses import certainty_of, error_cells, finished_certainty
from .network import CompactDkm
from .truth import dense_truth

SIZE = (320, 256)
SEED = 20_000
RIGHT_PX = 3.0
CALIBRATED_SHARE = 0.01
"""A match is right for the reliability table within this share of the picture's longer side."""
BINS = 10


@dataclass(frozen=True)
class Validation:
    right: float
    """Share of the points that both pictures show which are found within RIGHT_PX: the number that chooses between
    checkpoints."""
    median_error_px: float
    """Of those."""
    certain: float
    """Share of all points whose certainty is at least one half."""
    precision: float
    """Share of the certain ones within RIGHT_PX; points that the other picture does not show count as wrong."""

    def __str__(self) -> str:
        return (
            f"{self.right:.1%} right, {self.median_error_px:.2f} px, {self.certain:.0%} certain, "
            f"{self.precision:.1%} of them right"
        )


def validate(network: CompactDkm, bank: TextureBank, difficulty: float, pairs_per_kind: int) -> dict[str, Validation]:
    """By kind of scene; the same pairs at every call.

    Args:
        bank: textures of held-out photographs.
    """
    results = {}
    for kind in KINDS:
        errors, certainties = [], []
        for error, certainty in _compared(network, bank, kind, difficulty, pairs_per_kind):
            errors.append(error)
            certainties.append(certainty)
        error, certain = torch.cat(errors), torch.cat(certainties) >= 0.5
        seen, right = error.isfinite(), error <= RIGHT_PX
        results[kind] = Validation(
            right=float(right.sum() / seen.sum().clamp(min=1)),
            median_error_px=float(error[right].median()) if bool(right.any()) else float("nan"),
            certain=float(certain.float().mean()),
            precision=float((right & certain).sum() / certain.sum().clamp(min=1)),
        )
    return results


@dataclass(frozen=True)
class ReliabilityBin:
    certainty: float
    """Mean of the bin."""
    right: float
    """Share within CALIBRATED_SHARE of the picture's longer side."""
    points: float
    """Share of all points."""


def reliability(
    network: CompactDkm, bank: TextureBank, difficulty: float, pairs_per_kind: int
) -> tuple[list[ReliabilityBin], float]:
    """
    Returns:
        The bins from low to high certainty, and the expected calibration error: the mean of |certainty - right|.
    """
    compared = [
        pair for kind in KINDS for pair in _compared(network, bank, kind, difficulty, pairs_per_kind)
    ]
    error, certainty = (torch.cat(parts) for parts in zip(*compared))
    right = (error <= CALIBRATED_SHARE * max(SIZE)).float()
    number = (certainty * BINS).long().clamp(max=BINS - 1)
    bins = []
    for k in range(BINS):
        chosen = number == k
        if bool(chosen.any()):
            bins.append(
                ReliabilityBin(
                    float(certainty[chosen].mean()), float(right[chosen].mean()), float(chosen.float().mean())
                )
            )
    return bins, sum(each.points * abs(each.certainty - each.right) for each in bins)


@torch.no_grad()
def _compared(
    network: CompactDkm, bank: TextureBank, kind: str, difficulty: float, pairs: int
) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """Errors in pixels, infinite where the other picture does not show the point, and certainties, batch by batch."""
    was_training = network.training
    network.eval()
    generator = PairGenerator(bank, SEED + KINDS.index(kind))
    drawn = 0
    while drawn < pairs:
        batch = generator.draw(kind, min(4, pairs - drawn), SIZE, difficulty)
        drawn += len(batch.pictures[0])
        stages = network.match(network.features(batch.pictures))
        truth = dense_truth(batch, 1)
        size = truth.flow.shape[-2:]
        flow, logits = (
            F.interpolate(x, size=size, mode="bilinear", align_corners=False)
            for x in (stages[-1].flow, finished_certainty(stages))
        )
        # Cells of stride 1 are pixels.
        error = torch.where(truth.seen, error_cells(flow, truth.flow), torch.inf)
        yield error.flatten(), certainty_of(flow, logits).flatten()
    network.train(was_training)
