"""Learning rate and difficulty over a run.

Warm-up, a plateau, and a cool-down to zero: a run on the plateau may be stopped anywhere and resumed with fewer
steps, and still cools down, which a cosine over a fixed length does not allow.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

EASIEST = 0.35
"""Largest difficulty drawn at the first step of a curriculum."""


@dataclass(frozen=True)
class Schedule:
    steps: int
    warm_up: int
    cool_down: int
    curriculum: int
    """Steps over which the difficulty rises; none for a network that has been through them."""

    def learning_rate(self, step: int) -> float:
        """Factor of the peak."""
        rising = (step + 1) / max(1, self.warm_up)
        left = (self.steps - step) / max(1, self.cool_down)
        falling = 0.5 - 0.5 * math.cos(math.pi * min(1.0, left))
        return min(1.0, rising, falling)

    def difficulty(self, step: int) -> float:
        """Largest difficulty drawn at a step."""
        return min(1.0, EASIEST + (1 - EASIEST) * step / self.curriculum) if self.curriculum else 1.0
