//! A run, stepped from outside: the caller decides when to go on, to draw or to stop.

use std::rc::Rc;

use super::Explanation;
use crate::array::read_all;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::methods::fast::refine;
use crate::methods::optimise::{Jitter, Problem, Search, Seen};
use crate::methods::{self, Game, Settings};
use crate::question::{Scores, Subject};

/// Where a run stands after some steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Progress {
    /// Steps taken.
    pub iteration: usize,
    /// Steps in all.
    pub total: usize,
    /// Whether there are none left, or no more are worth taking.
    pub done: bool,
    /// Probability of the target in the blended picture at the last step.
    pub score: f32,
    /// The energy at the last step; not a number where nothing is minimised.
    pub objective: f32,
    /// Mean of the grid of the last step.
    pub mask_mean: f32,
    /// Share of the picture that counts as evidence (more than half deleted, or kept), by the grid of the last step.
    pub area_at_half: f32,
}

/// The best region of one area, of several that were learned at once.
#[derive(Clone, Debug)]
pub struct Region {
    /// The share of the picture it was given, in (0, 1).
    pub area: f32,
    /// Whether it is the answer: the smallest that suffices, else the largest.
    pub chosen: bool,
    /// Whether nine tenths of the score hang on it.
    pub sufficient: bool,
    /// Its mask, pictures and scores.
    pub explanation: Explanation,
}

/// An explanation in the making, by any method.
pub struct Run {
    problem: Problem,
    search: Box<dyn Search>,
    grid_values: Vec<f32>,
    energies: Vec<f32>,
    score_curve: Vec<f32>,
    taken: usize,
    converged: bool,
}

impl Run {
    /// Prepares a run: the scene, the scores of the whole and of the deleted picture, the start.
    ///
    /// # Errors
    /// [`ErrorKind::NotExplainable`](crate::ErrorKind::NotExplainable) if there is nothing to explain, in plain
    /// words; [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a setting or the target is out of range;
    /// [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the method must look inside a model that cannot be.
    pub async fn new(
        classifier: Rc<dyn Classifier>,
        subject: Subject,
        resize: usize,
        settings: Settings,
    ) -> Result<Self> {
        let mut problem = Problem::new(classifier, subject, resize, settings).await?;
        let search = methods::search(&problem).await?;
        problem.settings.iterations = search.total();
        let grid_values = search.grid().read().await?;
        Ok(Self { problem, search, grid_values, energies: vec![], score_curve: vec![], taken: 0, converged: false })
    }

    /// Cuts the views at these offsets, in turn, instead of random ones: to compare with a reference step by step.
    pub fn with_offsets(mut self, offsets: Vec<(usize, usize)>) -> Self {
        self.problem.jitter = Jitter::Listed { offsets, next: 0 };
        self
    }

