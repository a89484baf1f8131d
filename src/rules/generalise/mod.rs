//! A local rule on deletions that it was not learned on.
//!
//! "Deleting region R takes the answer away" is a rule, and its quality is how well it holds on deletions it was not
//! learned on. A [`Test`] draws deletions from a named distribution: a null image ([`Family`], never one of the
//! learning), and a shift, a mirror and a brightness of the picture. Under each deletion the region is cut hard at
//! three levels of the evidence. The score is normalised by the scores of the original and of the fully deleted picture
//! under that deletion. A rule *holds* in a trial if the normalised score is at most .2. In the preservation game
//! everything but the region is deleted, and the rule holds if at least .8 stays.
//!
//! Each trial has a control: the same region moved elsewhere (toroidally, to one of three places that overlap it by
//! less than a fifth). A level whose region is too large for that is left out, so that rule and control are compared at
//! the same areas. If no level has a control, all levels are tried without one. Let h be the share of trials in which
//! the rule holds, and h⁰ that of the control. Then *lift* is h − h⁰ and *skill* is (h − h⁰) / (1 − h⁰). A region that
//! covers everything always holds, so skill and area belong together.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful Perturbation",
//! ICCV 2017, sections 3 and 5.4 (the experiment with other α and nulls). The families, the control and the intervals
//! are this project's.

mod course;
mod cut;
mod deletion;
mod design;
mod outcome;
mod pooled;
mod summary;
mod told;

pub use course::{Part, Tried};
pub use deletion::{Deletion, Family};
pub use design::{DELETIONS, HOLDS, LEVELS};
pub use outcome::{FamilyOutcome, Generalisation, Trial};
pub use pooled::{Pooled, PooledFamily};
pub use summary::{FamilyShare, Summary};

use std::rc::Rc;

use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Explanation;
use crate::job::{Divisible, Job, Later, Progress, Share};
use crate::map::Map;
use crate::methods::{Game, Settings};
use crate::picture::{Null, Planes, RgbImage, Scene, flat, gaussian, impute, noisy, stream_of};
use crate::question::{Edit, Question, Subject};
use course::Course;
use cut::Cut;
use deletion::reach_px;

/// A trial can tell something only if the changed picture gives the answer at least this probability.
const LEAST_SCORE: f32 = 0.05;

/// The results of a rule so far.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Standing {
    /// Trials in which it held.
    pub held: usize,
    /// Trials.
    pub of: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "holds in {} of {}", self.held, self.of)
    }
}

/// A running test of a local rule. A step is one deletion: the picture, the fully deleted picture, and each level with
/// its control.
pub struct Test {
    classifier: Rc<dyn Classifier>,
    /// The picture with a margin for shifts.
    frame: Planes,
    target: usize,
    label: String,
    preserves: bool,
    cuts: Vec<Cut>,
    others: Vec<RgbImage>,
    course: Course,
    share: Share<Part, Tried>,
}

impl Test {
    /// Prepares the test of an explanation by any method, on all families that it has not seen. `others` are pictures
    /// whose pixels replace deleted ones; if there are none, that family is left out.
    pub fn new(classifier: Rc<dyn Classifier>, explanation: &Explanation, others: Vec<RgbImage>) -> Self {
        let families = Family::unseen_by(&explanation.settings);
        Self::on(classifier, explanation, others, families)
    }

    /// Prepares the test on these families alone, whether the method has seen them or not.
    pub fn on(
        classifier: Rc<dyn Classifier>,
        explanation: &Explanation,
        others: Vec<RgbImage>,
        families: Vec<Family>,
    ) -> Self {
        let (subject, settings) = (&explanation.subject, &explanation.settings);
        Self::of_map(classifier, subject, &explanation.evidence(), settings, others, families)
    }

