"""Runs the recipes of docs/your-model.md with random weights, and opens each file with vanish.

    python your_model.py --vanish target/release/vanish --out FOLDER

A recipe whose library is not installed is left out and named. Each is checked two ways: `vanish run` on one input against
the library's own scores (1e-3 of the largest), and `vanish classify` on a picture, which needs the profile and labels.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess

import numpy as np

SIZE = 224


def needs(*names: str):
    """Marks what a recipe imports."""

    def mark(recipe):
        recipe.needs = names
        return recipe

    return mark


def input_of(shape: tuple[int, ...]) -> np.ndarray:
    """A formula-made input, so that no picture is needed."""
    return np.sin(np.arange(np.prod(shape), dtype=np.float64) * 0.37).reshape(shape).astype(np.float32)


def torch_scores(model, shape=(1, 3, SIZE, SIZE)):
    import torch

    picture = input_of(shape)
    with torch.no_grad():
        scores = model(torch.from_numpy(picture))
    return picture, getattr(scores, "logits", scores).numpy()


def small_net():
    import torch

    torch.manual_seed(0)
    layers = torch.nn
    return layers.Sequential(
        layers.Conv2d(3, 8, 3, padding=1),
        layers.BatchNorm2d(8),
        layers.ReLU(),
        layers.AdaptiveAvgPool2d(1),
        layers.Flatten(),
        layers.Dropout(),
        layers.Linear(8, 10),
    ).eval()


@needs("torch", "onnxscript")
def torch_dynamo(path: str):
    import torch

    model = small_net()
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), path, dynamo=True)
    return torch_scores(model)


@needs("torch")
def torch_script(path: str):
    import torch

    model = small_net()
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), path, dynamo=False)
    return torch_scores(model)


@needs("torch", "torchvision")
def torchvision_resnet(path: str):
    import torch
    import torchvision

    torch.manual_seed(0)
    model = torchvision.models.resnet18(weights=None).eval()
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), path)
    return torch_scores(model)


@needs("torch", "timm")
def timm_convnext(path: str):
    import timm
    import torch

    torch.manual_seed(0)
    model = timm.create_model("convnext_atto", pretrained=False, exportable=True).eval()
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), path)
    config = {"pretrained_cfg": timm.data.resolve_model_data_config(model)}
    with open(os.path.join(os.path.dirname(path), "config.json"), "w") as file:
        json.dump(config, file)
    return torch_scores(model)


@needs("torch", "transformers")
def hugging_face_vit(path: str):
    import torch
    from transformers import ViTConfig, ViTForImageClassification, ViTImageProcessor

    torch.manual_seed(0)
    names = {i: f"kind {i}" for i in range(5)}
    config = ViTConfig(num_hidden_layers=2, hidden_size=96, num_attention_heads=4, intermediate_size=192, id2label=names)
    model = ViTForImageClassification(config).eval()
    torch.onnx.export(model, (torch.zeros(1, 3, SIZE, SIZE),), path)
    folder = os.path.dirname(path)
    config.save_pretrained(folder)
    ViTImageProcessor().save_pretrained(folder)
    return torch_scores(model)


def he_normal(kernel: np.ndarray) -> np.ndarray:
    """Other values for a kernel of Keras, whose own shrink every picture to the same scores in fifty layers."""
    depthwise = kernel.ndim == 4 and kernel.shape[3] == 1
    inputs = np.prod(kernel.shape[:2] if depthwise else kernel.shape[:-1])
    return np.random.default_rng(kernel.size).normal(0, (2 / inputs) ** 0.5, kernel.shape).astype(np.float32)


@needs("keras", "tf2onnx")
def keras_mobilenet(path: str):
    import keras

    keras.utils.set_random_seed(0)
    model = keras.applications.MobileNetV2(weights=None)
    model.set_weights([he_normal(weight) if weight.ndim > 1 else weight for weight in model.get_weights()])
    model(np.zeros((1, SIZE, SIZE, 3), np.float32))  # Keras 3.15 exports only what was called once
    model.export(path, format="onnx", verbose=False)
    picture = input_of((1, SIZE, SIZE, 3))
    return picture, np.asarray(model(picture))


@needs("torch", "ultralytics", "onnxruntime")
def ultralytics_classifier(path: str):
    import onnxruntime
    from ultralytics import YOLO

    made = YOLO("yolo11n-cls.yaml").export(format="onnx", imgsz=SIZE)
    os.replace(made, path)
    picture = input_of((1, 3, SIZE, SIZE))
    session = onnxruntime.InferenceSession(path)
    return picture, session.run(None, {session.get_inputs()[0].name: picture})[0]


RECIPES = [
    torch_dynamo,
    torch_script,
    torchvision_resnet,
    timm_convnext,
    hugging_face_vit,
    keras_mobilenet,
    ultralytics_classifier,
]


def vanish(program: str, *arguments: str) -> str:
    """The command's standard output; its own sentence, if it fails."""
    done = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return done.stdout


def check(program: str, recipe, out: str) -> str:
    """Runs a recipe in a folder of its own; what is wrong, or how far the scores differ."""
    folder = os.path.join(out, recipe.__name__)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "model.onnx")
    picture, scores = recipe(path)
    vanish(program, "classify", "critter:3", "--model", path, "--json")
    if scores.std() < 0.01 * np.abs(scores).max():
        raise RuntimeError("the library's own scores hardly differ from each other, so agreeing with them shows nothing")
    given, found = os.path.join(folder, "input.npy"), os.path.join(folder, "output.npy")
    np.save(given, picture)
    vanish(program, "run", path, "--input", given, "--output", found)
    differ = np.abs(np.load(found).ravel() - scores.ravel()).max() / np.abs(scores).max()
    if not differ < 1e-3:
        raise RuntimeError(f"the scores differ by {differ:.1e} of the largest")
    return f"opens; the scores differ by {differ:.1e} of the largest"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--vanish", required=True)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    failed = 0
    for recipe in RECIPES:
        missing = [name for name in recipe.needs if importlib.util.find_spec(name) is None]
        if missing:
            print(f"{recipe.__name__}: LEFT OUT, {', '.join(missing)} not installed")
            continue
        try:
            print(f"{recipe.__name__}: {check(arguments.vanish, recipe, arguments.out)}")
        except Exception as error:  # the table goes on, and the exit status says it
            failed += 1
            print(f"{recipe.__name__}: FAILED, {error}")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
