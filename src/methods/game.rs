//! The games that a mask can play.

use serde::{Deserialize, Serialize};

/// What the mask is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Game {
    /// Delete as little as possible so that the answer vanishes: min λ₁ Σ|1 − m| + λ₂ TV + f(Φ(x, m)).
    #[default]
    Delete,
    /// Keep as little as possible so that the answer stays: min λ₁ Σ|m| + λ₂ TV − f(Φ(x, m)).
    Preserve,
    /// Both at once: min λ₁ Σ|1 − m| + λ₂ TV + f(Φ(x, m)) − f(Φ(x, 1 − m)).
    Dual,
}

impl Game {
    /// Every game.
    pub const ALL: &'static [Game] = &[Game::Delete, Game::Preserve, Game::Dual];

    /// Returns its name in the command and the reports.
    pub fn name(self) -> &'static str {
        match self {
            Game::Delete => "delete",
            Game::Preserve => "preserve",
            Game::Dual => "dual",
        }
    }
}
