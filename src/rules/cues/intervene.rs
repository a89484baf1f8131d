//! The interventions on a cue: deleting it, and pasting it elsewhere, each against its control.

use super::pictures::Pictures;
use super::search::Cues;
use super::trials::Trials;
use crate::error::Result;
use crate::map::Map;
use crate::picture::{Null, NullImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::region::{FEATHER_PX, deletions, feathered, paste, places};
use crate::rules::statistics::draw::below;
use crate::rules::trials::Intervention;

impl<P: Pictures> Cues<P> {
    /// Tries the next picture of some trials.
    pub(super) async fn intervene(&mut self, trials: &mut Trials) -> Result<()> {
        let class = self.candidates[trials.candidate].class;
        match trials.queue.take() {
            Some((Intervention::Delete, number)) => {
                if let Some(edits) = self.deletions(number) {
                    trials.deleted.push(self.flip(number, &edits, |answer| answer != class).await?);
                }
            }
            Some((Intervention::Paste, number)) => {
                if let Some(edits) = self.pastes(trials.candidate, number)? {
                    trials.received.push(self.flip(number, &edits, |answer| answer == class).await?);
                }
            }
            None => {}
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
    fn deletions(&mut self, number: usize) -> Option<[Edit; 2]> {
        let region = &self.explained.get(&number)?.region;
        let place = *places(region, 1, &mut self.random).first()?;
        Some(deletions(region, place))
    }

    /// Pasting a member's evidence, and the same place of a picture of another answer.
    fn pastes(&mut self, candidate: usize, receiver: usize) -> Result<Option<[Edit; 2]>> {
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
        Ok(Some([self.paste(donor, region.clone())?, self.paste(other, region)?]))
    }

    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        Ok(paste(self.classifier.framing().frame(&self.set.pixels(donor)?), region))
    }
}
