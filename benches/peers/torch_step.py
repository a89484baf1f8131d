"""Times one step of the method in PyTorch. Prints one JSON object.

    python benches/peers/torch_step.py --model PATH --image PATH --threads 2 --steps 30 [--device cuda]
"""

import argparse
import json
import pathlib
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

import problem

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "tests/reference"))
from onnx_torch import OnnxModule  # noqa: E402


class SqueezeNet(torch.nn.Module):
    """SqueezeNet 1.1, written by hand and frozen: only the mask is learned."""

    def __init__(self, pairs):
        super().__init__()
        layers = []
        for index, (weight, bias) in enumerate(pairs):
            stride, padding = (2, 0) if index == 0 else (1, weight.shape[2] // 2)
            layer = torch.nn.Conv2d(weight.shape[1], weight.shape[0], weight.shape[2], stride, padding)
            layer.weight = torch.nn.Parameter(torch.from_numpy(weight.copy()), requires_grad=False)
            layer.bias = torch.nn.Parameter(torch.from_numpy(bias.copy()), requires_grad=False)
            layers.append(layer)
        self.layers = torch.nn.ModuleList(layers)

    def forward(self, x):
        apply = lambda index, x: F.relu(self.layers[index](x), inplace=True)
        x = apply(0, x)
        for fire in range(len(problem.FIRES)):
            if fire in problem.POOL_BEFORE:
                x = F.max_pool2d(x, 3, 2)
            squeezed = apply(3 * fire + 1, x)
            x = torch.cat([apply(3 * fire + 2, squeezed), apply(3 * fire + 3, squeezed)], 1)
        return apply(25, x).mean((2, 3))


def network(model):
    """Returns the file's classifier: SqueezeNet as written by hand, and any other operator by operator."""
    pairs = problem.convolutions(model)
    return SqueezeNet(pairs) if problem.is_squeezenet(pairs) else OnnxModule(model)


class Step:
    """The mask, its optimiser and everything that is the same in each step."""

    def __init__(self, model, image, memory_format, device):
        self.net = network(model).eval().to(device, memory_format=memory_format)
        self.memory_format = memory_format
        # Normalised once, outside the loop, because the blend of normalised pictures is the normalised blend.
        mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (problem.MEAN, problem.STD))
        self.photo, self.null = (((torch.from_numpy(x)[None] - mean) / std).to(device) for x in problem.photo(image))
        self.smoothing = torch.from_numpy(problem.smoothing()).to(device)
        self.mask = torch.from_numpy(problem.first_mask()).to(device).requires_grad_(True)
        self.adam = torch.optim.Adam([self.mask], lr=problem.RATE, eps=1e-8)
        with torch.no_grad():
            self.target = self.net(self.crop(self.photo, 0)).argmax().item()
        self.count = 0

    def crop(self, x, step):
        row, column = problem.offset(step)
        return x[:, :, row : row + problem.SIZE, column : column + problem.SIZE]

    def objective(self):
        smooth = self.smoothing @ self.mask @ self.smoothing.T
        photo, null = (self.crop(x, self.count) for x in (self.photo, self.null))
        blended = (null + smooth * (photo - null)).contiguous(memory_format=self.memory_format)
        score = torch.softmax(self.net(blended), 1)[0, self.target]
        down = F.pad(self.mask[1:] - self.mask[:-1], (0, 0, 0, 1))
        right = F.pad(self.mask[:, 1:] - self.mask[:, :-1], (0, 1))
        variation = ((down**2 + right**2) ** (problem.BETA / 2)).sum()
        return problem.L1 * (1 - self.mask).abs().sum() + problem.L2 * variation + score

    def __call__(self):
        self.adam.zero_grad()
        objective = self.objective()
        objective.backward()
        self.adam.step()
        with torch.no_grad():
            self.mask.clamp_(0, 1)
        self.count += 1
        return objective.item()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--image", required=True)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--steps", type=int, default=30)
    parser.add_argument("--warm-up", type=int, default=10)
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--channels-last", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    memory_format = torch.channels_last if options.channels_last else torch.contiguous_format
    step = Step(options.model, options.image, memory_format, options.device)
    objectives = [step() for _ in range(options.warm_up)]
    times = []
    for _ in range(options.steps):
        start = time.perf_counter()
        objectives.append(step())
        times.append((time.perf_counter() - start) * 1000)
    layout = "channels last" if options.channels_last else "channels first"
    where = torch.cuda.get_device_name() if options.device == "cuda" else "CPU"
    result = {"name": f"PyTorch, {where}, {layout}", "version": torch.__version__, "threads": options.threads, "ms": times}
    result |= {"median_ms": float(np.median(times)), "objectives": objectives, "target": step.target}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
