//! How often intervals hold the truth and tests err, by simulation with known truth.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use vanish::rules::statistics::{
    Agreement, Bootstrap, Count, Permutation, Stratum, association_z, clustered, holm, lower_bound, mantel_haenszel,
    radius, sign_test, t_quantile, wilson,
};

use crate::golden::{golden, rows};

/// Trials on each picture, as in the table that is reproduced.
const TRIALS: usize = 36;
/// Repeats of a simulation, and of the cheapest one.
const REPEATS: usize = 2_000;
const INTERVALS: usize = 10_000;

/// A uniform number in [0, 1).
fn uniform(random: &mut ChaCha8Rng) -> f64 {
    f64::from(random.next_u32()) / 2f64.powi(32)
}

fn binomial(random: &mut ChaCha8Rng, n: usize, p: f64) -> usize {
    (0..n).filter(|_| uniform(random) < p).count()
}

/// Counts of a picture's trials that hold, from a beta-binomial with a mean and an intraclass correlation.
struct Pictures {
    /// The chance of at most k, for each k.
    cumulative: Vec<f64>,
    mean: f64,
}

impl Pictures {
    /// The chances by P(k + 1)/P(k) = (T − k)(a + k) / ((k + 1)(b + T − k − 1)), with a + b = 1/ρ − 1.
    fn new(mean: f64, correlation: f64) -> Self {
        let total = 1.0 / correlation - 1.0;
        let (a, b, mut weights) = (mean * total, (1.0 - mean) * total, vec![1.0]);
        for k in 0..TRIALS {
            let (k, rest) = (k as f64, (TRIALS - k) as f64);
            weights.push(weights[weights.len() - 1] * rest * (a + k) / ((k + 1.0) * (b + rest - 1.0)));
        }
        let (sum, mut below) = (weights.iter().sum::<f64>(), 0.0);
        weights.iter_mut().for_each(|weight| {
            below += *weight / sum;
            *weight = below;
        });
        Self { cumulative: weights, mean }
    }

    /// The shares of `n` pictures.
    fn shares(&self, random: &mut ChaCha8Rng, n: usize) -> Vec<f64> {
        let held = |level: f64| self.cumulative.partition_point(|&c| c < level).min(TRIALS);
        (0..n).map(|_| held(uniform(random)) as f64 / TRIALS as f64).collect()
    }

    /// How often an interval of the shares holds the mean.
    fn coverage(&self, n: usize, interval: impl Fn(&[f64]) -> (f64, f64)) -> f64 {
        let mut random = ChaCha8Rng::seed_from_u64(n as u64);
        let holds = |_: &usize| {
            let (low, high) = interval(&self.shares(&mut random, n));
            (low..=high).contains(&self.mean)
        };
        (0..INTERVALS).filter(holds).count() as f64 / INTERVALS as f64
    }
}

/// Wilson's interval as if all trials were independent.
fn plain(shares: &[f64]) -> (f64, f64) {
    let held = shares.iter().sum::<f64>() * TRIALS as f64;
    let got = wilson(held.round() as usize, shares.len() * TRIALS, 0.95).expect("trials");
    (got.low, got.high)
}

/// The mean ± Student's quantile times the standard error over pictures.
fn cluster_t(shares: &[f64]) -> (f64, f64) {
    let n = shares.len() as f64;
    let mean = shares.iter().sum::<f64>() / n;
    let error = (shares.iter().map(|h| (h - mean).powi(2)).sum::<f64>() / (n * (n - 1.0))).sqrt();
    let half = t_quantile(0.975, n - 1.0).expect("in range") * error;
    (mean - half, mean + half)
}

fn by_clusters(shares: &[f64]) -> (f64, f64) {
    let got = clustered(shares, TRIALS, 0.95).expect("pictures");
    (got.low, got.high)
}

