"""Weights as the page reads them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import torch
from safetensors.torch import save_file


def save_weights(tensors: Mapping[str, torch.Tensor], path: Path, metadata: Mapping[str, str]) -> None:
    """fp16 safetensors; the batch counters of normalisations are training's and stay behind."""
    kept = {
        name: tensor.detach().cpu().half().contiguous()
        for name, tensor in tensors.items()
        if not name.endswith("num_batches_tracked")
    }
    save_file(kept, str(path), metadata={"format": "pt", "covis.license": "MIT", **metadata})
