"""Compares the attacks of `vanish attack` with the same attacks written in PyTorch, picture by picture.

    vanish attack SET --model M.onnx --attack fgsm,least-likely --eps 8 --limit 20 --out OUT
    python attack.py M.onnx OUT [VANISH]

Both start from the clean pictures that vanish wrote into OUT. Printed are, for each attack, both success rates and the
pictures on which they differ; and the largest relative error of the gradient of a logit, if VANISH is the command's path.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from onnx_torch import OnnxModule


class Classifier:
    """An ONNX classifier of pictures `[1, 3, S, S]` in [0, 1], with its profile's normalisation."""

    def __init__(self, path: Path, profile: dict):
        self.module = OnnxModule(str(path))
        self.mean = torch.tensor(profile["mean"]).reshape(1, 3, 1, 1)
        self.std = torch.tensor(profile["std"]).reshape(1, 3, 1, 1)
        assert profile.get("channels", "RGB").upper() == "RGB" and profile.get("range", [0, 1]) == [0, 1]

    def normalised(self, picture: torch.Tensor) -> torch.Tensor:
        return (picture - self.mean) / self.std

    def __call__(self, picture: torch.Tensor) -> torch.Tensor:
        return self.module(self.normalised(picture))


def gradient(model: Classifier, picture: torch.Tensor, loss) -> torch.Tensor:
    picture = picture.clone().requires_grad_(True)
    loss(model(picture)).backward()
    return picture.grad


def fgsm(model: Classifier, clean: torch.Tensor, eps: float) -> torch.Tensor:
    own = model(clean).argmax(1)
    slope = gradient(model, clean, lambda z: torch.nn.functional.cross_entropy(z, own))
    return clean + eps / 255 * slope.sign()


def least_likely(model: Classifier, clean: torch.Tensor, eps: float) -> torch.Tensor:
    goal, at = model(clean).argmin(1), clean
    for _ in range(math.ceil(min(eps + 4, 1.25 * eps))):
        slope = gradient(model, at, lambda z: torch.nn.functional.cross_entropy(z, goal))
        at = at - slope.sign() / 255
        at = (clean + (at - clean).clamp(-eps / 255, eps / 255)).clamp(0, 1)
    return at


ATTACKS = {"fgsm": fgsm, "least-likely": least_likely}


def eight_bits(picture: torch.Tensor) -> torch.Tensor:
    return (picture.clamp(0, 1) * 255).round() / 255


def read(path: Path) -> torch.Tensor:
    pixels = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32) / 255
    return torch.from_numpy(pixels).permute(2, 0, 1)[None].contiguous()


def compare(model: Classifier, folder: Path, records: list[dict]) -> None:
    outcomes: dict[str, list[tuple[bool, bool, str]]] = {}
    for record in records:
        attack = record["change"]["attack"]
        if attack["kind"] not in ATTACKS:
            continue
        clean = read(folder / f"{record['picture']}-clean.png")
        own = model(clean).argmax(1).item()
        assert own == record["change"]["before"]["class"], "the clean answers differ"
        attacked = eight_bits(ATTACKS[attack["kind"]](model, clean, attack["eps"]))
        theirs = model(attacked).argmax(1).item() != own
        ours = record["reading"]["top"][0]["class"] != own
        name = f"{attack['kind']} {attack['eps']:g}"
        outcomes.setdefault(name, []).append((ours, theirs, record["picture"]))
    for name, found in outcomes.items():
        rates = [sum(row[side] for row in found) / len(found) for side in (0, 1)]
        differ = [picture for ours, theirs, picture in found if ours != theirs]
        print(f"{name}: n {len(found)}, success {rates[0]:.3f} (vanish), {rates[1]:.3f} (PyTorch); differ on {differ}")


def gradient_error(model: Classifier, path: Path, clean: torch.Tensor, vanish: str) -> float:
    """The largest error of the gradient of the least likely class's logit, relative to its largest value. Where two inputs of
    a maximum are equal but for rounding, the gradient may go the other way: such a picture's error is large."""
    x = model.normalised(clean).detach()
    goal = model.module(x).argmin(1).item()
    with tempfile.TemporaryDirectory() as name:
        given, out, found = (str(Path(name) / file) for file in ("x.npy", "y.npy", "g.npy"))
        np.save(given, x.numpy())
        arguments = [vanish, "run", str(path), "--input", given, "--output", out, "--gradient-of", str(goal)]
        subprocess.run([*arguments, "--gradient", found], check=True)
        ours = torch.from_numpy(np.load(found)).reshape(x.shape)
    x.requires_grad_(True)
    model.module(x)[0, goal].backward()
    return ((ours - x.grad).abs().max() / x.grad.abs().max()).item()


def main() -> None:
    path, out = Path(sys.argv[1]), Path(sys.argv[2])
    report = json.loads((out / "report.json").read_text())
    name = report["models"][0]["name"]
    folder = out / name
    model = Classifier(path, json.loads((folder / "profile.json").read_text()))
    records = [r for r in report["records"] if r["change"] and r["model"] == name]
    compare(model, folder, records)
    if len(sys.argv) > 3:
        cleans = sorted(folder.glob("*-clean.png"))
        errors = [gradient_error(model, path, read(clean), sys.argv[3]) for clean in cleans]
        middle, most = sorted(errors)[len(errors) // 2], max(errors)
        close = sum(error <= 1e-3 for error in errors)
        print(f"gradient of a logit, relative errors: median {middle:.1e}, largest {most:.1e}, {close} of {len(errors)} to 1e-3")


if __name__ == "__main__":
    main()
