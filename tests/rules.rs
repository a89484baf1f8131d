//! Rules on classifiers computed by hand, whose truth is known, and on the built-in world.

mod common;

use std::rc::Rc;

use burn::tensor::Device;
use common::{bright_square, built_in, in_parts, picture_with_square, square};
use image::{Rgb, RgbImage};
use vanish::array::Array;
use vanish::classifier::Classifier;
use vanish::critters::{HELD_OUT_SEEDS, Kind as Animal, World};
use vanish::explain::{Explanation, Run};
use vanish::job::{Divisible, Job, run_to_end};
use vanish::map::Map;
use vanish::methods::{Game, Settings, fast, gradient};
use vanish::picture::{Framing, Null};
use vanish::question::Subject;
use vanish::rules::concept::{Annotated, Concept, ConceptRules, Findings, Intervention, Labelled, Trial, Verdict};
use vanish::rules::generalise::{Family, Generalisation, Pooled, Summary, Test};
use vanish::rules::invariance::{Curve, Equivariance, Invariance, Kind, Outcome, Told};
use vanish::rules::parts::PartRules;
use vanish::study::CritterSet;

const SIDE: usize = 64;

fn end<J: Job>(mut job: J) -> J::Outcome {
    pollster::block_on(run_to_end(&mut job)).expect("the CPU computes")
}

fn subject() -> Subject {
    Subject { picture: picture_with_square(SIDE as u32), target: 1, label: "bright".into() }
}

fn explain(settings: Settings) -> Explanation {
    let run = pollster::block_on(Run::new(Rc::new(bright_square(SIDE)), subject(), settings));
    end(run.expect("explainable"))
}

/// An explanation whose evidence is this map.
fn claimed(evidence: &Map) -> Explanation {
    Explanation { mask: evidence.complement(), ..explain(gradient::METHOD.preset()) }
}

fn tested(explanation: &Explanation) -> Generalisation {
    let dark = RgbImage::from_pixel(80, 60, Rgb([40; 3]));
    end(Test::new(Rc::new(bright_square(SIDE)), explanation, vec![dark]))
}

#[test]
fn the_region_of_the_square_holds_wherever_it_is_tested_and_nowhere_else() {
    // Three pixels more on each side: the picture is shifted by up to two, and what stays of the square at the region's
    // edge would be imputed into it.
    let near = |at: usize| (SIDE / 2 - SIDE / 8 - 3..SIDE / 2 + SIDE / 8 + 3).contains(&at);
    let found = tested(&claimed(&Map::indicator(SIDE, |row, column| near(row) && near(column))));
    assert_eq!(found.trials.iter().filter(|trial| !trial.control).count(), 120);
    assert_eq!(found.families().len(), Family::ALL.len(), "{:?}", found.families());
    assert!(found.families().iter().all(|f| f.held > 0.9), "{:?}", found.families());
    assert!(found.control().is_some_and(|control| control < 0.1), "{:?}", found.control());
    assert!(found.skill().expect("a control") > 0.7);
    assert!(found.held_interval().is_some_and(|i| i.low > 0.6) && found.lift_interval().is_some_and(|i| i.low > 0.5));
    assert!((found.area - (22.0f32 / 64.0).powi(2)).abs() < 1e-3);
}

#[test]
fn a_local_rule_is_told_in_figures() {
    let near = |at: usize| (SIDE / 2 - SIDE / 8 - 3..SIDE / 2 + SIDE / 8 + 3).contains(&at);
    let found = tested(&claimed(&Map::indicator(SIDE, |row, column| near(row) && near(column))));
    let told = Summary::new(&found);
    assert_eq!((told.held, told.control, told.skill), (Some(found.held()), found.control(), found.skill()));
    assert_eq!((told.families.len(), told.trials.len()), (Family::ALL.len(), found.trials.len()));
    assert_eq!(told.sentence, found.sentence());
    let none = Summary::new(&Generalisation { trials: vec![], deletions: vec![], ..found });
    assert_eq!((none.held, none.control, none.families.len()), (None, None, 0));
}

