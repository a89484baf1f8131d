//! An evaluation: the same results whatever the number of threads, whole or in parts, begun once or twice.

mod common;

use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use common::scratch::Scratch;
use common::{built_in, in_parts};
use vanish::explain::{Explanation, Run};
use vanish::job::{Divisible, Job, run_to_end};
use vanish::judge::{Control, Eraser};
use vanish::methods::{Game, Settings, gradient, guided};
use vanish::picture::RgbImage;
use vanish::render::report;
use vanish::rules::generalise::Family;
use vanish::study::Case;
use vanish::study::evaluation::{Entry, Findings, Line, Setup, Shard};
use vanish::study::summary::Told;
use vanish::study::{Evaluation, Item, Label, Log, Measures, Metric, Plan, Record, Serial, Set, Summary, log, results};

const PICTURES: usize = 5;

fn plan(shard: Shard) -> Plan {
    Plan {
        methods: vec![gradient::METHOD.preset(), guided::METHOD.preset()],
        controls: true,
        measures: Measures {
            metrics: vec![Metric::Insertion, Metric::Deletion, Metric::Pointing, Metric::Overlap, Metric::Leakage],
            nulls: vec![Eraser::Mean],
            pictures: true,
        },
        orders: false,
        limit: PICTURES,
        true_class: false,
        shard,
    }
}

fn evaluation(plan: Plan, pictures: usize, log: Option<&Path>) -> vanish::Result<Evaluation> {
    let model = built_in("critters");
    let setup = Setup::new(&plan, &model, "critters", 0, ["cpu".into(), "flex".into()]);
    let log = log.map_or_else(|| Ok(Log::default()), Log::open)?;
    Evaluation::new(&model, Set::open("critters", 0)?, plan, setup, log, pictures)
}

fn run(plan: Plan, pictures: usize, log: Option<&Path>) -> Findings {
    let mut evaluation = evaluation(plan, pictures, log).expect("begins");
    pollster::block_on(run_to_end(&mut evaluation)).expect("finishes")
}

/// Every file that a report has.
fn files(found: &Findings) -> [String; 3] {
    let summary = Summary::new(found);
    let csv = results::csv(found, &summary).expect("a table");
    let json = results::json(found, &summary).expect("an object").to_string();
    [report::html(found, &summary), json, String::from_utf8(csv).expect("text")]
}

#[test]
fn parts_on_two_threads_give_what_one_run_on_one_thread_gives_to_the_byte() {
    let whole = files(&run(plan(Shard::WHOLE), 1, None));
    let logs: Vec<Scratch> = (1..=3).map(|part| Scratch::file(&format!("evaluate-part{part}"))).collect();
    for (part, log) in (1..).zip(&logs) {
        run(plan(Shard { part, of: 3 }), 2, Some(&log.0));
    }
    let entries: Vec<Entry> = logs.iter().flat_map(|log| log::read(&log.0).expect("a log")).collect();
    let merged = Findings::of(entries.clone()).expect("logs that belong together");
    assert_eq!((merged.judges().len(), merged.missing()), (PICTURES, vec![]));
    for (merged, whole) in files(&merged).iter().zip(&whole) {
        assert!(merged == whole, "the files differ");
    }
    let part = log::read::<Entry>(&logs[0].0).expect("a log");
    let alone = Findings::of(part).expect("one part");
    assert_eq!(alone.missing(), [2, 3]);
    assert!(files(&alone)[0].contains("of 3 parts these are missing: 2, 3"));
}

/// The plan without the leakage test, which needs other pictures.
fn serial_plan() -> Plan {
    let metrics = vec![Metric::Insertion, Metric::Pointing, Metric::Overlap];
    Plan { measures: Measures { metrics, nulls: vec![], pictures: true }, ..plan(Shard::WHOLE) }
}

fn serial(set: Set) -> Serial {
    let setup = Setup::new(&serial_plan(), &built_in("critters"), "critters", 0, ["cpu".into(), "flex".into()]);
    Serial::new(Rc::new(built_in("critters")), set, serial_plan(), setup)
}

/// What does not depend on the clock.
fn untimed(found: &Findings) -> Vec<Record> {
    found.records.iter().map(|record| Record { seconds: 0.0, ..record.clone() }).collect()
}

