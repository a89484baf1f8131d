"""Exports torchvision's classifiers with random weights by both of torch.onnx's exporters, for comparison.

    python export_torchvision.py --out FOLDER [--only resnet50,vit_b_16] [--exporters dynamo,script]

Writes per model NAME: NAME.input.npy, NAME.logits.npy, NAME.gradient.npy (d logit of the top class / d input)
and NAME.json, and per exporter that succeeds NAME.dynamo.onnx or NAME.script.onnx. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
import warnings

import numpy as np
import onnx
import torch
import torchvision

# One of each family, and the variants whose operators differ; input side where it is not 224.
MODELS = {
    "alexnet": 224,
    "vgg11": 224,
    "vgg11_bn": 224,
    "googlenet": 224,
    "inception_v3": 299,
    "squeezenet1_0": 224,
    "squeezenet1_1": 224,
    "resnet18": 224,
    "resnet50": 224,
    "resnext50_32x4d": 224,
    "wide_resnet50_2": 224,
    "densenet121": 224,
    "mobilenet_v2": 224,
    "mobilenet_v3_small": 224,
    "mobilenet_v3_large": 224,
    "shufflenet_v2_x1_0": 224,
    "mnasnet1_0": 224,
    "efficientnet_b0": 224,
    "efficientnet_v2_s": 224,
    "regnet_y_400mf": 224,
    "regnet_x_400mf": 224,
    "convnext_tiny": 224,
    "vit_b_16": 224,
    "swin_t": 224,
    "swin_v2_t": 224,
    "maxvit_t": 224,
}
SEED = 0


def tame(model: torch.nn.Module, x: torch.Tensor) -> None:
    """Gives every batch norm the statistics of its own input, so that activations neither die nor explode."""
    norms = [m for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d)]
    for norm in norms:
        norm.momentum = None  # a plain average over the passes that follow
        norm.reset_running_stats()
        norm.train()
    with torch.no_grad():
        # A batch of two: the statistics of one picture after global pooling would be of one value.
        model(torch.cat([x, x.flip(-1)]))
    for norm in norms:
        norm.eval()


def revive(model: torch.nn.Module) -> None:
    """Undoes initial values that hide a branch: zero gammas (the residual side) and layer scales of 1e-6.

    Batch norms get a bias of about one deviation, so that most rectifiers are open: with random weights and none
    of it, so many units sit on the kink that PyTorch's own gradients in f32 and f64 differ by 2 % (ResNet-50).
    """
    norms = {id(p) for m in model.modules() if isinstance(m, torch.nn.BatchNorm2d) for p in m.parameters()}
    for name, parameter in model.named_parameters():
        if name.endswith("layer_scale"):
            torch.nn.init.uniform_(parameter, 0.5, 1.0)
        elif parameter.ndim == 1:
            centre = 1.0 if name.endswith("weight") or id(parameter) in norms else 0.0
            torch.nn.init.uniform_(parameter, centre - 0.2, centre + 0.2)
        elif parameter.count_nonzero() == 0:
            torch.nn.init.normal_(parameter, std=0.02)


def preserve_variance(model: torch.nn.Module) -> None:
    """He's initial values for convolutions and the last layers, or ten of them drown the signal."""
    for module in model.modules():
        if isinstance(module, torch.nn.Conv2d):
            torch.nn.init.kaiming_normal_(module.weight, mode="fan_in")
        elif isinstance(module, torch.nn.Linear):
            torch.nn.init.normal_(module.weight, std=module.in_features**-0.5)


def build(name: str, size: int) -> tuple[torch.nn.Module, torch.Tensor]:
    torch.manual_seed(SEED)
    options = {"aux_logits": False} if name in ("googlenet", "inception_v3") else {}
    options |= {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    model = torchvision.models.get_model(name, weights=None, **options).eval()
    preserve_variance(model)
    revive(model)
    x = torch.randn(1, 3, size, size)
    tame(model, x)
    return model.eval(), x


def reference(model: torch.nn.Module, x: torch.Tensor) -> tuple[np.ndarray, int, np.ndarray]:
    x = x.clone().requires_grad_(True)
    logits = model(x)
    top = int(logits.argmax())
    logits[0, top].backward()
    return logits.detach().numpy(), top, x.grad.numpy()


def by_dynamo(model: torch.nn.Module, x: torch.Tensor, path: str) -> None:
    torch.onnx.export(model, (x,), path, dynamo=True, external_data=False, verbose=False)


def by_script(model: torch.nn.Module, x: torch.Tensor, path: str) -> None:
    torch.onnx.export(model, (x,), path, dynamo=False, input_names=["input"], output_names=["logits"])


EXPORTERS = {"dynamo": by_dynamo, "script": by_script}


def export(model: torch.nn.Module, x: torch.Tensor, exporter: str, path: str) -> str:
    """What became of it, in a word or with the first line of the error."""
    began = time.time()
    try:
        EXPORTERS[exporter](model, x, path)
    except Exception as error:  # an exporter's failure is a result here
        return f"failed: {type(error).__name__}: {str(error).strip().splitlines()[0][:160] if str(error).strip() else ''}"
    opset = next(o.version for o in onnx.load(path, load_external_data=False).opset_import if o.domain in ("", "ai.onnx"))
    print(f"  {exporter}: opset {opset}, {os.path.getsize(path) >> 20} MiB, {time.time() - began:.0f} s", flush=True)
    return f"opset {opset}"


def write(name: str, size: int, exporters: list[str], out: str) -> None:
    print(name, flush=True)
    model, x = build(name, size)
    logits, top, gradient = reference(model, x)
    stem = os.path.join(out, name)
    for part, array in (("input", x.numpy()), ("logits", logits), ("gradient", gradient)):
        np.save(f"{stem}.{part}.npy", array)
    results = {e: export(model, x, e, f"{stem}.{e}.onnx") for e in exporters}
    described = {"name": name, "size": size, "top": top, "exporters": results, "logits_norm": float(np.linalg.norm(logits))}
    described |= {"torch": torch.__version__, "torchvision": torchvision.__version__, "seed": SEED}
    with open(f"{stem}.json", "w") as file:
        json.dump(described, file, indent=1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", default=os.path.join(tempfile.gettempdir(), "vanish-torchvision"))
    parser.add_argument("--only", default=",".join(MODELS))
    parser.add_argument("--exporters", default="dynamo,script")
    parser.add_argument("--again", action="store_true", help="also those already there")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    os.makedirs(arguments.out, exist_ok=True)
    for name in arguments.only.split(","):
        if arguments.again or not os.path.exists(os.path.join(arguments.out, f"{name}.json")):
            write(name, MODELS[name], arguments.exporters.split(","), arguments.out)


if __name__ == "__main__":
    main()
