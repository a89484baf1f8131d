//! What a file is, told by its bytes and not by its name.

use std::fmt;

use super::refusal::refused;
use crate::error::Result;

/// A format that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Jpeg,
    Png,
    WebP,
    Gif,
    Bmp,
    Tiff,
}

/// Where the bytes that tell a format stand, and the format.
const READ: &[(usize, &[u8], Format)] = &[
    (0, b"\xff\xd8\xff", Format::Jpeg),
    (0, b"\x89PNG\r\n\x1a\n", Format::Png),
    (8, b"WEBP", Format::WebP),
    (0, b"GIF87a", Format::Gif),
    (0, b"GIF89a", Format::Gif),
    (0, b"BM", Format::Bmp),
    (0, b"II*\0", Format::Tiff),
    (0, b"MM\0*", Format::Tiff),
    // BigTIFF, whose offsets are longer.
    (0, b"II+\0", Format::Tiff),
    (0, b"MM\0+", Format::Tiff),
];

/// The same for files that people take for pictures and that are not read.
const NAMED: &[(usize, &[u8], &str)] = &[
    (4, b"ftypavi", "an AVIF picture, which the page reads where the browser does but the command does not"),
    (4, b"ftyphei", "a HEIC picture"),
    (4, b"ftyphev", "a HEIC picture"),
    (4, b"ftypmif1", "a HEIC picture"),
    (4, b"ftyp", "a film"),
    (4, b"JXL \r\n\x87\n", "a JPEG XL picture"),
    (0, b"\xff\x0a", "a JPEG XL picture"),
    (4, b"jP  \r\n\x87\n", "a JPEG 2000 picture"),
    (0, b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (0, b"\0\0\x01\0", "an icon"),
    (0, b"%PDF", "a PDF document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
];

/// The format of a file.
///
/// # Errors
/// [`crate::ErrorKind::Image`] saying what it is instead.
pub(super) fn of(bytes: &[u8]) -> Result<Format> {
    let known = READ.iter().find(|(at, magic, _)| holds(bytes, *at, magic));
    known.map(|&(.., format)| format).ok_or_else(|| {
        let what = other(bytes);
        refused(format!("this file is {what}; give a picture in JPEG, PNG, WebP, GIF, BMP or TIFF"))
    })
}

fn holds(bytes: &[u8], at: usize, magic: &[u8]) -> bool {
    bytes.get(at..).is_some_and(|rest| rest.starts_with(magic))
}

/// In words, what a file is that is no picture.
fn other(bytes: &[u8]) -> &'static str {
    if bytes.is_empty() {
        return "empty";
    }
    if let Some((.., name)) = NAMED.iter().find(|(at, magic, _)| holds(bytes, *at, magic)) {
        return name;
    }
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(512)]);
    if head.contains("<svg") {
        return "an SVG drawing";
    }
    let printable = |c: char| !c.is_control() || c.is_whitespace();
    if head.chars().all(printable) { "text" } else { "of a kind that is not known" }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
            Self::Bmp => "BMP",
            Self::Tiff => "TIFF",
        })
    }
}
