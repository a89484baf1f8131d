//! The judges against an implementation of their own in numpy and scipy (tests/reference/judges.py), and judged
//! themselves: where the evidence is known, it must come first and its complement last.

mod common;

use std::rc::Rc;

use common::{bright_square, built_in, floats, golden, picture_with_square};
use vanish::classifier::Classifier;
use vanish::critters;
use vanish::explain::Run;
use vanish::job::run_to_end;
use vanish::judge::{Erased, Eraser, deletion_game, insertion_deletion, pointing, removal, sanity};
use vanish::map::Map;
use vanish::methods::gradient;
use vanish::picture::{Planes, Scene, interpolate};
use vanish::question::{Question, Subject};

/// Two implementations agree to this.
const CLOSE: f32 = 1e-3;

struct Case {
    name: String,
    evidence: Map,
    expected: serde_json::Value,
}

fn cases() -> Vec<Case> {
    let golden = golden("judges.json");
    let maps = golden["maps"].as_object().expect("maps").clone();
    let case = |(name, expected): (String, serde_json::Value)| {
        let evidence = Map::new(floats(&expected["values"]));
        Case { name, evidence, expected }
    };
    maps.into_iter().map(case).collect()
}

fn side() -> usize {
    golden("judges.json")["side"].as_u64().expect("a side") as usize
}

fn classifier() -> Rc<dyn Classifier> {
    Rc::new(bright_square(side()))
}

fn erased(eraser: Eraser) -> Erased {
    Erased::new(classifier(), &picture_with_square(side() as u32), 1, eraser, None, 3)
}

fn assert_close(name: &str, got: f32, expected: &serde_json::Value, tolerance: f32) {
    let expected = expected.as_f64().expect("a number") as f32;
    assert!((got - expected).abs() < tolerance, "{name}: {got} against {expected}");
}

#[test]
fn insertion_and_deletion_are_those_of_the_papers_code() {
    let photo = Planes::of(&picture_with_square(side() as u32));
    let null = erased(Eraser::Mean).question.centred_scene().null;
    let question = Question::of_class(classifier(), Scene { photo, null }, 1);
    for Case { name, evidence, expected } in cases() {
        let curves = pollster::block_on(insertion_deletion::measure(&question, &evidence)).expect("the CPU computes");
        for (curve, key) in [(&curves.insertion, "insertion_curve"), (&curves.deletion, "deletion_curve")] {
            let worst = floats(&expected[key]).iter().zip(curve).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
            assert!(worst < CLOSE, "{name}, {key}: {worst}");
        }
        assert_close(&name, curves.areas().insertion, &expected["insertion"], CLOSE);
        assert_close(&name, curves.areas().deletion, &expected["deletion"], CLOSE);
    }
}

#[test]
fn the_deletion_game_finds_the_same_boxes() {
    for Case { name, evidence, expected } in cases() {
        let question = erased(Eraser::Mean).question;
        let areas = pollster::block_on(deletion_game::play(&question, &evidence)).expect("the CPU computes");
        let expected: Vec<Option<usize>> =
            serde_json::from_value(expected["deletion_game"].clone()).expect("areas or misses");
        assert_eq!(areas.to_vec(), expected, "{name}");
    }
}

#[test]
fn removal_gives_the_same_areas_under_the_mean_and_under_imputation() {
    for Case { name, evidence, expected } in cases() {
        let of = |eraser| pollster::block_on(removal::measure(&erased(eraser), &evidence)).expect("the CPU computes");
        let (mean, road) = (of(Eraser::Mean), of(Eraser::Road));
        assert_close(&name, mean.most_first, &expected["deletion"], CLOSE);
        assert_close(&name, mean.least_first, &expected["least_first"], CLOSE);
        // Ours adds ROAD's noise of σ .01, which the reference leaves away.
        assert_close(&name, road.most_first, &expected["road_most_first"], 3.0 * CLOSE);
        assert_close(&name, road.least_first, &expected["road_least_first"], 3.0 * CLOSE);
    }
}

#[test]
fn imputation_solves_the_equations_of_road() {
    let imputed = &golden("judges.json")["imputed"];
    let region = Map::new(floats(&imputed["deleted"]));
    let found = interpolate(&Planes::of(&picture_with_square(side() as u32)), &region);
    let worst = floats(&imputed["planes"]).iter().zip(&found.values).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(worst < CLOSE, "{worst}");
}

/// Quantus 0.6 (tests/reference/quantus_judges.py) on the same maps, where it has such a judge.
#[test]
fn quantus_says_the_same_of_curves_pointing_imputation_and_entropy() {
    let quantus = golden("quantus.json");
    let photo = Planes::of(&picture_with_square(side() as u32));
    let null = erased(Eraser::Mean).question.centred_scene().null;
    let question = Question::of_class(classifier(), Scene { photo: photo.clone(), null }, 1);
    let inside = |at: usize| (side() / 2 - side() / 8..side() / 2 + side() / 8).contains(&at);
    for Case { name, evidence, .. } in cases() {
        let expected = &quantus["maps"][&name];
        let curves = pollster::block_on(insertion_deletion::measure(&question, &evidence)).expect("the CPU computes");
        for (curve, key) in [(&curves.insertion, "insertion_curve"), (&curves.deletion, "deletion_curve")] {
            let worst = floats(&expected[key]).iter().zip(curve).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
            assert!(worst < CLOSE, "{name}, {key}: {worst}");
        }
        let points = pointing::hits(&evidence, 0, |row, column| inside(row) && inside(column));
        assert_eq!(Some(points), expected["pointing"].as_bool(), "{name}");
        // Theirs is in nats.
        let entropy = sanity::entropy(&evidence) as f32 * std::f32::consts::LN_2;
        assert_close(&name, entropy, &expected["entropy"], CLOSE);
    }
    let region = Map::new(floats(&golden("judges.json")["imputed"]["deleted"]));
    let found = interpolate(&photo, &region);
    let worst =
        floats(&quantus["imputed"]).iter().zip(&found.values).fold(0f32, |most, (a, b)| most.max((a - b).abs()));
    assert!(worst < CLOSE, "{worst}");
}

