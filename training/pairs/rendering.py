"""Ray casting: pictures of a scene, and where a point of one picture is in the other.

Correspondences come from the surfaces themselves, never from a rendered depth map, so they are exact to floating
point and so is the check whether something stands in between.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from .scenes import Cameras, Scenes, Surfaces
from .textures import LEVELS, TILE_SIZE, TextureBank

OCCLUSION_TOLERANCE = 1e-3
"""Relative depth by which the nearest surface may precede a point that counts as seen."""


@dataclass(frozen=True)
class Hits:
    depth: torch.Tensor  # [B, N], infinite where the ray leaves the scene
    surface: torch.Tensor  # int64 [B, N]
    along: torch.Tensor  # [B, N, 2], a and b on the surface


def cast_rays(surfaces: Surfaces, position: torch.Tensor, rays: torch.Tensor) -> Hits:
    """Nearest surface along each ray.

    One surface at a time, keeping the best: the intermediate results of all surfaces at once would not stay in the
    cache.

    Args:
        position: [B, 3], where the rays begin.
        rays: [B, N, 3].
    """
    normal = torch.linalg.cross(surfaces.edge_u, surfaces.edge_v)
    squared = normal.square().sum(-1, keepdim=True)
    to_u = torch.linalg.cross(surfaces.edge_v, normal) / squared
    to_v = torch.linalg.cross(normal, surfaces.edge_u) / squared
    # Three linear forms a surface: of a direction they give its slope towards the surface and along its edges.
    forms = torch.stack([normal, to_u, to_v], dim=2)  # [B, Q, 3, 3]
    offsets = (forms @ (surfaces.origin - position[:, None])[..., None])[..., 0]  # [B, Q, 3]

    x, y, z = (component.contiguous() for component in rays.unbind(-1))
    depth = torch.full_like(x, torch.inf)
    surface = torch.zeros_like(x, dtype=torch.int64)
    u, v = torch.zeros_like(x), torch.zeros_like(x)
    for k in range(forms.shape[1]):
        number = torch.tensor(k, device=rays.device)
        depth, surface, u, v = _keep_nearer(x, y, z, forms[:, k], offsets[:, k], number, depth, surface, u, v)
    return Hits(depth, surface, torch.stack([u, v], dim=-1))


@torch.compile(dynamic=True)
def _keep_nearer(
    x: torch.Tensor,
    y: torch.Tensor,
    z: torch.Tensor,
    forms: torch.Tensor,
    offset: torch.Tensor,
    number: torch.Tensor,
    depth: torch.Tensor,
    surface: torch.Tensor,
    u: torch.Tensor,
    v: torch.Tensor,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """One surface against the best so far; fused by the compiler, it is twenty times faster on a CPU."""
    slope = forms[..., 0, None] * x[:, None] + forms[..., 1, None] * y[:, None] + forms[..., 2, None] * z[:, None]
    t = offset[:, 0, None] / slope[:, 0]
    a = t * slope[:, 1] - offset[:, 1, None]
    b = t * slope[:, 2] - offset[:, 2, None]
    nearer = (t > 1e-4) & (t < depth) & (a >= 0) & (a <= 1) & (b >= 0) & (b <= 1)
    return (
        torch.where(nearer, t, depth),
        torch.where(nearer, number, surface),
        torch.where(nearer, a, u),
        torch.where(nearer, b, v),
    )


def pixel_grid(width: int, height: int, step: int, device: torch.device) -> torch.Tensor:
    """Pixels [N, 2] (x, y) of every step-th column and row, in reading order."""
    y, x = torch.meshgrid(
        torch.arange(0, height, step, device=device), torch.arange(0, width, step, device=device), indexing="ij"
    )
    return torch.stack([x, y], dim=-1).reshape(-1, 2).float()


def render(
    scenes: Scenes, side: int, size: tuple[int, int], bank: TextureBank, shade: torch.Tensor
) -> torch.Tensor:
    """
    Args:
        side: 0 or 1, which camera.
        shade: [B, Q], light that falls on each surface.

    Returns:
        [B, C, height, width] in [0, 1] where the light is at most 1.
    """
    width, height = size
    surfaces, camera = scenes.surfaces, scenes.cameras[side]
    batch = len(camera.position)
    points = pixel_grid(width, height, 1, camera.position.device).expand(batch, -1, 2)
    rays = camera.rays(points)
    hits = cast_rays(surfaces, camera.position, rays)

    def of_hit(values: torch.Tensor) -> torch.Tensor:
        index = hits.surface if values.dim() == 2 else hits.surface[..., None].expand(-1, -1, values.shape[2])
        return torch.gather(values, 1, index)

    uv = of_hit(surfaces.uv_origin) + hits.along * of_hit(surfaces.uv_size)
    level = _mip_level(surfaces, camera, hits, rays, of_hit)
    texture = bank.sample(of_hit(surfaces.tile), uv, level)
    contrast, brightness = of_hit(surfaces.contrast), of_hit(surfaces.brightness)
    colour = (texture * contrast + brightness * (1 - contrast)) * of_hit(shade)
    colour = torch.where(hits.depth.isfinite(), colour, 0)
    return colour.view(-1, batch, height, width).transpose(0, 1).contiguous()


def _mip_level(surfaces: Surfaces, camera: Cameras, hits: Hits, rays: torch.Tensor, of_hit) -> torch.Tensor:
    """The level whose texels are about as large as the pixel seen on the surface."""
    lengths = torch.stack([surfaces.edge_u.norm(dim=-1), surfaces.edge_v.norm(dim=-1)], dim=-1)
    texels_per_unit = (TILE_SIZE * surfaces.uv_size / lengths).mean(-1)
    normal = torch.linalg.cross(surfaces.edge_u, surfaces.edge_v)
    normal = normal / normal.norm(dim=-1, keepdim=True)
    cosine = (of_hit(normal) * rays).sum(-1).abs() / rays.norm(dim=-1)
    # Between the footprint's short and long side: neither blurred nor aliased much.
    footprint = hits.depth / camera.focal_px[:, None] * of_hit(texels_per_unit) / cosine.clamp(min=0.1).sqrt()
    level = footprint.clamp(1, 2.0**LEVELS).log2().round().nan_to_num(0)
    return level.long().clamp(0, LEVELS - 1)


def find_in_other(
    scenes: Scenes, side: int, size: tuple[int, int], points: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """Where points of one picture are in the other.

    Args:
        side: 0 or 1, the picture of the points.
        size: width and height of both pictures.
        points: [B, N, 2] pixels.

    Returns:
        [B, N, 2] pixels of the other picture, and bool [B, N]: it lies inside and nothing hides it.
    """
    here, there = scenes.cameras[side], scenes.cameras[1 - side]
    rays = here.rays(points)
    hits = cast_rays(scenes.surfaces, here.position, rays)
    world = here.position[:, None] + hits.depth.nan_to_num(posinf=0)[..., None] * rays
    found, depth = there.project(world)
    width, height = size
    inside = (found >= -0.5).all(-1) & (found[..., 0] < width - 0.5) & (found[..., 1] < height - 0.5)
    nearest = cast_rays(scenes.surfaces, there.position, there.rays(found)).depth
    in_sight = nearest > depth * (1 - OCCLUSION_TOLERANCE)
    return found, hits.depth.isfinite() & (depth > 0) & inside & in_sight
