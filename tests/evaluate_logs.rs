//! Logs of an evaluation: what they were made with, by its content, and the command that repeats them.

mod common;

use std::path::Path;

use common::built_in;
use common::scratch::Scratch;
use vanish::classifier::Profile;
use vanish::job::{Job, run_to_end};
use vanish::judge::Eraser;
use vanish::methods::{Settings, gradient, guided, rise};
use vanish::picture::to_png;
use vanish::study::evaluation::{Entry, Findings, Setup, Shard};
use vanish::study::{Evaluation, Item, Log, Measures, Metric, Plan, Set, Summary, log};

/// A quick plan for pictures in files.
fn quick() -> Plan {
    let measures = Measures { metrics: vec![Metric::Insertion], nulls: vec![], pictures: false };
    Plan {
        methods: vec![gradient::METHOD.preset()],
        controls: false,
        measures,
        orders: false,
        limit: 5,
        true_class: false,
        shard: Shard::WHOLE,
    }
}

/// Judges the pictures of a folder by the built-in model under a profile, with a log.
fn judged(folder: &Path, profile: impl Fn(&mut Profile), log: &Path) -> vanish::Result<Findings> {
    let model = built_in("critters");
    let mut changed = model.profile().clone();
    profile(&mut changed);
    let model = model.with_profile(changed, None)?;
    let setup = Setup::new(&quick(), &model, "folder", 0, ["cpu".into(), "flex".into()]);
    let mut job = Evaluation::new(&model, Set::open(folder, 0)?, quick(), setup, Log::open(log)?, 1)?;
    pollster::block_on(run_to_end(&mut job))
}

/// A folder of two critters.
fn folder(name: &str) -> Scratch {
    let folder = Scratch::folder(&format!("logs-{name}"));
    std::fs::create_dir_all(folder.0.join("cat")).expect("a folder");
    (0..2).for_each(|number| save(number, &folder.0.join(format!("cat/{number}.png"))));
    folder
}

fn save(number: usize, path: &Path) {
    std::fs::write(path, to_png(&item(number).pixels).expect("a picture")).expect("written");
}

fn item(number: usize) -> Item {
    Set::critters(0).item(number).expect("it is drawn")
}

#[test]
fn a_log_of_another_profile_is_refused_by_resume_and_by_report() {
    let (folder, log, other) =
        (folder("profile"), Scratch::file("logs-profile-log"), Scratch::file("logs-profile-other"));
    judged(&folder.0, |_| {}, &log.0).expect("judged");
    let named = judged(&folder.0, |profile| profile.name = "renamed".into(), &log.0);
    assert!(named.is_ok(), "the name is no part of what is computed");
    let darker = |profile: &mut Profile| profile.mean.iter_mut().for_each(|mean| *mean += 0.1);
    let error = judged(&folder.0, darker, &log.0).expect_err("another mean").to_string();
    assert!(error.contains("another profile of the model"), "{error}");
    judged(&folder.0, darker, &other.0).expect("judged");
    let both = [&log.0, &other.0].into_iter().flat_map(|path| log::read::<Entry>(path).expect("a log"));
    let error = Findings::of(both).expect_err("two profiles").to_string();
    assert!(error.contains("another profile of the model"), "{error}");
}

#[test]
fn a_picture_that_was_overwritten_does_not_keep_its_old_figures() {
    let (folder, log) = (folder("overwritten"), Scratch::file("logs-overwritten-log"));
    let first = judged(&folder.0, |_| {}, &log.0).expect("judged");
    let again = judged(&folder.0, |_| {}, &log.0).expect("nothing has changed");
    assert_eq!(first.records.len(), again.records.len());
    save(7, &folder.0.join("cat/1.png"));
    let error = judged(&folder.0, |_| {}, &log.0).expect_err("another picture").to_string();
    assert!(error.contains("1.png is not the picture that it was when these results were made"), "{error}");
    save(1, &folder.0.join("cat/1.png"));
    let boxes =
        r#"[{"file": "cat/0.png", "name": "cat"}, {"file": "cat/1.png", "name": "cat", "boxes": [[0, 0, 9, 9]]}]"#;
    std::fs::write(folder.0.join("boxes.json"), boxes).expect("written");
    let error = judged(&folder.0, |_| {}, &log.0).expect_err("other boxes").to_string();
    assert!(error.contains("1.png has not the class and the boxes that it had"), "{error}");
}

