//! The confirmation of a concept rule: deleting the concept, and pasting it elsewhere, each against a control.

use std::collections::VecDeque;
use std::rc::Rc;

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use super::labelled::Annotated;
use super::screen::Candidate;
use super::search::{ConceptRules, PICTURES, answers};
use super::trials::{Flip, Source, Trials};
use crate::error::{Error, ErrorKind, Result};
use crate::map::Map;
use crate::picture::{Planes, RgbImage};
use crate::question::Edit;
use crate::rules::region::{feathered, places, rolled};

/// Width of the soft edge of what is deleted or pasted, in pixels.
const FEATHER_PX: usize = 3;

/// What is done to a picture to confirm a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intervention {
    /// The concept is deleted where it is shown.
    Delete,
    /// The concept is pasted where it is not.
    Paste,
}

impl<A: Annotated> ConceptRules<A> {
    /// Returns the pictures of the other half on which a rule is confirmed.
    pub(super) fn plan(&self, candidate: &Candidate) -> Trials {
        let Candidate { concept, class, .. } = *candidate;
        let half = || (1..self.seen.len()).step_by(2);
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
        if let Some(number) = self.trials[at].to_delete.pop_front() {
            let flip = self.try_one(at, number, Intervention::Delete).await?;
            self.trials[at].necessity.extend(flip);
        } else if let Some(number) = self.trials[at].to_receive.pop_front() {
            let flip = self.try_one(at, number, Intervention::Paste).await?;
            self.trials[at].sufficiency.extend(flip);
        }
        Ok(())
    }

    /// Asks what an intervention, its control and the picture made again do; `None` where there is no room for a
    /// control.
    async fn try_one(&mut self, at: usize, number: usize, how: Intervention) -> Result<Option<Flip>> {
        let Candidate { concept, class, .. } = self.trials[at].candidate;
        let Some(source) = self.source(at, number, how) else { return Ok(None) };
        let Some(edits) = self.edits(concept, number, source)? else { return Ok(None) };
        let mut edits = edits.to_vec();
        edits.extend(self.again(number, concept, how == Intervention::Paste));
        let answers = answers(&self.question(&self.set.picture(number)?.picture), &edits).await?;
        let flips = |answer: usize| (answer == class) == (how == Intervention::Paste);
        let exact = answers.get(2).map(|&answer| flips(answer));
        Ok(Some(Flip { number, changed: flips(answers[0]), control: flips(answers[1]), exact, source }))
    }

    /// Draws where an intervention and its control come from.
    fn source(&mut self, at: usize, number: usize, how: Intervention) -> Option<Source> {
        let concept = self.trials[at].candidate.concept;
        let wide = self.set.concepts()[concept].wide;
        let region = if how == Intervention::Delete { Some(self.region(number, concept)?) } else { None };
        if let Some(region) = region.filter(|_| !wide) {
            return places(&region, 1, &mut self.random).first().copied().map(Source::Place);
        }
        let (showing, without) = (&self.trials[at].showing, &self.trials[at].without);
        let (first, control) = if how == Intervention::Delete { (without, showing) } else { (showing, without) };
        let donors = [pick(first, number, &mut self.random), pick(control, number, &mut self.random)];
        Some(Source::Donors(donors[0]?, donors[1]?))
    }

    /// The intervention on a picture, and its control; `None` where the region to be changed is empty.
    fn edits(&self, concept: usize, number: usize, source: Source) -> Result<Option<[Edit; 2]>> {
        Ok(match source {
            Source::Place(place) => self.region(number, concept).map(|region| {
                let soft = feathered(&region, FEATHER_PX);
                [Edit::delete(&soft), Edit::delete(&rolled(&soft, place))]
            }),
            Source::Donors(first, control) if self.set.concepts()[concept].wide => {
                let Some(room) = self.region(number, concept) else { return Ok(None) };
                Some([self.exchange(&room, first, concept)?, self.exchange(&room, control, concept)?])
            }
            Source::Donors(first, control) => {
                let Some(region) = self.region(first, concept) else { return Ok(None) };
                let soft = feathered(&region, FEATHER_PX);
                Some([self.paste(first, soft.clone())?, self.paste(control, soft)?])
            }
        })
    }

    /// Returns the picture that the model saw in a trial of a rule: under the intervention, or under its control.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Settings`] of a trial that was not made; else as the set's pictures do.
    pub fn picture(&self, rule: usize, how: Intervention, trial: usize, control: bool) -> Result<RgbImage> {
        let none = || Error::new(ErrorKind::Settings, format!("rule {rule} has no trial {trial}"));
        let trials = self.trials.get(rule).ok_or_else(none)?;
        let made = if how == Intervention::Delete { &trials.necessity } else { &trials.sufficiency };
        let flip = made.get(trial).ok_or_else(none)?;
        let edits = self.edits(trials.candidate.concept, flip.number, flip.source)?.ok_or_else(none)?;
        let question = self.question(&self.set.picture(flip.number)?.picture);
        Ok(edits[usize::from(control)].picture(question.scene(), question.side())?.to_picture())
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
