//! Attacks on classifiers computed by hand and on the built-in model; detection, recovery and the bench over a set.

mod common;

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use burn::tensor::Device;
use common::{bright_square, built_in, in_parts, picture_with_square};
use vanish::array::Array;
use vanish::attack::duel::{Clean, Duel, Duelled, Remedy};
use vanish::attack::ensemble::{pooled, settled};
use vanish::attack::recover::Recipe;
use vanish::attack::shared::Side;
use vanish::attack::told::Told;
use vanish::attack::views::{LOOKS, Look};
use vanish::attack::{Answer, AsIs, Attack, Attacked, Detector, Found, Kind, Looked, Perturb, Reading, Trial, detect};
use vanish::classifier::{Classifier, Profile};
use vanish::critters::{HELD_OUT_SEEDS, World, draw};
use vanish::job::{Divisible, Job, run_to_end};
use vanish::picture::{Framing, RgbImage};
use vanish::study::Set;
use vanish::study::attacks::{Bench, Change, Findings, Kept, Plan, Record, Setup, Stated, rows, worst};

const SIDE: usize = 64;

fn attacked(classifier: Rc<dyn Classifier>, picture: &RgbImage, attack: Attack) -> Attacked {
    pollster::block_on(async {
        let mut perturb = Perturb::new(classifier, picture, attack).await.expect("a sound attack");
        run_to_end(&mut perturb).await.expect("the CPU computes")
    })
}

fn on_square(attack: Attack) -> Attacked {
    attacked(Rc::new(bright_square(SIDE)), &picture_with_square(SIDE as u32), attack)
}

/// A held-out critter at the model's size.
fn critter(number: u64) -> RgbImage {
    AsIs::frame(&built_in("critters"), &draw(HELD_OUT_SEEDS + number, &World::clean()).picture)
}

fn tried(picture: &RgbImage, attack: Option<Attack>, recipes: &[Recipe]) -> Found {
    let mut trial = Trial::new(Rc::new(built_in("critters")), picture, attack, recipes);
    pollster::block_on(run_to_end(&mut trial)).expect("the CPU computes");
    let found = trial.finish();
    pollster::block_on(found).expect("what was found")
}

fn duelled(duel: &mut Duel) -> Duelled {
    pollster::block_on(run_to_end(duel)).expect("the CPU computes")
}

#[test]
fn a_duel_tells_both_pictures_and_recovers_as_it_is_asked() {
    let attack = Attack::new(Kind::LeastLikely, 8.0);
    let mut duel = Duel::new(Rc::new(built_in("critters")), &critter(3), attack, &[Recipe::Paper], clean(40, 20));
    let found = duelled(&mut duel);
    let attacked = found.attacked.attacked.as_ref().expect("it was attacked");
    assert!(attacked.succeeded() && found.calm.len() == 40);
    assert_eq!((duel.picture(Side::Clean).expect("a picture"), duel.side(Side::Clean).masks.len()), (&critter(3), 1));

    // As the recipe learns, the duel says what the trial said.
    let remedy = Remedy { recipe: Recipe::Paper, threshold: None, sigma_px: 10.0 };
    let again = pollster::block_on(duel.recover(Side::Attacked, remedy)).expect("the CPU computes");
    assert_eq!((again.deleted, again.rotated), (found.attacked.masks[0].deleted, found.attacked.masks[0].rotated));
    // Above a threshold everything goes or stays.
    let hard = duel.mask(Side::Attacked, Remedy { threshold: Some(0.5), ..remedy }).expect("a mask");
    assert!(hard.values.iter().all(|&keep| keep == 0.0 || keep == 1.0));
    let none = Remedy { recipe: Recipe::LogOdds, ..remedy };
    assert!(duel.mask(Side::Clean, none).expect_err("it was not learned").to_string().contains("log-odds"));
    // The three masks and the blur leave different pictures, and a fifth way there is not.
    let pictures: Vec<RgbImage> =
        (0..4).map(|way| duel.recovered(Side::Attacked, remedy, way).expect("a picture")).collect();
    assert!(pictures.windows(2).all(|pair| pair[0] != pair[1]) && duel.recovered(Side::Clean, remedy, 4).is_err());

    let told = Told::new(&found, built_in("critters").labels());
    let [clean, attacked] = [told.clean.expect("seen"), told.attacked.expect("seen")];
    assert_ne!(clean.top[0].label, attacked.top[0].label);
    assert_eq!(attacked.looks.len(), LOOKS.len());
    for (told, (name, count)) in told.detectors.iter().zip([(Detector::Rule, 40), (Detector::Wide, 20)]) {
        assert_eq!((told.detector, told.scores.len(), told.planned), (name, count, count));
        let [clean, attacked] = [told.clean.expect("a score"), told.attacked.expect("a score")];
        assert_eq!((clean.flagged, attacked.flagged), (Some(false), Some(true)), "{told:?}");
        assert!(attacked.score > clean.score, "{told:?}");
    }
    // What the wide rule flags gets another answer by all edits, as the bench measures it; what it passes keeps its own.
    let reading = found.attacked.reading.as_ref().expect("seen");
    let other = settled(reading.answer().class, true, &pooled(reading));
    assert_eq!(attacked.settled.map(|named| named.class), other);
    assert_eq!(clean.settled.map(|named| named.class), Some(clean.top[0].class));
}

