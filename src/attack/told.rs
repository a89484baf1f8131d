//! A duel as it is told: answers by their names, and what recovers which.

use serde::Serialize;

use super::detect::FALSE_POSITIVES;
use super::detector::{Calibrated, Signals};
use super::duel::Duelled;
use super::ensemble::{pooled, settled};
use super::recover::{Masked, Recipe, vote};
use super::{Answer, Attacked, Detector, Found, Looked};
use crate::classifier::Labels;

/// A picture and its attacked self. What is not known yet is `null`.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DuelTold"))]
pub struct Told {
    /// The attack and what it did.
    pub attack: Option<ToldAttack>,
    /// The picture as it was.
    pub clean: Option<ToldSide>,
    /// The attacked one.
    pub attacked: Option<ToldSide>,
    /// What each detector says: first the rule f(x) = f(Tx), then the wide rule.
    pub detectors: Vec<ToldDetector>,
    /// The chance, at most, with which a threshold flags a further clean picture.
    pub false_positives: f64,
}

/// A detector as clean pictures calibrate it, and what it says of the two pictures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldDetector {
    /// Which one.
    pub detector: Detector,
    /// Above this score it flags a picture; `null` of too few clean pictures.
    pub threshold: Option<f64>,
    /// How many more clean pictures it needs for a threshold.
    pub lacking: usize,
    /// Its scores of clean pictures, as it is calibrated until now.
    pub scores: Vec<f64>,
    /// How many clean pictures it is to be calibrated on.
    pub planned: usize,
    /// Its judgement of the picture as it was; `null` where it has no score.
    pub clean: Option<Suspicion>,
    /// Its judgement of the attacked one.
    pub attacked: Option<Suspicion>,
}

/// What a detector says of a picture.
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
    /// Its probability; `null` of a vote.
    pub probability: Option<f32>,
}

/// What an attack did.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldAttack {
    /// Its kind and size.
    pub name: String,
    /// Whether the answer is another one.
    pub succeeded: bool,
    /// What the model said of the clean picture.
    pub before: Named,
    /// What it says of the attacked one, written and read back.
    pub after: Named,
    /// What it says of the clean picture under noise of equal norm.
    pub noise: Named,
    /// The class that the attack goes towards, where it goes towards one.
    pub goal: Option<String>,
    /// The largest change of a value, in 1/255.
    pub l_inf: f32,
    /// The Euclidean norm of the change, values in [0, 1].
    pub l2: f32,
    /// The share of all gradients that were 0 or not finite.
    pub zero_gradients: f32,
    /// The loss of the best start before each step and at the end.
    pub losses: Vec<f32>,
    /// How long it took.
    pub seconds: f64,
}

/// What the model says of one of the two pictures.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldSide {
    /// The most probable classes.
    pub top: Vec<Named>,
    /// The answers to light edits.
    pub looks: Vec<ToldLook>,
    /// The answer by all votes.
    pub vote: Named,
    /// What many random views agree on; `null` before they are asked.
    pub ensemble: Option<Named>,
    /// The answer of the policy “keep it unless the wide rule flags it; then take what all edits together say beside
    /// it”; `null` where that rule has no threshold, and before all edits are asked.
    pub settled: Option<Named>,
    /// Its masks, and what they leave.
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
    /// How far the probabilities moved, in [0, 2].
    pub change: f32,
}

/// A mask, and what it leaves.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct ToldMask {
    /// How it was learned.
    pub recipe: Recipe,
    /// The share that it deletes.
    pub area: f64,
    /// The answer under it.
    pub deleted: Named,
    /// The answer under the same turned by half.
    pub rotated: Named,
    /// The answer under a random one of the same values.
    pub random: Named,
    /// The answer to the whole picture, blurred by as much; `null` where that was not asked.
    pub blurred: Option<Named>,
    /// Why there is no mask, where there is none.
    pub refused: Option<String>,
}

impl Told {
    /// Names what was found.
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
    /// Names what a mask leaves, and the answer to the picture blurred as a whole.
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
