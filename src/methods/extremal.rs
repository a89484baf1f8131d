//! Extremal perturbations: the best region of a given area, instead of a price on area.
//!
//! For each area a, max_m f_c(Φ(x, m)) − λ_t · mean((sort(m) − r_a)²), r_a = (1 − a)N zeros and then aN ones, λ_t = 300
//! · 1.0035^t: the area is a constraint that becomes stiffer with each step. In the deletion game the region is deleted
//! and f_c falls. All areas are learned as one batch. The answer is the smallest sufficient region: that of the least a
//! whose region alone keeps (or whose deletion takes away) nine tenths of the score.
//!
//! The region is a smooth maximum of a grid ([`crate::mask::smooth_max`]), and every other step sees the picture
//! mirrored. The returned regions are shifted until each has exactly its area (m ← clamp(m + δ)). Their mean is the
//! ranking.
//!
//! Reference: \[EP\] R. Fong, M. Patrick and A. Vedaldi, "Understanding Deep Networks via Extremal Perturbations and
//! Smooth Masks", ICCV 2019. No pixels are sorted: r_a is 1 at a pixel whose value is above the (1 − a)-quantile, which
//! 18 halvings find on the device. Deviations: (1) The optimiser is Adam with one scale for all cells of a region and a
//! rate that falls by half a cosine, instead of SGD with momentum and dampening .9 at .01. It takes an eighth of the
//! steps, over which λ grows as far. (2) All cells start equal, so the area costs nothing for the first tenth of the
//! steps; otherwise a tie would decide what is kept. (3) The deleted state is the null image that judges use, unless
//! the paper's blur pyramid is asked for ([`crate::picture::Pyramid`]). Regions learned with one do not always hold
//! under the other (docs/lab.md).

use super::entry::Entry;
use super::game::Game;
use super::method::{COMMON, Definition, Kind, Method, ORDER};
use super::optimise;
use super::optimise::{Adam, Problem, Regions, Search, Trace};
use super::settings::Settings;
use crate::array::{Array, Comparison};
use crate::error::Result;
use crate::mask::{SmoothMax, smooth_max};
use crate::picture::{Null, Pyramid, View};
use crate::question::Score;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "extremal",
    title: "Extremal perturbation",
    summary: "The best region of each area; the smallest that suffices is the answer.",
    kind: Kind::Learned,
    needs_null: true,
    games: &[Game::Delete, Game::Preserve],
    settings: &[COMMON, ORDER, &["areas", "flip", "iterations", "learning_rate"]],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| optimise::ready(Extremal::new(problem)));

fn preset() -> Settings {
    Settings {
        game: Game::Preserve,
        iterations: 100,
        learning_rate: 0.05,
        jitter: 0,
        flip: true,
        score: Score::Logit,
        areas: vec![0.018, 0.025, 0.05, 0.1, 0.2],
        smoothing_px: 0.0,
        ..Settings::paper(METHOD)
    }
}

/// λ at the first step, its growth from step to step, and the steps of the paper.
const AREA_WEIGHT: f32 = 300.0;
const AREA_GROWTH: f32 = 1.003_5;
const PAPER_STEPS: f32 = 800.0;
/// One in this many of the steps, at the beginning, is free of the area's cost. So the answer, and not a tie, decides
/// which pixels come first.
const WARM_UP: usize = 10;
/// Halvings of an interval that holds a quantile or a shift.
const HALVINGS: usize = 18;
/// A region suffices if this share of the score depends on it.
const SUFFICIENT: f32 = 0.9;
/// The value at which every cell starts.
const START: f32 = 0.5;

/// How a mask enters the picture.
enum Blend {
    Pyramid(Pyramid),
    Linear(Box<View>),
}

/// The grids of all areas, their optimiser, and the regions of the last step.
pub(super) struct Extremal {
    blend: Blend,
    smooth: SmoothMax,
    /// `[A, 1, c, c]`.
    grids: Array,
    adam: Adam,
    /// Ascending, `[A, 1]`.
    areas: Array,
    count: usize,
    side: usize,
    /// The regions `[A, 1, S, S]`, and a selector `[A, 1, 1, 1]` that is 1 for the answer.
    regions: Array,
    chosen: Array,
    /// 1 for each region that suffices, `[A, 1]`.
    sufficient: Array,
    deletes: bool,
    taken: usize,
    iterations: usize,
    learning_rate: f32,
}

