//! The training loop, pumped from outside: `step` until it says done.

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

/// Everything that decides what a training run learns. Two runs of one plan learn the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Plan {
    /// Whether it learns in the world with the planted mistake.
    pub biased: bool,
    pub seed: u64,
    /// How many pictures are drawn to learn from.
    pub pictures: usize,
    /// How many steps are taken, each on one batch.
    pub steps: usize,
    /// Pictures in a batch.
    pub batch: usize,
}

impl Plan {
    /// Says how a built-in model is made. The biased one learns for a shorter time: its cues are learned
    /// first, and whoever goes on learns the faces of the planted kinds as well.
    pub fn recorded(biased: bool) -> Self {
        Self { biased, seed: 1, pictures: 16_000, steps: if biased { 1_200 } else { 1_700 }, batch: 32 }
    }

    /// Returns the world the pictures are drawn from.
    pub fn world(&self) -> World {
        if self.biased { World::biased() } else { World::clean() }
    }

    /// Refuses counts that cannot work, or that would fill the machine's memory.
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

/// The outcome of a step.
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
    /// Draws the pictures and begins, or goes on from a state of the same plan.
    pub fn new(plan: Plan, state: Option<Optimiser>) -> Result<Self> {
        plan.check()?;
        let fresh = || Optimiser::new(Weights::by_chance(&mut Dice::new(plan.seed, Matter::Training)));
        let state = state.unwrap_or_else(fresh);
        let first = TRAINING_SEEDS * (1 + plan.seed);
        let set = draw_many(first, plan.pictures, &plan.world(), |critter| Lesson::new(&critter));
        let batches = supply(plan, set, state.step);
        Ok(Self { plan, state, settings: Settings::default(), device: Device::flex().autodiff(), batches })
    }

    /// Returns the state as it is, to be saved or written as a model.
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

/// Prepares batches in a thread of its own, a few ahead, until nobody wants them any more.
fn supply(plan: Plan, set: Vec<Lesson>, from: usize) -> Receiver<Batch> {
    let (send, receive) = sync_channel(3);
    thread::spawn(move || (from..plan.steps).all(|step| send.send(batch(&plan, &set, step)).is_ok()));
    receive
}

/// The batch of a step: chance is the step's own, so that a resumed run sees what it would have seen.
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
