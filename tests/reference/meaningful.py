"""Meaningful perturbation in PyTorch: the reference the Rust implementation is held against.

Fong & Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful Perturbation", ICCV 2017,
section 4, as this project reads it. Written from the paper's equations and independent of the Rust
code: autograd, torch.optim.Adam, scipy's Gaussian and Pillow's resize, so that a shared slip is unlikely.

    Phi(x, m)    = M * x + (1 - M) * null          M = smooth(upsample(m)), 1 keeps, 0 deletes
    deletion     : l1 * sum(1 - m) + l2 * TV(m) + f(Phi(x, m))
    preservation : l1 * sum(m)     + l2 * TV(m) - f(Phi(x, m))
    dual         : l1 * sum(1 - m) + l2 * TV(m) + f(Phi(x, m)) - f(Phi(x, 1 - m))

What the paper leaves open is decided here once (README.md lists it all): every random number enters
from outside (jitter offsets as a list, a noise null as planes), so that two programs can be fed alike.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable

import numpy as np
import torch
from PIL import Image
from scipy import ndimage

JITTER = 4  # picture and null are this much larger than the model's input
CENTRE = (2, 2)  # the offset of the view called un-jittered
CELL_PX = 8  # pixels of the model's input under one cell of the grid
MASK_SIGMA_PX = 5.0
REFERENCE_SIZE = 224  # the disc's lengths are for this size of input, and scale with it
DISC_SIGMA_PX = 10.0
DISC_RADII_PX = range(0, 171, 5)
DISC_SCORE = 0.01  # the start's disc must bring the normalised score under this


@dataclass(frozen=True)
class Profile:
    """How a photo becomes the model's input: short side to `resize`, centre crop, then (x - mean) / std."""

    size: int
    resize: int
    mean: tuple[float, ...]
    std: tuple[float, ...]


@dataclass(frozen=True)
class Settings:
    """One run. The defaults are the paper's preset."""

    game: str = "delete"
    l1: float = 1e-4
    l2: float = 1e-2
    beta: float = 3.0
    iterations: int = 300
    learning_rate: float = 0.1
    top: int = 1  # the score is the summed probability of this many leading classes


PAPER = Settings()
LOCALISATION = replace(PAPER, l1=1e-3, beta=2.0, top=5)


# ---------------------------------------------------------------- picture


def gaussian_blur(planes: np.ndarray, sigma_px: float) -> np.ndarray:
    """Blurs [C, H, W]: separable, cut at 4 sigma, weights summing to 1, borders replicated."""
    return ndimage.gaussian_filter(planes, sigma=(0, sigma_px, sigma_px), mode="nearest", truncate=4.0)


def resize_short_side(planes: np.ndarray, short: int) -> np.ndarray:
    """Pillow's antialiased triangle filter on each float plane; the long side is rounded."""
    _, height, width = planes.shape
    least = min(height, width)
    size = tuple(int(short * side / least + 0.5) for side in (width, height))
    return np.stack([np.asarray(Image.fromarray(p).resize(size, Image.Resampling.BILINEAR)) for p in planes])


def centre_crop(planes: np.ndarray, size: int) -> np.ndarray:
    """The centre `size` x `size`, its corner rounded down; a smaller picture repeats its edge."""

    def indices(extent: int) -> np.ndarray:
        return np.clip((extent - size) // 2 + np.arange(size), 0, extent - 1)

    return planes[:, indices(planes.shape[1])][:, :, indices(planes.shape[2])]


def photo_planes(path: str) -> np.ndarray:
    """A file as RGB planes [3, H, W] in 0..1 at its own size."""
    rgb = np.asarray(Image.open(path).convert("RGB"), dtype=np.float32)
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)) / np.float32(255)