    /// Prepares the test of a map `[S, S]` that no method made, on these families. A method with these settings is
    /// compared with it.
    pub fn of_map(
        classifier: Rc<dyn Classifier>,
        subject: &Subject,
        evidence: &Map,
        settings: &Settings,
        others: Vec<RgbImage>,
        mut families: Vec<Family>,
    ) -> Self {
        families.retain(|&family| family != Family::OtherPicture || !others.is_empty());
        let framing = classifier.framing();
        let frame = framing.with_margin(2 * reach_px(framing.side)).frame(&subject.picture);
        let blurred = matches!(settings.null, Null::Blur | Null::Pyramid);
        let (width, height) = subject.picture.dimensions();
        let learned_sigma_px = blurred.then(|| settings.null_image().sigma_at_model_px(width, height, framing));
        // All maps of a picture are tested on the same deletions, wherever their controls lie. Different pictures get
        // different draws.
        let [mut of_places, mut of_deletions] = [0, 1].map(|number| stream_of(&subject.picture, number));
        let cuts = LEVELS.map(|level| Cut::new(evidence, level, &mut of_places)).into();
        Self {
            frame,
            target: subject.target,
            label: subject.label.clone(),
            preserves: settings.game == Game::Preserve,
            cuts,
            others,
            course: Course::new(families, classifier.size(), learned_sigma_px, &mut of_deletions),
            share: Share::default(),
            classifier,
        }
    }

    /// Tries one deletion.
    async fn try_one(&self, part: Part) -> Result<Tried> {
        let deletion = self.course.deletion(part);
        let scene = self.scene(&deletion);
        let question = Question::of_class(self.classifier.clone(), scene.clone(), self.target);
        // The regions are tested only if the two ends differ enough. This saves a third of all passes on pictures whose
        // answer is unsure.
        let ends = question.ends().await?;
        if !ends.are_sound(LEAST_SCORE) {
            return Ok(Tried { part, normalised: None });
        }
        let edit = |(at, control): (usize, bool)| {
            self.edit(&scene, &deletion, &self.cuts[at].lying(control, part.number, &deletion))
        };
        let scores = question.scores(&self.asked().into_iter().map(edit).collect::<Vec<_>>()).await?;
        Ok(Tried { part, normalised: Some(scores.into_iter().map(|score| ends.normalise(score)).collect()) })
    }

    /// Each level whose region can be moved, with its control; if none can, every level without a control.
    fn asked(&self) -> Vec<(usize, bool)> {
        let all = || 0..self.cuts.len();
        let movable: Vec<usize> = all().filter(|&at| !self.cuts[at].places.is_empty()).collect();
        if movable.is_empty() {
            return all().map(|at| (at, false)).collect();
        }
        movable.into_iter().flat_map(|at| [(at, false), (at, true)]).collect()
    }

    /// The changed picture and its null image, as far as that is the same for every region.
    fn scene(&self, deletion: &Deletion) -> Scene {
        let side = self.classifier.size();
        let null = match deletion.family {
            Family::OtherBlur => gaussian::blurred(&self.frame, &gaussian::kernel(deletion.sigma_px)),
            Family::Noise => noisy(&self.frame, deletion.seed),
            Family::Mean => flat(&self.frame),
            Family::Imputed => impute(&self.frame, &Map::constant(self.frame.side, 1.0), deletion.seed),
            Family::OtherPicture => {
                let other = &self.others[(deletion.seed % self.others.len() as u64) as usize];
                self.classifier.framing().with_margin(self.frame.side - side).frame(other)
            }
        };
        let reach = (self.frame.side - side) as i64 / 2;
        let corner = ((reach - deletion.shift_px.0) as usize, (reach - deletion.shift_px.1) as usize);
        let scene = Scene { photo: self.frame.clone(), null }.crop(corner, side);
        Scene { photo: changed(&scene.photo, deletion), null: changed(&scene.null, deletion) }
    }

    /// The deletion of a region or, in the preservation game, of everything else.
    fn edit(&self, scene: &Scene, deletion: &Deletion, region: &Map) -> Edit {
        let deleted = if self.preserves { region.complement() } else { region.clone() };
        if deletion.family == Family::Imputed {
            return Edit::Paste { patch: Rc::new(impute(&scene.photo, &deleted, deletion.seed)), region: deleted };
        }
        Edit::delete(&deleted)
    }

    /// The picture that the model saw in a trial.
    pub fn picture(&self, trial: &Trial) -> RgbImage {
        let deletion = &self.deletions()[trial.deletion];
        let at = LEVELS.iter().position(|&level| level == trial.level).unwrap_or_default();
        let scene = self.scene(deletion);
        let region = self.cuts[at].lying(trial.control, trial.deletion, deletion);
        self.edit(&scene, deletion, &region).picture(&scene, scene.side()).to_picture()
    }