#[test]
fn one_picture_after_the_other_gives_what_threads_give() {
    let found = pollster::block_on(run_to_end(&mut serial(Set::critters(0)))).expect("finishes");
    let threaded = run(serial_plan(), 2, None);
    assert_eq!(untimed(&found), untimed(&threaded));
    assert_eq!(found.judges(), threaded.judges());

    let told = Told::new(&found);
    let names: Vec<&str> = told.pictures.iter().map(|picture| picture.name.as_str()).collect();
    assert_eq!((names.len(), told.summary.rows.len()), (PICTURES, 2 + Control::ALL.len()));
    assert!(names.iter().all(|name| name.starts_with("critter:")), "{names:?}");
    assert_eq!(told.left_out.len(), found.seen.len() - PICTURES);
}

#[test]
fn an_evaluation_in_parts_gives_what_one_gives_to_the_byte() {
    // Without the clock's share.
    let told = |mut found: Findings| {
        found.records.iter_mut().for_each(|record| record.seconds = 0.0);
        serde_json::to_string(&Told::new(&found)).expect("it is written")
    };
    let blank = Item { name: "cat/blank.png".into(), pixels: RgbImage::new(64, 64), ..item(0) };
    let given = || Set::given(vec![item(0), blank.clone(), item(1), item(2)]);
    let sets: [&dyn Fn() -> Set; 2] = [&|| Set::critters(0), &given];
    for set in sets {
        let whole = told(pollster::block_on(run_to_end(&mut serial(set()))).expect("finishes"));
        for count in 1..=3 {
            let mut parted = in_parts(serial(set()), (0..count).map(|_| serial(set())).collect());
            assert!(parted.stand().done);
            assert_eq!(told(pollster::block_on(parted.finish()).expect("it is known")), whole, "by {count}");
        }
    }
}

#[test]
fn a_picture_that_was_judged_in_part_is_judged_for_the_rest_alone() {
    let mut lost = serial(Set::critters(0));
    lost.begin_part(0);
    while pollster::block_on(lost.step(7)).expect("a step").iteration == 0 {}
    let lines = lost.take_lines();
    assert!(lines.iter().any(|line| matches!(line, Line::Record(_))));
    let mut job = serial(Set::critters(0));
    lines.into_iter().for_each(|line| job.add_line(line));
    assert_eq!(job.parts()[0], 0, "something is left to be done on it");
    job.begin_part(0);
    while !pollster::block_on(job.step(7)).expect("a step").done {}
    let rest = job.take_lines().iter().filter(|line| matches!(line, Line::Record(_))).count();
    assert_eq!(rest, 1 + Control::ALL.len());
    assert_ne!(job.parts()[0], 0);
}

#[test]
fn pictures_in_memory_are_a_set_and_what_is_stopped_leaves_a_table() {
    let blank = Item { name: "cat/blank.png".into(), pixels: RgbImage::new(64, 64), ..item(0) };
    let mut job = serial(Set::given(vec![blank, item(0), item(1)]));
    let mut progress = pollster::block_on(job.step(1)).expect("a picture");
    while !progress.done && progress.iteration < 3 {
        progress = pollster::block_on(job.step(5)).expect("a step");
    }
    let stopped = Told::new(&pollster::block_on(job.finish()).expect("what was found"));
    assert!(!stopped.summary.rows.is_empty() && stopped.pictures.len() == 1, "{:?}", stopped.pictures);
    let whole = Told::new(&pollster::block_on(run_to_end(&mut job)).expect("finishes"));
    assert_eq!((whole.pictures.len(), whole.left_out.len()), (2, 1), "{:?}", whole.left_out);
    assert!(whole.left_out[0].starts_with("cat/blank.png: the answer "), "{:?}", whole.left_out);
}

fn item(number: usize) -> Item {
    Set::critters(0).item(number).expect("it is drawn")
}

#[test]
fn what_was_interrupted_goes_on_and_what_is_there_is_not_measured_again() {
    let log = Scratch::file("evaluate-resumed");
    let mut first = evaluation(plan(Shard::WHOLE), 1, Some(&log.0)).expect("begins");
    let mut records = 0;
    while records < 4 {
        records = pollster::block_on(first.step(1)).expect("steps").iteration;
    }
    let partial = pollster::block_on(first.finish()).expect("a part of it");
    assert!(partial.records.len() >= 4 && partial.records.len() < PICTURES * 7, "{}", partial.records.len());
    drop(first);
    let resumed = run(plan(Shard::WHOLE), 1, Some(&log.0));
    let entries: Vec<Entry> = log::read(&log.0).expect("a log");
    let kept = entries.iter().filter(|entry| matches!(entry, Entry::Record(_))).count();
    assert_eq!(kept, PICTURES * (2 + Control::ALL.len()));
    assert!(files(&resumed) == files(&run(plan(Shard::WHOLE), 2, None)));
}