def model_planes(planes: np.ndarray, profile: Profile) -> torch.Tensor:
    """Planes at the photo's own size -> normalised [1, 3, size + 4, size + 4]."""
    cropped = centre_crop(resize_short_side(planes, profile.resize), profile.size + JITTER)
    mean, std = (np.asarray(v, np.float32).reshape(-1, 1, 1) for v in (profile.mean, profile.std))
    return torch.from_numpy(((cropped - mean) / std).astype(np.float32))[None]


def blur_null(planes: np.ndarray, profile: Profile, sigma_px: float = 10.0) -> torch.Tensor:
    """Deletion by blurring: sigma counts pixels of the photo at its own size."""
    return model_planes(gaussian_blur(planes, sigma_px), profile)


def mean_null(image: torch.Tensor) -> torch.Tensor:
    """Deletion to the mean colour of what the model may see (the crop with its margin)."""
    return image.mean((2, 3), keepdim=True).expand_as(image).contiguous()


def noise_null(unit_planes: np.ndarray, profile: Profile) -> torch.Tensor:
    """Deletion to given noise: planes [3, size + 4, size + 4] in 0..1, drawn elsewhere."""
    mean, std = (np.asarray(v, np.float32).reshape(-1, 1, 1) for v in (profile.mean, profile.std))
    return torch.from_numpy(((unit_planes - mean) / std).astype(np.float32))[None]


def view(planes: torch.Tensor, offset: tuple[int, int], size: int) -> torch.Tensor:
    """The `size` x `size` window at `offset` = (rows, columns)."""
    dy, dx = offset
    return planes[:, :, dy : dy + size, dx : dx + size]


# ---------------------------------------------------------------- mask


def gaussian_matrix(extent: int, sigma_px: float) -> torch.Tensor:
    """[extent, extent], row i = the weights of pixel i's blurred value; replicated borders, so rows sum to 1."""
    radius = int(4 * sigma_px + 0.5)
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma_px) ** 2)
    weights /= weights.sum()
    matrix = np.zeros((extent, extent))
    for row in range(extent):
        for offset, weight in zip(range(-radius, radius + 1), weights):
            matrix[row, min(max(row + offset, 0), extent - 1)] += weight
    return torch.from_numpy(matrix.astype(np.float32))


def smooth_mask(grid: torch.Tensor, smoothing: torch.Tensor) -> torch.Tensor:
    """Grid [g, g] -> mask [size, size]: each cell repeated 8 x 8, then the Gaussian both ways."""
    repeated = grid.repeat_interleave(CELL_PX, 0).repeat_interleave(CELL_PX, 1)
    return smoothing @ repeated @ smoothing.T


def total_variation(grid: torch.Tensor, beta: float) -> torch.Tensor:
    """Isotropic: sum of (dx^2 + dy^2)^(beta / 2), forward differences, none past the last row and column."""
    down = torch.zeros_like(grid)
    right = torch.zeros_like(grid)
    down[:-1] = grid[1:] - grid[:-1]
    right[:, :-1] = grid[:, 1:] - grid[:, :-1]
    square = down**2 + right**2
    # A flat cell has no direction to move in: its gradient is 0, also where beta < 2 has a pole.
    flat = square == 0
    return torch.where(flat, torch.zeros_like(square), torch.where(flat, 1.0, square) ** (beta / 2)).sum()


