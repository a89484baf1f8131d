//! The proof of the world and its two models: accuracy, calibration, and what deletion does.

use super::super::kind::KINDS;
use super::super::{Cover, Part};
use super::super::{Critter, Kind, SIZE, World};
use super::augment::blurred;
use super::net::{MEAN, Net, STD, Weights, patches, values};
use super::set::draw_many;
use super::train::place as on_device;
use crate::Result;
use burn::tensor::{Device, activation::softmax};

/// The blur by which things are deleted, in pixels.
pub const DELETION_SIGMA_PX: f32 = 8.0;
/// How far beyond a part's own pixels it is deleted: its outline is evidence too.
pub const DELETION_MARGIN_PX: usize = 3;

/// What becomes of a picture before a model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deletion {
    Nothing,
    /// Ears or horns, eyes, muzzle or beak of every animal in the picture.
    Evidence,
    Feet,
    BodyFeetTail,
    Bucket,
    Watermark,
    Everything,
}

/// A model's answer to one picture.
#[derive(Debug, Clone, Copy)]
pub struct Answer {
    pub kind: Kind,
    pub probabilities: [f32; KINDS.len()],
}

impl Answer {
    /// Returns the kind the model finds most likely.
    pub fn top(&self) -> usize {
        let best = |a: usize, b: usize| if self.probabilities[b] > self.probabilities[a] { b } else { a };
        (0..KINDS.len()).fold(0, best)
    }

    /// Returns whether that is the truth.
    pub fn right(&self) -> bool {
        self.top() == self.kind as usize
    }

    /// Returns the probability of the true kind.
    pub fn truth(&self) -> f32 {
        self.probabilities[self.kind as usize]
    }
}

/// What is asked about pictures of one world.
#[derive(Debug, Clone, Copy)]
pub struct Question<'a> {
    pub weights: &'a Weights,
    pub deletion: Deletion,
    /// About how many of the pictures.
    pub count: usize,
}

/// Returns the answers to several questions about the pictures from seed `first` on; each picture is drawn once.
pub fn answers_to(questions: &[Question], first: u64, world: &World) -> Result<Vec<Vec<Answer>>> {
    let nets: Vec<Net> = questions.iter().map(|question| Net::new(question.weights, &Device::flex())).collect();
    let count = questions.iter().map(|question| question.count).max().unwrap_or(0);
    let mut all: Vec<Vec<Answer>> = questions.iter().map(|_| Vec::new()).collect();
    let batch = 50;
    for start in (0..count).step_by(batch) {
        let asked: Vec<usize> = (0..questions.len()).filter(|&q| start < questions[q].count).collect();
        let look = |critter: Critter| {
            let layouts: Vec<Vec<f32>> = asked.iter().map(|&q| layout(&critter, questions[q].deletion)).collect();
            (critter.kind, layouts)
        };
        let seen = draw_many(first + start as u64, batch.min(count - start), world, look);
        for (place, &q) in asked.iter().enumerate() {
            all[q].extend(ask(&nets[q], &seen, place)?);
        }
    }
    all.iter_mut().zip(questions).for_each(|(answers, question)| answers.truncate(question.count));
    Ok(all)
}

/// Returns the answers to the pictures of `count` seeds from `first` on, each changed by a deletion.
pub fn answers(weights: &Weights, first: u64, count: usize, world: &World, deletion: Deletion) -> Result<Vec<Answer>> {
    let mut all = answers_to(&[Question { weights, deletion, count }], first, world)?;
    Ok(all.pop().unwrap_or_default())
}

/// One network's answers to a batch, of whose layouts it gets the one at `place`.
fn ask(net: &Net, seen: &[(Kind, Vec<Vec<f32>>)], place: usize) -> Result<Vec<Answer>> {
    let input = seen.iter().flat_map(|(_, layouts)| layouts[place].iter().copied()).collect();
    let found = values(Some(softmax(net.forward(on_device(input, &Device::flex())), 1)))?;
    let rows = found.chunks_exact(KINDS.len()).map(|row| std::array::from_fn(|k| row[k]));
    Ok(seen.iter().zip(rows).map(|((kind, _), probabilities)| Answer { kind: *kind, probabilities }).collect())
}

