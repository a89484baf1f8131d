//! Every method, on a classifier computed by hand: the evidence is the square it looks at.

mod common;

use std::cell::Cell;
use std::rc::Rc;

use burn::tensor::Device;
use common::{BrightSquare, board_anywhere, bright_square, picture_with_square, white};
use vanish::ErrorKind;
use vanish::array::Array;
use vanish::classifier::Classifier;
use vanish::explain::{Explanation, Region, RegionInfo, Run, Spread};
use vanish::job::{Job, run_to_end};
use vanish::judge::{common_scene, deletion_game, insertion_deletion, pointing};
use vanish::map::Map;
use vanish::methods::optimise::EnergyJudge;
use vanish::methods::{
    Game, METHODS, Method, Settings, Start, extremal, fast, gradcam, gradient, guided, igos, localisation, meaningful,
    rise, smoothgrad,
};
use vanish::picture::Framing;
use vanish::question::{Question, Score, Subject};
use vanish::rules::generalise;

const SIDE: usize = 64;

fn subject() -> Subject {
    Subject { picture: picture_with_square(SIDE as u32), target: 1, label: "bright".into() }
}

/// The preset on a grid of 8 × 8 cells of 8 pixels, where the method has one, with weights to match.
fn settings(method: Method) -> Settings {
    let preset = method.preset();
    let preset = match method.takes("cell_px") {
        true => Settings { cell_px: 28, smoothing_px: 17.5, jitter: 11, ..preset },
        false => preset,
    };
    // Where there are several prices of area, the last one's mask is the answer.
    let last_price = preset.path.last().copied().unwrap_or(1.0);
    let (l1, l2) = if method.is_learned() { (5e-3 / last_price, 1e-3) } else { (preset.l1, preset.l2) };
    let samples = if method == rise::METHOD { 200 } else { preset.samples };
    let iterations = if method == extremal::METHOD { 100 } else { preset.iterations };
    // The logit of this classifier is far from the answer's range: a firmer pull than the published rate, for fewer
    // steps.
    let learning_rate = if method == extremal::METHOD { 0.1 } else { preset.learning_rate };
    let areas = if method == extremal::METHOD { vec![0.06, 0.12] } else { vec![] };
    Settings { l1, l2, samples, iterations, learning_rate, areas, ..preset }
}

fn explain(settings: Settings) -> Explanation {
    pollster::block_on(async {
        let mut run = Run::new(Rc::new(bright_square(SIDE)), subject(), settings).await.expect("explainable");
        run_to_end(&mut run).await.expect("the CPU computes")
    })
}

/// What the judges ask of this classifier about this picture.
fn question() -> Question {
    Question::of_class(Rc::new(bright_square(SIDE)), common_scene(&subject().picture, Framing::whole(SIDE)), 1)
}

/// Mean evidence inside the square, and outside.
fn contrast(explanation: &Explanation) -> (f32, f32) {
    means(&explanation.evidence())
}

/// The mean of a map inside the square, and outside.
fn means(map: &Map) -> (f32, f32) {
    let inside = common::square(SIDE);
    let mean = |wanted: bool| {
        let values: Vec<f32> = (0..SIDE * SIDE).filter(|&i| inside(i) == wanted).map(|i| map.values[i]).collect();
        values.iter().sum::<f32>() / values.len() as f32
    };
    (mean(true), mean(false))
}

/// Those that need no look inside the classifier.
fn open_methods() -> impl Iterator<Item = Method> {
    let looks_inside = [guided::METHOD, gradcam::METHOD, localisation::METHOD];
    METHODS.iter().copied().filter(move |method| !looks_inside.contains(method))
}

#[test]
fn every_method_finds_the_square() {
    for method in open_methods() {
        let explanation = explain(settings(method));
        let (inside, outside) = contrast(&explanation);
        assert!(inside > 1.5 * outside + 0.1, "{}: inside {inside}, outside {outside}", method.name());
        assert!(explanation.mask.values.iter().all(|m| (-1e-5..=1.0 + 1e-5).contains(m)), "{}", method.name());
    }
}

#[test]
fn every_name_is_that_of_the_reports() {
    for method in METHODS.iter().copied() {
        assert_eq!(serde_json::to_value(method).expect("a name"), method.name());
    }
}

