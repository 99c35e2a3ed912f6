"""Checkpoints to resume from: small enough to carry to another machine."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import torch
from torch import nn


def save_checkpoint(
    path: Path, step: int, network: nn.Module, average: nn.Module, optimizers: Sequence[torch.optim.Optimizer]
) -> None:
    """Writes beside and renames, so that an interrupted write leaves the former checkpoint."""
    beside = path.with_suffix(".partial")
    torch.save(
        {
            "step": step,
            "widths": asdict(network.widths),
            "network": network.state_dict(),
            "average": average.state_dict(),
            "optimizers": [optimizer.state_dict() for optimizer in optimizers],
        },
        beside,
    )
    beside.replace(path)


def load_checkpoint(
    path: Path, network: nn.Module, average: nn.Module, optimizers: Sequence[torch.optim.Optimizer]
) -> int:
    """
    Returns:
        The steps done so far.
    """
    checkpoint = torch.load(path, map_location="cpu", weights_only=True)
    network.load_state_dict(checkpoint["network"])
    average.load_state_dict(checkpoint["average"])
    for optimizer, state in zip(optimizers, checkpoint["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return checkpoint["step"]
