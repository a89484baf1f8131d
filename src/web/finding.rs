//! The result of an explanation: its report, its pictures and maps, and the verdict of the judges.

use std::rc::Rc;

use wasm_bindgen::prelude::wasm_bindgen;

use super::asked::Asked;
use super::convert::{json, rgba, unknown};
use super::picture::Photo;
use super::task::{DeletionTask, InvarianceTask, Task};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::explain::{Explanation, Region, RegionInfo, Report};
use crate::judge::{self, Judged, Panel, common_scene};
use crate::picture::{RgbImage, to_png};
use crate::question::Question;
use crate::render::{ColourMap, heatmap, mask_picture};

/// An explanation and its picture.
struct Seen {
    explanation: Explanation,
    photo: Rc<Photo>,
}

/// The result of an explanation.
#[wasm_bindgen]
pub struct Finding {
    asked: Asked,
    /// `None` if the finding was read from a report on another picture.
    seen: Option<Seen>,
    /// The report from which the finding was read.
    report: Option<Report>,
    /// The place of this region among several.
    region: Option<RegionInfo>,
}

impl Finding {
    pub(super) fn new(explanation: Explanation, asked: Asked, photo: Rc<Photo>) -> Self {
        let seen = Some(Seen { explanation, photo });
        Self { asked, seen, report: None, region: None }
    }

    pub(super) fn of_region(region: Region, asked: Asked, photo: Rc<Photo>) -> Self {
        Self { region: Some(region.info), ..Self::new(region.explanation, asked, photo) }
    }

    pub(super) async fn of_report(report: Report, asked: Asked, photo: Option<Rc<Photo>>) -> Result<Self> {
        let seen = match photo {
            Some(photo) => {
                let explanation = report.explanation(&photo.pixels, asked.classifier.as_ref()).await?;
                Some(Seen { explanation, photo })
            }
            None => None,
        };
        Ok(Self { asked, seen, report: Some(report), region: None })
    }

    fn seen(&self) -> Result<&Seen> {
        let sentence = "the report is about another picture; open that one first";
        self.seen.as_ref().ok_or_else(|| Error::new(ErrorKind::Image, sentence))
    }

    fn explanation(&self) -> Result<&Explanation> {
        Ok(&self.seen()?.explanation)
    }

    fn drawn(&self, kind: &str) -> Result<RgbImage> {
        let explanation = self.explanation()?;
        match kind {
            "original" => Ok(explanation.scene.photo.to_picture()),
            "deleted" => Ok(explanation.deleted()),
            "preserved" => Ok(explanation.preserved()),
            "mask" => Ok(mask_picture(&explanation.mask)),
            other => Err(unknown("picture", other)),
        }
    }

    fn overlay(&self, colours: &str, opacity: f32) -> Result<RgbImage> {
        let explanation = self.explanation()?;
        let colours = ColourMap::named(colours).ok_or_else(|| unknown("colour map", colours))?;
        let picture = explanation.scene.photo.to_picture();
        Ok(heatmap(&picture, &explanation.evidence(), colours, opacity.clamp(0.0, 1.0)))
    }
}

#[wasm_bindgen]
impl Finding {
    /// Returns the report, as JSON.
    pub fn report(&self) -> Result<String> {
        if let Some(report) = &self.report {
            return json(report);
        }
        let Seen { explanation, photo } = self.seen()?;
        let Asked { classifier, device, .. } = &self.asked;
        json(&Report::new(explanation, classifier, photo.used.clone(), (**device).clone()))
    }

    /// Returns the place of this region among several, as JSON; `null` if it is the only one.
    pub fn region(&self) -> Result<String> {
        json(&self.region)
    }

    /// Returns the side of the pictures and maps below, in pixels. It is that of the square that the model sees.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Image`] if the report is about another picture, which is not open.
    pub fn side(&self) -> Result<usize> {
        Ok(self.explanation()?.mask.side)
    }

    /// Draws a picture of that side, RGBA: `original`, `deleted`, `preserved` or `mask`.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there is no such picture, and as [`Finding::side`] does.
    pub fn picture(&self, kind: &str) -> Result<Vec<u8>> {
        Ok(rgba(&self.drawn(kind)?))
    }

    /// Draws the evidence over the picture, RGBA, in `viridis`, `inferno` or `grey`.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there is no such colour map, and as [`Finding::side`] does.
    pub fn heatmap(&self, colours: &str, opacity: f32) -> Result<Vec<u8>> {
        Ok(rgba(&self.overlay(colours, opacity)?))
    }

    /// Returns the mask, row by row: 1 keeps, 0 deletes.
    ///
    /// # Errors
    /// Fails as [`Finding::side`] does.
    pub fn mask(&self) -> Result<Vec<f32>> {
        Ok(self.explanation()?.mask.values.clone())
    }

    /// Returns the evidence of each pixel, row by row, from 0 (none) to 1 (all).
    ///
    /// # Errors
    /// Fails as [`Finding::side`] does.
    pub fn evidence(&self) -> Result<Vec<f32>> {
        Ok(self.explanation()?.evidence().values)
    }

    /// Returns the order of the pixels, row by row in [0, 1], the more important the larger. It is empty if there is
    /// none that is finer than the evidence's own.
    ///
    /// # Errors
    /// Fails as [`Finding::side`] does.
    pub fn order(&self) -> Result<Vec<f32>> {
        Ok(self.explanation()?.order.as_ref().map(|order| order.values.clone()).unwrap_or_default())
    }

    /// Draws a picture of a kind, or the `heatmap`, as a PNG file.
    ///
    /// # Errors
    /// Fails as [`Finding::picture`] and [`Finding::heatmap`] do.
    pub fn png(&self, kind: &str, colours: &str, opacity: f32) -> Result<Vec<u8>> {
        to_png(&if kind == "heatmap" { self.overlay(colours, opacity)? } else { self.drawn(kind)? })
    }

    /// Begins the test of the region as a rule, on deletions with which it was not learned.
    ///
    /// # Errors
    /// Fails as [`Finding::side`] does.
    pub fn test(&self) -> Result<Task> {
        Ok(Task::new(DeletionTask::new(&self.asked, self.explanation()?)))
    }

    /// Begins the test of changes under which the picture's answer should stay the same. Deleting the region must
    /// change it.
    ///
    /// # Errors
    /// Fails as [`Finding::side`] does.
    pub fn invariance(&self) -> Result<Task> {
        let Seen { explanation, photo } = self.seen()?;
        Ok(Task::new(InvarianceTask::new(&self.asked, photo, Some(explanation))))
    }

    /// Judges the finding on the scene that all methods share, and returns the verdict with the finding's `seconds` as
    /// JSON.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`] if the device is lost, and as [`Finding::side`] does.
    pub async fn judge(&self) -> Result<String> {
        let Seen { explanation, photo } = self.seen()?;
        let classifier = &self.asked.classifier;
        let class = explanation.subject.target;
        let scene = common_scene(&photo.pixels, classifier.framing());
        let question = Question::of_class(classifier.clone(), scene, class);
        let truth = Some(self.asked.truth(photo, class)).filter(|truth| !truth.is_empty());
        let panel = Panel { question: &question, truth };
        let verdict = panel.judge(&explanation.ranking(), judge::Asked::ALL).await?;
        json(&Judged { verdict, seconds: explanation.seconds.total() })
    }
}
