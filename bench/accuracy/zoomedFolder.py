"""Pairs of a photograph and a slanted close-up of a part of it, with the exact homography between them, as a folder that
`npm run bench:accuracy` reads: 1.7 to 4.2 times as large, half of them upright to 15 degrees and half turned anyhow, in
another light; the close-up comes first in half of them.

    python3 bench/accuracy/zoomedFolder.py PHOTOS FOLDER [--pairs 32] [--seed 7]

Every eighth photograph is used, which training/ holds out as well.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

EVERY = 8
LONG_EDGE = 640
CLOSE_UP = (480, 360)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=32)
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    files = sorted(path for path in arguments.photos.iterdir() if path.suffix.lower() in {".jpg", ".jpeg", ".png"})
    photos = [read_photo(path) for path in files[::EVERY]]
    if not photos:
        raise SystemExit(f"{arguments.photos} holds no .jpg or .png file: name a folder of photographs.")
    random = np.random.default_rng(arguments.seed)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for index in range(arguments.pairs):
        pictures, homography = draw_pair(photos[index % len(photos)], index % 2 == 1, random)
        if index % 4 >= 2:
            pictures, homography = pictures[::-1], np.linalg.inv(homography)
        entry = {"name": f"zoom_{index:02d}", "set": "zoom", "type": "homography"}
        for side, picture in enumerate(pictures):
            entry[f"image{side}"] = f"{entry['name']}_{side}.jpg"
            entry[f"size{side}"] = [picture.shape[1], picture.shape[0]]
            cv2.imwrite(str(arguments.folder / entry[f"image{side}"]), picture, [cv2.IMWRITE_JPEG_QUALITY, 88])
        entries.append({**entry, "H_0to1": (homography / homography[2, 2]).tolist()})
    (arguments.folder / "pairs.json").write_text(json.dumps(entries, indent=1))


def read_photo(path: Path) -> np.ndarray:
    photo = cv2.imread(str(path))
    if photo is None:
        raise SystemExit(f"{path} could not be read as a picture: take it out of the folder or replace it.")
    return photo


def draw_pair(photo: np.ndarray, turned: bool, random: np.random.Generator) -> tuple[list[np.ndarray], np.ndarray]:
    """The whole photo and a close-up of it, and the homography from pixels of the one to those of the other."""
    height, width = photo.shape[:2]
    long = max(width, height)
    whole = cv2.resize(photo, None, fx=LONG_EDGE / long, fy=LONG_EDGE / long, interpolation=cv2.INTER_AREA)
    zoom = np.exp(random.uniform(np.log(1.7), np.log(4.2)))
    angle = np.deg2rad(random.uniform(-180, 180) if turned else random.uniform(-15, 15))
    margin = 0.5 / zoom + 0.02
    centre = random.uniform(margin, 1 - margin) * width, random.uniform(margin, 1 - margin) * height
    slant = random.uniform(-0.25, 0.25, 2) / (CLOSE_UP[0] / 2)
    scale = zoom * CLOSE_UP[0] / long
    stretch = random.uniform(0.85, 1.18)
    cosine, sine = np.cos(angle), np.sin(angle)
    to_close_up = (
        moved(CLOSE_UP[0] / 2 - 0.5, CLOSE_UP[1] / 2 - 0.5)
        @ np.array([[1, 0, 0], [0, 1, 0], [*slant, 1]])
        @ np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
        @ np.diag([scale, scale * stretch, 1])
        @ moved(-centre[0], -centre[1])
    )
    filtering = cv2.INTER_LINEAR if scale > 1 else cv2.INTER_AREA
    close_up = cv2.warpPerspective(photo, to_close_up, CLOSE_UP, flags=filtering, borderValue=(90, 90, 90))
    # Pixel centres of the whole photo's picture: at integers, as everywhere.
    to_photo = moved(-0.5, -0.5) @ np.diag([width / whole.shape[1], height / whole.shape[0], 1]) @ moved(0.5, 0.5)
    return [whole, in_another_light(close_up, random)], to_close_up @ to_photo


def in_another_light(picture: np.ndarray, random: np.random.Generator) -> np.ndarray:
    gamma = np.exp(random.uniform(-0.5, 0.5))
    values = cv2.GaussianBlur((picture / 255) ** gamma * random.uniform(0.75, 1.1), (0, 0), 0.6)
    return np.clip(255 * (values + random.normal(0, 0.015, values.shape)), 0, 255).astype(np.uint8)


def moved(x: float, y: float) -> np.ndarray:
    return np.array([[1, 0, x], [0, 1, y], [0, 0, 1]], dtype=float)


if __name__ == "__main__":
    main()
