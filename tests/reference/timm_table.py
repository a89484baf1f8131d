"""Exports timm's classifiers with random weights by both of torch.onnx's exporters, and runs each file with vanish.

    python timm_table.py --vanish target/release/vanish --log timm.jsonl [--only resnet50,davit_tiny] [--keep FOLDER]

Each file is compared with onnxruntime on one random input: it agrees where the largest difference of the scores is at most
1e-3 of the largest score. Where it is more, both are compared with PyTorch in double precision. A file is deleted once it is judged; --keep keeps those that fail. The log has one
JSON line a file, and what stands in it is not done again: delete a line to repeat it. Nothing is downloaded.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import warnings

import numpy as np
import onnx
import onnxruntime
import timm
import torch

from export_torchvision import SEED, preserve_variance, revive, tame

LIMIT = 1e-3

# One or two of each family, the smallest that has the family's operators; the input side is the model's own.
MODELS = """
resnet50 resnext50_32x4d wide_resnet50_2 seresnet18 regnety_002 densenet121 vgg11_bn inception_v3 xception41
mobilenetv2_050 mobilenetv3_small_100 mobilenetv4_conv_small efficientnet_b0 tf_efficientnetv2_b0 mnasnet_small
ghostnetv2_100 convnext_atto convnextv2_atto vit_tiny_patch16_224 deit_tiny_distilled_patch16_224
swin_tiny_patch4_window7_224 swinv2_tiny_window8_256 maxvit_pico_rw_256 coatnet_nano_rw_224 levit_128s mobilevit_xxs
mobilevitv2_050 efficientformer_l1 edgenext_xx_small poolformer_s12 mixer_s32_224 resmlp_12_224 gmlp_ti16_224
beit_base_patch16_224 eva02_tiny_patch14_224 cait_xxs24_224 xcit_nano_12_p16_224 pvt_v2_b0 twins_svt_small nfnet_l0
resnetv2_50x1_bit hrnet_w18_small dla34 dpn68 repvgg_a0 rexnet_100 tresnet_m cspdarknet53 fastvit_t8 hiera_small_224
focalnet_tiny_srf crossvit_9_240 davit_tiny nest_tiny sequencer2d_s
""".split()

EXPORTERS = {"script": False, "dynamo": True}


def build(name: str) -> tuple[torch.nn.Module, torch.Tensor]:
    """A model whose branches all count and whose activations neither die nor explode, and an input."""
    torch.manual_seed(SEED)
    model = timm.create_model(name, pretrained=False).eval()
    preserve_variance(model)
    revive(model)
    x = torch.randn(1, *model.pretrained_cfg["input_size"])
    tame(model, x)
    return model.eval(), x


def first_line(text: str) -> str:
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    return re.sub(r"\x1b\[[0-9;]*m", "", lines[0])[:200] if lines else ""


def scores_of_onnxruntime(path: str, x: np.ndarray) -> np.ndarray:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {session.get_inputs()[0].name: x})[0]


def scores_of_vanish(program: str, path: str, x: np.ndarray) -> tuple[np.ndarray, float]:
    """Fails with the command's own sentence."""
    folder = os.path.dirname(path)
    given, found = os.path.join(folder, "input.npy"), os.path.join(folder, "output.npy")
    np.save(given, x)
    began = time.time()
    done = subprocess.run([program, "run", path, "--input", given, "--output", found], capture_output=True, text=True)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return np.load(found), time.time() - began


def apart(scores: np.ndarray, wanted: np.ndarray) -> float:
    """The largest difference over the largest score."""
    return float(np.abs(scores.ravel() - wanted.ravel()).max() / np.abs(wanted).max())


def in_double_precision(model: torch.nn.Module, x: torch.Tensor) -> np.ndarray:
    with torch.no_grad():
        scores = model.double()(x.double()).numpy()
    model.float()
    return scores


def judged(program: str, path: str, model: torch.nn.Module, x: torch.Tensor) -> dict:
    opset = next(o.version for o in onnx.load(path, load_external_data=False).opset_import if not o.domain)
    record = {"exported": True, "opset": opset}
    try:
        wanted = scores_of_onnxruntime(path, x.numpy())
    except Exception as error:
        return record | {"agrees": False, "why": f"onnxruntime: {first_line(str(error))}"}
    try:
        found, seconds = scores_of_vanish(program, path, x.numpy())
    except RuntimeError as error:
        return record | {"agrees": False, "why": str(error)}
    differ = apart(found, wanted)
    told = {"agrees": differ <= LIMIT, "difference": differ, "seconds": round(seconds, 2)}
    if differ <= LIMIT:
        return record | told
    exact = in_double_precision(model, x)
    why = f"from PyTorch in double precision vanish differs by {apart(found, exact):.1e}, onnxruntime by {apart(wanted, exact):.1e}"
    return record | told | {"why": why}


def one(program: str, name: str, exporter: str, model: torch.nn.Module, x: torch.Tensor, keep: str | None) -> dict:
    record = {"model": name, "exporter": exporter, "timm": timm.__version__, "torch": torch.__version__}
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.onnx")
        try:
            torch.onnx.export(model, (x,), path, dynamo=EXPORTERS[exporter], verbose=False)
        except Exception as error:  # the exporter's failure is a result, and none of ours
            return record | {"exported": False, "why": f"{type(error).__name__}: {first_line(str(error))}"}
        record |= judged(program, path, model, x)
        if keep and not record["agrees"]:
            shutil.copytree(folder, os.path.join(keep, f"{name}.{exporter}"), dirs_exist_ok=True)
    return record


def read_log(path: str) -> list[dict]:
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [json.loads(line) for line in file if line.strip()]


def print_table(records: list[dict]) -> None:
    print("| model | exporter | loads and agrees | difference |\n|---|---|---|---:|")
    for r in sorted(records, key=lambda r: (r["model"], r["exporter"])):
        if not r["exported"]:
            print(f"| {r['model']} | {r['exporter']} | torch does not export it: {r['why']} | |")
            continue
        told = "yes" if r["agrees"] else f"no: {r['why']}"
        print(f"| {r['model']} | {r['exporter']} (opset {r['opset']}) | {told} | {r.get('difference', float('nan')):.1e} |")
    exported = [r for r in records if r["exported"]]
    print(f"\n{sum(r['agrees'] for r in exported)} of {len(exported)} exported files agree, of {len(records)} tried")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", default="target/release/vanish")
    parser.add_argument("--log", required=True)
    parser.add_argument("--only", default=",".join(MODELS))
    parser.add_argument("--exporters", default=",".join(EXPORTERS))
    parser.add_argument("--keep")
    arguments = parser.parse_args()
    warnings.filterwarnings("ignore")
    done = {(r["model"], r["exporter"]) for r in read_log(arguments.log)}
    for name in arguments.only.split(","):
        left = [exporter for exporter in arguments.exporters.split(",") if (name, exporter) not in done]
        if not left:
            continue
        model, x = build(name)
        for exporter in left:
            record = one(arguments.vanish, name, exporter, model, x, arguments.keep)
            with open(arguments.log, "a") as file:
                file.write(json.dumps(record) + "\n")
    print_table(read_log(arguments.log))


if __name__ == "__main__":
    main()
