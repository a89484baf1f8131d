//! The confirmation of a concept rule: deleting the concept, and pasting it elsewhere, each against a control.

use std::collections::VecDeque;
use std::rc::Rc;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::labelled::Annotated;
use super::screen::Candidate;
use super::search::{ConceptRules, PICTURES};
use super::trials::Trials;
use crate::error::Result;
use crate::map::Map;
use crate::picture::{Planes, RgbImage};
use crate::question::Edit;
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::region::{feathered, places, rolled};
use crate::rules::split::Half;

/// Width of the soft edge of what is deleted or pasted, in pixels.
const FEATHER_PX: usize = 3;

impl<A: Annotated> ConceptRules<A> {
    /// Returns the pictures of the other half on which a rule is confirmed.
    pub(super) fn plan(&self, candidate: &Candidate) -> Trials {
        let Candidate { concept, class, .. } = *candidate;
        let half = || (0..self.seen.len()).filter(|&i| self.halves[i] == Half::Confirmation);
        let shows = |&i: &usize| self.seen[i].shown.contains(&concept);
        let showing: Vec<usize> = half().filter(|i| shows(i) && self.seen[*i].answer == class).collect();
        let without: Vec<usize> = half().filter(|i| !shows(i)).collect();
        let foreign = |i: &usize| self.seen[*i].truth != class && self.seen[*i].answer != class;
        let to_delete: VecDeque<usize> = showing.iter().copied().take(PICTURES).collect();
        let receivers = without.iter().copied().filter(foreign).take(if showing.is_empty() { 0 } else { PICTURES });
        let to_receive: VecDeque<usize> = receivers.collect();
        Trials {
            candidate: *candidate,
            total: to_delete.len() + to_receive.len(),
            showing,
            without,
            to_delete,
            to_receive,
            necessity: vec![],
            sufficiency: vec![],
        }
    }

    /// Tries the next picture of the first rule that is not done.
    pub(super) async fn confirm(&mut self) -> Result<()> {
        let Some(at) = self.trials.iter().position(|trials| !trials.is_done()) else { return Ok(()) };
        let candidate = self.trials[at].candidate;
        if let Some(number) = self.trials[at].to_delete.pop_front() {
            if let Some(edits) = self.deletions(at, number)? {
                let flip = self.ask(number, &edits, |answer| answer != candidate.class).await?;
                self.trials[at].necessity.push(flip);
            }
        } else if let Some(number) = self.trials[at].to_receive.pop_front()
            && let Some(edits) = self.pastes(at, number)?
        {
            let flip = self.ask(number, &edits, |answer| answer == candidate.class).await?;
            self.trials[at].sufficiency.push(flip);
        }
        Ok(())
    }

    async fn ask(&self, number: usize, edits: &[Edit], flips: impl Fn(usize) -> bool) -> Result<Flip> {
        let question = self.question(&self.set.picture(number)?.picture);
        let answers = answers(&question, edits).await?;
        Ok(Flip {
            changed: flips(answers[0]),
            control: flips(answers[1]),
            exact: answers.get(2).map(|&answer| flips(answer)),
        })
    }

    /// Deleting the concept, its control, and the picture made again without it; `None` where there is no room for a
    /// control.
    fn deletions(&mut self, at: usize, number: usize) -> Result<Option<Vec<Edit>>> {
        let concept = self.trials[at].candidate.concept;
        let Some(region) = self.region(number, concept) else { return Ok(None) };
        let mut edits = if self.set.concepts()[concept].wide {
            let (without, with) = (&self.trials[at].without, &self.trials[at].showing);
            let donors = [pick(without, number, &mut self.random), pick(with, number, &mut self.random)];
            let [Some(without), Some(with)] = donors else { return Ok(None) };
            vec![self.exchange(&region, without, concept)?, self.exchange(&region, with, concept)?]
        } else {
            let Some(&place) = places(&region, 1, &mut self.random).first() else { return Ok(None) };
            let soft = feathered(&region, FEATHER_PX);
            vec![Edit::delete(&soft), Edit::delete(&rolled(&soft, place))]
        };
        edits.extend(self.again(number, concept, false));
        Ok(Some(edits))
    }

    /// Pasting the concept from a picture that shows it, its control, and the picture made again with it.
    fn pastes(&mut self, at: usize, number: usize) -> Result<Option<Vec<Edit>>> {
        let concept = self.trials[at].candidate.concept;
        let (showing, without) = (&self.trials[at].showing, &self.trials[at].without);
        let donors = [pick(showing, number, &mut self.random), pick(without, number, &mut self.random)];
        let [Some(donor), Some(other)] = donors else { return Ok(None) };
        let Some(region) = self.region(donor, concept) else { return Ok(None) };
        let mut edits = if self.set.concepts()[concept].wide {
            let Some(room) = self.region(number, concept) else { return Ok(None) };
            vec![self.exchange(&room, donor, concept)?, self.exchange(&room, other, concept)?]
        } else {
            let soft = feathered(&region, FEATHER_PX);
            vec![self.paste(donor, soft.clone())?, self.paste(other, soft)?]
        };
        edits.extend(self.again(number, concept, true));
        Ok(Some(edits))
    }

    /// Pastes what lies in a region of another picture.
    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        let patch = self.framed(&self.set.picture(donor)?.picture);
        Ok(Edit::Paste { patch: Rc::new(patch), region })
    }

    /// Pastes a wide concept of another picture where both pictures have it.
    fn exchange(&self, room: &Map, donor: usize, concept: usize) -> Result<Edit> {
        let there = self.region(donor, concept).unwrap_or_else(|| Map::constant(room.side, 0.0));
        let both = Map::from_fn(room.side, |i| room.values[i].min(there.values[i]));
        // The edge falls inwards: beyond it stands what must stay.
        self.paste(donor, feathered(&both.complement(), FEATHER_PX).complement())
    }

    /// The picture made again with or without the concept, where that is known.
    fn again(&self, number: usize, concept: usize, with: bool) -> Option<Edit> {
        let picture = self.set.rerendered(number, concept, with)?;
        let side = self.classifier.size();
        Some(Edit::Paste { patch: Rc::new(self.framed(&picture)), region: Map::constant(side, 1.0) })
    }

    /// Where a concept lies in what the model sees: 1 where more than half of a pixel is covered, else 0.
    fn region(&self, number: usize, concept: usize) -> Option<Map> {
        let planes = self.framed(&self.set.region(number, concept)?);
        let region = Map::new(planes.values[..planes.side * planes.side].to_vec()).cut(0.5);
        (region.mean() > 0.0).then_some(region)
    }

    fn framed(&self, picture: &RgbImage) -> Planes {
        self.classifier.framing().frame(picture)
    }
}

/// One of the pictures at random, but not this one.
fn pick(from: &[usize], but: usize, random: &mut ChaCha8Rng) -> Option<usize> {
    let others: Vec<usize> = from.iter().copied().filter(|&number| number != but).collect();
    (!others.is_empty()).then(|| others[random.next_u32() as usize % others.len()])
}