def blend(image: torch.Tensor, null: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Phi: 1 keeps the picture, 0 deletes it."""
    return mask * image + (1 - mask) * null


# ---------------------------------------------------------------- run


class Run:
    """One explanation: the picture, the null and the black box are fixed, the grid is learned."""

    def __init__(self, model: Callable, image: torch.Tensor, null: torch.Tensor, settings: Settings, target=None):
        self.model, self.image, self.null, self.settings = model, image, null, settings
        self.size = image.shape[-1] - JITTER
        self.smoothing = gaussian_matrix(self.size, MASK_SIGMA_PX)
        with torch.no_grad():
            logits = model(view(image, CENTRE, self.size))[0]
        leading = torch.topk(logits, settings.top).indices.tolist()
        self.classes = [target] if target is not None and settings.top == 1 else leading

    def score(self, picture: torch.Tensor) -> torch.Tensor:
        """The summed probability of the explained classes."""
        return torch.softmax(self.model(picture), 1)[0, self.classes].sum()

    def perturbed_score(self, mask: torch.Tensor, offset=CENTRE) -> torch.Tensor:
        return self.score(blend(view(self.image, offset, self.size), view(self.null, offset, self.size), mask))

    @torch.no_grad()
    def end_scores(self) -> tuple[float, float]:
        """The score of the picture as it is and of the fully deleted one."""
        ones = torch.ones(self.size, self.size)
        return float(self.perturbed_score(ones)), float(self.perturbed_score(0 * ones))

    @torch.no_grad()
    def disc(self, radius_px: float) -> torch.Tensor:
        """A blurred disc about the centre of the pixel lattice, 1 inside; lengths in pixels at 224."""
        scale = self.size / REFERENCE_SIZE
        axis = torch.arange(self.size) - (self.size - 1) / 2
        inside = (axis[:, None] ** 2 + axis[None, :] ** 2 <= (radius_px * scale) ** 2).float()
        blur = gaussian_matrix(self.size, DISC_SIGMA_PX * scale)
        return blur @ inside @ blur.T

    @torch.no_grad()
    def start_radius(self) -> int:
        """The smallest disc whose deletion brings the normalised score under 1 %, else the largest."""
        original, null = self.end_scores()
        for radius in DISC_RADII_PX:
            deleted = float(self.perturbed_score(1 - self.disc(radius)))
            if (deleted - null) / (original - null) < DISC_SCORE:
                return radius
        return DISC_RADII_PX[-1]

    def start(self) -> torch.Tensor:
        """The first grid: the disc is deleted, or, where the game is to keep, kept."""
        disc = torch.nn.functional.avg_pool2d(self.disc(self.start_radius())[None, None], CELL_PX)[0, 0]
        return disc if self.settings.game == "preserve" else 1 - disc

    def objective(self, grid: torch.Tensor, offset: tuple[int, int]) -> torch.Tensor:
        settings = self.settings
        mask = smooth_mask(grid, self.smoothing)
        score = self.perturbed_score(mask, offset)
        variation = settings.l2 * total_variation(grid, settings.beta)
        if settings.game == "preserve":
            return settings.l1 * grid.sum() + variation - score
        if settings.game == "dual":
            score = score - self.perturbed_score(1 - mask, offset)
        return settings.l1 * (1 - grid).sum() + variation + score

    def learn(self, offsets: list[tuple[int, int]], start: torch.Tensor | None = None) -> "Learned":
        """One Adam step an offset; objective[i] belongs to the grid before step i."""
        first = self.start() if start is None else start
        grid = first.clone().requires_grad_(True)
        adam = torch.optim.Adam([grid], lr=self.settings.learning_rate, betas=(0.9, 0.999), eps=1e-8)
        objectives, best, best_at = [], first, 0
        for iteration, offset in enumerate(offsets):
            adam.zero_grad()
            energy = self.objective(grid, offset)
            energy.backward()
            if not objectives or float(energy.detach()) < min(objectives):
                best, best_at = grid.detach().clone(), iteration
            objectives.append(float(energy.detach()))
            adam.step()
            with torch.no_grad():
                grid.clamp_(0, 1)
        return Learned(objectives, first, grid.detach(), best, best_at)


@dataclass
class Learned:
    """What a run leaves: `best` is the grid of the lowest objective, `last` the one after the final step."""

    objective: list[float]
    start: torch.Tensor
    last: torch.Tensor
    best: torch.Tensor
    best_at: int


def jitter_offsets(count: int, seed: int) -> list[tuple[int, int]]:
    """A list both programs can be fed: drawn here, written into the golden file."""
    draws = np.random.default_rng(seed).integers(0, JITTER, size=(count, 2))
    return [(int(dy), int(dx)) for dy, dx in draws]
