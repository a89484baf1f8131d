//! One answer from many random views of a picture.
//!
//! One light edit leaves most of an attack in place, and a strong edit also takes the picture's own answer away. So the
//! model is asked about many different edits: each stores the picture as a JPEG, shrinks and enlarges it with a little
//! noise in between, and moves, mirrors and scales it. Their joint answer is the geometric mean of the probabilities, p
//! ∝ exp(1/N Σ log p(T x)). An attack survives few of the edits, and the picture's own answer survives most.
//!
//! Reference: random resizing by C. Xie et al., "Mitigating Adversarial Effects Through Randomization", ICLR 2018, and
//! many changes at once by E. Raff et al., "Barrage of Random Transforms for Adversarially Robust Defense", CVPR 2019.
//! The ranges and the geometric mean are this project's. They were chosen on photographs with SqueezeNet 1.1 alone (57
//! attacked towards the least likely class, 16 by projected steps).

use std::collections::BTreeMap;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::AsIs;
use super::reading::{Answer, Reading, first};
use super::views::to_image;
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::picture::{Planes, as_jpeg, resize_and_crop, standard_normal, uniform};

/// Number of views. A quarter of them does nearly as well.
pub const VIEWS: usize = 40;
/// Least and largest share of its side to which a picture is shrunk.
const SHARE: (f32, f32) = (0.45, 0.85);
/// Least and largest scale of the picture, as a share of its side.
const SCALE: (f32, f32) = (0.85, 1.2);
/// Largest shift, as a share of the side.
const SHIFT: f32 = 1.0 / 18.0;
/// Deviation of the noise, in units of the picture.
const NOISE: f32 = 0.02;
/// Least and largest quality of the JPEG.
const QUALITY: (f32, f32) = (30.0, 80.0);
/// Seed of the views, which are the same each time.
const SEED: u64 = 0x6d_61_6e_79;
/// Weight of all views beside one light edit: a quarter of a light edit for each. From an eighth to a quarter, recovery
/// from least-likely attacks is the same. A larger weight loses there what it gains against projected steps.
const WEIGHT: f32 = 10.0;
/// Least probability of a class in a view, so that a single view cannot rule a class out.
const LEAST: f32 = 1e-9;

/// A random view of a picture.
struct View {
    quality: u8,
    share: f32,
    scale: f32,
    /// Rows and columns, as shares of the side.
    shift: (f32, f32),
    mirrored: bool,
    noise: ChaCha8Rng,
}

impl View {
    fn draw(random: &mut ChaCha8Rng) -> Self {
        let mut between = |low: f32, high: f32| low + (high - low) * uniform(random);
        let quality = between(QUALITY.0, QUALITY.1) as u8;
        let (share, scale) = (between(SHARE.0, SHARE.1), between(SCALE.0, SCALE.1));
        let shift = (between(-SHIFT, SHIFT), between(-SHIFT, SHIFT));
        let mirrored = between(0.0, 1.0) < 0.5;
        Self { quality, share, scale, shift, mirrored, noise: ChaCha8Rng::seed_from_u64(random.next_u64()) }
    }

    /// Returns the view of a picture `[3, S, S]`, of the same size; beyond the picture its edge is repeated.
    fn of(&self, picture: &Planes) -> Planes {
        let side = picture.side;
        let of_side = |share: f32| ((side as f32 * share).round() as usize).max(1);
        let (small, seen) = (of_side(self.share), of_side(self.scale));
        let small = resize_and_crop(&to_image(&as_jpeg(picture, self.quality)), small, small);
        let mut noise = self.noise.clone();
        let noised = small.values.iter().map(|value| value + NOISE * standard_normal(&mut noise)).collect();
        let large = resize_and_crop(&to_image(&Planes { side: small.side, values: noised }), seen, seen);
        let place = |at: usize, shift: f32| {
            let centred = at as f32 + 0.5 + (seen as f32 - side as f32) / 2.0 - shift * side as f32;
            (centred.max(0.0) as usize).min(seen - 1)
        };
        let pixel = |i: usize| {
            let (channel, row, column) = (i / (side * side), i / side % side, i % side);
            let column = if self.mirrored { side - 1 - column } else { column };
            let at = (channel * seen + place(row, self.shift.0)) * seen + place(column, self.shift.1);
            large.values[at].clamp(0.0, 1.0)
        };
        Planes { side, values: (0..3 * side * side).map(pixel).collect() }
    }
}

/// Asks about [`VIEWS`] random views of a picture `[3, S, S]` of the classifier's size. Returns the classes that they
/// agree on most, each with the geometric mean of its probabilities.
///
/// # Errors
/// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost, and otherwise as
/// [`Classifier::logits`] does.
pub async fn ensemble(classifier: &AsIs, picture: &Planes) -> Result<Vec<Answer>> {
    let (side, classes) = (picture.side, classifier.classes());
    let mut random = ChaCha8Rng::seed_from_u64(SEED);
    let values = (0..VIEWS).flat_map(|_| View::draw(&mut random).of(picture).values).collect();
    let views = Array::new(values, &[VIEWS, 3, side, side], classifier.device());
    let logits = classifier.question(picture, 0).logits(views)?.read().await?;
    let mut sums = vec![0.0; classes];
    for row in logits.chunks(classes) {
        let probabilities = classifier.answers().probabilities(row);
        sums.iter_mut().zip(probabilities).for_each(|(sum, p)| *sum += p.max(LEAST).ln());
    }
    let means: Vec<f32> = sums.into_iter().map(|sum| (sum / VIEWS as f32).exp()).collect();
    Ok(first(&means))
}

