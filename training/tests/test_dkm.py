"""The compact DKM: its parts against plain formulas, its truth, its losses."""

from __future__ import annotations

import unittest
from dataclasses import replace
from pathlib import Path

import torch
import torch.nn.functional as F

from training.dkm.coordinates import cell_centres
from training.dkm.global_matching import GaussianProcess
from training.dkm.losses import finished_certainty, network_losses
from training.dkm.network import CompactDkm, Stage, start_from
from training.dkm.refiner import local_correlation
from training.dkm.truth import dense_truth
from training.dkm.widths import DkmWidths
from training.pairs.generate import PairGenerator
from training.pairs.procedural import draw_procedural_tiles
from training.pairs.textures import TILE_SIZE, build_texture_bank

SMALL = DkmWidths(
    stem=4,
    levels=(4, 8, 8, 8),
    blocks=(1, 1, 1, 1),
    projected=(8, 8),
    basis=8,
    decoder_features=4,
    context=8,
    displacement=(2, 2, 2, 2, 2),
    hidden=(8, 8, 8, 8, 8),
    hidden_blocks=(1, 1, 1, 1, 1),
)


def draw_batch(count: int = 2, difficulty: float = 0.4):
    bank = build_texture_bank(draw_procedural_tiles(30, 3, TILE_SIZE, seed=3))
    return PairGenerator(bank, 5).draw("relief", count, (96, 64), difficulty)


class NetworkTest(unittest.TestCase):
    def test_local_correlation_is_that_of_sampled_features(self) -> None:
        torch.manual_seed(0)
        query, support = torch.randn(2, 2, 6, 5, 7).unbind(0)
        flow = cell_centres(5, 7, torch.device("cpu")) + 0.4 * torch.randn(2, 2, 5, 7)
        got = local_correlation(query, support, flow, radius=1)
        cell = torch.tensor([2 / 7, 2 / 5]).view(1, 2, 1, 1)
        for k, (dy, dx) in enumerate((y, x) for y in (-1, 0, 1) for x in (-1, 0, 1)):
            place = flow + cell * torch.tensor([dx, dy]).view(1, 2, 1, 1)
            sampled = F.grid_sample(support, place.permute(0, 2, 3, 1), align_corners=False)
            wanted = (query * sampled).sum(1) / 6**0.5
            self.assertLess(float((got[:, k] - wanted).abs().max()), 1e-5)

    def test_the_posterior_mean_of_distinct_cells_is_their_own_embedding_but_for_the_noise(self) -> None:
        process = GaussianProcess(16)
        features = torch.eye(12).view(1, 12, 3, 4)
        embedding = torch.cos(8 * torch.pi * process.pos_conv(cell_centres(3, 4, torch.device("cpu")))).detach()
        mean = process(features, features).detach()
        # Cells that share nothing still have the kernel exp(-5) between them.
        self.assertLess(float((mean - embedding / 1.1).abs().max()), 0.1)

    def test_swapping_the_pictures_swaps_the_directions(self) -> None:
        torch.manual_seed(2)
        network = CompactDkm(SMALL).eval()
        pictures = tuple(torch.rand(2, 2, 3, 64, 96).unbind(0))
        with torch.no_grad():
            there, back = (network.match(network.features(pair))[-1] for pair in (pictures, pictures[::-1]))
        self.assertTrue(torch.allclose(there.flow, torch.cat(back.flow.chunk(2)[::-1]), atol=1e-5))

    def test_a_deeper_network_begins_with_what_the_shallower_one_computes_and_learns(self) -> None:
        torch.manual_seed(3)
        shallow, deep = CompactDkm(SMALL).eval(), CompactDkm(replace(SMALL, blocks=(1, 2, 3, 1))).eval()
        start_from(deep, shallow.state_dict(), Path("shallow"))
        pictures = tuple(torch.rand(2, 2, 3, 64, 96).unbind(0))
        wanted, got = (network.match(network.features(pictures)) for network in (shallow, deep))
        torch.testing.assert_close(got[-1].flow, wanted[-1].flow)
        torch.testing.assert_close(got[-1].certainty, wanted[-1].certainty)
        got[0].certainty.sum().backward()
        self.assertGreater(float(deep.encoder.net.layer3[2].bn2.weight.grad.abs().max()), 0)

    def test_every_parameter_learns(self) -> None:
        network = CompactDkm(SMALL)
        batch = draw_batch()
        losses = network_losses(network.match(network.features(batch.pictures)), batch)
        (losses["warp"] + losses["certainty"]).backward()
        still = [name for name, parameter in network.named_parameters() if parameter.grad is None]
        self.assertEqual(still, [])


class LossTest(unittest.TestCase):
    def test_the_truth_itself_costs_nothing_and_an_error_more_the_larger_it_is(self) -> None:
        batch = draw_batch()
        strides = ((32, False), (16, False), (16, True), (8, True), (4, True), (2, True), (1, True))

        def cost(error_cells: float) -> float:
            stages = []
            for stride, refined in strides:
                truth = dense_truth(batch, stride)
                flow = truth.flow.clone()
                flow[:, 0] += error_cells * 2 / flow.shape[-1]
                stages.append(Stage(stride, refined, flow, torch.zeros_like(truth.flow[:, :1])))
            return float(network_losses(stages, batch)["warp"])

        self.assertLess(cost(0), 1e-6)
        self.assertLess(cost(0.1), cost(0.3))
        self.assertLess(cost(0.3), cost(1))

    def test_truth_agrees_between_the_directions(self) -> None:
        truth = dense_truth(draw_batch(), 1)
        there, back = truth.flow.chunk(2)
        seen = truth.seen.chunk(2)[0]
        returned = F.grid_sample(back, there.permute(0, 2, 3, 1), align_corners=False)
        error = (returned - cell_centres(64, 96, torch.device("cpu"))).abs().amax(1, keepdim=True)
        self.assertGreater(int(seen.sum()), 1000)
        # Interpolation between surfaces errs at their borders alone.
        self.assertLess(float(error[seen].median()), 1e-4)

    def test_half_of_the_coarse_doubts_is_given_back(self) -> None:
        def stage(stride: int, refined: bool, logit: float) -> Stage:
            size = (64 // stride, 96 // stride)
            return Stage(stride, refined, torch.zeros(2, 2, *size), torch.full((2, 1, *size), logit))

        for coarse, wanted in ((-4.0, 3.0), (4.0, 1.0)):
            finished = finished_certainty([stage(16, True, coarse), stage(1, True, 1.0)])
            self.assertTrue(torch.allclose(finished, torch.full_like(finished, wanted)))


if __name__ == "__main__":
    unittest.main()