#[test]
fn a_call_that_was_killed_midway_is_not_reported_as_whole() {
    let log = Scratch::file("logs-killed");
    let parts: Vec<Vec<Entry>> = [1, 2].map(|part| part_of_two(part, &log)).into();
    let found = |cut: usize| {
        let kept = parts[1][..parts[1].len() - cut].to_vec();
        Findings::of([parts[0].clone(), kept].concat()).expect("two parts")
    };
    assert_eq!((found(0).unfinished.as_slice(), found(0).shortfall()), (&[][..], vec![]));
    // Killed after its last result, and after its first line.
    for cut in [1, parts[1].len() - 1] {
        let found = found(cut);
        assert_eq!((found.missing(), found.unfinished.as_slice()), (vec![], &[2][..]));
        let said = "of 2 parts these were stopped before their end: 2.";
        assert!(found.shortfall()[0].ends_with(said), "{:?}", found.shortfall());
        let page = vanish::render::report::html(&found, &Summary::new(&found));
        assert!(page.contains(said));
    }
    // The same command goes on, and a call that came to its end answers for those that did less.
    let again = [&parts[0][..], &parts[1][..1], &parts[1]].concat();
    assert!(Findings::of(again).expect("two parts").shortfall().is_empty());
    // One that was to do more is not answered for.
    let mut more = parts[0][0].clone();
    let Entry::Setup(setup) = &mut more else { panic!("a log begins with its setup") };
    setup.limit += 1;
    let found = Findings::of([vec![more], parts.concat()].concat()).expect("two parts");
    assert_eq!(found.unfinished, [1]);
}

/// The log of a part of the built-in world.
fn part_of_two(part: usize, log: &Scratch) -> Vec<Entry> {
    let (plan, model) = (Plan { shard: Shard { part, of: 2 }, limit: 1, ..quick() }, built_in("critters"));
    let setup = Setup::new(&plan, &model, "critters", 0, ["cpu".into(), "flex".into()]);
    let path = log.0.with_extension(part.to_string());
    let kept = Log::open(&path).expect("a new log");
    let set = Set::open("critters", 0).expect("the built-in world");
    pollster::block_on(run_to_end(&mut Evaluation::new(&model, set, plan, setup, kept, 1).expect("begins")))
        .expect("judged");
    let lines = log::read(&path).expect("a log");
    std::fs::remove_file(&path).expect("removed");
    lines
}

#[test]
fn what_is_stopped_says_so_and_its_log_goes_on_to_the_same_end() {
    let (folder, log) = (folder("stopped"), Scratch::file("logs-stopped-log"));
    let model = built_in("critters");
    let setup = Setup::new(&quick(), &model, "folder", 0, ["cpu".into(), "flex".into()]);
    let kept = Log::open(&log.0).expect("a new log");
    let set = Set::open(&folder.0, 0).expect("a set");
    let mut job = Evaluation::new(&model, set, quick(), setup, kept, 1).expect("begins");
    let stopped = pollster::block_on(job.finish()).expect("what was found");
    drop(job);
    assert_eq!(stopped.shortfall(), ["Not whole: it was stopped before its end."]);
    assert_eq!(Findings::of(log::read::<Entry>(&log.0).expect("a log")).expect("a part").unfinished, [1]);
    assert!(judged(&folder.0, |_| {}, &log.0).expect("it goes on").shortfall().is_empty());
    assert!(Findings::of(log::read::<Entry>(&log.0).expect("a log")).expect("all").shortfall().is_empty());
}

#[test]
fn two_logs_that_saw_different_pictures_under_one_number_are_refused() {
    let (folder, log, other) =
        (folder("swapped"), Scratch::file("logs-swapped-log"), Scratch::file("logs-swapped-other"));
    judged(&folder.0, |_| {}, &log.0).expect("judged");
    save(7, &folder.0.join("cat/1.png"));
    judged(&folder.0, |_| {}, &other.0).expect("judged");
    let both = [&log.0, &other.0].into_iter().flat_map(|path| log::read::<Entry>(path).expect("a log"));
    let error = Findings::of(both).expect_err("two pictures").to_string();
    assert!(error.contains("1.png is not the picture that it was"), "{error}");
}

#[test]
fn the_printed_command_repeats_the_run() {
    let seeded = |of: Settings| Settings { seed: 7, ..of };
    let methods = vec![gradient::METHOD.preset(), guided::METHOD.preset()];
    let metrics = vec![Metric::Insertion, Metric::Leakage];
    let measures = Measures { metrics, nulls: vec![Eraser::Mean], pictures: true };
    let asked = Plan { methods, orders: true, true_class: true, measures, ..quick() };
    let setup = |plan: &Plan| {
        let setup = Setup::new(plan, &built_in("critters"), "my pictures", 3, ["cpu".into(), "flex".into()]);
        setup.of_files("models/a b.onnx", Some("other.json".into()))
    };
    assert_eq!(
        setup(&asked).command(),
        "vanish evaluate 'my pictures' --model 'models/a b.onnx' --profile other.json --methods gradient,guided \
             --metrics insertion,leakage --limit 5 --null mean --orders --true-class --no-controls --first 3"
    );
    let sampled =
        Plan { methods: vec![gradient::METHOD.preset(), seeded(rise::METHOD.preset())], controls: true, ..quick() };
    let command = setup(&sampled).command();
    let takes = gradient::METHOD.takes("seed");
    assert!(command.contains("--set seed=7"), "{command}");
    // Where both methods take it and only one was given it, two calls were put together.
    assert_eq!(command.lines().count(), if takes { 3 } else { 1 }, "{command}");
}
