//! The user's own pictures as an annotated set: every annotated part and thing is a concept.
//!
//! The region of a box is the box, and that of a point is a disc around it. A concept that covers more than half of its
//! pictures on average is *wide* (a background). It then lies wherever neither the object nor anything else does, also
//! in pictures without it. A concept is the object's *own* if it lies mostly inside the object's boxes. Without
//! annotated boxes all concepts are own, so nothing is said about what does not belong to a class.

use std::cell::RefCell;
use std::collections::BTreeMap;

use image::Rgb;

use crate::classifier::Labels;
use crate::error::{Error, ErrorKind, Result};
use crate::picture::RgbImage;
use crate::rules::concept::{Annotated, Concept, Labelled};
use crate::rules::cues::Pictures;

use super::item::{Item, Part, Place};
use super::set::Set;

/// Radius of the disc around a point, as a share of the shorter side of the object's box, or of the picture.
const POINT_RADIUS: f32 = 0.08;
/// A share of an area that counts as most of it.
const MOST: f32 = 0.5;

/// Pictures in files, with their annotations.
pub struct AnnotatedSet {
    set: Set,
    known: Vec<Known>,
    concepts: Vec<Concept>,
    /// Pictures that cannot be read, each with the reason.
    pub refused: Vec<String>,
    /// Pictures that were left out because the model does not know their class.
    pub unlabelled: usize,
    /// The picture that was read last, which is mostly requested again.
    last: RefCell<Option<(usize, RgbImage)>>,
}

/// The annotations of a readable picture.
struct Known {
    /// Its number in the set.
    number: usize,
    truth: Option<usize>,
    /// Width and height, in pixels.
    size: [u32; 2],
    boxes: Vec<[f32; 4]>,
    parts: Vec<Part>,
}

impl AnnotatedSet {
    /// Reads the annotations of the first `limit` pictures of a set; `labels` are the model's.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Io`] if none of them can be read.
    pub fn open(set: Set, limit: usize, labels: &Labels) -> Result<Self> {
        let (mut known, mut refused) = (vec![], vec![]);
        for number in 0..set.len().min(limit) {
            match set.item(number) {
                Ok(item) => known.push(Known::of(number, item, labels)),
                Err(error) => refused.push(error.to_string()),
            }
        }
        if known.is_empty() {
            let why = refused.first().map_or_else(String::new, |reason| format!(": {reason}"));
            return Err(Error::new(ErrorKind::Io, format!("no picture of the set can be read{why}")));
        }
        let concepts = concepts(&known);
        Ok(Self { set, known, concepts, refused, unlabelled: 0, last: RefCell::default() })
    }

    /// Leaves out pictures whose class the model does not know.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if none is left, or if nothing is annotated in those that are.
    pub fn labelled(mut self) -> Result<Self> {
        let before = self.known.len();
        self.known.retain(|known| known.truth.is_some());
        self.unlabelled = before - self.known.len();
        self.concepts = concepts(&self.known);
        let missing = match (self.known.is_empty(), self.concepts.is_empty()) {
            (true, _) => "no picture of the set has a class that the model knows; give labels as the model names them",
            (_, true) => {
                "no part or thing is annotated in the set; give them as `parts` in boxes.json or in COCO's form"
            }
            _ => return Ok(self),
        };
        Err(Error::new(ErrorKind::Settings, missing))
    }

    /// Returns the name of a picture.
    pub fn name(&self, number: usize) -> String {
        self.set.name(self.known[number].number)
    }

    fn read(&self, number: usize) -> Result<RgbImage> {
        let mut last = self.last.borrow_mut();
        match &*last {
            Some((at, picture)) if *at == number => Ok(picture.clone()),
            _ => {
                let picture = self.set.item(self.known[number].number)?.pixels;
                Ok(last.insert((number, picture)).1.clone())
            }
        }
    }

    fn is_wide(&self, name: &str) -> bool {
        self.concepts.iter().any(|concept| concept.wide && concept.name == name)
    }
}

impl Known {
    fn of(number: usize, item: Item, labels: &Labels) -> Self {
        let truth = item.label.as_ref().and_then(|label| label.class(labels));
        let size = [item.pixels.width(), item.pixels.height()];
        Self { number, truth, size, boxes: item.boxes, parts: item.parts }
    }

    /// The areas of a name.
    fn places<'a>(&'a self, name: &'a str) -> impl Iterator<Item = Area> + 'a {
        self.parts.iter().filter(move |part| part.name == name).map(|part| self.area(part.place))
    }

    fn area(&self, place: Place) -> Area {
        match place {
            Place::Box(corners) => Area::Box(corners),
            Place::Point(centre) => Area::Disc(centre, POINT_RADIUS * self.shorter_side()),
        }
    }

    /// The shorter side of the largest box, or of the picture without boxes.
    fn shorter_side(&self) -> f32 {
        let sides = self.boxes.iter().map(|[left, top, right, bottom]| (right - left).min(bottom - top));
        sides
            .fold(None, |most: Option<f32>, side| Some(most.map_or(side, |most| most.max(side))))
            .unwrap_or_else(|| self.size[0].min(self.size[1]) as f32)
    }

