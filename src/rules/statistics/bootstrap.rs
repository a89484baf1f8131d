//! The bootstrap over pictures: an interval for any figure that is computed from a list of pictures.
//!
//! Pictures are drawn with replacement, whole: whatever was measured on a picture stays together, so that two
//! methods, or a rule and its control, are compared picture by picture. The interval is the bias-corrected and
//! accelerated one: with z_α = Φ⁻¹(α), its ends are the quantiles of the draws at
//!
//! Φ(ẑ₀ + (ẑ₀ + z_α) / (1 − â(ẑ₀ + z_α))),
//!
//! where ẑ₀ = Φ⁻¹(share of draws below the estimate, ties by half), and â = Σd³ / (6 (Σd²)^{3/2}) with d the
//! mean of the estimates that leave one picture out, less each of them.
//!
//! Reference: B. Efron, "Better bootstrap confidence intervals", JASA 82, 1987; B. Efron and R. J. Tibshirani, "An
//! Introduction to the Bootstrap", 1993, chapter 14.

use rand_chacha::ChaCha8Rng;

use super::distribution::{inside, normal_cdf, normal_quantile};
use super::draw::{below, stream};
use super::proportion::{Paired, paired_difference, wilson};
use super::{CONFIDENCE, Estimated, Interval, NoInterval, enough, mean};

/// Below this number of pictures a bootstrap says "too few", because its intervals cover less than they claim.
pub const FEWEST_PICTURES: usize = 20;
/// Draws of an interval.
const DRAWS: usize = 2_000;
/// The share of draws that must have a figure. A draw may have none: a control that always holds leaves no skill.
const DEFINED: f64 = 0.95;

/// Draws samples of pictures from a seed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bootstrap {
    /// How many samples are drawn: 2,000.
    pub draws: usize,
    /// The seed of the draws: 0.
    pub seed: u64,
    /// The confidence of the interval, between 0 and 1: .95.
    pub confidence: f64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Self { draws: DRAWS, seed: 0, confidence: CONFIDENCE }
    }
}

impl Bootstrap {
    /// Computes the interval of a figure of `n` pictures. `figure` is given the indices of a sample, each below `n`,
    /// and may give not a number where the sample has no figure.
    ///
    /// # Errors
    /// Fails with [`NoInterval::TooFew`] below [`FEWEST_PICTURES`], and with [`NoInterval::Undefined`] where all
    /// pictures together have no figure, where more than one draw in twenty has none, or where the settings are out of
    /// range.
    pub fn interval(&self, n: usize, figure: impl Fn(&[usize]) -> f64) -> Estimated {
        enough(n, FEWEST_PICTURES)?;
        let all: Vec<usize> = (0..n).collect();
        let draws = self.sample(n, &figure);
        let (low, high) = bca(figure(&all), &draws, &jackknife(&all, &figure), self.confidence)
            .filter(|_| draws.len() as f64 >= DEFINED * self.draws as f64)
            .ok_or(NoInterval::Undefined)?;
        Ok(Interval { low, estimate: figure(&all), high, n, effective_n: n as f64 })
    }

    /// Computes the interval of a mean over pictures. If all pictures hold, or none does, all draws are equal and show
    /// no uncertainty. The interval is then that of [`wilson`].
    ///
    /// # Errors
    /// Fails like [`Bootstrap::interval`].
    pub fn mean(&self, values: &[f64]) -> Estimated {
        enough(values.len(), FEWEST_PICTURES)?;
        if let Some(held) = counted(values).filter(|held| [0, values.len()].contains(held)) {
            return wilson(held, values.len(), self.confidence);
        }
        self.interval(values.len(), |sample| mean_of(values, sample))
    }

    /// Computes the interval of the mean difference `ours` − `theirs`, where each picture has both.
    ///
    /// A rule's *lift* h − h⁰ is such a difference. If all values are 0 or 1 and every picture has the same difference,
    /// all draws are equal, and the interval is that of [`paired_difference`].
    ///
    /// # Errors
    /// Fails like [`Bootstrap::interval`], and with [`NoInterval::Undefined`] where the lengths differ.
    pub fn difference(&self, ours: &[f64], theirs: &[f64]) -> Estimated {
        paired(ours, theirs)?;
        enough(ours.len(), FEWEST_PICTURES)?;
        if let Some(pairs) = all_alike(ours, theirs) {
            return paired_difference(pairs, self.confidence);
        }
        self.interval(ours.len(), |sample| mean_of(ours, sample) - mean_of(theirs, sample))
    }