    fn deletions(&self) -> Vec<Deletion> {
        self.course.known().into_iter().map(|(part, _)| self.course.deletion(part)).collect()
    }

    fn trials(&self) -> Vec<Trial> {
        let asked = self.asked();
        let trial = |deletion: usize, (at, control): (usize, bool), normalised: f32| Trial {
            deletion,
            level: self.cuts[at].level,
            control,
            normalised,
            holds: holds(normalised, self.preserves),
        };
        let of = |(part, scores): (Part, &[f32])| -> Vec<Trial> {
            asked.iter().zip(scores).map(|(&asked, &score)| trial(part.number, asked, score)).collect()
        };
        self.course.known().into_iter().flat_map(of).collect()
    }

    fn standing(&self) -> Standing {
        let rule: Vec<Trial> = self.trials().into_iter().filter(|trial| !trial.control).collect();
        Standing { held: rule.iter().filter(|trial| trial.holds).count(), of: rule.len() }
    }

    /// What is known so far.
    fn outcome(&self) -> Generalisation {
        let asked = self.asked();
        let is_asked = |at: usize| asked.contains(&(at, false));
        let (mut tested, mut unmoved) = (vec![], vec![]);
        for (at, cut) in self.cuts.iter().enumerate() {
            if is_asked(at) { &mut tested } else { &mut unmoved }.push((cut.level, cut.region.mean()));
        }
        // Areas fall as levels rise. If the middle level is left out, the next one is the largest that was tested.
        let area = tested.iter().find(|(level, _)| *level >= 0.5).or(tested.last()).map_or(0.0, |&(_, area)| area);
        let areas = tested.iter().map(|&(_, area)| area);
        let areas = (areas.clone().fold(1.0, f32::min), areas.fold(0.0, f32::max));
        Generalisation {
            label: self.label.clone(),
            preserves: self.preserves,
            area,
            areas,
            unmoved: unmoved.into_iter().map(|(_, area)| area).collect(),
            void: self.course.void(),
            deletions: self.deletions(),
            trials: self.trials(),
        }
    }
}

impl Job for Test {
    type Detail = Standing;
    type Outcome = Generalisation;

    /// Tries up to `count` deletions. At most [`DELETIONS`] deletions that can tell nothing are replaced by others.
    fn step(&mut self, count: usize) -> Later<'_, Progress<Standing>> {
        Box::pin(async move {
            for _ in 0..count {
                let Some(part) = self.take_part() else { break };
                let tried = self.try_one(part).await?;
                self.tell(tried);
            }
            let whole = self.stand();
            Ok(Progress { done: self.share.is_over(|| whole.done), ..whole })
        })
    }

    fn finish(&mut self) -> Later<'_, Generalisation> {
        let outcome = self.outcome();
        Box::pin(std::future::ready(Ok(outcome)))
    }
}

impl Divisible for Test {
    type Part = Part;
    type Line = Tried;

    fn parts(&self) -> Vec<Part> {
        self.course.wanted()
    }

    fn share(&mut self) -> &mut Share<Part, Tried> {
        &mut self.share
    }

    fn add_line(&mut self, line: Tried) {
        self.course.add(line);
    }

    fn stand(&self) -> Progress<Standing> {
        let (all, wanted) = (self.course.stops().len(), self.course.wanted().len());
        Progress { iteration: all - wanted, total: all, done: wanted == 0, stage: "rule", detail: self.standing() }
    }
}

/// The picture with the mirror and the brightness of a deletion.
fn changed(picture: &Planes, deletion: &Deletion) -> Planes {
    let mut changed = picture.clone();
    for row in changed.values.chunks_mut(picture.side) {
        if deletion.mirrored {
            row.reverse();
        }
        row.iter_mut().for_each(|value| *value = (*value + deletion.brightness).clamp(0.0, 1.0));
    }
    changed
}

fn holds(normalised: f32, preserves: bool) -> bool {
    if preserves { normalised >= 1.0 - HOLDS } else { normalised <= HOLDS }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_holds_by_its_game() {
        assert!(holds(0.2, false) && !holds(0.3, false) && holds(-0.1, false));
        assert!(holds(0.8, true) && !holds(0.7, true));
    }
}