#[test]
fn the_answer_does_not_depend_on_how_often_the_caller_looks() {
    for method in [fast::METHOD, igos::METHOD, smoothgrad::METHOD] {
        let stepped = |count: usize| {
            pollster::block_on(async {
                let mut run =
                    Run::new(Rc::new(bright_square(SIDE)), subject(), settings(method)).await.expect("explainable");
                while !run.step(count).await.expect("the CPU computes").done {}
                run.finish().await.expect("the CPU computes").grid
            })
        };
        assert_eq!(stepped(1), stepped(usize::MAX), "{}", method.name());
    }
}

#[test]
fn methods_that_look_inside_refuse_what_is_closed() {
    for method in [guided::METHOD, gradcam::METHOD] {
        let refused = pollster::block_on(async {
            let mut run =
                Run::new(Rc::new(bright_square(SIDE)), subject(), settings(method)).await.expect("explainable");
            run.step(1).await.expect_err(method.name())
        });
        assert_eq!(refused.kind(), ErrorKind::Unsupported);
    }
}

#[test]
fn an_answer_in_any_unit_and_against_another_class_finds_the_square() {
    for (score, against) in [
        (Score::LogProbability, vec![]),
        (Score::Logit, vec![]),
        (Score::Probability, vec![0]),
        (Score::LogProbability, vec![0]),
    ] {
        let case = format!("{score:?} against {against:?}");
        let (inside, outside) = contrast(&explain(Settings { score, against, ..settings(fast::METHOD) }));
        assert!(inside > outside + 0.1, "{case}: inside {inside}, outside {outside}");
    }
}

#[test]
fn extremal_shows_the_region_of_every_area() {
    let regions = pollster::block_on(async {
        let settings = Settings { areas: vec![0.2, 0.02, 0.1], iterations: 200, ..settings(extremal::METHOD) };
        let mut run = Run::new(Rc::new(bright_square(SIDE)), subject(), settings).await.expect("explainable");
        run.step(usize::MAX).await.expect("the CPU computes");
        let answer = run.finish().await.expect("the CPU computes");
        let regions = run.regions().await.expect("the CPU computes");
        let chosen: Vec<_> = regions.iter().filter(|region| region.info.chosen).collect();
        assert_eq!(chosen.len(), 1);
        assert_eq!((&chosen[0].explanation.mask, &chosen[0].explanation.scores), (&answer.mask, &answer.scores));
        regions
    });
    assert_eq!(regions.iter().map(|region| region.info.area).collect::<Vec<_>>(), [0.02, 0.1, 0.2]);
    // The smallest that suffices is the answer, and one that does keeps most of the score.
    let first = regions.iter().position(|region| region.info.sufficient).unwrap_or(regions.len() - 1);
    assert!(regions[first].info.chosen);
    for Region { info: RegionInfo { area, sufficient, .. }, explanation } in &regions {
        let covered = explanation.evidence().mean();
        assert!((covered - area).abs() < 0.01 + 0.15 * area, "{covered} instead of {area}");
        let kept = explanation.scores.normalise(explanation.scores.preserved);
        assert!(!sufficient || kept > 0.8, "{area} keeps {kept}");
        assert_eq!(explanation.settings.areas, [*area]);
    }
    let kept = |i: usize| regions[i].explanation.scores.preserved;
    assert!(kept(0) < kept(2), "{} of a fiftieth, {} of a fifth", kept(0), kept(2));
}

#[test]
fn a_method_that_learns_one_mask_has_no_other_regions() {
    pollster::block_on(async {
        let run = Run::new(Rc::new(bright_square(SIDE)), subject(), settings(fast::METHOD)).await;
        assert!(run.expect("explainable").regions().await.expect("the CPU computes").is_empty());
    });
}

#[test]
fn extremal_meets_its_area() {
    let area = 0.1;
    let explanation = explain(Settings { areas: vec![area], iterations: 200, ..settings(extremal::METHOD) });
    let covered = explanation.evidence().mean();
    assert!((covered - area).abs() < 0.25 * area, "{covered} instead of {area}");
}

#[test]
fn all_judges_take_any_methods_map() {
    let question = question();
    for method in [fast::METHOD, gradient::METHOD] {
        let explanation = explain(settings(method));
        let evidence = explanation.evidence();
        pollster::block_on(async {
            let areas = deletion_game::play(&question, &evidence).await.expect("the CPU computes");
            assert!(areas[0].is_some_and(|area| (100..SIDE * SIDE).contains(&area)), "{}: {areas:?}", method.name());
            let curves = insertion_deletion::measure(&question, &evidence).await.expect("the CPU computes").areas();
            assert!(curves.insertion > curves.deletion, "{}: {curves:?}", method.name());
            let inside = common::square(SIDE);
            assert!(pointing::hits(&evidence, 2, |row, column| inside(row * SIDE + column)));
            let mut test = generalise::Test::new(question.classifier().clone(), &explanation, vec![]);
            let found = run_to_end(&mut test).await.expect("the CPU computes");
            assert_eq!(found.trials.iter().filter(|trial| !trial.control).count(), 120, "{}", method.name());
        });
    }
}

