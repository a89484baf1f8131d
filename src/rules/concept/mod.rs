//! Concept rules: "the model says c when the picture contains k", tested on labelled pictures.
//!
//! 1. *Look*: every picture is classified once.
//! 2. *Discover* on one half of the pictures: each concept k and class c are screened by their association within the
//!    true class y (Mantel and Haenszel's weighted difference of P(f = c) with and without k, and its z). The strongest
//!    go on.
//! 3. *Confirm* on the other half, by intervening. *Necessity*: among pictures that show k and are called c, how many
//!    answers flip when k is deleted, less those that flip when as much is deleted elsewhere. *Sufficiency*: among
//!    pictures of other kinds without k that are not called c, how many become c when k is pasted in (with a soft edge
//!    of 3 px), less those that do when the same place of a picture without k is pasted.
//! 4. *Judge*: exact sign tests on discordant pictures, corrected by Holm for all rules that were tested. A rule whose
//!    necessity or sufficiency is confirmed says "relies on", one whose association alone is "goes with".
//!
//! What covers most of the picture, as a background does, cannot be deleted by a blur (blurred snow is snow) nor moved
//! elsewhere. It is deleted by the background of a picture without it, and its control is that of another picture with
//! it.
//!
//! Where a picture can be made again with and without the concept ([`Annotated::rerendered`]), the exact effects stand
//! beside the estimates. Definitions: N. Mantel and W. Haenszel, JNCI 22, 1959; the rest is this project's.

mod confirm;
mod screen;
mod verdict;

pub use screen::Candidate;
pub use verdict::{Effect, Finding, Findings, Verdict};

use std::rc::Rc;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::job::{Job, Later, Progress};
use crate::picture::{NullImage, RgbImage, Scene};
use crate::question::{Edit, Question};
use confirm::Trials;

/// Something that a picture may contain.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Concept {
    /// The concept's name for people.
    pub name: String,
    /// Whether it covers most of a picture, so that it is exchanged for another instead of being blurred.
    pub wide: bool,
    /// Whether it is a part by which the classes truly differ: a model may rightly rely on it.
    pub own: bool,
}

/// A labelled picture.
#[derive(Clone, Debug)]
pub struct Labelled {
    /// The picture's pixels.
    pub picture: RgbImage,
    /// Position of its true class in the model's output.
    pub truth: usize,
    /// The numbers of the concepts that it shows.
    pub shown: Vec<usize>,
}

/// A set of pictures with concepts and regions.
pub trait Annotated {
    /// Returns every concept that a picture may show.
    fn concepts(&self) -> &[Concept];

    /// Returns how many pictures there are.
    fn count(&self) -> usize;

    /// Returns the picture of a number below [`Annotated::count`].
    ///
    /// # Errors
    /// [`ErrorKind::Image`] or [`ErrorKind::Io`] if it cannot be read.
    fn picture(&self, number: usize) -> Result<Labelled>;

    /// Says where a concept lies, a grey picture of the picture's own size: 255 where it is. Of a wide concept also in
    /// pictures that do not show it: where it would be.
    fn region(&self, number: usize, concept: usize) -> Option<RgbImage>;

    /// Named places of the main object, in pixels of the picture (right, down); only those that are seen.
    fn keypoints(&self, _number: usize) -> Vec<(&'static str, [f32; 2])> {
        vec![]
    }

    /// Returns the same picture made again with the concept or without it, and nothing else changed; `None` where that
    /// is not known.
    fn rerendered(&self, _number: usize, _concept: usize, _with: bool) -> Option<RgbImage> {
        None
    }
}

/// What is known of a picture after it was looked at.
struct Seen {
    truth: usize,
    answer: usize,
    shown: Vec<usize>,
}

/// Rules that are tested after discovery, unless another number is asked for.
pub const TESTED: usize = 12;
/// Pictures of each trial of a rule, at most.
pub const PICTURES: usize = 60;
/// Pictures that are looked at in one step.
const AT_ONCE: usize = 16;

/// Concept rules in the making.
pub struct ConceptRules<A> {
    classifier: Rc<dyn Classifier>,
    set: A,
    tested: usize,
    seen: Vec<Seen>,
    candidates: Option<Vec<Candidate>>,
    trials: Vec<Trials>,
    random: ChaCha8Rng,
}

