"""DKM's normalised coordinates: -1 and 1 are the outer edges of the picture."""

from __future__ import annotations

import torch


def cell_centres(height: int, width: int, device: torch.device, dtype: torch.dtype = torch.float32) -> torch.Tensor:
    """Centres of the cells of a map: [1, 2, height, width], x and y."""

    def axis(count: int) -> torch.Tensor:
        return (2 * torch.arange(count, device=device, dtype=dtype) + 1) / count - 1

    y, x = torch.meshgrid(axis(height), axis(width), indexing="ij")
    return torch.stack([x, y])[None]


def to_normalised(pixels: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """
    Args:
        pixels: [..., 2] (x, y), pixel centres at integers.
        size: width and height.
    """
    return (2 * pixels + 1) / torch.tensor(size, device=pixels.device) - 1