#[test]
fn a_region_elsewhere_does_not_hold_and_one_of_everything_has_no_skill() {
    let corner = tested(&claimed(&Map::indicator(SIDE, |row, column| row < 14 && column < 14)));
    assert!(corner.held() < 0.05, "{}", corner.held());
    assert!(corner.failures().count() > 110 && corner.sentence().contains("takes bright away in 0 %"));
    let all = tested(&claimed(&Map::from_fn(SIDE, |i| if i == 0 { 0.0 } else { 1.0 })));
    assert!(all.held() > 0.99 && all.control().is_none() && all.skill().is_none());
    assert!(all.sentence().contains("small enough to be moved"), "{}", all.sentence());
}

#[test]
fn a_region_too_large_to_be_moved_does_not_count_for_the_rule_that_its_control_cannot_join() {
    // At the first level the region is everything, which always holds; at the others it is a corner, which never does.
    let corner = |row: usize, column: usize| row < 14 && column < 14;
    let steps = Map::from_fn(SIDE, |i| match (i, corner(i / SIDE, i % SIDE)) {
        (i, _) if i == SIDE * SIDE - 1 => 0.0,
        (_, true) => 1.0,
        _ => 0.4,
    });
    let found = tested(&claimed(&steps));
    let levels =
        |control: bool| found.trials.iter().filter(|t| t.control == control).map(|t| t.level).collect::<Vec<_>>();
    assert_eq!(levels(false), levels(true));
    assert!(found.held() < 0.05 && found.lift().is_some_and(|lift| lift.abs() < 0.1), "{}", found.sentence());
    assert_eq!((found.unmoved.len(), found.areas.1), (1, (14.0f32 / 64.0).powi(2)));
    assert!(found.sentence().contains("at 2 levels each") && found.sentence().contains("was left out"));
    let pooled = Pooled::new(&[found, tested(&claimed(&Map::from_fn(SIDE, |i| if i == 0 { 0.0 } else { 1.0 })))]);
    assert_eq!((pooled.pictures, pooled.partly, pooled.uncontrolled), (1, 1, 1));
    assert!(pooled.sentence().contains("1 picture has no control"), "{}", pooled.sentence());
}

#[test]
fn a_region_holds_in_both_games_and_its_trials_can_be_looked_at() {
    let near = |at: usize| (SIDE / 2 - SIDE / 8 - 3..SIDE / 2 + SIDE / 8 + 3).contains(&at);
    let region = Map::indicator(SIDE, |row, column| near(row) && near(column));
    for (game, mask) in [(Game::Delete, region.complement()), (Game::Preserve, region)] {
        let settings = Settings { game, null: Null::Mean, ..fast::METHOD.preset() };
        let explanation = Explanation { settings, mask, ..explain(gradient::METHOD.preset()) };
        let mut test = Test::new(Rc::new(bright_square(SIDE)), &explanation, vec![]);
        let found = pollster::block_on(run_to_end(&mut test)).expect("the CPU computes");
        assert!(found.families().iter().all(|f| !matches!(f.family, Family::Mean | Family::OtherPicture)));
        assert!(found.lift().is_some_and(|lift| lift > 0.5), "{game:?}, {} void: {}", found.void, found.sentence());
        let trial = found.trials[0];
        let picture = test.picture(&trial);
        assert_eq!(picture.dimensions(), (SIDE as u32, SIDE as u32));
        assert_ne!(picture, subject().picture);
    }
}

#[test]
fn maps_of_one_picture_are_tested_on_the_same_deletions_and_pictures_on_their_own() {
    let drawn = |explanation: &Explanation| -> Vec<String> {
        let test = Test::of_map(
            Rc::new(bright_square(SIDE)),
            &explanation.subject,
            &explanation.mask.complement(),
            &explanation.settings,
            vec![],
            vec![Family::Mean, Family::Noise],
        );
        end(test).deletions.iter().map(|deletion| format!("{deletion:?}")).collect()
    };
    let of_side = |side: usize| claimed(&Map::indicator(SIDE, |row, column| row < side && column < side));
    let (small, large) = (of_side(SIDE / 8), of_side(SIDE / 2));
    assert_eq!(drawn(&small), drawn(&large), "controls lie elsewhere, and the deletions are the same");
    let mut brighter = small.clone();
    brighter.subject.picture.pixels_mut().for_each(|pixel| pixel.0[0] = pixel.0[0].saturating_add(1));
    assert_ne!(drawn(&small), drawn(&brighter));
}

