//! A run that is stepped from outside: the caller decides when to go on, to draw or to stop.

use std::rc::Rc;

use web_time::Instant;

use super::explanation::{Explanation, Seconds, evidence_of};
use super::standing::{Curves, Region, RegionInfo, Standing, Started};
use crate::array::{Array, read_all};
use crate::classifier::Classifier;
use crate::error::Result;
use crate::job::{self, Job, Later};
use crate::map::Map;
use crate::methods::optimise::{Jitter, Problem, Search, Seen};
use crate::methods::order::Refinement;
use crate::methods::{Game, Settings};
use crate::question::{Question, Scores, Subject};

/// The progress of a run: the steps taken, and its standing.
pub type Progress = job::Progress<Standing>;

/// An explanation in progress, by any method: first the mask is learned, then the order of the pixels if it is asked
/// for.
pub struct Run {
    problem: Problem,
    search: Box<dyn Search>,
    grid_values: Vec<f32>,
    energies: Vec<f32>,
    score_curve: Vec<f32>,
    taken: usize,
    converged: bool,
    refinement: Option<Refinement>,
    seconds: Seconds,
}

impl Run {
    /// Prepares a run: the scene, the scores of the whole and of the deleted picture, and the start.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::NotExplainable`](crate::ErrorKind::NotExplainable), in plain words, if there is nothing
    /// to explain. Fails with [`ErrorKind::Settings`](crate::ErrorKind::Settings) if a setting or the target is out of
    /// range, and with [`ErrorKind::Unsupported`](crate::ErrorKind::Unsupported) if the method must inspect a model
    /// that cannot be inspected.
    pub async fn new(classifier: Rc<dyn Classifier>, subject: Subject, settings: Settings) -> Result<Self> {
        let started = Instant::now();
        let method = settings.method;
        let mut problem = Problem::new(classifier, subject, settings).await?;
        let search = method.begin(&mut problem).await?;
        let grid_values = search.grid().read().await?;
        Ok(Self {
            problem,
            search,
            grid_values,
            energies: vec![],
            score_curve: vec![],
            taken: 0,
            converged: false,
            refinement: None,
            seconds: Seconds { mask: started.elapsed().as_secs_f64(), order: 0.0 },
        })
    }

    /// Cuts the views at these offsets, in turn, instead of at random ones. This compares a run with a reference step
    /// by step.
    #[must_use]
    pub fn with_offsets(mut self, offsets: Vec<(usize, usize)>) -> Self {
        self.problem.jitter = Jitter::Listed { offsets, next: 0 };
        self
    }

    /// Takes steps of the search, then reads its state. There is one read-back however many steps are taken, plus one
    /// whenever the search asks to see its progress.
    async fn learn(&mut self, count: usize) -> Result<()> {
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
        self.read(reads).await
    }

    /// Reads traces and the grid back.
    async fn read(&mut self, mut reads: Vec<Array>) -> Result<()> {
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
        let normalised = self.score_curve.iter().map(|&score| self.problem.ends.normalise(score)).collect();
        self.search.see(Seen { normalised }, &self.problem).await
    }

    /// Returns whether the mask has been learned.
    fn has_learned(&self) -> bool {
        self.converged || self.taken >= self.search.total()
    }

    /// Returns whether the order is refined once the mask has been learned. It is not in the preservation game, because
    /// the refinement asks what a deleted region can do without.
    fn refines(&self) -> bool {
        self.problem.settings.refine && self.problem.settings.game != Game::Preserve
    }

    /// Takes steps of the refinement of the order.
    async fn refine(&mut self, count: usize) -> Result<()> {
        let mut refinement = match self.refinement.take() {
            Some(refinement) => refinement,
            None => Refinement::new(&self.problem, &self.own_order().await?),
        };
        for _ in 0..count {
            if refinement.order().is_some() {
                break;
            }
            refinement.step().await?;
        }
        self.refinement = Some(refinement);
        Ok(())
    }

    /// Returns the order that the search itself gives to the pixels.
    async fn own_order(&self) -> Result<Map> {
        let mask = match self.search.order() {
            Some(mask) => mask,
            None => self.search.mask(self.answer()),
        };
        Ok(evidence_of(&Map::new(mask.read().await?), self.problem.settings.game))
    }

    /// Returns the parameters of the present answer.
    fn answer(&self) -> Array {
        if self.energies.is_empty() { self.search.grid() } else { self.search.best() }
    }

    /// Returns where the run stands, without waiting for the device.
    pub fn progress(&self) -> Progress {
        let cells = self.grid_values.len() as f32;
        let evidence = self.grid_values.iter().filter(|&&m| self.is_evidence(m)).count() as f32;
        let ordered = self.refinement.as_ref().map_or(0, Refinement::taken);
        let still = if self.refines() { Refinement::TOTAL } else { 0 };
        let learning = if self.has_learned() { self.taken } else { self.search.total() };
        Progress {
            iteration: self.taken + ordered,
            total: learning + still,
            done: self.has_learned() && ordered == still,
            stage: if self.has_learned() && self.refines() { "order" } else { "learn" },
            detail: Standing {
                score: self.score_curve.last().copied().unwrap_or(self.problem.ends.original),
                objective: self.energies.last().copied().unwrap_or(f32::NAN),
                mask_mean: self.grid_values.iter().sum::<f32>() / cells,
                area_at_half: evidence / cells,
                steps: learning,
                seconds: self.seconds.total(),
            },
        }
    }

