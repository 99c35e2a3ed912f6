"""Runs the authors' own DKM in PyTorch, for `npm run bench -- --only torch`; started by the benchmark.

Nothing of their code is here: --code names a checkout of https://github.com/Parskatt/DKM, which needs torch,
torchvision, einops, kornia, opencv-python and pillow. A request on standard input is the sizes of both passes (four
uint32: width, height, width, height) and the four normalised pictures (float32, planar: both of the first
pass, then of the second). The reply is the length of a JSON text (uint32), the text, and float32 flow [2, 2, H, W]
and certainty logits [2, H, W] of the second pass, both directions.
"""

import argparse
import json
import resource
import struct
import sys
import time
from pathlib import Path

BENCH = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(BENCH))
SHAPES = BENCH.parent / "src/testing/fixtures/reference/dkm_v3_outdoor_config.shapes.json"

# Replies alone go to standard output, whatever is printed on the way.
replies = sys.stdout.buffer
sys.stdout = sys.stderr


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--code", required=True)
    parser.add_argument("--device", choices=["cpu", "cuda"], required=True)
    arguments = parser.parse_args()
    try:
        network = open_network(arguments)
    except Exception as error:
        reply({"failure": f"PyTorch could not start DKM: {error}"})
        return
    while header := sys.stdin.buffer.read(16):
        reply(*run(network, arguments.device, struct.unpack("<4I", header)))


def open_network(arguments):
    import torch

    sys.path.insert(0, arguments.code)
    from dkm.models.model_zoo.DKMv3 import DKMv3
    from formulaWeights import formula_weights

    if arguments.device == "cuda" and not torch.cuda.is_available():
        raise RuntimeError("it sees no GPU")
    weights = formula_weights(json.loads(SHAPES.read_text()), 0.5, (".out_conv.", "terminal_module"))
    return DKMv3(weights, 540, 720, device=torch.device(arguments.device)).eval()


def run(network, device, sizes):
    import torch

    width, height, wide, high = sizes
    pictures = [read_picture(*size).to(device) for size in [(width, height)] * 2 + [(wide, high)] * 2]
    wait = torch.cuda.synchronize if device == "cuda" else lambda: None
    wait()
    start = time.perf_counter()
    with torch.no_grad():
        # What their `match` does between resizing the pictures and clamping the result.
        first = network.forward_symmetric({"query": pictures[0], "support": pictures[1]})
        batch = {"query": pictures[2], "support": pictures[3], "corresps": first[1]}
        second = network.forward_symmetric(batch, upsample=True)
        results = [second[1]["dense_flow"].cpu(), second[1]["dense_certainty"].cpu()]
    milliseconds = 1000 * (time.perf_counter() - start)
    name = torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} threads"
    facts = {
        "milliseconds": milliseconds,
        "description": f"PyTorch {torch.__version__}, {name}",
        # Kilobytes, on Linux.
        "peakBytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
    }
    return facts, b"".join(result.contiguous().numpy().tobytes() for result in results)


def read_picture(width, height):
    import torch

    data = bytearray(sys.stdin.buffer.read(12 * width * height))
    return torch.frombuffer(data, dtype=torch.float32).reshape(1, 3, height, width)


def reply(facts, results=b""):
    text = json.dumps(facts).encode()
    replies.write(struct.pack("<I", len(text)) + text + results)
    replies.flush()


if __name__ == "__main__":
    main()
