//! A duel for people: the answers by name, and which remedy recovers which answer.

use serde::Serialize;

use super::detect::FALSE_POSITIVES;
use super::detector::{Calibrated, Signals};
use super::duel::Duelled;
use super::ensemble::{pooled, settled};
use super::recover::{Masked, Recipe, vote};
use super::{Answer, Attacked, Detector, Found, Looked};
use crate::classifier::Labels;

/// A picture and its attacked version. A value that is not known yet is `null`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DuelTold"))]
pub struct Told {
    /// The attack and its effects.
    pub attack: Option<ToldAttack>,
    /// The picture as it was.
    pub clean: Option<ToldSide>,
    /// The attacked one.
    pub attacked: Option<ToldSide>,
    /// The detectors: first the rule f(x) = f(Tx), then the wide rule.
    pub detectors: Vec<ToldDetector>,
    /// The largest chance with which a threshold flags a further clean picture.
    pub false_positives: f64,
}

/// A calibrated detector, and its judgement of the two pictures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldDetector {
    /// Which one.
    pub detector: Detector,
    /// The score above which it flags a picture; `null` if there are too few clean pictures.
    pub threshold: Option<f64>,
    /// How many more clean pictures it needs for a threshold.
    pub lacking: usize,
    /// Its scores of the clean pictures so far.
    pub scores: Vec<f64>,
    /// The number of clean pictures planned for its calibration.
    pub planned: usize,
    /// Its judgement of the clean picture; `null` if it has no score.
    pub clean: Option<Suspicion>,
    /// Its judgement of the attacked picture.
    pub attacked: Option<Suspicion>,
}

/// A detector's judgement of a picture.
#[derive(Clone, Copy, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Suspicion {
    /// Its score.
    pub score: f64,
    /// Whether it flags the picture; `null` without a threshold.
    pub flagged: Option<bool>,
}

/// A class by its name.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Named {
    /// Position in the model's output.
    pub class: usize,
    /// Its name.
    pub label: String,
    /// Its probability; `null` for a vote.
    pub probability: Option<f32>,
}

/// The effects of an attack.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldAttack {
    /// Its kind and size.
    pub name: String,
    /// Whether the answer changed.
    pub succeeded: bool,
    /// The answer to the clean picture.
    pub before: Named,
    /// The answer to the attacked picture, written and read back.
    pub after: Named,
    /// The answer to the clean picture under noise of equal norm.
    pub noise: Named,
    /// The class towards which the attack moves, if it has one.
    pub goal: Option<String>,
    /// The largest change of a value, in 1/255.
    pub l_inf: f32,
    /// The Euclidean norm of the change, values in [0, 1].
    pub l2: f32,
    /// The share of all gradients that were 0 or not finite.
    pub zero_gradients: f32,
    /// The loss of the best start before each step and at the end.
    pub losses: Vec<f32>,
    /// The duration, in seconds.
    pub seconds: f64,
}

/// The answers to one of the two pictures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldSide {
    /// The most probable classes.
    pub top: Vec<Named>,
    /// The answers to light edits.
    pub looks: Vec<ToldLook>,
    /// The answer by all votes.
    pub vote: Named,
    /// The class that many random views agree on; `null` before they are asked.
    pub ensemble: Option<Named>,
    /// The answer of the policy “keep the answer unless the wide rule flags it; then take the best other answer of all
    /// edits”; `null` if that rule has no threshold, and before all edits are asked.
    pub settled: Option<Named>,
    /// Its masks, and the answers under them.
    pub masks: Vec<ToldMask>,
}

/// The answer to a light edit.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldLook {
    /// The edit.
    pub title: String,
    /// The most probable class.
    pub answer: Named,
    /// The L1 change of the probabilities, in [0, 2].
    pub change: f32,
}

/// A mask, and the answers under it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldMask {
    /// How it was learned.
    pub recipe: Recipe,
    /// The share of the picture that it deletes.
    pub area: f64,
    /// The answer under it.
    pub deleted: Named,
    /// The answer under the mask after a half turn.
    pub rotated: Named,
    /// The answer under a random mask of the same values.
    pub random: Named,
    /// The answer to the whole picture, blurred with the same σ; `null` if that was not asked.
    pub blurred: Option<Named>,
    /// The reason why there is no mask, if there is none.
    pub refused: Option<String>,
}