/// Returns the logits of one picture.
pub fn logits(weights: &Weights, critter: &Critter) -> Result<Vec<f32>> {
    let net = Net::new(weights, &Device::flex());
    values(Some(net.forward(on_device(layout(critter, Deletion::Nothing), &Device::flex()))))
}

/// The patches of a picture with a deletion done to it.
fn layout(critter: &Critter, deletion: Deletion) -> Vec<f32> {
    let mut planes = planes(critter);
    if let Some(region) = region(critter, deletion) {
        delete(&mut planes, region.dilated(DELETION_MARGIN_PX).values());
    }
    let mut out = Vec::new();
    patches(&planes, &mut out);
    out
}

/// Returns the standardised planes `[3, 128, 128]` of a picture.
pub fn planes(critter: &Critter) -> Vec<f32> {
    let bytes = critter.picture.as_raw();
    let plane = |c: usize| (0..SIZE * SIZE).map(move |i| (f32::from(bytes[3 * i + c]) / 255.0 - MEAN) / STD);
    (0..3).flat_map(plane).collect()
}

fn region(critter: &Critter, deletion: Deletion) -> Option<Cover> {
    match deletion {
        Deletion::Nothing => None,
        Deletion::Evidence => critter.animals.iter().map(super::super::Being::evidence).reduce(|a, b| a.union(&b)),
        Deletion::Feet => Some(critter.main().part(Part::LegsFeet).clone()),
        Deletion::BodyFeetTail => Some(critter.main().union(&[Part::Body, Part::LegsFeet, Part::Tail])),
        Deletion::Bucket => critter.bucket.clone(),
        Deletion::Watermark => critter.watermark.clone(),
        Deletion::Everything => Some(Cover::from_values(vec![255; SIZE * SIZE])),
    }
}

/// Replaces a region by the blurred picture.
fn delete(planes: &mut [f32], region: &[u8]) {
    for plane in planes.chunks_exact_mut(SIZE * SIZE) {
        let blurred = blurred(plane, DELETION_SIGMA_PX);
        for (index, value) in plane.iter_mut().enumerate() {
            let gone = f32::from(region[index]) / 255.0;
            *value += gone * (blurred[index] - *value);
        }
    }
}

/// Returns the share of right answers.
pub fn accuracy(answers: &[Answer]) -> f64 {
    share(answers, Answer::right)
}

/// Returns the share of answers of which something holds.
pub fn share(answers: &[Answer], holds: impl Fn(&Answer) -> bool) -> f64 {
    answers.iter().filter(|answer| holds(answer)).count() as f64 / answers.len().max(1) as f64
}

/// Returns the mean probability of the true kind.
pub fn mean_truth(answers: &[Answer]) -> f64 {
    answers.iter().map(|answer| f64::from(answer.truth())).sum::<f64>() / answers.len().max(1) as f64
}

/// Returns the expected calibration error over 15 bins of equal width (Guo and others, 2017): how far the
/// confidence in the top answer is from how often it is right.
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

/// Returns the temperature that makes the answers likeliest, by golden-section search on its logarithm.
pub fn temperature(answers: &[Answer]) -> f32 {
    let cost = |log: f32| answers.iter().map(|a| -tempered(a, log.exp()).max(1e-9).ln()).sum::<f32>();
    let (mut low, mut high) = (-1.5_f32, 1.5_f32);
    for _ in 0..30 {
        let (a, b) = (high - 0.618 * (high - low), low + 0.618 * (high - low));
        if cost(a) < cost(b) { high = b } else { low = a }
    }
    (0.5 * (low + high)).exp()
}

/// The probability of the truth at a temperature.
fn tempered(answer: &Answer, temperature: f32) -> f32 {
    let raised = answer.probabilities.map(|p| p.max(1e-12).powf(1.0 / temperature));
    raised[answer.kind as usize] / raised.iter().sum::<f32>()
}
