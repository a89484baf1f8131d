"""Writes the golden files of tests/golden. See the README there for the command and what each file holds."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys

import numpy as np
import onnxruntime
import torch
from scipy import stats

import tiny
from meaningful import LOCALISATION, PAPER, Profile, Run, Settings, blur_null, jitter_offsets, mean_null
from meaningful import CENTRE, model_planes, photo_planes, view
from onnx_torch import OnnxModule

MODELS = (
    "squeezenet1.1",
    "mobilenetv2",
    "shufflenetv2_100_deq",
    "mobilenetv1_025_224",
    "mobilenetv3_small_deq",
    "resnet50_pruned8_w8",
)
# PNG, so that every decoder gives the same pixels; the zebra is a JPEG and needs a looser hand.
PHOTOS = ("pytorch-grad-cam__both.png", "pytorch-explain-black-box__dog.png", "captum__zebra.jpg")
# Answers above 0.7 that blurring takes away, and courses that f32 and f64 agree on (the README has the figures).
PARITY_PHOTOS = ("pytorch-explain-black-box__flute.jpg", "captum__elephant.jpg")
MARKS = (1, 2, 5, 10, 20, 50, 100, 200, 300)
GRADIENT_POSITIONS = 500
TINY_L1 = 5e-3


# ---------------------------------------------------------------- writing


def rounded(values, digits: int = 7) -> list[float]:
    """Seven significant digits: all that f32 has."""
    return [float(f"{float(v):.{digits}g}") for v in np.asarray(values).reshape(-1)]


def write(path: str, content: dict) -> None:
    with open(path, "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")
    print(f"{path}: {os.path.getsize(path):,} bytes")


def made_by() -> dict:
    return {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "torch": torch.__version__,
        "onnxruntime": onnxruntime.__version__,
    }


# ---------------------------------------------------------------- parity of the method


def learned_golden(run: Run, offsets, null: str) -> dict:
    """One run's settings, course and masks, and how far the same run in f64 strays: the noise floor of the comparison."""
    settings, learned = run.settings, run.learn(offsets)
    original, deleted = run.end_scores()
    return {
        "game": settings.game,
        "null": null,
        "l1": settings.l1,
        "l2": settings.l2,
        "beta": settings.beta,
        "learning_rate": settings.learning_rate,
        "iterations": len(offsets),
        "classes": run.classes,
        "score_original": original,
        "score_null": deleted,
        "start_radius_px": run.start_radius(),
        "start": rounded(learned.start),
        "objective": {str(i): learned.objective[i - 1] for i in MARKS if i <= len(offsets)},
        "best_iteration": learned.best_at + 1,
        "best": rounded(learned.best, 6),
        "last": rounded(learned.last, 6),
        "noise": noise_floor(run, offsets, learned),
    }


def noise_floor(run: Run, offsets, learned) -> dict:
    """The run repeated in double precision from the same start: two right programs differ by this much."""
    double = Run(run.model, run.image.double(), run.null.double(), run.settings)
    double.classes, double.smoothing = run.classes, run.smoothing.double()
    exact = double.learn(offsets, learned.start.double())
    course = np.abs(np.array(exact.objective) / np.array(learned.objective) - 1)
    return {
        "objective_relative": {str(i): float(f"{course[i - 1]:.2g}") for i in MARKS if i <= len(offsets)},
        "rank_correlation": float(stats.spearmanr(exact.last.reshape(-1), learned.last.reshape(-1)).statistic),
        "mask_greatest": float((exact.last.float() - learned.last).abs().max()),
    }


def tiny_parity(out: str) -> None:
    tiny.write(out)
    profile, module = tiny.PROFILE, OnnxModule(f"{out}/tiny.onnx")
    photo = photo_planes(f"{out}/tiny.png")
    image = model_planes(photo, profile)
    nulls = {"blur": blur_null(photo, profile), "mean": mean_null(image)}
    offsets = jitter_offsets(100, seed=1)
    # A grid of 64 cells needs a dearer cell than one of 784, or every mask ends all black or all white.
    presets = [(null, Settings(game=game, l1=TINY_L1)) for game in ("delete", "preserve", "dual") for null in nulls]
    # Two classes of four are the localisation preset's top five of a thousand in small.
    presets.append(("blur", Settings(l1=TINY_L1, beta=LOCALISATION.beta, top=2)))
    runs = [learned_golden(Run(module, image, nulls[null], s), offsets, null) for null, s in presets]
    planes = {name: plane_samples(p) for name, p in {"image": image, **nulls}.items()}
    write(f"{out}/parity_tiny.json", {"made_by": made_by(), "profile": profile_json(profile), "offsets": offsets, "planes": planes, "runs": runs})
    write_profile(f"{out}/tiny.json", "tiny", profile)


def profile_json(profile: Profile) -> dict:
    return {"size": profile.size, "resize": profile.resize, "mean": profile.mean, "std": profile.std}


def write_profile(path: str, name: str, profile: Profile) -> None:
    """The classifier's preprocessing in the form the command reads beside a model."""
    fixed = {"channels": "RGB", "range": [0, 1], "output": "logits"}
    write(path, {"name": name, **profile_json(profile), **fixed})