#[test]
fn a_stopped_test_keeps_what_it_found() {
    let explanation = explain(gradient::METHOD.preset());
    let mut test = Test::new(Rc::new(bright_square(SIDE)), &explanation, vec![]);
    let progress = pollster::block_on(test.step(3)).expect("the CPU computes");
    assert!(!progress.done && progress.iteration <= 3);
    let found = pollster::block_on(test.finish()).expect("the CPU computes");
    assert_eq!(found.deletions.len(), progress.iteration);
}

#[test]
fn a_test_in_parts_gives_what_one_gives_to_the_byte() {
    let near = |at: usize| (SIDE / 2 - SIDE / 8 - 3..SIDE / 2 + SIDE / 8 + 3).contains(&at);
    let claim = claimed(&Map::indicator(SIDE, |row, column| near(row) && near(column)));
    // Pixels as bright as the square leave its answer: such deletions tell nothing, and others have their place.
    let bright = RgbImage::from_pixel(80, 60, Rgb([250; 3]));
    let dark = RgbImage::from_pixel(80, 60, Rgb([40; 3]));
    let test = || Test::new(Rc::new(bright_square(SIDE)), &claim, vec![bright.clone(), dark.clone()]);
    let told = |found: &Generalisation| serde_json::to_string(&Summary::new(found)).expect("it is written");
    let whole = end(test());
    assert!(whole.void > 0 && whole.deletions.len() == 40, "{} void, {}", whole.void, whole.deletions.len());
    for count in 1..=3 {
        let mut parted = in_parts(test(), (0..count).map(|_| test()).collect());
        let found = pollster::block_on(parted.finish()).expect("it is known");
        assert_eq!(told(&found), told(&whole), "by {count}");
        assert_eq!(parted.picture(&found.trials[1]), parted.picture(&whole.trials[1]));
    }
}

fn invariance(classifier: Rc<dyn Classifier>, kinds: &[Kind]) -> Outcome {
    let inside = square(SIDE);
    let evidence = Map::from_fn(SIDE, |i| if inside(i) { 1.0 } else { 0.0 });
    end(Invariance::new(classifier, &picture_with_square(SIDE as u32), kinds, Some(1), Some(evidence)))
}

#[test]
fn an_answer_about_the_middle_survives_mirrors_and_not_large_shifts() {
    let kinds = [Kind::Mirror, Kind::ShiftAcross, Kind::Brightness, Kind::Hue];
    let found = invariance(Rc::new(bright_square(SIDE)), &kinds);
    let range = |kind: Kind| found.curves.iter().find(|c| c.kind == kind).expect("it was asked for").range();
    assert_eq!(range(Kind::Mirror), (0.0, 1.0));
    // The square is 16 px wide, .75 brighter than what is around it, and must be .6 in the mean: .25 + .75 f of it. So
    // 47 % of it must stay where it is looked for: 8.5 px, or 13 % of the side.
    assert_eq!(range(Kind::ShiftAcross), (-12.0, 12.0));
    assert_eq!(range(Kind::Hue), (-180.0, 180.0));
    let (darker, brighter) = range(Kind::Brightness);
    assert!(brighter == 50.0 && darker > -50.0, "{darker} {brighter}");
    assert!(found.must_change.is_some_and(|must| must.changed), "{:?}", found.must_change);
    assert!(found.sentence("bright").contains("as it must"), "{}", found.sentence("bright"));
}

