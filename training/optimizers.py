"""What takes the steps of a training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import torch
from torch import nn

WEIGHT_DECAY = 0.01
MOMENTUM = 0.95
NEWTON_SCHULZ_STEPS = 5
NEWTON_SCHULZ = (3.4445, -4.7750, 2.0315)
"""Coefficients of a quintic whose iterates bring singular values near 1, not exactly to it: fast rather than precise."""
ADAM_STEP = 0.2
"""Usual root mean square of AdamW's steps at a learning rate of 1, to which Muon's are brought."""


class Muon(torch.optim.Optimizer):
    """Steps along the momentum with all its singular values made equal (Jordan et al., "Muon: an optimizer for hidden
    layers in neural networks", 2024), scaled as AdamW's are (Liu et al., "Muon is scalable for LLM training", 2025).

    PyTorch's own takes matrices alone; here a convolution is the matrix of its output channels by all else.

    Args:
        parameters: of two or more dimensions.
    """

    def __init__(self, parameters: Iterable[nn.Parameter], lr: float) -> None:
        super().__init__(parameters, {"lr": lr})

    @torch.no_grad()
    def step(self) -> None:
        for group in self.param_groups:
            for parameter in group["params"]:
                if parameter.grad is None:
                    continue
                state = self.state[parameter]
                if not state:
                    state["momentum"] = torch.zeros_like(parameter)
                momentum = state["momentum"].lerp_(parameter.grad, 1 - MOMENTUM)
                direction = orthogonalised(parameter.grad.lerp(momentum, MOMENTUM).flatten(1))
                parameter.mul_(1 - group["lr"] * WEIGHT_DECAY)
                length = ADAM_STEP * max(direction.shape) ** 0.5
                parameter.add_(direction.view_as(parameter), alpha=-group["lr"] * length)


def orthogonalised(matrix: torch.Tensor) -> torch.Tensor:
    """A matrix [M, N] with the same singular vectors and singular values between about 0.7 and 1.2."""
    a, b, c = NEWTON_SCHULZ
    x = matrix / (matrix.norm() + 1e-7)
    is_tall = len(x) > x.shape[1]
    if is_tall:
        x = x.T
    for _ in range(NEWTON_SCHULZ_STEPS):
        gram = x @ x.T
        x = a * x + (b * gram + c * gram @ gram) @ x
    return x.T if is_tall else x


def create_optimizers(
    parameters: Sequence[nn.Parameter], learning_rate: float, use_muon: bool
) -> list[torch.optim.Optimizer]:
    """AdamW for all of them, or Muon for matrices and convolutions and AdamW for the rest."""
    matrices = [parameter for parameter in parameters if use_muon and parameter.dim() >= 2]
    others = [parameter for parameter in parameters if not use_muon or parameter.dim() < 2]
    adam = torch.optim.AdamW(others, lr=learning_rate, weight_decay=WEIGHT_DECAY)
    return [Muon(matrices, learning_rate), adam] if matrices else [adam]
