"""A baseline JPEG encoder of a few lines, for forms that Pillow does not write: any sampling factors, RGB, YCCK, restarts."""

from __future__ import annotations

import struct

import numpy as np

QUALITY = 4  # Every step of every table: small, so that quantisation hides no decoder's mistake.
ZIGZAG = sorted(range(64), key=lambda k: (k // 8 + k % 8, k // 8 if (k // 8 + k % 8) % 2 else k % 8))
# One code of 8 bits for each of up to 255 symbols: no table is shorter to describe.
DC_SYMBOLS = list(range(12))
AC_SYMBOLS = [run << 4 | size for run in range(16) for size in range(1, 11)] + [0x00, 0xF0]


def encode(planes: list[np.ndarray], factors: list[tuple[int, int]], *, size, adobe=None, restart=0) -> bytes:
    """`planes` are u8 at full size `(width, height)`; `factors` their (horizontal, vertical) sampling factors."""
    width, height = size
    widest, tallest = max(h for h, _ in factors), max(v for _, v in factors)
    across, down = -(-width // (8 * widest)), -(-height // (8 * tallest))
    grids = [
        blocks(shrunk(plane, widest // h, tallest // v), across * h, down * v)
        for plane, (h, v) in zip(planes, factors)
    ]
    units = [
        [(c, grid[row * v + y][column * h + x]) for c, (grid, (h, v)) in enumerate(zip(grids, factors)) for y in range(v) for x in range(h)]
        for row in range(down)
        for column in range(across)
    ]
    return headers(size, factors, adobe, restart) + scan(units, len(planes), restart) + b"\xff\xd9"


def shrunk(plane: np.ndarray, across: int, down: int) -> np.ndarray:
    """The mean of each block of `across` by `down` pixels; the edge is repeated to fill the last ones."""
    height, width = plane.shape
    full = np.pad(plane.astype(float), ((0, -height % down), (0, -width % across)), mode="edge")
    return full.reshape(full.shape[0] // down, down, full.shape[1] // across, across).mean((1, 3))


def blocks(plane: np.ndarray, across: int, down: int) -> list[list[list[int]]]:
    """The quantised coefficients of each block of 8 by 8, in zigzag order."""
    plane = np.pad(plane, ((0, 8 * down - plane.shape[0]), (0, 8 * across - plane.shape[1])), mode="edge") - 128
    k, n = np.mgrid[0:8, 0:8]
    basis = np.cos((2 * n + 1) * k * np.pi / 16) * np.where(k == 0, np.sqrt(1 / 8), 0.5)
    def coefficients(block):
        return [int(v) for v in np.rint(basis @ block @ basis.T / QUALITY).ravel()[ZIGZAG]]
    return [[coefficients(plane[8 * y : 8 * y + 8, 8 * x : 8 * x + 8]) for x in range(across)] for y in range(down)]


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def headers(size, factors, adobe, restart) -> bytes:
    out = b"\xff\xd8"
    if adobe is not None:
        out += segment(0xEE, b"Adobe" + struct.pack(">HHHB", 100, 0, 0, adobe))
    out += segment(0xDB, b"\0" + bytes([QUALITY] * 64))
    frame = b"".join(bytes([c + 1, h << 4 | v, 0]) for c, (h, v) in enumerate(factors))
    out += segment(0xC0, struct.pack(">BHHB", 8, size[1], size[0], len(factors)) + frame)
    for kind, symbols in ((0x00, DC_SYMBOLS), (0x10, AC_SYMBOLS)):
        out += segment(0xC4, bytes([kind]) + bytes([0] * 7 + [len(symbols)] + [0] * 8) + bytes(symbols))
    if restart:
        out += segment(0xDD, struct.pack(">H", restart))
    scan = b"".join(bytes([c + 1, 0]) for c in range(len(factors)))
    return out + segment(0xDA, bytes([len(factors)]) + scan + bytes([0, 63, 0]))


def scan(units, components: int, restart: int) -> bytes:
    """The coded units, with a restart marker after every `restart` of them."""
    out, bits, before = b"", [], [0] * components
    for at, unit in enumerate(units):
        if restart and at and at % restart == 0:
            out += packed(bits) + bytes([0xFF, 0xD0 + (at // restart - 1) % 8])
            bits, before = [], [0] * components
        for c, block in unit:
            put(bits, DC_SYMBOLS, 0, block[0] - before[c])
            before[c] = block[0]
            put_ac(bits, block)
    return out + packed(bits)


def put_ac(bits: list[str], block: list[int]) -> None:
    last = max((k for k in range(1, 64) if block[k]), default=0)
    run = 0
    for value in block[1 : last + 1]:
        if value == 0:
            run += 1
            continue
        for _ in range(run // 16):
            bits.append(f"{AC_SYMBOLS.index(0xF0):08b}")
        put(bits, AC_SYMBOLS, run % 16, value)
        run = 0
    if last < 63:
        bits.append(f"{AC_SYMBOLS.index(0):08b}")


def put(bits: list[str], symbols: list[int], run: int, value: int) -> None:
    size = abs(value).bit_length()
    bits.append(f"{symbols.index(run << 4 | size):08b}")
    if size:
        bits.append(f"{value if value > 0 else value + (1 << size) - 1:0{size}b}")


def packed(bits: list[str]) -> bytes:
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return bytes(int(text[i : i + 8], 2) for i in range(0, len(text), 8)).replace(b"\xff", b"\xff\x00")
