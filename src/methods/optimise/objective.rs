//! The energy of a mask, and its gradient with respect to the grid.

use burn::tensor::Device;

use super::problem::Problem;
use crate::array::{Array, is_cpu};
use crate::error::Result;
use crate::mask::{Area, Upsampler, Variation};
use crate::methods::game::Game;
use crate::methods::settings::Settings;
use crate::picture::View;
use crate::question::Question;

/// The energy of a mask in a game.
pub struct Objective {
    game: Game,
    area: Area,
    variation: Variation,
    upsampler: Upsampler,
}

/// The energy and its parts at one grid, still on the device.
pub struct Evaluated {
    /// The whole energy, `[1]`.
    pub energy: Array,
    /// Probability of the target in the blended picture (the first, in the dual game), `[1]`.
    pub score: Array,
    /// Gradient with respect to the grid, `[1, 1, g, g]`.
    pub gradient: Array,
}

/// A blended picture of a game: its sign in the energy, and whether the mask enters it as 1 − m.
struct Side {
    sign: f32,
    turned: bool,
}

impl Game {
    fn sides(self) -> &'static [Side] {
        const PLAIN: Side = Side { sign: 1.0, turned: false };
        match self {
            Game::Delete => &[PLAIN],
            Game::Preserve => &[Side { sign: -1.0, turned: false }],
            Game::Dual => &[PLAIN, Side { sign: -1.0, turned: true }],
        }
    }
}

impl Objective {
    /// Returns the energy that these settings describe.
    pub fn new(settings: &Settings, upsampler: Upsampler, device: &Device) -> Self {
        let free_value = if settings.game == Game::Preserve { 0.0 } else { 1.0 };
        let area = Area { weight: settings.l1, free_value };
        let variation = Variation::new(settings.l2, settings.beta, upsampler.grid(), device);
        Self { game: settings.game, area, variation, upsampler }
    }

    /// Returns the same energy with a variation weighted by the edges of a picture `[1, 3, S, S]`.
    #[must_use]
    pub(crate) fn along_edges(mut self, picture: Array) -> Self {
        self.variation = self.variation.along_edges(picture);
        self
    }

    /// Returns the mask of a grid.
    pub fn upsampler(&self) -> &Upsampler {
        &self.upsampler
    }

    /// Multiplies λ₁.
    pub(crate) fn scale_area(&mut self, factor: f32) {
        self.area.weight *= factor;
    }

    /// Returns the energy of a grid `[1, 1, g, g]` under one jittered view, or its mean over several.
    ///
    /// # Errors
    /// Fails as [`Question::pass`] does.
    pub fn evaluate(&self, question: &Question, view: &View, grid: Array) -> Result<Evaluated> {
        let (pictures, weights) = self.pictures(view, &grid);
        let pass = question.pass(pictures, &weights)?;
        let mask_gradient = self.mask_gradient(view, &pass.gradient);
        let gradient = self.upsampler.gradient(mask_gradient);
        let (regulariser, gradient) = self.regularised(grid, gradient);
        let energy = weighted(pass.answers, weights).add(regulariser.reshape(&[1]));
        Ok(Evaluated { energy, score: mean_of_first(pass.probabilities, view.count()), gradient })
    }

    /// Returns the energy alone, `[1]`: a third of the work.
    ///
    /// # Errors
    /// Fails as [`Question::pass`] does.
    pub(crate) fn energy(&self, question: &Question, view: &View, grid: Array) -> Result<Array> {
        let (pictures, weights) = self.pictures(view, &grid);
        let answers = question.answers(pictures)?;
        let (regulariser, _) = self.regulariser(grid);
        Ok(weighted(answers, weights).add(regulariser.reshape(&[1])))
    }

    /// The blended pictures of all sides and views, and their weights in the energy.
    fn pictures(&self, view: &View, grid: &Array) -> (Array, Vec<f32>) {
        let mask = self.upsampler.upsample(grid.clone());
        let (sides, views) = (self.game.sides(), view.count());
        let blend = |side: &Side| view.blend(if side.turned { mask.clone().complement() } else { mask.clone() });
        let weights = sides.iter().flat_map(|s| std::iter::repeat_n(s.sign / views as f32, views)).collect();
        (joined(sides.iter().map(blend).collect()), weights)
    }

    /// The gradient with respect to the mask, `[1, 1, S, S]`, given that with respect to the pictures of all sides.
    fn mask_gradient(&self, view: &View, pictures: &Array) -> Array {
        let views = view.count();
        let of_side = |(number, side): (usize, &Side)| {
            let part = pictures.clone().part(number * views..(number + 1) * views);
            let gradient = view.mask_gradient(part);
            let gradient = if views > 1 { gradient.sum_axis(0) } else { gradient };
            if side.turned { gradient.mul_scalar(-1.0) } else { gradient }
        };
        self.game.sides().iter().enumerate().map(of_side).reduce(Array::add).expect("every game has a side")
    }

    /// The λ₁ and λ₂ terms of a grid, and their gradient added to this one.
    fn regularised(&self, grid: Array, gradient: Array) -> (Array, Array) {
        let device = self.upsampler.device();
        if !is_cpu(device) {
            let (value, of_terms) = self.regulariser(grid);
            return (value, gradient.add(of_terms));
        }
        let (variation, of_variation) = self.variation.value_and_gradient(grid.clone());
        // The order of the sums matters: another order rounds differently, and runs of hundreds of steps drift apart.
        let gradient = gradient.add(of_variation).add(self.area.gradient(&grid.shape(), device));
        (self.area.value(grid).add(variation), gradient)
    }

    /// Returns the λ₁ and λ₂ terms of grids `[N, 1, g, g]`: values `[N, 1, 1, 1]` and gradients.
    pub(crate) fn regulariser(&self, grids: Array) -> (Array, Array) {
        self.variation.with_area(self.area, grids)
    }
}

/// Returns the energy of a problem on the grid that its settings ask for.
pub(crate) fn objective(problem: &Problem) -> Objective {
    let (settings, side, device) = (&problem.settings, problem.side(), problem.device());
    let smoothing_px = settings.smoothing_at(side);
    let upsampler = Upsampler::new(settings.cells_at(side), side, smoothing_px, settings.straight_through, device);
    let objective = Objective::new(settings, upsampler, device);
    if settings.edge_aware { objective.along_edges(problem.centre_view().photo()) } else { objective }
}

fn joined(mut batches: Vec<Array>) -> Array {
    if batches.len() == 1 { batches.remove(0) } else { Array::concat(batches, 0) }
}

/// Σ weight · answer of answers `[N, 1]`.
fn weighted(answers: Array, weights: Vec<f32>) -> Array {
    if weights == [1.0] {
        return answers.reshape(&[1]);
    }
    let weights = Array::new(weights, &answers.shape(), &answers.device());
    answers.mul(weights).sum()
}

fn mean_of_first(scores: Array, count: usize) -> Array {
    let first = scores.part(0..count);
    if count == 1 { first.reshape(&[1]) } else { first.sum().mul_scalar(1.0 / count as f32) }
}
