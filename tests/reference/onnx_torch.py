"""Runs an ONNX classifier in PyTorch, so that autograd gives the gradient with respect to its input.

Covers the operators of the models under test and nothing else; make_golden.py checks its logits against
onnxruntime before any of its gradients is believed.
"""

from __future__ import annotations

import numpy as np
import onnx
import torch
import torch.nn.functional as F
from onnx import helper, numpy_helper


class OnnxModule(torch.nn.Module):
    """The first output of a graph with one input; weights are constants."""

    def __init__(self, path: str):
        super().__init__()
        graph = onnx.load(path).graph
        self.nodes = list(graph.node)
        self.weights = {w.name: torch.from_numpy(numpy_helper.to_array(w).copy()) for w in graph.initializer}
        self.input = next(i.name for i in graph.input if i.name not in self.weights)
        self.output = graph.output[0].name

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        # In the input's precision, so that a run in f64 is f64 throughout; free when it is f32 already.
        weights = {name: w.to(x.dtype) if w.is_floating_point() else w for name, w in self.weights.items()}
        values = dict(weights, **{self.input: x, "": None})
        for node in self.nodes:
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            results = OPERATORS[node.op_type]([values[name] for name in node.input], attributes)
            results = results if isinstance(results, (tuple, list)) else [results]
            values.update(zip(node.output, results))
        return values[self.output].flatten(1)


def symmetric_or_padded(x: torch.Tensor, pads, value: float):
    """PyTorch pads both sides alike; what cannot be said so is padded beforehand."""
    top, left, bottom, right = pads
    if (top, left) == (bottom, right):
        return x, (top, left)
    return F.pad(x, (left, right, top, bottom), value=value), (0, 0)


def conv(inputs, attributes):
    x, padding = symmetric_or_padded(inputs[0], attributes.get("pads", [0] * 4), 0.0)
    bias = inputs[2] if len(inputs) > 2 else None
    strides, dilations = attributes.get("strides", [1, 1]), attributes.get("dilations", [1, 1])
    return F.conv2d(x, inputs[1], bias, strides, padding, dilations, attributes.get("group", 1))


def max_pool(inputs, attributes):
    x, padding = symmetric_or_padded(inputs[0], attributes.get("pads", [0] * 4), float("-inf"))
    strides, ceil = attributes.get("strides", [1, 1]), bool(attributes.get("ceil_mode", 0))
    return F.max_pool2d(x, attributes["kernel_shape"], strides, padding, ceil_mode=ceil)


def gemm(inputs, attributes):
    a = inputs[0].T if attributes.get("transA") else inputs[0]
    b = inputs[1].T if attributes.get("transB") else inputs[1]
    product = attributes.get("alpha", 1.0) * (a @ b)
    return product if len(inputs) < 3 else product + attributes.get("beta", 1.0) * inputs[2]


def clip(inputs, attributes):
    low = inputs[1] if len(inputs) > 1 else attributes.get("min")
    high = inputs[2] if len(inputs) > 2 else attributes.get("max")
    return torch.clamp(inputs[0], low, high)


def reshape(inputs, attributes):
    x = inputs[0]
    shape = [x.shape[i] if d == 0 else d for i, d in enumerate(inputs[1].tolist())]
    return x.reshape(shape)


def split(inputs, attributes):
    axis = attributes.get("axis", 0)
    sizes = inputs[1].tolist() if len(inputs) > 1 else attributes.get("split")
    return torch.split(inputs[0], list(sizes), axis) if sizes else torch.chunk(inputs[0], 2, axis)


def reduce_mean(inputs, attributes):
    axes = inputs[1].tolist() if len(inputs) > 1 else attributes["axes"]
    return inputs[0].mean(dim=tuple(axes), keepdim=bool(attributes.get("keepdims", 1)))


def dequantize(inputs, attributes):
    x, scale = inputs[0].to(inputs[1].dtype), inputs[1]
    zero = inputs[2].to(scale.dtype) if len(inputs) > 2 else torch.zeros_like(scale)
    if scale.ndim == 0 or scale.numel() == 1:
        return (x - zero) * scale
    shape = [1] * x.ndim
    shape[attributes.get("axis", 1)] = -1
    return (x - zero.reshape(shape)) * scale.reshape(shape)


def batch_norm(inputs, attributes):
    x, scale, bias, mean, variance = inputs
    return F.batch_norm(x, mean, variance, scale, bias, eps=attributes.get("epsilon", 1e-5))


OPERATORS = {
    "Add": lambda i, a: i[0] + i[1],
    "BatchNormalization": batch_norm,
    "Clip": clip,
    "Concat": lambda i, a: torch.cat(i, a["axis"]),
    "Constant": lambda i, a: torch.from_numpy(np.array(numpy_helper.to_array(a["value"]))),
    "Conv": conv,
    "DequantizeLinear": dequantize,
    "Flatten": lambda i, a: i[0].flatten(a.get("axis", 1)),
    "Gemm": gemm,
    "GlobalAveragePool": lambda i, a: i[0].mean(dim=(2, 3), keepdim=True),
    "Identity": lambda i, a: i[0],
    "MatMul": lambda i, a: i[0] @ i[1],
    "MaxPool": max_pool,
    "Mul": lambda i, a: i[0] * i[1],
    "ReduceMean": reduce_mean,
    "Relu": lambda i, a: torch.relu(i[0]),
    "Reshape": reshape,
    "Softmax": lambda i, a: torch.softmax(i[0], a.get("axis", -1)),
    "Split": split,
    "Transpose": lambda i, a: i[0].permute(a["perm"]),
}
