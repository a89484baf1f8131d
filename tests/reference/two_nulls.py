"""Compares the map of *fast* that is shown first with those of other methods, under two null images, by onnxruntime.

    python tests/reference/two_nulls.py --vanish target/release/vanish --model squeezenet1.1.onnx --images FOLDER \
        --methods gradcam,guided,integrated --limit 20 --reports DIR

Nothing but the maps is the program's own: `sentences.py`, beside this file, says how pictures and nulls are made. Pixels
are deleted (or inserted) in the order of a map, in 28 steps; the area under the curve of the probability is that of
deletion (smaller is better) or of insertion (larger is better). Both the start of an insertion and the end of a deletion
are the null image: the blur of the photo (σ = 10 px at 500) or the blur at the model's size (σ = 10 px). A photograph
counts if its answer has more than half before and, under both nulls, less than half of that after. Differences are
those of the same photograph; their 95 % intervals are percentiles of 10,000 resamplings of photographs.
"""

from __future__ import annotations

import argparse
import os
import sys

import numpy as np

from sentences import Model, framed, mask_of, null_of, planes_of, report_of

STEPS = 28
NULLS = {"photo": "paper", "model size": "model"}


def nulls_of(planes: np.ndarray, resize: int, side: int) -> dict[str, np.ndarray]:
    blur = {"null": "blur", "null_sigma_px": 10.0}
    return {name: null_of(planes, {**blur, "sigma_at": at}, resize, side) for name, at in NULLS.items()}


def area(curve: list[float]) -> float:
    return float(np.mean((np.array(curve[1:]) + curve[:-1]) / 2))


def areas(evidence: np.ndarray, photo: np.ndarray, null: np.ndarray, target: int, model: Model) -> dict[str, float]:
    """The areas under both curves; ties go by place."""
    order = np.argsort(-evidence.ravel(), kind="stable")
    inserted, deleted = [], []
    for step in range(STEPS + 1):
        first = np.zeros(order.size, bool)
        first[order[: order.size * step // STEPS]] = True
        first = first.reshape(evidence.shape)
        inserted.append(model.probabilities(np.where(first, photo, null))[target])
        deleted.append(model.probabilities(np.where(first, null, photo))[target])
    return {"insertion": area(inserted), "deletion": area(deleted)}


def is_sound(photo: np.ndarray, nulls: dict[str, np.ndarray], model: Model) -> bool:
    before = model.probabilities(photo)
    target = int(before.argmax())
    return before[target] > 0.5 and all(model.probabilities(n)[target] < before[target] / 2 for n in nulls.values())


def interval(differences: np.ndarray) -> tuple[float, float]:
    draws = np.random.default_rng(0).integers(0, len(differences), (10_000, len(differences)))
    return tuple(np.percentile(differences[draws].mean(1), [2.5, 97.5]))


def measured(args: argparse.Namespace, methods: list[str]) -> dict[tuple[str, str, str], list[float]]:
    """By method, null and figure: one value a photograph."""
    model, found, count = Model(args.model), {}, 0
    side, resize = model.profile["size"], model.profile["resize"]
    for name in sorted(os.listdir(args.images)):
        if count == args.limit:
            break
        if not name.lower().endswith((".jpg", ".jpeg", ".png")):
            continue
        path = os.path.join(args.images, name)
        planes = planes_of(path)
        photo, nulls = framed(planes, resize, side), nulls_of(planes, resize, side)
        if not is_sound(photo, nulls, model):
            continue
        count += 1
        for method in methods:
            plain = ["--refine=false"] if method == "fast" else []
            command = [args.vanish, "explain", path, "--model", args.model, "--method", method, "--json", *plain]
            report = report_of(command, os.path.join(args.reports, "_".join([name, method, *plain]) + ".json"))
            evidence = 1 - mask_of(report, side)
            for null, planes_deleted in nulls.items():
                figures = areas(evidence, photo, planes_deleted, report["target"]["index"], model)
                for figure, value in figures.items():
                    found.setdefault((method, null, figure), []).append(value)
        print(f"{count} {name}", file=sys.stderr, flush=True)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for option in ("--vanish", "--model", "--images", "--methods", "--reports"):
        parser.add_argument(option, required=True)
    parser.add_argument("--limit", type=int, default=20)
    args = parser.parse_args()
    os.makedirs(args.reports, exist_ok=True)
    methods = ["fast", *args.methods.split(",")]
    found = measured(args, methods)
    print(f"n = {len(next(iter(found.values())))} photographs\n\n| null | figure | method | area | fast less it | 95 % |")
    print("|---|---|---|---:|---:|---|")
    for null in NULLS:
        for figure in ("insertion", "deletion"):
            fast = np.array(found["fast", null, figure])
            for method in methods:
                values = np.array(found[method, null, figure])
                low, high = interval(fast - values)
                compared = f"{(fast - values).mean():+.3f} | {low:+.3f} to {high:+.3f}" if method != "fast" else "|"
                print(f"| {null} | {figure} | {method} | {values.mean():.3f} | {compared} |")


if __name__ == "__main__":
    main()
