//! Colours: from what a file says of its samples to sRGB, as browsers convert them.

use image::{DynamicImage, ImageBuffer, Pixel};
use moxcms::{
    Chromaticity, CicpColorPrimaries, CicpProfile, ColorPrimaries, ColorProfile, DataColorSpace, Layout,
    MatrixCoefficients, ToneReprCurve, TransferCharacteristics, TransformExecutor, TransformOptions,
};
use png::{CodingIndependentCodePoints, Info, SourceChromaticities};

/// Which colours a file says that its samples are.
pub(super) enum Colours {
    Srgb,
    Profile(Box<ColorProfile>),
    /// There is a profile, but none that can be used.
    Unusable,
}

/// How far a PNG's gamma without primaries may lie from 1 / 2.2 and still stand for sRGB: libpng's threshold.
const GAMMA_TOLERANCE: f32 = 0.05;

/// The colours of an embedded ICC profile.
pub(super) fn from_icc(profile: Option<&[u8]>) -> Colours {
    match profile.map(ColorProfile::new_from_slice) {
        None => Colours::Srgb,
        Some(Ok(profile)) => Colours::Profile(Box::new(profile)),
        Some(Err(_)) => Colours::Unusable,
    }
}

/// The colours of a PNG: its code points, else its profile, else sRGB if it says so, else its gamma and primaries.
pub(super) fn from_png(info: &Info<'_>) -> Colours {
    if let Some(points) = &info.coding_independent_code_points {
        return from_code_points(points);
    }
    if info.icc_profile.is_some() || info.srgb.is_some() {
        return from_icc(info.icc_profile.as_deref());
    }
    let gamma = info.gama_chunk.map_or(0.0, |gamma| gamma.into_value());
    let usual = info.chrm_chunk.is_none() && (2.2 * gamma - 1.0).abs() < GAMMA_TOLERANCE;
    if gamma <= 0.0 || usual {
        return Colours::Srgb;
    }
    Colours::Profile(Box::new(from_gamma(gamma, info.chrm_chunk)))
}

fn from_code_points(points: &CodingIndependentCodePoints) -> Colours {
    let primaries = CicpColorPrimaries::try_from(points.color_primaries).ok();
    let transfer = TransferCharacteristics::try_from(points.transfer_function).ok();
    let profile = primaries.zip(transfer).map(|(color_primaries, transfer_characteristics)| {
        ColorProfile::new_from_cicp(CicpProfile {
            color_primaries,
            transfer_characteristics,
            matrix_coefficients: MatrixCoefficients::Identity,
            full_range: points.is_video_full_range_image,
        })
    });
    profile.map_or(Colours::Unusable, |profile| Colours::Profile(Box::new(profile)))
}

/// Whether a PNG's code points name a curve of high dynamic range (PQ, HLG), which each browser maps by rules of its
/// own.
pub(super) fn is_high_range(info: &Info<'_>) -> bool {
    info.coding_independent_code_points.is_some_and(|points| matches!(points.transfer_function, 16 | 18))
}

/// The profile of samples that are light to the power of `gamma`, with sRGB's primaries where none are given.
fn from_gamma(gamma: f32, primaries: Option<SourceChromaticities>) -> ColorProfile {
    let mut profile = with_curve(ToneReprCurve::Parametric(vec![1.0 / gamma]));
    if let Some(given) = primaries {
        let at = |(x, y): (png::ScaledFloat, png::ScaledFloat)| Chromaticity::new(x.into_value(), y.into_value());
        let primaries = ColorPrimaries { red: at(given.red), green: at(given.green), blue: at(given.blue) };
        profile.update_rgb_colorimetry(at(given.white).to_xyyb(), primaries);
    }
    profile
}

/// sRGB with another curve on its three channels.
fn with_curve(curve: ToneReprCurve) -> ColorProfile {
    let mut profile = ColorProfile::new_srgb();
    profile.cicp = None;
    for channel in [&mut profile.red_trc, &mut profile.green_trc, &mut profile.blue_trc] {
        *channel = Some(curve.clone());
    }
    profile
}

