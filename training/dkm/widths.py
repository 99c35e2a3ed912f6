"""The widths of the compact DKM. The page reads all of them from tensor shapes."""

from __future__ import annotations

from dataclasses import dataclass

GLOBAL_STRIDES = (32, 16)
"""Strides whose matches are regressed over the whole picture, coarse to fine."""
REFINED_STRIDES = (16, 8, 4, 2, 1)
"""Strides whose matches are refined around where they are, coarse to fine."""


@dataclass(frozen=True)
class DkmWidths:
    stem: int = 16
    levels: tuple[int, int, int, int] = (32, 64, 128, 192)
    """Channels of the encoder at strides 4, 8, 16 and 32."""
    blocks: tuple[int, int, int, int] = (1, 3, 6, 3)
    """Basic blocks of those levels."""
    projected: tuple[int, int] = (128, 128)
    """Channels that features are projected to at strides 32 and 16."""
    basis: int = 128
    """Of the embedding of positions, which the posterior mean has too."""
    decoder_features: int = 64
    context: int = 96
    displacement: tuple[int, ...] = (16, 16, 8, 8, 6)
    """Channels of the embedded displacement, by refined stride."""
    hidden: tuple[int, ...] = (96, 64, 32, 16, 12)
    """Channels of the refiners."""
    hidden_blocks: tuple[int, ...] = (2, 2, 2, 2, 2)
    """Blocks behind the first of the refiners."""
    radius: tuple[int | None, ...] = (4, 3, 2, 1, None)
    """Of the local correlation, in cells; None where the pictures themselves are compared."""

    def features(self, stride: int) -> int:
        """Channels that matching reads at a stride."""
        stem, (level4, level8, *_) = self.stem, self.levels
        return {32: self.projected[0], 16: self.projected[1], 8: level8, 4: level4, 2: stem, 1: 3}[stride]
