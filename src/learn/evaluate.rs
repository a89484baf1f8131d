//! The evaluation of the world and its two models: accuracy, calibration, and the effect of deletions.

use super::deletion::{DELETED, Deletion};
use super::set::draw_many;
use crate::Result;
use crate::classifier::{Classifier, OnnxClassifier};
use crate::critters::KINDS;
use crate::critters::{Critter, Kind, World};
use crate::picture::{Framing, Scene};
use crate::question::{Edit, Question};
use std::rc::Rc;

/// A model's answer to one picture.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub kind: Kind,
    pub probabilities: [f32; KINDS.len()],
}

impl Answer {
    /// Returns the most probable kind.
    pub fn top(&self) -> usize {
        let best = |a: usize, b: usize| if self.probabilities[b] > self.probabilities[a] { b } else { a };
        (0..KINDS.len()).fold(0, best)
    }

    /// Returns whether the most probable kind is the true one.
    pub fn right(&self) -> bool {
        self.top() == self.kind as usize
    }

    /// Returns the probability of the true kind.
    pub fn truth(&self) -> f32 {
        self.probabilities[self.kind as usize]
    }
}

/// A question to a model about the pictures of one world.
#[derive(Clone)]
pub struct Exam {
    /// A model of the built-in world's kinds.
    pub model: Rc<OnnxClassifier>,
    /// What is deleted from each picture.
    pub deletion: Deletion,
    /// Number of pictures about which it is asked.
    pub count: usize,
}

/// Number of pictures that are drawn at a time, on all cores.
const DRAWN: usize = 50;

/// Returns the answers of several exams about the pictures from seed `first` on. Each picture is drawn and blurred only
/// once.
///
/// # Errors
/// Fails when the model rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn answers_to(exams: &[Exam], first: u64, world: &World) -> Result<Vec<Vec<Answer>>> {
    let mut all = vec![vec![]; exams.len()];
    let count = exams.iter().map(|exam| exam.count).max().unwrap_or(0);
    let Some(framing) = exams.first().map(|exam| exam.model.framing()) else { return Ok(all) };
    for start in (0..count).step_by(DRAWN) {
        let look = |critter: Critter| Seen::new(critter, framing);
        let seen = draw_many(first + start as u64, DRAWN.min(count - start), world, look);
        for (number, seen) in (start..).zip(seen) {
            let due: Vec<usize> = (0..exams.len()).filter(|&exam| number < exams[exam].count).collect();
            for (exam, answer) in seen.answers(exams, &due).await? {
                all[exam].push(answer);
            }
        }
    }
    Ok(all)
}

/// Returns the answers to the unchanged pictures of `count` seeds from `first` on.
///
/// # Errors
/// Fails when the model rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
pub async fn answers(model: Rc<OnnxClassifier>, first: u64, count: usize, world: &World) -> Result<Vec<Answer>> {
    let mut all = answers_to(&[Exam { model, deletion: Deletion::Nothing, count }], first, world).await?;
    Ok(all.pop().unwrap_or_default())
}

/// A picture with its true parts, framed for the models.
struct Seen {
    critter: Critter,
    scene: Scene,
}

impl Seen {
    fn new(critter: Critter, framing: Framing) -> Self {
        let scene = Scene::new(&critter.picture, framing, &DELETED);
        Self { critter, scene }
    }

    /// Returns the answers of the exams with these numbers, in order. Successive exams of one model form one batch.
    async fn answers(&self, exams: &[Exam], due: &[usize]) -> Result<Vec<(usize, Answer)>> {
        let kind = self.critter.kind;
        let mut all = vec![];
        for batch in due.chunk_by(|&a, &b| Rc::ptr_eq(&exams[a].model, &exams[b].model)) {
            let question = Question::of_class(exams[batch[0]].model.clone(), self.scene.clone(), kind as usize);
            let edits: Vec<Edit> = batch.iter().map(|&exam| exams[exam].deletion.edit(&self.critter)).collect();
            let found = question.probabilities(&edits).await?;
            let answer = |row: &Vec<f32>| Answer { kind, probabilities: std::array::from_fn(|k| row[k]) };
            all.extend(batch.iter().copied().zip(found.iter().map(answer)));
        }
        Ok(all)
    }
}

/// Returns the share of right answers.
pub fn accuracy(answers: &[Answer]) -> f64 {
    share(answers, Answer::right)
}

/// Returns the share of answers for which a condition holds.
pub fn share(answers: &[Answer], holds: impl Fn(&Answer) -> bool) -> f64 {
    answers.iter().filter(|answer| holds(answer)).count() as f64 / answers.len().max(1) as f64
}

/// Returns the mean probability of the true kind.
pub fn mean_truth(answers: &[Answer]) -> f64 {
    answers.iter().map(|answer| f64::from(answer.truth())).sum::<f64>() / answers.len().max(1) as f64
}

/// Returns the expected calibration error over 15 bins of equal width (Guo and others, 2017): the distance between the
/// confidence in the top answer and the share in which it is right.
pub fn calibration_error(answers: &[Answer]) -> f64 {
    let mut bins = [(0.0_f64, 0.0_f64); 15];
    for answer in answers {
        let confidence = answer.probabilities[answer.top()];
        let bin = &mut bins[((confidence * 15.0) as usize).min(14)];
        bin.0 += f64::from(confidence);
        bin.1 += f64::from(u8::from(answer.right()));
    }
    bins.iter().map(|(confidence, right)| (confidence - right).abs()).sum::<f64>() / answers.len().max(1) as f64
}

/// Returns the temperature that makes the answers most likely, by a golden-section search on its logarithm.
pub fn temperature(answers: &[Answer]) -> f32 {
    let cost = |log: f32| answers.iter().map(|a| -tempered(a, log.exp()).max(1e-9).ln()).sum::<f32>();
    let (mut low, mut high) = (-1.5_f32, 1.5_f32);
    for _ in 0..30 {
        let (a, b) = (high - 0.618 * (high - low), low + 0.618 * (high - low));
        if cost(a) < cost(b) { high = b } else { low = a }
    }
    (0.5 * (low + high)).exp()
}

/// Returns the probability of the true kind at a temperature.
fn tempered(answer: &Answer, temperature: f32) -> f32 {
    let raised = answer.probabilities.map(|p| p.max(1e-12).powf(1.0 / temperature));
    raised[answer.kind as usize] / raised.iter().sum::<f32>()
}
