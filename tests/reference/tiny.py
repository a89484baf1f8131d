"""A classifier of a few kilobytes and a picture made by formula: parity can be checked with nothing downloaded."""

from __future__ import annotations

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import TensorProto, helper, numpy_helper
from PIL import Image

from meaningful import Profile, blur_null, model_planes, photo_planes, view

PROFILE = Profile(size=64, resize=72, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
CLASSES = 4


def picture() -> np.ndarray:
    """[80, 96, 3] u8: slow waves everywhere, a fine texture in the middle that blurring takes away."""
    y, x = np.mgrid[0:80, 0:96].astype(np.float64)
    near = np.exp(-((y - 42) ** 2 / 340 + (x - 45) ** 2 / 500))
    planes = [
        128 + 50 * np.sin(0.05 * x + 0.11 * y + c) + 75 * near * np.sin((1.1 + 0.2 * c) * x + 0.9 * y)
        for c in range(3)
    ]
    return np.clip(np.rint(np.stack(planes, -1)), 0, 255).astype(np.uint8)


def weights(seed: int) -> dict[str, np.ndarray]:
    """Variance-preserving random weights."""
    rng = np.random.default_rng(seed)

    def normal(*shape):
        return (rng.standard_normal(shape) * np.sqrt(2 / np.prod(shape[1:]))).astype(np.float32)

    named = {"conv1.weight": normal(8, 3, 5, 5), "conv2.weight": normal(12, 8, 3, 3), "gemm.weight": normal(CLASSES, 12)}
    for layer, width in (("conv1", 8), ("conv2", 12), ("gemm", CLASSES)):
        named[f"{layer}.bias"] = (0.1 * rng.standard_normal(width)).astype(np.float32)
    return named


def logits(w: dict[str, np.ndarray], x: torch.Tensor) -> torch.Tensor:
    """The network, by hand: conv, relu, max-pool, conv, relu, global average, gemm."""
    t = {name: torch.from_numpy(value).to(x) for name, value in w.items()}
    x = F.max_pool2d(F.relu(F.conv2d(x, t["conv1.weight"], t["conv1.bias"], 2, 2)), 3, 2)
    x = F.relu(F.conv2d(x, t["conv2.weight"], t["conv2.bias"], 1, 1)).mean((2, 3))
    return F.linear(x, t["gemm.weight"], t["gemm.bias"])


def separating_weights(path: str) -> dict[str, np.ndarray]:
    """Of 200 seeds the one whose answer blurring changes most, its last layer centred and scaled.

    The logits of picture and null become c + d and c - d: the sharp picture reads 0.95 of its class, and the
    blurred one next to nothing, as it is with a trained network.
    """
    planes = photo_planes(path)
    pair = torch.cat([view(p, (2, 2), PROFILE.size) for p in (model_planes(planes, PROFILE), blur_null(planes, PROFILE))])
    spread = {seed: np.ptp(np.diff(logits(weights(seed), pair).numpy(), axis=0)) for seed in range(200)}
    chosen = weights(max(spread, key=spread.get))
    sharp, blurred = logits(chosen, pair).numpy()
    scale = np.float32(8 / np.ptp(sharp - blurred))
    chosen["gemm.weight"] = chosen["gemm.weight"] * scale
    chosen["gemm.bias"] = (chosen["gemm.bias"] - (sharp + blurred) / 2) * scale
    return chosen


def write_onnx(w: dict[str, np.ndarray], path: str) -> None:
    size = PROFILE.size
    nodes = [
        helper.make_node("Conv", ["image", "conv1.weight", "conv1.bias"], ["a"], strides=[2, 2], pads=[2] * 4),
        helper.make_node("Relu", ["a"], ["b"]),
        helper.make_node("MaxPool", ["b"], ["c"], kernel_shape=[3, 3], strides=[2, 2]),
        helper.make_node("Conv", ["c", "conv2.weight", "conv2.bias"], ["d"], pads=[1] * 4),
        helper.make_node("Relu", ["d"], ["e"]),
        helper.make_node("GlobalAveragePool", ["e"], ["f"]),
        helper.make_node("Flatten", ["f"], ["g"]),
        helper.make_node("Gemm", ["g", "gemm.weight", "gemm.bias"], ["logits"], transB=1),
    ]
    image = helper.make_tensor_value_info("image", TensorProto.FLOAT, ["N", 3, size, size])
    output = helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["N", CLASSES])
    held = [numpy_helper.from_array(value, name) for name, value in w.items()]
    model = helper.make_model(
        helper.make_graph(nodes, "tiny", [image], [output], held),
        opset_imports=[helper.make_opsetid("", 13)],
        ir_version=8,
        producer_name="tests/reference/tiny.py",
    )
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)


def write(folder: str) -> None:
    """tiny.png, tiny.onnx and its profile tiny.json."""
    Image.fromarray(picture()).save(f"{folder}/tiny.png", optimize=True)
    write_onnx(separating_weights(f"{folder}/tiny.png"), f"{folder}/tiny.onnx")
