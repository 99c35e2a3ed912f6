"""What the surfaces of the drawn scenes are made of: square tiles, cut from photographs or drawn by a program.

All tiles lie in one flat tensor with their mip levels, so that one gather reads any mixture of tiles and levels
in a batch: a picture of thirty surfaces costs as much as a picture of one.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from PIL import Image

from .procedural import draw_procedural_tiles

TILE_SIZE = 512
LEVELS = 6
"""512, 256, ... 16 texels: a surface seen from far away averages texels instead of skipping them."""

HELD_OUT_EVERY = 8
"""Every eighth photograph is kept for validation and never trained on."""


@dataclass(frozen=True)
class TextureBank:
    texels: torch.Tensor
    """uint8 [C, N]: level after level, in each tile after tile, in reading order."""
    tiles: int
    offsets: torch.Tensor
    """int64 [LEVELS]: where each level begins."""

    @property
    def device(self) -> torch.device:
        return self.texels.device

    def sample(
        self, tile: torch.Tensor, uv: torch.Tensor, level: torch.Tensor
    ) -> torch.Tensor:
        """Bilinear samples of one mip level each.

        Args:
            tile: int64 [...], which tile.
            uv: [..., 2] in [0, 1] over the tile, outer edge to outer edge; clamped at the edges.
            level: int64 [...], from 0 (finest) to LEVELS - 1.

        Returns:
            float32 [C, ...] in [0, 1].
        """
        size = TILE_SIZE >> level
        place = (uv * size[..., None] - 0.5).clamp(min=0)
        place = torch.minimum(place, (size - 1)[..., None].to(place.dtype))
        low = place.floor()
        weight = (place - low).unbind(-1)
        x0, y0 = low.long().unbind(-1)
        x1 = torch.minimum(x0 + 1, size - 1)
        y1 = torch.minimum(y0 + 1, size - 1)
        base = self.offsets[level] + tile * size * size

        def texel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
            index = (base + y * size + x).flatten()
            return self.texels[:, index].float().view(-1, *tile.shape)

        top = torch.lerp(texel(x0, y0), texel(x1, y0), weight[0])
        bottom = torch.lerp(texel(x0, y1), texel(x1, y1), weight[0])
        return torch.lerp(top, bottom, weight[1]) / 255


def load_texture_bank(
    photos: Path,
    *,
    channels: int,
    tiles_per_photo: int,
    procedural_tiles: int,
    held_out: bool,
    seed: int,
    device: torch.device,
) -> TextureBank:
    """Cuts tiles at random places and sizes from the photographs of a folder.

    Args:
        photos: folder of .jpg and .png files; every HELD_OUT_EVERY-th by name is validation's.
        channels: 1 (grey) or 3 (RGB).
        held_out: tiles of the validation photographs instead of the others.

    Raises:
        FileNotFoundError: no photograph lies in the folder.
    """
    files = sorted(path for path in photos.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    if not files:
        raise FileNotFoundError(f"{photos} holds no .jpg or .png file: name a folder of photographs.")
    chosen = [path for k, path in enumerate(files) if (k % HELD_OUT_EVERY == 0) == held_out]
    random = np.random.default_rng(seed)
    tiles = [tile for path in chosen for tile in _cut_tiles(path, channels, tiles_per_photo, random)]
    from_photos = torch.from_numpy(np.stack(tiles))
    drawn = draw_procedural_tiles(procedural_tiles, channels, TILE_SIZE, seed)
    return build_texture_bank(torch.cat([from_photos, drawn]).to(device))


def build_texture_bank(tiles: torch.Tensor) -> TextureBank:
    """
    Args:
        tiles: uint8 [N, C, TILE_SIZE, TILE_SIZE].
    """
    levels = []
    offsets = [0]
    for start in range(LEVELS):
        size = TILE_SIZE >> start
        # A chunk at a time: the float copy of all tiles would be four times the bank.
        level = torch.cat(
            [
                F.interpolate(chunk.float(), size=size, mode="area").round().to(torch.uint8)
                for chunk in tiles.split(32)
            ]
        )
        levels.append(level.transpose(0, 1).flatten(1))
        offsets.append(offsets[-1] + levels[-1].shape[1])
    return TextureBank(
        texels=torch.cat(levels, dim=1).contiguous(),
        tiles=len(tiles),
        offsets=torch.tensor(offsets[:-1], device=tiles.device),
    )


def _cut_tiles(path: Path, channels: int, count: int, random: np.random.Generator) -> list[np.ndarray]:
    with Image.open(path) as file:
        photo = file.convert("L" if channels == 1 else "RGB")
    short = min(photo.size)
    tiles = []
    for _ in range(count):
        side = min(short, int(random.uniform(0.45, 1.0) * short))
        left = int(random.integers(0, photo.width - side + 1))
        top = int(random.integers(0, photo.height - side + 1))
        box = (left, top, left + side, top + side)
        tile = np.asarray(photo.resize((TILE_SIZE, TILE_SIZE), Image.Resampling.LANCZOS, box=box))
        tiles.append(tile[None] if channels == 1 else tile.transpose(2, 0, 1))
    return tiles
