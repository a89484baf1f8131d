//! A picture of the built-in world with its truth, drawn from a seed.

use super::artist::Artist;
use super::body::{Feet, Pose, Tail};
use super::canvas::{Canvas, Layer, Owner, SIZE};
use super::colour::Texture;
use super::dice::{Dice, Matter};
use super::kind::Kind;
use super::part::Part;
use super::scene::{Animal, Attributes, Scene};
use super::shape::Frame;
use super::truth::{Cover, Keypoint};
use super::world::{HELD_OUT_SEEDS, STRANGER_SEEDS, STRANGERS, World};
use super::{backdrop, body, head, props};
use crate::picture::RgbImage;

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
    /// Which pixels a part covers.
    pub fn part(&self, part: Part) -> &Cover {
        &self.parts[part as usize]
    }

    /// The pixels of the evidence for its kind: ears or horns, eyes, muzzle or beak.
    pub fn evidence(&self) -> Cover {
        self.union(&Part::EVIDENCE)
    }

    /// Which pixels show this animal.
    pub fn whole(&self) -> Cover {
        self.union(&Part::ALL)
    }

    /// Which pixels these parts cover together.
    pub fn union(&self, parts: &[Part]) -> Cover {
        let sum = |index: usize| parts.iter().map(|&p| u32::from(self.part(p).values()[index])).sum::<u32>();
        Cover::from_values((0..SIZE * SIZE).map(|index| sum(index).min(255) as u8).collect())
    }
}

/// A picture of the built-in world with its truth.
#[derive(Debug, Clone)]
pub struct Critter {
    pub seed: u64,
    /// 128 × 128.
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
    /// The main animal.
    pub fn main(&self) -> &Being {
        &self.animals[0]
    }

    /// The pixels of the evidence for the picture's class.
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

/// Draws the picture of a scene; the seed decides what is not part of the scene, such as the grain of the ground.
pub(super) fn drawn(seed: u64, scene: &Scene) -> Critter {
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

/// Returns the first `count` held-out pictures, which judge models and are never trained on.
pub fn held_out(count: usize) -> impl Iterator<Item = Critter> {
    (HELD_OUT_SEEDS..).take(count).map(|seed| draw(seed, &World::clean()))
}

/// Returns the eight pictures that lend their pixels, and on which nothing else is measured.
pub fn strangers() -> Vec<RgbImage> {
    (STRANGER_SEEDS..).take(STRANGERS).map(|seed| draw(seed, &World::clean()).picture).collect()
}

/// Paints from back to front.
fn paint(canvas: &mut Canvas, scene: &Scene, seed: u64) {
    let mut dice = Dice::new(seed, Matter::Backdrop);
    backdrop::draw(canvas, scene.background, scene.horizon, &mut dice);
    let mut dice = Dice::new(seed, Matter::Details);
    for object in &scene.objects {
        if scene.hidden == Some(object.what) {
            // It is painted on a hidden canvas, so that the random stream continues as if it were there.
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
