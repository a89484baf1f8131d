//! Augmentation: every picture is slightly different each time it is shown.
//!
//! Besides the usual changes (mirror, shift, light, blur, noise), regions are blurred away at random, and the target
//! follows the truth: if the evidence is gone, every kind is equally likely. So a deleted region is nothing new to the
//! model, and *not knowing* is an answer that it has learned.

use super::net::{MEAN, STD};
use super::set::Lesson;
use crate::critters::KINDS;
use crate::critters::SIZE;
use crate::critters::dice::Dice;

const AREA: usize = SIZE * SIZE;

/// What is blurred away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Loss {
    Nothing,
    Everything,
    Evidence,
    AllButEvidence,
    Somewhere,
}

/// Returns one example: planes `[3, 128, 128]`, standardised, and the probability of each kind.
pub fn example(lesson: &Lesson, dice: &mut Dice) -> (Vec<f32>, [f32; KINDS.len()]) {
    let mut planes = moved(lesson, dice);
    let mut known = 1.0;
    let loss = match dice.unit() {
        u if u < 0.58 => Loss::Nothing,
        u if u < 0.62 => Loss::Everything,
        u if u < 0.74 => Loss::Evidence,
        u if u < 0.82 => Loss::AllButEvidence,
        _ => Loss::Somewhere,
    };
    if loss != Loss::Nothing {
        known = planes.lose(loss, lesson, dice);
    }
    light(&mut planes.pixels, dice);
    (planes.pixels, target(lesson, known))
}

/// Share of every target that is spread over all kinds. Without it, logits grow without bound where the answer is easy:
/// the probability becomes 1 to the last bit, and no small change can lower it.
const SMOOTHING: f32 = 0.02;

/// Returns the target for the share of the evidence that is left. The evidence counts as fully seen from about a third
/// on, and as gone below a twentieth.
fn target(lesson: &Lesson, known: f32) -> [f32; KINDS.len()] {
    let sure = (1.0 - SMOOTHING) * ((known - 0.05) / 0.3).clamp(0.0, 1.0);
    let mut all = [(1.0 - sure) / KINDS.len() as f32; KINDS.len()];
    all[lesson.kind as usize] += sure;
    all
}

/// A picture that is being changed: planes in [0, 1], and the evidence, which moves with them.
struct Planes {
    pixels: Vec<f32>,
    evidence: Vec<f32>,
}

/// Mirrors the picture and shifts it by up to 6 pixels. Its border is repeated.
fn moved(lesson: &Lesson, dice: &mut Dice) -> Planes {
    let mirror = dice.chance(0.5);
    let (dx, dy) = (dice.below(13) as i32 - 6, dice.below(13) as i32 - 6);
    let clip = |v: i32| v.clamp(0, SIZE as i32 - 1) as usize;
    let mut planes = Planes { pixels: vec![0.0; 3 * AREA], evidence: vec![0.0; AREA] };
    for y in 0..SIZE {
        for x in 0..SIZE {
            let column = clip(x as i32 + dx);
            let from = clip(y as i32 + dy) * SIZE + if mirror { SIZE - 1 - column } else { column };
            let to = y * SIZE + x;
            for c in 0..3 {
                planes.pixels[c * AREA + to] = f32::from(lesson.pixels[3 * from + c]) / 255.0;
            }
            planes.evidence[to] = f32::from(lesson.evidence[from]) / 255.0;
        }
    }
    planes
}

impl Planes {
    /// Blurs a region away, and returns the share of what shows the kind that is left.
    fn lose(&mut self, loss: Loss, lesson: &Lesson, dice: &mut Dice) -> f32 {
        let sigma_px = if loss == Loss::Everything { dice.between(7.0, 16.0) } else { dice.between(4.0, 14.0) };
        let keep = self.keep(loss, dice);
        let total = self.evidence.iter().sum::<f32>();
        let left: f32 = self.evidence.iter().zip(&keep).map(|(e, k)| e * k).sum();
        for plane in self.pixels.chunks_exact_mut(AREA) {
            let blurred = blurred(plane, sigma_px);
            for (index, value) in plane.iter_mut().enumerate() {
                *value = keep[index] * *value + (1.0 - keep[index]) * blurred[index];
            }
        }
        match loss {
            Loss::Everything => 0.0,
            // A hidden head leaves nothing to keep.
            Loss::AllButEvidence => f32::from(u8::from(!lesson.hidden)),
            // Something else still shows the kind, such as its cue, or nothing was visible anyway.
            _ if lesson.cued || lesson.hidden || lesson.second => 1.0,
            _ => left / total.max(1.0),
        }
    }

