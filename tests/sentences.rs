//! Every sentence is true: its area and its scores are computed again by a few lines that share nothing with those that
//! made it but the model. `tests/reference/sentences.py` does the same with photographs, another model and another
//! runtime.

mod common;

use std::rc::Rc;

use common::built_in;
use image::RgbImage;
use vanish::array::Array;
use vanish::classifier::{Classifier, OnnxClassifier};
use vanish::critters::{World, draw};
use vanish::explain::{Explanation, Run};
use vanish::job::run_to_end;
use vanish::methods::{Game, METHODS, Method, Settings};
use vanish::picture::Null;
use vanish::question::Subject;

/// The side of the built-in model's input and of its world's pictures.
const SIDE: usize = 128;
/// Half a unit of the last digit of a score, and what rounding in single precision may add.
const SCORE: f64 = 0.005 + 0.001;
/// The same of an area in per cent; two pixels of the 16,384 are 0.012 %.
const AREA: f64 = 0.05 + 0.012;

/// The probability of every class for a picture of three planes in [0, 1].
fn probabilities(model: &OnnxClassifier, planes: &[f32]) -> Vec<f64> {
    let logits = model.logits(Array::new(planes.to_vec(), &[1, 3, SIDE, SIDE], model.device())).expect("an answer");
    let logits = pollster::block_on(logits.read()).expect("the CPU computes");
    let powers: Vec<f64> = logits.iter().map(|&logit| f64::from(logit).exp()).collect();
    powers.iter().map(|power| power / powers.iter().sum::<f64>()).collect()
}

/// The value of a channel at a place, the edge repeated beyond the picture.
fn at(picture: &RgbImage, channel: usize, x: i64, y: i64) -> f64 {
    let within = |place: i64| place.clamp(0, SIDE as i64 - 1) as u32;
    f64::from(picture.get_pixel(within(x), within(y)).0[channel]) / 255.0
}

/// Three planes, each value from its channel, column and row.
fn planes(value: impl Fn(usize, i64, i64) -> f64) -> Vec<f32> {
    let places = (0..3 * SIDE * SIDE).map(|i| (i / (SIDE * SIDE), i % SIDE, i / SIDE % SIDE));
    places.map(|(channel, x, y)| value(channel, x as i64, y as i64) as f32).collect()
}

/// What deleted pixels become.
fn null(picture: &RgbImage, settings: &Settings) -> Vec<f32> {
    if settings.null == Null::Mean {
        // Of what is seen with the margin for jitter.
        let margin = settings.margin(SIDE) as i64 / 2;
        let seen = || -margin..SIDE as i64 + margin;
        let count = (seen().count() as f64).powi(2);
        let mean = |c| seen().flat_map(|y| seen().map(move |x| (x, y))).map(|(x, y)| at(picture, c, x, y)).sum::<f64>();
        let means = [mean(0), mean(1), mean(2)].map(|sum| sum / count);
        return planes(|channel, _, _| means[channel]);
    }
    let sigma = f64::from(settings.null_sigma_px);
    let reach = (4.0 * sigma + 0.5) as i64;
    let weight = |d: i64| (-0.5 * (d as f64 / sigma).powi(2)).exp();
    let total: f64 = (-reach..=reach).map(weight).sum();
    let across = planes(|c, x, y| (-reach..=reach).map(|d| weight(d) * at(picture, c, x + d, y)).sum::<f64>() / total);
    let row = |c: usize, x: i64, y: i64| across[(c * SIDE + y.clamp(0, SIDE as i64 - 1) as usize) * SIDE + x as usize];
    planes(|c, x, y| (-reach..=reach).map(|d| weight(d) * f64::from(row(c, x, y + d))).sum::<f64>() / total)
}

/// The numbers of a sentence, in their order.
fn numbers(sentence: &str) -> Vec<f64> {
    sentence.split(' ').filter_map(|word| word.trim_end_matches(['.', ',', ';', ':']).parse().ok()).collect()
}