/// Held-out critters beside those that are attacked.
fn clean(count: usize, wide: usize) -> Clean {
    Clean { draw: Box::new(|number| critter(100 + number as u64)), count, wide, known: vec![] }
}

/// Results stand as they come: first the attack, then the cheap rule's threshold, and last the wide rule's.
#[test]
fn a_duel_that_is_stopped_tells_what_it_has() {
    let attack = Attack::new(Kind::LeastLikely, 8.0);
    let mut duel = Duel::new(Rc::new(built_in("critters")), &critter(3), attack, &[], clean(20, 19));
    let mut told_after = |calm: usize| {
        let mut found = Duelled::default();
        while found.calm.len() < calm {
            pollster::block_on(duel.step(usize::MAX)).expect("the CPU computes");
            found = pollster::block_on(duel.finish()).expect("what was found");
        }
        let told = Told::new(&found, built_in("critters").labels());
        let settled = told.attacked.is_some_and(|side| side.settled.is_some());
        (told.detectors.iter().map(|told| (told.threshold.is_some(), told.lacking)).collect::<Vec<_>>(), settled)
    };
    assert_eq!(told_after(0), (vec![(false, 19), (false, 19)], false));
    assert_eq!(told_after(2), (vec![(false, 17), (false, 18)], false));
    assert_eq!(told_after(19), (vec![(true, 0), (false, 1)], false));
    assert_eq!(told_after(20), (vec![(true, 0), (true, 0)], true));

    // The next attack has the thresholds of what is known, and asks about the rest alone.
    let known = pollster::block_on(duel.finish()).expect("what was found").calm;
    let pictures = Clean { known: known.clone(), ..clean(21, 19) };
    let mut next = Duel::new(Rc::new(built_in("critters")), &critter(4), Attack::new(Kind::Fgsm, 2.0), &[], pictures);
    let found = duelled(&mut next);
    assert_eq!((found.calm.len(), &found.calm[..20]), (21, &known[..]));
}

/// Two others make the trials and measure the clean pictures, told as JSON and heard in reverse order.
#[test]
fn a_duel_in_parts_finds_what_one_finds() {
    let attack = Attack { steps: 8, restarts: 2, ..Attack::new(Kind::Pgd, 8.0) };
    let begin = || Duel::new(Rc::new(built_in("critters")), &critter(3), attack.clone(), &[Recipe::Paper], clean(5, 2));
    let told = |found: &Duelled| {
        let mut found = found.clone();
        found.attacked.attacked.iter_mut().for_each(|attacked| attacked.seconds = 0.0);
        serde_json::to_string(&Told::new(&found, built_in("critters").labels())).expect("it is written")
    };
    let mut shared = in_parts(begin(), vec![begin(), begin()]);
    assert!(shared.stand().done && shared.stand().iteration == shared.stand().total, "{:?}", shared.stand());
    let (mut alone, in_parts) = (begin(), duelled(&mut shared));
    let by_one = duelled(&mut alone);
    assert_eq!(told(&in_parts), told(&by_one));
    assert_eq!(in_parts.calm, by_one.calm);

    // What heard everything has the pictures and masks, too, and asks about them itself.
    let remedy = Remedy { recipe: Recipe::Paper, threshold: Some(0.5), sigma_px: 10.0 };
    for side in [Side::Clean, Side::Attacked] {
        let [one, other] = [&shared, &alone].map(|duel| duel.recovered(side, remedy, 0).expect("a picture"));
        assert_eq!(one, other, "{side:?}");
    }
}

