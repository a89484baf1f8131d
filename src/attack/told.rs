//! A duel as it is told: answers by their names, and what recovers which.

use serde::Serialize;

use super::detect::{FALSE_POSITIVES, rule};
use super::duel::Duelled;
use super::ensemble::settled;
use super::recover::{Masked, Recipe, vote};
use super::{Answer, Attacked, Found, Looked};
use crate::classifier::Labels;
use crate::rules::statistics::threshold_at;

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
    /// Above this score the detector flags a picture; `null` without clean pictures.
    pub threshold: Option<f64>,
    /// The share of clean pictures above the threshold, at most.
    pub false_positives: f64,
    /// The detector's scores of clean pictures.
    pub scores: Vec<f64>,
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
    /// The detector's score.
    pub rule: f32,
    /// The answers to light edits.
    pub looks: Vec<ToldLook>,
    /// The answer by all votes.
    pub vote: Named,
    /// What many random views agree on; `null` before they are asked.
    pub ensemble: Option<Named>,
    /// The answer of the policy “keep it unless it is flagged; then take what many views agree on beside it”; `null`
    /// without a threshold, and before the views are asked.
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
        let threshold = threshold_at(&found.scores, FALSE_POSITIVES);
        Self {
            attack: found.attacked.attacked.as_ref().map(|attacked| ToldAttack::new(attacked, labels)),
            clean: ToldSide::new(&found.clean, threshold, labels),
            attacked: ToldSide::new(&found.attacked, threshold, labels),
            threshold,
            false_positives: FALSE_POSITIVES,
            scores: found.scores.clone(),
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
    fn new(found: &Found, threshold: Option<f64>, labels: &Labels) -> Option<Self> {
        let reading = found.reading.as_ref()?;
        let own = reading.answer().class;
        let flagged = |threshold: f64| f64::from(rule(reading)) > threshold;
        let settled = threshold.and_then(|threshold| settled(own, flagged(threshold), &reading.ensemble));
        Some(Self {
            top: reading.top.iter().map(|&answer| Named::new(answer, labels)).collect(),
            rule: rule(reading),
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
