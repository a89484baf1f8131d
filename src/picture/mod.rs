//! Pictures: decoded, framed for a model, deleted.
//!
//! [`image`] decodes, resizes and crops; [`framing`] says where a place of the photo lies in what the model sees; [`null`] makes
//! the deleted state of a picture; [`scene`] puts both on a device, where masks blend them; [`transform`] changes a picture as a
//! whole.

pub mod framing;
pub mod gaussian;
pub mod image;
mod null;
mod pyramid;
mod scene;
mod transform;

pub use framing::{Framing, Placement};
pub use image::{
    MAX_PIXELS, MIN_SIDE, Planes, RgbImage, check_size, decode, from_rgba, resize_and_crop, to_float, to_png,
};
pub use null::{BlurScale, Null, NullImage, PAPER_SIDE, Scene};
pub(crate) use null::{flat, noisy, standard_normal};
pub use pyramid::{LEVELS, Pyramid};
pub use scene::{Jitterable, View};
pub use transform::Transform;