/// The energy of a grid under these settings, expected over the jitter.
fn expected_energy(settings: Settings) -> impl Fn(&[f32]) -> f32 {
    let judge =
        pollster::block_on(EnergyJudge::new(Rc::new(bright_square(SIDE)), subject(), settings)).expect("explainable");
    move |grid| pollster::block_on(judge.expected(grid)).expect("the CPU computes")
}

#[test]
fn fast_comes_near_the_energy_of_three_hundred_steps() {
    let paper = settings(meaningful::METHOD);
    let expected = expected_energy(paper.clone());
    let fast = Settings { game: Game::Delete, l1: paper.l1, path: vec![], ..settings(fast::METHOD) };
    let (reference, fast) = (expected(&explain(paper).grid.values), expected(&explain(fast).grid.values));
    assert!(fast < 1.25 * reference, "{fast} against {reference}");
}

#[test]
fn the_start_along_the_direction_lies_on_the_square_before_any_step() {
    let start = |start: Start| {
        let settings = Settings { starts: vec![start], ..settings(fast::METHOD) };
        pollster::block_on(async {
            let mut run = Run::new(Rc::new(bright_square(SIDE)), subject(), settings).await.expect("explainable");
            run.finish().await.expect("the CPU computes")
        })
    };
    let (along, disc) = (start(Start::Direction), start(Start::Disc));
    assert_eq!((along.iterations, disc.iterations), (0, 0));
    let (inside, outside) = contrast(&along);
    assert!(inside > 0.8 && outside < 0.3, "inside {inside}, outside {outside}");
    assert!(outside < contrast(&disc).1, "the disc is larger than it need be");
}

/// All level sets used up, the search asked for a batch of none.
#[test]
fn a_start_that_no_level_set_suffices_for_is_the_largest() {
    let side = SIDE as u32;
    let board = |x, y| image::Rgb(if white(SIDE, (y * side + x) as usize) { [255; 3] } else { [0; 3] });
    let picture = image::RgbImage::from_fn(side, side, board);
    let subject = Subject { picture, target: 1, label: "board".into() };
    // Jitter would resize the board.
    let settings = Settings { starts: vec![Start::Direction], jitter: 0, ..settings(fast::METHOD) };
    let explanation = pollster::block_on(async {
        let mut run = Run::new(Rc::new(board_anywhere(SIDE)), subject, settings).await.expect("explainable");
        run.finish().await.expect("the CPU computes")
    });
    assert!(explanation.scores.normalised > 0.9, "{}", explanation.scores.normalised);
    let kept = explanation.grid.mean();
    assert!((0.08..0.16).contains(&kept), "{kept}");
}

#[test]
fn more_starts_of_fast_end_no_higher() {
    let paper = settings(meaningful::METHOD);
    let expected = expected_energy(paper.clone());
    let one = Settings { game: Game::Delete, l1: paper.l1, iterations: 40, ..settings(fast::METHOD) };
    // With the last one, from the lowest end, there are four descents, and the first gets 7 of 43 parts of the steps.
    let starts = vec![Start::Disc, Start::Value(0.5), Start::Direction];
    let three = Settings { starts, iterations: 246, ..one.clone() };
    let (one, three) = (explain(one), explain(three));
    let shared = one.energies.len();
    assert_eq!(one.energies, three.energies[..shared], "the first descent is the same");
    assert!(three.iterations > shared && three.iterations <= 246, "{} steps", three.iterations);
    let (one, three) = (expected(&one.grid.values), expected(&three.grid.values));
    assert!(three < 1.001 * one, "{three} from three starts against {one}");
}

#[test]
fn a_refined_order_is_timed_apart_and_leaves_the_mask() {
    let plain = explain(Settings { refine: false, ..settings(meaningful::METHOD) });
    let refined = explain(Settings { refine: true, ..settings(meaningful::METHOD) });
    assert_eq!(plain.mask, refined.mask);
    assert!(plain.order.is_none(), "the evidence of one descent orders itself");
    assert!(refined.ranking().values.iter().all(|e| (0.0..=1.0).contains(e)));
    assert!(refined.seconds.order > 0.0);
}

