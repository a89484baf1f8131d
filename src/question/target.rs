//! The answer that is explained: which classes, in which unit.

use std::cell::RefCell;

use burn::tensor::Device;
use serde::{Deserialize, Serialize};

use crate::array::{Array, Unary};
use crate::classifier::{Answers, Classifier, at_once};
use crate::error::Result;

/// Added to a sum of probabilities before its logarithm, which has none at 0.
const SMALLEST: f32 = 1e-30;

/// The number that stands for the answer: f_c.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "kebab-case")]
pub enum Score {
    /// Softmax probability.
    #[default]
    Probability,
    /// Its logarithm.
    LogProbability,
    /// log p − log(1 − p): does not saturate where the model is sure.
    LogOdds,
    /// The score before the softmax.
    Logit,
}

/// f_c: the classes A that are asked for, and those B that they are held against.
///
/// With p the probabilities (by the softmax, or each label's own sigmoid) and z the logits, f_c is Σ_A p − Σ_B p,
/// log Σ_A p − log Σ_B p or Σ_A z − Σ_B z. The log-odds are log Σ_A p − log Σ_B p with B, where it is not given, all
/// classes beyond A; of a label that stands by itself they are its logit.
#[derive(Clone)]
pub struct Target {
    score: Score,
    answers: Answers,
    /// `[1, K]`: 1 for each class of A.
    wanted: Array,
    /// `[1, K]`: 1 for each class that the logarithm is held against: B, or for log-odds the rest; none without.
    against: Option<Array>,
    /// `[1, K]`: their difference.
    weights: Array,
}

/// What one pass through the classifier gives.
pub struct Pass {
    /// f_c in its own unit, `[N, 1]`.
    pub answers: Array,
    /// Σ_A p − Σ_B p, whatever the unit, `[N, 1]`.
    pub probabilities: Array,
    /// The gradient of Σ weight · f_c with respect to the pictures, `[N, 3, S, S]`.
    pub gradient: Array,
}

impl Pass {
    fn concat(parts: Vec<Self>) -> Self {
        let all = |of: fn(&Self) -> &Array| Array::concat(parts.iter().map(|part| of(part).clone()).collect(), 0);
        Self { answers: all(|p| &p.answers), probabilities: all(|p| &p.probabilities), gradient: all(|p| &p.gradient) }
    }
}

impl Target {
    /// Makes the target that holds these classes of a classifier against those.
    pub fn of(classifier: &dyn Classifier, wanted: &[usize], against: &[usize], score: Score) -> Self {
        Self::new(wanted, against, score, classifier.answers(), classifier.classes(), classifier.device())
    }

    fn new(
        wanted: &[usize],
        against: &[usize],
        score: Score,
        answers: Answers,
        classes: usize,
        device: &Device,
    ) -> Self {
        let chosen = |indices: &[usize]| {
            let values = (0..classes).map(|k| if indices.contains(&k) { 1.0 } else { 0.0 }).collect();
            Array::new(values, &[1, classes], device)
        };
        let wanted = chosen(wanted);
        let against = (!against.is_empty()).then(|| chosen(against));
        let weights = against.clone().map_or_else(|| wanted.clone(), |against| wanted.clone().sub(against));
        // The log-odds of a label that stands by itself are its logit.
        let score = if score == Score::LogOdds && answers == Answers::Independent { Score::Logit } else { score };
        let rest = || (score == Score::LogOdds).then(|| wanted.clone().mul_scalar(-1.0).add_scalar(1.0));
        let against = against.or_else(rest);
        Self { score, answers, wanted, against, weights }
    }

    /// Returns Σ_A p − Σ_B p of logits `[N, K]`: `[N, 1]`.
    pub fn probability(&self, logits: Array) -> Array {
        self.weighed(self.answers.of(logits))
    }

    /// Σ_A p − Σ_B p of the probabilities of all classes.
    fn weighed(&self, p: Array) -> Array {
        p.mul(self.weights.clone()).sum_axis(1)
    }

    /// Returns f_c of logits `[N, K]`: `[N, 1]`.
    pub fn answer(&self, logits: Array) -> Array {
        match self.score {
            Score::Probability => self.probability(logits),
            Score::Logit => logits.mul(self.weights.clone()).sum_axis(1),
            Score::LogProbability | Score::LogOdds => {
                let p = self.answers.of(logits);
                let log = |classes: &Array| mass(&p, classes).unary(Unary::Log);
                let wanted = log(&self.wanted);
                match &self.against {
                    Some(against) => wanted.sub(log(against)),
                    None => wanted,
                }
            }
        }
    }

    /// Returns ∂f_c/∂logits, `[N, K]`: p ∘ (w − Σ p w); q_A − q_B with q_A the probabilities within A, and q_B = p
    /// where there is no B; w. By sigmoids: p ∘ (1 − p) ∘ w; (q_A − q_B) ∘ (1 − p), q_B = 0 where there is no B; w.
    pub(crate) fn gradient(&self, logits: Array) -> Array {
        let p = self.answers.of(logits);
        self.gradient_given(p.clone(), self.weighed(p))
    }

