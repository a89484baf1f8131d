//! The interventions on a cue: deleting it, and pasting it elsewhere, each against its control.

use super::pictures::Pictures;
use super::search::Cues;
use super::shared::{Asked, Region};
use super::trials::{Chance, Trials, Try};
use crate::error::{Error, ErrorKind, Result};
use crate::map::Map;
use crate::picture::{Null, NullImage, RgbImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::loans::Loan;
use crate::rules::region::{FEATHER_PX, deletions, feathered, paste, places};

impl<P: Pictures> Cues<P> {
    /// Plans the interventions of some trials and makes their random choices, so that they can be tried in any order.
    pub(super) fn plan_tries(&mut self, trials: &mut Trials) {
        for picture in std::mem::take(&mut trials.to_delete) {
            let chance = self.deletion(picture);
            self.plan_try(trials, picture, chance);
        }
        for Loan { receiver, donor, control } in std::mem::take(&mut trials.loans) {
            self.plan_try(trials, receiver, Some(Chance::Paste(donor, control)));
        }
    }

    fn plan_try(&mut self, trials: &mut Trials, picture: usize, chance: Option<Chance>) {
        let Some(chance) = chance else { return };
        trials.tries.push(Try { number: self.planned, picture, chance, flip: None });
        self.planned += 1;
    }

    /// Draws the place of the control deletion; `None` if the evidence is too large to be moved.
    fn deletion(&mut self, picture: usize) -> Option<Chance> {
        let region = &self.explained.get(&picture)?.as_ref()?.region;
        places(&region.0, 1, &mut self.random).first().copied().map(Chance::Delete)
    }

    /// Returns an intervention with everything that it needs; `None` if its evidence is not known.
    pub(super) fn asked(&self, trials: &Trials, tried: &Try) -> Option<Asked> {
        let Try { number, picture, chance, .. } = *tried;
        let source = if let Chance::Paste(donor, _) = chance { donor } else { picture };
        let region = self.evidence(source)?.region.clone();
        Some(Asked { number, class: self.candidates[trials.candidate].class, picture, region, chance })
    }

    /// Makes an intervention and its control.
    pub(super) async fn intervene(&self, asked: &Asked) -> Result<Flip> {
        let answers = answers(&self.question(asked.picture)?, &self.edits(asked)?).await?;
        let flips = |answer: usize| (answer == asked.class) == asked.chance.donor().is_some();
        Ok(Flip { changed: flips(answers[0]), control: flips(answers[1]), exact: None })
    }

    /// Returns the picture that the model saw in a trial of a cue, by its number ([`CueTrial`](super::CueTrial)), or in
    /// its control.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if there is no such trial, and otherwise as [`Pictures::pixels`] does.
    pub fn trial(&self, cue: usize, trial: usize, control: bool) -> Result<RgbImage> {
        let of = |trials: &Trials| self.asked(trials, trials.tries.iter().find(|tried| tried.number == trial)?);
        let made = self.trials.get(cue).and_then(of);
        let none = || Error::new(ErrorKind::Settings, format!("there is no trial {trial} of a cue {cue}"));
        let asked = made.ok_or_else(none)?;
        let question = self.question(asked.picture)?;
        let edit = &self.edits(&asked)?[usize::from(control)];
        Ok(edit.picture(question.scene(), question.side()).to_picture())
    }

    /// An intervention, and its control.
    fn edits(&self, Asked { region: Region(region), chance, .. }: &Asked) -> Result<[Edit; 2]> {
        Ok(match *chance {
            Chance::Delete(place) => deletions(region, place),
            Chance::Paste(donor, other) => {
                let region = feathered(region, FEATHER_PX);
                [self.paste(donor, region.clone())?, self.paste(other, region)?]
            }
        })
    }

    fn question(&self, picture: usize) -> Result<Question> {
        let scene = Scene::new(&self.set.pixels(picture)?, self.classifier.framing(), &self.unseen_null());
        Ok(Question::of_class(self.classifier.clone(), scene, 0))
    }

    /// The null image of the tests, which the masks were never learned with.
    fn unseen_null(&self) -> NullImage {
        let kind = if self.settings.null == Null::Mean { Null::Blur } else { Null::Mean };
        NullImage { kind, ..NullImage::default() }
    }

    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        Ok(paste(self.classifier.framing().frame(&self.set.pixels(donor)?), region))
    }
}
