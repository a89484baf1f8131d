//! The confirmation of a concept rule: deleting the concept, and pasting it elsewhere, each against a control.

use std::collections::VecDeque;
use std::rc::Rc;

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
use crate::rules::statistics::draw::shuffle;

/// Width of the soft edge of what is deleted or pasted, in pixels.
const FEATHER_PX: usize = 3;
/// Pictures that lend parts of a background, at most.
const DONORS: usize = 4;

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
            let [with, without] = self.donors(at, number);
            if with.is_empty() || without.is_empty() {
                return Ok(None);
            }
            vec![self.exchange(&region, &without, concept)?, self.exchange(&region, &with, concept)?]
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
        let [with, without] = self.donors(at, number);
        let (Some(&donor), Some(&other)) = (with.first(), without.first()) else { return Ok(None) };
        let Some(region) = self.region(donor, concept) else { return Ok(None) };
        let mut edits = if self.set.concepts()[concept].wide {
            let Some(room) = self.region(number, concept) else { return Ok(None) };
            vec![self.exchange(&room, &with, concept)?, self.exchange(&room, &without, concept)?]
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

    /// Some pictures that show a rule's concept and some that do not, but not this one.
    fn donors(&mut self, at: usize, number: usize) -> [Vec<usize>; 2] {
        let Trials { showing, without, .. } = &self.trials[at];
        [showing, without].map(|from| pick(from, number, &mut self.random))
    }

    /// Pastes a wide concept of other pictures over all of its room. A background is hidden behind its own animal, so what
    /// the first donor does not show is taken from the next.
    fn exchange(&self, room: &Map, donors: &[usize], concept: usize) -> Result<Edit> {
        let mut plate = Planes { side: room.side, values: vec![0.0; 3 * room.values.len()] };
        let mut covered = Map::constant(room.side, 0.0);
        for &donor in donors {
            let Some(there) = self.region(donor, concept) else { continue };
            lay(&mut plate, &mut covered, &self.framed(&self.set.picture(donor)?.picture), &there);
        }
        let both = Map::from_fn(room.side, |i| room.values[i].min(covered.values[i]));
        // The edge falls inwards: beyond it stands what must stay.
        Ok(Edit::Paste { patch: Rc::new(plate), region: feathered(&both.complement(), FEATHER_PX).complement() })
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

/// Lays a picture's region on a plate where that is not covered yet.
fn lay(plate: &mut Planes, covered: &mut Map, picture: &Planes, region: &Map) {
    let plane = region.values.len();
    let shown: Vec<usize> = (0..plane).filter(|&i| region.values[i] > covered.values[i]).collect();
    for i in shown {
        (0..3).for_each(|channel| plate.values[channel * plane + i] = picture.values[channel * plane + i]);
        covered.values[i] = 1.0;
    }
}

/// Some of the pictures at random, but not this one.
fn pick(from: &[usize], but: usize, random: &mut ChaCha8Rng) -> Vec<usize> {
    let mut others: Vec<usize> = from.iter().copied().filter(|&number| number != but).collect();
    shuffle(random, &mut others);
    others.truncate(DONORS);
    others
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plate_takes_from_the_next_donor_what_the_first_does_not_show() {
        let flat = |value: f32| Planes { side: 2, values: vec![value; 12] };
        let (mut plate, mut covered) = (flat(0.0), Map::constant(2, 0.0));
        lay(&mut plate, &mut covered, &flat(0.4), &Map::new(vec![1.0, 1.0, 0.0, 0.0]));
        lay(&mut plate, &mut covered, &flat(0.8), &Map::new(vec![0.0, 1.0, 1.0, 0.0]));
        assert_eq!(plate.values[4..8], [0.4, 0.4, 0.8, 0.0]);
        assert_eq!(covered.values, [1.0, 1.0, 1.0, 0.0]);
    }
}
