"""What PyTorch finds with the shipped weights on two drawn pictures, to hold the page's network against.

    python -m training.loftr.golden WEIGHTS.safetensors FIXTURE.npz

The fixture is read for its pictures (`image0/1`, uint8 grey, and their homography `H_0to1`) and written again with
`keypoints0/1` in pixels and `confidence` of the mutual nearest matches above MINIMUM_CONFIDENCE.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open

from ..pairs.rendering import pixel_grid
from ..weights_file import load_tensors
from .network import CompactLoftr, LoftrWidths

MINIMUM_CONFIDENCE = 0.02


def load_weights(path: Path) -> CompactLoftr:
    """The network of exported weights, in double precision: where a window's attention is next to zero its
    normalisation magnifies rounding, and two fp32 results differ by hundredths of a pixel."""
    with safe_open(path, "pt") as file:
        config = json.loads(file.metadata()["covis.config"])
        tensors = {key: file.get_tensor(key).double() for key in file.keys()}
    widths = LoftrWidths(
        blocks=tuple(config["blockDims"]),
        coarse_pairs=len(config["coarse"]["layers"]) // 2,
        coarse_heads=config["coarse"]["heads"],
        fine_heads=config["fine"]["heads"],
        window=config["fine"]["window"],
        temperature=config["matching"]["temperature"],
    )
    network = CompactLoftr(widths)
    load_tensors(network.loftr, tensors, path)
    return network.double().eval()


@torch.no_grad()
def match(network: CompactLoftr, image0: np.ndarray, image1: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """
    Args:
        image0, image1: uint8 grey [H, W], of one size with sides that are multiples of 8.

    Returns:
        keypoints0 and keypoints1, float32 [N, 2] in pixels, and confidence, float32 [N].
    """
    pictures = tuple(torch.from_numpy(image)[None, None].double() / 255 for image in (image0, image1))
    features = network.features(pictures)
    similarity = network.similarity(features)[0]
    confidence = torch.softmax(similarity, 0) * torch.softmax(similarity, 1)
    best, cell1 = confidence.max(dim=1)
    mutual = confidence.max(dim=0).indices[cell1] == torch.arange(len(best))
    cell0 = (mutual & (best > MINIMUM_CONFIDENCE)).nonzero()[:, 0]
    matched = cell1[cell0]
    refined = network.refine(features, torch.zeros_like(cell0), cell0, matched)
    height, width = image0.shape
    cells = pixel_grid(width, height, 8, torch.device("cpu"))
    reach = 2 * (network.widths.window // 2)
    keypoints1 = cells[matched] + reach * refined[:, :2]
    return tuple(column.float().numpy() for column in (cells[cell0], keypoints1, best[cell0]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("fixture", type=Path)
    arguments = parser.parse_args()
    fixture = dict(np.load(arguments.fixture))
    keypoints0, keypoints1, confidence = match(load_weights(arguments.weights), fixture["image0"], fixture["image1"])
    pictures = {key: fixture[key] for key in ("image0", "image1", "H_0to1")}
    np.savez_compressed(
        arguments.fixture, **pictures, keypoints0=keypoints0, keypoints1=keypoints1, confidence=confidence
    )
    mapped = np.c_[keypoints0, np.ones(len(keypoints0))] @ fixture["H_0to1"].T
    error = np.linalg.norm(mapped[:, :2] / mapped[:, 2:] - keypoints1, axis=1)
    print(f"{len(confidence)} matches, median error {np.median(error):.2f} px")


if __name__ == "__main__":
    main()