/// Parts done by several, in any order and told as JSON, give what one finds alone; a part is done once.
#[test]
fn changes_tried_in_parts_are_those_that_one_tries() {
    let kinds = [Kind::Mirror, Kind::ShiftAcross, Kind::Brightness];
    let begin =
        || Invariance::new(Rc::new(bright_square(SIDE)), &picture_with_square(SIDE as u32), &kinds, Some(1), None);
    let mut whole = begin();
    assert_eq!(whole.parts(), kinds);
    for part in whole.parts().into_iter().rev() {
        let mut other = begin();
        other.begin_part(part);
        while !pollster::block_on(other.step(1)).expect("the CPU computes").done {}
        let lines = serde_json::to_string(&other.take_lines()).expect("lines");
        for _ in 0..2 {
            let lines: Vec<Curve> = serde_json::from_str(&lines).expect("lines");
            assert_eq!(lines.len(), 1, "a part is one kind");
            lines.into_iter().for_each(|line| whole.add_line(line));
        }
    }
    assert!(whole.parts().is_empty() && whole.stand().done);
    let alone = pollster::block_on(run_to_end(&mut begin())).expect("the CPU computes");
    assert_eq!(pollster::block_on(whole.finish()).expect("the CPU computes"), alone);
}

#[test]
fn the_picture_under_a_change_is_the_one_that_the_model_answered() {
    let kinds = [Kind::Mirror, Kind::ShiftAcross, Kind::Brightness];
    let mut job = Invariance::new(Rc::new(bright_square(SIDE)), &picture_with_square(SIDE as u32), &kinds, None, None);
    let told = Told::new(&pollster::block_on(run_to_end(&mut job)).expect("the CPU computes"), "bright");
    assert_eq!(
        told.curves.iter().map(|curve| curve.title).collect::<Vec<_>>(),
        ["mirror", "shift across", "brightness"]
    );
    for curve in told.curves {
        for point in curve.points {
            let picture = job.picture(curve.kind, point.strength).expect("it was tried");
            assert_eq!(is_bright(&picture), point.kept, "{} {}", curve.title, point.strength);
        }
    }
    assert!(job.picture(Kind::Mirror, 7.0).expect_err("it was not").to_string().contains("7"));
}

/// A classifier that always says the same.
struct Stubborn(Device);

impl Classifier for Stubborn {
    fn framing(&self) -> Framing {
        Framing::whole(SIDE)
    }

    fn classes(&self) -> usize {
        2
    }

    fn device(&self) -> &Device {
        &self.0
    }

    fn logits(&self, pictures: Array) -> vanish::Result<Array> {
        let rows = pictures.shape()[0];
        Ok(Array::new([0.0, 3.0].repeat(rows), &[rows, 2], &self.0))
    }

    fn logits_and_gradient(
        &self,
        pictures: Array,
        _objective: &dyn Fn(Array) -> Array,
    ) -> vanish::Result<(Array, Array)> {
        Ok((self.logits(pictures.clone())?, pictures.mul_scalar(0.0)))
    }
}

#[test]
fn a_model_that_always_says_the_same_is_found_out() {
    let found = invariance(Rc::new(Stubborn(Device::flex())), &[Kind::Rotation]);
    assert_eq!(found.curves[0].range(), (-90.0, 90.0));
    assert!(found.must_change.is_some_and(|must| !must.changed));
    assert!(found.sentence("bright").contains("nothing can be concluded"));
}

#[test]
fn a_map_of_the_gradient_does_not_move_with_the_picture_where_the_model_does_not_look_there() {
    // The classifier looks at fixed places, so its gradient stays where it is.
    let found = end(Equivariance::new(Rc::new(bright_square(SIDE)), subject(), gradient::METHOD.preset()));
    assert_eq!(found.len(), 4);
    assert!(found.iter().all(|m| m.unmoved > 0.9), "{found:?}");
    let shifted = found[1];
    assert!(shifted.correlation < shifted.unmoved, "{shifted:?}");
}

/// Pictures whose class is a stripe at the left, but whose bright square in the middle is all that the classifier sees.
struct Board {
    concepts: Vec<Concept>,
}

impl Board {
    fn new() -> Self {
        let concept = |name: &str| Concept { name: name.into(), wide: false, own: false };
        Self { concepts: vec![concept("square"), concept("decoy")] }
    }

    fn shows(number: usize, concept: usize) -> bool {
        if concept == 0 { (number / 2).is_multiple_of(3) } else { (number / 4).is_multiple_of(2) }
    }

