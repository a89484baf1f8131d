//! A run, stepped from outside: the caller decides when to go on, to draw or to stop.

use std::rc::Rc;

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::adam::Adam;
use super::objective::{Objective, Target};
use super::settings::{Game, Settings};
use super::{Explanation, Scores, Subject};
use crate::array::{Array, Comparison, read_all};
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::mask::{Upsampler, discs, to_grid};
use crate::perturbation::{Jitterable, Scene};

/// The least target probability there is something to explain in.
const LOWEST_SCORE: f32 = 0.05;
/// Deleting everything must take away at least this share of the score.
const LEAST_DROP: f32 = 0.2;
/// The start's disc must bring the normalised score below this.
const VANISHED: f32 = 0.01;
/// Discs tried in one batch.
const DISCS_AT_ONCE: usize = 5;

/// Where a run stands after some steps.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Progress {
    /// Steps taken.
    pub iteration: usize,
    /// Steps in all.
    pub total: usize,
    /// Whether there are none left.
    pub done: bool,
    /// f_c of the blended picture at the last step.
    pub score: f32,
    /// The energy at the last step.
    pub objective: f32,
    /// Mean of the grid of the last step.
    pub mask_mean: f32,
    /// Share of the picture that counts as evidence (more than half deleted, or kept), by the grid of the last step.
    pub area_at_half: f32,
}

/// A learned explanation in the making.
pub struct Run {
    classifier: Rc<dyn Classifier>,
    settings: Settings,
    subject: Subject,
    scores: Scores,
    scene: Scene,
    views: Jitterable,
    target: Target,
    objective: Objective,
    adam: Adam,
    jitter: Jitter,
    grid: Array,
    grid_values: Vec<f32>,
    best: Best,
    energies: Vec<f32>,
    score_curve: Vec<f32>,
}

/// The offsets at which the views are cut, one a step.
enum Jitter {
    Random { random: ChaCha8Rng, largest: u32 },
    Listed { offsets: Vec<(usize, usize)>, next: usize },
}

/// The grid with the lowest energy so far, kept on the device.
struct Best {
    energy: Array,
    grid: Array,
}

