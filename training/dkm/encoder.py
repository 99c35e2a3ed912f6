"""DKM's feature extractor: a small ResNet (He et al., CVPR 2016) of basic blocks, in torchvision's arrangement."""

from __future__ import annotations

import torch
from torch import nn

from .widths import DkmWidths

LEVEL_STRIDES = (4, 8, 16, 32)


class BasicBlock(nn.Module):
    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.downsample = (
            nn.Sequential(nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))
            if stride > 1 or inputs != outputs
            else None
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        shortcut = x if self.downsample is None else self.downsample(x)
        x = torch.relu(self.bn1(self.conv1(x)))
        return torch.relu(self.bn2(self.conv2(x)) + shortcut)


class ResNet(nn.Module):
    def __init__(self, widths: DkmWidths) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, widths.stem, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(widths.stem)
        self.maxpool = nn.MaxPool2d(3, 2, 1)
        inputs = widths.stem
        for level, (outputs, count) in enumerate(zip(widths.levels, widths.blocks), start=1):
            blocks = [
                BasicBlock(inputs if k == 0 else outputs, outputs, stride=2 if k == 0 and level > 1 else 1)
                for k in range(count)
            ]
            self.add_module(f"layer{level}", nn.Sequential(*blocks))
            inputs = outputs

    def forward(self, pictures: torch.Tensor) -> dict[int, torch.Tensor]:
        """
        Args:
            pictures: [N, 3, H, W], normalised; sides are multiples of 32.

        Returns:
            [N, C, H / stride, W / stride] by stride, from 1 (the pictures) to 32.
        """
        features = {1: pictures, 2: torch.relu(self.bn1(self.conv1(pictures)))}
        x = self.maxpool(features[2])
        for level, stride in enumerate(LEVEL_STRIDES, start=1):
            x = features[stride] = getattr(self, f"layer{level}")(x)
        return features


class Encoder(nn.Module):
    """Under the official name `encoder.net`."""

    def __init__(self, widths: DkmWidths) -> None:
        super().__init__()
        self.net = ResNet(widths)

    def forward(self, pictures: torch.Tensor) -> dict[int, torch.Tensor]:
        return self.net(pictures)