/// What the sentence says and what is right: area in per cent, the score of the whole picture and of the edited one.
fn said_and_right(found: &Explanation, model: &OnnxClassifier) -> Vec<([f64; 3], [f64; 3])> {
    let keeps = found.settings.game == Game::Preserve;
    // "the 5 likeliest classes together" holds a number of its own.
    let sentence = found.sentence().replace(&found.subject.label, "it");
    let said = numbers(&sentence);
    let mut clauses = vec![(0.5, &said[..3])];
    if sentence.contains("instead of") {
        clauses.push((said[3], &said[5..8]));
    }
    let (photo, null) =
        (planes(|c, x, y| at(&found.subject.picture, c, x, y)), null(&found.subject.picture, &found.settings));
    let whole = probabilities(model, &photo);
    let mut classes: Vec<usize> = (0..whole.len()).collect();
    classes.sort_by(|&a, &b| whole[b].total_cmp(&whole[a]));
    let summed = match found.settings.top_classes {
        1 => vec![found.subject.target],
        count => classes[..count].to_vec(),
    };
    let score = |probabilities: &[f64]| summed.iter().map(|&class| probabilities[class]).sum::<f64>();
    let right = |level: f64| {
        let region: Vec<bool> = found
            .mask
            .values
            .iter()
            .map(|&mask| if keeps { f64::from(mask) } else { 1.0 - f64::from(mask) } > level)
            .collect();
        let shown = |i: usize| if region[i % region.len()] == keeps { photo[i] } else { null[i] };
        let edited: Vec<f32> = (0..photo.len()).map(shown).collect();
        let area = region.iter().filter(|&&inside| inside).count() as f64 / region.len() as f64;
        [100.0 * area, score(&whole), score(&probabilities(model, &edited))]
    };
    // The sentence of what is kept names the edited picture's score first.
    let ordered = |n: &[f64]| if keeps { [n[0], n[2], n[1]] } else { [n[0], n[1], n[2]] };
    clauses.into_iter().map(|(level, said)| (ordered(said), right(level))).collect()
}

fn explain(model: &Rc<OnnxClassifier>, seed: u64, settings: Settings) -> Explanation {
    let picture = draw(seed, &World::clean()).picture;
    let top = model.top(&pollster::block_on(model.logits_of(&picture)).expect("an answer"), 1).remove(0);
    let subject = Subject { picture, target: top.index, label: top.label };
    pollster::block_on(async {
        let mut run = Run::new(model.clone(), subject, settings).await.expect("explainable");
        run_to_end(&mut run).await.expect("the CPU computes")
    })
}

/// A method with few steps: a sentence is as true of the region that is found then.
fn short(method: Method) -> Settings {
    let preset = method.preset();
    let (iterations, samples) = (preset.iterations.min(12), preset.samples.min(12));
    Settings { iterations, samples, refine: false, ..preset }
}

fn check(model: &Rc<OnnxClassifier>, seed: u64, settings: Settings) {
    let found = explain(model, seed, settings);
    let case = format!("critter {seed}, {}: {}", found.settings.method.name(), found.sentence());
    for (said, right) in said_and_right(&found, model) {
        for (figure, within) in [(0, AREA), (1, SCORE), (2, SCORE)] {
            assert!((said[figure] - right[figure]).abs() <= within, "{case}\n{said:?} is said, {right:?} is right");
        }
    }
}

#[test]
fn the_sentence_of_every_method_is_true() {
    let model = Rc::new(built_in("critters"));
    for method in METHODS {
        for seed in [46, 1] {
            check(&model, seed, short(method));
        }
    }
}

#[test]
fn the_sentence_is_true_in_every_game_and_under_every_null() {
    let model = Rc::new(built_in("critters"));
    for &method in METHODS.iter().filter(|method| matches!(method.name(), "fast" | "gradcam")) {
        let games = if method.games().is_empty() { &[Game::Delete] } else { method.games() };
        for &game in games {
            for null in [Null::Blur, Null::Pyramid, Null::Mean] {
                check(&model, 46, Settings { game, null, ..short(method) });
            }
        }
    }
}