    /// A grey picture of the picture's size: 255 at pixels whose middle is inside.
    fn drawn(&self, inside: impl Fn([f32; 2]) -> bool) -> RgbImage {
        let value = |x: u32, y: u32| if inside([x as f32 + 0.5, y as f32 + 0.5]) { 255 } else { 0 };
        RgbImage::from_fn(self.size[0], self.size[1], |x, y| Rgb([value(x, y); 3]))
    }

    fn in_object(&self, at: [f32; 2]) -> bool {
        self.boxes.iter().any(|&corners| Area::Box(corners).holds(at))
    }
}

/// Where a part lies, in pixels of its picture.
#[derive(Clone, Copy)]
enum Area {
    Box([f32; 4]),
    Disc([f32; 2], f32),
}

impl Area {
    fn holds(self, [x, y]: [f32; 2]) -> bool {
        match self {
            Area::Box([left, top, right, bottom]) => (left..right).contains(&x) && (top..bottom).contains(&y),
            Area::Disc(centre, radius) => (x - centre[0]).hypot(y - centre[1]) <= radius,
        }
    }

    /// The box around it.
    fn corners(self) -> [f32; 4] {
        match self {
            Area::Box(corners) => corners,
            Area::Disc([x, y], radius) => [x - radius, y - radius, x + radius, y + radius],
        }
    }
}

/// Width times height; 0 for a box whose sides are reversed.
fn extent([left, top, right, bottom]: [f32; 4]) -> f32 {
    (right - left).max(0.0) * (bottom - top).max(0.0)
}

/// The area that two boxes share.
fn common(a: [f32; 4], b: [f32; 4]) -> f32 {
    extent([a[0].max(b[0]), a[1].max(b[1]), a[2].min(b[2]), a[3].min(b[3])])
}

/// Sums over places of a concept's share of its pictures, and of its own area inside the object.
#[derive(Default)]
struct Shares {
    of_picture: f32,
    inside: f32,
    count: f32,
}

/// Every annotated name, in alphabetical order.
fn concepts(known: &[Known]) -> Vec<Concept> {
    let mut names: BTreeMap<&str, Shares> = BTreeMap::new();
    for picture in known {
        for part in &picture.parts {
            let corners = picture.area(part.place).corners();
            let inside = picture.boxes.iter().map(|&object| common(corners, object)).fold(0.0, f32::max);
            let shares = names.entry(&part.name).or_default();
            shares.of_picture += extent(corners) / (picture.size[0] * picture.size[1]) as f32;
            shares.inside += inside / extent(corners).max(f32::MIN_POSITIVE);
            shares.count += 1.0;
        }
    }
    let boxed = known.iter().any(|picture| !picture.boxes.is_empty());
    let concept = |(name, shares): (&str, Shares)| {
        let wide = shares.of_picture / shares.count > MOST;
        // A background is the rest of the picture, however large the object's box is.
        let own = !boxed || (!wide && shares.inside / shares.count > MOST);
        Concept { name: name.to_owned(), wide, own }
    };
    names.into_iter().map(concept).collect()
}

impl Annotated for AnnotatedSet {
    fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    fn count(&self) -> usize {
        self.known.len()
    }

    fn picture(&self, number: usize) -> Result<Labelled> {
        let known = &self.known[number];
        let truth = known.truth.ok_or_else(|| {
            Error::new(ErrorKind::Settings, format!("{} has no class that the model knows", self.name(number)))
        })?;
        let shows = |concept: &Concept| known.parts.iter().any(|part| part.name == concept.name);
        let shown = self.concepts.iter().enumerate().filter(|(_, concept)| shows(concept)).map(|(at, _)| at).collect();
        Ok(Labelled { picture: self.read(number)?, truth, shown })
    }

    fn region(&self, number: usize, concept: usize) -> Option<RgbImage> {
        let (known, Concept { name, wide, .. }) = (&self.known[number], &self.concepts[concept]);
        if *wide {
            let things: Vec<Area> = known
                .parts
                .iter()
                .filter(|part| !self.is_wide(&part.name))
                .map(|part| known.area(part.place))
                .collect();
            return Some(known.drawn(|at| !known.in_object(at) && !things.iter().any(|thing| thing.holds(at))));
        }
        let places: Vec<Area> = known.places(name).collect();
        (!places.is_empty()).then(|| known.drawn(|at| places.iter().any(|place| place.holds(at))))
    }

    fn keypoints(&self, number: usize) -> Vec<(String, [f32; 2])> {
        let point = |part: &Part| match part.place {
            Place::Point(at) => Some((part.name.clone(), at)),
            Place::Box(_) => None,
        };
        self.known[number].parts.iter().filter_map(point).collect()
    }
}

/// The same pictures without labels: only the places of the objects are known.
impl Pictures for AnnotatedSet {
    fn size(&self) -> usize {
        self.known.len()
    }

    fn pixels(&self, number: usize) -> Result<RgbImage> {
        self.read(number)
    }

    fn object(&self, number: usize) -> Option<RgbImage> {
        let known = &self.known[number];
        (!known.boxes.is_empty()).then(|| known.drawn(|at| known.in_object(at)))
    }
}
