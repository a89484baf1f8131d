//! Pictures: decoded, framed for a model, deleted.
//!
//! [`mod@decode`] reads files, [`size`] bounds them, [`planes`] and [`resize`] make what a model takes; [`framing`]
//! says where a place of the photo lies in what the model sees; [`null`] makes the deleted state of a picture;
//! [`impute()`] fills holes; [`scene`] puts both on a device, where masks blend them; [`transform`] changes a picture
//! as a whole.

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
