//! Learned explanations: the mask that makes an answer vanish, found by gradient descent.
//!
//! [`Run`] prepares and steps, by whichever [`Method`]; [`Explanation`] is what it leaves: the mask, the
//! pictures deleted and preserved by it, and their scores. The methods of [`crate::methods`] leave the
//! same, so that whatever draws or judges one takes any.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 4. Deviations, each an option: the gradient includes the
//! adjoint of the mask's smoothing (`straight_through` leaves it out, as the published code does);
//! the null's σ counts at most on a 500-pixel photo (`sigma_at`); the best iterate is kept, not the last.

mod report;
mod run;
mod spread;

pub use report::{DeviceUsed, ImageUsed, Report};
pub use run::{Progress, Region, Run};
pub use spread::{Spread, spread};

use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::methods::{Game, Settings};
use crate::picture::{Planes, RgbImage, Scene};
use crate::question::{Scores, Subject, Target};

/// A finished (or stopped) explanation.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The settings it was learned with.
    pub settings: Settings,
    /// What was explained.
    pub subject: Subject,
    /// The picture and its null image as the model sees them.
    pub scene: Scene,
    /// The scores, all of them.
    pub scores: Scores,
    /// Cells of the grid on each axis.
    pub cells: usize,
    /// The learned grid, row by row.
    pub grid: Vec<f32>,
    /// Side of the mask, in pixels.
    pub side: usize,
    /// The mask at the model's size, row by row.
    pub mask: Vec<f32>,
    /// A mask `[S, S]` that orders the pixels which this one deletes alike, once [`Run::rank`] gave it. Not kept in reports.
    pub ranking_mask: Option<Vec<f32>>,
    /// Steps taken.
    pub iterations: usize,
    /// The energy at each step; empty where nothing is minimised.
    pub energies: Vec<f32>,
    /// Probability of the target in the blended picture at each step.
    pub score_curve: Vec<f32>,
}

impl Explanation {
    /// How much each pixel is evidence, `[S, S]` in [0, 1]: what is deleted, or in the preservation game what is kept.
    pub fn evidence(&self) -> Vec<f32> {
        self.evidence_of(&self.mask)
    }

    /// The order in which pixels are evidence, `[S, S]` in [0, 1], larger first. It is [`Explanation::evidence`] unless the
    /// method learned a finer order; judges that draw boxes or curves by a map take it.
    pub fn ranking(&self) -> Vec<f32> {
        self.evidence_of(self.ranking_mask.as_ref().unwrap_or(&self.mask))
    }

    fn evidence_of(&self, mask: &[f32]) -> Vec<f32> {
        match self.settings.game {
            Game::Preserve => mask.to_vec(),
            Game::Delete | Game::Dual => mask.iter().map(|m| 1.0 - m).collect(),
        }
    }

    /// Mean of the mask.
    pub fn mask_mean(&self) -> f32 {
        self.mask.iter().sum::<f32>() / self.mask.len() as f32
    }

    /// Share of the picture that is evidence by more than half.
    pub fn area_at_half(&self) -> f32 {
        let evidence = self.evidence();
        evidence.iter().filter(|&&e| e > 0.5).count() as f32 / evidence.len() as f32
    }

    /// The picture with the evidence deleted.
    pub fn deleted(&self) -> RgbImage {
        self.blended(|evidence| 1.0 - evidence)
    }

    /// The picture with everything but the evidence deleted.
    pub fn preserved(&self) -> RgbImage {
        self.blended(|evidence| evidence)
    }

    fn blended(&self, keep: impl Fn(f32) -> f32) -> RgbImage {
        let evidence = self.evidence();
        let plane = evidence.len();
        let (photo, null) = (&self.scene.photo.values, &self.scene.null.values);
        let values = (0..3 * plane).map(|i| null[i] + keep(evidence[i % plane]) * (photo[i] - null[i])).collect();
        Planes { side: self.side, values }.to_picture()
    }

    /// Scores the pictures that [`Explanation::deleted`] and [`Explanation::preserved`] show, without jitter.
    async fn prove(&mut self, classifier: &dyn Classifier, target: &Target) -> Result<()> {
        let evidence = self.evidence();
        let deleting = evidence.iter().map(|e| 1.0 - e);
        let masks: Vec<f32> = deleting.chain(evidence.iter().copied()).collect();
        let masks = Array::new(masks, &[2, 1, self.side, self.side], classifier.device());
        let views = crate::picture::Jitterable::new(&self.scene, self.side, classifier.device());
        let scores = target.probability(classifier.logits(views.view((0, 0)).blend(masks))?).read().await?;
        (self.scores.deleted, self.scores.preserved) = (scores[0], scores[1]);
        self.scores.normalised = self.scores.normalise(scores[0]);
        Ok(())
    }

    /// The finding in one sentence.
    pub fn sentence(&self) -> String {
        let Scores { original, deleted, preserved, .. } = self.scores;
        let area = 100.0 * self.area_at_half();
        let label = &self.subject.label;
        let verb = match self.settings.null {
            crate::picture::Null::Blur | crate::picture::Null::Pyramid => "Blurring",
            crate::picture::Null::Mean => "Painting over",
            crate::picture::Null::Noise => "Replacing with noise",
        };
        match self.settings.game {
            Game::Preserve => {
                format!("Keeping {area:.1} % of the picture leaves {label} at {preserved:.2} of {original:.2}.")
            }
            _ => format!("{verb} {area:.1} % of the picture takes {label} from {original:.2} to {deleted:.2}."),
        }
    }
}
