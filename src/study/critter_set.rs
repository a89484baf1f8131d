//! The built-in world as an annotated set: every part, object, background, occluder and cue of its pictures is a
//! concept.

use std::cell::RefCell;

use crate::critters::{Background, Change, Cover, Critter, Object, Occluder, Part, SIZE, World, draw, redraw};
use crate::error::Result;
use crate::picture::RgbImage;
use crate::rules::concept::{Annotated, Concept, Labelled};
use crate::rules::cues::Pictures;

/// A part counts as visible if it covers at least this many pixels.
const SEEN_PX: f32 = 12.0;
/// Pixels show a thing if they differ by at least this much between the pictures with and without it.
const DIFFERENT: u8 = 8;

/// The kind of a concept in the built-in world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Face,
    Part(Part),
    Bucket,
    Watermark,
    Background(Background),
    Object(Object),
    Occluder(Occluder),
}

impl What {
    fn all() -> Vec<Self> {
        let parts = Part::ALL.into_iter().map(What::Part);
        let backgrounds = Background::ALL.into_iter().map(What::Background);
        let objects = Object::ALL.into_iter().map(What::Object);
        let occluders = Occluder::ALL.into_iter().map(What::Occluder);
        let cues = [What::Bucket, What::Watermark].into_iter();
        std::iter::once(What::Face)
            .chain(parts)
            .chain(cues)
            .chain(backgrounds)
            .chain(objects)
            .chain(occluders)
            .collect()
    }

    fn concept(self) -> Concept {
        let name = match self {
            What::Face => "face".to_owned(),
            What::Part(part) => part.name().replace('_', " "),
            What::Bucket => "red bucket".to_owned(),
            What::Watermark => "watermark".to_owned(),
            What::Background(background) => format!("{background:?}").to_lowercase(),
            What::Object(object) => format!("{object:?}").to_lowercase(),
            What::Occluder(occluder) => format!("{occluder:?} in front").to_lowercase(),
        };
        let own = match self {
            What::Face => true,
            What::Part(part) => Part::EVIDENCE.contains(&part),
            _ => false,
        };
        Concept { name, wide: matches!(self, What::Background(_)), own }
    }

    fn is_shown(self, critter: &Critter) -> bool {
        let (being, scene) = (critter.main(), &critter.scene);
        match self {
            What::Face => critter.evidence().area_px() >= SEEN_PX,
            What::Part(part) => being.part(part).area_px() >= SEEN_PX,
            What::Bucket => scene.bucket,
            What::Watermark => scene.watermark,
            What::Background(background) => scene.background == background,
            What::Object(object) => scene.objects.contains(&object),
            What::Occluder(occluder) => scene.occluder == Some(occluder),
        }
    }

    /// The change that removes the concept from a scene or adds it; `None` if there is none. A removed background is
    /// replaced by another.
    fn change(self, critter: &Critter, with: bool) -> Option<Change> {
        match self {
            What::Bucket => Some(Change::Bucket(with)),
            What::Watermark => Some(Change::Watermark(with)),
            What::Background(background) if with => Some(Change::Background(background)),
            What::Background(background) => {
                let others: Vec<_> = Background::ALL.into_iter().filter(|&other| other != background).collect();
                Some(Change::Background(others[(critter.seed % others.len() as u64) as usize]))
            }
            What::Object(object) if !with => Some(Change::Without(object)),
            What::Occluder(_) if !with => Some(Change::NoOccluder),
            What::Face | What::Part(_) | What::Object(_) | What::Occluder(_) => None,
        }
    }
}

/// Pictures of the built-in world with everything that is known about them.
pub struct CritterSet {
    first: u64,
    count: usize,
    world: World,
    whats: Vec<What>,
    concepts: Vec<Concept>,
    /// The picture that was drawn last, which is mostly requested again.
    last: RefCell<Option<Critter>>,
}

impl CritterSet {
    /// Takes `count` pictures of a world from the seed `first` on.
    pub fn new(first: u64, count: usize, world: World) -> Self {
        let whats = What::all();
        let concepts = whats.iter().map(|what| what.concept()).collect();
        Self { first, count, world, whats, concepts, last: RefCell::default() }
    }

    /// Returns the numbers of the concepts of these names, in their order; a name that does not exist is left out.
    pub fn numbers(&self, names: &[&str]) -> Vec<usize> {
        names.iter().filter_map(|name| self.concepts.iter().position(|concept| concept.name == *name)).collect()
    }

    fn critter(&self, number: usize) -> Critter {
        let seed = self.first + number as u64;
        let mut last = self.last.borrow_mut();
        match &*last {
            Some(critter) if critter.seed == seed => critter.clone(),
            _ => last.insert(draw(seed, &self.world)).clone(),
        }
    }
}

