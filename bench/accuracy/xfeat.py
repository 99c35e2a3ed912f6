"""The learned baseline: XFeat (Potje et al., CVPR 2024), sparse matching, run from its authors' own checkout.

    python3 xfeat.py CHECKOUT EVAL_DIR MATCHES_DIR

CHECKOUT is a clone of https://github.com/verlab/accelerated_features, weights included; needs torch and tqdm besides
the requirements of the scoring. Writes one match file a pair, for
`npm run bench:accuracy -- EVAL_DIR --matches MATCHES_DIR`.
"""

import hashlib
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import torch
from evaluationFolder import match_file, read_pairs, write_about, write_matches

FEATURES = 4096
LEAST_SIMILARITY = 0.82
SIZE = (640, 480)


def extract(network, path: Path) -> tuple[np.ndarray, torch.Tensor]:
    """Keypoints in pixels of the picture as stored, and descriptors of unit length."""
    picture = cv2.imread(str(path))
    if picture is None:
        sys.exit(f'"{path}" cannot be read as a picture.')
    height, width = picture.shape[:2]
    long_edge = SIZE if width >= height else SIZE[::-1]
    small = cv2.resize(picture, long_edge, interpolation=cv2.INTER_LINEAR)
    tensor = torch.from_numpy(small[:, :, ::-1].copy()).permute(2, 0, 1)[None].float() / 255
    found = network.detectAndCompute(tensor, top_k=FEATURES)[0]
    scale = np.array([width / long_edge[0], height / long_edge[1]])
    return (found["keypoints"].numpy() + 0.5) * scale - 0.5, found["descriptors"]


def match(descriptors0: torch.Tensor, descriptors1: torch.Tensor):
    """Indices of both ends and the similarity as confidence."""
    if len(descriptors0) == 0 or len(descriptors1) == 0:
        return np.empty(0, int), np.empty(0, int), np.empty(0)
    similarity, nearest = (descriptors0 @ descriptors1.T).max(dim=1)
    back = (descriptors0 @ descriptors1.T).argmax(dim=0)
    rows = torch.arange(len(nearest))
    kept = rows[(back[nearest] == rows) & (similarity > LEAST_SIMILARITY)]
    return kept.numpy(), nearest[kept].numpy(), similarity[kept].numpy()


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    checkout, evaluation, out = map(Path, sys.argv[1:])
    weights = checkout / "weights" / "xfeat.pt"
    if not weights.is_file():
        sys.exit(f'There is no "{weights}": give a clone of verlab/accelerated_features with its weights.')
    sys.path.insert(0, str(checkout))
    from modules.xfeat import XFeat

    out.mkdir(parents=True, exist_ok=True)
    network = XFeat(weights=torch.load(weights, map_location="cpu", weights_only=True))
    for pair in read_pairs(evaluation):
        start = time.perf_counter()
        with torch.inference_mode():
            points0, descriptors0 = extract(network, evaluation / pair["image0"])
            points1, descriptors1 = extract(network, evaluation / pair["image1"])
            ends0, ends1, confidence = match(descriptors0, descriptors1)
        seconds = time.perf_counter() - start
        write_matches(match_file(out, pair), points0[ends0], points1[ends1], confidence, seconds)
    write_about(
        out,
        label="XFeat",
        weights={"id": "xfeat", "sha256": hashlib.sha256(weights.read_bytes()).hexdigest()},
        settings=(
            f"PyTorch {torch.__version__}, {SIZE[0]}x{SIZE[1]}, {FEATURES} features, mutual, "
            f"similarity above {LEAST_SIMILARITY}"
        ),
    )