/// Nominal 95 % intervals against the coverage that numpy finds in 40,000 repeats: as if all trials were independent,
/// Student's, and by clusters.
#[test]
fn intervals_by_clusters_cover_what_they_claim() {
    for row in rows(&golden("coverage")) {
        let (pictures, n) = (Pictures::new(row[0], row[1]), row[2] as usize);
        let got = [plain, cluster_t, by_clusters].map(|interval| pictures.coverage(n, interval));
        println!("h {}, correlation {}, n {n}: plain, Student's, by clusters {got:?}", row[0], row[1]);
        for (got, want) in got.into_iter().zip(&row[3..]) {
            let error = (want * (1.0 - want) * (1.0 / INTERVALS as f64 + 1.0 / 40_000.0)).sqrt();
            assert!((got - want).abs() < 3.0 * error, "{row:?}: {got} is not {want}");
        }
        // What is claimed but for a small share near 1, where n is small.
        assert!(got[2] > 0.88 && got[2] > got[0] + 0.2 && got[2] > got[1], "{row:?}: {got:?}");
    }
}

#[test]
fn the_bootstrap_covers_a_rules_lift_and_skill() {
    let (rule, control) = (Pictures::new(0.87, 0.11), Pictures::new(0.3, 0.15));
    let (lift, skill) = (0.87 - 0.3, (0.87 - 0.3) / 0.7);
    let (mut random, mut held) = (ChaCha8Rng::seed_from_u64(1), [0; 2]);
    for seed in 0..500 {
        let (ours, theirs) = (rule.shares(&mut random, 30), control.shares(&mut random, 30));
        let bootstrap = Bootstrap { draws: 1_000, seed, ..Bootstrap::default() };
        held[0] += usize::from(bootstrap.difference(&ours, &theirs).expect("30 pictures").contains(lift));
        held[1] += usize::from(bootstrap.skill(&ours, &theirs).expect("30 pictures").contains(skill));
    }
    println!("lift {} and skill {} of 500 at 30 pictures", held[0], held[1]);
    // 95 % of 500 is 475 with a standard deviation of 5; at 30 pictures a bootstrap covers a little less.
    assert!(held.iter().all(|count| (455..=490).contains(count)), "{held:?}");
}

#[test]
fn the_exact_bound_errs_in_at_most_one_of_twenty() {
    let trials = 60;
    for p in [0.5, 0.8, 0.9, 0.95, 0.99] {
        let mut chance = (1.0f64 - p).powi(trials as i32);
        let mut wrong = 0.0;
        for held in 0..=trials {
            wrong += if lower_bound(held, trials, 0.95).expect("trials") > p { chance } else { 0.0 };
            chance *= (trials - held) as f64 / (held + 1) as f64 * p / (1.0 - p);
        }
        assert!(wrong <= 0.05, "{p}: {wrong}");
    }
}

/// Classes of 4 to 40 pictures with chances of their own, and a difference of .2 in all.
#[test]
fn the_weighted_difference_is_covered() {
    let (mut random, mut held) = (ChaCha8Rng::seed_from_u64(2), 0);
    for _ in 0..REPEATS {
        let strata: Vec<Stratum> = (0..10).map(|class| draw_stratum(&mut random, class, 0.2)).collect();
        held += usize::from(mantel_haenszel(&strata, 0.95).expect("pictures").contains(0.2));
    }
    println!("weighted difference: {held} of {REPEATS}");
    // 1,900 with a standard deviation of 10.
    assert!((1_860..=1_940).contains(&held), "{held}");
}

fn draw_stratum(random: &mut ChaCha8Rng, class: usize, difference: f64) -> Stratum {
    let (with, without, chance) = (2 + 2 * class, 20 - class, 0.1 + 0.06 * class as f64);
    Stratum {
        with: Count { hits: binomial(random, with, chance + difference), of: with },
        without: Count { hits: binomial(random, without, chance), of: without },
    }
}

