"""Batches of picture pairs with exact ground truth: scenes, their light, and the photographs taken of them."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .lighting import Photographer
from .rendering import find_in_other, render
from .scenes import SceneKind, SceneMaker, Scenes
from .textures import TextureBank

KINDS: tuple[SceneKind, ...] = ("flat", "relief", "room")


@dataclass(frozen=True)
class PairBatch:
    pictures: tuple[torch.Tensor, torch.Tensor]
    """[B, C, H, W] in [0, 1] each."""
    covered: tuple[torch.Tensor, torch.Tensor]
    """bool [B, 1, H, W] each: where something that is not part of the scene stands in the way."""
    scenes: Scenes
    size: tuple[int, int]

    def find_in_other(self, side: int, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Where points of picture `side` are in the other, and whether both pictures show them.

        Args:
            points: [B, N, 2] pixels (x, y).

        Returns:
            [B, N, 2] pixels and bool [B, N].
        """
        found, seen = find_in_other(self.scenes, side, self.size, points)
        here = _at(self.covered[side], points)
        there = _at(self.covered[1 - side], found)
        return found, seen & ~here & ~there


class PairGenerator:
    """Draws batches from one seed; the same seed gives the same batches on the same device.

    Args:
        bank: the textures; pictures have its channels and live on its device.
    """

    def __init__(self, bank: TextureBank, seed: int) -> None:
        self.bank = bank
        self.generator = torch.Generator(device=bank.device).manual_seed(seed)
        self.scene_maker = SceneMaker(bank.tiles, self.generator)
        self.photographer = Photographer(self.generator)

    @torch.no_grad()
    def draw(self, kind: SceneKind, batch: int, size: tuple[int, int], difficulty: float) -> PairBatch:
        """
        Args:
            size: width and height, both multiples of 8.
            difficulty: from 0 to 1, of motion and of light.
        """
        scenes = self.scene_maker.make(kind, batch, size, difficulty)
        shades = self._light(scenes, difficulty)
        pictures, covered = zip(
            *(
                self.photographer.photograph(render(scenes, side, size, self.bank, shades[side]), difficulty)
                for side in (0, 1)
            )
        )
        return PairBatch(pictures, covered, scenes, size)

    def _light(self, scenes: Scenes, difficulty: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Light on each surface, from a direction that has moved between the pictures."""
        surfaces = scenes.surfaces
        normal = torch.linalg.cross(surfaces.edge_u, surfaces.edge_v)
        normal = normal / normal.norm(dim=-1, keepdim=True)
        batch = len(normal)
        direction = torch.randn(batch, 1, 3, generator=self.generator, device=self.bank.device)
        moved = direction + difficulty * torch.randn(batch, 1, 3, generator=self.generator, device=self.bank.device)

        def shade(towards: torch.Tensor) -> torch.Tensor:
            towards = towards / towards.norm(dim=-1, keepdim=True)
            return 0.55 + 0.45 * (normal * towards).sum(-1).abs()

        return shade(direction), shade(moved)


def _at(mask: torch.Tensor, points: torch.Tensor) -> torch.Tensor:
    """Values [B, N] of a mask [B, 1, H, W] at the pixels nearest to points [B, N, 2]; clamped to the picture."""
    height, width = mask.shape[-2:]
    x = points[..., 0].round().long().clamp(0, width - 1)
    y = points[..., 1].round().long().clamp(0, height - 1)
    return torch.gather(mask.flatten(1), 1, y * width + x)
