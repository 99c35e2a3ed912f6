"""The training loop: draw pairs, take a step, average the weights, validate, keep a checkpoint. What a matcher's
training needs beyond that is a `Task`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from torch import nn

from .checkpoints import load_checkpoint, save_checkpoint
from .optimizers import create_optimizers
from .pairs.generate import KINDS, PairBatch, PairGenerator
from .pairs.textures import TextureBank, load_texture_bank
from .schedule import Schedule

KIND_SHARES = (0.4, 0.3, 0.3)
"""Of flat, relief and room scenes."""
AVERAGE_DECAY = 0.999
"""Of the exponential average of the weights."""
VALIDATION_DIFFICULTY = 0.6


@dataclass(frozen=True)
class Sizes:
    """Crop sizes (width, height), drawn one a step, and how many pairs of each make a batch."""

    crops: tuple[tuple[int, int], ...]
    pairs: tuple[int, ...]


@dataclass(frozen=True)
class Draws:
    """Random numbers that a step may need beyond its pairs."""

    host: torch.Generator
    device: torch.Generator


@dataclass(frozen=True)
class Task:
    network: nn.Module
    channels: int
    """Of the pictures: 1 or 3."""
    sizes: Mapping[str, Sizes]
    """By type of device, and of the smoke run."""
    losses: Callable[[PairBatch, Draws], dict[str, torch.Tensor] | None]
    """By name, with the one to minimise as `loss`; None where a batch teaches nothing."""
    validate: Callable[[nn.Module, TextureBank, float, int], Mapping[str, Any]]
    """Of a network, held-out textures, a difficulty and pairs a kind: by kind, a dataclass that prints itself."""
    before_training: Callable[[], None]
    """Compiles or holds still parts of the network, after its average has been set up."""


def find_device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def load_bank(
    photos: Path, channels: int, held_out: bool, seed: int, device: torch.device, smoke: bool = False
) -> TextureBank:
    """Of the photographs to train on, or of those held out for validation; few tiles for a smoke run."""
    return load_texture_bank(
        photos,
        channels=channels,
        tiles_per_photo=1 if smoke else 6 if not held_out else 3,
        procedural_tiles=4 if smoke else 80 if not held_out else 12,
        held_out=held_out,
        seed=seed,
        device=device,
    )


def train(task: Task, arguments: argparse.Namespace) -> None:
    """
    Args:
        arguments: those of `add_loop_arguments`.
    """
    torch.manual_seed(arguments.seed)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    device = find_device()
    smoke = arguments.smoke
    sizes = task.sizes["smoke" if smoke else device.type]
    steps = 12 if smoke else arguments.steps

    trained_on, held_out = (
        load_bank(arguments.photos, task.channels, held_out, arguments.seed, device, smoke)
        for held_out in (False, True)
    )
    network = task.network.to(device)
    average = torch.optim.swa_utils.AveragedModel(
        network, multi_avg_fn=torch.optim.swa_utils.get_ema_multi_avg_fn(AVERAGE_DECAY), use_buffers=True
    )
    task.before_training()
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizers = create_optimizers(trained, arguments.learning_rate, arguments.muon)
    schedule = Schedule(
        steps=steps,
        warm_up=min(200, steps // 10),
        cool_down=arguments.cool_down or steps // 4,
        curriculum=arguments.curriculum,
    )

    arguments.run.mkdir(parents=True, exist_ok=True)
    checkpoint = arguments.run / "last.pt"
    first = load_checkpoint(checkpoint, network, average.module, optimizers) if checkpoint.exists() else 0
    # Without its count the average would begin anew.
    average.n_averaged.fill_(first)
    # A resumed run draws other pairs than the ones it has seen; the same resumption draws the same.
    seed = arguments.seed + first
    generator = PairGenerator(trained_on, seed)
    draws = Draws(torch.Generator().manual_seed(seed), torch.Generator(device=device).manual_seed(seed))
    log = (arguments.run / "log.jsonl").open("a")
    began = time.monotonic()

    for step in range(first, steps):
        for optimizer in optimizers:
            for group in optimizer.param_groups:
                group["lr"] = arguments.learning_rate * schedule.learning_rate(step)
        kind = KINDS[int(torch.multinomial(torch.tensor(KIND_SHARES), 1, generator=draws.host))]
        choice = int(torch.randint(len(sizes.crops), (), generator=draws.host))
        difficulty = schedule.difficulty(step) * float(torch.rand((), generator=draws.host)) ** 0.5
        batch = generator.draw(kind, sizes.pairs[choice], sizes.crops[choice], difficulty)
        losses = task.losses(batch, draws)
        if losses is None:
            continue
        for optimizer in optimizers:
            optimizer.zero_grad(set_to_none=True)
        losses["loss"].backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        for optimizer in optimizers:
            optimizer.step()
        average.update_parameters(network)

        done = step + 1
        if done % arguments.log_every == 0 or done == steps:
            entry = {
                "step": done,
                "kind": kind,
                **{name: round(loss.item(), 4) for name, loss in losses.items()},
                "difficulty": round(difficulty, 3),
                "seconds": round(time.monotonic() - began, 1),
            }
            print(json.dumps(entry), file=log, flush=True)
        if done % arguments.save_every == 0 or done == steps:
            save_checkpoint(checkpoint, done, network, average.module, optimizers)
            results = task.validate(average.module, held_out, VALIDATION_DIFFICULTY, 2 if smoke else 24)
            entry = {"step": done, "validation": {kind: asdict(result) for kind, result in results.items()}}
            print(json.dumps(entry), file=log, flush=True)
            print(f"step {done}: " + "; ".join(f"{kind} {result}" for kind, result in results.items()), flush=True)


def add_loop_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photos", type=Path, help="folder of photographs whose surfaces the scenes wear")
    parser.add_argument("run", type=Path, help="folder of the run's checkpoint and log")
    parser.add_argument("--steps", type=int, default=20_000)
    parser.add_argument("--cool-down", type=int, help="last steps over which the learning rate falls; a quarter")
    parser.add_argument(
        "--curriculum", type=int, default=2000, help="first steps over which the pairs become harder; 0 for none"
    )
    parser.add_argument("--learning-rate", type=float, default=1e-3)
    parser.add_argument("--muon", action="store_true", help="Muon instead of AdamW for matrices and convolutions")
    parser.add_argument("--start-from", type=Path, help="exported weights to begin with")
    parser.add_argument("--save-every", type=int, default=1000)
    parser.add_argument("--log-every", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, help="CPU threads; all")
    parser.add_argument("--smoke", action="store_true", help="a few tiny steps, to see that everything runs")
