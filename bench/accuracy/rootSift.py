"""The classic baseline: RootSIFT (Arandjelovic and Zisserman, CVPR 2012), mutual nearest neighbours, ratio test.

    python3 rootSift.py EVAL_DIR MATCHES_DIR

writes one match file a pair, for `npm run bench:accuracy -- EVAL_DIR --matches MATCHES_DIR`.
"""

import sys
import time
from pathlib import Path

import cv2
import numpy as np
from evaluationFolder import match_file, read_pairs, write_about, write_matches

FEATURES = 8000
RATIO = 0.85


def extract(sift: cv2.SIFT, path: Path) -> tuple[np.ndarray, np.ndarray]:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        sys.exit(f'"{path}" cannot be read as a picture.')
    keypoints, descriptors = sift.detectAndCompute(picture, None)
    if descriptors is None:
        return np.empty((0, 2)), np.empty((0, 128), np.float32)
    root = np.sqrt(descriptors / np.maximum(descriptors.sum(axis=1, keepdims=True), 1e-12))
    return np.array([keypoint.pt for keypoint in keypoints]), root.astype(np.float32)


def match(descriptors0: np.ndarray, descriptors1: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices of both ends and 1 - ratio as confidence."""
    if len(descriptors0) < 2 or len(descriptors1) < 2:
        return np.empty(0, int), np.empty(0, int), np.empty(0)
    # The squared distance of unit vectors.
    distances = np.maximum(2 - 2 * descriptors0 @ descriptors1.T, 0)
    nearest = distances.argmin(axis=1)
    rows = np.arange(len(distances))
    two = np.sqrt(np.partition(distances, 1, axis=1)[:, :2])
    ratio = two[:, 0] / np.maximum(two[:, 1], 1e-12)
    kept = rows[(distances.argmin(axis=0)[nearest] == rows) & (ratio < RATIO)]
    return kept, nearest[kept], 1 - ratio[kept]


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    evaluation, out = Path(sys.argv[1]), Path(sys.argv[2])
    out.mkdir(parents=True, exist_ok=True)
    detector = cv2.SIFT_create(nfeatures=FEATURES)
    for pair in read_pairs(evaluation):
        start = time.perf_counter()
        points0, descriptors0 = extract(detector, evaluation / pair["image0"])
        points1, descriptors1 = extract(detector, evaluation / pair["image1"])
        ends0, ends1, confidence = match(descriptors0, descriptors1)
        seconds = time.perf_counter() - start
        write_matches(match_file(out, pair), points0[ends0], points1[ends1], confidence, seconds)
    write_about(
        out,
        label="RootSIFT",
        weights=None,
        settings=f"OpenCV {cv2.__version__}, full size, {FEATURES} features, mutual, ratio {RATIO}",
    )
