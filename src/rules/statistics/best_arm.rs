//! The best of several regions with as few trials as necessary: KL-LUCB.
//!
//! Each region is an arm of a bandit, a trial asks whether its rule holds under one random deletion, and the best arm
//! has the largest chance p to hold. With N trials of which a share p̂ held, d the Kullback-Leibler divergence of two
//! coins and an exploration rate β, the bounds of an arm are
//!
//! U = max {q ≥ p̂ : N d(p̂, q) ≤ β}, L = min {q ≤ p̂ : N d(p̂, q) ≤ β},
//! β(t) = ln(k m t^α / δ) + ln ln(k m t^α / δ), k = 405.5, α = 1.1, for m arms in round t.
//!
//! Each round tries the arm of the largest share and, of the others, the one of the largest U; it ends once that U
//! exceeds the leader's L by less than ε. The leader is then within ε of the best with probability 1 − δ. Here
//! δ = .05, ε = .1, and an arm is tried 8 times at once, as a batch of the model. The bounds are found by bisection to
//! the last bits.
//!
//! The shares seen here are optimistic for the arm that won: measure it on fresh trials before printing a number.
//!
//! Reference: E. Kaufmann and S. Kalyanakrishnan, "Information complexity in bandit subset selection", COLT 2013,
//! section 4 and theorem 2; used for rules of one picture by M. T. Ribeiro, S. Singh and C. Guestrin, "Anchors", AAAI
//! 2018.
//!
//! ```
//! use vanish::rules::statistics::{Arm, BestArm};
//!
//! let mut best = BestArm::new(2).expect("from 1 to 10 arms");
//! while let Some(arms) = best.wanted() {
//!     // The first arm holds in 7 of 8 trials, the second in 2.
//!     let round = arms.into_iter().map(|arm| (arm, Arm { held: if arm == 0 { 7 } else { 2 }, trials: 8 }));
//!     best.record(&round.collect::<Vec<_>>());
//! }
//! assert_eq!(best.choice().map(|choice| (choice.arm, choice.separated)), Some((0, true)));
//! ```

/// More arms than this are refused, because they take too many trials.
pub const MOST_ARMS: usize = 10;
/// The chance that the choice is not within ε of the best.
const DELTA: f64 = 0.05;
/// How much worse than the best the choice may be.
const EPSILON: f64 = 0.1;
/// Trials of an arm at once.
const BATCH: usize = 8;
/// The search stops at this many trials an arm, on average, separated or not.
const TRIALS_PER_ARM: usize = 300;
/// The constants k and α of the exploration rate.
const RATE: (f64, f64) = (405.5, 1.1);

/// Counts the trials of one arm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Arm {
    /// The number of trials in which the rule held.
    pub held: usize,
    /// The number of trials.
    pub trials: usize,
}

impl Arm {
    /// Computes the share that held; 0 before the first trial.
    pub fn share(&self) -> f64 {
        if self.trials == 0 { 0.0 } else { self.held as f64 / self.trials as f64 }
    }
}

/// Names the arm that was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Choice {
    /// The arm's index.
    pub arm: usize,
    /// Whether the bounds prove it within ε of the best; otherwise the trials ran out first.
    pub separated: bool,
    /// The trials of all arms together.
    pub trials: usize,
}

/// A search for the best arm, which names the arms to try and takes their results.
#[derive(Clone, Debug)]
pub struct BestArm {
    arms: Vec<Arm>,
    /// Rounds done, t of the exploration rate.
    rounds: usize,
}

impl BestArm {
    /// Begins a search among `arms` arms; `None` without arms or with more than [`MOST_ARMS`].
    pub fn new(arms: usize) -> Option<Self> {
        (1..=MOST_ARMS).contains(&arms).then(|| Self { arms: vec![Arm::default(); arms], rounds: 0 })
    }

    /// Says how often to try each arm of [`BestArm::wanted`].
    pub fn batch(&self) -> usize {
        BATCH
    }

    /// Gives the trials of each arm so far.
    pub fn arms(&self) -> &[Arm] {
        &self.arms
    }

