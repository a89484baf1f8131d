//! The verdicts on cues.

use serde::Serialize;

use super::everywhere::Everywhere;
use super::trials::{Trials, Try};
use crate::number::minus;
use crate::pixel_box::PixelBox;
use crate::rules::effect::{Effect, Flip, LEVEL};
use crate::rules::statistics::{holm, p_words};

/// A cue with a larger share of its area outside annotated objects was wrongly learned.
const MOSTLY: f64 = 0.5;

/// A group of evidence that goes with an answer.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// Position of the answer in the model's output.
    pub(super) class: usize,
    /// The number of the group among the kept groups of the class.
    pub(super) cluster: usize,
    /// The pictures of the discovery half in this group, the most typical first.
    pub(super) members: Vec<usize>,
    pub(super) stability: f64,
    /// Mean share of the picture that the evidence covers.
    pub(super) area: f64,
    pub(super) outside: Option<f64>,
    pub(super) exemplars: Vec<Exemplar>,
}

/// A picture that shows a cue, and the cue's place.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Exemplar {
    /// The picture's number.
    pub picture: usize,
    /// The tight box around the evidence, in pixels of the model's input.
    pub place: PixelBox,
}

/// A cue that was tested on unseen pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cue {
    /// Position of the answer in the model's output.
    pub class: usize,
    /// Pictures of the discovery half that show it.
    pub members: usize,
    /// The mean Jaccard index of the group when its pictures are drawn again, in [0, 1].
    pub stability: f64,
    /// Mean share of the picture that it covers, in [0, 1].
    pub area: f64,
    /// The share of its area outside annotated objects, in [0, 1]; `None` if no objects are annotated.
    pub outside: Option<f64>,
    /// Necessity plus sufficiency on the discovery half, by which it was chosen.
    pub rank: f64,
    /// Unseen pictures with this answer that could be explained.
    pub called: usize,
    /// How many of them show the cue.
    pub shown: usize,
    /// Unseen answers that flip when the cue is deleted.
    pub necessity: Effect,
    /// Unseen answers that become this one when the cue is pasted.
    pub sufficiency: Effect,
    /// The p of the cue: the better of the two effects, corrected for two effects and by Holm over all tested cues.
    pub p: f64,
    /// Whether the model relies on it.
    pub confirmed: bool,
    /// The most typical pictures.
    pub exemplars: Vec<Exemplar>,
    /// The interventions that both effects count.
    pub trials: Vec<CueTrial>,
}

/// The outcome of one intervention on an unseen picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CueTrial {
    /// Its number among all interventions of the search.
    pub number: usize,
    /// Number of the picture in the set.
    pub picture: usize,
    /// The picture that lends the cue, if it is pasted; `None` if it is deleted.
    pub donor: Option<usize>,
    /// Whether the answer flips.
    pub changed: bool,
    /// Whether it flips under the control.
    pub control: bool,
}

impl Cue {
    /// Returns whether the model relies on it although it lies mostly outside the annotated objects.
    pub fn wrongly_learned(&self) -> bool {
        self.confirmed && self.outside.is_some_and(|share| share > MOSTLY)
    }

    /// Returns how many answers fall when the cue alone is deleted from unseen pictures that show it.
    pub fn fallen(&self) -> usize {
        self.necessity.flips
    }

    /// Returns the finding as a sentence, with the class's name.
    pub fn sentence(&self, label: &str) -> String {
        let verdict = if self.confirmed { "relies on" } else { "is not confirmed to rely on" };
        let outside =
            self.outside.map_or_else(String::new, |share| format!(", {:.0} % of it outside the object", 100.0 * share));
        format!(
            "{label} {verdict} a cue of {} pictures ({:.1} % of the picture{outside}). Of {} unseen \
             pictures called {label} that can be explained {} show it: deleting it alone takes {} of {} answers away ({}); pasting it brings {} ({}); {}.",
            self.members,
            100.0 * self.area,
            self.called,
            self.shown,
            self.fallen(),
            self.necessity.n,
            against(&self.necessity),
            pasted(&self.sufficiency),
            against(&self.sufficiency),
            p_words(self.p)
        )
    }
}

/// Says how many answers pasting brings, and the number of donors, which the test counts.
fn pasted(effect: &Effect) -> String {
    match effect {
        Effect { trials: 0, .. } => "none of 0".to_owned(),
        Effect { n: 1, trials, flips, .. } => format!("{flips} of {trials} from 1 picture"),
        Effect { n, trials, flips, .. } => format!("{flips} of {trials} from {n} pictures"),
    }
}

fn against(effect: &Effect) -> String {
    let span = effect.interval.map_or_else(
        || "too few for an interval".to_owned(),
        |i| format!("difference {:+.2}, {:+.2} to {:+.2}", minus(i.estimate), minus(i.low), minus(i.high)),
    );
    format!("control {}; {span}", effect.control_flips)
}

/// How many pictures there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "CueCounts"))]
pub struct Counts {
    /// Pictures that were looked at.
    pub looked: usize,
    /// How many of them are on the discovery half.
    pub discovery: usize,
    /// How many look like another and were put into its half.
    pub alike: usize,
    /// Pictures that were explained, on both halves.
    pub explained: usize,
    /// Pictures whose answer stays when everything is deleted, or could not be explained for another reason.
    pub refused: usize,
}

