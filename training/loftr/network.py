"""The network: kornia's LoFTR in the widths of the compact weights, its parts called one by one.

kornia runs a whole pair at once, with the matches of its own coarse stage; training feeds the fine stage with true
matches instead, and places each crop somewhere in a larger picture (see `PLACEMENT_CELLS`).
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass

import torch
from kornia.feature import LoFTR
from torch import nn

from ..half_precision import HalfPrecision, runs_on_matrix_units

STRIDE = 8
"""Pixels a coarse cell."""
PLACEMENT_CELLS = 104
"""Crops are placed at random within this many cells a side (832 pixels at stride 8), so that the position encodings
of large pictures are trained by small crops."""


@dataclass(frozen=True)
class LoftrWidths:
    blocks: tuple[int, int, int] = (12, 20, 64)
    pyramid: int = 24
    """Channels between the two convolutions of the pyramid's step at stride 4. The authors have `blocks[2]` there, at
    a fifth of the whole network's arithmetic for the fine stage alone."""
    coarse_pairs: int = 4
    """How many times (self, cross)."""
    coarse_heads: int = 4
    fine_heads: int = 2
    window: int = 5
    temperature: float = 0.1

    def kornia_config(self) -> dict:
        coarse, fine = self.blocks[2], self.blocks[0]
        return {
            "backbone_type": "ResNetFPN",
            "resolution": (8, 2),
            "fine_window_size": self.window,
            "fine_concat_coarse_feat": True,
            "resnetfpn": {"initial_dim": self.blocks[0], "block_dims": list(self.blocks)},
            "coarse": {
                "d_model": coarse,
                "d_ffn": coarse,
                "nhead": self.coarse_heads,
                "layer_names": ["self", "cross"] * self.coarse_pairs,
                "attention": "linear",
                "temp_bug_fix": True,
            },
            "match_coarse": {
                "thr": 0.0,
                "border_rm": 0,
                "match_type": "dual_softmax",
                "dsmax_temperature": self.temperature,
                "skh_iters": 3,
                "skh_init_bin_score": 1.0,
                "skh_prefilter": True,
                "train_coarse_percent": 0.4,
                "train_pad_num_gt_min": 200,
            },
            "fine": {
                "d_model": fine,
                "d_ffn": fine,
                "nhead": self.fine_heads,
                "layer_names": ["self", "cross"],
                "attention": "linear",
            },
        }

    def covis_config(self) -> str:
        """What the tensor shapes leave open, as the page reads it from `covis.config`."""
        return json.dumps(
            {
                "architecture": "loftr",
                "resolution": [8, 2],
                "initialDim": self.blocks[0],
                "blockDims": list(self.blocks),
                "coarse": {
                    "dModel": self.blocks[2],
                    "heads": self.coarse_heads,
                    "layers": ["self", "cross"] * self.coarse_pairs,
                    "attention": "linear",
                    "tempBugFix": True,
                },
                "fine": {
                    "dModel": self.blocks[0],
                    "heads": self.fine_heads,
                    "layers": ["self", "cross"],
                    "window": self.window,
                    "concatCoarse": True,
                },
                "matching": {"type": "dual_softmax", "temperature": self.temperature},
                "input": {"channels": "grey", "range": [0, 1], "multipleOf": 8},
            }
        )


@dataclass(frozen=True)
class Features:
    """Of B pairs; L cells a picture, in reading order."""

    coarse: tuple[torch.Tensor, torch.Tensor]  # [B, L, C] each, after the coarse transformer
    fine: tuple[torch.Tensor, torch.Tensor]  # [B, F, H/2, W/2] each


