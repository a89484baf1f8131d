//! Pictures: decode, resize, crop, pixels ↔ planes.

/// A picture: 8-bit sRGB, row by row.
pub use ::image::RgbImage;