#[test]
fn a_log_of_other_settings_is_refused() {
    let log = Scratch::file("evaluate-other");
    run(Plan { limit: 1, ..plan(Shard::WHOLE) }, 1, Some(&log.0));
    let fewer = Measures { nulls: vec![], ..plan(Shard::WHOLE).measures };
    let seeded = Settings { seed: 7, ..guided::METHOD.preset() };
    let cases = [
        ("another metrics or nulls", Plan { measures: fewer, ..plan(Shard::WHOLE) }),
        ("other settings of guided", Plan { methods: vec![seeded], ..plan(Shard::WHOLE) }),
        ("another number of parts", plan(Shard { part: 1, of: 2 })),
    ];
    for (what, plan) in cases {
        let error = evaluation(plan, 1, Some(&log.0)).err().expect(what).to_string();
        assert!(error.contains(what), "{error}");
    }
}

/// A quick plan for pictures in files.
fn quick() -> Plan {
    let measures = Measures { metrics: vec![Metric::Insertion], nulls: vec![], pictures: false };
    Plan { methods: vec![gradient::METHOD.preset()], controls: false, measures, ..plan(Shard::WHOLE) }
}

#[test]
fn a_picture_whose_true_class_is_not_known_is_left_out_and_not_explained_by_the_models_own_guess() {
    let named = |label: Option<Label>| Item { label, ..item(0) };
    let known = Item { name: "known.png".into(), ..item(0) };
    let nosuch = Item { name: "nosuch.png".into(), ..named(Some(Label::Name("nosuch".into()))) };
    let number = Item { name: "99.png".into(), ..named(Some(Label::Index(99))) };
    let bare = Item { name: "bare.png".into(), ..named(None) };
    let items = || vec![nosuch.clone(), number.clone(), known.clone(), bare.clone()];
    let asked = Plan { true_class: true, ..quick() };
    let model = built_in("critters");
    let setup = || Setup::new(&asked, &model, "four pictures", 0, ["cpu".into(), "flex".into()]);
    let mut threaded =
        Evaluation::new(&model, Set::given(items()), asked.clone(), setup(), Log::default(), 1).expect("begins");
    let threaded = pollster::block_on(run_to_end(&mut threaded)).expect("finishes");
    let mut serial = Serial::new(Rc::new(built_in("critters")), Set::given(items()), asked.clone(), setup());
    let serial = pollster::block_on(run_to_end(&mut serial)).expect("finishes");
    for found in [&threaded, &serial] {
        assert_eq!(found.judges(), [2], "{:?}", found.seen);
        let reasons = Told::new(found).left_out.join("; ");
        let right = "nosuch.png: the model does not know its class; 99.png: the model does not know its class; bare.png: \
                     the set gives it no class";
        assert_eq!(reasons, right);
        assert_eq!(Summary::new(found).flow.readable, 4);
    }
    // Where the model's own answer is explained, all of them judge.
    let setup = Setup::new(&quick(), &model, "four pictures", 0, ["cpu".into(), "flex".into()]);
    let mut all = Serial::new(Rc::new(built_in("critters")), Set::given(items()), quick(), setup);
    assert_eq!(pollster::block_on(run_to_end(&mut all)).expect("finishes").judges().len(), 4);
}

#[test]
fn metrics_that_no_picture_can_be_measured_by_are_named() {
    let metrics = vec![Metric::Overlap, Metric::Pointing];
    let measures = Measures { metrics, nulls: vec![], pictures: false };
    let asked = Plan { measures: measures.clone(), limit: 1, ..quick() };
    let bare = Item { boxes: vec![], evidence: None, ..item(0) };
    let model = built_in("critters");
    let setup = Setup::new(&asked, &model, "one picture", 0, ["cpu".into(), "flex".into()]);
    let mut job = Serial::new(Rc::new(built_in("critters")), Set::given(vec![bare]), asked, setup);
    let summary = Summary::new(&pollster::block_on(run_to_end(&mut job)).expect("finishes"));
    let said = summary.unmeasured(&measures).expect("nothing was measured");
    assert!(summary.columns.is_empty() && said.contains("overlap (") && said.contains("pointing ("), "{said}");
    let whole = Summary::new(&run(Plan { limit: 1, ..plan(Shard::WHOLE) }, 1, None));
    assert_eq!(whole.unmeasured(&plan(Shard::WHOLE).measures), None);
}

