//! The confirmation of a concept rule: deleting the concept, and pasting it elsewhere, each against a control.

use std::collections::BTreeMap;

use super::labelled::Annotated;
use super::screen::Candidate;
use super::search::{ConceptRules, PICTURES};
use super::shared::{Batch, Line, Planned};
use super::trials::{Source, Trial, Trials};
use crate::error::{Error, ErrorKind, Result};
use crate::map::Map;
use crate::picture::{Planes, RgbImage};
use crate::question::Edit;
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::loans::lend;
use crate::rules::region::{FEATHER_PX, deletions, feathered, paste, places, rolled};
use crate::rules::split::Half;
use crate::rules::trials::{Intervention, Queue};

/// How often a background is copied, each time shifted by the same share of its width.
const COPIES: usize = 4;
/// Interventions that are tried in one step.
const TOGETHER: usize = 4;

impl<A: Annotated> ConceptRules<A> {
    /// Returns the pictures of the other half that confirm a rule, and draws which picture lends to which. A wide
    /// concept is deleted by an exchange, which needs a donor like pasting.
    pub(super) fn plan(&mut self, candidate: &Candidate) -> Trials {
        let Candidate { concept, class, .. } = *candidate;
        let half = || (0..self.seen.len()).filter(|&i| self.halves[i] == Half::Confirmation);
        let shows = |&i: &usize| self.seen[i].shown.contains(&concept);
        let foreign = |&i: &usize| self.seen[i].truth != class && self.seen[i].answer != class;
        let showing: Vec<usize> = half().filter(|i| shows(i) && self.seen[*i].answer == class).collect();
        let without: Vec<usize> = half().filter(|i| !shows(i)).collect();
        let receivers: Vec<usize> = without.iter().copied().filter(foreign).take(PICTURES).collect();
        let to_delete: Vec<usize> = showing.iter().copied().take(PICTURES).collect();
        let pasted = lend(&showing, &without, &receivers, &mut self.random);
        let mut sources: BTreeMap<usize, Source> =
            pasted.iter().map(|loan| (loan.receiver, Source::Donors(loan.donor, loan.control))).collect();
        let mut to_receive: Vec<usize> = pasted.iter().map(|loan| loan.receiver).collect();
        to_receive.sort_unstable();
        if self.set.concepts()[concept].wide {
            let exchanged = lend(&without, &to_delete, &to_delete, &mut self.random);
            sources.extend(exchanged.iter().map(|l| (l.receiver, Source::Donors(l.donor, l.control))));
        }
        let queue = Queue::new(to_delete, to_receive);
        Trials { candidate: *candidate, sources, queue, necessity: vec![], sufficiency: vec![] }
    }

    /// Takes the next interventions, and makes their random choices; `None` when all are taken.
    pub(super) fn plan_batch(&mut self, number: usize) -> Option<Batch> {
        let mut of = vec![];
        while of.len() < TOGETHER {
            let Some(rule) = self.trials.iter().position(|trials| !trials.queue.is_done()) else { break };
            let Some((how, number)) = self.trials[rule].queue.take() else { break };
            let Candidate { concept, class, .. } = self.trials[rule].candidate;
            let source = self.source(rule, number, how);
            of.extend(source.map(|source| Planned { rule, concept, class, how, number, source }));
        }
        (!of.is_empty()).then_some(Batch { number, of })
    }

    pub(super) async fn try_batch(&self, batch: &Batch) -> Result<Line> {
        let mut flips = vec![];
        for planned in &batch.of {
            flips.push(self.try_one(planned).await?);
        }
        Ok(Line::Tried(batch.number, flips))
    }

    /// Records the results of a batch.
    pub(super) fn take(&mut self, batch: Batch, flips: Vec<Option<Flip>>) {
        for (planned, flip) in batch.of.into_iter().zip(flips) {
            let Some(flip) = flip else { continue };
            let trials = &mut self.trials[planned.rule];
            trials.add(planned.how, Trial { number: planned.number, flip, source: planned.source });
        }
    }

    /// Measures an intervention, its control and the picture drawn again; `None` if there is nothing to change.
    async fn try_one(&self, planned: &Planned) -> Result<Option<Flip>> {
        let Planned { concept, class, how, number, source, .. } = *planned;
        let Some(edits) = self.edits(concept, number, source)? else { return Ok(None) };
        let mut edits = edits.to_vec();
        edits.extend(self.again(number, concept, how == Intervention::Paste));
        let answers = answers(&self.question(&self.set.picture(number)?.picture), &edits).await?;
        let flips = |answer: usize| (answer == class) == (how == Intervention::Paste);
        let exact = answers.get(2).map(|&answer| flips(answer));
        Ok(Some(Flip { changed: flips(answers[0]), control: flips(answers[1]), exact }))
    }

    /// Returns the sources of an intervention and its control; `None` if there is nothing to draw from.
    fn source(&mut self, at: usize, number: usize, how: Intervention) -> Option<Source> {
        let concept = self.trials[at].candidate.concept;
        if how == Intervention::Delete && !self.set.concepts()[concept].wide {
            let region = self.region(number, concept)?;
            return places(&region, 1, &mut self.random).first().copied().map(Source::Place);
        }
        self.trials[at].sources.get(&number).copied()
    }

