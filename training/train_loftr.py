"""Trains the compact LoFTR on drawn pairs. See README.md beside this file.

    python -m training.train_loftr PHOTOS RUN_DIR [--steps N] [--start-from WEIGHTS.safetensors] ...

Run again with the same folder to go on from its last checkpoint.
"""

from __future__ import annotations

import argparse
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import torch
from safetensors.torch import load_file

from .checkpoints import load_checkpoint, save_checkpoint
from .loftr.losses import coarse_loss, fine_loss
from .loftr.network import CompactLoftr, LoftrWidths, start_from
from .loftr.supervision import true_matches
from .loftr.validation import validate
from .pairs.generate import KINDS, PairGenerator
from .pairs.textures import TextureBank, load_texture_bank
from .schedule import Schedule

FINE_LOSS_WEIGHT = 0.5
AVERAGE_DECAY = 0.999
"""Of the exponential average of the weights, which is what is exported."""


@dataclass(frozen=True)
class Sizes:
    """Crop sizes, drawn one a step, and how many pairs of each make a batch."""

    crops: tuple[tuple[int, int], ...]
    pairs: tuple[int, ...]


SIZES = {
    # About 300,000 pixels of one side a step; larger pictures hold more cells to confuse.
    "cpu": Sizes(crops=((192, 192), (320, 240)), pairs=(8, 4)),
    "cuda": Sizes(crops=((320, 240), (448, 336), (640, 480)), pairs=(64, 32, 16)),
}
SMOKE_SIZES = Sizes(crops=((96, 96),), pairs=(2,))


def main() -> None:
    arguments = parse_arguments()
    torch.manual_seed(arguments.seed)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    smoke = arguments.smoke
    sizes = SMOKE_SIZES if smoke else SIZES[device.type]
    steps = 12 if smoke else arguments.steps

    def bank(held_out: bool) -> TextureBank:
        return load_texture_bank(
            arguments.photos,
            channels=1,
            tiles_per_photo=1 if smoke else 6 if not held_out else 3,
            procedural_tiles=4 if smoke else 80 if not held_out else 12,
            held_out=held_out,
            seed=arguments.seed,
            device=device,
        )

    trained_on, held_out = bank(False), bank(True)
    widths = LoftrWidths(tuple(arguments.blocks), arguments.coarse_pairs, fine_heads=arguments.fine_heads)
    network = CompactLoftr(widths).to(device)
    if arguments.start_from:
        start_from(network, load_file(arguments.start_from))
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE_DECAY), use_buffers=True
    )
    if not smoke:
        network.compile_parts()
    if arguments.fine_only:
        network.train_fine_only()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=arguments.learning_rate, weight_decay=0.01)
    schedule = Schedule(steps=steps, warm_up=min(200, steps // 10), cool_down=arguments.cool_down or steps // 4)

    arguments.run.mkdir(parents=True, exist_ok=True)
    checkpoint = arguments.run / "last.pt"
    first = load_checkpoint(checkpoint, network, average.module, optimizer) if checkpoint.exists() else 0
    # A resumed run draws other pairs than the ones it has seen; the same resumption draws the same.
    generator = PairGenerator(trained_on, arguments.seed + first)
    random = torch.Generator().manual_seed(arguments.seed + first)
    placement = torch.Generator(device=device).manual_seed(arguments.seed + first)
    log = (arguments.run / "log.jsonl").open("a")
    began = time.monotonic()

    for step in range(first, steps):
        for group in optimizer.param_groups:
            group["lr"] = arguments.learning_rate * schedule.learning_rate(step)
        kind = KINDS[int(torch.multinomial(torch.tensor(KIND_SHARES), 1, generator=random))]
        choice = int(torch.randint(len(sizes.crops), (), generator=random))
        difficulty = schedule.difficulty(step) * float(torch.rand((), generator=random)) ** 0.5
        batch = generator.draw(kind, sizes.pairs[choice], sizes.crops[choice], difficulty)
        truth = true_matches(batch)
        if len(truth.pair) == 0:
            continue

        features = network.features(batch.pictures, placement)
        loss_coarse = coarse_loss(network.similarity(features), truth.pair, truth.cell0, truth.cell1)
        chosen = torch.randperm(len(truth.pair), generator=random)[: 96 * sizes.pairs[choice]].to(device)
        refined = network.refine(features, truth.pair[chosen], truth.cell0[chosen], truth.cell1[chosen])
        # The window's outermost cells are centred four pixels from its own centre.
        loss_fine = fine_loss(refined, truth.offset_px[chosen] / 4)
        loss = loss_coarse + FINE_LOSS_WEIGHT * loss_fine

        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        average.update_parameters(network)

        done = step + 1
        if done % arguments.log_every == 0 or done == steps:
            entry = {
                "step": done,
                "kind": kind,
                "coarse": round(loss_coarse.item(), 4),
                "fine": round(loss_fine.item(), 4),
                "difficulty": round(difficulty, 3),
                "seconds": round(time.monotonic() - began, 1),
            }
            print(json.dumps(entry), file=log, flush=True)
        if done % arguments.save_every == 0 or done == steps:
            save_checkpoint(checkpoint, done, network, average.module, optimizer)
            results = validate(average.module, held_out, difficulty=0.6, pairs_per_kind=2 if smoke else 24)
            entry = {"step": done, "validation": {kind: asdict(result) for kind, result in results.items()}}
            print(json.dumps(entry), file=log, flush=True)
            print(describe(done, results), flush=True)


KIND_SHARES = (0.4, 0.3, 0.3)
"""Of flat, relief and room scenes."""


def describe(step: int, results: dict) -> str:
    parts = [
        f"{kind} {result.correct:.0f} of {result.matches:.0f} right, {result.median_error_px:.2f} px"
        for kind, result in results.items()
    ]
    return f"step {step}: " + "; ".join(parts)


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="folder of photographs whose surfaces the scenes wear")
    parser.add_argument("run", type=Path, help="folder of the run's checkpoint and log")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--cool-down", type=int, help="last steps over which the learning rate falls; a quarter")
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--start-from", type=Path, help="weights to begin with, of these widths or of others")
    shipped = LoftrWidths()
    parser.add_argument("--blocks", type=int, nargs=3, default=shipped.blocks, help="channels at 1/2, 1/4 and 1/8")
    parser.add_argument("--coarse-pairs", type=int, default=shipped.coarse_pairs, help="of self and cross attention")
    parser.add_argument("--fine-heads", type=int, default=shipped.fine_heads)
    parser.add_argument("--fine-only", action="store_true", help="train the fine stage, leave the coarse one as it is")
    parser.add_argument("--save-every", type=int, default=1000)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="CPU threads; all")
    parser.add_argument("--smoke", action="store_true", help="a few tiny steps, to see that everything runs")
    return parser.parse_args()


if __name__ == "__main__":
    main()
