"""The problem with which every peer is timed, so that all of them do the same work on the same numbers.

It is SqueezeNet 1.1 on one photo at 224 x 224; a mask of 28 x 28, upsampled by nearest neighbour and smoothed by a
Gaussian of 5 px; the deletion game with the paper's preset; one crop of 224 out of 228 at each iteration; and Adam. A
step is the forward pass, the backward pass to the mask, the update and the clamp.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import numpy_helper
from PIL import Image, ImageFilter

SIZE = 224
JITTER = 4
GRID = 28
MASK_SIGMA = 5.0
NULL_SIGMA = 10.0
L1 = 1e-4
L2 = 1e-2
BETA = 3.0
RATE = 0.1
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)

# Squeeze, expand 1 x 1, expand 3 x 3 for each fire module. There is a pool before the modules named in POOL_BEFORE.
FIRES = [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192), (64, 256), (64, 256)]
POOL_BEFORE = (0, 2, 4)


def convolutions(path):
    """Returns the file's pairs (weight [O, I, H, W], bias [O]) in the order of the graph; SqueezeNet has 26. A weight
    that the graph computes is left out."""
    graph = onnx.load(str(path)).graph
    values = {item.name: numpy_helper.to_array(item) for item in graph.initializer}
    nodes = [node for node in graph.node if node.op_type == "Conv"]
    plain = all(name in values for node in nodes for name in node.input[1:3])
    return [tuple(values[name].astype(np.float32) for name in node.input[1:3]) for node in nodes] if plain else []


def is_squeezenet(pairs):
    """Returns whether these are the convolutions of SqueezeNet 1.1."""
    outputs = [64] + [n for squeeze, expand in FIRES for n in (squeeze, expand, expand)] + [1000]
    return [weight.shape[0] for weight, _ in pairs] == outputs


def smoothing():
    """Returns a matrix [224, 28]: nearest upsampling by 8, then a Gaussian of 5 px with repeated edges. It is applied
    on both sides."""
    up = np.kron(np.eye(GRID), np.ones((SIZE // GRID, 1)))
    radius = int(4 * MASK_SIGMA)
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / MASK_SIGMA) ** 2)
    blur = np.zeros((SIZE, SIZE))
    for row in range(SIZE):
        columns = np.clip(np.arange(row - radius, row + radius + 1), 0, SIZE - 1)
        np.add.at(blur[row], columns, taps / taps.sum())
    return (blur @ up).astype(np.float32)


def first_mask():
    """Returns a mask [28, 28] that is 1 outside a soft disc of 60 px in the middle."""
    centre = (np.arange(GRID) + 0.5) * (SIZE / GRID) - SIZE / 2
    distance = np.hypot(centre[:, None], centre[None, :])
    return (1 / (1 + np.exp(-(distance - 60) / 10))).astype(np.float32)


def photo(path):
    """Returns (photo, null), each [3, 228, 228], RGB in [0, 1]."""
    side = SIZE + JITTER
    image = Image.open(path).convert("RGB").resize((side, side), Image.Resampling.BILINEAR)
    blurred = image.filter(ImageFilter.GaussianBlur(NULL_SIGMA))
    return tuple((np.asarray(each, np.float32) / 255).transpose(2, 0, 1).copy() for each in (image, blurred))


def offset(step):
    """Returns (row, column) of the crop, each from 0 to 3."""
    return (5 * step + 1) % JITTER, (3 * step + 2) % JITTER


def export(model, image, folder):
    """Writes the files of the browser's peer: one of little-endian float32 numbers, and one with their layout."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    original, null = photo(image)
    channels_last = [x.transpose(1, 2, 0) for x in (original, null)]
    arrays = {"photo": channels_last[0], "null": channels_last[1], "smoothing": smoothing(), "mask": first_mask()}
    pairs = convolutions(model)
    if not is_squeezenet(pairs):
        raise SystemExit("The browser's peer is SqueezeNet 1.1; the file holds another network.")
    for index, (weight, bias) in enumerate(pairs):
        arrays[f"weight{index}"] = weight.transpose(2, 3, 1, 0)
        arrays[f"bias{index}"] = bias
    layout, at = {}, 0
    with open(folder / "problem.bin", "wb") as file:
        for name, array in arrays.items():
            file.write(np.ascontiguousarray(array, "<f4").tobytes())
            layout[name] = {"at": at, "shape": list(array.shape)}
            at += array.size
    constants = {"fires": FIRES, "poolBefore": POOL_BEFORE, "l1": L1, "l2": L2, "beta": BETA, "rate": RATE}
    constants |= {"mean": MEAN, "std": STD, "size": SIZE, "jitter": JITTER}
    (folder / "problem.json").write_text(json.dumps({"layout": layout, "constants": constants}))
