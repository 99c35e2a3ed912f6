"""The network, under the official parameter names: encoder, global matcher, refiners. Both directions of a pair run
as one batch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

from ..half_precision import HalfPrecision
from ..weights_file import load_tensors
from .encoder import Encoder
from .global_matching import EmbeddingDecoder, GaussianProcess
from .refiner import Refiner
from .widths import GLOBAL_STRIDES, REFINED_STRIDES, DkmWidths

MEAN = (0.485, 0.456, 0.406)
DEVIATION = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Stage:
    """What one step of the network says of B pairs: first all of picture 0 to 1, then all of 1 to 0."""

    stride: int
    refined: bool
    """By a refiner; otherwise read by the global matcher."""
    flow: torch.Tensor  # [2 B, 2, h, w], normalised
    certainty: torch.Tensor  # [2 B, 1, h, w], logits


class Decoder(nn.Module):
    """The modules under the official name `decoder`."""

    def __init__(self, widths: DkmWidths) -> None:
        super().__init__()
        encoded = {32: widths.levels[3], 16: widths.levels[2]}
        self.proj = nn.ModuleDict(
            {str(stride): nn.Conv2d(encoded[stride], widths.features(stride), 1) for stride in GLOBAL_STRIDES}
        )
        self.gps = nn.ModuleDict({str(stride): GaussianProcess(widths.basis) for stride in GLOBAL_STRIDES})
        self.embedding_decoder = EmbeddingDecoder(widths)
        self.conv_refiner = nn.ModuleDict({str(stride): Refiner(widths, stride) for stride in REFINED_STRIDES})


class CompactDkm(nn.Module):
    def __init__(self, widths: DkmWidths) -> None:
        super().__init__()
        self.widths = widths
        self.finest_stride = 1
        """Finer stages are left out: training begins without them, at half the cost."""
        self.encoder = Encoder(widths)
        self.decoder = Decoder(widths)
        self._half_encoder: HalfPrecision | None = None

    def use_half_precision(self) -> None:
        """For the convolutions of encoder and refiners, on a CPU with matrix units."""
        self._half_encoder = HalfPrecision(self.encoder)
        for refiner in self.decoder.conv_refiner.values():
            refiner.use_half_precision()

    def features(self, pictures: tuple[torch.Tensor, torch.Tensor]) -> dict[int, torch.Tensor]:
        """
        Args:
            pictures: RGB in [0, 1], [B, 3, H, W] each, of one size with sides that are multiples of 32.

        Returns:
            [2 B, C, H / stride, W / stride] by stride: of all first pictures, then of all second ones.
        """
        both = torch.cat(pictures)
        mean, deviation = (torch.tensor(values, device=both.device).view(1, 3, 1, 1) for values in (MEAN, DEVIATION))
        normalised = (both - mean) / deviation
        if self._half_encoder:
            features = {stride: level.float() for stride, level in self._half_encoder(normalised).items()}
        else:
            features = self.encoder(normalised)
        for stride in GLOBAL_STRIDES:
            features[stride] = self.decoder.proj[str(stride)](features[stride])
        return features

    def match(self, features: dict[int, torch.Tensor]) -> list[Stage]:
        """All stages, coarse to fine; the last one is the result. Each refines what the one before says, but only
        the refiner at stride 16 teaches the stage before it."""
        stages: list[Stage] = []
        context = None
        for stride in GLOBAL_STRIDES:
            query = features[stride]
            posterior = self.decoder.gps[str(stride)](query, swapped(query))
            flow, certainty, context = self.decoder.embedding_decoder(stride, posterior, query, context)
            stages.append(Stage(stride, False, flow, certainty))
        for stride in REFINED_STRIDES:
            if stride < self.finest_stride:
                break
            query = features[stride]
            if stride != GLOBAL_STRIDES[-1]:
                flow, certainty = (
                    F.interpolate(x.detach(), size=query.shape[-2:], mode="bilinear", align_corners=False)
                    for x in (flow, certainty)
                )
            flow, certainty = self.decoder.conv_refiner[str(stride)](query, swapped(query), flow, certainty)
            stages.append(Stage(stride, True, flow, certainty))
        return stages


def start_from(network: CompactDkm, other: Mapping[str, torch.Tensor], path: Path) -> None:
    """Starts from the weights of a network whose encoder has the same blocks or fewer. Blocks that it lacks begin as
    the identity (their last normalisation scales by zero), so that the whole begins with what the other computes."""
    grown = {
        name: torch.zeros_like(tensor) if name.endswith(".bn2.weight") else tensor
        for name, tensor in network.encoder.state_dict(prefix="encoder.").items()
        if name not in other
    }
    load_tensors(network, {**grown, **other}, path)


def swapped(features: torch.Tensor) -> torch.Tensor:
    """The other picture's features for each."""
    return torch.cat(features.chunk(2)[::-1])