/// The square is white and its logit 12 (1 − .6) = 4.8, so the answer falls when all of it is darkened by more than .4:
/// by 102/255.
#[test]
fn an_attack_succeeds_from_the_size_at_which_it_must() {
    for kind in [Kind::Fgsm, Kind::Pgd] {
        for (eps, falls) in [(98.0, false), (106.0, true)] {
            let found = on_square(Attack { restarts: 2, ..Attack::new(kind, eps) });
            assert_eq!(found.succeeded(), falls, "{kind:?} {eps}: {:?}", found.after);
            assert_eq!((found.l_inf, found.zero_gradients), (eps, 0.0), "{kind:?}");
        }
    }
    let found = on_square(Attack::new(Kind::Fgsm, 106.0));
    let expected = 1.0 / (1.0 + (-12.0 * (1.0 - 106.0 / 255.0 - 0.6f32)).exp());
    assert!((1.0 - found.after.probability - expected).abs() < 1e-4, "{:?}, not {expected}", found.after);
    assert_eq!(found.noise.class, found.before.class, "noise of equal norm is no attack");
}

/// The gradient of the logit has the norm 12/√768, so 4.8 are lost at a distance of 11.1: a root mean square of
/// 25.5/255.
#[test]
fn the_euclidean_attack_takes_the_shortest_way() {
    for (eps, falls) in [(24.0, false), (27.0, true)] {
        let found = on_square(Attack { restarts: 2, ..Attack::new(Kind::PgdL2, eps) });
        let norm = eps / 255.0 * ((3 * SIDE * SIDE) as f32).sqrt();
        assert!(found.succeeded() == falls && found.l2 <= norm, "{eps}: {:?}, {} of {norm}", found.after, found.l2);
    }
}

#[test]
fn a_patch_of_everything_is_enough_and_one_beside_the_square_is_not() {
    assert!(on_square(Attack { restarts: 1, ..Attack::new(Kind::Patch, 100.0) }).succeeded());
    let small = on_square(Attack { restarts: 1, steps: 4, ..Attack::new(Kind::Patch, 1.0) });
    assert!(!small.succeeded() && small.l2 > 0.0);
}

#[test]
fn no_size_changes_nothing_and_no_kind_of_attack_forgets_that() {
    for kind in Kind::ALL {
        let found = on_square(Attack { restarts: 1, steps: 3, ..Attack::new(kind, 0.0) });
        assert_eq!((&found.picture, found.l2, found.succeeded()), (&found.clean, 0.0, false), "{kind:?}");
        assert_eq!(found.before, found.after, "{kind:?}");
    }
}

/// A classifier that says the same of every picture.
struct Deaf(Device);

impl Classifier for Deaf {
    fn framing(&self) -> Framing {
        Framing::whole(8)
    }

    fn classes(&self) -> usize {
        2
    }

    fn device(&self) -> &Device {
        &self.0
    }

    fn logits(&self, pictures: Array) -> vanish::Result<Array> {
        Ok(Array::full(&[pictures.shape()[0], 2], 0.5, &self.0))
    }

    fn logits_and_gradient(&self, x: Array, _: &dyn Fn(Array) -> Array) -> vanish::Result<(Array, Array)> {
        Ok((self.logits(x.clone())?, x.mul_scalar(0.0)))
    }
}

#[test]
fn gradients_of_zero_are_reported_and_pictures_of_another_size_refused() {
    let deaf: Rc<dyn Classifier> = Rc::new(Deaf(Device::flex()));
    let found = attacked(deaf.clone(), &picture_with_square(8), Attack::new(Kind::LeastLikely, 8.0));
    assert_eq!((found.zero_gradients, found.succeeded()), (1.0, false));
    let wrong = pollster::block_on(Perturb::new(deaf, &picture_with_square(16), Attack::new(Kind::Pgd, 8.0)));
    assert!(wrong.is_err_and(|e| e.to_string().contains("16 × 16")));
}

#[test]
fn success_rises_with_the_size_on_the_built_in_model() {
    let model = Rc::new(built_in("critters"));
    let success = |eps: f32| {
        let fell =
            |number: &u64| attacked(model.clone(), &critter(*number), Attack::new(Kind::LeastLikely, eps)).succeeded();
        (0..6).filter(fell).count()
    };
    let counts = [0.0, 2.0, 16.0].map(success);
    assert!(counts[0] == 0 && counts[1] <= counts[2] && counts[2] >= 4, "{counts:?}");
}

/// The loss is the cross-entropy itself, so a few small steps raise it.
#[test]
fn steps_climb_the_loss() {
    for kind in [Kind::LeastLikely, Kind::Pgd] {
        let attack = Attack { restarts: 1, steps: 6, ..Attack::new(kind, 8.0) };
        let losses = attacked(Rc::new(built_in("critters")), &critter(3), attack).losses;
        assert!(losses.len() == 7 && losses[6] > losses[0], "{kind:?}: {losses:?}");
    }
}

