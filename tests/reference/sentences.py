"""Re-runs what the command says: the region of each sentence is deleted (or kept) again, and onnxruntime is asked.

    python tests/reference/sentences.py --vanish target/release/vanish --model squeezenet1.1.onnx --images FOLDER

The mask is rebuilt from the report's grid, the picture and its null image are made by Pillow and scipy, and the model
is run by onnxruntime: nothing of the program under test has a part in it. A sentence is true if its area is that of the
region within 0.1 % of the picture and both of its scores are those of onnxruntime within 0.02 (decoders of JPEG differ
a little).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps
from scipy import ndimage

NUMBER = r"(\d+\.\d+)"
VERB = "(?:lurring|ainting over|eplacing with noise)"
CLAUSE = re.compile(f"{VERB} {NUMBER} % of the picture takes (.+?) from {NUMBER} to {NUMBER}")
KEPT = re.compile(f"eeping {NUMBER} % of the picture leaves (.+?) at {NUMBER} of {NUMBER}")
SHORTER = {"rise": ["--samples", "400"]}
AREA, SCORE = 0.1, 0.02
PAPER_SIDE = 500


def planes_of(path: str) -> np.ndarray:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    return np.asarray(picture, np.float32).transpose(2, 0, 1) / np.float32(255)


def resized(planes: np.ndarray, width: int, height: int) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(p).resize((width, height), Image.Resampling.BILINEAR)) for p in planes])


def framed(planes: np.ndarray, resize: int, side: int) -> np.ndarray:
    """The shorter side to `resize`, then the centre; what reaches beyond repeats the edge."""
    _, height, width = planes.shape
    least = min(height, width)
    planes = resized(planes, int(width * resize / least + 0.5), int(height * resize / least + 0.5))
    rows, columns = (np.clip((extent - side) // 2 + np.arange(side), 0, extent - 1) for extent in planes.shape[1:])
    return planes[:, rows][:, :, columns]


def null_of(planes: np.ndarray, settings: dict, resize: int, side: int) -> np.ndarray | None:
    sigma = settings["null_sigma_px"]
    if settings["null"] == "mean":
        # The mean is that of what is seen with the margin for jitter.
        margin = 2 * -(-round(settings["jitter"] * side / 224) // 2)
        seen = framed(planes, resize, side + margin)
        return np.broadcast_to(seen.mean((1, 2), keepdims=True), (3, side, side)).copy()
    if settings["null"] != "blur" or settings["sigma_at"] != "paper":
        return None
    _, height, width = planes.shape
    factor = min(1.0, PAPER_SIDE / max(height, width))
    small = planes if factor == 1.0 else resized(planes, round(width * factor), round(height * factor))
    return framed(ndimage.gaussian_filter(small, (0, sigma, sigma), mode="nearest", truncate=4.0), resize, side)


def mask_of(report: dict, side: int) -> np.ndarray:
    """A m A^T: each cell repeated, then a Gaussian, edges repeated."""
    grid = np.array(report["mask"]["values"], np.float64).reshape(report["mask"]["rows"], -1)
    rows = np.arange(side) * len(grid) // side
    sigma = report["settings"]["smoothing_px"] * side / 224
    mask = grid[rows][:, rows]
    return ndimage.gaussian_filter(mask, sigma, mode="nearest", truncate=4.0) if sigma > 0 else mask


class Model:
    def __init__(self, path: str):
        self.session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        with open(path.replace(".onnx", ".json")) as file:
            self.profile = json.load(file)

    def probabilities(self, planes: np.ndarray) -> np.ndarray:
        mean, std = (np.array(self.profile[name], np.float32).reshape(3, 1, 1) for name in ("mean", "std"))
        low, high = self.profile.get("range", [0, 1])
        pictures = ((planes * (high - low) + low - mean) / std).astype(np.float32)[None]
        if self.profile.get("channels", "RGB") == "BGR":
            pictures = pictures[:, ::-1]
        feed = {self.session.get_inputs()[0].name: pictures}
        logits = self.session.run(None, feed)[0]
        logits = logits.reshape(-1).astype(np.float64)
        shares = np.exp(logits - logits.max())
        return shares / shares.sum()


def faults(report: dict, path: str, model: Model) -> list[str] | None:
    """What of the sentence is not so; None where this script does not make the null image."""
    side, resize, settings = model.profile["size"], model.profile["resize"], report["settings"]
    planes = planes_of(path)
    null = null_of(planes, settings, resize, side)
    if null is None:
        return None
    photo, mask = framed(planes, resize, side), mask_of(report, side)
    before = model.probabilities(photo)
    count = settings["top_classes"]
    classes = [report["target"]["index"]] if count == 1 else np.argsort(before)[::-1][:count]
    keeps = settings["game"] == "preserve"
    evidence = mask if keeps else 1 - mask
    cuts = [cut for cut in (report["finding"]["region"], report["finding"]["sufficient"]) if cut]
    said = (KEPT if keeps else CLAUSE).findall(report["sentence"])
    if len(said) != len(cuts):
        return [f"{len(said)} clauses for {len(cuts)} regions"]
    found = []
    for cut, clause in zip(cuts, said):
        region = evidence > cut["level"]
        area = 100 * region.mean()
        edited = np.where(region == keeps, photo, null)
        whole, after = before[classes].sum(), model.probabilities(edited)[classes].sum()
        says_after, says_whole = (clause[2], clause[3]) if keeps else (clause[3], clause[2])
        for what, says, right, within in (
            ("area", clause[0], area, AREA),
            ("whole", says_whole, whole, SCORE),
            ("after", says_after, after, SCORE),
        ):
            if abs(float(says) - right) > within:
                found.append(f"{what} is said to be {says} and is {right:.3f}")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--methods")
    args = parser.parse_args()
    model = Model(args.model)
    printed = subprocess.run([args.vanish, "methods", "--json"], capture_output=True, text=True)
    listed = json.loads(printed.stdout)["methods"]
    wanted = args.methods.split(",") if args.methods else [method["name"] for method in listed]
    methods = [method for method in listed if method["name"] in wanted]
    paths = sorted(os.path.join(args.images, name) for name in os.listdir(args.images))
    true, false, refused, pictures = 0, 0, 0, 0
    for path in paths:
        if pictures == args.limit:
            break
        told = 0
        for method in methods:
            name = method["name"]
            plain = ["--refine=false"] if "refine" in method["settings"] else []
            command = [args.vanish, "explain", path, "--model", args.model, "--method", name, "--json"]
            done = subprocess.run([*command, *plain, *SHORTER.get(name, [])], capture_output=True, text=True)
            if done.returncode != 0:
                refused += 1
                continue
            report = json.loads(done.stdout)
            found = faults(report, path, model)
            if found is None:
                continue
            told += 1
            true, false = true + (not found), false + bool(found)
            if found:
                print(f"{os.path.basename(path)}, {name}: {report['sentence']}\n    {'; '.join(found)}")
        pictures += told > 0
    print(f"{pictures} pictures, {len(methods)} methods: {true} sentences true, {false} false, {refused} runs refused")
    return int(false > 0)


if __name__ == "__main__":
    sys.exit(main())
