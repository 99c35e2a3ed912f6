"""Convolutions in half precision on CPUs with matrix units (AMX), where they take a third of the time."""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

CHANNELS = 16
"""To whose multiples channels are padded: the fast kernels want them, and with other widths the backward pass of
channels-last convolutions corrupts memory (PyTorch 2.13)."""
SIZES_COMPILED = 64
"""Of all modules together, each size of picture anew; PyTorch's own limit is eight."""


def runs_on_matrix_units(network: nn.Module) -> bool:
    """Whether a network is on a CPU that has them; a GPU's host may have them, too."""
    on_cpu = next(network.parameters()).device.type == "cpu"
    return on_cpu and bool(torch.cpu.get_capabilities().get("amx_bf16", False))


class HalfPrecision:
    """Runs a module of convolutions, batch normalisations and activations in bfloat16, its parameters kept and taught
    in full precision. Padded channels are zero throughout, so that the others are what they are without them.

    Args:
        module: none of its layers may mix channels other than by convolutions, or map zero to anything else.
    """

    def __init__(self, module: nn.Module) -> None:
        torch._dynamo.config.recompile_limit = max(torch._dynamo.config.recompile_limit, SIZES_COMPILED)
        self.module = module
        self._run = torch.compile(_run_padded, dynamic=False)

    def __call__(self, pictures: torch.Tensor) -> Any:
        """
        Args:
            pictures: [N, C, H, W].

        Returns:
            What the module returns, its tensors in bfloat16 and with their channels padded.
        """
        parameters, buffers = dict(self.module.named_parameters()), dict(self.module.named_buffers())
        result, updated = self._run(self.module, parameters, buffers, pictures)
        with torch.no_grad():
            for name, buffer in buffers.items():
                buffer.copy_(updated[name][tuple(slice(size) for size in buffer.shape)])
        return result


def _run_padded(
    module: nn.Module, parameters: dict[str, torch.Tensor], buffers: dict[str, torch.Tensor], pictures: torch.Tensor
) -> tuple[Any, dict[str, torch.Tensor]]:
    """
    Returns:
        What the module returns, and its buffers after it.
    """
    padded = {name: _padded(parameter) for name, parameter in parameters.items()}
    updated = {name: _padded(buffer).clone() for name, buffer in buffers.items()}
    with torch.autocast("cpu", torch.bfloat16):
        result = torch.func.functional_call(module, {**padded, **updated}, (_padded_channels(pictures),))
    return result, updated


def _padded(weights: torch.Tensor) -> torch.Tensor:
    """Of a convolution or a vector over channels."""
    if weights.dim() == 0:
        return weights
    outputs = -weights.shape[0] % CHANNELS
    if weights.dim() == 1:
        return F.pad(weights, (0, outputs))
    padding = (0, 0, 0, 0, 0, _missing(weights.shape[1]), 0, outputs)
    return F.pad(weights, padding).contiguous(memory_format=torch.channels_last)


def _padded_channels(pictures: torch.Tensor) -> torch.Tensor:
    padding = (0, 0, 0, 0, 0, _missing(pictures.shape[1]))
    return F.pad(pictures, padding).contiguous(memory_format=torch.channels_last)


def _missing(inputs: int) -> int:
    """Channels to the next multiple; a picture's own few stay as they are."""
    return -inputs % CHANNELS if inputs > 3 else 0
