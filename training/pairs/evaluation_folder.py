"""Drawn pairs of held-out photographs as a folder that `npm run bench:accuracy` reads, so that settings of the product
can be chosen without looking at the pictures it is judged by.

    python -m training.pairs.evaluation_folder PHOTOS FOLDER [--pairs 24] [--seed 0]
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import torch
from PIL import Image

from ..loop import load_bank
from .generate import KINDS, PairBatch, PairGenerator
from .scenes import Cameras, SceneKind

SIZE = (640, 480)
DIFFICULTIES = (0.3, 1.0)
"""Of the first and the last pair of a kind, the others evenly between them."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="folder of photographs; every eighth is used")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--pairs", type=int, default=24, help="of each kind of scene")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    bank = load_bank(
        arguments.photos, channels=3, held_out=True, seed=arguments.seed, device=torch.device("cpu")
    )
    generator = PairGenerator(bank, arguments.seed)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for kind in KINDS:
        for k, difficulty in enumerate(torch.linspace(*DIFFICULTIES, arguments.pairs).tolist()):
            batch = generator.draw(kind, 1, SIZE, difficulty)
            entry = describe_pair(kind, f"{kind}_{k:02d}", batch)
            for side in (0, 1):
                pixels = batch.pictures[side][0].permute(1, 2, 0).mul(255).round().byte().numpy()
                Image.fromarray(pixels).save(arguments.folder / entry[f"image{side}"])
            entries.append(entry)
    (arguments.folder / "pairs.json").write_text(json.dumps(entries, indent=1))


def describe_pair(kind: SceneKind, name: str, batch: PairBatch) -> dict:
    """The entry of `pairs.json` for the first pair of a batch."""
    cameras = batch.scenes.cameras
    entry = {
        "name": name,
        "set": f"drawn-{kind}",
        **{f"image{side}": f"{name}_{side}.png" for side in (0, 1)},
        **{f"size{side}": list(batch.size) for side in (0, 1)},
    }
    if kind == "flat":
        to_wall = wall_to_picture(cameras[0])[0].inverse()
        homography = wall_to_picture(cameras[1])[0] @ to_wall
        return {**entry, "type": "homography", "H_0to1": (homography / homography[2, 2]).tolist()}
    rotation, translation = (part[0] for part in relative_pose(*cameras))
    pose = torch.eye(4, dtype=torch.float64)
    pose[:3, :3], pose[:3, 3] = rotation, translation
    intrinsics = {f"K{side}": intrinsic_matrix(cameras[side])[0].tolist() for side in (0, 1)}
    return {**entry, "type": "pose", **intrinsics, "T_0to1": pose.tolist()}


def intrinsic_matrix(camera: Cameras) -> torch.Tensor:
    """float64 [B, 3, 3]."""
    matrix = torch.diag_embed(torch.stack([camera.focal_px, camera.focal_px, torch.ones_like(camera.focal_px)], dim=-1))
    matrix[:, :2, 2] = camera.centre_px
    return matrix.double()


def relative_pose(camera0: Cameras, camera1: Cameras) -> tuple[torch.Tensor, torch.Tensor]:
    """float64 [B, 3, 3] and [B, 3]: a point X of camera 0 is at R X + t in camera 1."""
    rotation0, rotation1 = camera0.rotation.double(), camera1.rotation.double()
    translation = (rotation1 @ (camera0.position - camera1.position).double()[..., None])[..., 0]
    return rotation1 @ rotation0.transpose(1, 2), translation


def wall_to_picture(camera: Cameras) -> torch.Tensor:
    """float64 [B, 3, 3]: the homography from the plane z = 0, on which flat scenes hang their picture, to pixels."""
    rotation = camera.rotation.double()
    translation = -rotation @ camera.position.double()[..., None]
    return intrinsic_matrix(camera) @ torch.cat([rotation[:, :, :2], translation], dim=2)


if __name__ == "__main__":
    main()
