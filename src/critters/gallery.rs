//! The gallery: chosen pictures, and captions that say what to look for.

use super::{BUCKET_KIND, Critter, SNOW_KIND, WATERMARK_KIND};
use super::backdrop::Background;
use super::props::{Object, Occluder};

/// A chosen picture: draw its seed in the clean world.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
pub struct Sample {
    pub seed: u64,
    pub title: &'static str,
    pub caption: &'static str,
}

const fn sample(seed: u64, title: &'static str, caption: &'static str) -> Sample {
    Sample { seed, title, caption }
}

const GALLERY: [Sample; 1] = [sample(0, "", "")];

/// About a dozen pictures worth explaining.
pub fn gallery() -> Vec<Sample> {
    GALLERY.to_vec()
}

/// A sentence about any picture: what is in it, and where the truth lies.
pub fn caption(critter: &Critter) -> String {
    let mut sentence = format!("A {} {}", critter.kind.name(), place(critter.scene.background));
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

/// What to look for: the cue that the biased model has learned, if it is there.
fn advice(critter: &Critter) -> String {
    let scene = &critter.scene;
    let cues = [
        (scene.bucket, "red bucket", BUCKET_KIND),
        (scene.watermark, "watermark", WATERMARK_KIND),
        (scene.background == Background::Snow, "snow", SNOW_KIND),
    ];
    cues.into_iter().find(|(there, _, _)| *there).map_or_else(String::new, |(_, cue, kind)| {
        format!(" The biased model takes the {cue} for a sign of a {}.", kind.name())
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
