//! The measurements of one method, or one control, on one picture.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::{Deserialize, Serialize};

use super::case::Case;
use super::metric::{Measures, Metric};
use super::thumbnail;
use crate::classifier::Classifier;
use crate::critters;
use crate::error::Result;
use crate::explain::Explanation;
use crate::job::run_to_end;
use crate::judge::control::seed_of;
use crate::judge::insertion_deletion::Curves;
use crate::judge::removal::{self, Removal};
use crate::judge::{
    Asked, Control, Erased, Eraser, Panel, deletion_game, leakage, localisation, pointing, sanity, stability,
};
use crate::map::Map;
use crate::methods::{Game, Method, Settings};
use crate::picture::RgbImage;
use crate::pixel_box::PixelBox;
use crate::rules::generalise::{self, Family, Generalisation};

/// Runs compared for stability.
const SEEDS: u64 = 3;
/// Levels of the range, in twentieths, at which a box is drawn from a map.
const LEVELS: usize = 20;

/// Returns the name under which the finer order of a method is judged, beside its map.
pub fn order_name(method: Method) -> String {
    format!("{}:order", method.name())
}

/// The figures of a map as a rule on unseen deletions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RuleFigures {
    /// The share of trials in which it held, in [0, 1].
    pub held: f64,
    /// The same share for the moved region; `None` if it could not be moved.
    pub control: Option<f64>,
    /// The share in each family of deletions that was tried.
    pub families: Vec<(Family, f64)>,
    /// The share of the picture that the region covers at the middle level.
    pub area: f32,
}

impl RuleFigures {
    /// Takes the figures of a test; `None` without trials.
    fn of(found: &Generalisation) -> Option<Self> {
        let families = found.families().into_iter().map(|family| (family.family, family.held));
        let families: Vec<(Family, f64)> = families.filter(|(_, held)| held.is_finite()).collect();
        if families.is_empty() {
            return None;
        }
        Some(Self { held: found.held(), control: found.control(), families, area: found.area })
    }

    /// Returns held minus control.
    pub fn lift(&self) -> Option<f64> {
        Some(self.held - self.control?)
    }

    /// Returns the share of what the control left open that the rule wins; `None` if the control always holds.
    pub fn skill(&self) -> Option<f64> {
        let open = 1.0 - self.control?;
        (open > 0.0).then(|| (self.held - (1.0 - open)) / open)
    }
}

/// The figures of a map with one null image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct UnderNull {
    /// Areas of the deletion game in pixels; `None` if every region has to be imputed.
    pub deletion_game: Option<deletion_game::Areas>,
    /// The areas under both curves of removal.
    pub removal: Removal,
}

/// The measurements of one method on one picture. A field is empty if it was not asked for or cannot be known.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    /// Number of the picture in its set.
    pub number: usize,
    /// Name of the picture.
    pub picture: String,
    /// Name of the method, of its order, or of a control.
    pub method: String,
    /// Position of the class that was explained.
    pub class: usize,
    /// Time until the map, or the judged order, was finished, in seconds.
    pub seconds: f64,
    /// Steps taken.
    pub steps: usize,
    /// Whether the method gave an order finer than its map.
    pub has_order: bool,
    /// Areas in pixels; null is a miss.
    pub deletion_game: Option<deletion_game::Areas>,
    /// Area under the insertion curve, in [0, 1].
    pub insertion: Option<f32>,
    /// Area under the deletion curve, in [0, 1].
    pub deletion: Option<f32>,
    /// Both curves.
    pub curves: Option<Curves>,
    /// Whether the maximum lies within 15/224 of the side from the object, and on it.
    pub pointing: Option<[bool; 2]>,
    /// Overlap of the box of each level with the best annotated box.
    pub box_overlaps: Option<Vec<f32>>,
    /// Intersection over union with the true evidence, at the best level.
    pub overlap: Option<f32>,
    /// The figures as a rule.
    pub rule: Option<RuleFigures>,
    /// How much more often its mask brings the answer to other pictures.
    pub leakage: Option<f32>,
    /// How much the map changes when the model's weights are shuffled.
    pub sanity: Option<sanity::Sanity>,
    /// Correlation of mean maps over noisy copies, at each stage.
    pub smooth_sanity: Option<[Option<f64>; sanity::STAGES.len()]>,
    /// Mean rank correlations between seeds and between null images.
    pub stability: Option<stability::Stability>,
    /// The figures with each requested null image, by its name.
    pub nulls: BTreeMap<String, UnderNull>,
    /// A small picture of the map ([`thumbnail::of_map`]).
    pub map: Option<String>,
    /// The reason why there is no result, if there is none.
    pub refused: Option<String>,
}