impl Run {
    /// Prepares a run: the scene, the scores of the whole and of the deleted picture, the start.
    ///
    /// # Errors
    /// [`ErrorKind::NotExplainable`] if there is nothing to explain, in plain words; [`ErrorKind::Settings`]
    /// if a setting or the target is out of range.
    pub async fn new(
        classifier: Rc<dyn Classifier>,
        subject: Subject,
        resize: usize,
        settings: Settings,
    ) -> Result<Self> {
        settings.check()?;
        if subject.target >= classifier.classes() {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("class {} does not exist; the model has {} classes", subject.target, classifier.classes()),
            ));
        }
        let model = classifier.as_ref();
        let (side, device) = (model.size(), &model.device().clone());
        let scene = settings.scene(&subject.picture, resize, side);
        let views = Jitterable::new(&scene, side, device);
        let classes = target_classes(model, &views, &subject, &settings).await?;
        let target = Target::new(&classes, classifier.classes(), device);
        let scores = whole_and_deleted(model, &views, &target, &settings).await?;
        guard(&scores, &subject)?;
        let cells = side.div_ceil(settings.cell_px);
        let grid_values = start(model, &views, &target, &scores, &settings, cells).await?;
        let shape = [1, 1, cells, cells];
        let grid = Array::new(grid_values.clone(), &shape, device);
        let upsampler = Upsampler::new(cells, side, settings.smoothing_px, settings.straight_through, device);
        Ok(Self {
            objective: Objective::new(&settings, target.clone(), upsampler, device),
            adam: Adam::new(settings.learning_rate, &shape, device),
            jitter: Jitter::Random {
                random: ChaCha8Rng::seed_from_u64(settings.seed),
                largest: settings.jitter as u32,
            },
            best: Best { energy: Array::full(&[1], f32::MAX, device), grid: grid.clone() },
            classifier,
            settings,
            subject,
            scores,
            scene,
            views,
            target,
            grid,
            grid_values,
            energies: vec![],
            score_curve: vec![],
        })
    }

    /// Cuts the views at these offsets, in turn, instead of random ones: to compare with a reference step by step.
    pub fn with_offsets(mut self, offsets: Vec<(usize, usize)>) -> Self {
        self.jitter = Jitter::Listed { offsets, next: 0 };
        self
    }

    /// Takes up to `count` steps, then reads back where it stands: one read, however many steps.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] if the device was lost.
    pub async fn step(&mut self, count: usize) -> Result<Progress> {
        let count = count.min(self.settings.iterations - self.energies.len());
        let mut reads = vec![];
        for _ in 0..count {
            let view = self.views.view(self.jitter.next());
            let at = self.objective.evaluate(self.classifier.as_ref(), &view, self.grid.clone())?;
            self.best.offer(at.energy.clone(), self.grid.clone());
            self.grid = self.adam.step(self.grid.clone(), at.gradient);
            reads.extend([at.energy, at.score]);
        }
        reads.push(self.grid.clone());
        let mut values = read_all(reads).await?;
        self.grid_values = values.pop().unwrap_or_default();
        for pair in values.chunks(2) {
            self.energies.push(pair[0][0]);
            self.score_curve.push(pair[1][0]);
        }
        Ok(self.progress())
    }

    /// Where it stands, without waiting for the device.
    pub fn progress(&self) -> Progress {
        let cells = self.grid_values.len() as f32;
        let evidence = self.grid_values.iter().filter(|&&m| self.is_evidence(m)).count() as f32;
        Progress {
            iteration: self.energies.len(),
            total: self.settings.iterations,
            done: self.energies.len() >= self.settings.iterations,
            score: self.score_curve.last().copied().unwrap_or(self.scores.original),
            objective: self.energies.last().copied().unwrap_or(f32::NAN),
            mask_mean: self.grid_values.iter().sum::<f32>() / cells,
            area_at_half: evidence / cells,
        }
    }

    /// The scores known so far.
    pub fn scores(&self) -> &Scores {
        &self.scores
    }

    /// The settings in use.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The energy at each step so far.
    pub fn energies(&self) -> &[f32] {
        &self.energies
    }

    /// f_c of the blended picture at each step so far.
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
    /// [`ErrorKind::Device`] if the device was lost.
    pub async fn preview(&self) -> Result<Explanation> {
        let mask = self.objective.upsampler().upsample(self.grid.clone()).read().await?;
        Ok(self.explanation(self.grid_values.clone(), mask))
    }

    /// The explanation as it stands: the best grid, its mask, and what deleting and preserving by it does.
    ///
    /// # Errors
    /// [`ErrorKind::Device`] if the device was lost.
    pub async fn finish(&self) -> Result<Explanation> {
        let best = if self.energies.is_empty() { &self.grid } else { &self.best.grid };
        let mask = self.objective.upsampler().upsample(best.clone());
        let mut values = read_all(vec![best.clone(), mask]).await?;
        let (mask, grid) = (values.pop().unwrap_or_default(), values.pop().unwrap_or_default());
        let mut explanation = self.explanation(grid, mask);
        explanation.prove(self.classifier.as_ref(), &self.target).await?;
        Ok(explanation)
    }

    fn explanation(&self, grid: Vec<f32>, mask: Vec<f32>) -> Explanation {
        Explanation {
            settings: self.settings.clone(),
            subject: self.subject.clone(),
            scene: self.centred_scene(),
            scores: self.scores.clone(),
            cells: self.objective.upsampler().grid(),
            grid,
            side: self.classifier.size(),
            mask,
            energies: self.energies.clone(),
            score_curve: self.score_curve.clone(),
        }
    }

    fn centred_scene(&self) -> Scene {
        self.scene.crop(centre(&self.settings), self.classifier.size())
    }

    fn is_evidence(&self, value: f32) -> bool {
        if self.settings.game == Game::Preserve { value > 0.5 } else { value < 0.5 }
    }
}

impl Jitter {
    fn next(&mut self) -> (usize, usize) {
        match self {
            Jitter::Random { random, largest } => {
                let mut offset = || (random.next_u32() % (*largest + 1)) as usize;
                (offset(), offset())
            }
            Jitter::Listed { offsets, next } => {
                *next += 1;
                offsets[(*next - 1) % offsets.len()]
            }
        }
    }
}