/// Ten cues without any effect: how often at least one is confirmed.
#[test]
fn holm_confirms_a_cue_without_effect_in_one_of_twenty() {
    let (mut random, mut false_alarms) = (ChaCha8Rng::seed_from_u64(3), 0);
    for _ in 0..REPEATS {
        let p: Vec<f64> = (0..10).map(|_| flips(&mut random)).collect();
        false_alarms += usize::from(holm(&p).iter().any(|&adjusted| adjusted <= 0.05));
    }
    println!("Holm: {false_alarms} of {REPEATS}");
    assert!((1..=130).contains(&false_alarms), "{false_alarms}");
}

/// The p-value of forty discordant pictures that go either way alike.
fn flips(random: &mut ChaCha8Rng) -> f64 {
    let wins = binomial(random, 40, 0.5);
    sign_test(wins, 40 - wins).p_one_sided
}

/// Eight concepts that come together but have nothing to do with the answer, in three classes that do.
#[test]
fn max_t_confirms_a_concept_without_effect_in_one_of_twenty() {
    let repeats = 400;
    let (mut random, mut false_alarms) = (ChaCha8Rng::seed_from_u64(4), 0);
    for seed in 0..repeats {
        let world = World::new(&mut random);
        let p = Permutation { deals: 199, seed }.max_t(&world.classes, |source| world.statistics(source));
        false_alarms += usize::from(p.iter().any(|&adjusted| adjusted <= 0.05));
    }
    println!("max-T: {false_alarms} of {repeats}");
    // 20 with a standard deviation of 4.4.
    assert!((7..=34).contains(&false_alarms), "{false_alarms}");
}

/// Pictures with a class, an answer that depends on it, and concepts that depend on it and on each other.
struct World {
    classes: Vec<usize>,
    answers: Vec<bool>,
    concepts: Vec<[bool; 8]>,
}

impl World {
    fn new(random: &mut ChaCha8Rng) -> Self {
        let classes: Vec<usize> = (0..60).map(|picture| picture % 3).collect();
        let answers = classes.iter().map(|&class| uniform(random) < 0.2 + 0.3 * class as f64).collect();
        let concepts = classes.iter().map(|&class| Self::concepts(random, 0.3 + 0.2 * class as f64)).collect();
        Self { classes, answers, concepts }
    }

    /// Each concept copies the first in half of the pictures.
    fn concepts(random: &mut ChaCha8Rng, chance: f64) -> [bool; 8] {
        let first = uniform(random) < chance;
        std::array::from_fn(|_| if uniform(random) < 0.5 { first } else { uniform(random) < chance })
    }

    fn statistics(&self, source: &[usize]) -> Vec<f64> {
        (0..8).map(|concept| association_z(&self.strata(source, concept)).map_or(f64::NAN, f64::abs)).collect()
    }

    fn strata(&self, source: &[usize], concept: usize) -> [Stratum; 3] {
        let mut strata = [Stratum::default(); 3];
        for (picture, &from) in source.iter().enumerate() {
            let stratum = &mut strata[self.classes[picture]];
            let count = if self.concepts[from][concept] { &mut stratum.with } else { &mut stratum.without };
            count.of += 1;
            count.hits += usize::from(self.answers[picture]);
        }
        strata
    }
}

/// Pictures keep their answer with a chance that falls under .95 after the second strength.
#[test]
fn the_radius_is_too_large_in_at_most_one_of_twenty() {
    let (mut random, mut too_large) = (ChaCha8Rng::seed_from_u64(5), 0);
    for _ in 0..REPEATS {
        let chances = [0.99, 0.98, 0.949, 0.94, 0.9].into_iter().enumerate();
        let agreements: Vec<Agreement> = chances
            .map(|(i, p)| Agreement { strength: i as f64, kept: binomial(&mut random, 200, p), of: 200 })
            .collect();
        let got = radius(&agreements, 0.95, 0.95).expect("200 pictures");
        too_large += usize::from(got.strength.is_some_and(|s| s > 1.0));
    }
    println!("radius too large: {too_large} of {REPEATS}");
    assert!((1..=100).contains(&too_large), "{too_large}");
}