/// A number of a critter that an attack of size 8 turns.
fn fallen(attack: &Attack) -> Option<(RgbImage, Found)> {
    (0..12).map(critter).find_map(|picture| {
        let found = tried(&picture, Some(attack.clone()), &[]);
        found.attacked.as_ref().is_some_and(Attacked::succeeded).then_some((picture, found))
    })
}

#[test]
fn an_attack_on_the_detector_is_seen_less() {
    let attack = Attack { restarts: 1, steps: 12, ..Attack::new(Kind::Pgd, 8.0) };
    let (picture, plain) = fallen(&attack).expect("the model has weak answers");
    let evading = tried(&picture, Some(attack.evading(1.0)), &[]);
    let score = |found: &Found| found.reading.as_ref().map_or(f32::NAN, detect::rule);
    assert!(score(&evading) < score(&plain), "{} against {}", score(&evading), score(&plain));
}

#[test]
fn an_attack_that_outlasts_masks_is_recovered_from_less() {
    let attack = Attack { restarts: 1, steps: 22, ..Attack::new(Kind::Pgd, 8.0) };
    let (picture, plain) = fallen(&attack).expect("the model has weak answers");
    let lasting = tried(&picture, Some(attack.outlasting(1.0)), &[]);
    // The score of the attacked answer that is left where its own mask is deleted, learned anew.
    let left = |found: &Found| {
        let attacked = found.attacked.as_ref().expect("it is attacked");
        assert!(attacked.succeeded());
        let masked = tried(&attacked.picture, None, &[Recipe::LogOdds]).masks.remove(0);
        if masked.deleted.class == attacked.after.class { masked.deleted.probability } else { 0.0 }
    };
    assert!(left(&lasting) > left(&plain), "{} against {}", left(&lasting), left(&plain));
}

#[test]
fn a_trial_leaves_a_reading_and_a_mask_of_each_recipe_with_controls() {
    let found = tried(&critter(1), None, &Recipe::ALL);
    let reading = found.reading.expect("a reading");
    assert_eq!(reading.looks.len(), LOOKS.len());
    assert!(reading.looks.iter().all(|looked| (0.0..=2.0).contains(&looked.change)));
    assert_eq!(found.masks.iter().map(|m| m.recipe).collect::<Vec<_>>(), Recipe::ALL);
    for masked in &found.masks {
        assert_eq!(masked.mask.side, 128);
        assert_eq!(masked.statistics, detect::statistics(&masked.mask));
    }
}

fn bench(resume: &Path) -> Findings {
    let attacks = vec![Attack::new(Kind::LeastLikely, 4.0), Attack::new(Kind::Fgsm, 4.0)];
    let plan = Plan { attacks, recipes: vec![], masked: vec![], limit: 2 };
    let set = Set::open("critters", 0).expect("the built-in world");
    let model = Rc::new(built_in("critters"));
    let setup = Setup::new("critters", ["cpu".into(), "flex".into()], vec![Stated::of(&model)]);
    let mut bench = Bench::new(model, set, plan, Kept::open(resume, &setup).expect("a log"));
    pollster::block_on(run_to_end(&mut bench)).expect("the CPU computes")
}

#[test]
fn a_bench_goes_on_from_its_log() {
    let log = std::env::temp_dir().join(format!("vanish-attacks-{}", std::process::id()));
    let first = bench(&log);
    assert_eq!((first.attacked, first.records.len()), (2, 6));
    let text = std::fs::read_to_string(&log).expect("a log");
    let again = bench(&log);
    assert_eq!((again.records, first.reused, again.reused), (first.records, 0, 6));
    assert_eq!(std::fs::read_to_string(&log).expect("a log"), text, "nothing was done again");
    std::fs::remove_file(&log).expect("removed");
}

/// A reading in which the rule's score is `change`, and every light edit and most strong ones say `class`.
fn reading(own: usize, change: f32, class: usize) -> Reading {
    let answer = |class| vec![Answer { class, probability: 0.9 }];
    let looked = |&look: &Look| Looked { look, change, top: answer(class) };
    let mut ensemble = answer(class);
    if own != class {
        ensemble.push(Answer { class: own, probability: 0.05 });
    }
    Reading { top: answer(own), looks: LOOKS.iter().map(looked).collect(), ensemble }
}

