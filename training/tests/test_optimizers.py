"""Muon's steps: their shape, their size, and that they get somewhere."""

from __future__ import annotations

import unittest

import torch
from torch import nn

from training.optimizers import Muon, create_optimizers, orthogonalised


class OptimizersTest(unittest.TestCase):
    def test_equal_singular_values(self) -> None:
        generator = torch.Generator().manual_seed(1)
        for shape in ((64, 64), (20, 108), (128, 64)):
            matrix = torch.randn(shape, generator=generator)
            result = orthogonalised(matrix)
            values = torch.linalg.svdvals(result)
            self.assertGreater(float(values[: min(shape) * 9 // 10].min()), 0.6)
            self.assertLess(float(values.max()), 1.3)
            # Along the same directions: the product with the matrix is nearly symmetric and not negative.
            product = result @ matrix.T
            self.assertLess(float((product - product.T).norm() / product.norm()), 1e-3)
            self.assertGreater(float(torch.linalg.eigvalsh((product + product.T) / 2).min()), -1e-3)

    def test_steps_are_as_large_as_adams(self) -> None:
        parameter = nn.Parameter(torch.zeros(20, 12, 3, 3))
        parameter.grad = torch.randn(parameter.shape, generator=torch.Generator().manual_seed(2))
        Muon([parameter], lr=0.1).step()
        self.assertAlmostEqual(float(parameter.detach().square().mean().sqrt()), 0.1 * 0.2, delta=0.005)

    def test_shares_out_the_parameters(self) -> None:
        network = nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.Flatten(), nn.Linear(4, 2))
        muon, adam = create_optimizers(list(network.parameters()), 1e-3, use_muon=True)
        count = lambda optimizer: sum(len(group["params"]) for group in optimizer.param_groups)
        self.assertEqual((count(muon), count(adam)), (2, 4))
        (only,) = create_optimizers(list(network.parameters()), 1e-3, use_muon=False)
        self.assertEqual(count(only), 6)

    def test_gets_somewhere(self) -> None:
        generator = torch.Generator().manual_seed(3)
        inputs, truth = torch.randn(256, 8, generator=generator), torch.randn(8, 8, generator=generator)
        layer = nn.Linear(8, 8)
        optimizers = create_optimizers(list(layer.parameters()), 0.05, use_muon=True)
        for step in range(400):
            loss = (layer(inputs) - inputs @ truth).square().mean()
            layer.zero_grad()
            loss.backward()
            for optimizer in optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = 0.05 * (1 - step / 400)
                optimizer.step()
        self.assertLess(loss.item(), 1e-2)


if __name__ == "__main__":
    unittest.main()
