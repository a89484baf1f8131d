//! Concepts and parts from people's own sets: the built-in world, written to files, gives what it gives by itself.

mod common;

use std::rc::Rc;

use common::built_in;
use common::scratch::Scratch;
use serde_json::{Value, json};
use vanish::classifier::{Classifier, OnnxClassifier};
use vanish::critters::{HELD_OUT_SEEDS, KINDS, Kind, World};
use vanish::job::{Job, run_to_end};
use vanish::map::Map;
use vanish::picture::{RgbImage, to_png};
use vanish::rules::concept::{Annotated, ConceptRules, Verdict};
use vanish::rules::parts::{Missing, PartRules};
use vanish::study::{AnnotatedSet, CritterSet, Set};

fn end<J: Job>(mut job: J) -> J::Outcome {
    pollster::block_on(run_to_end(&mut job)).expect("the CPU computes")
}

impl Scratch {
    /// Writes the pictures of a set, and what `annotate` makes of them.
    fn written(&self, set: &CritterSet, table: &str, annotate: impl Fn(&[Known]) -> Value) {
        let known: Vec<Known> = (0..set.count()).map(|number| Known::of(set, number)).collect();
        for picture in &known {
            std::fs::write(self.0.join(&picture.file), to_png(&picture.pixels).expect("a PNG")).expect("a new file");
        }
        std::fs::write(self.0.join(table), annotate(&known).to_string()).expect("a new file");
    }

    fn open(&self, model: &OnnxClassifier) -> AnnotatedSet {
        let set = Set::open(&self.0, 0).expect("a set");
        let set = AnnotatedSet::open(set, usize::MAX, model.labels()).expect("pictures that can be read");
        assert_eq!((set.refused.len(), set.name(0)), (0, "0.png".to_owned()));
        set.labelled().expect("annotated pictures")
    }
}

/// A critter with the boxes that a person would draw.
struct Known {
    file: String,
    pixels: RgbImage,
    truth: usize,
    /// Names and `[left, top, right, bottom]` of everything that it shows.
    things: Vec<(String, [usize; 4])>,
}

impl Known {
    fn of(set: &CritterSet, number: usize) -> Self {
        let labelled = set.picture(number).expect("drawn");
        let named = |&concept: &usize| Some((set.concepts()[concept].name.clone(), bounds(set, number, concept)?));
        let things = labelled.shown.iter().filter_map(named).collect();
        Self { file: format!("{number}.png"), pixels: labelled.picture, truth: labelled.truth, things }
    }

    /// The box around the whole animal.
    fn animal(&self) -> [usize; 4] {
        let parts = ["head", "ears horns", "eyes", "muzzle beak", "body", "legs feet", "tail"];
        let corners =
            self.things.iter().filter(|(name, _)| parts.contains(&name.as_str())).map(|(_, corners)| *corners);
        let around = |a: [usize; 4], b: [usize; 4]| [a[0].min(b[0]), a[1].min(b[1]), a[2].max(b[2]), a[3].max(b[3])];
        corners.reduce(around).expect("an animal shows some part")
    }
}

/// The tight box of a concept, or of a background the whole picture.
fn bounds(set: &CritterSet, number: usize, concept: usize) -> Option<[usize; 4]> {
    let region = set.region(number, concept)?;
    let side = region.width() as usize;
    if set.concepts()[concept].wide {
        return Some([0, 0, side, side]);
    }
    let seen = Map::new(region.pixels().map(|pixel| f32::from(pixel.0[0]) / 255.0).collect());
    seen.tight_box(0.5).map(|found| [found.left, found.top, found.right, found.bottom])
}

fn boxes_json(known: &[Known]) -> Value {
    let part = |(name, corners): &(String, [usize; 4])| json!({ "name": name, "box": corners });
    let entry = |picture: &Known| {
        let parts: Vec<Value> = picture.things.iter().map(part).collect();
        json!({ "file": picture.file, "index": picture.truth, "boxes": [picture.animal()], "parts": parts })
    };
    known.iter().map(entry).collect()
}

/// COCO's form: the animal is the largest thing, its cues are things of other categories.
fn coco(known: &[Known]) -> Value {
    let wanted = ["red bucket", "watermark"];
    let kinds = KINDS.iter().enumerate().map(|(id, name)| json!({ "id": id, "name": name }));
    let things = wanted.iter().enumerate().map(|(at, name)| json!({ "id": KINDS.len() + at, "name": name }));
    let annotation = |image: usize, category: usize, [left, top, right, bottom]: [usize; 4]| json!({ "image_id": image, "category_id": category, "bbox": [left, top, right - left, bottom - top] });
    let of = |(image, picture): (usize, &Known)| {
        let cue = |(name, corners): &(String, [usize; 4])| {
            let at = wanted.iter().position(|wanted| wanted == name)?;
            Some(annotation(image, KINDS.len() + at, *corners))
        };
        let cues = picture.things.iter().filter_map(cue);
        std::iter::once(annotation(image, picture.truth, picture.animal())).chain(cues).collect::<Vec<_>>()
    };
    let images = known.iter().enumerate().map(|(id, picture)| json!({ "id": id, "file_name": picture.file }));
    json!({
        "images": images.collect::<Vec<_>>(),
        "annotations": known.iter().enumerate().flat_map(of).collect::<Vec<_>>(),
        "categories": kinds.chain(things).collect::<Vec<_>>(),
    })
}