    /// Returns a warning for the reader if the model does not suit the method.
    fn unsuited(&self) -> Option<&'static str> {
        self.problem.settings.method.warning(&self.problem)
    }

    /// Returns the question that this run asks about the picture.
    pub fn question(&self) -> &Question {
        &self.problem.question
    }

    /// Returns the facts known before the first step.
    pub fn started(&self) -> Started {
        Started { scores: self.problem.ends, total: self.progress().total, settings: self.problem.settings.clone() }
    }

    /// Returns the curves so far.
    pub fn curves(&self) -> Curves {
        Curves { objective: self.energies.clone(), score: self.score_curve.clone() }
    }

    /// Returns the scores known so far.
    pub fn scores(&self) -> Scores {
        Scores::of_ends(self.problem.ends)
    }

    /// Returns the settings in use.
    pub fn settings(&self) -> &Settings {
        &self.problem.settings
    }

    /// Returns the time taken so far.
    pub fn seconds(&self) -> Seconds {
        self.seconds
    }

    /// Returns the energy at each step so far.
    pub fn energies(&self) -> &[f32] {
        &self.energies
    }

    /// Returns the probability of the target in the blended picture at each step so far.
    pub fn score_curve(&self) -> &[f32] {
        &self.score_curve
    }

    /// Returns the grid after the last step, row by row.
    pub fn grid(&self) -> &[f32] {
        &self.grid_values
    }

    /// Returns the run's present state for drawing: the last grid and its mask, which have not been proved.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn preview(&self) -> Result<Explanation> {
        let grid = if self.has_learned() { self.answer() } else { self.search.grid() };
        self.explanation(grid).await
    }

    /// Returns the present regions of all areas, the smallest first, each proved. The list is empty if the method
    /// learns only one region.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Device`](crate::ErrorKind::Device) if the device was lost.
    pub async fn regions(&self) -> Result<Vec<Region>> {
        let Some(found) = self.search.regions() else { return Ok(vec![]) };
        let values = read_all(vec![found.areas, found.masks, found.chosen, found.sufficient]).await?;
        let pixels = self.problem.side() * self.problem.side();
        let mut regions = vec![];
        for (i, mask) in values[1].chunks(pixels).enumerate() {
            let explanation = self.region(values[0][i], Map::new(mask.to_vec())).await?;
            let (chosen, sufficient) = (values[2][i] > 0.5, values[3][i] > 0.5);
            let info = RegionInfo { area: values[0][i], chosen, sufficient };
            regions.push(Region { info, explanation });
        }
        Ok(regions)
    }

    /// Returns the region of one area, proved. Its settings have that area alone, which makes the region reproducible
    /// by itself.
    async fn region(&self, area: f32, mask: Map) -> Result<Explanation> {
        let mut explanation = self.of_maps(mask.clone(), mask);
        explanation.settings.areas = vec![area];
        // The curves are those of all areas together.
        (explanation.energies, explanation.score_curve) = (vec![], vec![]);
        explanation.prove(&self.problem.question).await?;
        Ok(explanation)
    }

    /// Returns the explanation of a grid `[1, 1, g, g]`, not yet proved.
    async fn explanation(&self, grid: Array) -> Result<Explanation> {
        let mask = self.search.mask(grid.clone());
        let mut values = read_all(vec![grid, mask]).await?.into_iter().map(Map::new);
        match (values.next(), values.next()) {
            (Some(grid), Some(mask)) => Ok(self.of_maps(grid, mask)),
            // Reading returns as many arrays as it was given.
            _ => unreachable!("two arrays were read"),
        }
    }

    fn of_maps(&self, grid: Map, mask: Map) -> Explanation {
        Explanation {
            settings: self.problem.settings.clone(),
            subject: self.problem.subject.clone(),
            scene: self.problem.question.centred_scene(),
            scores: self.scores(),
            finding: None,
            grid,
            mask,
            order: None,
            iterations: self.taken,
            energies: self.energies.clone(),
            score_curve: self.score_curve.clone(),
            seconds: self.seconds,
        }
    }

    fn is_evidence(&self, value: f32) -> bool {
        if self.problem.settings.game == Game::Preserve { value > 0.5 } else { value < 0.5 }
    }
}

impl Job for Run {
    type Detail = Standing;
    type Outcome = Explanation;

    /// Takes up to `count` steps of the search, or once the mask has been learned, of the refinement of the order.
    fn step(&mut self, count: usize) -> Later<'_, Progress> {
        Box::pin(async move {
            let started = Instant::now();
            if !self.has_learned() {
                self.learn(count).await?;
                self.seconds.mask += started.elapsed().as_secs_f64();
            } else if self.refines() {
                self.refine(count).await?;
                self.seconds.order += started.elapsed().as_secs_f64();
            }
            Ok(self.progress())
        })
    }

    /// Returns the present explanation: the best grid, its mask, the order if there is one, and what deleting and
    /// preserving the evidence does.
    fn finish(&mut self) -> Later<'_, Explanation> {
        Box::pin(async move {
            let mut explanation = self.explanation(self.answer()).await?;
            explanation.order = match self.refinement.as_ref().and_then(Refinement::order) {
                Some(order) => Some(order.clone()),
                None if self.search.order().is_some() => Some(self.own_order().await?),
                None => None,
            };
            explanation.prove(&self.problem.question).await?;
            if let (Some(finding), Some(warning)) = (&mut explanation.finding, self.unsuited()) {
                finding.warnings.push(warning.to_owned());
            }
            Ok(explanation)
        })
    }
}
