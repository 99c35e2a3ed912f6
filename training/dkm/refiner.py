"""DKM's refiners (section 3.3 of the paper): convolutions that see both pictures' features at the current match and
the local correlation around it, and move the match a little."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import nn

from ..half_precision import HalfPrecision
from .coordinates import cell_centres
from .widths import REFINED_STRIDES, DkmWidths

KERNEL = 3
"""Side of the convolutions. They mix channels: the depthwise ones of the published network, cheaper on paper, are
several times slower in WebAssembly and on CPUs at these widths."""
DISPLACEMENT_UNIT = 4
"""Changes are learnt in quarters of a cell."""


class Refiner(nn.Module):
    def __init__(self, widths: DkmWidths, stride: int) -> None:
        super().__init__()
        level = REFINED_STRIDES.index(stride)
        displacement, hidden = widths.displacement[level], widths.hidden[level]
        self.stride = stride
        self.radius = widths.radius[level]
        correlation = 0 if self.radius is None else (2 * self.radius + 1) ** 2
        self.disp_emb = nn.Conv2d(2, displacement, 1)
        self.block1 = _block(2 * widths.features(stride) + displacement + correlation, hidden)
        self.hidden_blocks = nn.Sequential(*(_block(hidden, hidden) for _ in range(widths.hidden_blocks[level])))
        self.out_conv = nn.Conv2d(hidden, 3, 1)
        self._half_convolutions: HalfPrecision | None = None

    def use_half_precision(self) -> None:
        self._half_convolutions = HalfPrecision(nn.Sequential(self.block1, self.hidden_blocks, self.out_conv))

    def forward(
        self, query: torch.Tensor, support: torch.Tensor, flow: torch.Tensor, certainty: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """
        Args:
            query, support: features [N, C, h, w].
            flow: [N, 2, h, w], where the query cells lie in the support picture, normalised.
            certainty: [N, 1, h, w], logits.

        Returns:
            Flow and certainty, refined.
        """
        height, width = query.shape[-2:]
        warped = F.grid_sample(support, flow.permute(0, 2, 3, 1), align_corners=False)
        displacement = self.disp_emb(flow - cell_centres(height, width, flow.device, flow.dtype))
        inputs = [query, warped, displacement]
        if self.radius is not None:
            inputs.append(local_correlation(query, support, flow, self.radius))
        joined = torch.cat(inputs, dim=1)
        if self._half_convolutions:
            change = self._half_convolutions(joined)[:, : self.out_conv.out_channels].float()
        else:
            change = self.out_conv(self.hidden_blocks(self.block1(joined)))
        unit = torch.tensor([width, height], device=flow.device).view(1, 2, 1, 1) * DISPLACEMENT_UNIT
        return flow + change[:, 1:] / unit, certainty + change[:, :1]


def _block(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, KERNEL, 1, KERNEL // 2),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
        nn.Conv2d(outputs, outputs, 1),
    )


def local_correlation(query: torch.Tensor, support: torch.Tensor, flow: torch.Tensor, radius: int) -> torch.Tensor:
    """How similar each query cell is to the cells around its match, zero outside the support picture.

    Interpolation is linear and a window's offsets share one fraction of a cell, so the products with whole cells are
    interpolated, not the features. No gradient goes to the support's features and to the flow, as in the authors'
    code: the other direction of the pair trains the former.

    Returns:
        [N, (2 radius + 1)^2, h, w], offsets in reading order.
    """
    count, channels, height, width = query.shape
    side = 2 * radius + 2
    margin = side + 1
    with torch.no_grad():
        size = torch.tensor([width, height], device=flow.device).view(1, 2, 1, 1)
        place = ((flow + 1) * size - 1) / 2
        # Windows that lie outside altogether are moved to where all of them is margin.
        place = torch.minimum(place.clamp(min=-radius - 2), size + radius)
        cell = place.floor()
        x, y = (place - cell).flatten(2)[..., None, None].unbind(1)
        cell = cell.long().flatten(2)
        padded_width = width + 2 * margin
        offsets = torch.arange(side, device=flow.device) - radius + margin
        window = (offsets[:, None] * padded_width + offsets).flatten()
        index = (cell[:, 1] * padded_width + cell[:, 0])[..., None] + window
        rows = F.pad(support, (margin,) * 4).flatten(2).transpose(1, 2)
        index = index + torch.arange(count, device=flow.device).view(-1, 1, 1) * rows.shape[1]
        gathered = rows.reshape(-1, channels)[index]
    scaled = query.flatten(2).transpose(1, 2)[..., None] / channels**0.5
    products = (gathered @ scaled).view(count, height * width, side, side)
    along_x = torch.lerp(products[..., :-1], products[..., 1:], x)
    along_both = torch.lerp(along_x[:, :, :-1], along_x[:, :, 1:], y)
    return along_both.flatten(2).transpose(1, 2).unflatten(2, (height, width))