impl Annotated for CritterSet {
    fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    fn count(&self) -> usize {
        self.count
    }

    fn picture(&self, number: usize) -> Result<Labelled> {
        let critter = self.critter(number);
        let shown = (0..self.whats.len()).filter(|&i| self.whats[i].is_shown(&critter)).collect();
        Ok(Labelled { truth: critter.kind as usize, shown, picture: critter.picture })
    }

    fn region(&self, number: usize, concept: usize) -> Option<RgbImage> {
        let (critter, what) = (self.critter(number), self.whats[concept]);
        let covered = |cover: &Cover| grey(&|i| cover.values()[i]);
        match what {
            What::Face => Some(covered(&critter.evidence())),
            What::Part(part) => Some(covered(critter.main().part(part))),
            What::Bucket => critter.bucket.as_ref().map(covered),
            What::Watermark => critter.watermark.as_ref().map(covered),
            What::Background(_) => {
                let things: Vec<Cover> = critter.animals.iter().map(|being| being.whole()).collect();
                let things: Vec<&Cover> = things.iter().chain(&critter.bucket).chain(&critter.watermark).collect();
                Some(grey(&|i| 255 - things.iter().map(|cover| cover.values()[i]).max().unwrap_or(0)))
            }
            What::Object(_) | What::Occluder(_) => {
                let without = redraw(critter.seed, &self.world, what.change(&critter, false)?).picture;
                let (with, without) = (critter.picture.as_raw(), without.as_raw());
                let differs = |i: usize| (3 * i..3 * i + 3).any(|at| with[at].abs_diff(without[at]) >= DIFFERENT);
                Some(grey(&|i| if differs(i) { 255 } else { 0 }))
            }
        }
    }

    fn keypoints(&self, number: usize) -> Vec<(String, [f32; 2])> {
        let critter = self.critter(number);
        let seen = critter.main().keypoints.iter().filter(|keypoint| keypoint.visible);
        seen.map(|keypoint| (keypoint.name.to_owned(), [keypoint.x, keypoint.y])).collect()
    }

    fn rerendered(&self, number: usize, concept: usize, with: bool) -> Option<RgbImage> {
        let critter = self.critter(number);
        Some(redraw(critter.seed, &self.world, self.whats[concept].change(&critter, with)?).picture)
    }
}

/// The same pictures without labels: only the places of the animals are known.
impl Pictures for CritterSet {
    fn size(&self) -> usize {
        self.count
    }

    fn pixels(&self, number: usize) -> Result<RgbImage> {
        Ok(self.critter(number).picture)
    }

    fn object(&self, number: usize) -> Option<RgbImage> {
        let covers: Vec<Cover> = self.critter(number).animals.iter().map(|being| being.whole()).collect();
        Some(grey(&|i| covers.iter().map(|cover| cover.values()[i]).max().unwrap_or(0)))
    }
}

/// A grey picture of the built-in world's size.
fn grey(value: &dyn Fn(usize) -> u8) -> RgbImage {
    RgbImage::from_fn(SIZE as u32, SIZE as u32, |x, y| image::Rgb([value(y as usize * SIZE + x as usize); 3]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(region: &RgbImage) -> usize {
        region.pixels().filter(|p| p.0[0] >= 128).count()
    }

    #[test]
    fn what_a_picture_shows_has_a_region_and_can_be_taken_out() {
        let set = CritterSet::new(0, 100, World::clean());
        let mut objects = 0;
        for number in 0..30 {
            for &concept in &set.picture(number).expect("drawn").shown {
                let region = set.region(number, concept).expect("it is shown");
                let name = &set.concepts()[concept].name;
                // An object may be hidden behind the animal, an occluder may stand beside the picture.
                let may_hide = matches!(set.whats[concept], What::Object(_) | What::Occluder(_));
                objects += usize::from(may_hide && covered(&region) > 0);
                assert!(may_hide || covered(&region) > 0, "{name} of picture {number}");
            }
        }
        assert!(objects > 10, "{objects}");
    }

    #[test]
    fn a_cue_can_be_put_in_and_taken_out() {
        let set = CritterSet::new(0, 100, World::clean());
        let bucket = set.numbers(&["red bucket", "no such thing"]);
        assert_eq!(bucket.len(), 1);
        // Picture 49 shows a bear beside a bucket.
        let with = set.rerendered(49, bucket[0], true).expect("it can be drawn");
        let without = set.rerendered(49, bucket[0], false).expect("it can be drawn");
        assert_eq!(with, set.picture(49).expect("drawn").picture);
        assert_ne!(with, without);
        assert_eq!(set.rerendered(49, set.numbers(&["face"])[0], false), None);
    }
}
