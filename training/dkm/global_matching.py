"""DKM's global matcher (section 3.2 of the paper): a Gaussian process regresses an embedding of where each cell of
the query picture lies in the support picture, and a decoder reads the position from it."""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import nn

from .coordinates import cell_centres
from .widths import GLOBAL_STRIDES, DkmWidths

KERNEL_TEMPERATURE = 0.2
OBSERVATION_NOISE = 0.1
COSINE_EPSILON = 1e-6


class GaussianProcess(nn.Module):
    """Posterior mean of the position embedding cos(8 pi (W p + b)), with the kernel exp((cosine - 1) / temperature)."""

    def __init__(self, basis: int) -> None:
        super().__init__()
        self.pos_conv = nn.Conv2d(2, basis, 1)

    def forward(self, query: torch.Tensor, support: torch.Tensor) -> torch.Tensor:
        """
        Args:
            query, support: [N, C, h, w].

        Returns:
            [N, B, h, w].
        """
        count, _, height, width = query.shape
        centres = cell_centres(height, width, query.device, query.dtype)
        embedding = torch.cos(8 * math.pi * self.pos_conv(centres)).flatten(2).transpose(1, 2)
        x, y = (features.flatten(2).transpose(1, 2) for features in (query, support))
        noisy = _kernel(y, y) + OBSERVATION_NOISE * torch.eye(height * width, device=y.device, dtype=y.dtype)
        weights = torch.cholesky_solve(embedding.expand(count, -1, -1), torch.linalg.cholesky(noisy))
        mean = _kernel(x, y) @ weights
        return mean.transpose(1, 2).unflatten(2, (height, width))


def _kernel(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """[N, P, Q] of [N, P, C] and [N, Q, C]."""
    lengths = x.norm(dim=-1)[:, :, None] * y.norm(dim=-1)[:, None]
    cosine = x @ y.transpose(1, 2) / (lengths + COSINE_EPSILON)
    return torch.exp((cosine - 1) / KERNEL_TEMPERATURE)


class ResidualBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 1)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1)
        self.bn = nn.BatchNorm2d(outputs)
        self.conv3 = nn.Conv2d(outputs, outputs, 3, 1, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv1(x)
        return torch.relu(x + self.conv3(torch.relu(self.bn(self.conv2(x)))))


class ChannelAttention(nn.Module):
    """Adds the newer map to the older one, each channel weighed by what both hold on average."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(2 * channels, channels, 1)
        self.conv2 = nn.Conv2d(channels, channels, 1)

    def forward(self, older: torch.Tensor, newer: torch.Tensor) -> torch.Tensor:
        means = torch.cat([older, newer], dim=1).mean((2, 3), keepdim=True)
        return torch.sigmoid(self.conv2(torch.relu(self.conv1(means)))) * newer + older


class EmbeddingDecoder(nn.Module):
    """Reads position and certainty from the posterior mean, coarse to fine."""

    def __init__(self, widths: DkmWidths) -> None:
        super().__init__()
        context = widths.context

        def by_stride(make) -> nn.ModuleDict:
            return nn.ModuleDict({str(stride): make(stride) for stride in GLOBAL_STRIDES})

        self.context = context
        self.feat_input_modules = by_stride(
            lambda stride: nn.Conv2d(widths.features(stride), widths.decoder_features, 1)
        )
        self.rrb_d = by_stride(lambda _: ResidualBlock(widths.decoder_features + widths.basis, context))
        self.cab = by_stride(lambda _: ChannelAttention(context))
        self.rrb_u = by_stride(lambda _: ResidualBlock(context, context))
        self.terminal_module = by_stride(lambda _: nn.Conv2d(context, 3, 1))

    def forward(
        self, stride: int, posterior: torch.Tensor, features: torch.Tensor, older: torch.Tensor | None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """
        Args:
            posterior: [N, B, h, w].
            features: [N, C, h, w] of the query picture.
            older: context [N, D, h', w'] of the stride before; None at the first.

        Returns:
            Position [N, 2, h, w], certainty [N, 1, h, w] (logits) and context [N, D, h, w].
        """
        key, size = str(stride), features.shape[-2:]
        newer = self.rrb_d[key](torch.cat([self.feat_input_modules[key](features), posterior], dim=1))
        if older is None:
            older = torch.zeros_like(newer)
        else:
            older = F.interpolate(older, size=size, mode="bilinear", align_corners=False)
        context = self.rrb_u[key](self.cab[key](older, newer))
        prediction = self.terminal_module[key](context)
        return prediction[:, 1:], prediction[:, :1], context
