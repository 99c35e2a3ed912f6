"""Random scenes of textured parallelograms, and random pairs of cameras that look at them.

Three kinds, each from easy to hard: a flat picture (the pair is related by a homography), a wall with things that
stand out of it (buildings), and a room with boxes (wide baselines, occlusion, bare walls).
Units are those of the scene: a wall is about two wide, a room about ten.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import torch
import torch.nn.functional as F

SceneKind = Literal["flat", "relief", "room"]


@dataclass(frozen=True)
class Surfaces:
    """Q parallelograms for each of B scenes: origin + a edge_u + b edge_v, a and b in [0, 1]."""

    origin: torch.Tensor  # [B, Q, 3]
    edge_u: torch.Tensor  # [B, Q, 3]
    edge_v: torch.Tensor  # [B, Q, 3]
    tile: torch.Tensor  # int64 [B, Q]
    uv_origin: torch.Tensor  # [B, Q, 2], where in the tile the parallelogram begins
    uv_size: torch.Tensor  # [B, Q, 2], how much of the tile it shows
    contrast: torch.Tensor  # [B, Q], 0 = a bare surface
    brightness: torch.Tensor  # [B, Q], of the bare surface


@dataclass(frozen=True)
class Cameras:
    """Pinhole cameras; pixel centres at integer coordinates, x right, y down, z forward."""

    focal_px: torch.Tensor  # [B]
    centre_px: torch.Tensor  # [B, 2]
    rotation: torch.Tensor  # [B, 3, 3], world to camera
    position: torch.Tensor  # [B, 3]

    def rays(self, points: torch.Tensor) -> torch.Tensor:
        """World directions [B, N, 3] through pixels [B, N, 2], of depth 1 along the optical axis."""
        slopes = (points - self.centre_px[:, None]) / self.focal_px[:, None, None]
        return F.pad(slopes, (0, 1), value=1.0) @ self.rotation

    def project(self, points: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Pixels [B, N, 2] and depths [B, N] of world points [B, N, 3]; pixels mean nothing at depths <= 0."""
        seen = (points - self.position[:, None]) @ self.rotation.transpose(1, 2)
        depth = seen[..., 2]
        slopes = seen[..., :2] / depth.clamp(min=1e-6)[..., None]
        return slopes * self.focal_px[:, None, None] + self.centre_px[:, None], depth


@dataclass(frozen=True)
class Scenes:
    surfaces: Surfaces
    cameras: tuple[Cameras, Cameras]


