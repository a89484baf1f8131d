#!/usr/bin/env python3
"""Stores small pictures as JPEG by Pillow and prints what is read back: tests/golden/jpeg.json.

    python3 -m venv VENV && VENV/bin/pip install -r tests/reference/requirements.txt
    VENV/bin/python tests/reference/jpeg.py > tests/golden/jpeg.json

The pictures are made by a formula that src/picture/as_jpeg.rs repeats. Chroma is halved both ways, Pillow's default.
"""

import io
import json

import numpy as np
from PIL import Image


def picture(side):
    """Bytes [S, S, 3]."""
    c, y, x = np.meshgrid(np.arange(3), np.arange(side), np.arange(side), indexing="ij")
    return ((c * 60 + 9 * x + 5 * y * (c + 1) + (x * y * 7) % 23) % 256).astype(np.uint8).transpose(1, 2, 0)


def stored(side, quality):
    """The planes [3, S, S] that are read back, row by row."""
    file = io.BytesIO()
    Image.fromarray(picture(side)).save(file, "JPEG", quality=quality)
    return np.asarray(Image.open(file)).transpose(2, 0, 1).ravel().tolist()


cases = [{"side": side, "quality": quality} for side in (16, 13) for quality in (10, 50, 90)]
print(json.dumps([{**case, "values": stored(**case)} for case in cases], separators=(",", ":")))
