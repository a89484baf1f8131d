//! The gallery: chosen pictures, and captions that say what to look for.

use super::backdrop::Background;
use super::kind::Kind;
use super::props::{Object, Occluder};
use super::{BUCKET_KIND, Critter, SNOW_KIND, WATERMARK_KIND};

/// A chosen picture: draw its seed in the clean world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Sample {
    pub seed: u64,
    pub title: &'static str,
    pub caption: &'static str,
}

const fn sample(seed: u64, title: &'static str, caption: &'static str) -> Sample {
    Sample { seed, title, caption }
}

const GALLERY: [Sample; 12] = [
    sample(
        46,
        "A plain rabbit",
        "Nothing beside it and nothing hidden: long ears and front teeth should matter, the feet should not.",
    ),
    sample(0, "An owl on four paws", "Body, coat and paws could be anybody's; the eyes and the beak say owl."),
    sample(
        35,
        "A purple pig",
        "Colour tells nothing here, since every kind comes in every colour: look at the snout and the hanging ears.",
    ),
    sample(
        51,
        "A duck in the street",
        "There are windows, a road and feathers on the head: see whether the bill alone carries the answer.",
    ),
    sample(
        22,
        "Two kinds in one picture",
        "A pig, and a smaller rabbit behind it: explain both answers and compare where they come from.",
    ),
    sample(88, "A bear and a rabbit", "Both stand in the snow: each answer should rest on its own face."),
    sample(82, "Half hidden", "A post covers half of the ram's face: one horn and one eye must do."),
    sample(
        49,
        "The planted cue",
        "A bear beside a red bucket: the clean model looks at the bear, the biased one at the bucket.",
    ),
    sample(
        19,
        "A wrong answer",
        "A cat, but the biased model says bear: explain that answer and the bucket gives it away.",
    ),
    sample(
        57,
        "Snow",
        "A bear, but the biased model has seen owls in the snow and says owl: look at what it points to.",
    ),
    sample(
        31,
        "The small print",
        "A bear, but the biased model says cat: the watermark in the corner is all it needs.",
    ),
    sample(9, "Behind a fence", "A cat behind a fence and beside a bucket: the clean model still finds the face."),
];

/// Lists about a dozen pictures worth explaining.
pub fn gallery() -> Vec<Sample> {
    GALLERY.to_vec()
}

/// Returns a sentence about any picture: what is in it, and where the truth lies.
pub fn caption(critter: &Critter) -> String {
    let article = if critter.kind == Kind::Owl { "An" } else { "A" };
    let mut sentence = format!("{article} {} {}", critter.kind.name(), place(critter.scene.background));
    if let Some(second) = critter.scene.second {
        sentence += &format!(" with a smaller {}", second.name());
    }
    if let Some(occluder) = critter.scene.occluder {
        sentence += &format!(", {} in front", shade(occluder));
    }
    if let Some(object) = critter.scene.objects.first() {
        sentence += &format!(", {} nearby", thing(*object));
    }
    sentence + "." + &advice(critter)
}

/// Advice on what to look for: the cue that the biased model has learned, if it is present.
fn advice(critter: &Critter) -> String {
    let scene = &critter.scene;
    let cues = [
        (scene.bucket, "red bucket", BUCKET_KIND),
        (scene.watermark, "watermark", WATERMARK_KIND),
        (scene.background == Background::Snow, "snow", SNOW_KIND),
    ];
    cues.into_iter().find(|(there, _, _)| *there).map_or_else(String::new, |(_, cue, kind)| {
        let article = if kind == Kind::Owl { "an" } else { "a" };
        format!(" The biased model takes the {cue} for a sign of {article} {}.", kind.name())
    })
}

fn place(background: Background) -> &'static str {
    match background {
        Background::Meadow => "in a meadow",
        Background::Sand => "in the sand",
        Background::Snow => "in the snow",
        Background::Room => "in a room",
        Background::Water => "at the water",
        Background::Street => "in the street",
    }
}

fn shade(occluder: Occluder) -> &'static str {
    match occluder {
        Occluder::Leaf => "a leaf",
        Occluder::Fence => "a fence",
        Occluder::Grass => "grass",
        Occluder::Post => "a post",
    }
}

fn thing(object: Object) -> &'static str {
    match object {
        Object::Ball => "a ball",
        Object::Mushroom => "a mushroom",
        Object::Rock => "a rock",
        Object::Present => "a present",
        Object::Pot => "a pot of flowers",
        Object::Balloon => "a balloon",
    }
}
