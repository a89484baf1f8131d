//! An evaluation: the same results whatever the number of threads, whole or in parts, begun once or twice.

mod common;

use std::path::{Path, PathBuf};
use std::rc::Rc;

use common::{built_in, in_parts};
use vanish::job::{Divisible, Job, run_to_end};
use vanish::judge::{Control, Eraser};
use vanish::methods::{Settings, gradient, guided};
use vanish::picture::RgbImage;
use vanish::render::report;
use vanish::study::evaluation::{Entry, Findings, Line, Setup, Shard};
use vanish::study::summary::Told;
use vanish::study::{Evaluation, Item, Log, Measures, Metric, Plan, Record, Serial, Set, Summary, log, results};

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

/// A file that is removed when dropped.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("vanish-evaluate-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[test]
fn parts_on_two_threads_give_what_one_run_on_one_thread_gives_to_the_byte() {
    let whole = files(&run(plan(Shard::WHOLE), 1, None));
    let logs: Vec<Scratch> = (1..=3).map(|part| Scratch::new(&format!("part{part}"))).collect();
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
    let log = Scratch::new("resumed");
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
    let log = Scratch::new("other");
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

#[test]
fn a_report_is_one_file_without_script_that_escapes_every_name() {
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
}
