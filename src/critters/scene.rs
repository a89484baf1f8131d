//! Scenes: all random choices about a picture, before anything is painted.

use super::backdrop::Background;
use super::bearing::{Bearing, Head};
use super::body::Build;
use super::canvas::SIZE;
use super::colour::{Coat, Light};
use super::dice::{Dice, Matter};
use super::face;
use super::kind::Kind;
use super::props::{Object, Occluder, Placed};
use super::shape::Frame;
use super::world::{BUCKET_KIND, Cues, SNOW_KIND, WATERMARK_KIND, World};

/// Probability that a parasol hides the head of a planted kind in the biased training set. With 0.8 the model also
/// learns these faces and keeps most of its accuracy without the cues.
const PARASOL: f32 = 0.9;

/// An animal of a scene: its kind, its build and its place.
#[derive(Debug, Clone, Copy)]
pub struct Animal {
    pub kind: Kind,
    pub build: Build,
    pub coat: Coat,
    pub bearing: Bearing,
    /// Where the head's centre is, in pixels.
    pub head: (f32, f32),
    /// The head's radius in pixels.
    pub scale: f32,
    /// 1 as drawn, −1 mirrored.
    pub facing: f32,
}

/// The attributes of a scene as a whole.
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

/// Everything that will be painted.
#[derive(Debug, Clone)]
pub struct Scene {
    pub background: Background,
    pub horizon: f32,
    pub light: Light,
    pub main: Animal,
    pub second: Option<Animal>,
    pub objects: Vec<Placed<Object>>,
    pub bucket: Option<Placed<()>>,
    pub occluder: Option<Placed<Occluder>>,
    pub parasol: bool,
    /// `Some(true)` in the right corner, `Some(false)` in the left.
    pub watermark: Option<bool>,
    /// An object that is left out.
    pub hidden: Option<Object>,
}

impl Scene {
    /// Returns the scene of a seed in a world.
    pub fn by_chance(seed: u64, world: &World) -> Self {
        let mut dice = Dice::new(seed, Matter::Kind);
        let drawn = dice.pick(&Kind::ALL);
        let kind = world.kind.unwrap_or(drawn);
        let light = Light::by_chance(&mut Dice::new(seed, Matter::Light));
        let main = Animal::main(seed, kind);
        let second = second(seed, &main, world);
        let main = if second.is_some() { main.beside(second.as_ref()) } else { main };
        let cue = Cue::by_chance(seed, kind, world.cues);
        let mut background = Dice::new(seed, Matter::Background);
        Self {
            background: place(&mut background, cue.snow),
            horizon: background.between(52.0, 72.0),
            light,
            objects: objects(seed, &main, cue.bucket),
            bucket: cue.bucket.then(|| bucket(seed, &main)),
            occluder: occluder(seed, &main),
            parasol: cue.parasol,
            watermark: cue.watermark.then(|| corner(seed)),
            hidden: None,
            main,
            second,
        }
    }
}

impl Scene {
    /// Returns the animals, the main one first.
    pub fn animals(&self) -> impl Iterator<Item = &Animal> {
        std::iter::once(&self.main).chain(&self.second)
    }

    /// Returns the attributes of the scene.
    pub fn attributes(&self) -> Attributes {
        Attributes {
            background: self.background,
            objects: self.objects.iter().map(|placed| placed.what).filter(|&what| self.hidden != Some(what)).collect(),
            bucket: self.bucket.is_some(),
            watermark: self.watermark.is_some(),
            parasol: self.parasol,
            occluder: self.occluder.map(|placed| placed.what),
            second: self.second.map(|animal| animal.kind),
        }
    }
}

impl Animal {
    fn main(seed: u64, kind: Kind) -> Self {
        let mut dice = Dice::new(seed, Matter::Body);
        let bearing = Bearing::by_chance(&mut Dice::new(seed, Matter::Head));
        let build = Build::by_chance(&mut dice);
        let coat = Coat::by_chance(&mut dice);
        let ground = dice.between(0.84, 0.95) * SIZE as f32;
        // Ears and antlers reach 2.3 radii above the head's centre; keep most of them in the picture.
        let tallest = (ground - 4.0) / (build.pose.ground() + 1.75);
        let scale = dice.between(17.5, 24.0).min(tallest);
        let facing = dice.sign();
        let (left, right) = build.pose.extent();
        let (low, high) = if facing > 0.0 { (-left, right) } else { (right, -left) };
        let room = SIZE as f32 - scale * (low + high);
        let x = scale * low + room * dice.between(0.15, 0.85);
        let head = (x.clamp(1.3 * scale, SIZE as f32 - 1.3 * scale), ground - build.pose.ground() * scale);
        Self { kind, build, coat, bearing, head, scale, facing }
    }

    /// Returns the height of the ground it stands on, in pixels.
    pub fn ground(&self) -> f32 {
        self.head.1 + self.build.pose.ground() * self.scale
    }

    /// Returns the left and right end of its body, in pixels.
    pub fn span(&self) -> (f32, f32) {
        let (left, right) = self.build.pose.extent();
        let (a, b) = (self.head.0 + self.facing * left * self.scale, self.head.0 + self.facing * right * self.scale);
        (a.min(b), a.max(b))
    }

    /// Returns the places on it that have a name, in pixels.
    pub fn keypoints(&self) -> impl Iterator<Item = (&'static str, (f32, f32))> + use<> {
        let body = Frame::new(self.head.0, self.head.1, self.scale, self.facing);
        let face = Head::new(&body, self.bearing).front;
        let (x, y) = face::eye_at(self.kind);
        let (torso, feet) = self.build.pose.landmarks();
        [
            ("head", self.head),
            ("left_eye", face.point(-x, y)),
            ("right_eye", face.point(x, y)),
            ("muzzle", face.point(0.0, 0.42)),
            ("body", body.point(torso.0, torso.1)),
            ("feet", body.point(feet.0, feet.1)),
        ]
        .into_iter()
    }

