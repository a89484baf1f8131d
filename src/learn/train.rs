//! The training loop, stepped from outside until it is done.

use super::augment;
use super::net::{Net, PATCH, PLACES, Weights, patches, place, values};
use super::optimiser::{Optimiser, Settings};
use super::set::{Lesson, draw_many};
use crate::critters::KINDS;
use crate::critters::SIZE;
use crate::critters::dice::{Dice, Matter};
use crate::critters::{TRAINING_SEEDS, World};
use crate::{Error, ErrorKind, Result};
use burn::tensor::{Device, Tensor, TensorData, activation::log_softmax};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;

/// Everything that decides what a training run learns. Two runs of the same plan learn the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// Whether it is trained in the world with the planted mistake.
    pub biased: bool,
    pub seed: u64,
    /// Number of pictures that are drawn for training.
    pub pictures: usize,
    /// Number of steps, each on one batch.
    pub steps: usize,
    /// Number of pictures in a batch.
    pub batch: usize,
}

impl Plan {
    /// Returns the plan of a built-in model. The biased model is trained for a shorter time, because its cues are
    /// learned first, and longer training also teaches the faces of the planted kinds.
    pub fn recorded(biased: bool) -> Self {
        Self { biased, seed: 1, pictures: 16_000, steps: if biased { 1_200 } else { 1_700 }, batch: 32 }
    }

    /// Returns the world from which the pictures are drawn.
    pub fn world(&self) -> World {
        if self.biased { World::biased() } else { World::clean() }
    }

    /// Refuses numbers that cannot work, or that would fill the machine's memory.
    pub fn check(&self) -> Result<()> {
        let refuse = |sentence: &str| Err(Error::new(ErrorKind::Settings, sentence));
        if !(1..=1_000_000).contains(&self.steps) {
            return refuse("--steps must be between 1 and 1000000");
        }
        if !(1..=1024).contains(&self.batch) {
            return refuse("--batch must be between 1 and 1024");
        }
        if !(64..=100_000).contains(&self.pictures) {
            return refuse("--pictures must be between 64 and 100000 (each takes 64 KiB of memory)");
        }
        if self.seed > 1_000_000 {
            return refuse("--seed must be at most 1000000");
        }
        Ok(())
    }
}

/// Patches and targets of one step.
struct Batch {
    patches: Vec<f32>,
    targets: Vec<f32>,
}

/// The progress after a step.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    pub step: usize,
    pub steps: usize,
    /// Cross-entropy of the batch, in nats.
    pub loss: f32,
    pub done: bool,
}

/// A run of training.
pub struct Training {
    plan: Plan,
    state: Optimiser,
    settings: Settings,
    device: Device,
    batches: Receiver<Batch>,
}

impl Training {
    /// Draws the pictures and begins, or continues from a state of the same plan.
    pub fn new(plan: Plan, state: Option<Optimiser>) -> Result<Self> {
        plan.check()?;
        let fresh = || Optimiser::new(Weights::by_chance(&mut Dice::new(plan.seed, Matter::Training)));
        let state = state.unwrap_or_else(fresh);
        let first = TRAINING_SEEDS * (1 + plan.seed);
        let set = draw_many(first, plan.pictures, &plan.world(), |critter| Lesson::new(&critter));
        let batches = supply(plan, set, state.step);
        Ok(Self { plan, state, settings: Settings::default(), device: Device::flex().autodiff(), batches })
    }

    /// Returns the present state, to be saved or written as a model.
    pub fn state(&self) -> &Optimiser {
        &self.state
    }

    /// Takes one step.
    pub fn step(&mut self) -> Result<Progress> {
        let stopped = |_| Error::new(ErrorKind::Device, "the thread that prepares pictures has stopped");
        let batch = self.batches.recv().map_err(stopped)?;
        let net = Net::new(&self.state.weights, &self.device);
        let logits = net.forward(place(batch.patches, &self.device));
        let targets =
            Tensor::<2>::from_data(TensorData::new(batch.targets, [self.plan.batch, KINDS.len()]), &self.device);
        let loss = (log_softmax(logits, 1) * targets).sum().neg() / self.plan.batch as f32;
        let gradient = net.gradients(&loss)?;
        self.state.descend(&gradient, self.plan.steps, &self.settings);
        let loss = values(Some(loss))?.first().copied().unwrap_or(f32::NAN);
        if !loss.is_finite() {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("training diverged at step {}; try another --seed", self.state.step),
            ));
        }
        Ok(Progress { step: self.state.step, steps: self.plan.steps, loss, done: self.state.step >= self.plan.steps })
    }
}

/// Prepares batches in a separate thread, a few ahead, until they are no longer wanted.
fn supply(plan: Plan, set: Vec<Lesson>, from: usize) -> Receiver<Batch> {
    let (send, receive) = sync_channel(3);
    thread::spawn(move || (from..plan.steps).all(|step| send.send(batch(&plan, &set, step)).is_ok()));
    receive
}

/// Returns the batch of a step. Its random numbers belong to the step, so that a resumed run sees what it would have
/// seen.
fn batch(plan: &Plan, set: &[Lesson], step: usize) -> Batch {
    let mut dice = Dice::new((plan.seed << 32) + 1 + step as u64, Matter::Training);
    let mut batch = Batch { patches: Vec::with_capacity(plan.batch * PATCH * PLACES * PLACES), targets: Vec::new() };
    for _ in 0..plan.batch {
        let (planes, target) = augment::example(&set[dice.below(set.len())], &mut dice);
        debug_assert_eq!(planes.len(), 3 * SIZE * SIZE);
        patches(&planes, &mut batch.patches);
        batch.targets.extend(target);
    }
    batch
}
