//! A finished (or stopped) explanation: the mask, the order of the pixels, the pictures and the scores.

use serde::{Deserialize, Serialize};

use super::finding::{Finding, Rule};
use crate::error::Result;
use crate::map::Map;
use crate::methods::{Game, Settings};
use crate::picture::{Planes, RgbImage, Scene};
use crate::question::{Edit, Question, Scores, Subject};

/// How long an explanation took, in seconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Seconds {
    /// Seconds until the mask was learned.
    pub mask: f64,
    /// Seconds that the order of the pixels took after that.
    pub order: f64,
}

impl Seconds {
    /// Returns the seconds of both together.
    pub fn total(self) -> f64 {
        self.mask + self.order
    }
}

/// A finished (or stopped) explanation.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The settings with which it was learned.
    pub settings: Settings,
    /// The class that was explained.
    pub subject: Subject,
    /// The picture and its null image as the model sees them.
    pub scene: Scene,
    /// The scores with the soft mask applied, and of both ends.
    pub scores: Scores,
    /// The region cut from the evidence and what it does; `None` until the model has been asked about it.
    pub finding: Option<Finding>,
    /// The learned grid: 1 keeps, 0 deletes.
    pub grid: Map,
    /// The mask at the model's size: 1 keeps, 0 deletes.
    pub mask: Map,
    /// An order of the pixels finer than the evidence's own, in [0, 1], the more important the larger; `None` if there
    /// is none.
    pub order: Option<Map>,
    /// Number of steps taken for the mask.
    pub iterations: usize,
    /// The energy at each step. Empty if nothing is minimised.
    pub energies: Vec<f32>,
    /// Probability of the target in the blended picture at each step.
    pub score_curve: Vec<f32>,
    /// How long the mask and the order took.
    pub seconds: Seconds,
}

impl Explanation {
    /// Returns the evidence of each pixel, in [0, 1]: how much of it is deleted, or in the preservation game how much
    /// is kept.
    pub fn evidence(&self) -> Map {
        evidence_of(&self.mask, self.settings.game)
    }

    /// Returns the order of the pixels as evidence, in [0, 1], the more important the larger: the finer order if there
    /// is one, otherwise the evidence itself.
    pub fn ranking(&self) -> Map {
        self.order.clone().unwrap_or_else(|| self.evidence())
    }

    /// Returns the share of the picture whose evidence exceeds one half, in [0, 1].
    pub fn area_at_half(&self) -> f32 {
        self.evidence().share_above(0.5)
    }

    /// Returns the picture with the evidence deleted.
    pub fn deleted(&self) -> RgbImage {
        self.blended(|evidence| 1.0 - evidence)
    }

    /// Returns the picture with everything but the evidence deleted.
    pub fn preserved(&self) -> RgbImage {
        self.blended(|evidence| evidence)
    }

    fn blended(&self, keep: impl Fn(f32) -> f32) -> RgbImage {
        let evidence = self.evidence().values;
        let plane = evidence.len();
        let (photo, null) = (&self.scene.photo.values, &self.scene.null.values);
        let values = (0..3 * plane).map(|i| null[i] + keep(evidence[i % plane]) * (photo[i] - null[i])).collect();
        Planes { side: self.mask.side, values }.to_picture()
    }

    /// Scores the pictures that [`Explanation::deleted`] and [`Explanation::preserved`] show, and the region, without
    /// jitter.
    pub(super) async fn prove(&mut self, question: &Question) -> Result<()> {
        let evidence = self.evidence();
        let scores = question.scores(&[Edit::delete(&evidence), Edit::keep(&evidence)]).await?;
        (self.scores.deleted, self.scores.preserved) = (scores[0], scores[1]);
        self.scores.normalised = self.scores.normalise(scores[0]);
        self.finding = Some(Finding::new(question, &evidence, self.rule()).await?);
        Ok(())
    }

    /// Returns the finding in words: what deleting (or keeping) the region does. All figures belong to the same edit.
    pub fn sentence(&self) -> String {
        match &self.finding {
            Some(finding) => finding.sentence(&self.subject.label, self.settings.null, self.rule()),
            None => String::new(),
        }
    }

    /// Returns, in sentences, what a reader must know before believing the finding.
    pub fn warnings(&self) -> &[String] {
        self.finding.as_ref().map_or(&[], |finding| &finding.warnings)
    }

    fn rule(&self) -> Rule {
        Rule { game: self.settings.game, ends: self.scores.ends() }
    }
}

/// Returns the part of a mask that is evidence in a game, in [0, 1].
pub(super) fn evidence_of(mask: &Map, game: Game) -> Map {
    match game {
        Game::Preserve => mask.clone(),
        Game::Delete | Game::Dual => mask.complement(),
    }
}
