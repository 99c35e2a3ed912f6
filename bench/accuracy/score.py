"""Scores match files against the ground truth of an evaluation folder with OpenCV's robust estimators.

    python3 score.py EVAL_DIR REPEATS MATCHES_DIR...

A folder holds one match file a pair, named after the pair with "/" as "__"; a pair without one has no matches. The
estimators draw random samples, so another order of the same matches gives another result: each pair is scored REPEATS
times, first with the matches as they come, then in seeded random orders. Prints JSON: for each folder one entry a
pair, with

    matches   how many there are
    correct   share of them that agree with the ground truth: within 3 px of the homography, in pixels of a picture
              with a short side of 480, or with a Sampson error below 1.5 px; null where nothing was estimated
    errors    homography: mean distance of the four corners, in pixels of a picture with a short side of 480
              pose: the larger of the angles between the rotations and between the translations' directions, degrees
              null where no geometry was found
    recalls   hand-made correspondences: share of them within t px of the epipolar lines in both photos, mean over
              t = 1..10; 0 where no geometry was found

The thresholds, iterations and confidences of the estimators are part of the measure.
"""

import json
import sys
from pathlib import Path

import numpy as np

try:
    import cv2
except ModuleNotFoundError:
    sys.exit("This needs OpenCV for Python: pip install -r bench/accuracy/requirements.txt")

from evaluationFolder import match_file, read_matches, read_pairs

CONFIDENCE = 0.99999
MAX_ITERATIONS = 20_000
SHORT_SIDE = 480


def homogeneous(points: np.ndarray) -> np.ndarray:
    return np.column_stack([points, np.ones(len(points))])


def project(homography: np.ndarray, points: np.ndarray) -> np.ndarray:
    return cv2.perspectiveTransform(points[None], homography)[0]


def correct_on_plane(pair: dict, points0: np.ndarray, points1: np.ndarray) -> float:
    errors = np.linalg.norm(project(np.float64(pair["H_0to1"]), points0) - points1, axis=1)
    return float((errors * SHORT_SIDE / min(pair["size1"]) < 3).mean())


def corner_error(pair: dict, points0: np.ndarray, points1: np.ndarray) -> float | None:
    if len(points0) < 4:
        return None
    scale0, scale1 = (SHORT_SIDE / min(pair[key]) for key in ("size0", "size1"))
    estimate, _ = cv2.findHomography(
        points0, points1, cv2.USAC_MAGSAC, 3 / scale0, maxIters=MAX_ITERATIONS, confidence=CONFIDENCE
    )
    if estimate is None:
        return None
    width, height = pair["size0"]
    corners = np.float64([[0, 0], [width - 1, 0], [width - 1, height - 1], [0, height - 1]])
    distances = np.linalg.norm(
        project(estimate, corners) - project(np.float64(pair["H_0to1"]), corners), axis=1
    )
    return float(distances.mean() * scale1)


def cameras(pair: dict) -> tuple[np.ndarray, np.ndarray, float]:
    """Both intrinsic matrices and the mean focal length in pixels."""
    camera0, camera1 = np.float64(pair["K0"]), np.float64(pair["K1"])
    return camera0, camera1, (camera0[0, 0] + camera0[1, 1] + camera1[0, 0] + camera1[1, 1]) / 4


def rays(points: np.ndarray, camera: np.ndarray) -> np.ndarray:
    return (points - camera[:2, 2]) / camera[[0, 1], [0, 1]]


def correct_by_pose(pair: dict, points0: np.ndarray, points1: np.ndarray) -> float:
    camera0, camera1, focal = cameras(pair)
    truth = np.float64(pair["T_0to1"])
    x, y, z = truth[:3, 3]
    essential = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]) @ truth[:3, :3]
    ends0, ends1 = homogeneous(rays(points0, camera0)), homogeneous(rays(points1, camera1))
    lines1, lines0 = ends0 @ essential.T, ends1 @ essential
    gradients = lines1[:, 0] ** 2 + lines1[:, 1] ** 2 + lines0[:, 0] ** 2 + lines0[:, 1] ** 2
    return float((np.sum(ends1 * lines1, axis=1) ** 2 / gradients < (1.5 / focal) ** 2).mean())