/// Name, class and verdict of each rule.
fn verdicts<A: Annotated>(model: &Rc<OnnxClassifier>, set: A, tested: usize) -> Vec<(String, usize, Verdict)> {
    let found = end(ConceptRules::new(model.clone(), set, tested, 0));
    let mut all: Vec<_> = found.rules.iter().map(|r| (r.concept.name.clone(), r.candidate.class, r.verdict)).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}

#[test]
fn a_set_in_files_gives_the_verdicts_that_the_built_in_world_gives() {
    let model = Rc::new(built_in("critters-biased"));
    let critters = || CritterSet::new(HELD_OUT_SEEDS, 400, World::clean());
    let planted = [("red bucket", Kind::Bear), ("snow", Kind::Owl), ("watermark", Kind::Cat)]
        .map(|(name, kind)| (name.to_owned(), kind as usize, Verdict::ReliesOn));
    assert_eq!(verdicts(&model, critters(), 3), planted);

    let folder = Scratch::folder("rules-boxes");
    folder.written(&critters(), "boxes.json", boxes_json);
    let set = folder.open(&model);
    let concept = |name: &str| set.concepts().iter().find(|c| c.name == name).unwrap_or_else(|| panic!("{name}"));
    let [snow, bucket, face] = ["snow", "red bucket", "face"].map(concept);
    assert!(snow.wide && !snow.own && !bucket.own && face.own, "{snow:?} {bucket:?} {face:?}");
    assert_eq!(verdicts(&model, set, 3), planted);

    let folder = Scratch::folder("rules-coco");
    folder.written(&critters(), "annotations.json", coco);
    let of_coco = [planted[0].clone(), planted[2].clone()];
    assert_eq!(verdicts(&model, folder.open(&model), 2), of_coco);
}

#[test]
fn parts_of_a_set_in_files_carry_what_they_carry_in_the_built_in_world() {
    let model = Rc::new(built_in("critters"));
    let critters = CritterSet::new(HELD_OUT_SEEDS, 64, World::clean());
    let folder = Scratch::folder("rules-parts");
    folder.written(&critters, "boxes.json", boxes_json);
    let set = folder.open(&model);
    let number = |name: &str| set.concepts().iter().position(|c| c.name == name).expect("it is annotated");
    let parts = vec![number("face"), number("legs feet")];
    let found = end(PartRules::new(model.clone(), set, parts, None));
    let compared = found.compare("face", "legs feet").expect("both were asked for");
    assert!(found.pictures.len() > 60 && compared.classes >= 7 && compared.test.losses == 0, "{compared:?}");
    assert!(compared.interval.is_some_and(|i| i.low > 0.3), "{compared:?}");
}

#[test]
fn a_part_that_was_measured_in_no_picture_has_its_own_reason() {
    let model = Rc::new(built_in("critters"));
    let set = CritterSet::new(HELD_OUT_SEEDS, 5, World::clean());
    let folder = Scratch::folder("rules-missing");
    folder.written(&set, "boxes.json", |known| {
        let mut listed = boxes_json(known);
        for (picture, known) in listed.as_array_mut().expect("a list").iter_mut().zip(known) {
            let side = known.pixels.width();
            let parts = picture["parts"].as_array_mut().expect("a list");
            parts.push(json!({ "name": "dot", "box": [9, 9, 9, 9] }));
            parts.push(json!({ "name": "ground", "box": [0, 0, side, side] }));
        }
        // Its class is another, so that it is not measured.
        listed[4]["index"] = ((known[4].truth + 1) % KINDS.len()).into();
        listed[4]["parts"].as_array_mut().expect("a list").push(json!({ "name": "lost", "box": [9, 9, 40, 40] }));
        listed
    });
    let set = folder.open(&model);
    let names = ["face", "dot", "ground", "lost"];
    let number = |name: &str| set.concepts().iter().position(|c| c.name == name).expect("it is annotated");
    let parts = names.iter().map(|name| number(name)).collect();
    let mut rules = PartRules::new(model.clone(), set, parts, None);
    assert_eq!(rules.missing(0), None, "before any picture is measured nothing is known");
    let found = pollster::block_on(run_to_end(&mut rules)).expect("the CPU computes");
    assert!(!found.pictures.is_empty() && found.parts[0].n > 0);
    let reasons = [None, Some(Missing::NoPixel), Some(Missing::TooLarge), Some(Missing::NotShown)];
    assert_eq!([0, 1, 2, 3].map(|at| rules.missing(at)), reasons);
}

#[test]
fn a_set_without_labels_or_parts_says_what_is_missing() {
    let model = Rc::new(built_in("critters"));
    let folder = Scratch::folder("rules-missing");
    let critters = CritterSet::new(HELD_OUT_SEEDS, 2, World::clean());
    let unknown = |k: &Known| json!({ "file": k.file, "name": "unicorn" });
    let bare = |k: &Known| json!({ "file": k.file, "index": k.truth });
    for (knows, says) in [(false, "no picture of the set has a class"), (true, "no part or thing is annotated")] {
        let entry = |k: &Known| if knows { bare(k) } else { unknown(k) };
        folder.written(&critters, "boxes.json", |known| known.iter().map(entry).collect());
        let set = AnnotatedSet::open(Set::open(&folder.0, 0).expect("a set"), 2, model.labels()).expect("read");
        let error = set.labelled().map(|_| ()).expect_err(says);
        assert!(error.to_string().contains(says), "{error}");
    }
    assert_eq!(model.classes(), KINDS.len());
}
