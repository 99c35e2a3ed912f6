"""Evaluation folders and match files, as the Python programs of this benchmark read and write them."""

import json
import sys
from pathlib import Path

import numpy as np


def read_pairs(folder: Path) -> list[dict]:
    """The pairs of an evaluation folder; the benchmark itself checks them thoroughly before it calls Python."""
    path = folder / "pairs.json"
    try:
        return json.loads(path.read_text())
    except FileNotFoundError:
        sys.exit(f'There is no "{path}": give a folder with evaluation pairs.')
    except ValueError as error:
        sys.exit(f'"{path}" is no JSON: {error}.')


def match_file(folder: Path, pair: dict) -> Path:
    return folder / f"{pair['name'].replace('/', '__')}.json"


def read_matches(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Both ends of each match, N x 2 in pixels with pixel centres at integers; none where there is no file."""
    if not path.exists():
        return np.empty((0, 2)), np.empty((0, 2))
    try:
        content = json.loads(path.read_text())
        ends = [np.asarray(content[key], np.float64).reshape(-1, 2) for key in ("keypoints0", "keypoints1")]
    except (ValueError, KeyError, TypeError):
        sys.exit(f'"{path}" is no match file: it needs keypoints0 and keypoints1, lists of [x, y].')
    if len(ends[0]) != len(ends[1]) or not all(np.isfinite(points).all() for points in ends):
        sys.exit(f'"{path}" is damaged: its two lists of points differ in length or hold no numbers.')
    return ends[0], ends[1]


def write_matches(path: Path, points0, points1, confidence, seconds: float) -> None:
    content = {
        "keypoints0": np.asarray(points0, float).round(4).tolist(),
        "keypoints1": np.asarray(points1, float).round(4).tolist(),
        "confidence": np.asarray(confidence, float).round(6).tolist(),
        "timingsMs": {"total": round(1000 * seconds, 1)},
    }
    path.write_text(json.dumps(content))


def write_about(folder: Path, **about) -> None:
    """What made the match files of a folder: `label`, `weights` and `settings`, for the table."""
    (folder / "about.json").write_text(json.dumps(about))
