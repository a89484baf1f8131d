"""Time to the reference's answer: 300 Adam iterations in PyTorch against vanish's *fast*, both on this CPU, in turn.

    python benches/fast_vs_reference.py --models squeezenet1.1.onnx mobilenetv2.onnx --images FOLDER --limit 20

For each model and photo the reference (tests/reference/meaningful.py) runs first and writes its best mask and its time;
fast_vs_reference.rs then judges that mask and times *fast* until it is no worse. Photos whose answer is not above
.5, or does not fall to under half when all is deleted, are left out. Needs tests/reference/requirements.txt, and cargo.
"""

from __future__ import annotations

import argparse
import json
import math
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tests" / "reference"))

import torch  # noqa: E402
from meaningful import PAPER, Profile, Run, blur_null, jitter_offsets, model_planes, photo_planes  # noqa: E402
from onnx_torch import OnnxModule  # noqa: E402

LEAST_SCORE = 0.5


def profile(model: pathlib.Path) -> Profile:
    given = json.loads(model.with_suffix(".json").read_text())
    return Profile(given["size"], given["resize"], tuple(given["mean"]), tuple(given["std"]))


def reference(module: OnnxModule, how: Profile, photo: pathlib.Path, seed: int) -> dict | None:
    """The reference's best mask and its time, preprocessing left out; None where there is nothing to explain."""
    planes = photo_planes(str(photo))
    image, null = model_planes(planes, how), blur_null(planes, how)
    started = time.perf_counter()
    with torch.no_grad():
        target = int(module(image[:, :, 2 : 2 + how.size, 2 : 2 + how.size])[0].argmax())
    run = Run(module, image, null, PAPER, target)
    original, deleted = run.end_scores()
    if original <= LEAST_SCORE or deleted >= original / 2:
        return None
    learned = run.learn(jitter_offsets(PAPER.iterations, seed))
    seconds = time.perf_counter() - started
    return {"target": target, "seconds": seconds, "grid": learned.best.flatten().tolist()}


def judged(model: pathlib.Path, photo: pathlib.Path, reference: pathlib.Path, *more: str) -> dict:
    """What fast_vs_reference.rs says of a run of *fast*: one that it makes, or one that is given."""
    command = ["cargo", "bench", "--quiet", "--bench", "fast_vs_reference", "--", "--model", str(model)]
    command += ["--image", str(photo), "--reference", str(reference), *more]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def in_chromium(model: pathlib.Path, photo: pathlib.Path, settings: dict, folder: pathlib.Path) -> pathlib.Path:
    """A run of *fast* on the CPU in Chromium, to its end: a file of the grid every few steps."""
    given, curve = folder / "settings.json", folder / "curve.json"
    given.write_text(json.dumps(settings))
    command = ["node", "benches/fast_in_chromium.mjs", str(model), str(photo), str(given)]
    curve.write_text(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    return curve


def compare(model: pathlib.Path, photo: pathlib.Path, found: dict, options: argparse.Namespace, chromium: bool) -> dict[str, dict]:
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        reference = folder / "reference.json"
        reference.write_text(json.dumps(found))
        answers = {"native": judged(model, photo, reference, "--threads", str(options.threads))}
        if chromium:
            settings = answers["native"]["settings"] | {"target": {"index": found["target"]}}
            if options.first_descent:
                # As fast_vs_reference.rs shares its steps out.
                settings |= {"starts": settings["starts"][:1], "iterations": 56}
            curve = in_chromium(model, photo, settings, folder)
            answers["chromium"] = judged(model, photo, reference, "--curve", str(curve))
        return answers


def summary(side: str, answers: list[dict]) -> str:
    """Unreached counts as longer than all others in the median."""
    ratios = [answer["ratio"] if answer["ratio"] is not None else math.inf for answer in answers]
    reached, worse = sum(map(math.isfinite, ratios)), sum(answer["worse"] for answer in answers)
    energies = statistics.median(answer["fast_energy"] / answer["reference_energy"] for answer in answers)
    return (
        f"{side}: {reached} of {len(answers)} reached the reference, median ratio of times {statistics.median(ratios):.3f}; "
        f"{worse} worse at the end, median ratio of energies {energies:.3f}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", type=pathlib.Path, required=True)
    parser.add_argument("--images", type=pathlib.Path, required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1, help="of the reference and of the native side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chromium", type=int, default=0, help="so many photos of each model in Chromium too")
    parser.add_argument("--first-descent", action="store_true", help="in Chromium only the first descent")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    photos = sorted(p for p in options.images.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    everything: dict[str, list[dict]] = {}
    for model in options.models:
        module, how, sides = OnnxModule(str(model)), profile(model), {}
        done = 0
        for photo in photos:
            if done == options.limit:
                break
            found = reference(module, how, photo, options.seed)
            if found is None:
                continue
            done += 1
            for side, answer in compare(model, photo, found, options, done <= options.chromium).items():
                sides.setdefault(side, []).append(answer)
                everything.setdefault(side, []).append(answer)
                short = {key: value for key, value in answer.items() if key not in ("curve", "settings")}
                print(json.dumps({"model": model.name, "photo": photo.name, "side": side, **short}), flush=True)
        for side, answers in sides.items():
            print(f"{model.name}, {summary(side, answers)}", flush=True)
    for side, answers in everything.items():
        print(f"all, {summary(side, answers)}", flush=True)


if __name__ == "__main__":
    main()