/// Returns the class that the views agree on most, except `excluded`; `None` if no view was asked.
pub fn agreed(answers: &[Answer], excluded: Option<usize>) -> Option<usize> {
    answers.iter().map(|answer| answer.class).find(|&class| Some(class) != excluded)
}

/// Returns the joint answer of all edits of a picture, the likeliest class first: the sum of the light edits'
/// probabilities, and [`WEIGHT`] times the joint probabilities of the views. Each light edit counts only with its kept
/// classes.
pub fn pooled(reading: &Reading) -> Vec<Answer> {
    let light = reading.looks.iter().flat_map(|looked| &looked.top).map(|answer| (answer, 1.0));
    let strong = reading.ensemble.iter().map(|answer| (answer, WEIGHT));
    let mut sums: BTreeMap<usize, f32> = BTreeMap::new();
    for (answer, weight) in light.chain(strong) {
        *sums.entry(answer.class).or_default() += weight * answer.probability;
    }
    let mut all: Vec<Answer> = sums.into_iter().map(|(class, probability)| Answer { class, probability }).collect();
    all.sort_by(|a, b| b.probability.total_cmp(&a.probability));
    all
}

/// Returns the answer of the policy: an answer that is not flagged is kept, and a flagged answer is replaced by the
/// first other one in `others`. `None` if there is no other.
pub fn settled(own: usize, flagged: bool, others: &[Answer]) -> Option<usize> {
    let other = agreed(others, Some(own))?;
    Some(if flagged { other } else { own })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::Looked;
    use crate::attack::views::Look;

    fn views() -> Vec<View> {
        let mut random = ChaCha8Rng::seed_from_u64(SEED);
        (0..VIEWS).map(|_| View::draw(&mut random)).collect()
    }

    #[test]
    fn all_edits_together_weigh_what_each_says() {
        let answer = |class, probability| Answer { class, probability };
        let looked = |top| Looked { look: Look::Flip, change: 1.0, top };
        let looks = vec![looked(vec![answer(3, 0.6), answer(1, 0.3)]), looked(vec![answer(1, 0.5), answer(2, 0.4)])];
        let reading = Reading { top: vec![answer(3, 0.9)], looks, ensemble: vec![answer(2, 0.05), answer(4, 0.01)] };
        let classes: Vec<usize> = pooled(&reading).iter().map(|answer| answer.class).collect();
        // The sums are .9, .8, .6 and .1.
        assert_eq!(classes, [2, 1, 3, 4]);
        assert_eq!(settled(3, true, &pooled(&reading)), Some(2));
        assert_eq!(settled(3, false, &pooled(&reading)), Some(3));
    }

    #[test]
    fn views_keep_the_size_and_nearly_a_flat_picture() {
        let flat = Planes { side: 32, values: vec![0.5; 3 * 32 * 32] };
        for view in views() {
            let seen = view.of(&flat);
            assert_eq!(seen.side, 32);
            let mean = seen.values.iter().sum::<f32>() / seen.values.len() as f32;
            assert!((mean - 0.5).abs() < 0.02 && seen.values.iter().all(|v| (v - 0.5).abs() < 0.2), "{mean}");
        }
    }

    #[test]
    fn views_differ_and_are_the_same_each_time() {
        let picture = Planes { side: 32, values: (0..3 * 32 * 32).map(|i| (i % 32) as f32 / 31.0).collect() };
        let seen: Vec<Planes> = views().iter().map(|view| view.of(&picture)).collect();
        assert!(seen.iter().skip(1).all(|other| *other != seen[0]));
        assert_eq!(seen, views().iter().map(|view| view.of(&picture)).collect::<Vec<_>>());
        let falls = |planes: &Planes| planes.values[16 * 32 + 4] > planes.values[16 * 32 + 27];
        let mirrored = seen.iter().filter(|planes| falls(planes)).count();
        assert!((10..=30).contains(&mirrored), "{mirrored} of {VIEWS} are mirrored");
    }

    #[test]
    fn a_shift_moves_down_and_right_and_a_scale_enlarges() {
        let view = |scale: f32, shift: (f32, f32)| View {
            quality: 100,
            share: 1.0,
            scale,
            shift,
            mirrored: false,
            noise: ChaCha8Rng::seed_from_u64(0),
        };
        let mut dot = Planes { side: 32, values: vec![0.0; 3 * 32 * 32] };
        // Grey, so that storing it as a JPEG does not move it.
        (0..3).for_each(|c| dot.values[(c * 32 + 16) * 32 + 16] = 1.0);
        let brightest = |planes: &Planes| {
            let (at, _) =
                planes.values[..32 * 32].iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).expect("pixels");
            (at / 32, at % 32)
        };
        assert_eq!(brightest(&view(1.0, (0.125, 0.25)).of(&dot)), (20, 24));
        let lit = |planes: &Planes| planes.values[..32 * 32].iter().filter(|&&v| v > 0.3).count();
        assert!(lit(&view(2.0, (0.0, 0.0)).of(&dot)) > lit(&view(1.0, (0.0, 0.0)).of(&dot)));
    }

    #[test]
    fn the_suspect_can_be_left_out() {
        let answers = [Answer { class: 7, probability: 0.5 }, Answer { class: 2, probability: 0.4 }];
        assert_eq!((agreed(&answers, None), agreed(&answers, Some(7))), (Some(7), Some(2)));
        assert_eq!(agreed(&[], None), None);
        assert_eq!((settled(7, true, &answers), settled(7, false, &answers)), (Some(2), Some(7)));
        assert_eq!(settled(7, false, &[]), None);
    }
}