class CompactLoftr(nn.Module):
    def __init__(self, widths: LoftrWidths) -> None:
        super().__init__()
        self.widths = widths
        self.loftr = LoFTR(pretrained=None, config=widths.kornia_config())
        self.loftr.backbone.layer2_outconv2 = nn.Sequential(
            nn.Conv2d(widths.blocks[2], widths.pyramid, 3, padding=1, bias=False),
            nn.BatchNorm2d(widths.pyramid),
            nn.LeakyReLU(),
            nn.Conv2d(widths.pyramid, widths.blocks[1], 3, padding=1, bias=False),
        )
        self._half_backbone: HalfPrecision | None = None

    def compile_parts(self) -> None:
        """Compiles what runs on whole pictures, for each size anew: training steps take half the time.

        Convolutions on a CPU only in half precision, with padded widths: the compiler turns them to channels-last,
        whose backward pass corrupts memory where the widths are no multiples of 16 (PyTorch 2.13).
        """
        if next(self.parameters()).is_cuda:
            self.loftr.backbone.compile(dynamic=False)
        elif runs_on_matrix_units(self):
            self._half_backbone = HalfPrecision(self.loftr.backbone)
        self.loftr.loftr_coarse.compile(dynamic=False)

    def train_fine_only(self) -> None:
        """Holds still everything that the coarse stage computes, statistics included."""
        for name, parameter in self.loftr.named_parameters():
            parameter.requires_grad_(_is_fine(name))
        for name, module in self.loftr.named_modules():
            if isinstance(module, nn.BatchNorm2d) and not _is_fine(name):
                module.eval()

    def features(
        self, pictures: tuple[torch.Tensor, torch.Tensor], placement: torch.Generator | None = None
    ) -> Features:
        """
        Args:
            pictures: [B, 1, H, W] grey in [0, 1] each, of one size.
            placement: draws where each crop lies; None places all at the top left, as inference does.
        """
        count = len(pictures[0])
        # Half precision for the convolutions alone: with it in the linear attention, whose sums over cells are
        # divided by other sums, the gradients point elsewhere (measured: cosines of -0.6 with those of fp32).
        if self._half_backbone:
            coarse, fine = self._half_backbone(torch.cat(pictures))
            coarse, fine = coarse[:, : self.widths.blocks[2]].float(), fine[:, : self.widths.blocks[0]].float()
        else:
            half = self.training and pictures[0].is_cuda
            with torch.autocast("cuda", torch.bfloat16, enabled=half):
                coarse, fine = self.loftr.backbone(torch.cat(pictures))
            if half:
                coarse, fine = coarse.float(), fine.float()
        coarse = coarse + self._position_encoding(2 * count, *coarse.shape[-2:], placement)
        tokens = coarse.flatten(2).transpose(1, 2).contiguous()
        coarse0, coarse1 = self.loftr.loftr_coarse(tokens[:count], tokens[count:])
        return Features((coarse0, coarse1), (fine[:count], fine[count:]))

    def similarity(self, features: Features) -> torch.Tensor:
        """Logits [B, L, L] of both softmaxes."""
        coarse0, coarse1 = features.coarse
        channels = coarse0.shape[-1]
        return coarse0 @ coarse1.transpose(1, 2) / (channels * self.widths.temperature)

    def fine_heat(
        self, features: Features, pair: torch.Tensor, cell0: torch.Tensor, cell1: torch.Tensor
    ) -> torch.Tensor:
        """How well each place of the window around `cell1` fits the centre of `cell0`.

        Args:
            pair, cell0, cell1: int64 [M], indices of the pair and of the cells.

        Returns:
            Logits [M, window * window], in reading order.
        """
        matches = {"b_ids": pair, "i_ids": cell0, "j_ids": cell1, "stride_c": STRIDE, "stride_f": 2}
        windows = self.loftr.fine_preprocess(*features.fine, *features.coarse, matches)
        window0, window1 = self.loftr.loftr_fine(*windows)
        centre = window0[:, window0.shape[1] // 2]
        return (window1 @ centre[..., None])[..., 0] / centre.shape[-1] ** 0.5

    def refine(self, features: Features, pair: torch.Tensor, cell0: torch.Tensor, cell1: torch.Tensor) -> torch.Tensor:
        """Where in the window around `cell1` the centre of `cell0` is found: see `expected_place`."""
        return expected_place(self.fine_heat(features, pair, cell0, cell1))

    def _position_encoding(
        self, count: int, rows: int, columns: int, placement: torch.Generator | None
    ) -> torch.Tensor:
        encoding = self.loftr.pos_encoding.pe[0]
        if placement is None:
            return encoding[None, :, :rows, :columns]
        device = placement.device
        top = torch.randint(0, max(1, PLACEMENT_CELLS - rows), (count, 1), generator=placement, device=device)
        left = torch.randint(0, max(1, PLACEMENT_CELLS - columns), (count, 1), generator=placement, device=device)
        y = top + torch.arange(rows, device=device)
        x = left + torch.arange(columns, device=device)
        return encoding[:, y[:, :, None], x[:, None, :]].transpose(0, 1)


def window_places(heat: torch.Tensor) -> torch.Tensor:
    """[window * window, 2]: x and y of each place of a window, from -1 to 1 between its outermost ones."""
    side = math.isqrt(heat.shape[-1])
    steps = torch.linspace(-1, 1, side, device=heat.device, dtype=heat.dtype)
    return torch.stack(torch.meshgrid(steps, steps, indexing="xy"), dim=-1).reshape(-1, 2)


def expected_place(heat: torch.Tensor) -> torch.Tensor:
    """
    Args:
        heat: logits [M, window * window].

    Returns:
        [M, 3]: x and y from -1 to 1 between the centres of the window's outermost cells, and the sum of their
        standard deviations.
    """
    share = torch.softmax(heat, dim=1)
    places = window_places(heat)
    mean = share @ places
    variance = (share @ places.square() - mean.square()).clamp(min=1e-6)
    return torch.cat([mean, variance.sqrt().sum(-1, keepdim=True)], dim=-1)


def _is_fine(name: str) -> bool:
    """Whether a part serves the fine stage alone: the pyramid's way up from the coarse map, and what follows."""
    return name.startswith(("backbone.layer2_outconv", "backbone.layer1_outconv", "fine_preprocess.", "loftr_fine."))


def start_from(network: CompactLoftr, other: dict[str, torch.Tensor]) -> None:
    """Starts from the weights of a narrower, wider, shallower or deeper network: from what both have.

    What grows keeps what the coarse stage computes: new channels begin as a fresh network's but feed the old ones
    with zeros, and new coarse layers begin as the identity (their last normalisation scales by zero). The fine stage
    is fresh where it grows: layer normalisation has no such extension. What shrinks keeps its first channels, heads
    and layers.
    """
    for name, tensor in network.loftr.state_dict().items():
        given = other.get(name)
        if given is None:
            if name.startswith("loftr_coarse.") and ".norm2." in name:
                tensor.zero_()
            continue
        if name.startswith(("fine_preprocess.", "loftr_fine.")) and len(given) < len(tensor):
            continue
        if name.endswith(("merge_feat.weight", "mlp.0.weight")):
            # Two vectors side by side: each keeps its own first channels.
            tensor, given = (weight.unflatten(1, (2, -1)).transpose(1, 2) for weight in (tensor, given))
        region = tuple(slice(0, min(pair)) for pair in zip(tensor.shape, given.shape))
        if tensor.dim() > 1:
            # Outputs that were there ignore inputs that were not.
            tensor[: region[0].stop, given.shape[1] :] = 0
        tensor[region] = given[region]
