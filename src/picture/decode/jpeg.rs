//! JPEG, by the decoder whose values lie nearest to libjpeg's, which browsers and Pillow use: over 128 photographs at
//! most 4 steps of 255 apart, and 0.06 in the mean.

use image::metadata::Orientation;
use image::{DynamicImage, GrayImage, RgbImage};
use jpeg_decoder::{CodingProcess, Decoder, Error as JpegError, ImageInfo, PixelFormat, UnsupportedFeature};

use super::colour::{self, Colours};
use super::kind::Format;
use super::refusal::{broken, refused};
use super::stored::Stored;
use crate::error::{Error, Result};
use crate::picture::size::{MAX_BYTES, divisor};

/// Reads a JPEG file, by the scaled transform where it has to be shrunk.
///
/// # Errors
/// [`crate::ErrorKind::Image`] naming what is wrong with it or what it uses that is not supported.
pub(super) fn read(bytes: &[u8]) -> Result<Stored> {
    let mut decoder = Decoder::new(bytes);
    decoder.set_max_decoding_buffer_size(MAX_BYTES as usize);
    decoder.read_info().map_err(unreadable)?;
    let stored = decoder.info().ok_or_else(|| broken(Format::Jpeg, "it has no size"))?;
    refuse_unbounded(&stored)?;
    let divisor = divisor(stored.width.into(), stored.height.into())? as u16;
    decoder.scale(stored.width.div_ceil(divisor), stored.height.div_ceil(divisor)).map_err(unreadable)?;
    let samples = decoder.decode().map_err(unreadable)?;
    let info = decoder.info().unwrap_or(stored);
    let orientation = decoder.exif_data().and_then(Orientation::from_exif_chunk);
    let (picture, colours) = with_colours(samples, info, colour::from_icc(decoder.icc_profile().as_deref()))?;
    let size = [stored.width.into(), stored.height.into()];
    Ok(Stored { picture, size, colours, orientation: orientation.unwrap_or(Orientation::NoTransforms) })
}

/// A progressive file keeps two bytes of each coefficient until its last scan, whatever size it is read at.
fn refuse_unbounded(info: &ImageInfo) -> Result<()> {
    if info.coding_process == CodingProcess::Lossless {
        return Err(unsupported("is coded without loss"));
    }
    let coefficients = u64::from(info.width) * u64::from(info.height) * info.pixel_format.pixel_bytes() as u64;
    if info.coding_process == CodingProcess::DctProgressive && 2 * coefficients > MAX_BYTES {
        return Err(refused("the JPEG file is progressive and too large to be decoded; make it smaller first".into()));
    }
    Ok(())
}

/// The samples as a picture, and what is left to be done about its colours.
fn with_colours(samples: Vec<u8>, info: ImageInfo, colours: Colours) -> Result<(DynamicImage, Colours)> {
    let (width, height) = (info.width.into(), info.height.into());
    let whole = || broken(Format::Jpeg, "it has too few samples");
    if info.pixel_format == PixelFormat::L8 {
        return Ok((GrayImage::from_raw(width, height, samples).ok_or_else(whole)?.into(), colours));
    }
    let (rgb, colours) = match info.pixel_format {
        PixelFormat::CMYK32 => colour::from_inks(&samples, colours),
        _ => (samples, colours),
    };
    Ok((RgbImage::from_raw(width, height, rgb).ok_or_else(whole)?.into(), colours))
}

fn unreadable(error: JpegError) -> Error {
    match error {
        JpegError::Unsupported(UnsupportedFeature::ArithmeticEntropyCoding) => unsupported("uses arithmetic coding"),
        JpegError::Unsupported(UnsupportedFeature::SamplePrecision(bits)) => {
            unsupported(&format!("has {bits} bits a sample"))
        }
        JpegError::Unsupported(feature) => unsupported(&format!("uses a rare form ({feature:?})")),
        JpegError::Io(_) => broken(Format::Jpeg, "it ends in the middle of the picture"),
        other => broken(Format::Jpeg, other),
    }
}

fn unsupported(what: &str) -> Error {
    refused(format!("the JPEG file {what}, which is not supported; save it again as an ordinary JPEG or as PNG"))
}
