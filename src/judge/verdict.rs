//! The verdict on one explanation, so that methods can be compared side by side.
//!
//! All explanations are judged alike: for the same class and with the same null image ([`common_scene`]), whatever null
//! image they were made with. `vanish evaluate` and the page's comparison both use this.

use super::{deletion_game, insertion_deletion};
use crate::error::Result;
use crate::map::Map;
use crate::picture::{Framing, NullImage, RgbImage, Scene};
use crate::question::Question;

/// Returns the picture at the model's size, unshifted, and the null image that judges every method: the paper's blur.
pub fn common_scene(picture: &RgbImage, framing: Framing) -> Scene {
    Scene::new(picture, framing, &NullImage::default())
}

/// The judges to ask. The overlap with the truth is measured whenever the truth is known.
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

/// A panel of judges for explanations of one class of a picture.
pub struct Panel<'a> {
    /// The question about a scene of [`common_scene`].
    pub question: &'a Question,
    /// The pixels of the true evidence, `[S, S]`, if known.
    pub truth: Option<&'a [bool]>,
}

/// The judges' figures. A field is empty if its judge was not asked or cannot know.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Verdict {
    /// Areas, in pixels, whose deletion suppresses 80, 90, 95 and 99 % of the score ([`deletion_game::THRESHOLDS`]); an
    /// inner `None` is a miss.
    pub deletion_game: Option<deletion_game::Areas>,
    /// Area under the insertion curve, in [0, 1]; larger is better.
    pub insertion: Option<f32>,
    /// Area under the deletion curve, in [0, 1]; smaller is better.
    pub deletion: Option<f32>,
    /// The two curves over which these areas are taken.
    #[serde(skip)]
    pub curves: Option<insertion_deletion::Curves>,
    /// Intersection over union with the truth at the best threshold, in [0, 1].
    pub overlap: Option<f32>,
}

/// A verdict, and the time of the explanation.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Judged {
    /// The judges' figures.
    #[serde(flatten)]
    pub verdict: Verdict,
    /// The time of the explanation, including the order of its pixels, in seconds.
    pub seconds: f64,
}

impl Panel<'_> {
    /// Judges evidence `[S, S]` in [0, 1].
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn judge(&self, evidence: &Map, asked: Asked) -> Result<Verdict> {
        let mut verdict = Verdict { overlap: self.overlap(evidence), ..Verdict::default() };
        if asked.deletion_game {
            verdict.deletion_game = Some(deletion_game::play(self.question, evidence).await?);
        }
        if asked.curves {
            let curves = insertion_deletion::measure(self.question, evidence).await?;
            let areas = curves.areas();
            (verdict.insertion, verdict.deletion) = (Some(areas.insertion), Some(areas.deletion));
            verdict.curves = Some(curves);
        }
        Ok(verdict)
    }

    fn overlap(&self, evidence: &Map) -> Option<f32> {
        // A truth of another size belongs to another crop.
        let truth = self.truth.filter(|truth| truth.len() == evidence.values.len())?;
        Some(evidence.best_overlap(truth))
    }
}
