"""Writes tests/golden/judges.json: what the judges say of three maps, by an implementation of its own.

The classifier is a formula: the logit of class 1 is 12 (mean brightness of a square - .6), that of class 0 is 0. The curves
are those of RISE's `CausalMetric` (Petsiuk et al., 2018: its kernel is scipy's Gaussian of sigma 5 over an impulse of 11 x 11
pixels, reflected at the border, and its area leaves half of both ends away); at the picture's edge pixels are repeated, where
RISE pads with the mean colour. Imputation solves ROAD's equations (Rong et al., 2022) by scipy's sparse solver.

    python -m venv venv && venv/bin/pip install -r tests/reference/requirements.txt
    venv/bin/python tests/reference/judges.py
"""

from __future__ import annotations

import json
import platform
from pathlib import Path

import numpy as np
import scipy
from scipy.ndimage import convolve1d, gaussian_filter
from scipy.sparse import lil_matrix
from scipy.sparse.linalg import spsolve

SIDE = 28
STEPS = 28
ROAD_STEPS = 10
THRESHOLDS = (0.2, 0.1, 0.05, 0.01)
INSIDE = slice(SIDE // 2 - SIDE // 8, SIDE // 2 + SIDE // 8)


def picture() -> np.ndarray:
    """A bright square on a darker ground, [3, S, S] in [0, 1], from 8-bit values."""
    x, y = np.meshgrid(np.arange(SIDE), np.arange(SIDE))
    planes = np.stack([60 + x * 3 % 40, np.full_like(x, 70), 60 + y * 5 % 40]).astype(float)
    planes[:, INSIDE, INSIDE] = 255
    return planes / 255


def maps() -> dict[str, np.ndarray]:
    """Evidence about the square, about a corner, and waves over all."""
    row, column = np.mgrid[0:SIDE, 0:SIDE].astype(np.float64)
    blob = lambda r, c, s: np.exp(-((row - r) ** 2 + (column - c) ** 2) / (2 * s * s))
    return {
        "square": blob(13.2, 14.3, 5.0),
        "corner": blob(2.3, 25.1, 8.0),
        "waves": 0.5 + 0.25 * np.sin(0.7 * row + 0.1) + 0.24 * np.cos(0.45 * column + 0.013 * row),
    }


def score(planes: np.ndarray) -> float:
    """The probability of class 1."""
    logit = 12 * (planes[:, INSIDE, INSIDE].mean() - 0.6)
    return float(1 / (1 + np.exp(-logit)))


def rise_blur(planes: np.ndarray) -> np.ndarray:
    """RISE's `gkern(11, 5)`, which is separable: an impulse of 11 pixels under scipy's filter."""
    impulse = np.zeros(11)
    impulse[5] = 1
    kernel = gaussian_filter(impulse, 5.0)
    return convolve1d(convolve1d(planes, kernel, axis=1, mode="nearest"), kernel, axis=2, mode="nearest")


def area(curve: list[float]) -> float:
    """RISE's `auc`."""
    values = np.asarray(curve)
    return float((values.sum() - values[0] / 2 - values[-1] / 2) / (len(values) - 1))


def impute(planes: np.ndarray, deleted: np.ndarray) -> np.ndarray:
    """ROAD's linear system without its noise; where all is deleted there is none, and the mean colour stands in."""
    if deleted.all():
        return np.broadcast_to(planes.mean(axis=(1, 2), keepdims=True), planes.shape).copy()
    places = [tuple(place) for place in np.argwhere(deleted)]
    number = {place: i for i, place in enumerate(places)}
    system, right = lil_matrix((len(places), len(places))), np.zeros((len(places), 3))
    for i, (row, column) in enumerate(places):
        weights = 0.0
        for down in (-1, 0, 1):
            for across in (-1, 0, 1):
                place = (row + down, column + across)
                if (down, across) == (0, 0) or not all(0 <= at < SIDE for at in place):
                    continue
                weight = 1 / 6 if 0 in (down, across) else 1 / 12
                weights += weight
                if place in number:
                    system[i, number[place]] = -weight
                else:
                    right[i] += weight * planes[:, place[0], place[1]]
        system[i, i] = weights
    out = planes.copy()
    if places:
        solved = spsolve(system.tocsc(), right).reshape(len(places), 3)
        for i, (row, column) in enumerate(places):
            out[:, row, column] = solved[i]
    return out


def deletion_game(photo: np.ndarray, null: np.ndarray, evidence: np.ndarray) -> list[int | None]:
    """The smallest box that reaches each threshold, of the boxes about 100 levels."""
    ends = score(photo), score(null)
    low, high = evidence.min(), evidence.max()
    best: list[int | None] = [None] * len(THRESHOLDS)
    for level in range(100):
        rows, columns = np.where(evidence - low >= level / 100 * (high - low))
        box = slice(rows.min(), rows.max() + 1), slice(columns.min(), columns.max() + 1)
        edited = photo.copy()
        edited[(slice(None), *box)] = null[(slice(None), *box)]
        normalised = (score(edited) - ends[1]) / (ends[0] - ends[1])
        size = (box[0].stop - box[0].start) * (box[1].stop - box[1].start)
        for k, threshold in enumerate(THRESHOLDS):
            if normalised <= threshold and (best[k] is None or size < best[k]):
                best[k] = int(size)
    return best


def judged(evidence: np.ndarray) -> dict:
    """Everything about one map."""
    photo = picture()
    null = np.broadcast_to(photo.mean(axis=(1, 2), keepdims=True), photo.shape)
    blurred = rise_blur(photo)
    order = np.argsort(-evidence.ravel(), kind="stable")

    def first(count: int) -> np.ndarray:
        mask = np.zeros(SIDE * SIDE, bool)
        mask[order[:count]] = True
        return mask.reshape(SIDE, SIDE)

    counts = [SIDE * SIDE * step // STEPS for step in range(STEPS + 1)]
    road_counts = [SIDE * SIDE * step // ROAD_STEPS for step in range(ROAD_STEPS + 1)]
    insertion = [score(np.where(first(count), photo, blurred)) for count in counts]
    deletion = [score(np.where(first(count), null, photo)) for count in counts]
    least = [score(np.where(first(count), photo, null)) for count in reversed(counts)]
    road_most = [score(impute(photo, first(count))) for count in road_counts]
    road_least = [score(impute(photo, ~first(count))) for count in reversed(road_counts)]
    return {
        "insertion_curve": insertion,
        "deletion_curve": deletion,
        "insertion": area(insertion),
        "deletion": area(deletion),
        "least_first": area(least),
        "road_most_first": area(road_most),
        "road_least_first": area(road_least),
        "deletion_game": deletion_game(photo, null, evidence),
    }


def imputed() -> dict:
    """A disc that touches an edge and a rectangle, imputed."""
    row, column = np.mgrid[0:SIDE, 0:SIDE]
    deleted = ((row - 5) ** 2 + (column - 3) ** 2 < 36) | ((abs(row - 19) < 5) & (abs(column - 16) < 8))
    return {"deleted": deleted.astype(int).ravel().tolist(), "planes": impute(picture(), deleted).ravel().tolist()}


def main() -> None:
    made_by = {"python": platform.python_version(), "numpy": np.__version__, "scipy": scipy.__version__}
    golden = {
        "made_by": made_by,
        "side": SIDE,
        "maps": {name: {"values": evidence.ravel().tolist(), **judged(evidence)} for name, evidence in maps().items()},
        "imputed": imputed(),
    }
    path = Path(__file__).parent.parent / "golden" / "judges.json"
    rounded = json.loads(json.dumps(golden), parse_float=lambda text: round(float(text), 7))
    path.write_text(json.dumps(rounded) + "\n")


if __name__ == "__main__":
    main()