#[test]
fn a_folder_that_cannot_be_made_is_refused_before_the_work_is_done() {
    let (file, log) = (Scratch::file("evaluate-no-folder"), Scratch::file("evaluate-no-folder-log"));
    std::fs::write(&file.0, "").expect("a file where the folder should be");
    let out = file.0.join("report");
    let called = |words: &[&str]| {
        let call = Command::new(env!("CARGO_BIN_EXE_vanish")).args(words).arg("--out").arg(&out).output();
        let call = call.expect("it runs");
        let said = String::from_utf8_lossy(&call.stderr).into_owned();
        assert!(!call.status.success() && said.contains("cannot make the folder"), "{words:?}: {said}");
        assert!(call.stdout.is_empty(), "{words:?}");
    };
    let resume = log.0.to_string_lossy().into_owned();
    called(&["evaluate", "critters", "--methods", "gradient", "--limit", "1", "--resume", &resume]);
    assert_eq!(std::fs::read_to_string(&log.0).expect("a log"), "", "nothing was measured");
    // These would take many minutes before they failed.
    called(&["cues", "critters", "--limit", "100000"]);
    called(&["explain", "critter:0", "--method", "fast", "--iterations", "100000"]);
}

#[test]
fn a_log_that_states_no_profile_is_read_but_nothing_is_added_to_it() {
    let log = Scratch::file("evaluate-older");
    run(Plan { limit: 1, ..plan(Shard::WHOLE) }, 1, Some(&log.0));
    let mut entries: Vec<serde_json::Value> = log::read(&log.0).expect("a log");
    let setup = entries[0]["setup"].as_object_mut().expect("a setup");
    setup.retain(|field, _| !["profile", "families", "model_file"].contains(&field.as_str()));
    let text: String = entries.iter().map(|entry| format!("{entry}\n")).collect();
    std::fs::write(&log.0, text).expect("written");
    let read = Findings::of(log::read::<Entry>(&log.0).expect("an older log")).expect("it can be reported on");
    assert_eq!(read.judges().len(), 1);
    let error = evaluation(plan(Shard::WHOLE), 1, Some(&log.0)).err().expect("an older log").to_string();
    assert!(error.contains("name another file by --resume and measure again"), "{error}");
}

#[test]
fn evidence_of_a_method_that_keeps_is_tested_by_deletion_like_that_of_every_row() {
    let case = pollster::block_on(Case::new(Rc::new(built_in("critters")), item(0), false)).expect("a case");
    let settings = gradient::METHOD.preset();
    let run = Run::new(case.model.clone(), case.subject.clone(), settings.clone());
    let deleting = pollster::block_on(run_to_end(&mut pollster::block_on(run).expect("begins"))).expect("a map");
    // The same evidence, as a method states it that plays the preservation game.
    let (game, mask) = (Game::Preserve, deleting.evidence());
    let keeping = Explanation { settings: Settings { game, ..settings }, mask, ..deleting.clone() };
    assert_eq!(keeping.evidence(), deleting.evidence());
    let measures = Measures { metrics: vec![Metric::Rule], nulls: vec![], pictures: false };
    let rule = |explanation: &Explanation| {
        let record = Record::of_map(&case, explanation, vec![Family::Mean], &measures);
        pollster::block_on(record).expect("a record").rule.expect("a rule")
    };
    assert_eq!(rule(&keeping), rule(&deleting));
}

#[test]
fn a_report_is_one_file_without_script_that_escapes_every_name_as_its_table_does() {
    let mut found = run(Plan { limit: 2, ..plan(Shard::WHOLE) }, 2, None);
    let evil = "<script>alert(\"x\")</script>&.png";
    found.setup.set = evil.into();
    found.setup.model = evil.into();
    found.seen.iter_mut().for_each(|seen| (seen.name, seen.label) = (evil.into(), evil.into()));
    let [html, _, csv] = files(&found);
    assert!(
        !html.contains("<script") && !html.replace("http://www.w3.org/2000/svg", "").contains("://"),
        "{html:.2000}"
    );
    assert!(html.contains("&lt;script&gt;") && html.contains("data:image/png;base64,"));
    assert_eq!(csv.lines().count(), 1 + 2 * (2 + Control::ALL.len()));
    found.records.iter_mut().for_each(|record| record.picture = "=HYPERLINK(1)".into());
    let [_, _, csv] = files(&found);
    assert!(csv.lines().skip(1).all(|line| line.starts_with("'=HYPERLINK(1),")), "{csv:.300}");
}