class SceneMaker:
    """Draws scenes from one seeded generator.

    Args:
        tiles: how many tiles the texture bank holds.
        generator: lives on the device the scenes are made on.
    """

    def __init__(self, tiles: int, generator: torch.Generator) -> None:
        self.tiles = tiles
        self.generator = generator
        self.device = generator.device

    def make(self, kind: SceneKind, batch: int, size: tuple[int, int], difficulty: float) -> Scenes:
        """
        Args:
            size: width and height of both pictures in pixels.
            difficulty: from 0 (small motions) to 1 (tilts to 65 degrees, turns to 60, scales to 2.5).
        """
        if kind == "flat":
            shapes = [self._wall(batch)]
        elif kind == "relief":
            shapes = [self._wall(batch), *(self._box_on_wall(batch) for _ in range(4))]
        else:
            shapes = [faces for _ in range(4) for faces in self._furniture(batch)]
        shapes.append(self._shell(batch, inside_room=kind == "room"))
        parallelograms = torch.cat(shapes, dim=1)
        if kind == "room":
            cameras = self._cameras_around(batch, size, difficulty)
        else:
            cameras = self._cameras_before_wall(batch, size, difficulty)
        # Some rooms are all pictures, some next to nothing but edges.
        bare = self._uniform(0, 0.8, batch, 1) if kind == "room" else 0.2
        return Scenes(self._textured(parallelograms, bare, whole_first=kind == "flat"), cameras)

    def _uniform(self, low: float, high: float, *shape: int) -> torch.Tensor:
        return low + (high - low) * torch.rand(*shape, generator=self.generator, device=self.device)

    def _wall(self, batch: int) -> torch.Tensor:
        half = torch.stack([self._uniform(0.8, 1.3, batch), self._uniform(0.8, 1.3, batch)], dim=-1)
        zero = torch.zeros_like(half[:, 0])
        origin = torch.stack([-half[:, 0], -half[:, 1], zero], dim=-1)
        edge_u = torch.stack([2 * half[:, 0], zero, zero], dim=-1)
        edge_v = torch.stack([zero, 2 * half[:, 1], zero], dim=-1)
        return torch.stack([origin, edge_u, edge_v], dim=1)[:, None]

    def _box_on_wall(self, batch: int) -> torch.Tensor:
        half = torch.stack(
            [self._uniform(0.08, 0.4, batch), self._uniform(0.08, 0.4, batch), self._uniform(0.03, 0.35, batch)],
            dim=-1,
        )
        x, y = self._uniform(-0.9, 0.9, 2, batch)
        centre = torch.stack([x, y, -half[:, 2]], dim=-1)
        return _box(centre, half, yaw=torch.zeros_like(x))[:, :5]

    def _furniture(self, batch: int) -> tuple[torch.Tensor, torch.Tensor]:
        """A box on the floor or above it, and a smaller thing on top: anything from a crate to a rod or a sheet."""
        half = self._uniform(0.2, 0.8, batch, 3)
        x, z = self._uniform(-1.6, 1.6, 2, batch)
        # Every third one floats: shelves, lamps, pictures on strings.
        lift = self._uniform(0, 1.2, batch) * (self._uniform(0, 1, batch) < 0.33)
        centre = torch.stack([x, 1 - half[:, 1] - lift, z], dim=-1)
        thing = torch.exp(self._uniform(math.log(0.02), math.log(0.4), batch, 3))
        aside = self._uniform(-0.7, 0.7, batch, 3) * half
        on_top = centre + aside
        on_top[:, 1] = centre[:, 1] - half[:, 1] - thing[:, 1]
        return tuple(
            _box(where, size, yaw=self._uniform(0, math.pi, batch))[:, :5]
            for where, size in ((centre, half), (on_top, thing))
        )

    def _shell(self, batch: int, inside_room: bool) -> torch.Tensor:
        if inside_room:
            half = torch.stack(
                [self._uniform(4.5, 6, batch), self._uniform(1.6, 2.5, batch), self._uniform(4.5, 6, batch)], dim=-1
            )
            centre = torch.stack([torch.zeros(batch, device=self.device), 1 - half[:, 1],
                                  torch.zeros(batch, device=self.device)], dim=-1)
        else:
            half = self._uniform(6, 12, batch, 3)
            centre = torch.zeros(batch, 3, device=self.device)
        return _box(centre, half, yaw=torch.zeros(batch, device=self.device))

    def _textured(self, parallelograms: torch.Tensor, bare_share: torch.Tensor | float, whole_first: bool) -> Surfaces:
        """
        Args:
            bare_share: of the surfaces [B, 1] or of all scenes, how many show hardly any of their texture.
            whole_first: the first surface shows all of a tile, and plainly.
        """
        batch, count = parallelograms.shape[:2]
        # Distinct tiles within a scene: two surfaces that look the same would have two right answers.
        order = torch.rand(batch, self.tiles, generator=self.generator, device=self.device).argsort(dim=1)
        tile = order[:, torch.arange(count, device=self.device) % self.tiles]
        uv_size = self._uniform(0.35, 1, batch, count, 1) * self._uniform(0.8, 1, batch, count, 2)
        contrast = self._uniform(0.6, 1, batch, count)
        bare = self._uniform(0, 1, batch, count) < bare_share
        contrast = torch.where(bare, self._uniform(0.05, 0.5, batch, count), contrast)
        if whole_first:
            uv_size[:, 0] = self._uniform(0.9, 1, batch, 2)
            contrast[:, 0] = self._uniform(0.5, 1, batch)
        return Surfaces(
            origin=parallelograms[:, :, 0],
            edge_u=parallelograms[:, :, 1],
            edge_v=parallelograms[:, :, 2],
            tile=tile,
            uv_origin=self._uniform(0, 1, batch, count, 2) * (1 - uv_size),
            uv_size=uv_size,
            contrast=contrast,
            brightness=self._uniform(0.2, 0.8, batch, count),
        )

    def _cameras_before_wall(self, batch: int, size: tuple[int, int], difficulty: float) -> tuple[Cameras, Cameras]:
        degrees = math.pi / 180
        cameras = []
        scale = self._uniform(0.5, 0.9, batch)
        target = self._uniform(-0.35, 0.35, batch, 2)
        for side in (0, 1):
            largest_tilt = (15, 15 + 50 * difficulty)[side]
            tilt = self._uniform(0, largest_tilt, batch) * degrees
            azimuth = self._uniform(0, 2 * math.pi, batch)
            towards = torch.stack(
                [tilt.sin() * azimuth.cos(), tilt.sin() * azimuth.sin(), -tilt.cos()], dim=-1
            )
            if side == 1:
                change = 0.15 + 0.75 * difficulty
                scale = (scale * torch.exp(self._uniform(-change, change, batch))).clamp(0.25, 1.3)
                target = target + self._uniform(-1, 1, batch, 2) * (0.1 + 0.35 * difficulty) * scale[:, None]
            focal = self._uniform(0.7, 1.8, batch)
            look_at = F.pad(target, (0, 1))
            # The picture spans 2 scale of the wall where its optical axis meets it.
            distance = 2 * scale * focal
            roll = self._uniform(-1, 1, batch) * (5 + 40 * difficulty * side) * degrees
            cameras.append(_look_at(look_at + distance[:, None] * towards, look_at, roll, focal, size))
        return cameras[0], cameras[1]

    def _cameras_around(self, batch: int, size: tuple[int, int], difficulty: float) -> tuple[Cameras, Cameras]:
        degrees = math.pi / 180
        cameras = []
        angle = self._uniform(0, 2 * math.pi, batch)
        radius = self._uniform(2.6, 4.2, batch)
        height = self._uniform(-0.8, 0.7, batch)
        look_at = self._uniform(-0.6, 0.6, batch, 3)
        for side in (0, 1):
            if side == 1:
                angle = angle + self._uniform(-1, 1, batch) * (8 + 52 * difficulty) * degrees
                change = 0.05 + 0.4 * difficulty
                radius = (radius * torch.exp(self._uniform(-change, change, batch))).clamp(2.3, 4.3)
                height = (height + self._uniform(-1, 1, batch) * 0.6 * difficulty).clamp(-1.2, 0.8)
                look_at = look_at + self._uniform(-1, 1, batch, 3) * (0.15 + 0.5 * difficulty)
            position = torch.stack([radius * angle.cos(), height, radius * angle.sin()], dim=-1)
            focal = self._uniform(0.7, 1.3, batch)
            # Cameras are carried through rooms by hand: neighbours are rolled against each other by 40 degrees and more.
            roll = self._uniform(-1, 1, batch) * (3 + (15, 40)[side] * difficulty) * degrees
            cameras.append(_look_at(position, look_at, roll, focal, size))
        return cameras[0], cameras[1]


