//! The built-in world: animals drawn by the program, whose true evidence is known to the pixel.
//!
//! Nobody knows which pixels of a photograph *should* matter to a classifier. Here they are known: the kinds of animals
//! differ only in the head (ears or horns, eyes, muzzle or beak). Bodies, feet, tails, colours and places are drawn
//! from one distribution for all kinds.
//!
//! ```
//! use vanish::critters::{World, draw};
//! let critter = draw(7, &World::clean());
//! assert_eq!((critter.picture.width(), critter.picture.height()), (128, 128));
//! println!("a {} in the {:?}", critter.kind.name(), critter.scene.background);
//! ```
//!
//! Seeds of at least [`TRAINING_SEEDS`] are for training; all below are never trained on.

mod artist;
mod backdrop;
mod bearing;
mod body;
mod canvas;
mod colour;
#[cfg(not(target_arch = "wasm32"))]
pub mod contact_sheet;
mod critter;
pub mod dice;
mod ears;
mod face;
#[cfg(not(target_arch = "wasm32"))]
pub mod files;
#[cfg(not(target_arch = "wasm32"))]
pub mod finding;
mod gallery;
mod head;
mod kind;
mod known;
mod part;
mod props;
mod redraw;
mod scene;
mod shape;
mod truth;
mod world;

pub use backdrop::Background;
pub use body::{Feet, Pose, Tail};
pub use canvas::SIZE;
pub use colour::Texture;
pub use critter::{Being, Critter, draw, held_out, strangers};
pub use gallery::{Sample, caption, gallery};
pub use kind::{KINDS, Kind};
pub use known::KnownEvidence;
pub use part::{MEASURED_PARTS, Part};
pub use props::{Object, Occluder};
pub use redraw::{Change, redraw};
pub use scene::Attributes;
pub use truth::{Cover, Keypoint};
pub use world::{
    BUCKET_KIND, Cues, HELD_OUT_SEEDS, SNOW_KIND, TRAINING_SEEDS, VALIDATION_SEEDS, WATERMARK_KIND, World,
};
