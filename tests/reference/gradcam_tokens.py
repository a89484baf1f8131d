"""Grad-CAM on the token grids of transformers, by a PyTorch hook: makes what tests/layers.rs is held against.

    python gradcam_tokens.py --out ../golden

Two transformers of timm's with random weights, on a picture by formula: a vision transformer with a class token, and a
Swin transformer. The layer is the last block's first normalisation, as pytorch-grad-cam advises for both. The map is
relu(sum over channels of mean-gradient times activation) over the patches' tokens, and its upsampling to the picture.
Beside them a Mixer, which has no attention: of its layers only the convolution that cuts patches is a map.
"""

from __future__ import annotations

import argparse
import json
import os
import warnings

import numpy as np
import onnx
import timm
import torch
from timm.models.mlp_mixer import MlpMixer
from timm.models.swin_transformer import SwinTransformer
from timm.models.vision_transformer import VisionTransformer

from export_torchvision import SEED, preserve_variance, revive

SIDE, CLASSES = 32, 5


def picture() -> np.ndarray:
    """`[3, 32, 32]`, the values of 8-bit RGB over 255."""
    channel, row, column = np.meshgrid(np.arange(3), np.arange(SIDE), np.arange(SIDE), indexing="ij")
    return ((column * 7 + row * 13 * (channel + 1) + (row // 9) * (column // 11) * 60) % 256 / 255).astype(np.float32)


def vit() -> tuple[torch.nn.Module, torch.nn.Module, bool]:
    model = VisionTransformer(img_size=SIDE, patch_size=8, embed_dim=16, depth=2, num_heads=2, num_classes=CLASSES)
    return model, model.blocks[-1].norm1, True


def swin() -> tuple[torch.nn.Module, torch.nn.Module, bool]:
    model = SwinTransformer(
        img_size=SIDE, patch_size=4, window_size=2, embed_dim=8, depths=(1, 2), num_heads=(1, 2), num_classes=CLASSES
    )
    return model, model.layers[-1].blocks[-1].norm1, False


def mixer() -> torch.nn.Module:
    return MlpMixer(img_size=SIDE, patch_size=8, embed_dim=16, num_blocks=1, num_classes=CLASSES)


def placed(tokens: torch.Tensor, has_class_token: bool) -> torch.Tensor:
    """`[C, h, w]` of `[1, 1 + h w, C]`, the class token left out, or of `[1, h, w, C]`."""
    if has_class_token:
        side = int((tokens.shape[1] - 1) ** 0.5)
        tokens = tokens[:, 1:].reshape(1, side, side, -1)
    return tokens[0].permute(2, 0, 1)


def gradcam(model: torch.nn.Module, layer: torch.nn.Module, has_class_token: bool, x: torch.Tensor) -> dict:
    """Of the class whose map covers the most places, so that rectifying leaves something to compare."""
    maps = [gradcam_of(kind, model, layer, has_class_token, x) for kind in range(CLASSES)]
    return max(maps, key=lambda told: np.count_nonzero(told["grid"]))


def gradcam_of(
    kind: int, model: torch.nn.Module, layer: torch.nn.Module, has_class_token: bool, x: torch.Tensor
) -> dict:
    kept = {}

    def keep(_module, _inputs, output):
        output.retain_grad()
        kept["output"] = output

    hook = layer.register_forward_hook(keep)
    logits = model(x)
    hook.remove()
    logits[0, kind].backward()
    activation = placed(kept["output"].detach(), has_class_token)
    gradient = placed(kept["output"].grad, has_class_token)
    grid = torch.relu((gradient.mean(dim=(1, 2), keepdim=True) * activation).sum(0))
    over = torch.nn.functional.interpolate(grid[None, None], size=(SIDE, SIDE), mode="bilinear", align_corners=False)
    told = {"activation": activation, "gradient": gradient, "grid": grid, "map": over[0, 0]}
    numbers = {name: [float(f"{v:.7g}") for v in values.flatten().tolist()] for name, values in told.items()}
    return {"class": kind, "logits": [float(f"{v:.7g}") for v in logits[0].tolist()], "shape": list(activation.shape)} | numbers


def strip(path: str) -> None:
    """Removes what only says where in Python a node came from."""
    file = onnx.load(path)
    del file.functions[:]
    for part in [file.graph, *file.graph.node, *file.graph.value_info]:
        part.doc_string = ""
        del part.metadata_props[:]
    del file.graph.value_info[:]
    onnx.save(file, path)


def export(model: torch.nn.Module, x: torch.Tensor, path: str, dynamo: bool) -> None:
    torch.onnx.export(model, (x,), path, dynamo=dynamo, external_data=False, verbose=False)
    strip(path)


def prepared(model: torch.nn.Module) -> torch.nn.Module:
    preserve_variance(model), revive(model)
    return model.eval()


def write(name: str, build, dynamo: bool, out: str) -> dict:
    torch.manual_seed(SEED)
    model, layer, has_class_token = build()
    prepared(model)
    x = (torch.from_numpy(picture())[None] - 0.5) / 0.5
    export(model, x, os.path.join(out, f"tokens_{name}.onnx"), dynamo)
    return gradcam(model, layer, has_class_token, x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", required=True)
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    golden = {"made_by": {"script": "gradcam_tokens.py", "torch": torch.__version__, "timm": timm.__version__}}
    for name, build, dynamo in (("vit", vit, False), ("swin", swin, True)):
        golden[name] = write(name, build, dynamo, arguments.out)
    torch.manual_seed(SEED)
    export(prepared(mixer()), torch.zeros(1, 3, SIDE, SIDE), os.path.join(arguments.out, "tokens_mixer.onnx"), True)
    with open(os.path.join(arguments.out, "gradcam_tokens.json"), "w") as file:
        json.dump(golden, file)


if __name__ == "__main__":
    main()
