//! PNG: row by row where it has to be shrunk, with the colours that its chunks name.

use std::io::Cursor;

use image::codecs::png::PngDecoder;
use image::metadata::Orientation;
use image::{AnimationDecoder, DynamicImage, ImageBuffer, ImageError, Luma, LumaA, Pixel, Rgb, Rgba};
use png::{BitDepth, ColorType, Decoder, DecodingError, Info, Limits, Reader, Transformations};

use super::colour;
use super::kind::Format;
use super::refusal::{broken, refused, too_large};
use super::shrink::{Sample, Shrinker, shrunk};
use super::stored::Stored;
use crate::error::{Error, Result};
use crate::picture::size::{MAX_BYTES, divisor};

type Source<'a> = Reader<Cursor<&'a [u8]>>;

/// Reads a PNG file; of an animation its first frame.
///
/// # Errors
/// [`crate::ErrorKind::Image`] naming what is wrong with it.
pub(super) fn read(bytes: &[u8]) -> Result<Stored> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: MAX_BYTES as usize });
    decoder.set_transformations(Transformations::EXPAND);
    decoder.set_ignore_text_chunk(true);
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let size = [reader.info().width, reader.info().height];
    let divisor = divisor(size[0], size[1])?;
    if colour::is_high_range(reader.info()) {
        return Err(refused("the PNG file is of high dynamic range, which is not supported; save it as sRGB".into()));
    }
    let colours = colour::from_png(reader.info());
    let picture = if starts_with_a_stand_in(reader.info()) {
        shrunk(first_frame(bytes)?, divisor)
    } else {
        rows(&mut reader, divisor)?
    };
    // To the end of the file, so that a cut is noticed wherever it is.
    reader.finish().map_err(unreadable)?;
    let orientation = reader.info().exif_metadata.as_deref().and_then(Orientation::from_exif_chunk);
    Ok(Stored { picture, size, colours, orientation: orientation.unwrap_or(Orientation::NoTransforms) })
}

fn unreadable(error: DecodingError) -> Error {
    match error {
        DecodingError::LimitsExceeded => too_large(Format::Png),
        error => broken(Format::Png, error),
    }
}

/// Whether the first picture of an animated file is not of the animation, but for those who cannot show one.
fn starts_with_a_stand_in(info: &Info<'_>) -> bool {
    info.animation_control.is_some() && info.frame_control.is_none()
}

/// The animation's first frame on a transparent ground.
fn first_frame(bytes: &[u8]) -> Result<DynamicImage> {
    let unreadable = |error: ImageError| broken(Format::Png, error);
    let decoder = PngDecoder::new(Cursor::new(bytes)).and_then(PngDecoder::apng).map_err(unreadable)?;
    let frame = decoder.into_frames().next().ok_or_else(|| broken(Format::Png, "it has no frame"))?;
    Ok(frame.map_err(unreadable)?.into_buffer().into())
}

/// The file's picture, shrunk.
fn rows(reader: &mut Source<'_>, divisor: u32) -> Result<DynamicImage> {
    let (color, depth) = reader.output_color_type();
    let size = [reader.info().width, reader.info().height].map(|length| length.div_ceil(divisor));
    let picture = match depth {
        BitDepth::Sixteen => of_pairs(color, size, samples(reader, divisor, |b: [u8; 2]| u16::from_be_bytes(b))?),
        _ => of_bytes(color, size, samples(reader, divisor, |[byte]: [u8; 1]| byte)?),
    };
    picture.ok_or_else(|| broken(Format::Png, "it has too few rows"))
}

/// The shrunk picture's samples, each made from `N` bytes of the file's rows.
fn samples<T: Sample, const N: usize>(
    reader: &mut Source<'_>,
    divisor: u32,
    sample: impl Fn([u8; N]) -> T,
) -> Result<Vec<T>> {
    let (width, channels) = (reader.info().width, reader.output_color_type().0.samples());
    let mut shrinker = Shrinker::new(width, channels, divisor);
    let mut push = |row: &[u8]| shrinker.push(&row.as_chunks().0.iter().map(|&b| sample(b)).collect::<Vec<T>>());
    if reader.info().interlaced {
        let (whole, line) = whole(reader)?;
        whole.chunks(line).for_each(push);
    } else {
        while let Some(row) = reader.next_row().map_err(unreadable)? {
            push(row.data());
        }
    }
    Ok(shrinker.finish(width))
}

/// An interlaced picture's bytes, which come in no order of rows, and how many make a row.
fn whole(reader: &mut Source<'_>) -> Result<(Vec<u8>, usize)> {
    let too_large = || refused("the PNG file is interlaced and too large to be decoded; make it smaller first".into());
    let size = reader.output_buffer_size().filter(|&size| size as u64 <= MAX_BYTES).ok_or_else(too_large)?;
    let line = reader.output_line_size(reader.info().width).ok_or_else(too_large)?;
    let mut bytes = vec![0; size];
    reader.next_frame(&mut bytes).map_err(unreadable)?;
    Ok((bytes, line))
}

fn of_bytes(color: ColorType, size: [u32; 2], samples: Vec<u8>) -> Option<DynamicImage> {
    match color {
        ColorType::Grayscale => assembled::<Luma<u8>>(size, samples),
        ColorType::GrayscaleAlpha => assembled::<LumaA<u8>>(size, samples),
        ColorType::Rgba => assembled::<Rgba<u8>>(size, samples),
        // The transformation that was asked for leaves no palette.
        ColorType::Rgb | ColorType::Indexed => assembled::<Rgb<u8>>(size, samples),
    }
}

fn of_pairs(color: ColorType, size: [u32; 2], samples: Vec<u16>) -> Option<DynamicImage> {
    match color {
        ColorType::Grayscale => assembled::<Luma<u16>>(size, samples),
        ColorType::GrayscaleAlpha => assembled::<LumaA<u16>>(size, samples),
        ColorType::Rgba => assembled::<Rgba<u16>>(size, samples),
        ColorType::Rgb | ColorType::Indexed => assembled::<Rgb<u16>>(size, samples),
    }
}

/// A picture of these samples, if they are as many as it needs.
fn assembled<P: Pixel>([width, height]: [u32; 2], samples: Vec<P::Subpixel>) -> Option<DynamicImage>
where
    DynamicImage: From<ImageBuffer<P, Vec<P::Subpixel>>>,
{
    ImageBuffer::<P, _>::from_raw(width, height, samples).map(Into::into)
}
