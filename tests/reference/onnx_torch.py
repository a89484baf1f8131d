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
        self.weights = {w.name: torch.from_numpy(numpy_helper.to_array(w).copy()) for w in graph.initializer}
        # Read once, so that a forward pass is PyTorch's work and hardly any of ours: benches time it.
        self.nodes = [node for node in map(self.read, graph.node) if node]
        self.input = next(i.name for i in graph.input if i.name not in self.weights)
        self.output = graph.output[0].name

    def read(self, node):
        """The node's operator, inputs, attributes and outputs; none where it is a constant, which is a weight from now on."""
        operator, inputs, given = OPERATORS[node.op_type], list(node.input), attributes(node)
        if node.op_type == "Clip":
            bounds = [self.weights[name].item() if name else None for name in inputs[1:]]
            given, inputs = given | dict(zip(("min", "max"), bounds)), inputs[:1]
        if inputs and all(name in self.weights for name in inputs):
            self.weights[node.output[0]] = operator([self.weights[name] for name in inputs], given)
            return None
        return operator, inputs, given, list(node.output)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        values = dict(self.weights_for(x), **{self.input: x, "": None})
        for operator, inputs, given, outputs in self.nodes:
            results = operator([values[name] for name in inputs], given)
            results = results if isinstance(results, (tuple, list)) else [results]
            values.update(zip(outputs, results))
        return values[self.output].flatten(1)

    def weights_for(self, x: torch.Tensor) -> dict[str, torch.Tensor]:
        """The weights in the input's precision and on its device, so that a run in f64 is f64 throughout. Integers, which
        are shapes and axes, stay where they are: asking a card for one would make the program wait for it."""
        first = next((w for w in self.weights.values() if w.is_floating_point()), x)
        if (first.dtype, first.device) != (x.dtype, x.device):
            moved = lambda w: w.to(x.device, x.dtype) if w.is_floating_point() else w
            self.weights = {name: moved(w) for name, w in self.weights.items()}
        return self.weights


def attributes(node) -> dict:
    """A node's attributes by their names."""
    return {a.name: helper.get_attribute_value(a) for a in node.attribute}


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
    return torch.clamp(inputs[0], attributes.get("min"), attributes.get("max"))


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