/// The picture in sRGB with its alpha as it was, and whether the profile could be used.
///
/// A profile of grey on a coloured picture says nothing of it and is passed over, as browsers do.
pub(super) fn to_srgb(picture: DynamicImage, profile: &ColorProfile) -> (DynamicImage, bool) {
    if profile.color_space == DataColorSpace::Gray && picture.color().has_color() {
        return (picture, true);
    }
    let converted = of_three_channels(profile).and_then(|profile| converted(&picture, &profile));
    match converted {
        Some(converted) => (converted, true),
        None => (picture, false),
    }
}

/// The profile for a picture's red, green and blue; that of grey is its curve on each of them.
fn of_three_channels(profile: &ColorProfile) -> Option<ColorProfile> {
    match profile.color_space {
        DataColorSpace::Rgb => Some(profile.clone()),
        DataColorSpace::Gray => profile.gray_trc.clone().map(with_curve),
        _ => None,
    }
}

/// The picture in sRGB, at 16 bits where it has more than 8; `None` if the profile lacks what a conversion needs.
fn converted(picture: &DynamicImage, profile: &ColorProfile) -> Option<DynamicImage> {
    let (srgb, options) = (ColorProfile::new_srgb(), options());
    let color = picture.color();
    let layout = if color.has_alpha() { Layout::Rgba } else { Layout::Rgb };
    if color.bytes_per_pixel() == color.channel_count() {
        let transform = profile.create_transform_8bit(layout, &srgb, layout, options).ok()?;
        return if color.has_alpha() {
            transformed(picture.to_rgba8(), &*transform).map(Into::into)
        } else {
            transformed(picture.to_rgb8(), &*transform).map(Into::into)
        };
    }
    let transform = profile.create_transform_16bit(layout, &srgb, layout, options).ok()?;
    if color.has_alpha() {
        transformed(picture.to_rgba16(), &*transform).map(Into::into)
    } else {
        transformed(picture.to_rgb16(), &*transform).map(Into::into)
    }
}

/// Floating point, which lies nearer to what browsers compute than the default.
fn options() -> TransformOptions {
    TransformOptions { prefer_fixed_point: false, ..TransformOptions::default() }
}

fn transformed<P, S>(
    picture: ImageBuffer<P, Vec<S>>,
    transform: &dyn TransformExecutor<S>,
) -> Option<ImageBuffer<P, Vec<S>>>
where
    P: Pixel<Subpixel = S>,
    S: image::Primitive + Default,
{
    let mut samples = vec![S::default(); picture.as_raw().len()];
    transform.transform(picture.as_raw(), &mut samples).ok()?;
    ImageBuffer::from_raw(picture.width(), picture.height(), samples)
}

/// Cyan, magenta, yellow and black (255 is the full ink) as red, green and blue, and what is left to be done.
pub(super) fn from_inks(inks: &[u8], colours: Colours) -> (Vec<u8>, Colours) {
    let understood = !matches!(colours, Colours::Unusable);
    match colours {
        Colours::Profile(profile) if profile.color_space == DataColorSpace::Cmyk => {
            match through_profile(inks, &profile) {
                Some(rgb) => (rgb, Colours::Srgb),
                None => (multiplied(inks), Colours::Unusable),
            }
        }
        _ if understood => (multiplied(inks), Colours::Srgb),
        other => (multiplied(inks), other),
    }
}

fn through_profile(inks: &[u8], profile: &ColorProfile) -> Option<Vec<u8>> {
    // Four channels have one layout, whatever they hold.
    let options = TransformOptions::default();
    let transform =
        profile.create_transform_8bit(Layout::Rgba, &ColorProfile::new_srgb(), Layout::Rgb, options).ok()?;
    let mut rgb = vec![0; inks.len() / 4 * 3];
    transform.transform(inks, &mut rgb).ok()?;
    Some(rgb)
}

/// Without a profile: each ink takes its share of one light, and black of all three.
fn multiplied(inks: &[u8]) -> Vec<u8> {
    let light = |ink: u8, black: u8| (u32::from(255 - ink) * u32::from(255 - black) + 127) / 255;
    inks.chunks_exact(4).flat_map(|i| [0, 1, 2].map(|c| light(i[c], i[3]) as u8)).collect()
}