#[test]
fn a_map_of_the_gradient_goes_when_the_weights_are_shuffled() {
    let model = Rc::new(built_in("critters"));
    let drawn = critters::held_out(1).next().expect("a picture");
    let subject = Subject::new(drawn.picture.clone(), drawn.kind as usize, model.labels(), &[], &[]);
    let stages =
        sanity::STAGES.map(|share| Rc::new(model.shuffled(share, 1).expect("it has weights")) as Rc<dyn Classifier>);
    let settings = gradient::METHOD.preset();
    let found = pollster::block_on(async {
        let mut run = Run::new(model.clone(), subject.clone(), settings.clone()).await?;
        let map = run_to_end(&mut run).await?.evidence();
        let own: [Rc<dyn Classifier>; 1] = [model.clone()];
        let same = sanity::measure(&own, model.labels(), &subject, &settings, &map).await?;
        let shuffled = sanity::measure(&stages, model.labels(), &subject, &settings, &map).await?;
        let model: Rc<dyn Classifier> = model.clone();
        let labels = built_in("critters");
        let both = [own[0].clone(), stages[2].clone()];
        let smooth = sanity::measure_smooth(&model, &both, labels.labels(), &subject, &settings).await?;
        vanish::Result::Ok((same, shuffled, smooth))
    });
    let (same, shuffled, smooth) = found.expect("the CPU computes");
    assert!(same.alike[0].is_some_and(|alike| alike > 0.999), "{same:?}");
    assert!(shuffled.alike[2].is_none_or(|alike| alike < 0.5), "{shuffled:?}");
    assert!(smooth[0].is_some_and(|alike| alike > 0.999) && smooth[2].is_none(), "{smooth:?}");
    assert!(smooth[1].is_none_or(|alike| alike < 0.7), "what is smooth of a picture stays, but no more: {smooth:?}");
}

/// Mean scores of maps by one judge over held-out pictures, larger is better.
fn scores(judge: impl Fn(&Erased, &Map) -> f32, eraser: Eraser) -> [f32; 3] {
    let model = Rc::new(built_in("critters"));
    let mut sums = [0.0; 3];
    let strangers = critters::strangers();
    for drawn in critters::held_out(4) {
        let truth = Map::new(drawn.evidence().pixels().iter().map(|&inside| f32::from(u8::from(inside))).collect());
        let flat = Map::constant(truth.side, 0.5);
        let erased =
            Erased::new(model.clone(), &drawn.picture, drawn.kind as usize, eraser, strangers.first(), drawn.seed);
        for (sum, map) in sums.iter_mut().zip([&truth, &flat, &truth.complement()]) {
            *sum += judge(&erased, map);
        }
    }
    sums
}

#[test]
fn the_true_evidence_comes_first_and_its_complement_last() {
    let insertion = |erased: &Erased, map: &Map| {
        pollster::block_on(insertion_deletion::measure(&erased.question, map)).expect("computes").areas().insertion
    };
    let game = |erased: &Erased, map: &Map| {
        let areas = pollster::block_on(deletion_game::play(&erased.question, map)).expect("computes");
        -(areas[2].unwrap_or(map.values.len()) as f32)
    };
    let most =
        |erased: &Erased, map: &Map| -pollster::block_on(removal::measure(erased, map)).expect("computes").most_first;
    let least =
        |erased: &Erased, map: &Map| pollster::block_on(removal::measure(erased, map)).expect("computes").least_first;
    type Judge<'a> = &'a dyn Fn(&Erased, &Map) -> f32;
    let judges: [(&str, Judge, Eraser); 7] = [
        ("insertion", &insertion, Eraser::BlurPhoto),
        ("most first, blur", &most, Eraser::BlurPhoto),
        ("least first, blur", &least, Eraser::BlurPhoto),
        ("most first, mean", &most, Eraser::Mean),
        ("least first, mean", &least, Eraser::Mean),
        ("most first, imputed", &most, Eraser::Road),
        ("least first, imputed", &least, Eraser::Road),
    ];
    for (name, judge, eraser) in judges {
        let [truth, flat, complement] = scores(judge, eraser);
        assert!(truth > flat && flat > complement, "{name}: truth {truth}, flat {flat}, complement {complement}");
    }
    // A box about the complement is the whole picture, as is that about a flat map: it can only be last with others.
    let [truth, flat, complement] = scores(game, Eraser::BlurPhoto);
    assert!(truth > flat && flat >= complement, "deletion game: {truth} {flat} {complement}");
}
