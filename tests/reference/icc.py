"""ICC profiles of a few hundred bytes, made of nothing but numbers."""

from __future__ import annotations

import struct

# Columns are the primaries in XYZ under D50, as profiles hold them.
DISPLAY_P3 = [(0.51512, 0.24120, -0.00105), (0.29198, 0.69225, 0.04189), (0.15710, 0.06657, 0.78407)]
D50 = (0.9642, 1.0, 0.8249)
STEPS = 5


def rgb(primaries, gamma: float | None) -> bytes:
    """A matrix and one curve for the three channels."""
    names = (b"rXYZ", b"gXYZ", b"bXYZ")
    tags = {name: xyz(primary) for name, primary in zip(names, primaries)}
    tags |= {name: curve(gamma) for name in (b"rTRC", b"gTRC", b"bTRC")}
    return profile(b"RGB ", b"XYZ ", b"mntr", tags)


def grey(gamma: float) -> bytes:
    return profile(b"GRAY", b"XYZ ", b"mntr", {b"kTRC": curve(gamma)})


def cmyk(colour) -> bytes:
    """A table of `STEPS` an ink; `colour(c, m, y, k)` is the L*a*b* of a mixture of inks in [0, 1]."""
    inks = [step / (STEPS - 1) for step in range(STEPS)]
    lab = [colour(c, m, y, k) for c in inks for m in inks for y in inks for k in inks]
    table = bytes(round(v) for l, a, b in lab for v in (l * 2.55, a + 128, b + 128))
    identity = bytes(range(256))
    head = b"mft1\0\0\0\0" + bytes([4, 3, STEPS, 0]) + struct.pack(">9i", *[65536 if k % 4 == 0 else 0 for k in range(9)])
    return profile(b"CMYK", b"Lab ", b"prtr", {b"A2B0": head + identity * 4 + table + identity * 3})


def profile(space: bytes, connection: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    tags = {b"desc": description(b"test"), b"wtpt": xyz(D50), b"cprt": b"text\0\0\0\0none\0", **tags}
    table, data, at = b"", b"", 132 + 12 * len(tags)
    for name, body in tags.items():
        body += bytes(-len(body) % 4)
        table += name + struct.pack(">II", at + len(data), len(body))
        data += body
    size = at + len(data)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02400000, kind, space, connection)
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(28) + xyz(D50)[8:]
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + data


def xyz(values) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(v * 65536)) for v in values)


def curve(gamma: float | None) -> bytes:
    """A power, or sRGB's own curve as a table."""
    if gamma is not None:
        return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(gamma * 256))
    steps = [k / 1023 for k in range(1024)]
    table = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in steps]
    return b"curv\0\0\0\0" + struct.pack(">I1024H", 1024, *[round(65535 * v) for v in table])


def description(text: bytes) -> bytes:
    return b"desc\0\0\0\0" + struct.pack(">I", len(text) + 1) + text + bytes(79)
