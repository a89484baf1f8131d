//! An evaluation on several threads, each with a picture to itself.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::Duration;

use super::scout::Scout;
use super::worker::{Message, Shared, work};
use super::{Entry, Findings, Plan, Setup};
use crate::classifier::OnnxClassifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Doing, Job, Later, Progress};
use crate::study::log::Log;
use crate::study::set::Set;

/// How long a step waits for a result.
const PATIENCE: Duration = Duration::from_millis(100);

/// A running evaluation.
pub struct Evaluation {
    shared: Arc<Shared>,
    messages: Receiver<Message>,
    workers: Vec<JoinHandle<()>>,
    setup: Setup,
    log: Log<Entry>,
    /// The lines of the log, including those of this call.
    lines: Vec<Entry>,
    records: usize,
    doing: String,
    finished: bool,
    /// Whether all work was done, instead of stopped.
    whole: bool,
}

impl Evaluation {
    /// Begins an evaluation of several pictures at a time. Results in the log are not measured again.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Settings`] if the log belongs to another model, set or choice of settings, and
    /// with [`crate::ErrorKind::Io`] if it cannot be written.
    pub fn new(
        model: &OnnxClassifier,
        set: Set,
        plan: Plan,
        setup: Setup,
        mut log: Log<Entry>,
        threads: usize,
    ) -> Result<Self> {
        for entry in log.records() {
            if let Entry::Setup(earlier) = entry {
                earlier.check(&setup)?;
            }
        }
        let lines = log.records().to_vec();
        log.add(&Entry::Setup(Box::new(setup.clone())))?;
        let (set, plan) = (Arc::new(set), Arc::new(plan));
        let scout = Mutex::new(Scout::new(set.clone(), plan.clone(), &log));
        let shared = Arc::new(Shared { set, plan, scout, stopped: AtomicBool::new(false) });
        let (out, messages) = channel();
        let worker = |_| {
            let (model, shared, out) = (model.clone(), shared.clone(), out.clone());
            std::thread::spawn(move || work(model, &shared, &out))
        };
        let workers = (0..threads.max(1)).map(worker).collect();
        let (records, doing) = (0, String::new());
        Ok(Self { shared, messages, workers, setup, log, lines, records, doing, finished: false, whole: false })
    }

    /// Takes in the available messages, and waits a moment for the first.
    fn listen(&mut self) -> Result<()> {
        match self.messages.recv_timeout(PATIENCE) {
            Ok(message) => self.hear(message)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => self.join()?,
        }
        while let Ok(message) = self.messages.try_recv() {
            self.hear(message)?;
        }
        Ok(())
    }

    fn hear(&mut self, message: Message) -> Result<()> {
        match message {
            Message::Doing(doing) => self.doing = doing,
            Message::Failed(error) => return self.fail(error),
            Message::Found(entry) => {
                self.records += usize::from(matches!(entry, Entry::Record(_)));
                self.log.add(&entry)?;
                self.lines.push(entry);
            }
        }
        Ok(())
    }

    /// Collects the threads after all have ended.
    fn join(&mut self) -> Result<()> {
        self.finished = true;
        let fallen = self.workers.drain(..).filter_map(|worker| worker.join().err()).count();
        if fallen == 0 {
            return self.end();
        }
        Err(Error::new(ErrorKind::Device, "a thread of the evaluation ended early; what it says stands above"))
    }

    /// Records that all work is done, unless the threads were told to stop.
    fn end(&mut self) -> Result<()> {
        self.whole = !self.shared.stopped.load(Ordering::SeqCst);
        if self.whole { self.log.add(&Entry::End {}) } else { Ok(()) }
    }

    fn fail(&mut self, error: Error) -> Result<()> {
        self.shared.stopped.store(true, Ordering::SeqCst);
        Err(error)
    }

    /// Ends all threads; their results so far count.
    fn stop(&mut self) -> Result<()> {
        self.shared.stopped.store(true, Ordering::SeqCst);
        while !self.finished {
            self.listen()?;
        }
        Ok(())
    }

    fn progress(&self) -> Progress<Doing> {
        let pictures = self.shared.plan.limit.min(self.shared.set.len() / self.setup.shard.of);
        Progress {
            iteration: self.records,
            total: pictures.saturating_mul(self.shared.plan.entrants().len()),
            done: self.finished,
            stage: "judge",
            detail: Doing { doing: self.doing.clone() },
        }
    }
}

impl Drop for Evaluation {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        for worker in self.workers.drain(..) {
            // A thread that panicked has said so on standard error.
            let _ = worker.join();
        }
    }
}

impl Job for Evaluation {
    type Detail = Doing;
    type Outcome = Findings;

    /// Waits for a result, however large `count` is.
    fn step(&mut self, _count: usize) -> Later<'_, Progress<Doing>> {
        Box::pin(async move {
            self.listen()?;
            Ok(self.progress())
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        Box::pin(async move {
            self.stop()?;
            let setup = Entry::Setup(Box::new(self.setup.clone()));
            // The setups of earlier calls, and whether they ended, do not matter for this one.
            let found = self.lines.drain(..).filter(|line| !matches!(line, Entry::Setup(_) | Entry::End {}));
            let end = self.whole.then_some(Entry::End {});
            Findings::of(std::iter::once(setup).chain(found).chain(end))
        })
    }
}