/// How far concept rules have come.
#[derive(Clone, Debug, PartialEq, serde::Serialize)]
pub struct Standing {
    /// The rule under test, or nothing while pictures are looked at.
    pub doing: String,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}

impl<A: Annotated> ConceptRules<A> {
    /// Prepares rules about the pictures of a set; the `tested` strongest associations are tested. The seed decides
    /// which pictures lend and receive patches.
    pub fn new(classifier: Rc<dyn Classifier>, set: A, tested: usize, seed: u64) -> Self {
        let random = ChaCha8Rng::seed_from_u64(seed);
        Self { classifier, set, tested, seen: vec![], candidates: None, trials: vec![], random }
    }

    async fn advance(&mut self) -> Result<()> {
        if self.seen.len() < self.set.count() {
            return self.look().await;
        }
        if self.candidates.is_none() {
            return self.discover();
        }
        self.confirm().await
    }

    /// Classifies the next pictures.
    async fn look(&mut self) -> Result<()> {
        let end = (self.seen.len() + AT_ONCE).min(self.set.count());
        for number in self.seen.len()..end {
            let labelled = self.set.picture(number)?;
            let question = self.question(&labelled.picture);
            let answer = answers(&question, &[Edit::Nothing]).await?[0];
            self.seen.push(Seen { truth: labelled.truth, answer, shown: labelled.shown });
        }
        Ok(())
    }

    fn discover(&mut self) -> Result<()> {
        let classes = self.classifier.classes();
        if let Some(seen) = self.seen.iter().find(|seen| seen.truth >= classes) {
            let sentence = format!(
                "the set knows a class {}, but the model has only {classes}; choose a model of this set",
                seen.truth
            );
            return Err(Error::new(ErrorKind::Settings, sentence));
        }
        let half: Vec<&Seen> = self.seen.iter().step_by(2).collect();
        let all = screen::candidates(&half, self.set.concepts().len(), classes);
        self.trials = all.iter().take(self.tested).map(|c| self.plan(c)).collect();
        self.candidates = Some(all);
        Ok(())
    }

    /// What the model is asked about a picture, whose deleted pixels are blurred.
    fn question(&self, picture: &RgbImage) -> Question {
        let scene = Scene::new(picture, self.classifier.framing(), &NullImage::default());
        Question::of_class(self.classifier.clone(), scene, 0)
    }

    fn is_done(&self) -> bool {
        self.candidates.is_some() && self.trials.iter().all(Trials::is_done)
    }

    /// What is known so far.
    fn findings(&self) -> Findings {
        let other_half: Vec<&Seen> = self.seen.iter().skip(1).step_by(2).collect();
        let screened = self.candidates.as_ref().map_or(0, Vec::len);
        verdict::findings(screened, &self.trials, self.set.concepts(), &other_half)
    }
}

/// The class that the model finds most probable after each edit.
async fn answers(question: &Question, edits: &[Edit]) -> Result<Vec<usize>> {
    let best = |row: &Vec<f32>| (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b]).then(b.cmp(&a))).unwrap_or(0);
    Ok(question.probabilities(edits).await?.iter().map(best).collect())
}

impl<A: Annotated> Job for ConceptRules<A> {
    type Detail = Standing;
    type Outcome = Findings;

    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            for _ in 0..count {
                if self.is_done() {
                    break;
                }
                self.advance().await?;
            }
            let doing = self.trials.iter().find(|t| !t.is_done());
            let looked = self.set.count().div_ceil(AT_ONCE);
            Ok(Progress {
                iteration: self.seen.len().div_ceil(AT_ONCE) + self.trials.iter().map(Trials::taken).sum::<usize>(),
                total: looked + self.trials.iter().map(Trials::total).sum::<usize>(),
                done: self.is_done(),
                stage: if self.candidates.is_some() { "confirm" } else { "look" },
                detail: Standing {
                    doing: doing.map_or_else(String::new, |t| self.set.concepts()[t.candidate.concept].name.clone()),
                },
            })
        })
    }

    fn finish(&mut self) -> Later<'_, Findings> {
        let findings = self.findings();
        Box::pin(std::future::ready(Ok(findings)))
    }
}