    /// The same of the probabilities of all classes and Σ_A p − Σ_B p.
    fn gradient_given(&self, p: Array, probability: Array) -> Array {
        if self.score == Score::Logit {
            return self.weights.clone().broadcast(&p.shape());
        }
        let within = |classes: &Array| p.clone().mul(classes.clone()).div(mass(&p, classes));
        let rest = || p.clone().mul_scalar(-1.0).add_scalar(1.0);
        match (self.answers, self.score == Score::Probability) {
            (Answers::Softmax, true) => p.mul(self.weights.clone().sub(probability)),
            (Answers::Softmax, false) => {
                let other = self.against.as_ref().map_or_else(|| p.clone(), within);
                within(&self.wanted).sub(other)
            }
            (Answers::Independent, true) => p.clone().mul(rest()).mul(self.weights.clone()),
            (Answers::Independent, false) => {
                let shares = within(&self.wanted);
                let shares = self.against.as_ref().map_or(shares.clone(), |against| shares.sub(within(against)));
                shares.mul(rest())
            }
        }
    }

    /// Runs pictures `[N, 3, S, S]` and differentiates Σ weight · f_c. A few pictures at a time ([`at_once`]).
    pub(crate) fn pass(&self, classifier: &dyn Classifier, pictures: Array, weights: &[f32]) -> Result<Pass> {
        let count = weights.len();
        let at_once = at_once(classifier.device(), count);
        if count > at_once {
            let of_part = |first: usize| {
                let part = first..count.min(first + at_once);
                self.pass(classifier, pictures.clone().part(part.clone()), &weights[part])
            };
            return Ok(Pass::concat((0..count).step_by(at_once).map(of_part).collect::<Result<_>>()?));
        }
        // Both the gradient and the answers want the probabilities.
        let known: RefCell<Option<Array>> = RefCell::default();
        let gradient_of = |logits: Array| {
            let p = self.answers.of(logits);
            let probability = self.weighed(p.clone());
            known.replace(Some(probability.clone()));
            let gradient = self.gradient_given(p, probability);
            if weights.iter().all(|&weight| weight == 1.0) {
                return gradient;
            }
            gradient.mul(Array::new(weights.to_vec(), &[weights.len(), 1], classifier.device()))
        };
        let (logits, gradient) = classifier.logits_and_gradient(pictures, &gradient_of)?;
        let probabilities = known.take().unwrap_or_else(|| self.probability(logits.clone()));
        let answers = if self.score == Score::Probability { probabilities.clone() } else { self.answer(logits) };
        Ok(Pass { answers, probabilities, gradient })
    }
}

fn mass(probabilities: &Array, classes: &Array) -> Array {
    probabilities.clone().mul(classes.clone()).sum_axis(1).add_scalar(SMALLEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    const LOGITS: [f32; 4] = [0.3, -1.1, 0.9, 0.2];

    fn logits(values: &[f32]) -> Array {
        Array::new(values.to_vec(), &[1, 4], &Device::flex())
    }

    #[test]
    fn every_answer_has_the_gradient_it_claims() {
        let scores = [Score::Probability, Score::LogProbability, Score::LogOdds, Score::Logit];
        let cases = scores.into_iter().flat_map(|score| [(score, Answers::Softmax), (score, Answers::Independent)]);
        for (score, answers) in cases {
            for against in [vec![], vec![1], vec![0, 3]] {
                let target = Target::new(&[2], &against, score, answers, 4, &Device::flex());
                let gradient = read(target.gradient(logits(&LOGITS)));
                for k in 0..4 {
                    let moved = |by: f32| {
                        let mut values = LOGITS;
                        values[k] += by;
                        read(target.answer(logits(&values)))[0]
                    };
                    let numeric = (moved(1e-2) - moved(-1e-2)) / 2e-2;
                    let case = format!("{score:?} {answers:?} against {against:?}, class {k}");
                    assert!((numeric - gradient[k]).abs() < 2e-3, "{case}: {numeric} against {}", gradient[k]);
                }
            }
        }
    }

    #[test]
    fn log_odds_hold_a_class_against_all_others() {
        let target = Target::new(&[2], &[], Score::LogOdds, Answers::Softmax, 4, &Device::flex());
        let p = read(target.probability(logits(&LOGITS)))[0];
        assert!((read(target.answer(logits(&LOGITS)))[0] - (p / (1.0 - p)).ln()).abs() < 1e-5, "{p}");
    }

    #[test]
    fn a_contrast_of_logarithms_is_the_difference_of_the_logits() {
        let target = Target::new(&[2], &[1], Score::LogProbability, Answers::Softmax, 4, &Device::flex());
        assert!((read(target.answer(logits(&LOGITS)))[0] - 2.0).abs() < 1e-5);
    }

    #[test]
    fn each_label_of_several_sigmoids_has_its_own_probability() {
        let target = Target::new(&[2], &[], Score::Probability, Answers::Independent, 4, &Device::flex());
        let other = [9.0, -1.1, 0.9, 9.0];
        for values in [LOGITS, other] {
            let p = read(target.probability(logits(&values)))[0];
            assert!((p - 1.0 / (1.0 + (-0.9f32).exp())).abs() < 1e-6, "{p}");
        }
    }
}
