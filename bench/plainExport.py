"""Exports kornia's LoFTR the stock way, for the comparison of `npm run bench -- --only plain`.

Backbone, position encoding, coarse transformer and dual softmax of one pair of pictures, traced by torch.onnx as
they stand, with the formula weights of src/testing/formulaWeights.ts. Behind kornia's confidence matrix come its
row and column maxima, which every user of the matrix needs: without them 92 MB would be read back at 640x480. The
fine maps are an output, since the backbone makes them for the fine stage; that stage itself is left out: its number of
matches depends on the data, which stock exports do not survive on every provider.

    pip install torch onnx kornia numpy
    python bench/plainExport.py            # writes .cache/bench/plain-{compact,official}-{320x240,640x480}.onnx
"""

import argparse
import copy
import json
from pathlib import Path

import torch
from formulaWeights import formula_weights
from kornia.feature.loftr import LoFTR
from kornia.feature.loftr.loftr import default_cfg

PROJECT = Path(__file__).resolve().parent.parent
SHAPES = PROJECT / "src/testing/fixtures/reference"
SIZES = [(320, 240), (640, 480)]


def compact_config():
    config = copy.deepcopy(default_cfg)
    config["resnetfpn"] = {"initial_dim": 8, "block_dims": [8, 24, 64]}
    layers = ["self", "cross", "self", "cross"]
    config["coarse"].update(d_model=64, d_ffn=64, nhead=4, layer_names=layers, temp_bug_fix=True)
    config["fine"].update(d_model=8, d_ffn=8, nhead=4)
    return config


NETWORKS = {
    "compact": (compact_config(), "loftr_compact_config.shapes.json"),
    "official": (copy.deepcopy(default_cfg), "loftr_official_outdoor_config.shapes.json"),
}


class CoarsePart(torch.nn.Module):
    """kornia's own forward as far as the confidence matrix, then its maxima; the fine maps for what would follow."""

    def __init__(self, network: LoFTR):
        super().__init__()
        self.network = network
        # What follows the matrix in kornia picks matches one by one.
        network.coarse_matching.get_coarse_match = lambda conf_matrix, data: {}

    def forward(self, image0: torch.Tensor, image1: torch.Tensor):
        network = self.network
        maps, fine = network.backbone(torch.cat([image0, image1]))
        features = network.pos_encoding(maps).flatten(2).transpose(1, 2).contiguous()
        features0, features1 = network.loftr_coarse(features[:1], features[1:])
        data = {}
        network.coarse_matching(features0, features1, data)
        row_max, row_best = data["conf_matrix"].max(dim=2)
        return row_max, row_best, data["conf_matrix"].amax(dim=1), fine


def export(name: str, size: tuple[int, int], folder: Path) -> Path:
    config, shapes_file = NETWORKS[name]
    shapes = json.loads((SHAPES / shapes_file).read_text())
    network = LoFTR(pretrained=None, config=config).eval()
    network.load_state_dict(formula_weights(shapes))
    width, height = size
    path = folder / f"plain-{name}-{width}x{height}.onnx"
    picture = torch.rand(1, 1, height, width)
    with torch.no_grad():
        torch.onnx.export(
            CoarsePart(network).eval(),
            (picture, picture.flip(-1)),
            str(path),
            input_names=["image0", "image1"],
            output_names=["rowMax", "rowBest", "columnMax", "fine"],
            opset_version=17,
            dynamo=False,
        )
    return path


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--out", type=Path, default=PROJECT / ".cache/bench")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    for name in NETWORKS:
        for size in SIZES:
            print(export(name, size, arguments.out))


if __name__ == "__main__":
    main()
