//! Which annotated part of an object carries the answer, class by class.
//!
//! The importance of part p on a picture x of class c is how far the probability of c falls when p is blurred, less how
//! far it falls when as much is blurred elsewhere: I_p = p_c(x ∖ control) − p_c(x ∖ p). It is averaged over the
//! pictures of a class, then over classes. Of two parts, the sign test over classes says whether one carries more, from
//! pictures that show both.
//!
//! With a method's map m beside it, *density* is (evidence in p / area of p) / (evidence / area): 1 where the map does
//! not care. The talk's own test stands beside that: the mean of the map in 5 × 5 pixels at eyes and at feet.
//!
//! Reference for the windows: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 5.5 (animal parts).

mod outcome;
mod told;

pub use outcome::{Comparison, Measured, PartOutcome, Parts, WINDOWS};
pub use told::Told;

use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::concept::Annotated;
use super::region::{deletions, places};
use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Run;
use crate::job::{Job, Later, Progress, run_to_end};
use crate::map::Map;
use crate::methods::Settings;
use crate::picture::{NullImage, Placement, Scene};
use crate::question::{Edit, Question, Subject};

/// Half of the talk's window, rounded down, in pixels at 224; the window is at least 5 × 5.
const WINDOW_PX: usize = 2;

/// The importance of parts, in the making; a step is one picture.
pub struct PartRules<A> {
    classifier: Rc<dyn Classifier>,
    set: A,
    parts: Vec<usize>,
    /// The method whose map is looked at beside the deletions.
    map: Option<Settings>,
    next: usize,
    measured: Vec<Measured>,
    random: ChaCha8Rng,
}

/// How far the importance of parts has come.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Standing {
    /// Pictures that were answered rightly, and so were measured.
    pub measured: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} pictures", self.measured)
    }
}

impl<A: Annotated> PartRules<A> {
    /// Prepares the parts of these numbers among the set's concepts; `map` names a method whose map is looked at too.
    pub fn new(classifier: Rc<dyn Classifier>, set: A, parts: Vec<usize>, map: Option<Settings>) -> Self {
        let random = ChaCha8Rng::seed_from_u64(0);
        Self { classifier, set, parts, map, next: 0, measured: vec![], random }
    }

    /// Measures the next picture; one that is answered wrongly tells nothing of its class.
    async fn measure(&mut self) -> Result<()> {
        let number = self.next;
        self.next += 1;
        let labelled = self.set.picture(number)?;
        let scene = Scene::new(&labelled.picture, self.classifier.framing(), &NullImage::default());
        let question = Question::of_class(self.classifier.clone(), scene, labelled.truth);
        let regions: Vec<Option<Map>> = self.parts.iter().map(|&part| self.region(number, part)).collect();
        let (edits, asked) = self.edits(&regions);
        let scores = question.scores(&edits).await?;
        if scores[0] <= 0.5 {
            return Ok(());
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
        self.measured.push(measured);
        Ok(())
    }

    /// The picture as it is, then each part deleted and its control, and which parts these are.
    fn edits(&mut self, regions: &[Option<Map>]) -> (Vec<Edit>, Vec<usize>) {
        let (mut edits, mut asked) = (vec![Edit::Nothing], vec![]);
        for (part, region) in regions.iter().enumerate() {
            let Some(region) = region else { continue };
            let Some(&place) = places(region, 1, &mut self.random).first() else { continue };
            edits.extend(deletions(region, place));
            asked.push(part);
        }
        (edits, asked)
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

    /// Where a part lies in what the model sees; `None` where it is not seen.
    fn region(&self, number: usize, part: usize) -> Option<Map> {
        let planes = self.classifier.framing().frame(&self.set.region(number, part)?);
        let region = Map::new(planes.values[..planes.side * planes.side].to_vec()).cut(0.5);
        (region.mean() > 0.0).then_some(region)
    }

    fn is_done(&self) -> bool {
        self.next >= self.set.count()
    }
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
        Box::pin(async move {
            // A picture whose map is learned takes long; the caller wants to look in between.
            let count = if self.map.is_some() { 1 } else { count };
            for _ in 0..count {
                if self.is_done() {
                    break;
                }
                self.measure().await?;
            }
            Ok(Progress {
                iteration: self.next,
                total: self.set.count(),
                done: self.is_done(),
                stage: "parts",
                detail: Standing { measured: self.measured.len() },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Parts> {
        let names = self.parts.iter().map(|&part| self.set.concepts()[part].name.clone()).collect();
        let parts = Parts::new(names, self.measured.clone(), self.next);
        Box::pin(std::future::ready(Ok(parts)))
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
