"""How far the certainty of trained weights can be believed, as a table.

    python -m training.dkm.calibration WEIGHTS.safetensors PHOTOS

Points of drawn pairs of the held-out photographs, by certainty, against the share of them found within 1 % of the
picture's longer side; points that the other picture does not show count as wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..loop import VALIDATION_DIFFICULTY, find_device, load_bank
from .export import load_weights
from .validation import reliability

PAIRS_PER_KIND = 24


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path)
    parser.add_argument("photos", type=Path)
    arguments = parser.parse_args()
    device = find_device()
    bank = load_bank(arguments.photos, channels=3, held_out=True, seed=1, device=device)
    bins, error = reliability(load_weights(arguments.weights).to(device), bank, VALIDATION_DIFFICULTY, PAIRS_PER_KIND)
    print("| certainty | share within 1 % | share of all points |\n|---|---|---|")
    for each in bins:
        print(f"| {each.certainty:.2f} | {each.right:.2f} | {each.points:.1%} |")
    print(f"\nExpected calibration error: {error:.3f}")


if __name__ == "__main__":
    main()
