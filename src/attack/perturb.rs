//! An attack as a job, which the caller steps.
//!
//! x ← Π(x + α d(∇ₓ L(x))), with L a [`Loss`] of the logits, d the gradient's sign or its unit vector, and Π the
//! projection on the ball around the picture. The result is rounded to 8 bits, written as PNG, read back and judged.
//!
//! An attack that evades the detector ([`Attack::evasion`] λ > 0) picks a wrong class c and increases log p_c(x) + λ ·
//! mean over T of log p_c(Tx), where T are the light edits of [`super::detect::RULE`]. If p(x) and p(Tx) agree on c,
//! the rule sees no change. The gradient goes back through the adjoint of each edit, where JPEG counts as the identity
//! (A. Athalye, N. Carlini and D. Wagner, "Obfuscated gradients give a false sense of security", ICML 2018).
//!
//! An attack that outlasts masks ([`Attack::outlasting`] μ > 0) increases the same sum with T a deletion. Every ten
//! steps the mask of its current answer is learned again, as a defender would do to recover the answer. The pixels that
//! the mask deletes are blurred, at eight shifts. The masks stay fixed in between (expectation over transformations, as
//! in the same paper).
//!
//! Reference: the iteration, A. Kurakin, I. Goodfellow and S. Bengio, "Adversarial examples in the physical world",
//! 2016; restarts and projection, A. Madry et al., "Towards deep learning models resistant to adversarial attacks",
//! ICLR 2018.

use std::rc::Rc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde::Serialize;
use web_time::Instant;

use super::attacked::Attacked;
use super::ball::{Ball, distance};
use super::reading::{Answer, best};
use super::through::{Edits, gradient_through, masks, rule};
use super::{AsIs, Attack, Kind, Loss};
use crate::array::{Array, Unary, read_all};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Job, Later, Progress};
#[cfg(feature = "cli")]
use crate::picture::to_png;
use crate::picture::{Planes, RgbImage};
use crate::question::{Question, not_finite};

/// Steps after which the masks to be outlasted are learned again.
const RELEARNED: usize = 10;

/// The progress of an attack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The largest loss of the starts at the last step; not a number before the first.
    pub loss: f32,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "loss {:.3}", self.loss)
    }
}

/// A running attack.
pub struct Perturb {
    question: Question,
    as_is: AsIs,
    attack: Attack,
    picture: RgbImage,
    before: Answer,
    goal: Option<usize>,
    loss: Loss,
    ball: Ball,
    at: Array,
    taken: usize,
    /// The mask deletions that each start must outlast; empty before its answer has changed.
    masks: Vec<Edits>,
    /// The loss of each start before each step, and whether its gradient was 0.
    losses: Vec<Vec<f32>>,
    zero: usize,
    seconds: f64,
}

impl Perturb {
    /// Prepares an attack on a picture of the classifier's size: asks for the clean answer, and starts.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the attack is out of range, with [`ErrorKind::Image`] if the picture is
    /// not of the classifier's size, and with [`ErrorKind::NotExplainable`] if the model's answer is not finite.
    pub async fn new(classifier: Rc<dyn Classifier>, picture: &RgbImage, attack: Attack) -> Result<Self> {
        attack.check()?;
        check_size(picture, classifier.size())?;
        let started = Instant::now();
        let as_is = AsIs::new(classifier);
        let clean = as_is.planes(picture);
        let logits = logits_of(&as_is.question(&clean, 0), &clean).await?;
        let before = best(&logits, as_is.answers()).ok_or_else(not_finite)?;
        let question = as_is.question(&clean, before.class);
        let goal = goal(&attack, &logits, before.class);
        let loss = loss(&attack, before.class, goal, &question);
        let mut ball = Ball::new(&attack, clean, question.device());
        let at = ball.start();
        let seconds = started.elapsed().as_secs_f64();
        let (picture, losses, masks) = (picture.clone(), vec![], vec![Edits::none(); attack.restarts]);
        let (taken, zero) = (0, 0);
        Ok(Self { question, as_is, attack, picture, before, goal, loss, ball, at, taken, masks, losses, zero, seconds })
    }

    /// Takes steps, and reads their visible results back once.
    async fn climb(&mut self, count: usize) -> Result<()> {
        let mut traces = vec![];
        for _ in 0..count.min(self.attack.steps - self.taken) {
            if self.attack.outlasting > 0.0 && self.taken > 0 && self.taken.is_multiple_of(RELEARNED) {
                self.learn_masks().await?;
            }
            let (losses, gradient) = self.gradient().await?;
            traces.extend([losses, largest(&gradient)]);
            self.at = self.ball.advance(self.at.clone(), gradient);
            self.taken += 1;
        }
        for pair in read_all(traces).await?.chunks(2) {
            self.losses.push(pair[0].clone());
            self.zero += pair[1].iter().filter(|&&largest| !(largest > 0.0 && largest.is_finite())).count();
        }
        Ok(())
    }

