"""Times how long *fast* takes to reach the answer of 300 Adam iterations in PyTorch, both on this CPU, in turn.

    python benches/fast_vs_reference.py --models squeezenet1.1.onnx mobilenetv2.onnx --images FOLDER --limit 20

For each model and photo, the reference (tests/reference/meaningful.py) runs first and writes its best mask and its
time. fast_vs_reference.rs then judges that mask and times one run of *fast*, both the whole run and until it is no
worse. Photos are left out if the answer's probability is not above .5, or does not fall below half of that when
everything is deleted. `--every 1000` judges only the answer. `--references FOLDER` keeps the references' masks, so that
*fast* can be compared again; the references' times are then those of their first run. Needs
tests/reference/requirements.txt, and cargo.
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
MUCH_WORSE = 1.05


def profile(model: pathlib.Path) -> Profile:
    given = json.loads(model.with_suffix(".json").read_text())
    return Profile(given["size"], given["resize"], tuple(given["mean"]), tuple(given["std"]))


def reference(module: OnnxModule, how: Profile, photo: pathlib.Path, seed: int) -> dict | None:
    """Returns the reference's best mask and its time without preprocessing; None if there is nothing to explain."""
    planes = photo_planes(str(photo))
    image, null = model_planes(planes, how), blur_null(planes, how)
    started, computed = time.perf_counter(), time.process_time()
    with torch.no_grad():
        target = int(module(image[:, :, 2 : 2 + how.size, 2 : 2 + how.size])[0].argmax())
    run = Run(module, image, null, PAPER, target)
    original, deleted = run.end_scores()
    if original <= LEAST_SCORE or deleted >= original / 2:
        return None
    learned = run.learn(jitter_offsets(PAPER.iterations, seed))
    seconds, processor = time.perf_counter() - started, time.process_time() - computed
    grid = learned.best.flatten().tolist()
    return {"target": target, "seconds": seconds, "processor_seconds": processor, "grid": grid}


def kept_reference(module: OnnxModule, how: Profile, photo: pathlib.Path, seed: int, kept: pathlib.Path | None) -> dict | None:
    """Returns the reference from its file, or computes it and writes it there."""
    if kept and kept.exists():
        return json.loads(kept.read_text())
    found = reference(module, how, photo, seed)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found))
    return found


def judged(model: pathlib.Path, photo: pathlib.Path, reference: pathlib.Path, *more: str) -> dict:
    """Returns the verdict of fast_vs_reference.rs on a run of *fast*, which it makes or is given."""
    command = ["cargo", "bench", "--quiet", "--bench", "fast_vs_reference", "--", "--model", str(model)]
    command += ["--image", str(photo), "--reference", str(reference), *more]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)


def in_chromium(model: pathlib.Path, photo: pathlib.Path, settings: dict, folder: pathlib.Path) -> pathlib.Path:
    """Makes a complete run of *fast* on the CPU in Chromium. Returns a file with the grid every few steps."""
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
        given = ["--threads", str(options.threads), "--seed", str(options.seed), "--every", str(options.every)]
        given += [word for name in ("iterations", "starts") if (value := getattr(options, name)) for word in (f"--{name}", value)]
        answers = {"native": judged(model, photo, reference, *given)}
        answers["native"]["reference_processor_seconds"] = found["processor_seconds"]
        if chromium:
            settings = answers["native"]["settings"] | {"target": {"index": found["target"]}}
            curve = in_chromium(model, photo, settings, folder)
            answers["chromium"] = judged(model, photo, reference, "--curve", str(curve))
        return answers


def summary(side: str, answers: list[dict]) -> str:
    """Summarises the times. In the median, a run that did not reach the reference counts as the longest."""
    reached = [answer["ratio"] if answer["ratio"] is not None else math.inf for answer in answers]
    energies = [answer["fast_energy"] / answer["reference_energy"] for answer in answers]
    times = [answer["fast_seconds"] / answer["reference_seconds"] for answer in answers]
    return (
        f"{side}: {len(answers) - sum(answer['worse'] for answer in answers)} of {len(answers)} no worse at the end, "
        f"{sum(energy > MUCH_WORSE for energy in energies)} worse by more than 5 %; ratio of energies, median and largest "
        f"{statistics.median(energies):.3f} {max(energies):.3f}; ratio of times in all, median and largest "
        f"{statistics.median(times):.3f} {max(times):.3f}{processor_summary(answers)}; "
        f"{sum(map(math.isfinite, reached))} reached the reference, at {statistics.median(reached):.3f} of its time in the median"
    )


def processor_summary(answers: list[dict]) -> str:
    """Returns the ratio of computing times, which other programs disturb less; nothing if it is unknown."""
    ratios = [
        answer["fast_processor_seconds"] / answer["reference_processor_seconds"]
        for answer in answers
        if answer.get("fast_processor_seconds") and answer.get("reference_processor_seconds")
    ]
    return f" (of computing times {statistics.median(ratios):.3f} {max(ratios):.3f})" if ratios else ""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", type=pathlib.Path, required=True)
    parser.add_argument("--images", type=pathlib.Path, required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--threads", type=int, default=1, help="of the reference and of the native side")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--chromium", type=int, default=0, help="so many photos of each model in Chromium too")
    parser.add_argument("--every", type=int, default=4, help="native steps between two looks at the mask")
    parser.add_argument("--iterations", help="steps of fast, unless the bench's own")
    parser.add_argument("--starts", help="starts of fast, such as direction,.2, unless the bench's own")
    parser.add_argument("--references", type=pathlib.Path, help="a folder that keeps the references")
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
            kept = options.references and options.references / f"{model.stem}_{photo.stem}_{options.seed}.json"
            found = kept_reference(module, how, photo, options.seed, kept)
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