    fn holds(concept: usize, i: usize) -> bool {
        if concept == 0 { square(SIDE)(i) } else { i / SIDE < 12 && i % SIDE >= SIDE - 12 }
    }

    fn drawn(number: usize, shown: impl Fn(usize) -> bool) -> RgbImage {
        RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
            let i = y as usize * SIDE + x as usize;
            let grain = (number * 31 + i * 7) as u8 % 30;
            let class = Self::truth(number) == 1 && x < 6;
            let thing = (0..2).any(|concept| shown(concept) && Self::holds(concept, i));
            Rgb([if class || thing { 250 } else { 50 + grain }; 3])
        })
    }

    fn truth(number: usize) -> usize {
        number / 2 % 2
    }
}

impl Annotated for Board {
    fn concepts(&self) -> &[Concept] {
        &self.concepts
    }

    fn count(&self) -> usize {
        240
    }

    fn picture(&self, number: usize) -> vanish::Result<Labelled> {
        let shown = |concept: usize| Self::shows(number, concept);
        let picture = Self::drawn(number, shown);
        Ok(Labelled { picture, truth: Self::truth(number), shown: (0..2).filter(|&c| shown(c)).collect() })
    }

    fn region(&self, number: usize, concept: usize) -> Option<RgbImage> {
        Self::shows(number, concept).then(|| {
            RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| {
                Rgb([if Self::holds(concept, y as usize * SIDE + x as usize) { 255 } else { 0 }; 3])
            })
        })
    }

    fn rerendered(&self, number: usize, concept: usize, with: bool) -> Option<RgbImage> {
        Some(Self::drawn(number, |other| if other == concept { with } else { Self::shows(number, other) }))
    }
}

#[test]
fn the_cue_that_a_model_relies_on_is_confirmed_and_what_goes_along_is_not() {
    let found = end(ConceptRules::new(Rc::new(bright_square(SIDE)), Board::new(), 12, 0));
    let confirmed: Vec<_> = found.confirmed().collect();
    assert_eq!(confirmed.len(), 1, "{found:?}");
    let rule = confirmed[0];
    assert_eq!((rule.concept.name.as_str(), rule.candidate.class, rule.candidate.rank), ("square", 1, 1));
    assert_eq!((rule.necessity.exact, rule.sufficiency.exact), (Some(1.0), Some(1.0)));
    assert!(rule.necessity.difference() > 0.9 && rule.sufficiency.difference() > 0.9, "{rule:?}");
    assert!(rule.association.is_some_and(|i| i.low > 0.5), "{:?}", rule.association);
    assert!(found.sentence().contains(&format!("tested {}, confirmed 1", found.rules.len())));
}

/// Parts done by several, told as JSON and heard in reverse order, give what one finds alone, to the byte.
#[test]
fn concept_rules_in_parts_are_those_that_one_finds() {
    let begin = |seed| ConceptRules::new(Rc::new(bright_square(SIDE)), Board::new(), 12, seed);
    for (seed, workers) in [(0, 1), (0, 3), (7, 5)] {
        let told = |job| serde_json::to_string(&end(job)).expect("JSON");
        let shared = in_parts(begin(seed), (0..workers).map(|_| begin(seed)).collect());
        assert!(shared.stand().done && shared.stand().iteration == shared.stand().total);
        assert_eq!(told(shared), told(begin(seed)), "{seed}, {workers}");
    }
}

#[test]
fn a_part_of_concept_rules_that_is_heard_twice_counts_once() {
    let begin = || ConceptRules::new(Rc::new(bright_square(SIDE)), Board::new(), 12, 0);
    let (mut first, mut other) = (begin(), begin());
    while let Some(part) = first.parts().into_iter().next() {
        other.begin_part(part);
        while !pollster::block_on(other.step(1)).expect("the CPU computes").done {}
        let lines = other.take_lines();
        lines.iter().chain(&lines).for_each(|line| first.add_line(line.clone()));
        assert!(other.take_lines().is_empty(), "lines are taken once");
    }
    assert_eq!(end(first), end(begin()));
}