    /// Computes the loss of each start, `[R, 1]`, and its gradient, `[R, 3, S, S]`.
    async fn gradient(&self) -> Result<(Array, Array)> {
        let (logits, gradient) = self.question.differentiate(self.at.clone(), &|logits| self.loss.gradient(logits))?;
        let losses = self.loss.value(logits);
        if !self.attack.adapts() {
            return Ok((losses, gradient));
        }
        Ok((losses, gradient.add(self.gradient_through_edits().await?)))
    }

    /// Computes for each start λ · the mean over the rule's edits and μ · that over its masks' deletions of the
    /// gradient of the loss at Tx, brought back through T; `[R, 3, S, S]`.
    async fn gradient_through_edits(&self) -> Result<Array> {
        let (shape, rule) = (self.at.shape(), rule());
        let mut sums = vec![];
        for (picture, masks) in self.pictures().await?.iter().zip(&self.masks) {
            let mut sum = vec![0.0; picture.values.len()];
            for (weight, edits) in [(self.attack.evasion, &rule), (self.attack.outlasting, masks)] {
                if weight > 0.0 {
                    let gradient = gradient_through(&self.question, &self.loss, picture, edits).await?;
                    sum.iter_mut().zip(gradient).for_each(|(sum, value)| *sum += weight * value);
                }
            }
            sums.extend(sum);
        }
        Ok(Array::new(sums, &shape, self.question.device()))
    }

    /// Learns again what each start must outlast: the mask of its answer, once the answer has changed.
    async fn learn_masks(&mut self) -> Result<()> {
        let pictures: Vec<RgbImage> = self.pictures().await?.iter().map(Planes::to_picture).collect();
        let judged = self.judge(&pictures).await?;
        for (start, (picture, (answer, _))) in pictures.into_iter().zip(judged).enumerate() {
            if answer.class != self.before.class {
                self.masks[start] = masks(&self.as_is, &picture, answer.class).await?;
            }
        }
        Ok(())
    }

    /// Returns the picture of each start.
    async fn pictures(&self) -> Result<Vec<Planes>> {
        let side = self.question.side();
        let values = self.at.clone().read().await?;
        Ok(values.chunks(3 * side * side).map(|values| Planes { side, values: values.to_vec() }).collect())
    }

    /// Returns the attacked picture: the best of the starts once rounded, written, read back and judged.
    async fn best(&mut self) -> Result<Attacked> {
        let side = self.question.side();
        let ends = self.at.clone().read().await?;
        let ends = ends.chunks(3 * side * side).enumerate();
        let pictures: Vec<RgbImage> =
            ends.map(|(i, values)| reread(&self.ball.rounded(values, i).to_picture())).collect::<Result<_>>()?;
        let judged = self.judge(&pictures).await?;
        let better = |&a: &usize, &b: &usize| self.rank(judged[a]).total_cmp(&self.rank(judged[b]));
        let chosen = (0..pictures.len()).max_by(better).unwrap_or(0);
        let picture = pictures[chosen].clone();
        let planes = self.as_is.planes(&picture);
        let noise = self.judge(&[self.shuffled(&planes).to_picture()]).await?[0].0;
        let clean = &self.ball.clean().values;
        let change = planes.values.iter().zip(clean).map(|(a, c)| (a - c).abs()).fold(0.0, f32::max);
        let mut losses: Vec<f32> = self.losses.iter().map(|all| all[chosen]).collect();
        losses.push(judged[chosen].1);
        Ok(Attacked {
            attack: self.attack.clone(),
            clean: self.picture.clone(),
            picture,
            before: self.before,
            after: judged[chosen].0,
            noise,
            goal: self.goal,
            l_inf: (255.0 * change).round(),
            l2: distance(&planes.values, clean),
            zero_gradients: self.zero as f32 / (self.taken * self.attack.restarts).max(1) as f32,
            losses,
            seconds: self.seconds,
        })
    }

    /// Ranks starts: one that changed the answer comes before any that did not, then the larger loss counts.
    fn rank(&self, (answer, loss): (Answer, f32)) -> f32 {
        if answer.class == self.before.class { loss - 1e9 } else { loss }
    }