    /// Computes the interval of a rule's *skill* (h − h⁰) / (1 − h⁰): the share of what the control left open that the
    /// rule wins. It is not defined if the control always holds. If no picture differs from the others, its interval is
    /// that of [`Bootstrap::difference`] divided by what was left open. If the rule always holds, every draw gives 1
    /// whatever the control is; then it is the interval of [`wilson`] for as many pictures as were left open.
    ///
    /// # Errors
    /// Fails like [`Bootstrap::difference`].
    pub fn skill(&self, rule: &[f64], control: &[f64]) -> Estimated {
        paired(rule, control)?;
        enough(rule.len(), FEWEST_PICTURES)?;
        let open = 1.0 - mean(control);
        if let Some(pairs) = all_alike(rule, control).filter(|_| open > 0.0) {
            let Interval { low, estimate, high, .. } = paired_difference(pairs, self.confidence)?;
            let [low, estimate, high] = [low, estimate, high].map(|end| end / open);
            return Ok(Interval { low, estimate, high, n: rule.len(), effective_n: rule.len() as f64 });
        }
        if open > 0.0 && counted(rule) == Some(rule.len()) {
            let left_open = (open * rule.len() as f64).floor() as usize;
            return Ok(Interval { n: rule.len(), ..wilson(left_open, left_open, self.confidence)? });
        }
        self.interval(rule.len(), |sample| {
            let (held, by_chance) = (mean_of(rule, sample), mean_of(control, sample));
            (held - by_chance) / (1.0 - by_chance)
        })
    }

    /// Computes the figures of the draws that have one.
    fn sample(&self, n: usize, figure: impl Fn(&[usize]) -> f64) -> Vec<f64> {
        let mut random = stream(self.seed);
        let mut sample = vec![0; n];
        let one = |_| {
            redraw(&mut random, &mut sample);
            figure(&sample)
        };
        (0..self.draws).map(one).filter(|value| value.is_finite()).collect()
    }
}

/// Counts the values of 1, if each value is 0 or 1.
fn counted(values: &[f64]) -> Option<usize> {
    let whole = values.iter().all(|value| [0.0, 1.0].contains(value));
    whole.then(|| values.iter().filter(|value| **value == 1.0).count())
}

/// Counts the pairs, if each value is 0 or 1 and every picture has the same difference.
fn all_alike(ours: &[f64], theirs: &[f64]) -> Option<Paired> {
    counted(ours).and(counted(theirs))?;
    let mut gaps = ours.iter().zip(theirs).map(|(a, b)| a - b);
    let first = gaps.next()?;
    if !gaps.all(|gap| gap == first) {
        return None;
    }
    let count = |pair: [f64; 2]| ours.iter().zip(theirs).filter(|(a, b)| [**a, **b] == pair).count();
    let [both, first, second, neither] = [[1.0, 1.0], [1.0, 0.0], [0.0, 1.0], [0.0, 0.0]].map(count);
    Some(Paired { both, first, second, neither })
}

/// Fills a sample with pictures drawn with replacement.
fn redraw(random: &mut ChaCha8Rng, sample: &mut [usize]) {
    let n = sample.len();
    sample.iter_mut().for_each(|picture| *picture = below(random, n));
}

/// Computes the figures that leave one picture out each, where they are defined.
fn jackknife(all: &[usize], figure: impl Fn(&[usize]) -> f64) -> Vec<f64> {
    let without = |&left_out: &usize| -> Vec<usize> { all.iter().copied().filter(|&i| i != left_out).collect() };
    all.iter().map(|i| figure(&without(i))).filter(|value| value.is_finite()).collect()
}

pub(super) fn paired(a: &[f64], b: &[f64]) -> Result<(), NoInterval> {
    if a.len() == b.len() { Ok(()) } else { Err(NoInterval::Undefined) }
}

fn mean_of(values: &[f64], sample: &[usize]) -> f64 {
    sample.iter().map(|&i| values[i]).sum::<f64>() / sample.len() as f64
}

