"""Time to the reference's answer: 300 Adam iterations in PyTorch against vanish's *fast*, both on this CPU, in turn.

    python benches/fast_vs_reference.py --models squeezenet1.1.onnx mobilenetv2.onnx --images FOLDER --limit 20 --threads 2

For each model and photo the reference (tests/reference/meaningful.py) runs first and writes its best mask and its time;
fast_vs_reference.rs then judges that mask and times *fast* until it is no worse. Photos whose answer is not above
.5, or does not fall to under half when all is deleted, are left out. Needs tests/reference/requirements.txt, and cargo.
"""

from __future__ import annotations

import argparse
import json
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


def fast(model: pathlib.Path, photo: pathlib.Path, found: dict, threads: int) -> dict:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(found, file)
        file.flush()
        command = ["cargo", "bench", "--quiet", "--bench", "fast_vs_reference", "--", "--model", str(model)]
        command += ["--image", str(photo), "--reference", file.name, "--threads", str(threads)]
        answer = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return json.loads(answer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", nargs="+", type=pathlib.Path, required=True)
    parser.add_argument("--images", type=pathlib.Path, required=True)
    parser.add_argument("--limit", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    photos = sorted(p for p in options.images.iterdir() if p.suffix.lower() in (".jpg", ".jpeg", ".png"))
    ratios, worse = [], 0
    for model in options.models:
        module, how, done = OnnxModule(str(model)), profile(model), 0
        for photo in photos:
            if done == options.limit:
                break
            found = reference(module, how, photo, options.seed)
            if found is None:
                continue
            done += 1
            answer = fast(model, photo, found, options.threads)
            worse += answer["fast_energy"] > 1.01 * answer["reference_energy"]
            if answer["ratio"] is not None:
                ratios.append(answer["ratio"])
            short = {key: value for key, value in answer.items() if key != "curve"}
            print(json.dumps({"model": model.name, "photo": photo.name, **short}), flush=True)
    median = statistics.median(ratios) if ratios else float("nan")
    print(f"{len(ratios)} reached the reference; median ratio of times {median:.3f}; {worse} worse at the end")


if __name__ == "__main__":
    main()
