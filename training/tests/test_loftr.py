"""The network's growth, its supervision and its losses."""

from __future__ import annotations

import math
import tempfile
import unittest
from pathlib import Path

import torch
from safetensors import safe_open

from training.loftr.export import export
from training.focal_loss import focal_matching_loss
from training.loftr.fine_loss import fine_loss, heat_loss
from training.loftr.network import CompactLoftr, LoftrWidths, expected_place, start_from
from training.pairs.generate import PairGenerator
from training.pairs.true_matches import true_matches
from training.tests.test_pairs import make_bank

SMALL = LoftrWidths(blocks=(8, 24, 64), pyramid=10, coarse_pairs=2, fine_heads=4)
LARGE = LoftrWidths(blocks=(16, 32, 64), coarse_pairs=4, fine_heads=4)


class NetworkTest(unittest.TestCase):
    def test_a_grown_network_computes_the_same_coarse_features(self) -> None:
        torch.manual_seed(0)
        small, large = CompactLoftr(SMALL).eval(), CompactLoftr(LARGE).eval()
        start_from(large, small.loftr.state_dict())
        pictures = (torch.rand(2, 1, 64, 96), torch.rand(2, 1, 64, 96))
        with torch.no_grad():
            wanted, got = small.features(pictures), large.features(pictures)
        for side in (0, 1):
            self.assertLess(float((wanted.coarse[side] - got.coarse[side]).abs().max()), 1e-4)

    def test_parts_called_one_by_one_give_what_kornia_gives(self) -> None:
        torch.manual_seed(1)
        network = CompactLoftr(SMALL).eval()
        pictures = (torch.rand(1, 1, 64, 64), torch.rand(1, 1, 64, 64))
        with torch.no_grad():
            theirs = network.loftr({"image0": pictures[0], "image1": pictures[1]})
            features = network.features(pictures)
            cell0 = (theirs["keypoints0"] / 8).round().long()
            cell0 = cell0[:, 1] * 8 + cell0[:, 0]
            similarity = network.similarity(features)[0]
            confidence = torch.softmax(similarity, 0) * torch.softmax(similarity, 1)
            best, cell1 = confidence[cell0].max(dim=1)
            refined = network.refine(features, torch.zeros_like(cell0), cell0, cell1)
        self.assertGreater(len(cell0), 5)
        self.assertLess(float((best - theirs["confidence"]).abs().max()), 1e-5)
        at_cell1 = torch.stack([cell1 % 8, cell1 // 8], dim=-1) * 8
        keypoints1 = at_cell1 + 4 * refined[:, :2]
        self.assertLess(float((keypoints1 - theirs["keypoints1"]).abs().max()), 1e-3)

    def test_placement_moves_only_the_position_encoding(self) -> None:
        network = CompactLoftr(SMALL).eval()
        generator = torch.Generator().manual_seed(0)
        placed = network._position_encoding(2, 4, 6, generator)
        whole = network.loftr.pos_encoding.pe[0]
        self.assertEqual(placed.shape, (2, 64, 4, 6))
        matches = (whole.unfold(1, 4, 1).unfold(2, 6, 1) == placed[1][:, None, None]).all(dim=(0, 3, 4))
        self.assertEqual(int(matches[: 104 - 4, : 104 - 6].sum()), 1)

    def test_export_holds_the_official_names_in_half_precision(self) -> None:
        network = CompactLoftr(SMALL)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "weights.safetensors"
            export(network, path)
            with safe_open(path, "pt") as file:
                self.assertIn("loftr_coarse.layers.3.norm2.bias", file.keys())
                self.assertFalse(any("pos_encoding" in key or "num_batches" in key for key in file.keys()))
                self.assertEqual(file.get_tensor("backbone.conv1.weight").dtype, torch.float16)
                self.assertEqual(file.get_slice("backbone.layer2_outconv2.3.weight").get_shape(), [24, 10, 3, 3])
                self.assertIn('"tempBugFix": true', file.metadata()["covis.config"])


class SupervisionTest(unittest.TestCase):
    def test_true_matches_are_mutual_and_within_half_a_cell(self) -> None:
        batch = PairGenerator(make_bank(), 8).draw("relief", 3, (96, 96), 0.5)
        truth = true_matches(batch, 8, first_px=0)
        self.assertGreater(len(truth.pair), 100)
        self.assertLessEqual(float(truth.offset_px.abs().max()), 4.0001)
        for cells in (truth.cell0, truth.cell1):
            self.assertEqual(len(torch.unique(truth.pair * 1000 + cells)), len(cells))


class LossTest(unittest.TestCase):
    def test_coarse_loss_of_certain_and_of_even_similarities(self) -> None:
        identity = torch.arange(4)
        pair = torch.zeros(4, dtype=torch.int64)
        certain = 100 * torch.eye(4)[None]
        self.assertLess(float(focal_matching_loss(certain, pair, identity, identity)), 1e-6)
        # Even rows and columns: p = 1/16, so (15/16)^2 ln 16.
        even = focal_matching_loss(torch.zeros(1, 4, 4), pair, identity, identity)
        self.assertAlmostEqual(float(even), (15 / 16) ** 2 * 2.7725887, places=5)

    def test_fine_loss_trusts_certain_windows_more_and_ignores_those_outside(self) -> None:
        offset = torch.tensor([[0.5, 0.0], [0.5, 0.0], [1.5, 0.0]])
        refined = torch.tensor([[0.0, 0.0, 0.1], [0.5, 0.0, 0.3], [0.0, 0.0, 0.1]])
        # Weights 10, 10/3 and 10, over their mean; only the first of the two inside errs, by a half.
        mean = (10 + 10 / 3 + 10) / 3
        self.assertAlmostEqual(float(fine_loss(refined, offset)), 10 / mean * 0.25 / 2, places=5)

    def test_heat_loss_is_least_for_heat_whose_expected_place_is_the_truth(self) -> None:
        # A quarter of a step right of the centre: three quarters at the centre, one quarter beside it.
        offset = torch.tensor([[0.125, 0.0], [1.5, 0.0]])
        shares = torch.full((2, 25), 1e-9)
        shares[:, 12], shares[:, 13] = 0.75, 0.25
        heat = shares.log()
        torch.testing.assert_close(expected_place(heat)[0, :2], offset[0], atol=1e-5, rtol=0)
        entropy = -(0.75 * math.log(0.75) + 0.25 * math.log(0.25))
        self.assertAlmostEqual(float(heat_loss(heat, offset)), entropy, places=4)
        self.assertGreater(float(heat_loss(torch.zeros(2, 25), offset)), entropy)


if __name__ == "__main__":
    unittest.main()
