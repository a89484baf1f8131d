//! The attacks and their settings.

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind, Result};

/// How an attack moves a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// One step of the gradient's sign away from the answer (I. Goodfellow, J. Shlens and C. Szegedy, ICLR 2015).
    Fgsm,
    /// Steps of 1/255 of the gradient's sign towards the least likely class (A. Kurakin, I. Goodfellow and S. Bengio,
    /// 2016): the attack of \[MP\] section 5.5.
    LeastLikely,
    /// Projected steps of the sign from random starts, with the margin between logits as the loss (A. Madry et al.,
    /// ICLR 2018).
    Pgd,
    /// The same within a Euclidean ball.
    PgdL2,
    /// A square anywhere in the picture whose pixels may change freely (T. Brown et al., 2017).
    Patch,
}

impl Kind {
    /// Every attack, in the order in which lists show them.
    pub const ALL: [Kind; 5] = [Kind::LeastLikely, Kind::Fgsm, Kind::Pgd, Kind::PgdL2, Kind::Patch];

    /// Returns the name in the command and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Fgsm => "fgsm",
            Kind::LeastLikely => "least-likely",
            Kind::Pgd => "pgd",
            Kind::PgdL2 => "pgd-l2",
            Kind::Patch => "patch",
        }
    }

    /// Returns what the attack does, in one sentence.
    pub fn summary(self) -> &'static str {
        match self {
            Kind::Fgsm => "One step away from the answer, of eps/255 in every value.",
            Kind::LeastLikely => "Small steps towards the least likely class, at most eps/255 in any value.",
            Kind::Pgd => "Many steps from random starts, at most eps/255 in any value.",
            Kind::PgdL2 => "Many steps from random starts, eps/255 in root mean square.",
            Kind::Patch => "A square of eps percent of the picture whose pixels are free.",
        }
    }

    /// Returns the attack's usual size, in the unit of [`Attack::eps`].
    pub fn usual_eps(self) -> f32 {
        match self {
            Kind::Fgsm | Kind::LeastLikely | Kind::Pgd => 8.0,
            Kind::PgdL2 => 2.0,
            Kind::Patch => 5.0,
        }
    }
}

impl std::str::FromStr for Kind {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let names = || Kind::ALL.map(Kind::name).join(", ");
        Kind::ALL
            .into_iter()
            .find(|kind| kind.name() == name)
            .ok_or_else(|| format!("no attack is called {name}; there are {}", names()))
    }
}

/// An attack with all its settings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attack {
    /// How it moves the picture.
    pub kind: Kind,
    /// Its size ε: the largest change of a value in 1/255; for `pgd-l2` the root mean square of the change in 1/255 (2
    /// is a norm of 3.04 at 224 pixels); for `patch` the share of the picture's area, in percent.
    pub eps: f32,
    /// Steps taken.
    pub steps: usize,
    /// Starts that are tried; the best end counts.
    pub restarts: usize,
    /// λ, the weight of the detector in the loss: 0 attacks the answer alone.
    pub evasion: f32,
    /// μ, the weight of the mask deletions in the loss: above 0 the new answer must outlast the deletion of its own
    /// masks.
    #[serde(default)]
    pub outlasting: f32,
    /// Seed of the random starts and places.
    pub seed: u64,
}

/// Steps and restarts of the projected attacks, as RobustBench's users run them.
const STEPS: usize = 40;
const RESTARTS: usize = 5;
/// The largest size: every value may become any.
const LARGEST_EPS: f32 = 255.0;

impl Attack {
    /// Makes an attack of a size, with its usual steps and restarts.
    pub fn new(kind: Kind, eps: f32) -> Self {
        let (steps, restarts) = match kind {
            Kind::Fgsm => (1, 1),
            Kind::LeastLikely => ((eps + 4.0).min(1.25 * eps).ceil().max(0.0) as usize, 1),
            Kind::Pgd | Kind::PgdL2 | Kind::Patch => (STEPS, RESTARTS),
        };
        Self { kind, eps, steps, restarts, evasion: 0.0, outlasting: 0.0, seed: 0 }
    }

