//! Masks are what they were, to the bit: every method, game and null on a picture of the built-in world, against the
//! digests of `tests/reference/mask_digests.py`, which were made before the program was rearranged.
//!
//! Sums are rounded in an order that depends on the processor's vectors and caches, so the file names the processor it
//! was made on, and on another one nothing can be compared.

mod common;

use std::rc::Rc;

use common::{built_in, golden};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use vanish::classifier::{OnnxClassifier, hex};
use vanish::critters;
use vanish::explain::{Explanation, Run};
use vanish::job::run_to_end;
use vanish::methods::{Game, METHODS, Method, Settings};
use vanish::picture::RgbImage;
use vanish::question::Subject;

const NULLS: [&str; 4] = ["blur", "mean", "noise", "pyramid"];

/// Vendor, family and model, as the kernel gives them.
fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |wanted: &str| {
        let line = info.lines().find(|line| line.split(':').next().is_some_and(|name| name.trim() == wanted));
        line.and_then(|line| line.split_once(':')).map_or("?", |(_, value)| value.trim()).to_owned()
    };
    ["vendor_id", "cpu family", "model"].map(field).join(" ")
}

/// The preset with fewer steps, as the script has it.
fn settings(method: Method, game: Game, deleted_as: &str) -> vanish::Result<Settings> {
    let shorter = match method.name() {
        "meaningful" | "localisation" => json!({ "iterations": 40 }),
        "extremal" => json!({ "iterations": 24 }),
        "igos" => json!({ "iterations": 8 }),
        "igos++" => json!({ "iterations": 4 }),
        "rise" => json!({ "samples": 128 }),
        _ => json!({}),
    };
    let Value::Object(mut given) = shorter else { unreachable!("an object") };
    given.extend([("method".into(), json!(method)), ("game".into(), json!(game)), ("null".into(), json!(deleted_as))]);
    // The order is made after the mask.
    if method.is_learned() {
        given.insert("refine".into(), json!(false));
    }
    Settings::from_object(given)
}

fn explain(model: &Rc<OnnxClassifier>, picture: &RgbImage, settings: Settings) -> vanish::Result<Explanation> {
    pollster::block_on(async {
        let logits = model.logits_of(picture).await?;
        let target = model.top(&logits, 1)[0].index;
        let subject = Subject::new(picture.clone(), target, model.labels(), &[], &[]);
        run_to_end(&mut Run::new(model.clone(), subject, settings).await?).await
    })
}

fn digest(explained: &vanish::Result<Explanation>) -> String {
    let Ok(explanation) = explained else { return "refused".into() };
    let scores = &explanation.scores;
    let after = [scores.original, scores.null, scores.deleted, scores.preserved, scores.normalised];
    let values = explanation.grid.values.iter().copied().chain(after).chain([explanation.iterations as f32]);
    let bytes: Vec<u8> = values.flat_map(f32::to_le_bytes).collect();
    hex(&Sha256::digest(bytes))[..16].to_owned()
}

#[test]
fn masks_are_what_they_were() {
    let golden = golden("mask_digests.json");
    if golden["processor"] != json!(processor()) {
        eprintln!("SKIPPED: the digests were made on {}, and this is {}", golden["processor"], processor());
        return;
    }
    let (model, picture) = (Rc::new(built_in("critters")), critters::draw(0, &critters::World::clean()).picture);
    let mut compared = 0;
    for method in METHODS {
        for &game in Game::ALL {
            for null in NULLS {
                let case = format!("critter:0 {} {} {null}", method.name(), game.name());
                let Some(digest_then) = golden["digests"].get(&case) else {
                    eprintln!("SKIPPED: {case} is newer than the digests; tests/reference/mask_digests.py adds it");
                    continue;
                };
                let explained = settings(method, game, null).and_then(|settings| explain(&model, &picture, settings));
                assert_eq!(*digest_then, json!(digest(&explained)), "{case}");
                compared += 1;
            }
        }
    }
    let recorded = golden["digests"].as_object().expect("digests by case");
    let of_this_picture = recorded.keys().filter(|case| case.starts_with("critter:0 ")).count();
    assert_eq!(compared, of_this_picture, "a method, game or null that has digests is gone");
}