def _box(centre: torch.Tensor, half: torch.Tensor, yaw: torch.Tensor) -> torch.Tensor:
    """Six faces as [B, 6, (origin, edge_u, edge_v), 3]; y points down, the last face is the lower one."""
    cosine, sine, zero = yaw.cos(), yaw.sin(), torch.zeros_like(yaw)
    axis_x = torch.stack([cosine, zero, sine], dim=-1) * half[:, :1]
    axis_y = torch.stack([zero, torch.ones_like(yaw), zero], dim=-1) * half[:, 1:2]
    axis_z = torch.stack([-sine, zero, cosine], dim=-1) * half[:, 2:]
    faces = []
    for normal, u, v in (
        (-axis_z, axis_x, axis_y),
        (axis_z, -axis_x, axis_y),
        (axis_x, axis_z, axis_y),
        (-axis_x, -axis_z, axis_y),
        (-axis_y, axis_x, axis_z),
        (axis_y, axis_x, axis_z),
    ):
        faces.append(torch.stack([centre + normal - u - v, 2 * u, 2 * v], dim=1))
    return torch.stack(faces, dim=1)


def _look_at(
    position: torch.Tensor, target: torch.Tensor, roll: torch.Tensor, focal: torch.Tensor, size: tuple[int, int]
) -> Cameras:
    """
    Args:
        focal: in picture widths.
    """
    forward = F.normalize(target - position, dim=-1)
    down = torch.tensor([0.0, 1.0, 0.0], device=position.device).expand_as(forward)
    right = F.normalize(torch.linalg.cross(down, forward), dim=-1)
    below = torch.linalg.cross(forward, right)
    cosine, sine = roll.cos()[:, None], roll.sin()[:, None]
    rotation = torch.stack([cosine * right + sine * below, cosine * below - sine * right, forward], dim=1)
    width, height = size
    centre = torch.tensor([(width - 1) / 2, (height - 1) / 2], device=position.device)
    return Cameras(focal * width, centre.expand(len(position), 2), rotation, position)
