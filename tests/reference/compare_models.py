"""Runs every exported model through the vanish command and compares with PyTorch; prints docs/models.md's table.

    python export_torchvision.py --out FOLDER
    python compare_models.py --models FOLDER --vanish target/release/vanish

Relative errors: of the logits, the largest difference over the largest logit; of the input gradient, the median
over the elements of |difference| / |gradient|. A step is one forward and one backward pass with one picture on two threads,
the median of --steps. MiB is the peak memory of the whole command.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

LOGITS_LIMIT, GRADIENT_LIMIT = 1e-3, 1e-2


THREADS = "2"


def run(vanish: str, model: str, given: str, top: int, folder: str, steps: int) -> dict:
    """Runs the command; its answer, seconds and peak memory, or its one line of error."""
    output, gradient = os.path.join(folder, "output.npy"), os.path.join(folder, "gradient.npy")
    words = [vanish, "run", model, "--input", given, "--output", output]
    words += ["--gradient-of", str(top), "--gradient", gradient, "--time"]
    status, _, message, short = timed([*words, "1"])
    if status != 0:
        return {"error": message.strip().splitlines()[-1] if message.strip() else f"status {status}"}
    _, printed, _, _ = timed([*words, str(steps)])
    found = {"logits": np.load(output), "gradient": np.load(gradient)}
    return found | {"seconds": float(printed), "mib": short.ru_maxrss / 1024}


def timed(words: list[str]) -> tuple:
    """Status, output, messages and resource usage of a command."""
    with tempfile.TemporaryFile("w+") as printed, tempfile.TemporaryFile("w+") as said:
        process = subprocess.Popen(words, stdout=printed, stderr=said, env=os.environ | {"RAYON_NUM_THREADS": THREADS})
        _, status, usage = os.wait4(process.pid, 0)
        printed.seek(0), said.seek(0)
        return status, printed.read(), said.read(), usage


def errors(answer: dict, stem: str) -> tuple[float, float]:
    logits, gradient = np.load(f"{stem}.logits.npy"), np.load(f"{stem}.gradient.npy")
    logits_error = np.abs(answer["logits"].reshape(logits.shape) - logits).max() / np.abs(logits).max()
    there = gradient != 0
    relative = np.abs(answer["gradient"].reshape(gradient.shape) - gradient)[there] / np.abs(gradient[there])
    return float(logits_error), float(np.median(relative))


def row(vanish: str, folder: str, name: str, exporter: str, scratch: str, steps: int) -> tuple[str, bool]:
    stem = os.path.join(folder, name)
    with open(f"{stem}.json") as file:
        described = json.load(file)
    made = described["exporters"].get(exporter, "not tried")
    if not made.startswith("opset"):
        return f"| {name} | {exporter} | the exporter {made[:60]} | | | | |", True
    answer = run(vanish, f"{stem}.{exporter}.onnx", f"{stem}.input.npy", described["top"], scratch, steps)
    if "error" in answer:
        return f"| {name} | {exporter} | no: {answer['error']} | | | | |", False
    logits, gradient = errors(answer, stem)
    agrees = logits <= LOGITS_LIMIT and gradient <= GRADIENT_LIMIT
    figures = f"{logits:.1e} | {gradient:.1e} | {answer['seconds']:.2f} | {answer['mib']:.0f}"
    return f"| {name} | {exporter} ({made}) | {'yes' if agrees else '**disagrees**'} | {figures} |", agrees


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", default=os.path.join(tempfile.gettempdir(), "vanish-torchvision"))
    parser.add_argument("--vanish", default="target/release/vanish")
    parser.add_argument("--only", default="")
    parser.add_argument("--steps", type=int, default=3)
    arguments = parser.parse_args()
    names = sorted(f[:-5] for f in os.listdir(arguments.models) if f.endswith(".json"))
    names = [n for n in names if not arguments.only or n in arguments.only.split(",")]
    print("| model | exporter | loads and agrees | logits | gradient | step, s | MiB |\n|---|---|---|---|---|---|---|")
    failed = []
    with tempfile.TemporaryDirectory() as scratch:
        for name in names:
            for exporter in ("dynamo", "script"):
                text, agrees = row(arguments.vanish, arguments.models, name, exporter, scratch, arguments.steps)
                print(text, flush=True)
                if not agrees:
                    failed.append(f"{name} ({exporter})")
    if failed:
        sys.exit(f"{len(failed)} do not agree: {', '.join(failed)}")


if __name__ == "__main__":
    main()
