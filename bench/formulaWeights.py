"""The formula weights of src/testing/formulaWeights.ts, for the networks that Covis is measured against."""

import numpy as np
import torch


def formula_weights(shapes: dict[str, list[int]], gain: float = 0.7, halved: tuple[str, ...] = ()):
    """Tensors by name; those whose name contains one of `halved` are half as large."""
    return {
        name: formula_tensor(name, shape, gain) * (0.5 if any(part in name for part in halved) else 1)
        for name, shape in shapes.items()
    }


def formula_tensor(name: str, shape: list[int], gain: float) -> torch.Tensor:
    """Element k is an integer hash of the name and k, spread to [-1, 1) and scaled by the tensor's role."""
    seed = 0x811C9DC5
    for byte in name.encode():
        seed = ((seed ^ byte) * 0x01000193) & 0xFFFFFFFF
    count = int(np.prod(shape, dtype=np.int64))
    with np.errstate(over="ignore"):
        x = np.uint32(seed) + np.arange(count, dtype=np.uint32) * np.uint32(2654435761)
        x += np.uint32(0x9E3779B9)
        x ^= x >> 16
        x *= np.uint32(0x21F0AAAD)
        x ^= x >> 15
        x *= np.uint32(0x735A2D97)
        x ^= x >> 15
    u = x / 2**32 * 2 - 1
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    if name.endswith("running_mean"):
        values = 0.1 * u
    elif name.endswith("running_var"):
        values = 1 + 0.3 * u
    elif len(shape) == 1 and name.endswith("weight"):
        values = 1 + 0.2 * u
    elif len(shape) < 2:
        values = 0.05 * u
    else:
        values = u * np.sqrt(6 * gain / np.prod(shape[1:]))
    return torch.from_numpy(values.astype(np.float32).reshape(shape))