impl Record {
    /// Returns a record with a picture's name and class, without measurements yet.
    pub fn new(case: &Case, method: &str) -> Self {
        Self {
            picture: case.item.name.clone(),
            method: method.to_owned(),
            class: case.subject.target,
            ..Self::default()
        }
    }

    /// Measures the map of an explanation that a person sees. The `rule` metric tests it on these families of
    /// deletions, in the deletion game.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn of_map(
        case: &Case,
        explanation: &Explanation,
        families: Vec<Family>,
        measures: &Measures,
    ) -> Result<Self> {
        let mut record = Self::new(case, explanation.settings.method.name());
        (record.seconds, record.steps) = (explanation.seconds.mask, explanation.iterations);
        record.has_order = explanation.order.is_some();
        record.judge(case, &explanation.evidence(), measures).await?;
        let model: Rc<dyn Classifier> = case.model.clone();
        if measures.has(Metric::Rule) {
            // The evidence is tested by deleting it, like that of every other row, whatever game the method plays.
            let deleting = Settings { game: Game::Delete, ..explanation.settings.clone() };
            let (evidence, others) = (explanation.evidence(), critters::strangers());
            let subject = &case.subject;
            let test = generalise::Test::of_map(model.clone(), subject, &evidence, &deleting, others, families);
            record.test_rule(test).await?;
        }
        if measures.has(Metric::Stability) {
            let measured = stability::measure(model, &case.subject, &explanation.settings, SEEDS).await?;
            record.stability = Some(measured);
        }
        // Only the command shuffles models, so the page need not contain this code.
        if cfg!(feature = "cli") && !case.shuffled.is_empty() {
            record.check_sanity(case, explanation, measures).await?;
        }
        Ok(record)
    }

    async fn check_sanity(&mut self, case: &Case, explanation: &Explanation, measures: &Measures) -> Result<()> {
        let model: Rc<dyn Classifier> = case.model.clone();
        let stages: Vec<Rc<dyn Classifier>> = case.shuffled.iter().map(|model| model.clone() as _).collect();
        let (labels, subject, settings) = (case.model.labels(), &case.subject, &explanation.settings);
        if measures.has(Metric::Sanity) {
            let map = explanation.evidence();
            self.sanity = Some(sanity::measure(&stages, labels, subject, settings, &map).await?);
        }
        if measures.has(Metric::SmoothSanity) {
            self.smooth_sanity = Some(sanity::measure_smooth(&model, &stages, labels, subject, settings).await?);
        }
        Ok(())
    }

    /// Measures the finer order of an explanation, under its own name; `None` if there is no such order.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn of_order(case: &Case, explanation: &Explanation, measures: &Measures) -> Result<Option<Self>> {
        let Some(order) = &explanation.order else { return Ok(None) };
        let mut record = Self::new(case, &order_name(explanation.settings.method));
        (record.seconds, record.steps) = (explanation.seconds.total(), explanation.iterations);
        record.judge(case, order, measures).await?;
        Ok(Some(record))
    }

    /// Measures a map that no method made. The `rule` metric tests it on these families, like a map of a method with
    /// the settings `like`.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    pub async fn of_control(
        case: &Case,
        control: Control,
        like: &Settings,
        families: Vec<Family>,
        measures: &Measures,
    ) -> Result<Self> {
        let mut record = Self::new(case, control.name());
        let evidence = control.map(&case.question.centred_scene().photo, seed_of(&case.item.name));
        record.judge(case, &evidence, measures).await?;
        if measures.has(Metric::Rule) {
            let (model, others) = (case.model.clone(), critters::strangers());
            let test = generalise::Test::of_map(model, &case.subject, &evidence, like, others, families);
            record.test_rule(test).await?;
        }
        Ok(record)
    }

    /// Measures everything that needs only the map.
    async fn judge(&mut self, case: &Case, judged: &Map, measures: &Measures) -> Result<()> {
        self.ask_judges(case, judged, measures).await?;
        self.compare_with_boxes(case, judged, measures);
        if measures.has(Metric::Leakage) && !case.hosts.is_empty() {
            let model: Rc<dyn Classifier> = case.model.clone();
            self.leakage = Some(leakage::measure(&model, self.class, judged, &case.hosts).await?);
        }
        for &eraser in &measures.nulls {
            let found = under_null(case, eraser, judged).await?;
            self.nulls.extend(found.map(|found| (eraser.name().to_owned(), found)));
        }
        self.map = measures.pictures.then(|| thumbnail::of_map(judged));
        Ok(())
    }

    async fn ask_judges(&mut self, case: &Case, judged: &Map, measures: &Measures) -> Result<()> {
        let truth = case.item.evidence.as_deref().filter(|_| measures.has(Metric::Overlap));
        let asked = Asked {
            deletion_game: measures.has(Metric::DeletionGame),
            curves: measures.has(Metric::Insertion) || measures.has(Metric::Deletion),
        };
        let verdict = Panel { question: &case.question, truth }.judge(judged, asked).await?;
        (self.deletion_game, self.overlap) = (verdict.deletion_game, verdict.overlap);
        (self.insertion, self.deletion) = (verdict.insertion, verdict.deletion);
        self.curves = verdict.curves;
        Ok(())
    }

    fn compare_with_boxes(&mut self, case: &Case, judged: &Map, measures: &Measures) {
        if !case.is_annotated() {
            return;
        }
        let on_object = |row: usize, column: usize| case.boxes.iter().any(|b| b.holds(row, column));
        if measures.has(Metric::Pointing) {
            let near = pointing::tolerance_px(judged.side);
            self.pointing = Some([near, 0].map(|px| pointing::hits(judged, px, on_object)));
        }
        if measures.has(Metric::Localisation) {
            self.box_overlaps = Some(box_overlaps(judged, &case.boxes));
        }
    }

    async fn test_rule(&mut self, mut test: generalise::Test) -> Result<()> {
        self.rule = RuleFigures::of(&run_to_end(&mut test).await?);
        Ok(())
    }
}

