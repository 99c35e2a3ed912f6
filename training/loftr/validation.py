"""How good the network is on drawn pairs of photographs it was never trained on."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ..pairs.generate import KINDS, PairGenerator
from ..pairs.rendering import pixel_grid
from ..pairs.textures import TextureBank
from .network import STRIDE, CompactLoftr

SIZE = (320, 240)
SEED = 20_000
CORRECT_PX = 3.0


@dataclass(frozen=True)
class Validation:
    matches: float
    """Mutual nearest matches of at least `MINIMUM_CONFIDENCE`, a pair."""
    precision: float
    """Share of them within CORRECT_PX of the truth; points that the other picture does not show count as wrong."""
    correct: float
    """Correct matches a pair: the number that chooses between checkpoints."""
    median_error_px: float
    """Of the correct ones."""

    def __str__(self) -> str:
        return f"{self.correct:.0f} of {self.matches:.0f} right, {self.median_error_px:.2f} px"


MINIMUM_CONFIDENCE = 0.1


@torch.no_grad()
def validate(network: CompactLoftr, bank: TextureBank, difficulty: float, pairs_per_kind: int) -> dict[str, Validation]:
    """By kind of scene; the same pairs at every call.

    Args:
        bank: textures of held-out photographs.
    """
    network.eval()
    results = {}
    for number, kind in enumerate(KINDS):
        generator = PairGenerator(bank, SEED + number)
        matches, errors = 0, []
        drawn = 0
        while drawn < pairs_per_kind:
            batch = generator.draw(kind, min(4, pairs_per_kind - drawn), SIZE, difficulty)
            drawn += len(batch.pictures[0])
            features = network.features(batch.pictures)
            similarity = network.similarity(features)
            confidence = torch.softmax(similarity, 1) * torch.softmax(similarity, 2)
            best0, cell1 = confidence.max(dim=2)
            mutual = torch.gather(confidence.max(dim=1).indices, 1, cell1) == torch.arange(
                confidence.shape[1], device=confidence.device
            )
            pair, cell0 = (mutual & (best0 >= MINIMUM_CONFIDENCE)).nonzero(as_tuple=True)
            if len(pair) == 0:
                continue
            matched = cell1[pair, cell0]
            refined = network.refine(features, pair, cell0, matched)
            cells = pixel_grid(*SIZE, STRIDE, similarity.device)
            keypoints1 = cells[matched] + 4 * refined[:, :2]
            found, seen = batch.find_in_other(0, cells.expand(len(confidence), -1, 2))
            error = (keypoints1 - found[pair, cell0]).norm(dim=-1)
            errors.append(torch.where(seen[pair, cell0], error, torch.inf))
            matches += len(pair)
        error = torch.cat(errors) if errors else torch.zeros(0)
        right = error[error <= CORRECT_PX]
        results[kind] = Validation(
            matches=matches / pairs_per_kind,
            precision=len(right) / max(1, len(error)),
            correct=len(right) / pairs_per_kind,
            median_error_px=float(right.median()) if len(right) else float("nan"),
        )
    network.train()
    return results