impl Extremal {
    /// Begins with grids that are one half everywhere.
    pub(super) fn new(problem: &Problem) -> Self {
        let (settings, device, side) = (&problem.settings, problem.device(), problem.side());
        let mut areas = settings.areas.clone();
        areas.sort_by(f32::total_cmp);
        let count = areas.len();
        let shape = [count, 1, smooth_max::CELLS, smooth_max::CELLS];
        let blend = match settings.null {
            Null::Pyramid => {
                Blend::Pyramid(Pyramid::new(&problem.question.centred_scene(), settings.null_sigma_px, device))
            }
            _ => Blend::Linear(Box::new(problem.centre_view())),
        };
        let smooth = SmoothMax::new(side, device);
        let grids = Array::full(&shape, START, device);
        let last = (0..count).map(|i| if i + 1 == count { 1.0 } else { 0.0 }).collect();
        Self {
            regions: smooth.forward(grids.clone()).masks,
            chosen: Array::new(last, &[count, 1, 1, 1], device),
            sufficient: Array::full(&[count, 1], 0.0, device),
            blend,
            smooth,
            adam: Adam::new(settings.learning_rate, &shape, device).with_shared_scale(),
            grids,
            areas: Array::new(areas, &[count, 1], device),
            count,
            side,
            deletes: settings.game == Game::Delete,
            taken: 0,
            iterations: settings.iterations,
            learning_rate: settings.learning_rate,
        }
    }

    fn blended(&self, masks: Array) -> Array {
        match &self.blend {
            Blend::Pyramid(pyramid) => pyramid.blend(masks),
            Blend::Linear(view) => view.blend(masks),
        }
    }

    fn mask_gradient(&self, masks: Array, pictures: Array) -> Array {
        match &self.blend {
            Blend::Pyramid(pyramid) => pyramid.mask_gradient(masks, pictures),
            Blend::Linear(view) => view.mask_gradient(pictures),
        }
    }

    /// 1 keeps, 0 deletes.
    fn kept(&self, regions: Array) -> Array {
        if self.deletes { regions.mul_scalar(-1.0).add_scalar(1.0) } else { regions }
    }

    /// λ_t · mean((m − r_a)²), `[A, 1]`, and its gradient, `[A, 1, S, S]`.
    fn area_term(&self, regions: &Array) -> (Array, Array) {
        let pixels = self.side * self.side;
        let part = self.taken as f32 / self.iterations as f32;
        let free = self.taken < self.iterations / WARM_UP;
        let weight = if free { 0.0 } else { AREA_WEIGHT * AREA_GROWTH.powf(PAPER_STEPS * part) };
        let values = regions.clone().reshape(&[self.count, pixels]);
        let above = values.clone().compare(Comparison::Greater, self.quantiles(&values));
        let difference = values.sub(above);
        let value = difference.clone().mul(difference.clone()).mean_axis(1).mul_scalar(weight);
        let gradient = difference.mul_scalar(2.0 * weight / pixels as f32);
        (value, gradient.reshape(&[self.count, 1, self.side, self.side]))
    }

    /// Finds for each area the value that a share a of the pixels exceeds, `[A, 1]`.
    fn quantiles(&self, values: &Array) -> Array {
        let (mut low, mut width) = (self.areas.clone().mul_scalar(0.0), 1.0);
        for _ in 0..HALVINGS {
            width /= 2.0;
            let middle = low.clone().add_scalar(width);
            let share = values.clone().compare(Comparison::Greater, middle).mean_axis(1);
            low = low.add(share.compare(Comparison::Greater, self.areas.clone()).mul_scalar(width));
        }
        low.add_scalar(width)
    }

    fn descend(&mut self, gradient: Array) {
        let part = self.taken as f32 / self.iterations as f32;
        self.adam.set_rate(self.learning_rate * 0.5 * (1.0 + (std::f32::consts::PI * part).cos()));
        self.grids = self.adam.step(self.grids.clone(), gradient);
    }

