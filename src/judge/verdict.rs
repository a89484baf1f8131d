//! The verdict on one explanation, so that methods can be compared side by side.
//!
//! All are judged on common ground: the same class, and the same null image ([`common_scene`]), whatever an explanation
//! was made with. `vanish evaluate` and the page's comparison both come through here.

use super::{Judge, deletion_game, insertion_deletion, localisation};
use crate::classifier::Classifier;
use crate::error::Result;
use crate::methods::Settings;
use crate::picture::RgbImage;
use crate::picture::Scene;

/// The picture at the model's size, unshifted, and the null image that judges every method: the paper's blur.
pub fn common_scene(picture: &RgbImage, resize: usize, side: usize) -> Scene {
    Settings { jitter: 0, ..Settings::default() }.scene(picture, resize, side)
}

/// Which judges are asked; the truth is compared with wherever there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// [`deletion_game`]: up to a hundred pictures through the model.
    pub deletion_game: bool,
    /// [`insertion_deletion`]: twice 29 pictures.
    pub curves: bool,
}

impl Asked {
    /// Every judge.
    pub const ALL: Asked = Asked { deletion_game: true, curves: true };
}

/// A class of a picture in which explanations are judged.
pub struct Trial<'a> {
    /// The model that is asked.
    pub classifier: &'a dyn Classifier,
    /// Of the model's size, as [`common_scene`] makes it.
    pub scene: &'a Scene,
    /// Position of the class in the model's output.
    pub class: usize,
    /// Which pixels are the evidence, `[S, S]`, where that is known.
    pub truth: Option<&'a [bool]>,
}

/// What the judges say. A field is empty where its judge was not asked or cannot know.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Verdict {
    /// Areas in pixels for each of [`deletion_game::THRESHOLDS`]; `None` within is a miss.
    pub deletion_game: Option<deletion_game::Areas>,
    /// Area under the insertion curve, in [0, 1]; larger is better.
    pub insertion: Option<f32>,
    /// Area under the deletion curve, in [0, 1]; smaller is better.
    pub deletion: Option<f32>,
    /// Intersection over union with the truth at the best threshold, in [0, 1].
    pub overlap: Option<f32>,
}

impl Trial<'_> {
    /// Judges evidence `[S, S]` in [0, 1].
    ///
    /// # Errors
    /// As the classifier's.
    pub async fn judge(&self, evidence: &[f32], asked: Asked) -> Result<Verdict> {
        let mut verdict = Verdict { overlap: self.overlap(evidence), ..Verdict::default() };
        if asked.deletion_game {
            let judge = Judge::new(self.classifier, self.scene, self.class).await?;
            verdict.deletion_game = Some(deletion_game::play(&judge, evidence).await?);
        }
        if asked.curves {
            let areas = insertion_deletion::measure(self.classifier, self.scene, self.class, evidence).await?;
            (verdict.insertion, verdict.deletion) = (Some(areas.insertion), Some(areas.deletion));
        }
        Ok(verdict)
    }

    fn overlap(&self, evidence: &[f32]) -> Option<f32> {
        // A truth of another size is one of another crop.
        let truth = self.truth.filter(|truth| truth.len() == evidence.len())?;
        Some(localisation::best_overlap(evidence, truth))
    }
}
