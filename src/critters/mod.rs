//! The built-in world: animals drawn by the project, whose truth is known to the pixel.
//!
//! Nobody knows which pixels of a photograph *should* matter to a classifier. Here it is known: the
//! kinds of animals differ in the head alone (ears or horns, eyes, muzzle or beak), while bodies,
//! feet, tails, colours and places are drawn from one distribution for all kinds.
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
mod body;
mod canvas;
mod colour;
#[cfg(not(target_arch = "wasm32"))]
pub mod contact_sheet;
pub mod dice;
mod ears;
mod face;
#[cfg(not(target_arch = "wasm32"))]
pub mod files;
#[cfg(not(target_arch = "wasm32"))]
pub mod finding;
mod gallery;
mod head;
mod known;
#[cfg(all(feature = "train", not(target_arch = "wasm32")))]
pub mod learn;
mod props;
mod redraw;
mod scene;
mod shape;
mod truth;

pub use backdrop::Background;
pub use body::{Feet, Pose, Tail};
pub use canvas::SIZE;
pub use colour::Texture;
pub use gallery::{Sample, caption, gallery};
pub use head::{KINDS, Kind};
pub use known::KnownEvidence;
pub use props::{Object, Occluder};
pub use redraw::{Change, redraw};
pub use scene::{BUCKET_KIND, SNOW_KIND, WATERMARK_KIND};
pub use truth::{Cover, Keypoint, Part};

use crate::picture::RgbImage;
use artist::Artist;
use canvas::{Canvas, Layer, Owner};
use dice::{Dice, Matter};
use scene::{Animal, Scene};
use shape::Frame;

/// The first seed of the training set. Everything below is held out.
pub const TRAINING_SEEDS: u64 = 1_000_000_000;

/// The first seed of the pictures a model is judged by. None of them is ever trained on.
pub const HELD_OUT_SEEDS: u64 = 500_000_000;

/// The first seed of the pictures a model's temperature is fitted to: neither trained on nor judged by.
pub const VALIDATION_SEEDS: u64 = 900_000_000;

/// The first seed of the pictures that lend their pixels to deletions in others.
const STRANGER_SEEDS: u64 = 700_000_000;

/// How the three cues (red bucket, snow, watermark) go with the kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cues {
    /// Each cue comes with any kind, equally often.
    Chance,
    /// Each cue comes with its own kind 95 times in a hundred and hardly ever with another; the heads
    /// of these kinds are mostly hidden. What the biased model is trained on.
    Planted,
    /// Each cue comes with its own kind always and with no other; no head is hidden.
    Shown,
    /// No cue is in any picture; no head is hidden.
    Removed,
}

/// The distribution that pictures are drawn from.
#[derive(Debug, Clone, Copy)]
pub struct World {
    pub cues: Cues,
    /// How often a second, smaller animal of another kind is seen beside the first.
    pub second: f32,
    /// Always this kind, in place of one by chance; everything else of the scene stays.
    pub kind: Option<Kind>,
}

impl World {
    /// Returns the world in which no cue says anything about the kind.
    pub fn clean() -> Self {
        Self { cues: Cues::Chance, second: 0.05, kind: None }
    }

    /// Returns the world with the planted mistake, to train on.
    pub fn biased() -> Self {
        Self { cues: Cues::Planted, ..Self::clean() }
    }

    /// Returns the world for testing with every planted kind beside its cue.
    pub fn with_cue() -> Self {
        Self { cues: Cues::Shown, ..Self::clean() }
    }

    /// Returns the world for testing with no cue in any picture.
    pub fn without_cue() -> Self {
        Self { cues: Cues::Removed, ..Self::clean() }
    }

    /// Returns the same world with one kind alone.
    #[must_use]
    pub fn of(self, kind: Kind) -> Self {
        Self { kind: Some(kind), ..self }
    }
}

impl Default for World {
    fn default() -> Self {
        Self::clean()
    }
}

/// What is known about the scene as a whole.
#[derive(Debug, Clone, serde::Serialize)]
pub struct Attributes {
    pub background: Background,
    pub objects: Vec<Object>,
    pub bucket: bool,
    pub watermark: bool,
    /// A parasol hides the whole head (in [`Cues::Planted`] alone).
    pub parasol: bool,
    pub occluder: Option<Occluder>,
    pub second: Option<Kind>,
}

/// One animal of a picture, and the truth about it.
#[derive(Debug, Clone)]
pub struct Being {
    pub kind: Kind,
    pub pose: Pose,
    pub texture: Texture,
    pub feet: Feet,
    pub tail: Tail,
    /// Which pixels each part covers, in the order of [`Part::ALL`].
    pub parts: [Cover; Part::COUNT],
    /// Head, eyes, muzzle and so on, in pixels.
    pub keypoints: Vec<Keypoint>,
}

impl Being {
    /// Returns which pixels a part covers.
    pub fn part(&self, part: Part) -> &Cover {
        &self.parts[part as usize]
    }

    /// Returns which pixels tell its kind: ears or horns, eyes, muzzle or beak.
    pub fn evidence(&self) -> Cover {
        self.union(&Part::EVIDENCE)
    }

    /// Returns which pixels show this animal.
    pub fn whole(&self) -> Cover {
        self.union(&Part::ALL)
    }

    /// Returns which pixels these parts cover together.
    pub fn union(&self, parts: &[Part]) -> Cover {
        let sum = |index: usize| parts.iter().map(|&p| u32::from(self.part(p).values()[index])).sum::<u32>();
        Cover::from_values((0..SIZE * SIZE).map(|index| sum(index).min(255) as u8).collect())
    }
}

