//! The order of pixels for judges: what must go *and* what is enough, cut to what the answer cannot do without.
//!
//! A mask that deletes leaves ties, and says little of the pixels it keeps. Judges that draw curves or boxes
//! ask about every pixel's place. So two more descents of [`super::fast`] ask the other question, what must be kept so that
//! the answer stays, each along prices 3 λ₁, λ₁ and 0.3 λ₁, from the paper's disc and from the integrated gradient.
//! A pixel's evidence is the mean of three,
//!
//! e(p) = (e₀(p) + m₁(p) + m₂(p)) / 3,
//!
//! where e₀ is the run's own and m₁ and m₂ the means of those descents' paths. [`super::trim`] then cuts it. The
//! run's mask stays as it is.
//!
//! This is our own. The two games are \[MP\]'s (section 4.1), and iGOS++ ([`super::igos_plus`]) too learns by both. What it is
//! worth is in docs/results.md.

use super::{Fast, trim};
use crate::error::Result;
use crate::methods::optimise::{Jitter, Problem, Search};
use crate::methods::{Game, Settings, Start};

/// Where the descents that keep begin. Each has as many steps as the preset of *fast*.
const STARTS: [Start; 2] = [Start::Disc, Start::Direction];
const STEPS: usize = 48;
/// Prices of their area, as multiples of λ₁. The cheap last one lets the region grow, and so orders more pixels.
const PATH: [f32; 3] = [3.0, 1.0, 0.3];

/// The refined order of a run's evidence `[S, S]`, in [0, 1]. It takes 96 pairs of passes and some seventy forward.
pub(crate) async fn order(problem: &Problem, evidence: &[f32]) -> Result<Vec<f32>> {
    let share = 1.0 / (1 + STARTS.len()) as f32;
    let mut mean: Vec<f32> = evidence.iter().map(|e| e * share).collect();
    for start in STARTS {
        let kept = kept(problem, start).await?;
        mean.iter_mut().zip(kept).for_each(|(sum, k)| *sum += k * share);
    }
    trim::trimmed(problem, &mean).await
}

/// The mean of the path of a descent that keeps, `[S, S]` in [0, 1].
async fn kept(problem: &Problem, start: Start) -> Result<Vec<f32>> {
    let settings = Settings {
        game: Game::Preserve,
        iterations: STEPS,
        path: PATH.to_vec(),
        starts: vec![start],
        ..problem.settings.clone()
    };
    let jitter = Jitter::shuffled(settings.seed, settings.jitter);
    let mut problem = Problem { settings, jitter, ..problem.clone() };
    let mut descent = Fast::new(&problem).await?;
    for _ in 0..descent.total() {
        descent.step(&mut problem)?;
    }
    descent.path_mask().read().await
}
