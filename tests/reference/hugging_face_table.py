"""Exports small forms of Hugging Face's image classifiers, random weights, by both exporters, and runs each with vanish.

    python hugging_face_table.py --vanish target/release/vanish --log hf.jsonl [--only ViT,Swin]

Each file is compared with onnxruntime as in timm_table.py, whose log and rules it shares. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import warnings

import torch
import transformers

from export_torchvision import SEED
from timm_table import EXPORTERS, first_line, judged, print_table, read_log

TRANSFORMER = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4, "intermediate_size": 96}
SELF_SUPERVISED = {"hidden_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
WINDOWS = {"embed_dim": 24, "depths": [1, 2], "num_heads": [2, 4]}
STAGES = {"hidden_sizes": [16, 32, 48, 64], "depths": [1, 1, 1, 1]}
VISION = {"vision_config": TRANSFORMER | {"patch_size": 32}}

# What stands before "Config" and "ForImageClassification", and what makes the default smaller.
MODELS = {
    "ViT": TRANSFORMER,
    "DeiT": TRANSFORMER,
    "Beit": TRANSFORMER,
    "Data2VecVision": TRANSFORMER,
    "Dinov2": SELF_SUPERVISED,
    "Dinov2WithRegisters": SELF_SUPERVISED,
    "IJepa": TRANSFORMER,
    "ViTMSN": TRANSFORMER,
    "Swin": WINDOWS,
    "Swinv2": WINDOWS,
    "DonutSwin": WINDOWS,
    "ConvNext": STAGES,
    "ConvNextV2": STAGES,
    "ResNet": {"depths": [1, 1, 1, 1], "hidden_sizes": [32, 64, 96, 128]},
    "RegNet": {"depths": [1, 1, 1, 1], "hidden_sizes": [32, 64, 96, 128], "groups_width": 16},
    "Bit": {"depths": [1, 1, 1, 1]},
    "EfficientNet": {"width_coefficient": 1.0, "depth_coefficient": 1.0, "hidden_dim": 1280, "image_size": 224},
    "MobileNetV1": {"depth_multiplier": 0.25},
    "MobileNetV2": {"depth_multiplier": 0.35},
    "MobileViT": {"hidden_sizes": [32, 48, 64], "neck_hidden_sizes": [16, 16, 24, 32, 48, 64, 96]},
    "MobileViTV2": {"width_multiplier": 0.5},
    "Segformer": STAGES,
    "PoolFormer": STAGES,
    "Levit": {"depths": [1, 1, 1]},
    "Cvt": {"depth": [1, 1, 1]},
    "FocalNet": {"embed_dim": 24, "depths": [1, 1]},
    "Hiera": {"embed_dim": 24, "depths": [1, 1, 2, 1]},
    "Pvt": {"depths": [1, 1, 1, 1]},
    "PvtV2": {"depths": [1, 1, 1, 1]},
    "SwiftFormer": {},
    "CLIP": VISION,
    "MetaClip2": VISION,
    "Siglip": {"vision_config": TRANSFORMER},
    "TextNet": {},
    "HGNetV2": {},
    "DINOv3ViT": TRANSFORMER,
}


def side(config) -> int:
    for part in (config, getattr(config, "vision_config", None)):
        size = getattr(part, "image_size", None)
        if size:
            return size if isinstance(size, int) else size[0]
    return 224


def build(name: str) -> tuple[torch.nn.Module, torch.Tensor]:
    """A model none of whose branches is scaled to nothing, and an input."""
    torch.manual_seed(SEED)
    config = getattr(transformers, f"{name}Config")(**MODELS[name], num_labels=7)
    model = getattr(transformers, f"{name}ForImageClassification")(config).eval()
    for parameter in model.parameters():
        if parameter.ndim <= 1:
            torch.nn.init.normal_(parameter, mean=float(parameter.detach().mean()), std=0.1)
        else:
            torch.nn.init.normal_(parameter, std=max(1, parameter[0].numel()) ** -0.5)
    return model, torch.randn(1, 3, side(config), side(config))


class Scores(torch.nn.Module):
    """The scores alone, so that a run in double precision gives a tensor."""

    def __init__(self, model: torch.nn.Module):
        super().__init__()
        self.model = model

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(pixel_values=x).logits


def one(program: str, name: str, exporter: str) -> dict:
    record = {"model": name, "exporter": exporter, "transformers": transformers.__version__, "torch": torch.__version__}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        try:
            model, x = build(name)
            torch.onnx.export(model, (x,), path, dynamo=EXPORTERS[exporter], verbose=False)
        except Exception as error:  # the exporter's failure is a result, and none of ours
            return record | {"exported": False, "why": f"{type(error).__name__}: {first_line(str(error))}"}
        return record | judged(program, path, Scores(model), x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", default="target/release/vanish")
    parser.add_argument("--log", required=True)
    parser.add_argument("--only", default=",".join(MODELS))
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    done = {(r["model"], r["exporter"]) for r in read_log(arguments.log)}
    for name in arguments.only.split(","):
        for exporter in EXPORTERS:
            if (name, exporter) in done:
                continue
            record = one(arguments.vanish, name, exporter)
            with open(arguments.log, "a") as file:
                file.write(json.dumps(record) + "\n")
    print_table(read_log(arguments.log))


if __name__ == "__main__":
    main()
