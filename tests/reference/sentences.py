"""Re-runs what the command says: the region of each sentence is deleted (or kept) again, and onnxruntime is asked.

    python tests/reference/sentences.py --vanish target/release/vanish --model squeezenet1.1.onnx --images FOLDER
    python tests/reference/sentences.py … --methods fast,gradcam --edits --limit 3

The first runs every method as it is preset; the second every game of the methods named under every null image. With
`--reports DIR` the reports are kept, and those that lie there are checked without running the command again.

The mask is rebuilt from the report's grid, the picture and its null image are made by Pillow and scipy (noise by the
generator of random numbers that is written out below), and the model is run by onnxruntime: nothing of the program
under test has a part in it. A sentence is true if its area and both of its scores are the figures found here, within
half a unit of the last digit that is printed (0.05 % and 0.005) and 0.01 more: two decoders of JPEG lie up to 4 of 255
apart in a pixel, two resamplers round differently, and the edge of a region may move by a pixel or two (0.01 % of the
picture are 5 pixels).
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import subprocess
import sys

import numpy as np
import onnxruntime
from PIL import Image, ImageOps
from scipy import ndimage

NUMBER = r"(−?\d+\.\d+)"
VERB = "(?:lurring|ainting over|eplacing with noise)"
CLAUSE = re.compile(f"{VERB} {NUMBER} % of the picture takes (.+?) from {NUMBER} to {NUMBER}")
KEPT = re.compile(f"eeping {NUMBER} % of the picture leaves (.+?) at {NUMBER} of {NUMBER}")
# Fewer steps of what takes longest: a sentence is as true of the region that is found then.
SHORTER = {
    "meaningful": ["--iterations", "60"],
    "localisation": ["--iterations", "60"],
    "extremal": ["--iterations", "20"],
    "igos": ["--iterations", "3"],
    "igos++": ["--iterations", "3"],
    "rise": ["--samples", "200"],
}
# Half a unit of the last digit that is printed, and what resampling may change.
AREA, SCORE = 0.05 + 0.01, 0.005 + 0.01
PAPER_SIDE = 500
NULLS = ("blur", "mean", "noise", "pyramid")


def planes_of(path: str) -> np.ndarray:
    picture = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    return np.asarray(picture, np.float32).transpose(2, 0, 1) / np.float32(255)


def resized(planes: np.ndarray, width: int, height: int) -> np.ndarray:
    return np.stack([np.asarray(Image.fromarray(p).resize((width, height), Image.Resampling.BILINEAR)) for p in planes])


def number(text: str) -> float:
    """A sentence writes a negative number with a true minus."""
    return float(text.replace("−", "-"))


def framed(planes: np.ndarray, resize: int, side: int) -> np.ndarray:
    """The shorter side to `resize`, then the centre; what reaches beyond repeats the edge."""
    _, height, width = planes.shape
    least = min(height, width)
    planes = resized(planes, int(width * resize / least + 0.5), int(height * resize / least + 0.5))
    rows, columns = (np.clip((extent - side) // 2 + np.arange(side), 0, extent - 1) for extent in planes.shape[1:])
    return planes[:, rows][:, :, columns]


def null_of(planes: np.ndarray, settings: dict, resize: int, side: int) -> np.ndarray:
    """What deleted pixels become, `[3, side, side]`."""
    if settings["null"] in ("mean", "noise"):
        # Mean and deviation are those of what is seen with the margin for jitter.
        margin = 2 * -(-round(settings["jitter"] * side / 224) // 2)
        seen = framed(planes, resize, side + margin)
        made = noise(seen, settings["seed"]) if settings["null"] == "noise" else means(seen)
        return made[:, margin // 2 :, margin // 2 :][:, :side, :side]
    sigma, (_, height, width) = settings["null_sigma_px"], planes.shape
    # The most deleted state of the pyramid is the blur at the model's size.
    at = "model" if settings["null"] == "pyramid" else settings["sigma_at"]
    factor = {
        "paper": min(1.0, PAPER_SIDE / max(height, width)),
        "photo": 1.0,
        "model": resize / min(height, width),
    }[at]
    small = planes if factor == 1.0 else resized(planes, int(width * factor + 0.5), int(height * factor + 0.5))
    return framed(ndimage.gaussian_filter(small, (0, sigma, sigma), mode="nearest", truncate=4.0), resize, side)


def means(planes: np.ndarray) -> np.ndarray:
    return np.broadcast_to(planes.mean((1, 2), keepdims=True), planes.shape)


def noise(planes: np.ndarray, seed: int) -> np.ndarray:
    """Gaussian noise about each channel's mean with its deviation, by Box and Muller's transform."""
    uniform = (random_words(seed, 2 * planes.size) >> 8).astype(np.float64) / 2**24
    normal = np.sqrt(-2 * np.log(1 - uniform[::2])) * np.cos(2 * np.pi * uniform[1::2])
    deviation = planes.std((1, 2), keepdims=True)
    return np.clip(means(planes) + deviation * normal.reshape(planes.shape), 0, 1)


def random_words(seed: int, count: int) -> np.ndarray:
    """The first 32-bit words of ChaCha with 8 rounds, its key drawn from the seed by PCG32."""
    key = []
    for _ in range(8):
        seed = (seed * 6364136223846793005 + 11634580027462260723) % 2**64
        mixed, turn = (((seed >> 18) ^ seed) >> 27) % 2**32, seed >> 59
        key.append((mixed >> turn | mixed << (32 - turn)) % 2**32)
    blocks = -(-count // 16)
    start = np.zeros((16, blocks), np.uint32)
    start[:12] = np.array([0x61707865, 0x3320646E, 0x79622D32, 0x6B206574, *key], np.uint32)[:, None]
    start[12] = np.arange(blocks)
    words = start.copy()
    for _ in range(4):
        for shift in (0, 1):
            for column in range(4):
                quarter_round(words, [4 * row + (column + shift * row) % 4 for row in range(4)])
    return (words + start).T.reshape(-1)[:count]


def quarter_round(words: np.ndarray, at: list[int]) -> None:
    a, b, c, d = at
    for add, to, turned, turn in ((b, a, d, 16), (d, c, b, 12), (b, a, d, 8), (d, c, b, 7)):
        words[to] += words[add]
        mixed = words[turned] ^ words[to]
        words[turned] = mixed << np.uint32(turn) | mixed >> np.uint32(32 - turn)


def mask_of(report: dict, side: int) -> np.ndarray:
    """A m A^T: each cell repeated, then a Gaussian, edges repeated."""
    grid = np.array(report["mask"]["values"], np.float64).reshape(report["mask"]["rows"], -1)
    rows = np.arange(side) * len(grid) // side
    sigma = report["settings"]["smoothing_px"] * side / 224
    mask = grid[rows][:, rows]
    return ndimage.gaussian_filter(mask, sigma, mode="nearest", truncate=4.0) if sigma > 0 else mask


class Model:
    def __init__(self, path: str):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
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


# Two classes whose probabilities lie closer than this may change places with the decoder.
TIE = 0.002

Figures = list[tuple[str, float, float, float]]


def likeliest(before: np.ndarray, count: int) -> list[list[int]]:
    """The likeliest classes; each choice where the last of them is tied with others."""
    order = np.argsort(before)[::-1]
    least = before[order[count - 1]]
    sure = [k for k in order if before[k] > least + TIE]
    tied = [k for k in order if abs(before[k] - least) <= TIE]
    return [sure + list(rest) for rest in itertools.combinations(tied, count - len(sure))]


def figures(report: dict, path: str, model: Model) -> Figures:
    """The figures of the sentence; of a sum over tied classes for the choice that is nearest to what is said."""
    planes, count = planes_of(path), report["settings"]["top_classes"]
    before = model.probabilities(framed(planes, model.profile["resize"], model.profile["size"]))
    choices = [[report["target"]["index"]]] if count == 1 else likeliest(before, count)
    found = [figures_of(report, planes, model, classes) for classes in choices]
    return min(found, key=lambda figures: max(abs(says - right) for _, says, right, _ in figures))


def figures_of(report: dict, planes: np.ndarray, model: Model, classes: list[int]) -> Figures:
    """Each figure of the sentence: what it is of, what is said, what is right, and how far they may lie apart."""
    side, resize, settings = model.profile["size"], model.profile["resize"], report["settings"]
    null, photo = null_of(planes, settings, resize, side), framed(planes, resize, side)
    mask, before = mask_of(report, side), model.probabilities(photo)
    keeps = settings["game"] == "preserve"
    evidence = mask if keeps else 1 - mask
    cuts = [cut for cut in (report["finding"]["region"], report["finding"]["sufficient"]) if cut]
    said = (KEPT if keeps else CLAUSE).findall(report["sentence"])
    found = [("number of clauses", len(said), len(cuts), 0)]
    for cut, clause in zip(cuts, said):
        region = evidence > cut["level"]
        edited = np.where(region == keeps, photo, null)
        whole, after = before[classes].sum(), model.probabilities(edited)[classes].sum()
        says_after, says_whole = (clause[2], clause[3]) if keeps else (clause[3], clause[2])
        found += [
            ("area", number(clause[0]), 100 * region.mean(), AREA),
            ("whole", number(says_whole), whole, SCORE),
            ("after", number(says_after), after, SCORE),
        ]
    return found


def wanted(listed: list[dict], edits: bool) -> list[tuple[str, list[str]]]:
    """The runs: each method with the options of one."""
    runs = []
    for method in listed:
        name = method["name"]
        # The order of pixels takes time and changes no sentence.
        plain = ["--refine=false"] if "refine" in method["settings"] else []
        plain += SHORTER.get(name, [])
        games = [["--game", game] for game in method["games"]] or [[]]
        nulls = [["--null", null] for null in NULLS]
        edited = [game + null for game in games for null in nulls] if edits else [[]]
        runs += [(name, plain + options) for options in edited]
    return runs


def report_of(command: list[str], kept: str | None) -> dict | None:
    """The command's report, or the one that is kept; None where it was refused."""
    if kept and os.path.exists(kept):
        with open(kept) as file:
            return json.load(file)
    done = subprocess.run(command, capture_output=True, text=True)
    report = json.loads(done.stdout) if done.returncode == 0 else None
    if kept:
        with open(kept, "w") as file:
            json.dump(report, file)
    return report


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--vanish", required=True)
    parser.add_argument("--model", required=True)
    parser.add_argument("--images", required=True)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--methods")
    parser.add_argument("--edits", action="store_true")
    parser.add_argument("--reports")
    args = parser.parse_args()
    model = Model(args.model)
    printed = subprocess.run([args.vanish, "methods", "--json"], capture_output=True, text=True)
    listed = json.loads(printed.stdout)["methods"]
    if args.methods:
        listed = [method for method in listed if method["name"] in args.methods.split(",")]
    if args.reports:
        os.makedirs(args.reports, exist_ok=True)
    true, false, refused, pictures, furthest = 0, 0, 0, 0, {}
    for name in sorted(os.listdir(args.images)):
        path, told = os.path.join(args.images, name), 0
        for method, options in wanted(listed, args.edits):
            command = [args.vanish, "explain", path, "--model", args.model, "--method", method, "--json", *options]
            kept = args.reports and os.path.join(args.reports, "_".join([name, method, *options]) + ".json")
            report = report_of(command, kept)
            if report is None:
                refused += 1
                continue
            found = figures(report, path, model)
            wrong = []
            for what, says, right, within in found:
                furthest[what] = max(furthest.get(what, 0), abs(says - right))
                if not abs(says - right) <= within:
                    wrong.append(f"{what} is said to be {says} and is {right:.4f}")
            told, true, false = told + 1, true + (not wrong), false + bool(wrong)
            if wrong:
                print(f"{name}, {method} {' '.join(options)}: {report['sentence']}\n    {'; '.join(wrong)}", flush=True)
        pictures += told > 0
        if pictures == args.limit:
            break
    print(f"{pictures} pictures, {len(listed)} methods: {true} sentences true, {false} false, {refused} runs refused")
    print("furthest apart: " + ", ".join(f"{what} {by:.4f}" for what, by in furthest.items()))
    return int(false > 0)


if __name__ == "__main__":
    sys.exit(main())