    /// Returns the same attack, made to evade the detector with weight λ.
    #[must_use]
    pub fn evading(self, evasion: f32) -> Self {
        Self { evasion, ..self }
    }

    /// Returns the same attack, made to outlast masks with weight μ.
    #[must_use]
    pub fn outlasting(self, outlasting: f32) -> Self {
        Self { outlasting, ..self }
    }

    /// Returns whether the attack is adaptive: whether it attacks more than the answer.
    pub(super) fn adapts(&self) -> bool {
        self.evasion > 0.0 || self.outlasting > 0.0
    }

    /// Returns the attack's name: its kind and size, the weights λ and μ if they are not 0, and its steps and starts if
    /// they are not the usual ones: `pgd 8`, `pgd 8 λ1`, `pgd 8 μ1 starts 1`. Rows and files use it, so different
    /// attacks with one seed have different names.
    pub fn name(&self) -> String {
        let weight = |name: &str, weight: f32| if weight > 0.0 { format!(" {name}{weight}") } else { String::new() };
        let (evasion, outlasting) = (weight("λ", self.evasion), weight("μ", self.outlasting));
        let usual = Self::new(self.kind, self.eps);
        let count =
            |name: &str, n: usize, usual: usize| if n == usual { String::new() } else { format!(" {name} {n}") };
        let (steps, starts) = (count("steps", self.steps, usual.steps), count("starts", self.restarts, usual.restarts));
        format!("{} {}{evasion}{outlasting}{steps}{starts}", self.kind.name(), self.eps)
    }

    /// Refuses settings that no attack can use.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] and names the first setting that is out of range.
    pub fn check(&self) -> Result<()> {
        let wrong = |what: String| Err(Error::new(ErrorKind::Settings, what));
        let largest = if self.kind == Kind::Patch { 100.0 } else { LARGEST_EPS };
        if !(0.0..=largest).contains(&self.eps) {
            return wrong(format!("eps of {} lies between 0 and {largest}, not {}", self.kind.name(), self.eps));
        }
        for (of, weight) in [("the detector", self.evasion), ("masks", self.outlasting)] {
            if !(weight >= 0.0 && weight.is_finite()) {
                return wrong(format!("the weight of {of} is at least 0, not {weight}"));
            }
        }
        if self.restarts == 0 || self.restarts > 100 || self.steps > 10_000 {
            return wrong("an attack has 1 to 100 restarts and at most 10000 steps".into());
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_iteration_takes_the_papers_steps() {
        let steps = |eps: f32| Attack::new(Kind::LeastLikely, eps).steps;
        assert_eq!([0.0, 1.0, 2.0, 4.0, 8.0, 12.0, 16.0].map(steps), [0, 2, 3, 5, 10, 15, 20]);
    }

    #[test]
    fn names_are_read_back_and_nonsense_is_refused() {
        for kind in Kind::ALL {
            assert_eq!(kind.name().parse(), Ok(kind));
        }
        assert!("magic".parse::<Kind>().expect_err("unknown").contains("least-likely"));
        for attack in [
            Attack::new(Kind::Pgd, -1.0),
            Attack::new(Kind::Pgd, f32::NAN),
            Attack::new(Kind::Patch, 101.0),
            Attack::new(Kind::Pgd, 8.0).evading(-1.0),
            Attack::new(Kind::Pgd, 8.0).outlasting(f32::INFINITY),
            Attack { restarts: 0, ..Attack::new(Kind::Pgd, 8.0) },
        ] {
            assert!(attack.check().is_err(), "{attack:?}");
        }
        assert_eq!(Attack::new(Kind::Pgd, 8.0).evading(0.1).name(), "pgd 8 λ0.1");
        assert_eq!(Attack::new(Kind::Pgd, 8.0).evading(1.0).outlasting(2.0).name(), "pgd 8 λ1 μ2");
        let shorter = Attack { steps: 10, restarts: 1, ..Attack::new(Kind::Pgd, 8.0) };
        assert_eq!(shorter.name(), "pgd 8 steps 10 starts 1", "it has a row and a file of its own");
    }
}