/// Forty photographs: clean ones say 1. Attacked ones say 2 of half, whose light edits say 1 again; the other half
/// stay.
fn records() -> Vec<Record> {
    let record = |photo: usize, change, reading| Record {
        model: "m".into(),
        picture: format!("photo {photo}"),
        sha256: String::new(),
        label: Some(1),
        change,
        reading,
        masks: vec![],
    };
    let one = Answer { class: 1, probability: 0.9 };
    let change = || Change {
        attack: Attack::new(Kind::Pgd, 8.0),
        before: one,
        noise: one,
        goal: None,
        l_inf: 8.0,
        l2: 1.0,
        zero_gradients: 0.0,
        seconds: 0.1,
    };
    (0..40)
        .flat_map(|photo| {
            let clean = record(photo, None, reading(1, 0.01 * photo as f32, 1));
            let own = if photo % 2 == 0 { 2 } else { 1 };
            // Of twenty changed answers the rule cannot see four: their score is that of the clean pictures.
            let score = if photo % 10 == 0 { 0.0 } else { 1.5 };
            [clean, record(photo, Some(change()), reading(own, score, 1))]
        })
        .collect()
}

#[test]
fn a_row_counts_what_fell_what_was_flagged_and_what_came_back() {
    let rows = rows(&records());
    let row = &rows[0];
    assert_eq!((rows.len(), row.success.value, row.success.n), (1, 0.5, 40));
    assert_eq!((row.noise.value, row.success_if_right.map(|s| s.n)), (0.0, Some(40)));
    let [rule, wide] = [&row.detectors[0], &row.detectors[1]];
    assert_eq!((rule.detector, wide.detector), (Detector::Rule, Detector::Wide));
    let flagged = rule.flagged.expect("answers changed");
    assert_eq!((flagged.value, flagged.n), (0.8, 20));
    assert!(rule.false_positives.is_some_and(|share| share.value < 0.15), "{:?}", rule.false_positives);
    // Four of forty fell unseen by the rule; strong edits see those, too.
    assert_eq!([rule, wide].map(|detected| detected.evaded.map(|share| share.value)), [Some(0.1), Some(0.0)]);
    assert_eq!(wide.flagged.map(|share| share.value), Some(1.0));
    let at_worst: Vec<f64> = worst(&rows).iter().filter_map(|(_, detected)| Some(detected.evaded?.value)).collect();
    assert_eq!(at_worst, [0.1, 0.0]);
    let vote = &row.recoveries[0];
    assert_eq!((vote.recovered.value, vote.kept.value, vote.net), (1.0, 1.0, 1.0));
    // Sixteen score above every clean picture, and four below all but one of twenty.
    let area = rule.auroc.expect("answers changed");
    assert!((area.value - (16.0 + 4.0 * 0.025) / 20.0).abs() < 1e-9, "{area:?}");
    assert!(area.interval.is_some_and(|[low, high]| low < area.value && area.value < high));
}

/// Of fifteen photographs the other folds have twelve clean ones: too few for a threshold, so nobody says what it flags.
#[test]
fn a_detector_without_a_threshold_has_no_rates() {
    let rows = rows(&records()[..30]);
    let row = &rows[0];
    for detected in &row.detectors {
        assert!(detected.auroc.is_some(), "an area takes no threshold");
        assert_eq!((detected.flagged, detected.false_positives, detected.evaded), (None, None, None));
    }
    assert!(worst(&rows).is_empty() && row.recoveries.iter().all(|way| !way.way.starts_with("if flagged")));
}

/// The attacked picture that the command writes is still attacked when it is opened again with the profile beside it.
#[test]
fn the_commands_files_are_still_adversarial() {
    let folder = std::env::temp_dir().join(format!("vanish-attack-{}", std::process::id()));
    let vanish = |arguments: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_vanish")).args(arguments).output().expect("it starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice::<serde_json::Value>(&output.stdout).expect("JSON alone")
    };
    let out = folder.to_str().expect("a path");
    let critter = format!("critter:{}", HELD_OUT_SEEDS + 3);
    let report = vanish(&["attack", &critter, "--eps", "16", "--masks", "paper", "--out", out, "--json"]);
    let attack = &report["attacks"][0];
    assert_eq!(attack["succeeded"], true, "{attack}");
    let picture = folder.join("least-likely_16.png");
    let read = vanish(&["classify", picture.to_str().expect("a path"), "--json", "--top", "1"]);
    assert_eq!(read["top"][0]["index"], attack["after"]["class"]);
    for name in ["clean.png", "least-likely_16-change.png", "clean-mask-paper.png", "profile.json", "attack.json"] {
        assert!(folder.join(name).exists(), "{name}");
    }
    let profile = std::fs::read_to_string(folder.join("profile.json")).expect("a profile");
    let profile = Profile::from_json(&profile).expect("a sound profile");
    assert_eq!((profile.resize, profile.size), (128, 128));
    std::fs::remove_dir_all(&folder).expect("removed");
}