    /// Takes up to `count` steps, then reads back where it stands: one read, however many steps, but
    /// where the search wants to see how it fares.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn step(&mut self, count: usize) -> Result<Progress> {
        let end = self.taken.saturating_add(count).min(self.search.total());
        let mut reads = vec![];
        while self.taken < end && !self.converged {
            if let Some(trace) = self.search.step(&mut self.problem)? {
                reads.extend([trace.energy, trace.score]);
            }
            self.taken += 1;
            if self.search.wants_to_see(self.taken) {
                self.read(std::mem::take(&mut reads)).await?;
                self.converged = self.show().await?;
            }
        }
        self.read(reads).await?;
        Ok(self.progress())
    }

    /// Reads traces and the grid.
    async fn read(&mut self, mut reads: Vec<crate::array::Array>) -> Result<()> {
        reads.push(self.search.grid());
        let mut values = read_all(reads).await?;
        self.grid_values = values.pop().unwrap_or_default();
        for pair in values.chunks(2) {
            self.energies.push(pair[0][0]);
            self.score_curve.push(pair[1][0]);
        }
        Ok(())
    }

    async fn show(&mut self) -> Result<bool> {
        let normalised = self.score_curve.iter().map(|&score| self.problem.scores.normalise(score)).collect();
        self.search.see(Seen { energies: &self.energies, normalised }, &self.problem).await
    }

    /// Where it stands, without waiting for the device.
    pub fn progress(&self) -> Progress {
        let cells = self.grid_values.len() as f32;
        let evidence = self.grid_values.iter().filter(|&&m| self.is_evidence(m)).count() as f32;
        Progress {
            iteration: self.taken,
            total: self.search.total(),
            done: self.converged || self.taken >= self.search.total(),
            score: self.score_curve.last().copied().unwrap_or(self.problem.scores.original),
            objective: self.energies.last().copied().unwrap_or(f32::NAN),
            mask_mean: self.grid_values.iter().sum::<f32>() / cells,
            area_at_half: evidence / cells,
        }
    }

    /// The scores known so far.
    pub fn scores(&self) -> &Scores {
        &self.problem.scores
    }

    /// The settings in use; `iterations` is the number of steps, whatever the method.
    pub fn settings(&self) -> &Settings {
        &self.problem.settings
    }

    /// The energy at each step so far.
    pub fn energies(&self) -> &[f32] {
        &self.energies
    }

    /// Probability of the target in the blended picture at each step so far.
    pub fn score_curve(&self) -> &[f32] {
        &self.score_curve
    }

    /// The grid after the last step, row by row.
    pub fn grid(&self) -> &[f32] {
        &self.grid_values
    }

    /// The run as it stands, to be drawn: the last grid and its mask, not yet proved.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn preview(&self) -> Result<Explanation> {
        let mask = self.search.mask(self.search.grid()).read().await?;
        Ok(self.explanation(self.grid_values.clone(), mask))
    }

    /// The explanation as it stands: the best grid, its mask, and what deleting and preserving by it does.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn finish(&self) -> Result<Explanation> {
        let best = if self.energies.is_empty() { self.search.grid() } else { self.search.best() };
        let mask = self.search.mask(best.clone());
        let mut values = read_all(vec![best, mask]).await?.into_iter();
        let (grid, mask) = (values.next().unwrap_or_default(), values.next().unwrap_or_default());
        let mut explanation = self.explanation(grid, mask);
        explanation.prove(self.problem.classifier.as_ref(), &self.problem.target).await?;
        Ok(explanation)
    }

    /// Gives this run's explanation the order of its pixels, for judges that take one. Nothing is done where it has it already.
    /// Where it is refined ([`Settings::refine`]), this takes about two runs of *fast*.
    ///
    /// # Errors
    /// As the classifier's.
    pub async fn rank(&self, explanation: &mut Explanation) -> Result<()> {
        if explanation.ranking_mask.is_some() {
            return Ok(());
        }
        if let Some(learned) = self.search.ranking() {
            explanation.ranking_mask = Some(learned.read().await?);
        }
        // What a region that is kept can do without is another question than what a deleted one can.
        if self.problem.settings.refine && self.problem.settings.game != Game::Preserve {
            let order = refine::order(&self.problem, &explanation.ranking()).await?;
            explanation.ranking_mask = Some(order.iter().map(|e| 1.0 - e).collect());
        }
        Ok(())
    }

    /// The regions of all areas as they stand, smallest first, each proved; none where the method learns only one.
    ///
    /// # Errors
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn regions(&self) -> Result<Vec<Region>> {
        let Some(found) = self.search.regions() else { return Ok(vec![]) };
        let values = read_all(vec![found.areas, found.masks, found.chosen, found.sufficient]).await?;
        let pixels = self.problem.side() * self.problem.side();
        let mut regions = vec![];
        for (i, mask) in values[1].chunks(pixels).enumerate() {
            let area = values[0][i];
            let mut explanation = self.explanation(mask.to_vec(), mask.to_vec());
            // What leads to this region by itself. The curves are those of all areas together.
            explanation.settings.areas = vec![area];
            (explanation.energies, explanation.score_curve) = (vec![], vec![]);
            // A region is ordered by itself, not as the run's answer is.
            explanation.ranking_mask = Some(mask.to_vec());
            explanation.prove(self.problem.classifier.as_ref(), &self.problem.target).await?;
            regions.push(Region { area, chosen: values[2][i] > 0.5, sufficient: values[3][i] > 0.5, explanation });
        }
        Ok(regions)
    }

    fn explanation(&self, grid: Vec<f32>, mask: Vec<f32>) -> Explanation {
        Explanation {
            settings: self.problem.settings.clone(),
            subject: self.problem.subject.clone(),
            scene: self.problem.centred_scene(),
            scores: self.problem.scores.clone(),
            // Grids are square.
            cells: grid.len().isqrt(),
            grid,
            side: self.problem.side(),
            mask,
            ranking_mask: None,
            iterations: self.taken,
            energies: self.energies.clone(),
            score_curve: self.score_curve.clone(),
        }
    }

    fn is_evidence(&self, value: f32) -> bool {
        if self.problem.settings.game == Game::Preserve { value > 0.5 } else { value < 0.5 }
    }
}
