"""Makes tests/golden/pictures: some ninety odd pictures, and how an independent decoder (Pillow) reads each of them.

    python tests/reference/odd_pictures.py tests/golden/pictures

`cases.json` lists them. A case holds either `pixels`, the PNG that the command must read within `within` steps of 255, or
`says`, a word of the sentence that refuses it. `page` is what the browser does where that differs: "reads" or "refuses".
"""

from __future__ import annotations

import io
import json
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, TiffImagePlugin

import icc
import tiny_jpeg

WIDTH, HEIGHT = 40, 26
# Pillow's perceptual intent also compensates the black point, which browsers do not.
RELATIVE = ImageCms.Intent.RELATIVE_COLORIMETRIC
CASES: list[dict] = []


def subject() -> np.ndarray:
    """[26, 40, 3] u8: slow waves, and a red and a blue patch whose edges show how chroma is enlarged."""
    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(float)
    waves = [128 + 90 * np.sin(0.13 * x + 0.09 * y + 2 * c) for c in range(3)]
    out = np.clip(np.rint(np.stack(waves, -1)), 0, 255).astype(np.uint8)
    out[5:14, 4:17] = (210, 40, 50)
    out[10:22, 23:35] = (30, 60, 200)
    return out


RGB = subject()
GREY = np.asarray(Image.fromarray(RGB).convert("L"))
ALPHA = np.clip(np.mgrid[0:HEIGHT, 0:WIDTH][1] * 255 // (WIDTH - 1), 0, 255).astype(np.uint8)
PROFILE = icc.rgb(icc.DISPLAY_P3, 1.8)


# -------- What is written

def saved(kind: str, picture, **options) -> bytes:
    out = io.BytesIO()
    picture = picture if isinstance(picture, Image.Image) else Image.fromarray(picture)
    picture.save(out, kind, **options)
    return out.getvalue()


def reads(out: Path, name: str, data: bytes, pixels: np.ndarray, within: int = 2, **more) -> None:
    """The command must read `data` as `pixels`."""
    golden = f"{name}.png"
    Image.fromarray(np.ascontiguousarray(pixels)).save(out / golden, optimize=True)
    record(out, name, data, pixels=golden, within=within, **more)


def refuses(out: Path, name: str, data: bytes, says: str, **more) -> None:
    record(out, name, data, says=says, **more)


def record(out: Path, name: str, data: bytes, **case) -> None:
    (out / name).write_bytes(data)
    CASES.append({"file": name, **case})


# -------- How an independent decoder reads it

def pillow(data: bytes) -> np.ndarray:
    """Upright, its profile applied, on white."""
    picture = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    profile = picture.info.get("icc_profile")
    if picture.mode not in ("RGB", "RGBA", "L", "CMYK"):
        picture = picture.convert("RGBA")
    if profile:
        picture = to_srgb(picture, profile)
    return on_white(picture.convert("RGBA"))


def to_srgb(picture: Image.Image, profile: bytes) -> Image.Image:
    alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    colours = picture.convert("RGB") if alpha else picture
    colours = ImageCms.profileToProfile(colours, source, ImageCms.createProfile("sRGB"), RELATIVE, outputMode="RGB")
    if alpha:
        colours.putalpha(alpha)
    return colours


def on_white(rgba: Image.Image) -> np.ndarray:
    values = np.asarray(rgba).astype(float)
    alpha = values[..., 3:] / 255
    return np.rint(values[..., :3] * alpha + 255 * (1 - alpha)).astype(np.uint8)


def gamma_to_srgb(rgb: np.ndarray, gamma: float) -> np.ndarray:
    """What a PNG of file gamma `gamma` shows, in sRGB."""
    light = (rgb / 255.0) ** (1 / gamma)
    return np.rint(255 * np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)).astype(np.uint8)


# -------- JPEG