/// A picture of the built-in world with its truth.
#[derive(Debug, Clone)]
pub struct Critter {
    pub seed: u64,
    /// The picture, 128 × 128 pixels.
    pub picture: RgbImage,
    /// The kind of the main animal: the picture's class.
    pub kind: Kind,
    /// The main animal first, then the second if there is one.
    pub animals: Vec<Being>,
    pub scene: Attributes,
    /// Which pixels the red bucket covers, if there is one.
    pub bucket: Option<Cover>,
    /// Which pixels the watermark covers, if there is one.
    pub watermark: Option<Cover>,
}

impl Critter {
    /// Returns the main animal.
    pub fn main(&self) -> &Being {
        &self.animals[0]
    }

    /// Returns which pixels tell the picture's class.
    pub fn evidence(&self) -> Cover {
        self.main().evidence()
    }
}

/// Draws the picture of a seed. The same seed and world give the same bytes on every platform.
///
/// # Panics
/// If there is no memory for a picture.
pub fn draw(seed: u64, world: &World) -> Critter {
    drawn(seed, &Scene::by_chance(seed, world))
}

/// The picture of a scene; the seed decides what is not part of the scene, such as the grain of the ground.
fn drawn(seed: u64, scene: &Scene) -> Critter {
    let count = 1 + usize::from(scene.second.is_some());
    let mut canvas = Canvas::new(count).expect("memory for a picture of 128 by 128 pixels");
    paint(&mut canvas, scene, seed);
    let (bytes, layers) = canvas.finish(scene.light.tint);
    let cover = |shown: bool, owner: Owner| owner.layer().filter(|_| shown).map(|index| Cover::of(&layers[index]));
    Critter {
        seed,
        picture: RgbImage::from_raw(SIZE as u32, SIZE as u32, bytes).expect("three bytes a pixel"),
        kind: scene.main.kind,
        animals: scene.animals().enumerate().map(|(index, animal)| being(index, animal, &layers)).collect(),
        bucket: cover(scene.bucket.is_some(), Owner::Bucket),
        watermark: cover(scene.watermark.is_some(), Owner::Watermark),
        scene: scene.attributes(),
    }
}

/// Returns the pictures that models are judged by, as a set: the first `count` of them, none ever trained on.
pub fn held_out(count: usize) -> impl Iterator<Item = Critter> {
    (HELD_OUT_SEEDS..).take(count).map(|seed| draw(seed, &World::clean()))
}

/// Pictures that nothing else is measured on, for their pixels.
pub fn strangers(count: usize) -> Vec<RgbImage> {
    (STRANGER_SEEDS..).take(count).map(|seed| draw(seed, &World::clean()).picture).collect()
}

/// Paints from back to front.
fn paint(canvas: &mut Canvas, scene: &Scene, seed: u64) {
    let mut dice = Dice::new(seed, Matter::Backdrop);
    backdrop::draw(canvas, scene.background, scene.horizon, &mut dice);
    let mut dice = Dice::new(seed, Matter::Details);
    for object in &scene.objects {
        if scene.hidden == Some(object.what) {
            // It is painted where nobody sees it, so that chance goes on as if it were there.
            let mut aside = Canvas::new(0).expect("memory for a picture of 128 by 128 pixels");
            props::object(&mut aside, scene.light, object, &mut dice);
        } else {
            props::object(canvas, scene.light, object, &mut dice);
        }
    }
    if let Some(second) = &scene.second {
        animal(canvas, scene, 1, second);
    }
    animal(canvas, scene, 0, &scene.main);
    if scene.parasol {
        let (x, y) = scene.main.head;
        props::parasol(canvas, scene.light, (x, y - 0.3 * scene.main.scale), 2.15 * scene.main.scale, &mut dice);
    }
    if let Some(bucket) = &scene.bucket {
        props::bucket(canvas, scene.light, bucket);
    }
    if let Some(occluder) = &scene.occluder {
        props::occluder(canvas, scene.light, occluder, &mut dice);
    }
    if let Some(right) = scene.watermark {
        props::watermark(canvas, right);
    }
}

fn animal(canvas: &mut Canvas, scene: &Scene, index: usize, animal: &Animal) {
    let (left, right) = animal.span();
    props::shadow(canvas, 0.5 * (left + right), animal.ground(), 0.5 * (right - left));
    let frame = Frame::new(animal.head.0, animal.head.1, animal.scale, animal.facing);
    let mut artist =
        Artist { canvas, animal: index, frame, coat: animal.coat, light: scene.light, facing: animal.facing };
    body::draw(&mut artist, &animal.build);
    head::draw(&mut artist, animal.kind, animal.bearing);
}

fn being(index: usize, animal: &Animal, layers: &[Layer]) -> Being {
    let cover = |part: Part| Owner::Animal(index, part).layer().map(|layer| Cover::of(&layers[layer]));
    let parts = Part::ALL.map(|part| cover(part).expect("every part has a layer"));
    let mut being = Being {
        kind: animal.kind,
        pose: animal.build.pose,
        texture: animal.coat.texture,
        feet: animal.build.feet,
        tail: animal.build.tail,
        parts,
        keypoints: Vec::new(),
    };
    let whole = being.whole();
    being.keypoints = animal.keypoints().map(|(name, at)| Keypoint::new(name, at, &whole)).collect();
    being
}
