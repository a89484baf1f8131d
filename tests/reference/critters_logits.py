#!/usr/bin/env python3
"""Records what ONNX Runtime makes of the built-in models: tests/golden/critters_logits.json.

    cargo run --release -- critters render --seed 0 --count 8 --out out/critters
    python3 tests/reference/critters_logits.py out/critters

Needs onnxruntime, numpy and pillow.
"""
import json
import pathlib
import sys

import numpy as np
import onnxruntime
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parents[2]


def logits(name, folder):
    """The logits of every picture in a folder, by seed."""
    path = ROOT / "www" / "models" / name
    profile = json.loads(path.with_suffix(".json").read_text())
    session = onnxruntime.InferenceSession(str(path.with_suffix(".onnx")), providers=["CPUExecutionProvider"])
    mean = np.array(profile["mean"], np.float32).reshape(3, 1, 1)
    std = np.array(profile["std"], np.float32).reshape(3, 1, 1)
    found = {}
    for entry in json.loads((folder / "labels.json").read_text()):
        pixels = np.asarray(Image.open(folder / entry["file"]).convert("RGB"), np.float32) / 255
        image = (pixels.transpose(2, 0, 1) - mean) / std
        found[str(entry["seed"])] = [round(float(v), 5) for v in session.run(["logits"], {"image": image[None]})[0][0]]
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    golden = {"onnxruntime": onnxruntime.__version__}
    golden |= {name: logits(name, folder) for name in ("critters", "critters-biased")}
    (ROOT / "tests" / "golden" / "critters_logits.json").write_text(json.dumps(golden, indent=1) + "\n")


if __name__ == "__main__":
    main()