fn refined_fast() -> Settings {
    Settings { refine: true, ..settings(fast::METHOD) }
}

/// A run whose mask is learned, and whose pixels are still to be put in order.
async fn learned_and_not_ordered() -> Run {
    let mut run = Run::new(Rc::new(bright_square(SIDE)), subject(), refined_fast()).await.expect("explainable");
    while run.step(8).await.expect("the CPU computes").stage != "order" {}
    run
}

#[test]
fn a_run_that_is_stopped_while_it_orders_keeps_its_mask() {
    pollster::block_on(async {
        let mut run = learned_and_not_ordered().await;
        let progress = run.step(3).await.expect("the CPU computes");
        assert!(!progress.done && progress.iteration < progress.total, "{progress:?}");
        let stopped = run.finish().await.expect("the CPU computes");
        let whole = run_to_end(&mut run).await.expect("the CPU computes");
        assert_eq!(stopped.mask, whole.mask);
        assert_ne!(stopped.order, whole.order, "the path's mean, and the refined order");
    });
}

/// The page shows what is found before the pixels are put in order.
#[test]
fn asking_for_what_is_found_before_the_order_changes_nothing_that_follows() {
    pollster::block_on(async {
        let mut run = learned_and_not_ordered().await;
        let early = run.finish().await.expect("the CPU computes");
        let asked = run_to_end(&mut run).await.expect("the CPU computes");
        let unasked = explain(refined_fast());
        assert_eq!((early.mask, early.finding), (unasked.mask.clone(), unasked.finding.clone()));
        assert_eq!((asked.mask, asked.order), (unasked.mask, unasked.order));
        assert_eq!((asked.finding, asked.energies), (unasked.finding, unasked.energies));
    });
}

#[test]
fn what_is_kept_is_not_refined() {
    let order = |refine| explain(Settings { refine, game: Game::Preserve, ..settings(fast::METHOD) }).ranking();
    assert_eq!(order(false), order(true));
}

#[test]
fn a_spread_is_that_of_its_seeds() {
    let explanations = [0, 1].map(|seed| explain(Settings { seed, ..settings(fast::METHOD) }));
    let spread = Spread::new(&explanations).expect("two seeds");
    assert_eq!(spread.seeds, [0, 1]);
    assert!(spread.correlation > 0.5 && spread.deviation.values.iter().all(|d| (0.0..=0.5).contains(d)));
    assert!(Spread::new(&explanations[..1]).is_err());
}

#[test]
fn settings_that_contradict_their_method_are_refused() {
    for (method, game) in
        [(gradient::METHOD, Game::Preserve), (igos::METHOD, Game::Dual), (extremal::METHOD, Game::Dual)]
    {
        let error = Settings { game, ..method.preset() }.check().expect_err(method.name());
        assert_eq!(error.kind(), ErrorKind::Settings);
    }
}

/// Answers with what is not a number once it is broken.
struct Brittle(BrightSquare, Cell<bool>);

impl Classifier for Brittle {
    fn framing(&self) -> Framing {
        self.0.framing()
    }

    fn classes(&self) -> usize {
        self.0.classes()
    }

    fn device(&self) -> &Device {
        self.0.device()
    }

    fn logits(&self, pictures: Array) -> vanish::Result<Array> {
        let logits = self.0.logits(pictures)?;
        Ok(if self.1.get() { logits.mul_scalar(f32::NAN) } else { logits })
    }

    fn logits_and_gradient(
        &self,
        pictures: Array,
        objective: &dyn Fn(Array) -> Array,
    ) -> vanish::Result<(Array, Array)> {
        self.0.logits_and_gradient(pictures, objective)
    }
}

#[test]
fn a_score_that_is_no_number_is_refused_and_not_reported() {
    for method in [meaningful::METHOD, gradient::METHOD, rise::METHOD] {
        let brittle = Rc::new(Brittle(bright_square(SIDE), Cell::new(false)));
        let settings = Settings { iterations: 3, ..settings(method) };
        let error = pollster::block_on(async {
            let mut run = Run::new(brittle.clone(), subject(), settings).await.expect("both ends are numbers");
            brittle.1.set(true);
            run_to_end(&mut run).await.expect_err("nothing can be said of an answer that is no number")
        });
        assert_eq!(error.kind(), ErrorKind::NotExplainable, "{}: {error}", method.name());
        assert!(error.to_string().contains("not finite"), "{error}");
    }
}
