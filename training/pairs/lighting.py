"""What light, lens, sensor and passers-by do to a picture; each picture of a batch draws its own.

`strength` from 0 (nearly untouched) to 1 (day against night, motion, heavy compression).
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F


class Photographer:
    """
    Args:
        generator: lives on the pictures' device.
    """

    def __init__(self, generator: torch.Generator) -> None:
        self.generator = generator
        self.device = generator.device

    def photograph(self, pictures: torch.Tensor, strength: float) -> tuple[torch.Tensor, torch.Tensor]:
        """
        Args:
            pictures: [B, C, H, W] in about [0, 1].

        Returns:
            The pictures in [0, 1], and bool [B, 1, H, W]: where something stands in the way.
        """
        pictures = pictures * self._smooth_field(pictures, 0.35 * strength)
        pictures = self._cast_shadow(pictures, strength)
        pictures, covered = self._put_in_the_way(pictures, strength)
        pictures = self._tone(pictures, strength)
        pictures = self._blur(pictures, strength)
        pictures = self._compress(pictures, strength)
        noise = self._uniform(0, 0.01 + 0.03 * strength, len(pictures)).square() / 0.05
        noisy = pictures + self._normal(*pictures.shape) * _per_picture(noise)
        return noisy.clamp(0, 1), covered

    def _uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator, device=self.device)

    def _normal(self, *shape: int) -> torch.Tensor:
        return torch.randn(*shape, generator=self.generator, device=self.device)

    def _chance(self, probability: float, batch: int) -> torch.Tensor:
        return self._uniform(0, 1, batch) < probability

    def _smooth_field(self, pictures: torch.Tensor, strength: float) -> torch.Tensor:
        """Factors around 1 that change slowly over the picture: lamps, vignetting, haze."""
        batch, _, height, width = pictures.shape
        coarse = self._normal(batch, 1, 4, 4) * _per_picture(self._uniform(0, strength, batch))
        return F.interpolate(coarse, size=(height, width), mode="bicubic", align_corners=False).exp()

    def _cast_shadow(self, pictures: torch.Tensor, strength: float) -> torch.Tensor:
        """A band with soft edges is darker: the shadow of a roof or a pole."""
        batch, _, height, width = pictures.shape
        y, x = _unit_grid(height, width, self.device)
        angle = _per_picture(self._uniform(0, math.pi, batch))
        across = x * angle.cos() + y * angle.sin()
        middle = _per_picture(self._uniform(-0.8, 0.8, batch))
        half_width = _per_picture(self._uniform(0.1, 0.6, batch))
        softness = _per_picture(self._uniform(0.005, 0.1, batch))
        inside = torch.sigmoid((half_width - (across - middle).abs()) / softness)
        depth = self._uniform(0, 0.75 * strength, batch) * self._chance(0.5, batch)
        return pictures * (1 - inside * _per_picture(depth))

    def _put_in_the_way(self, pictures: torch.Tensor, strength: float) -> tuple[torch.Tensor, torch.Tensor]:
        """Ellipses of one colour with some grain: people, leaves, a finger before the lens."""
        batch, channels, height, width = pictures.shape
        y, x = _unit_grid(height, width, self.device)
        covered = torch.zeros(batch, 1, height, width, dtype=torch.bool, device=self.device)
        for _ in range(2):
            dx = x - _per_picture(self._uniform(-1, 1, batch))
            dy = y - _per_picture(self._uniform(-1, 1, batch))
            radius_x = _per_picture(self._uniform(0.05, 0.3, batch))
            radius_y = _per_picture(self._uniform(0.05, 0.5, batch))
            present = _per_picture(self._chance(0.3 * strength, batch))
            inside = ((dx / radius_x).square() + (dy / radius_y).square() < 1) & present
            grain = 1 + 0.3 * F.interpolate(self._normal(batch, 1, 16, 16), size=(height, width))
            colour = self._uniform(0, 0.9, batch, channels, 1, 1)
            pictures = torch.where(inside, colour * grain, pictures)
            covered = covered | inside
        return pictures, covered

    def _tone(self, pictures: torch.Tensor, strength: float) -> torch.Tensor:
        """Exposure, gamma, contrast and colour cast; a few pictures become night: dark, contrasty, lit by lamps."""
        batch, channels = pictures.shape[:2]
        exposure = (self._normal(batch) * 0.35 * strength).exp()
        cast = (self._normal(batch, channels) * 0.12 * strength).exp()
        gamma = (self._normal(batch) * 0.25 * strength).exp().clamp(0.35, 2.8)
        night = self._chance(0.08 * strength, batch)
        gamma = torch.where(night, self._uniform(1.5, 3, batch), gamma)
        lit = torch.where(_per_picture(night), pictures * self._smooth_field(pictures, 1.2), pictures)
        exposed = (lit * _per_picture(exposure) * cast[:, :, None, None]).clamp(1e-4, 1)
        toned = exposed ** _per_picture(gamma)
        mean = toned.mean(dim=(1, 2, 3), keepdim=True)
        contrast = _per_picture((self._normal(batch) * 0.25 * strength).exp())
        return (mean + (toned - mean) * contrast).clamp(0, 1)

    def _blur(self, pictures: torch.Tensor, strength: float) -> torch.Tensor:
        """A Gaussian of its own width for each picture and axis: defocus, and motion where the widths differ."""
        batch, channels, height, width = pictures.shape
        if strength == 0:
            return pictures
        sigma = self._uniform(0.2, 0.5 + 1.3 * strength, 2, batch) * self._chance(0.5, batch) + 0.2
        offsets = torch.arange(-4, 5, device=self.device)
        kernel = torch.exp(-offsets.square() / (2 * sigma[..., None].square()))
        kernel = kernel / kernel.sum(-1, keepdim=True)
        kernel = kernel.repeat_interleave(channels, dim=1)
        grouped = pictures.reshape(1, batch * channels, height, width)
        padded = F.pad(grouped, (4, 4, 4, 4), mode="reflect")
        rows = F.conv2d(padded, kernel[0][:, None, None, :], groups=batch * channels)
        both = F.conv2d(rows, kernel[1][:, None, :, None], groups=batch * channels)
        return both.view_as(pictures)

    def _compress(self, pictures: torch.Tensor, strength: float) -> torch.Tensor:
        """What JPEG does to the eye: quantised cosine coefficients of blocks of 8 x 8, coarser at high frequencies."""
        batch, channels, height, width = pictures.shape
        chosen = self._chance(0.3, batch)
        count = int(chosen.sum())
        if strength == 0 or count == 0 or height % 8 or width % 8:
            return pictures
        transform = _cosine_transform(self.device)
        blocks = pictures[chosen].reshape(count, channels, height // 8, 8, width // 8, 8).transpose(3, 4)
        coefficients = transform @ blocks @ transform.T
        frequency = torch.arange(8, device=self.device)
        step = (1 + frequency[:, None] + frequency[None, :]) * 0.012
        quality = self._uniform(0.2, 0.4 + 2.6 * strength, count).view(-1, 1, 1, 1, 1, 1)
        quantised = (coefficients / (step * quality)).round() * (step * quality)
        decoded = (transform.T @ quantised @ transform).transpose(3, 4).reshape(count, channels, height, width)
        compressed = pictures.clone()
        compressed[chosen] = decoded
        return compressed


def _per_picture(values: torch.Tensor) -> torch.Tensor:
    return values[:, None, None, None]


def _unit_grid(height: int, width: int, device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Rows and columns from -1 to 1, as [1, 1, H, 1] and [1, 1, 1, W]."""
    y = torch.linspace(-1, 1, height, device=device).view(1, 1, height, 1)
    x = torch.linspace(-1, 1, width, device=device).view(1, 1, 1, width)
    return y, x


def _cosine_transform(device: torch.device) -> torch.Tensor:
    k = torch.arange(8, device=device, dtype=torch.float32)
    matrix = torch.cos(math.pi / 8 * (k[None, :] + 0.5) * k[:, None]) / 2
    matrix[0] /= math.sqrt(2)
    return matrix
