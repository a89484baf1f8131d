//! Which annotated part of an object carries the answer, class by class.
//!
//! The importance of part p on a picture x of class c is how far the probability of c falls when p is blurred, minus
//! how far it falls when an equal area elsewhere is blurred: I_p = p_c(x ∖ control) − p_c(x ∖ p). It is averaged over
//! the pictures of a class, then over classes. A sign test over classes says whether one of two parts carries more,
//! from pictures that show both.
//!
//! With a method's map m, *density* is (evidence in p / area of p) / (evidence / area), which is 1 for a flat map. The
//! paper's own test is computed too: the mean of the map in 5 × 5 pixels at eyes and at feet.
//!
//! Reference for the windows: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 5.5 (animal parts).

mod missing;
mod outcome;
mod told;

pub use missing::Missing;
pub use outcome::{Comparison, Measured, PartOutcome, Parts, WINDOWS};
pub use told::Told;

use std::collections::BTreeMap;
use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::concept::Annotated;
use super::region::{deletions, places};
use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Run;
use crate::job::{Divisible, Job, Later, Progress, Share, run_to_end, take_steps};
use crate::map::Map;
use crate::methods::Settings;
use crate::picture::{NullImage, Placement, Scene};
use crate::question::{Edit, Question, Subject};

/// Half of the paper's window, rounded down, in pixels at 224; the window is at least 5 × 5.
const WINDOW_PX: usize = 2;
/// A picture is measured if the probability of its true class lies above this.
const SURE: f32 = 0.5;
/// Number of pictures whose controls are drawn ahead: four workers can have one each and one in reserve.
const AHEAD: usize = 8;

/// A picture to be measured, with its random choices.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Picture {
    /// Number of the picture in the set.
    number: usize,
    /// The place of each part's control; `None` for a part that is not visible, or too large to be moved.
    places: Vec<Option<(usize, usize)>>,
}

/// The result of a picture, by its number in the set; `None` if the probability of its true class is too low.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line(usize, Option<Measured>);

/// A running measurement of the importance of parts. A step is one picture.
pub struct PartRules<A> {
    classifier: Rc<dyn Classifier>,
    set: A,
    parts: Vec<usize>,
    /// The method whose map is compared with the parts.
    map: Option<Settings>,
    /// The pictures that are measured next.
    planned: Vec<Picture>,
    /// Pictures whose controls are drawn.
    drawn: usize,
    /// The results of pictures so far.
    known: BTreeMap<usize, Option<Measured>>,
    random: ChaCha8Rng,
    share: Share<Picture, Line>,
}

/// The progress of a measurement.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Standing {
    /// Pictures whose true class has a probability above .5, and which were measured.
    pub measured: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pictures", self.measured)
    }
}

impl<A: Annotated> PartRules<A> {
    /// Prepares the parts with these numbers among the set's concepts. `map` holds the settings of a method whose map
    /// is compared too.
    pub fn new(classifier: Rc<dyn Classifier>, set: A, parts: Vec<usize>, map: Option<Settings>) -> Self {
        let (random, share) = (ChaCha8Rng::seed_from_u64(0), Share::default());
        let (planned, drawn, known) = (vec![], 0, BTreeMap::new());
        let mut new = Self { classifier, set, parts, map, planned, drawn, known, random, share };
        new.plan_ahead();
        new
    }

    /// Draws the controls of the next pictures, always in the same order.
    fn plan_ahead(&mut self) {
        while self.planned.len() < AHEAD && self.drawn < self.set.count() {
            let number = self.drawn;
            let places = (0..self.parts.len()).map(|part| self.place(number, self.parts[part])).collect();
            self.planned.push(Picture { number, places });
            self.drawn += 1;
        }
    }

    fn place(&mut self, number: usize, part: usize) -> Option<(usize, usize)> {
        places(&self.region(number, part)?, 1, &mut self.random).first().copied()
    }

    /// Measures a picture; `None` if the probability of its true class is too low to fall.
    async fn measure(&self, picture: &Picture) -> Result<Option<Measured>> {
        let number = picture.number;
        let labelled = self.set.picture(number)?;
        let scene = Scene::new(&labelled.picture, self.classifier.framing(), &NullImage::default());
        let question = Question::of_class(self.classifier.clone(), scene, labelled.truth);
        let regions: Vec<Option<Map>> = self.parts.iter().map(|&part| self.region(number, part)).collect();
        let (edits, asked) = edits(&regions, &picture.places);
        let scores = question.scores(&edits).await?;
        if scores[0] <= SURE {
            return Ok(None);
        }
        let mut measured = Measured::new(labelled.truth, self.parts.len());
        for (i, part) in asked.into_iter().enumerate() {
            measured.importance[part] = Some(f64::from(scores[2 * i + 2] - scores[2 * i + 1]));
        }
        if let Some(settings) = self.map.clone() {
            let (width, height) = labelled.picture.dimensions();
            let placement = self.classifier.framing().placement(width, height);
            let subject = Subject { picture: labelled.picture, target: labelled.truth, label: String::new() };
            let mut run = Run::new(self.classifier.clone(), subject, settings).await?;
            let map = run_to_end(&mut run).await?.evidence();
            self.read_map(number, placement, &map, &regions, &mut measured);
        }
        Ok(Some(measured))
    }