/// Finds the ends of the BCa interval from an estimate, its draws and the estimates that leave one out, all finite.
/// `None` without draws, where the estimate is not finite, or where the confidence is out of range.
pub fn bca(estimate: f64, draws: &[f64], leave_one_out: &[f64], confidence: f64) -> Option<(f64, f64)> {
    if draws.is_empty() || !estimate.is_finite() || !inside(confidence) {
        return None;
    }
    let mut sorted = draws.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (bias, acceleration) = (normal_quantile(share_below(&sorted, estimate))?, acceleration(leave_one_out));
    let end = |tail: f64| Some(quantile(&sorted, corrected(normal_quantile(tail)?, bias, acceleration)));
    Some((end((1.0 - confidence) / 2.0)?, end((1.0 + confidence) / 2.0)?))
}

/// Counts the share of sorted draws below a value, ties by half; at least half a draw on either side, so that its
/// normal quantile is finite.
fn share_below(sorted: &[f64], value: f64) -> f64 {
    let draws = sorted.len();
    // The same pictures summed in another order differ by rounding: those are ties too.
    let slack = 1e-9 * (sorted[draws - 1] - sorted[0]);
    let below = sorted.partition_point(|&v| v < value - slack);
    let up_to = sorted.partition_point(|&v| v <= value + slack);
    ((below + up_to) as f64 / 2.0).clamp(0.5, draws as f64 - 0.5) / draws as f64
}

/// Estimates how fast the standard error changes with the figure; 0 where leaving one out changes nothing.
fn acceleration(leave_one_out: &[f64]) -> f64 {
    let middle = mean(leave_one_out);
    let power = |k: i32| leave_one_out.iter().map(|v| (middle - v).powi(k)).sum::<f64>();
    let scale = 6.0 * power(2).powf(1.5);
    if scale > 0.0 { power(3) / scale } else { 0.0 }
}

/// Corrects the level of a percentile, in [0, 1].
fn corrected(z: f64, bias: f64, acceleration: f64) -> f64 {
    let moved = bias + z;
    let slope = 1.0 - acceleration * moved;
    // Past the pole of the correction, the end is the last of the draws.
    if slope > 0.0 { normal_cdf(bias + moved / slope) } else { f64::from(moved > 0.0) }
}