/// Judges a map with another null image; `None` if deleting everything with it leaves the answer.
async fn under_null(case: &Case, eraser: Eraser, judged: &Map) -> Result<Option<UnderNull>> {
    let seed = seed_of(&case.item.name);
    let other = other(eraser, seed);
    let erased = Erased::new(case.model.clone(), &case.item.pixels, case.subject.target, eraser, other.as_ref(), seed);
    if !erased.question.ends().await?.differ() {
        return Ok(None);
    }
    let removal = removal::measure(&erased, judged).await?;
    let deletion_game =
        if erased.is_costly() { None } else { Some(deletion_game::play(&erased.question, judged).await?) };
    Ok(Some(UnderNull { deletion_game, removal }))
}

/// The picture whose pixels replace deleted ones, if the eraser needs one.
fn other(eraser: Eraser, seed: u64) -> Option<RgbImage> {
    (eraser == Eraser::Other).then(|| {
        let mut others = critters::strangers();
        others.swap_remove((seed % others.len() as u64) as usize)
    })
}

/// The overlap with the best annotated box, for α = 0, .05, …, .95 of the range.
fn box_overlaps(judged: &Map, boxes: &[PixelBox]) -> Vec<f32> {
    let best = |found: PixelBox| boxes.iter().map(|b| b.overlap(&found)).fold(0.0, f32::max);
    let at = |level: usize| localisation::Cut::Value(level as f32 / LEVELS as f32).locate(judged);
    (0..LEVELS).map(|level| at(level).map_or(0.0, best)).collect()
}