impl Best {
    /// Keeps the better of two without asking the device which it is.
    fn offer(&mut self, energy: Array, grid: Array) {
        let better = energy.clone().compare(Comparison::Less, self.energy.clone());
        self.energy = Array::select_where(better.clone(), energy, self.energy.clone());
        let everywhere = better.reshape(&[1, 1, 1, 1]).broadcast(&grid.shape());
        self.grid = Array::select_where(everywhere, grid, self.grid.clone());
    }
}

/// The offset of the view that is not shifted.
pub(super) fn centre(settings: &Settings) -> usize {
    settings.jitter.div_ceil(2)
}

/// The target, and for presets that sum several classes the most probable ones of the whole picture.
async fn target_classes(
    classifier: &dyn Classifier,
    views: &Jitterable,
    subject: &Subject,
    settings: &Settings,
) -> Result<Vec<usize>> {
    if settings.top_classes == 1 {
        return Ok(vec![subject.target]);
    }
    let side = classifier.size();
    let whole = Array::full(&[1, 1, side, side], 1.0, classifier.device());
    let at = centre(settings);
    let logits = classifier.logits(views.view((at, at)).blend(whole))?.read().await?;
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    order.truncate(settings.top_classes);
    Ok(order)
}

async fn whole_and_deleted(
    classifier: &dyn Classifier,
    views: &Jitterable,
    target: &Target,
    settings: &Settings,
) -> Result<Scores> {
    let side = classifier.size();
    let constant = |value| Array::full(&[1, 1, side, side], value, classifier.device());
    let masks = Array::concat(vec![constant(1.0), constant(0.0)], 0);
    let at = centre(settings);
    let logits = classifier.logits(views.view((at, at)).blend(masks))?;
    let scores = target.score(logits).read().await?;
    Ok(Scores { original: scores[0], null: scores[1], deleted: f32::NAN, preserved: f32::NAN, normalised: f32::NAN })
}

/// Refuses to explain what cannot be explained.
fn guard(scores: &Scores, subject: &Subject) -> Result<()> {
    let refuse = |sentence: String| Err(Error::new(ErrorKind::NotExplainable, sentence));
    let Scores { original, null, .. } = *scores;
    if !original.is_finite() || !null.is_finite() {
        return refuse(
            "the model answers with numbers that are not finite; check its weights and the preprocessing profile"
                .into(),
        );
    }
    if original < LOWEST_SCORE {
        return refuse(format!(
            "the model gives \"{}\" a probability of only {original:.3} here, so there is no answer to explain; choose a class it is surer of",
            subject.label
        ));
    }
    if original - null < LEAST_DROP * original {
        return refuse(format!(
            "deleting the whole picture takes \"{}\" only from {original:.2} to {null:.2}, so no region can be blamed; choose another null image (mean or noise), a larger sigma or another class",
            subject.label
        ));
    }
    Ok(())
}

/// The grid to start from: outside the smallest disc whose deletion makes the answer vanish, else the largest.
/// The preservation game starts from its complement, which keeps just that disc.
async fn start(
    classifier: &dyn Classifier,
    views: &Jitterable,
    target: &Target,
    scores: &Scores,
    settings: &Settings,
    cells: usize,
) -> Result<Vec<f32>> {
    let side = classifier.size();
    let at = centre(settings);
    let view = views.view((at, at));
    // A disc is drawn when it is its turn: the search mostly ends long before the largest.
    let mut discs = discs(side);
    let mut chosen = vec![];
    'search: loop {
        let batch: Vec<Vec<f32>> = discs.by_ref().take(DISCS_AT_ONCE).map(|disc| disc.mask).collect();
        if batch.is_empty() {
            break;
        }
        let masks = Array::new(batch.concat(), &[batch.len(), 1, side, side], classifier.device());
        let found = target.score(classifier.logits(view.blend(masks))?).read().await?;
        for (mask, score) in batch.into_iter().zip(found) {
            chosen = mask;
            if scores.normalise(score) < VANISHED {
                break 'search;
            }
        }
    }
    let grid = to_grid(&chosen, side, cells);
    Ok(if settings.game == Game::Preserve { grid.iter().map(|m| 1.0 - m).collect() } else { grid })
}
