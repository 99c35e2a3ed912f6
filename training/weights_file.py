"""Weights as the page reads them."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import nn


def save_weights(tensors: Mapping[str, torch.Tensor], path: Path, metadata: Mapping[str, str]) -> None:
    """fp16 safetensors; the batch counters of normalisations are training's and stay behind."""
    kept = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in tensors.items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(kept, str(path), metadata={"format": "pt", "covis.license": "MIT", **metadata})


def load_tensors(module: nn.Module, tensors: Mapping[str, torch.Tensor], path: Path) -> None:
    """
    Raises:
        ValueError: `path`, which the tensors are from, does not hold this very network.
    """
    missing, unexpected = module.load_state_dict(tensors, strict=False)
    absent = [name for name in missing if not name.endswith("num_batches_tracked")]
    if absent or unexpected:
        raise ValueError(f"{path} does not hold this network: missing {absent}, unexpected {unexpected}.")


def run_export(
    description: str,
    default_name: str,
    build: Callable[[Mapping[str, Any]], nn.Module],
    export: Callable[[Any, Path, str], None],
) -> None:
    """The command line of both networks' exports.

    Args:
        build: the network of the widths that a checkpoint tells.
        export: writes it to a file under a name.
    """
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--name", default=default_name)
    parser.add_argument(
        "--last", action="store_true", help="the last step's weights; their average lags behind in a short run"
    )
    arguments = parser.parse_args()
    checkpoint = torch.load(arguments.checkpoint, map_location="cpu", weights_only=True)
    network = build(checkpoint["widths"])
    network.load_state_dict(checkpoint["network" if arguments.last else "average"])
    export(network, arguments.out, arguments.name)
