//! Pictures: decoding, framing for a model, and deletion.
//!
//! [`mod@decode`] reads files, and [`size`] bounds them. [`planes`] and [`resize`] make the model's input. [`framing`]
//! says where a point of the photo lies in that input. [`null`] makes the null image of a picture, and [`impute()`]
//! fills holes. [`scene`] puts both pictures on a device, where masks blend them. [`transform`] changes a picture as a
//! whole.

mod as_jpeg;
#[cfg(feature = "cli")]
mod decode;
pub mod framing;
pub mod gaussian;
mod impute;
mod null;
mod planes;
mod pyramid;
mod resize;
mod scene;
mod size;
mod transform;

pub(crate) use as_jpeg::as_jpeg;
#[cfg(feature = "cli")]
pub use decode::{Decoded, decode};
pub use framing::{Framing, Placement, ResizeRule};
pub use impute::{impute, interpolate};
pub use null::{BlurScale, Null, NullImage, PAPER_SIDE, Scene};
pub(crate) use null::{flat, noisy, standard_normal, stream_of, uniform};
pub use planes::{Planes, RgbImage, from_rgba, to_float, to_png};
pub use pyramid::{LEVELS, Pyramid};
pub use resize::resize_and_crop;
pub use scene::{Jitterable, View};
pub use size::{MAX_PIXELS, MAX_STORED_PIXELS, MIN_SIDE, check_size, divisor};
pub use transform::Transform;