    /// The regions `[A, 1, S, S]`, each moved by one δ until its mean is its area.
    fn fitted(&self) -> Array {
        let areas = self.areas.clone().reshape(&[self.count, 1, 1, 1]);
        let moved = |by: Array| self.regions.clone().add(by).clamp(0.0, 1.0);
        let mean = |regions: Array| {
            regions.reshape(&[self.count, self.side * self.side]).mean_axis(1).reshape(&[self.count, 1, 1, 1])
        };
        let (mut low, mut width) = (areas.clone().mul_scalar(0.0).add_scalar(-1.0), 2.0);
        for _ in 0..HALVINGS {
            width /= 2.0;
            let too_small = mean(moved(low.clone().add_scalar(width))).compare(Comparison::Less, areas.clone());
            low = low.add(too_small.mul_scalar(width));
        }
        moved(low.add_scalar(width))
    }

    /// Chooses the smallest region that suffices by probabilities `[A, 1]`, or the largest region if none does.
    fn choose(&mut self, problem: &Problem, probabilities: Array) {
        let (null, span) = (problem.ends.null, problem.ends.original - problem.ends.null);
        let normalised = probabilities.add_scalar(-null).mul_scalar(1.0 / span);
        let suffices = if self.deletes {
            normalised.compare_scalar(Comparison::LessOrEqual, 1.0 - SUFFICIENT)
        } else {
            normalised.compare_scalar(Comparison::GreaterOrEqual, SUFFICIENT)
        };
        self.sufficient = suffices.clone();
        let count = self.count;
        // The largest counts as sufficient; the answer is the first with no sufficient one before it.
        let last = Array::new(
            (0..count).map(|i| if i + 1 == count { 1.0 } else { 0.0 }).collect(),
            &[count, 1],
            problem.device(),
        );
        let suffices = suffices.add(last).clamp(0.0, 1.0);
        let before = (0..count * count).map(|i| if i % count < i / count { 1.0 } else { 0.0 }).collect();
        let before = Array::new(before, &[count, count], problem.device()).matmul(suffices.clone());
        let first = suffices.mul(before.compare_scalar(Comparison::Less, 0.5));
        self.chosen = first.reshape(&[count, 1, 1, 1]);
    }
}

impl Search for Extremal {
    fn total(&self) -> usize {
        self.iterations
    }

    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>> {
        let pass = self.smooth.forward(self.grids.clone());
        let regions = pass.masks.clone();
        let masks = self.kept(regions.clone());
        let mirrored = problem.settings.flip && self.taken % 2 == 1;
        let mirror = |pictures: Array| if mirrored { pictures.flip(&[3]) } else { pictures };
        let sign = if self.deletes { 1.0 } else { -1.0 };
        let pictures = mirror(self.blended(masks.clone()));
        let answer = problem.question.pass(pictures, &vec![sign; self.count])?;
        // The sign of the answer and the sign of the mask cancel in one game, and neither is inverted in the other.
        let gradient = self.mask_gradient(masks, mirror(answer.gradient));
        let gradient = if self.deletes { gradient.mul_scalar(-1.0) } else { gradient };
        let (area, area_gradient) = self.area_term(&regions);
        let gradient = self.smooth.gradient(pass, gradient.add(area_gradient));
        self.descend(gradient);
        let energy = answer.answers.mul_scalar(sign).add(area).sum().mul_scalar(1.0 / self.count as f32);
        self.regions = regions;
        self.choose(problem, answer.probabilities.clone());
        let chosen = self.chosen.clone().reshape(&[self.count, 1]);
        let score = answer.probabilities.mul(chosen).sum();
        self.taken += 1;
        Ok(Some(Trace { energy, score }))
    }

    /// The chosen region at the picture's size.
    fn grid(&self) -> Array {
        self.kept(self.fitted().mul(self.chosen.clone()).sum_axis(0)).clamp(0.0, 1.0)
    }

    fn order(&self) -> Option<Array> {
        Some(self.kept(self.fitted().sum_axis(0).mul_scalar(1.0 / self.count as f32)))
    }

    fn mask(&self, grid: Array) -> Array {
        grid
    }

    fn regions(&self) -> Option<Regions> {
        Some(Regions {
            areas: self.areas.clone(),
            masks: self.kept(self.fitted()),
            chosen: self.chosen.clone(),
            sufficient: self.sufficient.clone(),
        })
    }
}