impl Told {
    /// Adds the names of the classes to the findings.
    pub fn new(found: &Duelled, labels: &Labels) -> Self {
        let calibrated = Calibrated::on(&found.calm);
        Self {
            attack: found.attacked.attacked.as_ref().map(|attacked| ToldAttack::new(attacked, labels)),
            clean: ToldSide::new(&found.clean, &calibrated, labels),
            attacked: ToldSide::new(&found.attacked, &calibrated, labels),
            detectors: Detector::ALL.map(|detector| ToldDetector::new(detector, &calibrated, found)).into(),
            false_positives: FALSE_POSITIVES,
        }
    }
}

impl ToldDetector {
    fn new(detector: Detector, calibrated: &Calibrated, found: &Duelled) -> Self {
        let judged = |side: &Found| {
            let signals = Signals::of(side.reading.as_ref()?);
            let flagged = calibrated.flags(detector, &signals);
            calibrated.score(detector, &signals).map(|score| Suspicion { score, flagged })
        };
        Self {
            detector,
            threshold: calibrated.threshold(detector),
            lacking: calibrated.lacking(detector),
            scores: found.calm.iter().filter_map(|signals| calibrated.score(detector, signals)).collect(),
            planned: found.planned[detector as usize],
            clean: judged(&found.clean),
            attacked: judged(&found.attacked),
        }
    }
}

impl Named {
    fn new(answer: Answer, labels: &Labels) -> Self {
        Self { probability: Some(answer.probability), ..Self::voted(answer.class, labels) }
    }

    fn voted(class: usize, labels: &Labels) -> Self {
        Self { class, label: labels.short(class), probability: None }
    }
}

impl ToldAttack {
    fn new(attacked: &Attacked, labels: &Labels) -> Self {
        Self {
            name: attacked.attack.name(),
            succeeded: attacked.succeeded(),
            before: Named::new(attacked.before, labels),
            after: Named::new(attacked.after, labels),
            noise: Named::new(attacked.noise, labels),
            goal: attacked.goal.map(|goal| labels.short(goal)),
            l_inf: attacked.l_inf,
            l2: attacked.l2,
            zero_gradients: attacked.zero_gradients,
            losses: attacked.losses.clone(),
            seconds: attacked.seconds,
        }
    }
}

impl ToldSide {
    fn new(found: &Found, calibrated: &Calibrated, labels: &Labels) -> Option<Self> {
        let reading = found.reading.as_ref()?;
        let flagged = calibrated.flags(Detector::Wide, &Signals::of(reading));
        let settled = flagged.and_then(|flagged| settled(reading.answer().class, flagged, &pooled(reading)));
        Some(Self {
            top: reading.top.iter().map(|&answer| Named::new(answer, labels)).collect(),
            looks: reading.looks.iter().filter_map(|looked| ToldLook::new(looked, labels)).collect(),
            vote: Named::voted(vote(reading), labels),
            ensemble: reading.ensemble.first().map(|&answer| Named::new(answer, labels)),
            settled: settled.map(|class| Named::voted(class, labels)),
            masks: found.masks.iter().map(|masked| ToldMask::new(masked, None, labels)).collect(),
        })
    }
}

impl ToldLook {
    fn new(looked: &Looked, labels: &Labels) -> Option<Self> {
        let answer = Named::new(*looked.top.first()?, labels);
        Some(Self { title: looked.look.to_string(), answer, change: looked.change })
    }
}

impl ToldMask {
    /// Adds class names to the answers under a mask, and to the answer to the picture blurred as a whole.
    pub fn new(masked: &Masked, blurred: Option<Answer>, labels: &Labels) -> Self {
        let named = |answer| Named::new(answer, labels);
        Self {
            recipe: masked.recipe,
            area: masked.statistics[0],
            deleted: named(masked.deleted),
            rotated: named(masked.rotated),
            random: named(masked.random),
            blurred: blurred.map(named),
            refused: masked.refused.clone(),
        }
    }
}