    /// Asks for the answers to pictures, and the loss of each.
    async fn judge(&self, pictures: &[RgbImage]) -> Result<Vec<(Answer, f32)>> {
        let side = self.question.side();
        let values = pictures.iter().flat_map(|picture| self.as_is.planes(picture).values).collect();
        let logits =
            self.question.logits(Array::new(values, &[pictures.len(), 3, side, side], self.question.device()))?;
        let read = read_all(vec![logits.clone(), self.loss.value(logits)]).await?;
        let rows = read[0].chunks(self.question.classifier().classes());
        let answers = rows.map(|row| best(row, self.as_is.answers()).ok_or_else(not_finite));
        answers.zip(&read[1]).map(|(answer, &loss)| Ok((answer?, loss))).collect()
    }

    /// Makes the clean picture with the changes of an attacked one at random places.
    fn shuffled(&self, attacked: &Planes) -> Planes {
        let clean = self.ball.clean();
        let mut changes: Vec<f32> = attacked.values.iter().zip(&clean.values).map(|(a, c)| a - c).collect();
        let mut random = ChaCha8Rng::seed_from_u64(self.attack.seed ^ 0x6e_6f_69_73_65);
        for last in (1..changes.len()).rev() {
            changes.swap(random.next_u32() as usize % (last + 1), last);
        }
        let values = clean.values.iter().zip(changes).map(|(c, change)| (c + change).clamp(0.0, 1.0)).collect();
        Planes { side: clean.side, values }
    }
}

/// Returns the class towards which an attack moves: the least likely class, or for an adaptive attack the second class.
fn goal(attack: &Attack, logits: &[f32], own: usize) -> Option<usize> {
    let others = || (0..logits.len()).filter(|&class| class != own);
    match attack.kind {
        Kind::LeastLikely => others().min_by(|&a, &b| logits[a].total_cmp(&logits[b])),
        _ if attack.adapts() => others().max_by(|&a, &b| logits[a].total_cmp(&logits[b])),
        _ => None,
    }
}

fn loss(attack: &Attack, own: usize, goal: Option<usize>, question: &Question) -> Loss {
    let (classes, device) = (question.classifier().classes(), question.device());
    match (goal, attack.kind) {
        (Some(goal), _) => Loss::towards(goal, classes, device),
        (None, Kind::Fgsm) => Loss::away(own, classes, device),
        (None, _) => Loss::margin(own, classes, device),
    }
}

/// Returns the largest value of each picture's gradient, `[R, 1]`.
fn largest(gradient: &Array) -> Array {
    let shape = gradient.shape();
    gradient.clone().unary(Unary::Abs).reshape(&[shape[0], shape[1..].iter().product()]).max_axis(1)
}

async fn logits_of(question: &Question, picture: &Planes) -> Result<Vec<f32>> {
    let side = picture.side;
    question.logits(Array::new(picture.values.clone(), &[1, 3, side, side], question.device()))?.read().await
}

/// Writes a picture into a file and reads it back.
#[cfg(feature = "cli")]
fn reread(picture: &RgbImage) -> Result<RgbImage> {
    let unreadable = |e| Error::new(ErrorKind::Image, format!("the attacked picture cannot be read back ({e})"));
    let read = image::load_from_memory_with_format(&to_png(picture)?, image::ImageFormat::Png).map_err(unreadable)?;
    Ok(read.to_rgb8())
}

/// Returns the 8-bit picture itself where there is no decoder: PNG keeps it to the bit.
#[cfg(not(feature = "cli"))]
fn reread(picture: &RgbImage) -> Result<RgbImage> {
    Ok(picture.clone())
}

fn check_size(picture: &RgbImage, side: usize) -> Result<()> {
    if (picture.width() as usize, picture.height() as usize) == (side, side) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::Image,
        format!(
            "the picture has {} × {} pixels and the model sees {side} × {side}; frame it first",
            picture.width(),
            picture.height()
        ),
    ))
}

impl Job for Perturb {
    type Detail = Standing;
    type Outcome = Attacked;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            let started = Instant::now();
            self.climb(count).await?;
            self.seconds += started.elapsed().as_secs_f64();
            let loss = self.losses.last().map_or(f32::NAN, |all| all.iter().copied().fold(f32::NEG_INFINITY, f32::max));
            Ok(Progress {
                iteration: self.taken,
                total: self.attack.steps,
                done: self.taken == self.attack.steps,
                stage: "attack",
                detail: Standing { loss },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Attacked> {
        Box::pin(self.best())
    }
}