impl Counts {
    /// Says why pictures were not explained, and what would help if none was. Empty if all were explained.
    fn refusals(&self) -> String {
        let why = "the answer stays when everything is deleted, or its mask cannot be learned";
        match (self.refused, self.explained) {
            (0, _) => String::new(),
            (n, 0) => format!(
                " None of {n} pictures could be explained: {why}. Choose a model of these pictures, or another method."
            ),
            (1, _) => format!(" 1 picture could not be explained: {why}."),
            (n, _) => format!(" {n} pictures could not be explained: {why}."),
        }
    }
}

/// All cues, the strongest on discovery first.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Findings {
    /// How many pictures there were.
    pub pictures: Counts,
    /// Stable groups of evidence, of which the strongest were tested.
    pub candidates: usize,
    /// The cues that were tested.
    pub cues: Vec<Cue>,
    /// Classes whose answers no region carries.
    pub everywhere: Vec<Everywhere>,
}

impl Findings {
    /// Returns the cues on which the model relies.
    pub fn confirmed(&self) -> impl Iterator<Item = &Cue> {
        self.cues.iter().filter(|cue| cue.confirmed)
    }

    /// Returns the confirmed cues that lie mostly outside the annotated objects.
    pub fn wrongly_learned(&self) -> impl Iterator<Item = &Cue> {
        self.cues.iter().filter(|cue| cue.wrongly_learned())
    }

    /// Returns a sentence that says how many candidates were found, tested and confirmed.
    pub fn sentence(&self) -> String {
        let outside = if self.cues.iter().any(|cue| cue.outside.is_some()) {
            format!(", of which {} lie mostly outside the annotated objects", self.wrongly_learned().count())
        } else if self.cues.is_empty() {
            String::new()
        } else {
            "; no objects are annotated, so look at the exemplars".to_owned()
        };
        let (looked, candidates) = (self.pictures.looked, self.candidates);
        let said = format!(
            "Looked at {} and explained {}; found {}, tested {}, confirmed {}{outside}.",
            if looked == 1 { "1 picture".to_owned() } else { format!("{looked} pictures") },
            self.pictures.explained,
            if candidates == 1 { "1 candidate".to_owned() } else { format!("{candidates} candidates") },
            self.cues.len(),
            self.confirmed().count()
        );
        format!("{said}{}", self.pictures.refusals())
    }
}

/// A candidate with its trials.
pub(super) struct Tried<'a> {
    pub(super) candidate: &'a Candidate,
    pub(super) rank: f64,
    pub(super) trials: &'a Trials,
    pub(super) called: usize,
    pub(super) shown: usize,
}

/// Judges all cues together.
pub(super) fn cues(tried: &[Tried]) -> Vec<Cue> {
    let effects: Vec<[Effect; 2]> = tried.iter().map(|t| effects(t.trials, tried.len())).collect();
    let best = |[necessity, sufficiency]: &[Effect; 2]| (2.0 * necessity.p.min(sufficiency.p)).min(1.0);
    let adjusted = holm(&effects.iter().map(best).collect::<Vec<_>>());
    let cue = |(tried, ([necessity, sufficiency], p)): (&Tried, ([Effect; 2], f64))| Cue {
        class: tried.candidate.class,
        members: tried.candidate.members.len(),
        stability: tried.candidate.stability,
        area: tried.candidate.area,
        outside: tried.candidate.outside,
        rank: tried.rank,
        called: tried.called,
        shown: tried.shown,
        necessity,
        sufficiency,
        p,
        confirmed: p <= LEVEL,
        exemplars: tried.candidate.exemplars.clone(),
        trials: tried.trials.made().map(told).collect(),
    };
    tried.iter().zip(effects.into_iter().zip(adjusted)).map(cue).collect()
}

fn told((tried, flip): (&Try, Flip)) -> CueTrial {
    let Try { number, picture, chance, .. } = *tried;
    CueTrial { number, picture, donor: chance.donor(), changed: flip.changed, control: flip.control }
}

/// Necessity and sufficiency.
fn effects(trials: &Trials, tested: usize) -> [Effect; 2] {
    [Effect::new(&trials.deleted(), tested), Effect::of_donors(&trials.received(), tested)]
}

/// Necessity plus sufficiency, by the trials so far.
pub(super) fn strength(trials: &Trials) -> f64 {
    effects(trials, 1).iter().map(Effect::difference).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_that_were_not_explained_are_said_with_the_reason() {
        let said = |explained: usize, refused: usize| {
            let pictures = Counts { looked: 9, explained, refused, ..Counts::default() };
            Findings { pictures, candidates: 0, cues: vec![], everywhere: vec![] }.sentence()
        };
        assert!(said(9, 0).ends_with("confirmed 0."), "{}", said(9, 0));
        assert!(said(5, 4).contains("4 pictures could not be explained: the answer stays"), "{}", said(5, 4));
        assert!(said(0, 9).ends_with("Choose a model of these pictures, or another method."), "{}", said(0, 9));
    }
    #[test]
    fn one_candidate_is_counted_as_one() {
        let said = |looked: usize, candidates: usize| {
            let pictures = Counts { looked, explained: looked, ..Counts::default() };
            Findings { pictures, candidates, cues: vec![], everywhere: vec![] }.sentence()
        };
        for (looked, candidates, says) in [
            (9, 1, "at 9 pictures and explained 9; found 1 candidate, tested"),
            (1, 0, "at 1 picture and explained 1; found 0 candidates, tested"),
            (21, 11, "at 21 pictures and explained 21; found 11 candidates, tested"),
        ] {
            assert!(said(looked, candidates).contains(says), "{}", said(looked, candidates));
        }
    }
}
