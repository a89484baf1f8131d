//! What one method did on one picture.

use serde::{Deserialize, Serialize};

use super::case::Case;
use crate::critters;
use crate::error::Result;
use crate::explain::Explanation;
use crate::job::run_to_end;
use crate::judge::{Asked, Trial, deletion_game, localisation, pointing, stability};
use crate::map::Map;
use crate::methods::Method;
use crate::pixel_box::PixelBox;
use crate::rules::generalise;

/// Runs compared for stability.
const SEEDS: u64 = 3;
/// Pictures of the built-in world whose pixels take the place of deleted ones.
const OTHERS: usize = 8;
/// Levels of the range, in twentieths, at which a box is drawn from a map.
const LEVELS: usize = 20;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Metric {
    /// Smallest box that suppresses 80, 90, 95 and 99 % of the score, in pixels.
    DeletionGame,
    /// Area under the curve of the score as pixels are inserted.
    Insertion,
    /// The same as pixels are deleted.
    Deletion,
    /// Whether the maximum lies on the object.
    Pointing,
    /// Whether a box drawn from the map finds the object.
    Localisation,
    /// Overlap with the true evidence (built-in world only).
    Overlap,
    /// In how many unseen deletions the finding holds.
    Proof,
    /// Rank correlation under other seeds and nulls; takes six runs more.
    Stability,
}

impl Metric {
    /// All but stability.
    pub const USUAL: [Metric; 7] = [
        Metric::DeletionGame,
        Metric::Insertion,
        Metric::Deletion,
        Metric::Pointing,
        Metric::Localisation,
        Metric::Overlap,
        Metric::Proof,
    ];
}

/// Returns the name under which the finer order of a method is judged, beside its map.
pub fn order_name(method: Method) -> String {
    format!("{}:order", method.name())
}

/// What one method did on one picture. A field is empty where it was not asked for or cannot be known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Name of the picture.
    pub picture: String,
    /// Name of the method, or of its order.
    pub method: String,
    /// Position of the class that was explained.
    pub class: usize,
    /// Time until the map was there, or the order where that was judged, in seconds.
    pub seconds: f64,
    /// Steps taken.
    pub steps: usize,
    /// Whether the method gave an order that is finer than its map.
    pub has_order: bool,
    /// Areas in pixels; null is a miss.
    pub deletion_game: Option<deletion_game::Areas>,
    /// Area under the insertion curve, in [0, 1].
    pub insertion: Option<f32>,
    /// Area under the deletion curve, in [0, 1].
    pub deletion: Option<f32>,
    /// Whether the maximum lies within 15 px of the object, and on it.
    pub pointing: Option<[bool; 2]>,
    /// Overlap of the box of each level with the best annotated box.
    pub box_overlaps: Option<Vec<f32>>,
    /// Intersection over union with the true evidence, at the best level.
    pub overlap: Option<f32>,
    /// Unseen deletions in which it held, and how many there were.
    pub proof: Option<[usize; 2]>,
    /// Mean rank correlations between seeds and nulls.
    pub stability: Option<stability::Stability>,
    /// Why there is no result.
    pub refused: Option<String>,
}

impl Record {
    /// Returns a record in which nothing is measured yet.
    pub fn new(case: &Case, method: Method) -> Self {
        Self {
            picture: case.item.name.clone(),
            method: method.name().to_owned(),
            class: case.subject.target,
            ..Self::default()
        }
    }

    /// Measures the map of an explanation that a person sees.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn of_map(case: &Case, explanation: &Explanation, metrics: &[Metric]) -> Result<Self> {
        let mut record = Self::new(case, explanation.settings.method);
        (record.seconds, record.steps) = (explanation.seconds.mask, explanation.iterations);
        record.has_order = explanation.order.is_some();
        record.judge(case, &explanation.evidence(), metrics).await?;
        record.test_further(case, explanation, metrics).await?;
        Ok(record)
    }

    /// Measures the finer order of an explanation, under a name of its own; `None` where there is no such order.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn of_order(case: &Case, explanation: &Explanation, metrics: &[Metric]) -> Result<Option<Self>> {
        let Some(order) = &explanation.order else { return Ok(None) };
        let method = explanation.settings.method;
        let mut record = Self { method: order_name(method), ..Self::new(case, method) };
        (record.seconds, record.steps) = (explanation.seconds.total(), explanation.iterations);
        record.judge(case, order, metrics).await?;
        Ok(Some(record))
    }

    async fn judge(&mut self, case: &Case, judged: &Map, metrics: &[Metric]) -> Result<()> {
        self.ask_judges(case, judged, metrics).await?;
        self.compare_with_boxes(case, judged, metrics);
        Ok(())
    }

    async fn ask_judges(&mut self, case: &Case, judged: &Map, metrics: &[Metric]) -> Result<()> {
        let truth = case.item.evidence.as_deref().filter(|_| metrics.contains(&Metric::Overlap));
        let asked = Asked {
            deletion_game: metrics.contains(&Metric::DeletionGame),
            curves: metrics.contains(&Metric::Insertion) || metrics.contains(&Metric::Deletion),
        };
        let verdict = Trial { question: &case.question, truth }.judge(judged, asked).await?;
        (self.deletion_game, self.overlap) = (verdict.deletion_game, verdict.overlap);
        (self.insertion, self.deletion) = (verdict.insertion, verdict.deletion);
        Ok(())
    }

    fn compare_with_boxes(&mut self, case: &Case, judged: &Map, metrics: &[Metric]) {
        if !case.is_annotated() {
            return;
        }
        let on_object = |row: usize, column: usize| case.boxes.iter().any(|b| b.holds(row, column));
        if metrics.contains(&Metric::Pointing) {
            self.pointing = Some([pointing::TOLERANCE_PX, 0].map(|px| pointing::hits(judged, px, on_object)));
        }
        if metrics.contains(&Metric::Localisation) {
            self.box_overlaps = Some(box_overlaps(judged, &case.boxes));
        }
    }

    async fn test_further(&mut self, case: &Case, explanation: &Explanation, metrics: &[Metric]) -> Result<()> {
        if metrics.contains(&Metric::Proof) {
            let others = critters::strangers(OTHERS);
            let mut test = generalise::Test::new(case.question.classifier().clone(), explanation, others);
            let found = run_to_end(&mut test).await?;
            let trials = found.trials.iter().filter(|trial| !trial.control);
            self.proof = Some([trials.clone().filter(|trial| trial.holds).count(), trials.count()]);
        }
        if metrics.contains(&Metric::Stability) {
            let model = case.question.classifier().clone();
            let measured = stability::measure(model, &case.subject, &explanation.settings, SEEDS).await?;
            self.stability = Some(measured);
        }
        Ok(())
    }
}

/// For α = 0, .05, …, .95 of the range, the overlap with the best annotated box.
fn box_overlaps(judged: &Map, boxes: &[PixelBox]) -> Vec<f32> {
    let best = |found: PixelBox| boxes.iter().map(|b| b.overlap(&found)).fold(0.0, f32::max);
    let at = |level: usize| localisation::Cut::Value(level as f32 / LEVELS as f32).locate(judged);
    (0..LEVELS).map(|level| at(level).map_or(0.0, best)).collect()
}