    /// Names the arms to try next: all in the first round, then the leader and its rival; `None` once the
    /// choice stands.
    pub fn wanted(&self) -> Option<Vec<usize>> {
        if self.rounds == 0 {
            return Some((0..self.arms.len()).collect());
        }
        let rival = self.rival().filter(|&rival| !self.separated(rival))?;
        (self.trials() + 2 * BATCH <= TRIALS_PER_ARM * self.arms.len()).then(|| vec![self.leader(), rival])
    }

    /// Adds the results of a round: each arm's index with its new trials. Indices out of range are ignored.
    pub fn record(&mut self, round: &[(usize, Arm)]) {
        for (index, new) in round {
            if let Some(arm) = self.arms.get_mut(*index) {
                *arm = Arm { held: arm.held + new.held.min(new.trials), trials: arm.trials + new.trials };
            }
        }
        self.rounds += 1;
    }

    /// Gives the leader; `None` before the first round.
    pub fn choice(&self) -> Option<Choice> {
        let separated = self.rival().is_none_or(|rival| self.separated(rival));
        (self.rounds > 0).then(|| Choice { arm: self.leader(), separated, trials: self.trials() })
    }

    fn trials(&self) -> usize {
        self.arms.iter().map(|arm| arm.trials).sum()
    }

    /// The arm of the largest share, the first of several.
    fn leader(&self) -> usize {
        first_largest((0..self.arms.len()).map(|i| (i, self.arms[i].share()))).unwrap_or(0)
    }

    /// Of the others, the one that may be best: that of the largest upper bound. There is none for a single arm.
    fn rival(&self) -> Option<usize> {
        let leader = self.leader();
        let others = (0..self.arms.len()).filter(|&i| i != leader);
        first_largest(others.map(|i| (i, self.upper(i))))
    }

    fn separated(&self, rival: usize) -> bool {
        let leader = self.arms[self.leader()];
        self.upper(rival) - kl_lower_bound(leader.share(), leader.trials, self.rate()) < EPSILON
    }

    fn upper(&self, arm: usize) -> f64 {
        kl_upper_bound(self.arms[arm].share(), self.arms[arm].trials, self.rate())
    }

    /// The exploration rate β(t).
    fn rate(&self) -> f64 {
        exploration_rate(self.arms.len(), self.rounds, DELTA)
    }
}

/// β(t) = ln x + ln ln x with x = k m t^α / δ.
fn exploration_rate(arms: usize, round: usize, delta: f64) -> f64 {
    let log = (RATE.0 * arms as f64 * (round.max(1) as f64).powf(RATE.1) / delta).ln();
    log + log.ln()
}

fn first_largest(items: impl Iterator<Item = (usize, f64)>) -> Option<usize> {
    items.reduce(|best, next| if next.1 > best.1 { next } else { best }).map(|(index, _)| index)
}

/// Computes the Kullback-Leibler divergence of coins with chances p and q in [0, 1], in nats:
/// d(p, q) = p ln(p/q) + (1 − p) ln((1 − p)/(1 − q)), with 0 ln 0 = 0; infinite where q excludes what p allows.
pub fn kl_divergence(p: f64, q: f64) -> f64 {
    let term = |a: f64, b: f64| if a > 0.0 { a * (a / b).ln() } else { 0.0 };
    term(p, q) + term(1.0 - p, 1.0 - q)
}

/// Finds the largest chance q ≥ `share` that `trials` trials do not refute at rate β: trials · d(share, q) ≤ β.
pub fn kl_upper_bound(share: f64, trials: usize, rate: f64) -> f64 {
    farthest(share, 1.0, |q| kl_divergence(share, q) <= rate / trials as f64)
}

/// Finds the smallest chance q ≤ `share` that `trials` trials do not refute at rate β.
pub fn kl_lower_bound(share: f64, trials: usize, rate: f64) -> f64 {
    farthest(share, 0.0, |q| kl_divergence(share, q) <= rate / trials as f64)
}