def pose_error(pair: dict, points0: np.ndarray, points1: np.ndarray) -> float | None:
    if len(points0) < 6:
        return None
    camera0, camera1, focal = cameras(pair)
    rays0, rays1 = rays(points0, camera0), rays(points1, camera1)
    estimates, inliers = cv2.findEssentialMat(
        rays0, rays1, np.eye(3), cv2.USAC_MAGSAC, CONFIDENCE, 1.0 / focal
    )
    if estimates is None:
        return None
    truth = np.float64(pair["T_0to1"])
    errors = []
    for essential in np.split(estimates, len(estimates) // 3):
        _, rotation, translation, _ = cv2.recoverPose(
            essential, rays0, rays1, np.eye(3), 1e9, mask=inliers.copy()
        )
        turn = (np.trace(rotation.T @ truth[:3, :3]) - 1) / 2
        # The direction's sign does not count.
        along = abs(float(translation[:, 0] @ truth[:3, 3])) / np.linalg.norm(truth[:3, 3])
        errors.append(np.degrees(np.arccos(np.clip([turn, along], -1, 1))).max())
    return float(min(errors))


def epipolar_recall(pair: dict, points0: np.ndarray, points1: np.ndarray) -> float:
    if len(points0) < 8:
        return 0.0
    estimate, _ = cv2.findFundamentalMat(
        points0, points1, cv2.USAC_MAGSAC, 1.5, CONFIDENCE, MAX_ITERATIONS
    )
    if estimate is None:
        return 0.0
    fundamental = estimate[:3]
    marked = np.float64(pair["correspondences"])
    marked0, marked1 = homogeneous(marked[:, :2]), homogeneous(marked[:, 2:])
    lines1, lines0 = marked0 @ fundamental.T, marked1 @ fundamental
    residuals = np.abs(np.sum(marked1 * lines1, axis=1))
    lengths = np.minimum(np.linalg.norm(lines1[:, :2], axis=1), np.linalg.norm(lines0[:, :2], axis=1))
    return float(np.mean([(residuals / lengths < t).mean() for t in range(1, 11)]))


# Each type of pair: its measure, the name of the list of results, and what a correct match is.
MEASURES = {
    "homography": (corner_error, "errors", correct_on_plane),
    "pose": (pose_error, "errors", correct_by_pose),
    "corrs": (epipolar_recall, "recalls", None),
}


def score_pair(pair: dict, points0: np.ndarray, points1: np.ndarray, repeats: int) -> dict:
    measure, results_name, correct = MEASURES[pair["type"]]
    results = []
    for repeat in range(repeats):
        order = np.random.default_rng(repeat).permutation(len(points0)) if repeat else slice(None)
        cv2.setRNGSeed(0)
        results.append(measure(pair, points0[order], points1[order]))
    estimated = correct is not None and results[0] is not None
    return {
        "name": pair["name"],
        "matches": len(points0),
        "correct": correct(pair, points0, points1) if estimated else None,
        results_name: results,
    }


def score_folder(pairs: list[dict], folder: Path, repeats: int) -> list[dict]:
    return [score_pair(pair, *read_matches(match_file(folder, pair)), repeats) for pair in pairs]


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    evaluation, repeats, *folders = sys.argv[1:]
    all_pairs = read_pairs(Path(evaluation))
    report = {
        "versions": {"OpenCV": cv2.__version__, "NumPy": np.__version__},
        "folders": [score_folder(all_pairs, Path(folder), int(repeats)) for folder in folders],
    }
    json.dump(report, sys.stdout, allow_nan=False)