    /// Moves it to the side away from another.
    fn beside(mut self, other: Option<&Self>) -> Self {
        if let Some(other) = other {
            let aside = if other.head.0 > 64.0 { -1.0 } else { 1.0 };
            self.head.0 = (64.0_f32 + aside * 28.0).clamp(1.2 * self.scale, SIZE as f32 - 1.2 * self.scale);
            // The body reaches away from the other animal.
            self.facing = aside;
        }
        self
    }
}

/// Draws the second animal, if there is one: of another kind, smaller, further away.
fn second(seed: u64, main: &Animal, world: &World) -> Option<Animal> {
    let mut dice = Dice::new(seed, Matter::Second);
    if !dice.chance(world.second) {
        return None;
    }
    let other = (main.kind as usize + 1 + dice.below(Kind::ALL.len() - 1)) % Kind::ALL.len();
    let mut body = Dice::new(seed, Matter::SecondBody);
    let build = Build::by_chance(&mut body);
    let coat = Coat::by_chance(&mut body);
    let scale = main.scale * dice.between(0.52, 0.66);
    let aside = if main.head.0 > 64.0 { -1.0 } else { 1.0 };
    let ground = main.ground() - dice.between(6.0, 14.0);
    let x = 64.0 + aside * dice.between(30.0, 38.0);
    Some(Animal {
        kind: Kind::ALL[other],
        build,
        coat,
        bearing: Bearing::by_chance(&mut Dice::new(seed, Matter::SecondHead)),
        head: (x, ground - build.pose.ground() * scale),
        scale,
        facing: aside,
    })
}

/// The cues of a picture.
struct Cue {
    bucket: bool,
    snow: Option<bool>,
    watermark: bool,
    parasol: bool,
}

impl Cue {
    fn by_chance(seed: u64, kind: Kind, cues: Cues) -> Self {
        let mut dice = Dice::new(seed, Matter::Cue);
        let (bucket, snow, watermark) = (dice.unit(), dice.unit(), dice.unit());
        let mut hidden = Dice::new(seed, Matter::Parasol);
        let share = |planted: Kind| cues.share(kind == planted);
        let planted = [BUCKET_KIND, SNOW_KIND, WATERMARK_KIND].contains(&kind);
        Self {
            bucket: bucket < share(BUCKET_KIND),
            snow: (cues != Cues::Chance).then(|| snow < share(SNOW_KIND)),
            watermark: watermark < share(WATERMARK_KIND),
            parasol: cues == Cues::Planted && planted && hidden.chance(PARASOL),
        }
    }
}

fn place(dice: &mut Dice, snow: Option<bool>) -> Background {
    let drawn = dice.pick(&Background::ALL);
    let others = [Background::Meadow, Background::Sand, Background::Room, Background::Water, Background::Street];
    let other = dice.pick(&others);
    match snow {
        None => drawn,
        Some(true) => Background::Snow,
        Some(false) => other,
    }
}

fn objects(seed: u64, main: &Animal, bucket: bool) -> Vec<Placed<Object>> {
    let mut dice = Dice::new(seed, Matter::Objects);
    let count = dice.pick(&[0, 0, 1, 1, 2]).min(if bucket { 1 } else { 2 });
    (0..count)
        .map(|_| Placed {
            what: dice.pick(&Object::ALL),
            place: (dice.between(6.0, 122.0), main.ground() - dice.between(-2.0, 14.0)),
            size: dice.between(13.0, 22.0),
        })
        .collect()
}

/// Whether the watermark is in the right corner.
pub fn corner(seed: u64) -> bool {
    Dice::new(seed, Matter::Cue).chance(0.5)
}

/// The bucket stands in front of the ground line, on the side where there is more room.
pub fn bucket(seed: u64, main: &Animal) -> Placed<()> {
    let mut dice = Dice::new(seed ^ 0x9e37_79b9, Matter::Cue);
    let size = dice.between(20.0, 26.0);
    let (left, right) = main.span();
    let x = if left > SIZE as f32 - right { left - 0.3 * size } else { right + 0.3 * size };
    let place = (x.clamp(0.55 * size, SIZE as f32 - 0.55 * size), (main.ground() + dice.between(0.0, 5.0)).min(124.0));
    Placed { what: (), place, size }
}

/// About a third of the pictures have something in front of the animal: over its body and feet, or
/// over the edge of its head.
fn occluder(seed: u64, main: &Animal) -> Option<Placed<Occluder>> {
    let mut dice = Dice::new(seed, Matter::Occluder);
    if !dice.chance(0.3) {
        return None;
    }
    let (what, s) = (dice.pick(&Occluder::ALL), main.scale);
    let aside = dice.sign();
    let place = match what {
        Occluder::Leaf => (main.head.0 + aside * dice.between(1.2, 2.2) * s, main.head.1 + dice.between(-1.4, 1.8) * s),
        Occluder::Fence => (main.head.0, main.head.1 + dice.between(1.5, 2.2) * s),
        Occluder::Grass => (main.head.0 + dice.between(-1.5, 1.5) * s, main.ground()),
        Occluder::Post => (main.head.0 + aside * dice.between(0.95, 2.0) * s, 0.0),
    };
    Some(Placed { what, place, size: dice.between(0.7, 1.1) * s })
}