    /// Returns the intervention on a picture, and its control; `None` if the region is empty.
    fn edits(&self, concept: usize, number: usize, source: Source) -> Result<Option<[Edit; 2]>> {
        Ok(match source {
            Source::Place(place) => self.region(number, concept).map(|region| deletions(&region, place)),
            Source::Donors(donor, control) if self.set.concepts()[concept].wide => {
                let Some(room) = self.region(number, concept) else { return Ok(None) };
                Some([self.exchange(&room, donor, concept)?, self.exchange(&room, control, concept)?])
            }
            Source::Donors(donor, control) => {
                let Some(region) = self.region(donor, concept) else { return Ok(None) };
                let soft = feathered(&region, FEATHER_PX);
                Some([self.paste(donor, soft.clone())?, self.paste(control, soft)?])
            }
        })
    }

    /// Returns the picture that the model saw in a trial of a rule: under the intervention, or under its control.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Settings`] if the trial was not made, or if the set's picture cannot be read.
    pub fn picture(&self, rule: usize, how: Intervention, trial: usize, control: bool) -> Result<RgbImage> {
        let none = || Error::new(ErrorKind::Settings, format!("rule {rule} has no trial {trial}"));
        let trials = self.trials.get(rule).ok_or_else(none)?;
        let made = if how == Intervention::Delete { &trials.necessity } else { &trials.sufficiency };
        let Trial { number, source, .. } = made.get(trial).ok_or_else(none)?;
        let edits = self.edits(trials.candidate.concept, *number, *source)?.ok_or_else(none)?;
        let question = self.question(&self.set.picture(*number)?.picture);
        Ok(edits[usize::from(control)].picture(question.scene(), question.side()).to_picture())
    }

    /// Pastes a region of another picture.
    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        Ok(paste(self.framed(&self.set.picture(donor)?.picture), region))
    }

    /// Pastes a wide concept of another picture over its whole area. The donor's animal hides a part of its background.
    /// The missing pixels are taken from the same rows beside it, so that one picture lends everything.
    fn exchange(&self, room: &Map, donor: usize, concept: usize) -> Result<Edit> {
        let side = room.side;
        let mut plate = Planes { side, values: vec![0.0; 3 * room.values.len()] };
        let mut covered = Map::constant(side, 0.0);
        if let Some(there) = self.region(donor, concept) {
            let picture = self.framed(&self.set.picture(donor)?.picture);
            for right in (0..COPIES).map(|copy| copy * side / COPIES) {
                lay(&mut plate, &mut covered, &moved(&picture, right), &rolled(&there, (0, right)));
            }
        }
        let both = Map::from_fn(side, |i| room.values[i].min(covered.values[i]));
        // The soft edge lies inside the area, because the pixels beyond it must stay.
        Ok(paste(plate, feathered(&both.complement(), FEATHER_PX).complement()))
    }

    /// Returns the picture drawn again with or without the concept, if that is possible.
    fn again(&self, number: usize, concept: usize, with: bool) -> Option<Edit> {
        let picture = self.set.rerendered(number, concept, with)?;
        Some(paste(self.framed(&picture), Map::constant(self.classifier.size(), 1.0)))
    }

    /// Returns the region of a concept in the model's input: 1 where more than half of a pixel is covered, else 0.
    fn region(&self, number: usize, concept: usize) -> Option<Map> {
        let planes = self.framed(&self.set.region(number, concept)?);
        let region = Map::new(planes.values[..planes.side * planes.side].to_vec()).cut(0.5);
        (region.mean() > 0.0).then_some(region)
    }

    fn framed(&self, picture: &RgbImage) -> Planes {
        self.classifier.framing().frame(picture)
    }
}

/// Copies a picture's region to the parts of a plate that are not covered yet.
fn lay(plate: &mut Planes, covered: &mut Map, picture: &Planes, region: &Map) {
    let plane = region.values.len();
    let shown: Vec<usize> = (0..plane).filter(|&i| region.values[i] > covered.values[i]).collect();
    for i in shown {
        (0..3).for_each(|channel| plate.values[channel * plane + i] = picture.values[channel * plane + i]);
        covered.values[i] = 1.0;
    }
}

/// The picture moved to the right; what leaves comes back on the left.
fn moved(picture: &Planes, right: usize) -> Planes {
    let mut moved = picture.clone();
    moved.values.chunks_mut(picture.side).for_each(|row| row.rotate_right(right));
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_moves_as_its_region_does() {
        let picture = Planes { side: 2, values: (0..12).map(|value| value as f32).collect() };
        assert_eq!(moved(&picture, 1).values[..4], rolled(&Map::new(picture.values[..4].to_vec()), (0, 1)).values);
        assert_eq!(moved(&picture, 1).values[8..], [9.0, 8.0, 11.0, 10.0]);
    }

    #[test]
    fn a_plate_takes_from_the_next_copy_what_the_first_does_not_show() {
        let flat = |value: f32| Planes { side: 2, values: vec![value; 12] };
        let (mut plate, mut covered) = (flat(0.0), Map::constant(2, 0.0));
        lay(&mut plate, &mut covered, &flat(0.4), &Map::new(vec![1.0, 1.0, 0.0, 0.0]));
        lay(&mut plate, &mut covered, &flat(0.8), &Map::new(vec![0.0, 1.0, 1.0, 0.0]));
        assert_eq!(plate.values[4..8], [0.4, 0.4, 0.8, 0.0]);
        assert_eq!(covered.values, [1.0, 1.0, 1.0, 0.0]);
    }
}
