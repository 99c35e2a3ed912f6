"""The ground truth of drawn pairs, against geometry computed another way."""

from __future__ import annotations

import unittest

import torch

from training.pairs.evaluation_folder import intrinsic_matrix, relative_pose, wall_to_picture
from training.pairs.generate import KINDS, PairGenerator
from training.pairs.procedural import draw_procedural_tiles
from training.pairs.rendering import cast_rays, pixel_grid, render
from training.pairs.textures import LEVELS, TILE_SIZE, TextureBank, build_texture_bank

SIZE = (96, 72)


def make_bank() -> TextureBank:
    return build_texture_bank(draw_procedural_tiles(40, 1, TILE_SIZE, seed=3))


class PairsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.bank = make_bank()

    def test_flat_scenes_follow_the_homography_of_their_plane(self) -> None:
        batch = PairGenerator(self.bank, 1).draw("flat", 4, SIZE, 1.0)
        points = pixel_grid(*SIZE, 4, torch.device("cpu")).expand(4, -1, 2)
        found, seen = batch.find_in_other(0, points)
        camera0, camera1 = batch.scenes.cameras
        on_wall = cast_rays(batch.scenes.surfaces, camera0.position, camera0.rays(points)).surface == 0
        self.assertGreater(int((seen & on_wall).sum()), 200)
        homographies = wall_to_picture(camera1) @ wall_to_picture(camera0).inverse()
        for k in range(4):
            mapped = torch.nn.functional.pad(points[k], (0, 1), value=1.0).double() @ homographies[k].T
            mapped = mapped[:, :2] / mapped[:, 2:]
            chosen = seen[k] & on_wall[k]
            self.assertLess(float((mapped - found[k]).norm(dim=-1)[chosen].max()), 2e-2)

    def test_matches_lie_on_the_epipolar_lines_of_the_relative_pose(self) -> None:
        batch = PairGenerator(self.bank, 5).draw("room", 4, SIZE, 0.6)
        points = pixel_grid(*SIZE, 4, torch.device("cpu")).expand(4, -1, 2)
        found, seen = batch.find_in_other(0, points)
        rotation, translation = relative_pose(*batch.scenes.cameras)
        inverses = [intrinsic_matrix(camera).inverse() for camera in batch.scenes.cameras]
        essential = torch.linalg.cross(translation[..., None].expand(-1, -1, 3), rotation, dim=1)
        fundamental = inverses[1].transpose(1, 2) @ essential @ inverses[0]
        ends0, ends1 = (torch.nn.functional.pad(ends.double(), (0, 1), value=1.0) for ends in (points, found))
        lines = ends0 @ fundamental.transpose(1, 2)
        distance = (ends1 * lines).sum(-1).abs() / lines[..., :2].norm(dim=-1)
        self.assertGreater(int(seen.sum()), 200)
        self.assertLess(float(distance[seen].max()), 2e-2)

    def test_there_and_back_is_where_it_began(self) -> None:
        for kind in KINDS:
            batch = PairGenerator(self.bank, 2).draw(kind, 4, SIZE, 1.0)
            points = pixel_grid(*SIZE, 4, torch.device("cpu")).expand(4, -1, 2)
            found, seen = batch.find_in_other(0, points)
            back, seen_back = batch.find_in_other(1, found)
            both = seen & seen_back
            self.assertGreater(int(both.sum()), 300, kind)
            # A point on a silhouette may be seen from one side only: nearly all must be seen from both.
            self.assertGreater(float(seen_back[seen].float().mean()), 0.95, kind)
            self.assertLess(float((back - points).norm(dim=-1)[both].quantile(0.99)), 0.05, kind)

    def test_both_pictures_show_the_same_texture_at_true_matches(self) -> None:
        for kind in KINDS:
            generator = PairGenerator(self.bank, 4)
            scenes = generator.scene_maker.make(kind, 4, SIZE, 0.3)
            even = torch.ones_like(scenes.surfaces.contrast)
            pictures = [render(scenes, side, SIZE, self.bank, even) for side in (0, 1)]
            batch = type(generator.draw(kind, 1, SIZE, 0.3))(
                tuple(pictures), tuple(torch.zeros_like(picture, dtype=torch.bool) for picture in pictures), scenes, SIZE
            )
            points = pixel_grid(*SIZE, 2, torch.device("cpu")).expand(4, -1, 2)
            found, seen = batch.find_in_other(0, points)
            limits = torch.tensor(SIZE) - 1
            sampled = torch.nn.functional.grid_sample(
                pictures[1], (found / limits * 2 - 1)[:, None], align_corners=True, padding_mode="border"
            )[:, 0, 0]
            own = torch.nn.functional.grid_sample(
                pictures[0], (points / limits * 2 - 1)[:, None], align_corners=True
            )[:, 0, 0]
            right = (own - sampled)[seen].abs().median()
            shuffled = (own - sampled.roll(7, dims=1))[seen].abs().median()
            self.assertLess(float(right), 0.4 * float(shuffled), kind)

    def test_hidden_points_are_not_matched(self) -> None:
        """A point counts as seen only if the surface it lies on is the nearest one in the other picture as well."""
        batch = PairGenerator(self.bank, 5).draw("room", 8, SIZE, 1.0)
        points = pixel_grid(*SIZE, 3, torch.device("cpu")).expand(8, -1, 2)
        camera0, camera1 = batch.scenes.cameras
        found, seen = batch.find_in_other(0, points)
        there = cast_rays(batch.scenes.surfaces, camera0.position, camera0.rays(points)).surface
        here = cast_rays(batch.scenes.surfaces, camera1.position, camera1.rays(found)).surface
        self.assertGreater(float((here == there)[seen].float().mean()), 0.995)
        inside = (found >= 0).all(-1) & (found <= torch.tensor(SIZE) - 1).all(-1)
        self.assertGreater(int((inside & ~seen).sum()), 50)

    def test_same_seed_same_pictures(self) -> None:
        first, again = (PairGenerator(self.bank, 6).draw("relief", 2, SIZE, 0.7) for _ in range(2))
        self.assertTrue(torch.equal(first.pictures[1], again.pictures[1]))
        other = PairGenerator(self.bank, 7).draw("relief", 2, SIZE, 0.7)
        self.assertFalse(torch.equal(first.pictures[1], other.pictures[1]))


class TextureTest(unittest.TestCase):
    def test_samples_of_every_level_follow_a_ramp(self) -> None:
        ramp = (torch.arange(TILE_SIZE) + 0.5) / TILE_SIZE * 255
        tile = ramp.round().to(torch.uint8).expand(1, 1, TILE_SIZE, TILE_SIZE)
        bank = build_texture_bank(torch.cat([torch.zeros_like(tile), tile]))
        u = torch.linspace(0.1, 0.9, 33)
        for level in range(LEVELS):
            uv = torch.stack([u, torch.full_like(u, 0.5)], dim=-1)
            read = bank.sample(torch.ones(33, dtype=torch.int64), uv, torch.full((33,), level))
            self.assertLess(float((read[0] - u).abs().max()), 2 / 255)


if __name__ == "__main__":
    unittest.main()
