//! One thread of an evaluation: takes pictures in turn and judges the methods on each.

use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::Sender;
use std::sync::{Arc, Mutex, PoisonError};

use super::Plan;
use super::findings::Entry;
use super::scout::{Scout, Task};
use crate::classifier::OnnxClassifier;
use crate::error::{Error, Result};
use crate::job::Job;
use crate::judge::control::seed_of;
use crate::judge::leakage::Host;
use crate::judge::sanity;
use crate::study::case::Case;
use crate::study::judging::Judging;
use crate::study::metric::Metric;
use crate::study::record::Record;
use crate::study::set::Set;

/// Steps between two checks for a stop.
const AT_ONCE: usize = 10;
/// Number of other pictures to which a picture's masks are applied.
const HOSTS: usize = 4;
/// In an endless set, hosts are among this many pictures.
const HOSTS_AMONG: usize = 1000;

/// Seed of the shuffled weights.
const SHUFFLE: u64 = 1;

/// A message of a thread.
pub(super) enum Message {
    /// A line for the log.
    Found(Entry),
    /// Its current work.
    Doing(String),
    /// It cannot go on.
    Failed(Error),
}

/// The state that all threads share.
pub(super) struct Shared {
    pub set: Arc<Set>,
    pub plan: Arc<Plan>,
    pub scout: Mutex<Scout>,
    pub stopped: AtomicBool,
}

/// Works until there is no picture left, or until it is stopped.
pub(super) fn work(model: OnnxClassifier, shared: &Shared, out: &Sender<Message>) {
    // A picture always has exactly one thread. Matrix products that are divided among threads differ in their last
    // bits, and findings must not depend on the number of pictures judged at a time.
    let _team = vanish_kernels::compute_with(1);
    let model = Rc::new(model);
    let say = |message| {
        // After a failure of another thread the channel is closed.
        let _ = out.send(message);
    };
    let shuffled = match shuffled(&model, shared) {
        Ok(shuffled) => shuffled,
        Err(error) => return say(Message::Failed(error)),
    };
    while !shared.stopped.load(Ordering::SeqCst) {
        match next(&model, shared, &say) {
            Ok(Some(task)) => {
                let task = Task { case: Case { shuffled: shuffled.clone(), ..task.case }, ..task };
                if let Err(error) = judge(&model, task, shared, &say) {
                    return say(Message::Failed(error));
                }
            }
            Ok(None) => return,
            Err(error) => return say(Message::Failed(error)),
        }
    }
}

/// The model with more and more of its weights shuffled, if a metric needs it.
fn shuffled(model: &OnnxClassifier, shared: &Shared) -> Result<Vec<Rc<OnnxClassifier>>> {
    let asked = [Metric::Sanity, Metric::SmoothSanity].iter().any(|&metric| shared.plan.measures.has(metric));
    let stages = sanity::STAGES.iter().filter(|_| asked);
    stages.map(|&share| model.shuffled(share, SHUFFLE).map(Rc::new)).collect()
}

fn next(model: &Rc<OnnxClassifier>, shared: &Shared, say: &dyn Fn(Message)) -> Result<Option<Task>> {
    let mut scout = shared.scout.lock().unwrap_or_else(PoisonError::into_inner);
    scout.next(model, &|seen| say(Message::Found(Entry::Seen(seen))))
}

fn judge(model: &Rc<OnnxClassifier>, task: Task, shared: &Shared, say: &dyn Fn(Message)) -> Result<()> {
    let Task { number, mut case, entrants } = task;
    if shared.plan.measures.has(Metric::Leakage) {
        case.hosts = hosts(model, number, &case.item.name, &shared.set)?;
    }
    let mut judging = Judging::new(Rc::new(case), entrants, shared.plan.families(), shared.plan.measures.clone());
    loop {
        let progress = pollster::block_on(judging.step(AT_ONCE))?;
        say(Message::Doing(progress.detail.doing));
        for record in judging.take_records() {
            say(Message::Found(Entry::Record(Box::new(Record { number, ..record }))));
        }
        if progress.done || shared.stopped.load(Ordering::SeqCst) {
            return Ok(());
        }
    }
}

/// Other pictures of the set, chosen by the picture's name alone; unreadable pictures are skipped.
fn hosts(model: &Rc<OnnxClassifier>, number: usize, name: &str, set: &Set) -> Result<Vec<Host>> {
    let among = set.len().min(HOSTS_AMONG) as u64;
    let start = seed_of(name);
    let others = (1..=HOSTS as u64).map(|k| (start.wrapping_mul(k) % among) as usize).filter(|&other| other != number);
    let items = others.filter_map(|other| set.item(other).ok());
    items.map(|item| pollster::block_on(Host::new(model.clone(), &item.pixels))).collect()
}
