"""Convolutions in half precision compute what they compute in full."""

from __future__ import annotations

import copy
import unittest

import torch
from torch import nn

from training.half_precision import HalfPrecision


class HalfPrecisionTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        torch.manual_seed(0)
        # Widths that are no multiples of 16, a bias before a normalisation, a stride.
        cls.full = nn.Sequential(
            nn.Conv2d(20, 12, 3, 1, 1), nn.BatchNorm2d(12), nn.ReLU(), nn.Conv2d(12, 5, 1, stride=2, bias=False)
        )
        cls.inner = copy.deepcopy(cls.full)
        inputs = torch.randn(4, 20, 24, 32)
        inputs_full, inputs_half = inputs.clone().requires_grad_(), inputs.clone().requires_grad_()
        cls.wanted = cls.full(inputs_full)
        cls.wanted.square().sum().backward()
        cls.padded = HalfPrecision(cls.inner)(inputs_half)
        cls.padded[:, :5].float().square().sum().backward()
        cls.inputs = (inputs_full, inputs_half)

    def assert_near(self, wanted: torch.Tensor, got: torch.Tensor, relative: float = 0.02) -> None:
        self.assertEqual(wanted.shape, got.shape)
        self.assertLess(float((wanted - got).detach().norm() / wanted.detach().norm()), relative)

    def test_results_agree_and_padded_channels_are_zero(self) -> None:
        self.assertEqual(self.padded.dtype, torch.bfloat16)
        self.assert_near(self.wanted, self.padded[:, :5].float())
        self.assertEqual(float(self.padded[:, 5:].abs().max()), 0)

    def test_gradients_agree_in_full_precision(self) -> None:
        # Activations within rounding of zero, three in a thousand, are passed by one and stopped by the other.
        self.assert_near(self.inputs[0].grad, self.inputs[1].grad, 0.05)
        for (name, wanted), got in zip(self.full.named_parameters(), self.inner.parameters()):
            self.assertEqual(got.grad.dtype, torch.float32)
            if name == "0.bias":
                # The normalisation behind it takes it out again: both are noise about zero.
                self.assertLess(float(got.grad.abs().max()), 1)
            else:
                self.assert_near(wanted.grad, got.grad, 0.05)

    def test_statistics_are_kept(self) -> None:
        for wanted, got in zip(self.full.buffers(), self.inner.buffers()):
            self.assert_near(wanted.float(), got.float())


if __name__ == "__main__":
    unittest.main()
