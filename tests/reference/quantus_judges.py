"""Writes tests/golden/quantus.json: what Quantus says of the maps of judges.json, where it has a judge of the same kind.

Quantus' pixel flipping, with pixels that become the mean colour, is the deletion curve; started from the blurred picture,
with pixels that become the photo's, it is the insertion curve. Its pointing game asks whether the maximum lies on the square,
its imputation solves ROAD's equations,
and its discrete entropy, in nats, is that of the efficient form of the randomisation test. The picture, the maps and the classifier are those of judges.py.

    python -m venv venv && venv/bin/pip install quantus==0.6.0 torch -r tests/reference/requirements.txt
    venv/bin/python tests/reference/quantus_judges.py
"""

from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import numpy as np
import quantus
import torch
from quantus.functions.complexity_func import discrete_entropy
from quantus.functions.perturb_func import noisy_linear_imputation

import judges


class Square(torch.nn.Module):
    """The classifier of judges.py, logits 0 and 12 (mean of the square - .6), asked about a picture of which some pixels have
    become those of another: it sees only which, `[N, 1, S, S]`."""

    def __init__(self, start: np.ndarray, end: np.ndarray):
        super().__init__()
        self.start, self.end = torch.tensor(start), torch.tensor(end)

    def forward(self, flipped: torch.Tensor) -> torch.Tensor:
        pictures = self.start + flipped * (self.end - self.start)
        logit = 12 * (pictures[:, :, judges.INSIDE, judges.INSIDE].mean(dim=(1, 2, 3)) - 0.6)
        return torch.stack([torch.zeros_like(logit), logit], dim=1)


def flipped(start: np.ndarray, end: np.ndarray, evidence: np.ndarray) -> list[float]:
    """The curve as pixels of one picture become those of another, most evidence first."""
    pixels = judges.SIDE * judges.SIDE // judges.STEPS
    metric = quantus.PixelFlipping(
        features_in_step=pixels, normalise=False, perturb_baseline=1.0, disable_warnings=True
    )
    asked = {"x_batch": np.zeros((1, 1, *evidence.shape)), "y_batch": np.array([1]), "a_batch": evidence[None, None]}
    curve = metric(model=Square(start, end).eval(), softmax=True, **asked)[0]
    return [judges.score(start), *(float(np.ravel(value)[0]) for value in curve)]


def points(evidence: np.ndarray) -> bool:
    """Whether the maximum lies on the square."""
    inside = np.zeros((1, 1, judges.SIDE, judges.SIDE), bool)
    inside[..., judges.INSIDE, judges.INSIDE] = True
    metric = quantus.PointingGame(normalise=False, disable_warnings=True)
    asked = {"x_batch": np.zeros((1, 1, *evidence.shape)), "y_batch": np.array([1]), "a_batch": evidence[None, None]}
    return bool(metric(model=Square(judges.picture(), judges.picture()).eval(), s_batch=inside, **asked)[0])


def main() -> None:
    photo = judges.picture()
    mean = np.broadcast_to(photo.mean(axis=(1, 2), keepdims=True), photo.shape)
    blurred = judges.rise_blur(photo)
    of = lambda evidence: {
        "deletion_curve": flipped(photo, mean, evidence),
        "insertion_curve": flipped(blurred, photo, evidence),
        "pointing": points(evidence),
        "entropy": float(discrete_entropy(evidence, evidence)),
    }
    deleted = np.flatnonzero(judges.imputed()["deleted"])
    golden = {
        "made_by": {name: importlib.metadata.version(name) for name in ("quantus", "torch", "numpy")},
        "maps": {name: of(evidence) for name, evidence in judges.maps().items()},
        "imputed": noisy_linear_imputation(photo, deleted, noise=0.0).ravel().tolist(),
    }
    path = Path(__file__).parent.parent / "golden" / "quantus.json"
    rounded = json.loads(json.dumps(golden), parse_float=lambda text: round(float(text), 7))
    path.write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