/// Reads the quantile of sorted values at a level in [0, 1], linear between neighbours.
fn quantile(sorted: &[f64], level: f64) -> f64 {
    let place = level * (sorted.len() - 1) as f64;
    let (lower, upper) = (place.floor() as usize, place.ceil() as usize);
    sorted[lower] + (place - place.floor()) * (sorted[upper] - sorted[lower])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Efron and Tibshirani's spatial data, table 14.1: the scores A of 26 children.
    const SPATIAL: [f64; 26] = [
        48.0, 36.0, 20.0, 29.0, 42.0, 42.0, 20.0, 42.0, 22.0, 41.0, 45.0, 14.0, 6.0, 0.0, 33.0, 28.0, 34.0, 4.0, 32.0,
        24.0, 47.0, 41.0, 24.0, 26.0, 30.0, 41.0,
    ];

    fn spread(sample: &[usize]) -> f64 {
        let middle = mean_of(&SPATIAL, sample);
        sample.iter().map(|&i| (SPATIAL[i] - middle).powi(2)).sum::<f64>() / sample.len() as f64
    }

    /// Table 14.2: variance 171.5, â = .061, and at 90 % BCa (115.8, 259.6), from 2,000 draws of their own.
    #[test]
    fn the_variance_of_the_spatial_data_is_that_of_the_book() {
        let all: Vec<usize> = (0..26).collect();
        assert!((acceleration(&jackknife(&all, spread)) - 0.061).abs() < 5e-4);
        let bootstrap = Bootstrap { draws: 20_000, confidence: 0.9, ..Bootstrap::default() };
        let got = bootstrap.interval(26, spread).expect("26 children");
        assert!((got.estimate - 171.5).abs() < 0.05, "{got:?}");
        assert!((got.low - 115.8).abs() < 4.0 && (got.high - 259.6).abs() < 6.0, "{got:?}");
    }

    #[test]
    fn a_seed_decides_the_draws() {
        let of = |seed| Bootstrap { seed, ..Bootstrap::default() }.mean(&SPATIAL).expect("26 children");
        assert_eq!(of(3), of(3));
        assert_ne!(of(3), of(4));
    }

    #[test]
    fn pairing_takes_out_what_two_methods_share() {
        let shifted: Vec<f64> = SPATIAL.iter().enumerate().map(|(i, v)| v + 1.0 + (i % 2) as f64).collect();
        let got = Bootstrap::default().difference(&shifted, &SPATIAL).expect("26 pairs");
        assert!((got.estimate - 1.5).abs() < 1e-9 && got.low > 1.2 && got.high < 1.8, "{got:?}");
    }

    #[test]
    fn skill_is_the_share_of_what_the_control_left_open() {
        let (rule, control) = (vec![0.9; 24], vec![0.6; 24]);
        let got = Bootstrap::default().skill(&rule, &control).expect("24 pictures");
        assert!((got.estimate - 0.75).abs() < 1e-9, "{got:?}");
        assert_eq!(Bootstrap::default().skill(&rule, &[1.0; 24]), Err(NoInterval::Undefined));
    }

    #[test]
    fn pictures_that_are_all_alike_do_not_make_a_figure_certain() {
        let (all, none) = ([1.0; 20], [0.0; 20]);
        let plain = Bootstrap::default();
        let close = |found: Estimated, low: f64, high: f64| {
            let found = found.expect("20 pictures");
            assert!((found.low - low).abs() < 5e-5 && (found.high - high).abs() < 5e-5, "{found:?}");
        };
        close(plain.mean(&all), 0.8389, 1.0);
        close(plain.mean(&none), 0.0, 0.1611);
        close(plain.difference(&all, &all), -0.1611, 0.1611);
        close(plain.difference(&all, &none), 1.0 - 0.1611 * 2.0f64.sqrt(), 1.0);
        close(plain.skill(&all, &none), 1.0 - 0.1611 * 2.0f64.sqrt(), 1.0);
        // The rule always holds, and of the control's pictures ten are left open: Wilson's of ten that all hold.
        let (ten, twenty) = ([[0.0; 10], [1.0; 10]].concat(), [1.0; 20]);
        close(plain.skill(&twenty, &ten), 0.7225, 1.0);
        // The same pictures hold under both, and half of them do.
        let half: Vec<f64> = (0..20).map(|i| f64::from(i % 2)).collect();
        let [difference, skill] = [plain.difference(&half, &half), plain.skill(&half, &half)].map(|s| s.expect("20"));
        assert!((difference.low + 0.0898).abs() < 5e-5 && (difference.high - 0.0898).abs() < 5e-5, "{difference:?}");
        assert!((skill.high - 2.0 * difference.high).abs() < 1e-12, "{skill:?}");
    }

    #[test]
    fn figures_that_many_draws_lack_have_no_interval() {
        // One picture in twenty carries the figure: 36 % of the samples miss it.
        let rare = |sample: &[usize]| if sample.contains(&0) { 1.0 } else { f64::NAN };
        assert_eq!(Bootstrap::default().interval(20, rare), Err(NoInterval::Undefined));
    }

    #[test]
    fn degenerate_input_is_refused() {
        let plain = Bootstrap::default();
        assert_eq!(plain.mean(&[]), Err(NoInterval::TooFew { n: 0, needed: 20 }));
        assert_eq!(plain.mean(&[1.0; 19]), Err(NoInterval::TooFew { n: 19, needed: 20 }));
        assert_eq!(plain.mean(&[f64::NAN; 20]), Err(NoInterval::Undefined));
        assert_eq!(plain.difference(&[1.0; 20], &[1.0; 21]), Err(NoInterval::Undefined));
        assert_eq!(Bootstrap { draws: 0, ..plain }.mean(&[0.3; 20]), Err(NoInterval::Undefined));
        assert_eq!(Bootstrap { confidence: 1.0, ..plain }.mean(&[1.0; 20]), Err(NoInterval::Undefined));
        let same = plain.mean(&[0.3; 20]).expect("a constant");
        assert!((same.high - same.low).abs() < 1e-12);
    }
}