def plane_samples(planes: torch.Tensor) -> list[float]:
    """500 positions of a normalised [1, 3, S, S]: which stage differs shows here first."""
    flat = planes.reshape(-1)
    return rounded(flat[positions(flat.numel())])


def real_parity(data: str, out: str) -> None:
    """SqueezeNet 1.1 on two photographs; photographs are not committed, so the test reads them where they are."""
    profile, module = load(data, "squeezenet1.1")
    # Beyond some 60 iterations rounding decides the course: two right programs are 5 % apart at 200.
    offsets = jitter_offsets(60, seed=1)
    pictures = []
    for name in PARITY_PHOTOS:
        photo = photo_planes(f"{data}/images/demo/{name}")
        image, null = model_planes(photo, profile), blur_null(photo, profile)
        runs = [learned_golden(Run(module, image, null, settings), offsets, "blur") for settings in (PAPER, LOCALISATION)]
        planes = {"image": plane_samples(image), "blur": plane_samples(null)}
        pictures.append({"photo": name, "planes": planes, "runs": runs})
    content = {"made_by": made_by(), "model": "squeezenet1.1", "profile": profile_json(profile)}
    write(f"{out}/parity_squeezenet.json", {**content, "offsets": offsets, "pictures": pictures})


# ---------------------------------------------------------------- models: logits and input gradients


def positions(extent: int) -> np.ndarray:
    """Where a tensor is sampled: a stride that is prime to every extent used, so none repeats."""
    return (np.arange(GRADIENT_POSITIONS) * 104729 + 12345) % extent


def formula_input(size: int) -> torch.Tensor:
    """x[c, i, j] in the normalised range, computed in f64."""
    c, i, j = np.mgrid[0:3, 0:size, 0:size].astype(np.float64)
    x = 1.2 * np.sin(0.11 * i * (c + 1) + 0.07 * j) + 0.6 * np.sin(0.9 * j - 0.4 * i + c)
    return torch.from_numpy(x.astype(np.float32))[None]


def load(data: str, name: str) -> tuple[Profile, OnnxModule]:
    with open(f"{data}/models/{name}.json") as file:
        said = json.load(file)
    profile = Profile(said["size"], said["resize"], tuple(said["mean"]), tuple(said["std"]))
    return profile, OnnxModule(f"{data}/models/{name}.onnx")


def reference_logits(path: str, x: torch.Tensor) -> np.ndarray:
    """onnxruntime without its graph optimiser: the file as it is written."""
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x.numpy()})[0].reshape(-1)


def gradient_golden(path: str, module: OnnxModule, x: torch.Tensor) -> dict:
    """Leading logits by onnxruntime, and d logit / d input of the first of them by autograd."""
    logits = reference_logits(path, x)
    x = x.clone().requires_grad_(True)
    ours = module(x)[0]
    difference = np.abs(ours.detach().numpy() - logits).max() / np.abs(logits).max()
    assert difference < 1e-4, f"{path}: the interpreter and onnxruntime differ by {difference}"
    leading = np.argsort(-logits)[:20]
    ours[int(leading[0])].backward()
    gradient = x.grad.reshape(-1)
    return {
        "top": [int(k) for k in leading],
        "logits": rounded(logits[leading]),
        "logits_norm": float(np.linalg.norm(logits)),
        "gradient_norm": float(gradient.norm()),
        "gradient": rounded(gradient[positions(gradient.numel())], 6),
    }


def model_goldens(data: str, out: str) -> None:
    models = []
    for name in MODELS:
        profile, module = load(data, name)
        inputs = {"formula": formula_input(profile.size)}
        for photo in PHOTOS:
            planes = model_planes(photo_planes(f"{data}/images/demo/{photo}"), profile)
            inputs[photo] = view(planes, CENTRE, profile.size).contiguous()
        path = f"{data}/models/{name}.onnx"
        cases = [{"input": key, **gradient_golden(path, module, x)} for key, x in inputs.items()]
        models.append({"model": name, "cases": cases})
        print(name, [case["top"][0] for case in cases])
    write(f"{out}/models.json", {"made_by": made_by(), "positions": "(k * 104729 + 12345) % extent", "models": models})


# ---------------------------------------------------------------- command


def main() -> None:
    here = os.path.dirname(os.path.abspath(__file__))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default=os.path.join(here, "..", "golden"))
    parser.add_argument("--data", help="the folder with models/ and images/demo/; without it only the tiny case is made")
    parser.add_argument("--only", choices=("tiny", "real", "models"))
    arguments = parser.parse_args()
    torch.set_num_threads(1)  # sums in one order, whatever the machine
    out = os.path.normpath(arguments.out)
    if arguments.only in (None, "tiny"):
        tiny_parity(out)
    if arguments.data and arguments.only in (None, "real"):
        real_parity(arguments.data, out)
    if arguments.data and arguments.only in (None, "models"):
        model_goldens(arguments.data, out)
    elif not arguments.data:
        print("no --data: SqueezeNet's parity and the models' gradients are left as they are", file=sys.stderr)


if __name__ == "__main__":
    main()