def jpegs(out: Path) -> None:
    def both(name, data, within=3):
        reads(out, name, data, pillow(data), within)

    picture = Image.fromarray(RGB)
    for name, sampling in (("444", 0), ("422", 1), ("420", 2)):
        both(f"jpeg_{name}.jpg", saved("JPEG", RGB, quality=92, subsampling=sampling))
    both("jpeg_progressive.jpg", saved("JPEG", RGB, quality=92, subsampling=2, progressive=True))
    both("jpeg_grey.jpg", saved("JPEG", GREY, quality=92))
    both("jpeg_rgb.jpg", saved("JPEG", RGB, quality=95, keep_rgb=True, subsampling=0))
    both("jpeg_cmyk.jpg", saved("JPEG", picture.convert("CMYK"), quality=95))
    both("jpeg_trailing.jpg", saved("JPEG", RGB, quality=92, subsampling=0) + b"and what a phone appends" * 4)
    # A colour at the edge of sRGB turns one step of the JPEG into several.
    both("jpeg_p3.jpg", saved("JPEG", RGB, quality=95, subsampling=0, icc_profile=icc.rgb(icc.DISPLAY_P3, None)), within=6)
    grey = saved("JPEG", GREY, quality=95, icc_profile=icc.rgb(icc.DISPLAY_P3, 1.0))
    seen = gamma_to_srgb(np.asarray(Image.open(io.BytesIO(grey)).convert("RGB")), 1.0)
    reads(out, "jpeg_rgb_profile_on_grey.jpg", grey, seen)
    rgb = saved("JPEG", RGB, quality=95, subsampling=0, icc_profile=icc.grey(1.0))
    reads(out, "jpeg_grey_profile_on_rgb.jpg", rgb, np.asarray(Image.open(io.BytesIO(rgb))))
    both("jpeg_grey_profile.jpg", saved("JPEG", GREY, quality=95, icc_profile=icc.grey(1.0)))
    broken = saved("JPEG", RGB, quality=95, subsampling=0, icc_profile=b"no profile" * 20)
    reads(out, "jpeg_broken_profile.jpg", broken, np.asarray(Image.open(io.BytesIO(broken))))
    inks = lambda c, m, y, k: (100 * (1 - 0.3 * c) * (1 - 0.4 * m) * (1 - 0.1 * y) * (1 - 0.9 * k), 60 * m - 30 * c, 70 * y - 40 * c)
    both("jpeg_cmyk_profile.jpg", saved("JPEG", picture.convert("CMYK"), quality=95, icc_profile=icc.cmyk(inks)), within=4)
    for turned in (3, 5, 6):
        exif = Image.Exif()
        exif[0x0112] = turned
        both(f"jpeg_orientation_{turned}.jpg", saved("JPEG", RGB, quality=95, subsampling=0, exif=exif))
    ycc = [np.asarray(plane) for plane in picture.convert("YCbCr").split()]
    for name, luma, chroma in (("411", (4, 1), (1, 1)), ("440", (1, 2), (1, 1)), ("410", (4, 2), (1, 1)),
                               ("luma_coarser", (1, 1), (2, 2)), ("luma_coarser_across", (1, 2), (2, 2))):
        both(f"jpeg_{name}.jpg", tiny_jpeg.encode(ycc, [luma, chroma, chroma], size=(WIDTH, HEIGHT)))
    both("jpeg_restarts.jpg", tiny_jpeg.encode(ycc, [(2, 2), (1, 1), (1, 1)], size=(WIDTH, HEIGHT), restart=2))
    ycck = [*ycc, 255 - GREY // 3]
    both("jpeg_ycck.jpg", tiny_jpeg.encode(ycck, [(1, 1)] * 4, size=(WIDTH, HEIGHT), adobe=2))
    whole = saved("JPEG", RGB, quality=92, subsampling=2)
    grey = saved("JPEG", GREY, quality=92)
    refuses(out, "jpeg_cut.jpg", whole[: len(whole) * 8 // 10], "cut short")
    refuses(out, "jpeg_without_end.jpg", whole[:-2], "cut short")
    refuses(out, "jpeg_progressive_cut.jpg", (lambda b: b[: len(b) * 8 // 10])(saved("JPEG", RGB, progressive=True)), "cut short")
    refuses(out, "jpeg_arithmetic.jpg", whole.replace(b"\xff\xc0", b"\xff\xc9"), "arithmetic")
    refuses(out, "jpeg_12_bits.jpg", whole.replace(b"\xff\xc0\x00\x11\x08", b"\xff\xc1\x00\x11\x0c"), "12 bits")
    refuses(out, "jpeg_lossless.jpg", grey.replace(b"\xff\xc0", b"\xff\xc3"), "without loss")


# -------- PNG

def png(kind: int, depth: int, rows: list[bytes], before: list[tuple[bytes, bytes]] = (), size=(WIDTH, HEIGHT), interlaced=0) -> bytes:
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    head = struct.pack(">IIBBBBB", *size, depth, kind, 0, 0, interlaced)
    chunks = [(b"IHDR", head), *before, (b"IDAT", body), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunk(*c) for c in chunks)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def icc_chunk(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"test\0\0" + zlib.compress(profile)


def rows_of(values: np.ndarray) -> list[bytes]:
    return [np.ascontiguousarray(row).tobytes() for row in values]


def adam7(values: np.ndarray) -> list[bytes]:
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    return [row for x, y, dx, dy in passes for row in rows_of(values[y::dy, x::dx]) if row]


def pngs(out: Path) -> None:
    plain = rows_of(RGB)
    def coloured(*chunks):
        return png(2, 8, plain, list(chunks))

    wide = RGB.astype(">u2") * 257
    fine = (RGB.astype(np.uint16) * 257 + 60).clip(0, 65535).astype(">u2")
    opaque = np.dstack([RGB, ALPHA])
    white = on_white(Image.fromarray(opaque))
    reads(out, "png_16_bits.png", png(2, 16, rows_of(wide)), RGB)
    reads(out, "png_16_bits_fine.png", png(2, 16, rows_of(fine)), RGB)
    reads(out, "png_16_bits_alpha.png", png(6, 16, rows_of(opaque.astype(">u2") * 257)), white)
    reads(out, "png_grey.png", png(0, 8, rows_of(GREY)), np.dstack([GREY] * 3))
    reads(out, "png_grey_16_bits.png", png(0, 16, rows_of(GREY.astype(">u2") * 257)), np.dstack([GREY] * 3))
    reads(out, "png_grey_alpha.png", png(4, 8, rows_of(np.dstack([GREY, ALPHA]))), on_white(Image.fromarray(np.dstack([GREY] * 3 + [ALPHA]))))
    bits = GREY > 120
    reads(out, "png_1_bit.png", png(0, 1, [np.packbits(row).tobytes() for row in bits]), np.dstack([bits * np.uint8(255)] * 3))
    four = GREY // 16
    reads(out, "png_4_bits.png", png(0, 4, [bytes(row[0::2] << 4 | row[1::2]) for row in four]), np.dstack([four * 17] * 3))
    reads(out, "png_alpha.png", png(6, 8, rows_of(opaque)), white)
    indexed = Image.fromarray(RGB).quantize(16, dither=Image.Dither.NONE)
    data = saved("PNG", indexed, bits=4, transparency=bytes([0, 128, 255]))
    reads(out, "png_palette.png", data, pillow(data))
    key = struct.pack(">3H", *RGB[8, 8])
    keyed = np.where((RGB == RGB[8, 8]).all(-1, keepdims=True), np.uint8(255), RGB)
    reads(out, "png_colour_key.png", coloured((b"tRNS", key)), keyed)
    reads(out, "png_interlaced.png", png(2, 8, adam7(RGB), interlaced=1), RGB)
    second = Image.fromarray(255 - RGB)
    reads(out, "png_animated.png", saved("PNG", RGB, save_all=True, append_images=[second], duration=100), RGB)
    thumbnail = saved("PNG", RGB, save_all=True, append_images=[second, Image.fromarray(RGB[::-1])], default_image=True)
    reads(out, "png_animated_default_image.png", thumbnail, 255 - RGB)
    reads(out, "png_profile.png", saved("PNG", RGB, icc_profile=PROFILE), pillow(saved("PNG", RGB, icc_profile=PROFILE)))
    reads(out, "png_profile_alpha.png", saved("PNG", opaque, icc_profile=PROFILE), pillow(saved("PNG", opaque, icc_profile=PROFILE)), within=3)
    gamma = lambda g: (b"gAMA", struct.pack(">I", round(g * 100000)))
    reads(out, "png_gamma_linear.png", coloured(gamma(1.0)), gamma_to_srgb(RGB, 1.0))
    reads(out, "png_gamma_usual.png", coloured(gamma(1 / 2.2)), RGB)
    reads(out, "png_gamma_grey.png", png(0, 8, rows_of(GREY), [gamma(1.0)]), gamma_to_srgb(np.dstack([GREY] * 3), 1.0))
    reads(out, "png_gamma_half.png", coloured(gamma(0.5)), gamma_to_srgb(RGB, 0.5))
    reads(out, "png_gamma_none.png", coloured((b"gAMA", bytes(4))), RGB)
    srgb_primaries = (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000))
    reads(out, "png_gamma_srgb_primaries.png", coloured((b"gAMA", struct.pack(">I", 45455)), srgb_primaries), gamma_to_srgb(RGB, 0.45455))
    linear = icc.rgb(icc.DISPLAY_P3, 1.0)
    reads(out, "png_profile_16_bits.png", png(2, 16, rows_of(wide), [icc_chunk(linear)]), np.asarray(to_srgb(Image.fromarray(RGB), linear)))
    reads(out, "png_profile_grey.png", png(0, 8, rows_of(GREY), [icc_chunk(icc.grey(1.0))]), gamma_to_srgb(np.dstack([GREY] * 3), 1.0))
    reads(out, "png_rgb_profile_on_grey.png", png(0, 8, rows_of(GREY), [icc_chunk(linear)]), gamma_to_srgb(np.dstack([GREY] * 3), 1.0))
    reads(out, "png_grey_profile_on_rgb.png", coloured(icc_chunk(icc.grey(1.0))), RGB)
    primaries = (b"cHRM", struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000))
    adobe = icc.rgb([(0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457)], 2.2)
    seen = np.asarray(to_srgb(Image.fromarray(RGB), adobe))
    reads(out, "png_gamma_primaries.png", coloured(gamma(1 / 2.2), primaries), seen)
    reads(out, "png_primaries_alone.png", coloured(primaries), RGB)
    reads(out, "png_srgb_over_gamma.png", coloured((b"sRGB", b"\0"), gamma(1.0)), RGB)
    reads(out, "png_cicp_p3.png", coloured((b"cICP", bytes([12, 13, 0, 1]))), np.asarray(to_srgb(Image.fromarray(RGB), icc.rgb(icc.DISPLAY_P3, None))))
    refuses(out, "png_high_range.png", coloured((b"cICP", bytes([9, 16, 0, 1]))), "high dynamic range")
    exif = Image.Exif()
    exif[0x0112] = 6
    reads(out, "png_orientation.png", saved("PNG", RGB, exif=exif), np.rot90(RGB, -1))
    whole = saved("PNG", RGB)
    refuses(out, "png_cut.png", whole[: len(whole) * 6 // 10], "cut short")
    refuses(out, "png_without_end.png", whole[:-12], "cut short")
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0x55
    refuses(out, "png_damaged.png", bytes(damaged), "damaged")


# -------- The others

def others(out: Path) -> None:
    picture, second = Image.fromarray(RGB), Image.fromarray(255 - RGB)
    opaque = Image.fromarray(np.dstack([RGB, ALPHA]))
    def both(name, data, **more):
        reads(out, name, data, pillow(data), **more)

    both("webp_lossy.webp", saved("WEBP", picture, quality=90))
    both("webp_lossless_alpha.webp", saved("WEBP", opaque, lossless=True, exact=True))
    both("webp_lossy_alpha.webp", saved("WEBP", opaque, quality=90))
    both("webp_animated.webp", saved("WEBP", picture, save_all=True, append_images=[second], lossless=True))
    both("webp_profile.webp", saved("WEBP", picture, lossless=True, icc_profile=PROFILE))
    exif = Image.Exif()
    exif[0x0112] = 8
    reads(out, "webp_orientation.webp", saved("WEBP", picture, lossless=True, exif=exif), RGB)
    whole = saved("WEBP", picture, lossless=True)
    refuses(out, "webp_cut.webp", whole[: len(whole) // 2], "cut short")

    few = picture.quantize(32, dither=Image.Dither.NONE)
    both("gif.gif", saved("GIF", few))
    both("gif_interlaced.gif", saved("GIF", few, interlace=1))
    both("gif_transparent.gif", saved("GIF", few, transparency=few.getpixel((8, 8))))
    both("gif_animated.gif", saved("GIF", few, save_all=True, append_images=[second.quantize(32)], duration=100))
    corner = bytearray(saved("GIF", few))
    corner[6:10] = struct.pack("<HH", WIDTH + 8, HEIGHT + 6)  # The screen is larger than its only frame.
    padded = np.full((HEIGHT + 6, WIDTH + 8, 3), 255, np.uint8)
    padded[:HEIGHT, :WIDTH] = np.asarray(few.convert("RGB"))
    reads(out, "gif_part_of_the_screen.gif", bytes(corner), padded)
    whole = saved("GIF", few)
    refuses(out, "gif_cut.gif", whole[: len(whole) * 6 // 10], "cut short")

    both("bmp.bmp", saved("BMP", picture))
    both("bmp_palette.bmp", saved("BMP", few))
    both("bmp_grey_1_bit.bmp", saved("BMP", Image.fromarray(GREY).convert("1", dither=Image.Dither.NONE)))
    reads(out, "bmp_top_down.bmp", top_down_bmp(), RGB)
    whole = saved("BMP", picture)
    refuses(out, "bmp_cut.bmp", whole[: len(whole) // 2], "cut short")

    both("tiff_lzw.tif", saved("TIFF", picture, compression="tiff_lzw"), page="refuses")
    both("tiff_profile.tif", saved("TIFF", picture, icc_profile=PROFILE), page="refuses")
    reads(out, "tiff_16_bits.tif", saved("TIFF", Image.fromarray(GREY.astype(np.uint16) * 257)), np.dstack([GREY] * 3), page="refuses")
    whole = saved("TIFF", picture, compression="tiff_lzw")
    refuses(out, "tiff_cut.tif", whole[: len(whole) // 2], "cut short")

    refuses(out, "avif.avif", saved("AVIF", picture), "AVIF", page="reads")
    refuses(out, "heic.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(64), "HEIC")
    refuses(out, "jpeg_xl.jxl", b"\0\0\0\x0cJXL \r\n\x87\n" + bytes(64), "JPEG XL")
    refuses(out, "jpeg_2000.jp2", saved("JPEG2000", picture), "JPEG 2000")
    refuses(out, "icon.ico", saved("ICO", picture.resize((16, 16))), "icon")
    refuses(out, "drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="26"/>', "SVG")
    refuses(out, "document.pdf", b"%PDF-1.7\n" + bytes(64), "PDF")
    refuses(out, "text.png", b"This is no picture.\n" * 4, "text")
    refuses(out, "empty.png", b"", "empty")
    refuses(out, "narrow.png", saved("PNG", RGB[:, :4]), "4 × 26")


def top_down_bmp() -> bytes:
    """24 bits a pixel, first row first."""
    body = b"".join(np.ascontiguousarray(row[:, ::-1]).tobytes() for row in RGB)
    head = struct.pack("<IiiHHIIiiII", 40, WIDTH, -HEIGHT, 1, 24, 0, len(body), 2835, 2835, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(body), 0, 0, 54) + head + body


if __name__ == "__main__":
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for make in (jpegs, pngs, others):
        make(out)
    listed = ",\n".join(json.dumps(case, ensure_ascii=False) for case in CASES)
    (out / "cases.json").write_text(f"[\n{listed}\n]\n", encoding="utf-8")