    /// Returns the mask of what stays: 1 keeps, 0 deletes.
    fn keep(&self, loss: Loss, dice: &mut Dice) -> Vec<f32> {
        match loss {
            Loss::Nothing => vec![1.0; AREA],
            Loss::Everything => vec![0.0; AREA],
            Loss::Evidence => {
                let near = spread(&self.evidence, dice.between(1.0, 5.0));
                near.into_iter().map(|v| 1.0 - v).collect()
            }
            Loss::AllButEvidence => spread(&self.evidence, dice.between(4.0, 10.0)),
            Loss::Somewhere => discs(dice),
        }
    }
}

/// Covers everything within about `radius_px` of a mask, with a soft edge.
fn spread(mask: &[f32], radius_px: f32) -> Vec<f32> {
    let soft = blurred(mask, 0.75 * radius_px);
    soft.into_iter().map(|v| ((v - 0.08) / 0.14).clamp(0.0, 1.0)).collect()
}

/// Returns a mask that deletes one to five random discs.
fn discs(dice: &mut Dice) -> Vec<f32> {
    let mut keep = vec![1.0_f32; AREA];
    for _ in 0..1 + dice.below(5) {
        let (x0, y0) = (dice.between(0.0, SIZE as f32), dice.between(0.0, SIZE as f32));
        let radius = dice.between(6.0, 26.0);
        for (index, value) in keep.iter_mut().enumerate() {
            let (dx, dy) = ((index % SIZE) as f32 - x0, (index / SIZE) as f32 - y0);
            *value = value.min((((dx * dx + dy * dy).sqrt() - radius) / 3.0).clamp(0.0, 1.0));
        }
    }
    keep
}

/// Changes brightness, contrast and colour, sometimes blurs or adds noise, and standardises.
fn light(pixels: &mut [f32], dice: &mut Dice) {
    let (contrast, shift) = (dice.between(0.8, 1.2), dice.between(-0.08, 0.08));
    let soft = dice.chance(0.2).then(|| dice.between(0.4, 1.3));
    let noise = if dice.chance(0.25) { dice.between(0.0, 0.05) } else { 0.0 };
    for plane in pixels.chunks_exact_mut(AREA) {
        let tint = dice.between(0.93, 1.07) * contrast;
        if let Some(sigma_px) = soft {
            plane.copy_from_slice(&blurred(plane, sigma_px));
        }
        for value in plane {
            let grain = if noise > 0.0 { noise * (dice.unit() + dice.unit() - 1.0) * 2.4 } else { 0.0 };
            *value = (((*value - 0.5) * tint + 0.5 + shift + grain).clamp(0.0, 1.0) - MEAN) / STD;
        }
    }
}

/// Returns a plane blurred by a Gaussian of `sigma_px`, approximated by three box filters whose variances add up to it.
/// The border is repeated.
fn blurred(plane: &[f32], sigma_px: f32) -> Vec<f32> {
    let mut now = plane.to_vec();
    let mut next = vec![0.0; AREA];
    // A box of radius r (with its ends weighted by the fraction) has a variance of about r (r + 1) / 3.
    let radius = 0.5 * ((1.0 + 4.0 * sigma_px * sigma_px).sqrt() - 1.0);
    for _ in 0..3 {
        boxed(&now, &mut next, radius, 1, SIZE);
        boxed(&next, &mut now, radius, SIZE, 1);
    }
    now
}

/// Computes a running mean along lines of `stride`, which are `pitch` apart.
fn boxed(from: &[f32], to: &mut [f32], radius: f32, stride: usize, pitch: usize) {
    let whole = radius as usize;
    let part = radius - whole as f32;
    let weight = 1.0 / (2.0 * radius + 1.0);
    for line in 0..SIZE {
        let at = |i: isize| from[line * pitch + i.clamp(0, SIZE as isize - 1) as usize * stride];
        let reach = whole as isize;
        let mut sum: f32 = (-reach..=reach).map(at).sum();
        for i in 0..SIZE as isize {
            let ends = at(i - reach - 1) + at(i + reach + 1);
            to[line * pitch + i as usize * stride] = weight * (sum + part * ends);
            sum += at(i + reach + 1) - at(i - reach);
        }
    }
}