/// Whether a picture of the board is called bright.
fn is_bright(picture: &RgbImage) -> bool {
    let classifier = bright_square(SIDE);
    let planes = classifier.framing().frame(picture).values;
    let logits = classifier.logits(Array::new(planes, &[1, 3, SIDE, SIDE], classifier.device())).expect("logits");
    let logits = pollster::block_on(logits.read()).expect("the CPU computes");
    logits[1] > logits[0]
}

#[test]
fn the_picture_of_every_trial_is_the_one_that_the_model_answered() {
    let mut job = ConceptRules::new(Rc::new(bright_square(SIDE)), Board::new(), 12, 0);
    let found = pollster::block_on(run_to_end(&mut job)).expect("the CPU computes");
    let at = found.rules.iter().position(|rule| rule.verdict == Verdict::ReliesOn).expect("one is confirmed");
    let rule = &found.rules[at];
    for (how, flips) in [(Intervention::Delete, &rule.deleted), (Intervention::Paste, &rule.pasted)] {
        assert!(flips.len() > 20, "{how:?}");
        for (trial, Trial { flip, .. }) in flips.iter().enumerate() {
            for (control, flipped) in [(false, flip.changed), (true, flip.control)] {
                let picture = job.picture(at, how, trial, control).expect("it was made");
                let bright = flipped == (how == Intervention::Paste);
                assert_eq!(is_bright(&picture), bright, "{how:?} {trial} {control}: {flip:?}");
            }
        }
        assert!(job.picture(at, how, flips.len(), false).is_err());
    }
}

fn concepts(name: &str, count: usize, tested: usize) -> Findings {
    end(ConceptRules::new(Rc::new(built_in(name)), CritterSet::new(HELD_OUT_SEEDS, count, World::clean()), tested, 0))
}

#[test]
fn the_biased_twin_is_caught_with_bucket_snow_and_watermark() {
    let found = concepts("critters-biased", 400, 3);
    let planted = [("red bucket", Animal::Bear), ("snow", Animal::Owl), ("watermark", Animal::Cat)];
    for (cue, kind) in planted {
        let rule = found.rules.iter().find(|rule| rule.concept.name == cue && rule.candidate.class == kind as usize);
        let rule = rule.unwrap_or_else(|| panic!("{cue} is not among {:?}", found.rules));
        assert_eq!((rule.candidate.rank, rule.verdict), (1, Verdict::ReliesOn), "{rule:?}");
    }
}

#[test]
fn the_clean_model_is_not_accused() {
    let found = concepts("critters", 300, 4);
    assert_eq!(found.wrongly_learned().count(), 0, "{:?}", found.rules);
    assert!(
        found.sentence().ends_with("of which 0 rest on what does not belong to the class."),
        "{}",
        found.sentence()
    );
}

#[test]
fn faces_carry_the_clean_models_answers_and_feet_do_not() {
    let set = CritterSet::new(HELD_OUT_SEEDS, 64, World::clean());
    let parts = set.numbers(&["face", "legs feet"]);
    let found = end(PartRules::new(Rc::new(built_in("critters")), set, parts, None));
    assert!(found.pictures.len() > 60, "{}", found.pictures.len());
    let compared = found.compare("face", "legs feet").expect("both were asked for");
    assert!(compared.classes >= 7 && compared.test.losses == 0, "{compared:?}");
    assert!(compared.interval.is_some_and(|i| i.low > 0.3), "{compared:?}");
    assert!(found.parts[1].importance.abs() < 0.1, "{:?}", found.parts[1]);
}

/// Parts done by several, told as JSON and heard in reverse order, give what one finds alone, to the byte.
#[test]
fn parts_deleted_by_several_carry_what_one_finds() {
    let begin = || {
        let set = CritterSet::new(HELD_OUT_SEEDS, 20, World::clean());
        let parts = set.numbers(&["face", "eyes", "tail"]);
        PartRules::new(Rc::new(built_in("critters")), set, parts, None)
    };
    let shared = in_parts(begin(), (0..3).map(|_| begin()).collect());
    assert_eq!((shared.stand().iteration, shared.stand().done), (20, true));
    assert_eq!(end(shared), end(begin()));
}