/// Finds the allowed point that is farthest from `start` towards `end`. The allowed points form one interval from
/// `start`.
fn farthest(start: f64, end: f64, allowed: impl Fn(f64) -> bool) -> f64 {
    if allowed(end) {
        return end;
    }
    let (mut inside, mut outside) = (start, end);
    // Each halving is a bit; 60 leave none in a double between 0 and 1.
    for _ in 0..60 {
        let middle = f64::midpoint(inside, outside);
        *(if allowed(middle) { &mut inside } else { &mut outside }) = middle;
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::statistics::draw::{below, stream};

    #[test]
    fn the_bound_is_exact_where_one_bisection_is_not() {
        // 285 of 300 with 20 arms in the first round: .853, where a single bisection gives .795.
        let bound = kl_lower_bound(0.95, 300, exploration_rate(20, 1, 0.05));
        assert!((bound - 0.853).abs() < 5e-4, "{bound}");
    }

    #[test]
    fn bounds_spend_the_rate_to_the_last_bits() {
        for (share, trials, rate) in [(0.2, 8, 3.0), (0.5, 100, 10.0), (0.99, 40, 2.0)] {
            for bound in [kl_upper_bound(share, trials, rate), kl_lower_bound(share, trials, rate)] {
                assert!((trials as f64 * kl_divergence(share, bound) - rate).abs() < 1e-6, "{share} {bound}");
            }
        }
        assert_eq!((kl_upper_bound(0.5, 0, 1.0), kl_lower_bound(0.5, 0, 1.0)), (1.0, 0.0));
        // Without failures the divergence is −ln q: the bound is e^(−β/N).
        assert!((kl_lower_bound(1.0, 40, 4.0) - (-0.1f64).exp()).abs() < 1e-12);
        assert_eq!(kl_upper_bound(1.0, 40, 4.0), 1.0);
    }

    /// A search with arms of known chances; gives the choice.
    fn search(chances: &[f64], seed: u64) -> Choice {
        let (mut random, mut best) = (stream(seed), BestArm::new(chances.len()).expect("arms"));
        while let Some(arms) = best.wanted() {
            let round: Vec<(usize, Arm)> = arms
                .into_iter()
                .map(|arm| {
                    let held = (0..best.batch())
                        .filter(|_| (below(&mut random, 1 << 20) as f64) < chances[arm] * f64::from(1 << 20));
                    (arm, Arm { held: held.count(), trials: best.batch() })
                })
                .collect();
            best.record(&round);
        }
        best.choice().expect("a round was done")
    }

    #[test]
    fn a_choice_that_is_separated_is_within_epsilon_of_the_best() {
        let chances = [0.9, 0.7, 0.75, 0.5, 0.2];
        let choices: Vec<Choice> = (0..300).map(|seed| search(&chances, seed)).collect();
        let wrong = choices.iter().filter(|choice| choice.separated && chances[choice.arm] < 0.9 - EPSILON).count();
        let separated = choices.iter().filter(|choice| choice.separated).count();
        // δ allows 15 of 300.
        assert!(wrong <= 15 && separated >= 270, "{wrong} wrong, {separated} separated");
        let passes = choices.iter().map(|choice| choice.trials).sum::<usize>() as f64 / (300.0 * 5.0);
        println!("{passes} trials an arm, {separated} of 300 separated, {wrong} wrong");
        assert!(passes < TRIALS_PER_ARM as f64, "{passes} trials an arm");
    }

    #[test]
    fn equal_arms_end_by_the_budget() {
        let choice = search(&[0.5, 0.5, 0.5], 1);
        assert!(!choice.separated && choice.trials <= 3 * TRIALS_PER_ARM, "{choice:?}");
    }

    #[test]
    fn a_single_arm_is_the_best_after_one_batch() {
        assert_eq!(search(&[0.3], 1), Choice { arm: 0, separated: true, trials: BATCH });
        assert!(BestArm::new(0).is_none() && BestArm::new(MOST_ARMS + 1).is_none());
        assert_eq!(BestArm::new(3).and_then(|best| best.choice()), None);
    }
}