    fn read_map(
        &self,
        number: usize,
        placement: Placement,
        map: &Map,
        regions: &[Option<Map>],
        measured: &mut Measured,
    ) {
        let mean = f64::from(map.mean());
        for (density, region) in measured.density.iter_mut().zip(regions) {
            *density = region.as_ref().filter(|_| mean > 0.0).map(|region| {
                let inside: f32 = region.values.iter().zip(&map.values).map(|(r, m)| r * m).sum();
                f64::from(inside / region.values.iter().sum::<f32>()) / mean
            });
        }
        let keypoints = self.set.keypoints(number);
        for (window, names) in measured.windows.iter_mut().zip(WINDOWS) {
            let seen = keypoints.iter().filter(|(name, _)| names.contains(&name.as_str()));
            let inside = |at: &[f32; 2]| at.iter().all(|v| (0.0..map.side as f32).contains(v));
            let places = seen.map(|(_, at)| placement.point(*at)).filter(inside);
            let values: Vec<f64> = places.map(|at| window_mean(map, at)).collect();
            *window = (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        }
    }

    /// The region of a part in the model's input; `None` if it is not visible.
    fn region(&self, number: usize, part: usize) -> Option<Map> {
        let planes = self.classifier.framing().frame(&self.set.region(number, part)?);
        let region = Map::new(planes.values[..planes.side * planes.side].to_vec()).cut(0.5);
        (region.mean() > 0.0).then_some(region)
    }

    async fn advance(&mut self) -> Result<()> {
        let Some(picture) = self.take_part() else { return Ok(()) };
        let line = Line(picture.number, self.measure(&picture).await?);
        self.tell(line);
        Ok(())
    }

    fn is_done(&self) -> bool {
        self.share.is_over(|| self.planned.is_empty())
    }

    /// The pictures that were measured.
    fn measured(&self) -> impl Iterator<Item = &Measured> {
        self.known.values().flatten()
    }
}

/// The unchanged picture, then each part deleted and its control, and the numbers of these parts.
fn edits(regions: &[Option<Map>], places: &[Option<(usize, usize)>]) -> (Vec<Edit>, Vec<usize>) {
    let (mut edits, mut asked) = (vec![Edit::Nothing], vec![]);
    for (part, (region, place)) in regions.iter().zip(places).enumerate() {
        let (Some(region), Some(place)) = (region, place) else { continue };
        edits.extend(deletions(region, *place));
        asked.push(part);
    }
    (edits, asked)
}

/// The mean of a map in a window around a place (right, down), in pixels.
fn window_mean(map: &Map, [x, y]: [f32; 2]) -> f64 {
    let half = WINDOW_PX.max(WINDOW_PX * map.side / 224);
    let reach = |at: f32| (at as usize).saturating_sub(half)..(at as usize + half + 1).min(map.side);
    let values: Vec<f64> = reach(y)
        .flat_map(|row| reach(x).map(move |c| (row, c)))
        .map(|(r, c)| f64::from(map.values[r * map.side + c]))
        .collect();
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

impl<A: Annotated> Job for PartRules<A> {
    type Detail = Standing;
    type Outcome = Parts;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        // Learning a map takes long, so the caller gets control after each picture.
        let count = if self.map.is_some() { 1 } else { count };
        Box::pin(take_steps(self, count, Self::is_done, Self::advance))
    }

    fn finish(&mut self) -> Later<'_, Parts> {
        let names = self.parts.iter().map(|&part| self.set.concepts()[part].name.clone()).collect();
        let parts = Parts::new(names, self.measured().cloned().collect(), self.known.len());
        Box::pin(std::future::ready(Ok(parts)))
    }
}

impl<A: Annotated> Divisible for PartRules<A> {
    type Part = Picture;
    type Line = Line;

    fn parts(&self) -> Vec<Picture> {
        self.planned.clone()
    }

    fn share(&mut self) -> &mut Share<Picture, Line> {
        &mut self.share
    }

    fn add_line(&mut self, Line(number, measured): Line) {
        let before = self.planned.len();
        self.planned.retain(|picture| picture.number != number);
        if self.planned.len() < before {
            self.known.insert(number, measured);
            self.plan_ahead();
        }
    }

    fn stand(&self) -> Progress<Standing> {
        Progress {
            iteration: self.known.len(),
            total: self.set.count(),
            done: self.planned.is_empty(),
            stage: "parts",
            detail: Standing { measured: self.measured().count() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_five_pixels_wide_and_cut_at_the_edge() {
        let map = Map::indicator(32, |row, column| row < 3 && column < 3);
        assert_eq!(window_mean(&map, [0.0, 0.0]), 1.0);
        assert!((window_mean(&map, [2.0, 2.0]) - 9.0 / 25.0).abs() < 1e-9);
        assert_eq!(window_mean(&map, [20.0, 20.0]), 0.0);
    }
}
