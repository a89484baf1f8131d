//! The interventions on a cue: deleting it, and pasting it elsewhere, each against its control.

use super::pictures::Pictures;
use super::search::Cues;
use super::shared::{Asked, Region};
use super::trials::{Chance, Trials, Try};
use crate::error::Result;
use crate::map::Map;
use crate::picture::{Null, NullImage, Scene};
use crate::question::{Edit, Question};
use crate::rules::ask::answers;
use crate::rules::effect::Flip;
use crate::rules::loans::Loan;
use crate::rules::region::{FEATHER_PX, deletions, feathered, paste, places};

impl<P: Pictures> Cues<P> {
    /// Plans the interventions of some trials, and draws what chance decides about each: then they can be tried in any
    /// order.
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

    /// Draws where as much as a picture's evidence is deleted; `None` where it is too large to be moved.
    fn deletion(&mut self, picture: usize) -> Option<Chance> {
        let region = &self.explained.get(&picture)?.as_ref()?.region;
        places(&region.0, 1, &mut self.random).first().copied().map(Chance::Delete)
    }

    /// An intervention with all that it takes to make it; `None` of one whose evidence is not known.
    pub(super) fn asked(&self, trials: &Trials, tried: &Try) -> Option<Asked> {
        let Try { number, picture, chance, .. } = *tried;
        let source = if let Chance::Paste(donor, _) = chance { donor } else { picture };
        let region = self.evidence(source)?.region.clone();
        Some(Asked { number, class: self.candidates[trials.candidate].class, picture, region, chance })
    }

    /// Makes an intervention and its control.
    pub(super) async fn intervene(&self, asked: &Asked) -> Result<Flip> {
        let Asked { class, picture, region: Region(region), chance, .. } = asked;
        let edits = match *chance {
            Chance::Delete(place) => deletions(region, place),
            Chance::Paste(donor, other) => {
                let region = feathered(region, FEATHER_PX);
                [self.paste(donor, region.clone())?, self.paste(other, region)?]
            }
        };
        let scene = Scene::new(&self.set.pixels(*picture)?, self.classifier.framing(), &self.unseen_null());
        let question = Question::of_class(self.classifier.clone(), scene, 0);
        let answers = answers(&question, &edits).await?;
        let flips = |answer: usize| (answer == *class) == matches!(chance, Chance::Paste(..));
        Ok(Flip { changed: flips(answers[0]), control: flips(answers[1]), exact: None })
    }

    /// What deleted pixels become: never what the masks were learned with.
    fn unseen_null(&self) -> NullImage {
        let kind = if self.settings.null == Null::Mean { Null::Blur } else { Null::Mean };
        NullImage { kind, ..NullImage::default() }
    }

    fn paste(&self, donor: usize, region: Map) -> Result<Edit> {
        Ok(paste(self.classifier.framing().frame(&self.set.pixels(donor)?), region))
    }
}
