//! The interventions on a cue: deleting it, and pasting it elsewhere, each against its control.

use std::collections::VecDeque;
use std::rc::Rc;

use rand_chacha::ChaCha8Rng;

use super::pictures::Pictures;
use super::search::Cues;
use crate::error::Result;
use crate::map::Map;
use crate::picture::{Null, NullImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::region::{feathered, places, rolled};
use crate::rules::statistics::draw::{below, shuffle};

/// Width of the soft edge of what is deleted or pasted, in pixels.
const FEATHER_PX: usize = 3;

/// The interventions on one cue, done and to be done.
#[derive(Clone, Debug, Default)]
pub(super) struct Trials {
    pub(super) candidate: usize,
    /// Pictures that show the cue, from which it is deleted.
    to_delete: VecDeque<usize>,
    /// Pictures with other answers, into which it is pasted.
    to_receive: VecDeque<usize>,
    pub(super) deleted: Vec<Flip>,
    pub(super) received: Vec<Flip>,
    total: usize,
}

impl Trials {
    /// Of a candidate, with nothing planned.
    pub(super) fn of(candidate: usize) -> Self {
        Self { candidate, ..Self::default() }
    }

    /// Plans the interventions on `most` of either pictures at most, drawn at random.
    pub(super) fn new(
        candidate: usize,
        showing: &[usize],
        others: &[usize],
        most: usize,
        random: &mut ChaCha8Rng,
    ) -> Self {
        let mut some = |of: &[usize]| {
            let mut of = of.to_vec();
            shuffle(random, &mut of);
            of.into_iter().take(most).collect::<VecDeque<_>>()
        };
        let (to_delete, to_receive) = (some(showing), some(others));
        Self { candidate, total: to_delete.len() + to_receive.len(), to_delete, to_receive, ..Self::default() }
    }

    pub(super) fn is_done(&self) -> bool {
        self.to_delete.is_empty() && self.to_receive.is_empty()
    }

    pub(super) fn total(&self) -> usize {
        self.total
    }

    pub(super) fn taken(&self) -> usize {
        self.total - self.to_delete.len() - self.to_receive.len()
    }
}

impl<P: Pictures> Cues<P> {
    /// Tries the next picture of some trials.
    pub(super) async fn intervene(&mut self, trials: &mut Trials) -> Result<()> {
        let class = self.candidates[trials.candidate].class;
        if let Some(number) = trials.to_delete.pop_front() {
            if let Some(edits) = self.deletions(number) {
                trials.deleted.push(self.flip(number, &edits, |answer| answer != class).await?);
            }
        } else if let Some(number) = trials.to_receive.pop_front()
            && let Some(edits) = self.pastes(trials.candidate, number)?
        {
            trials.received.push(self.flip(number, &edits, |answer| answer == class).await?);
        }
        Ok(())
    }

    async fn flip(&self, number: usize, edits: &[Edit], flips: impl Fn(usize) -> bool) -> Result<Flip> {
        let scene = Scene::new(&self.set.pixels(number)?, self.classifier.framing(), &self.unseen_null());
        let question = Question::of_class(self.classifier.clone(), scene, 0);
        let answers = answers(&question, edits).await?;
        Ok(Flip { changed: flips(answers[0]), control: flips(answers[1]), exact: None })
    }

    /// What deleted pixels become: never what the masks were learned with.
    fn unseen_null(&self) -> NullImage {
        let kind = if self.settings.null == Null::Mean { Null::Blur } else { Null::Mean };
        NullImage { kind, ..NullImage::default() }
    }

    /// Deleting a picture's evidence, and as much of it elsewhere; `None` where it is too large to be moved.
    fn deletions(&mut self, number: usize) -> Option<Vec<Edit>> {
        let region = &self.explained.get(&number)?.region;
        let place = *places(region, 1, &mut self.random).first()?;
        let soft = feathered(region, FEATHER_PX);
        Some(vec![Edit::delete(&soft), Edit::delete(&rolled(&soft, place))])
    }

    /// Pasting a member's evidence, and the same place of a picture of another answer.
    fn pastes(&mut self, candidate: usize, receiver: usize) -> Result<Option<Vec<Edit>>> {
        let class = self.candidates[candidate].class;
        let others = self.discovery(|answer| answer != class);
        let others: Vec<usize> = others.into_iter().filter(|&other| other != receiver).collect();
        let members = &self.candidates[candidate].members;
        if others.is_empty() || members.is_empty() {
            return Ok(None);
        }
        let donor = members[below(&mut self.random, members.len())];
        let other = others[below(&mut self.random, others.len())];
        let region = feathered(&self.explained[&donor].region, FEATHER_PX);
        Ok(Some(vec![self.paste(donor, region.clone())?, self.paste(other, region)?]))
    }

    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        let patch = self.classifier.framing().frame(&self.set.pixels(donor)?);
        Ok(Edit::Paste { patch: Rc::new(patch), region })
    }
}
