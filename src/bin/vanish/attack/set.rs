//! Attacks a set, and shows rates with their intervals.

use std::path::Path;
use std::rc::Rc;

use serde_json::json;
use vanish::Result;
use vanish::attack::{Attack, Attacked};
use vanish::classifier::OnnxClassifier;
use vanish::study::attacks::{Bench, Findings, Kept, Plan, Record, Setup, Sink, Stated, rows, worst};

use super::super::files::plain;
use super::super::options::once;
use super::super::progress::{drive, interrupted};
use super::super::results;
use super::arguments::Args;
use super::{files, table};

/// Number of pictures of a set. In five folds the other four have twenty, and a threshold takes nineteen clean ones.
const LIMIT: usize = 25;

pub fn run(args: &Args) -> Result<()> {
    let (device, device_name) = args.device.open()?;
    let all = super::models::open(args, &device)?;
    let stated = all.iter().map(|model| Stated::of(model)).collect();
    let setup = Setup::new(&args.input, [args.device.kind().to_string(), device_name.clone()], stated);
    let mut records: Vec<Record> = vec![];
    let mut models = vec![];
    let (mut left_out, mut reused) = (0, 0);
    for model in all {
        let found = of_model(args, &model, &setup)?;
        found.unreadable.iter().for_each(|reason| eprintln!("vanish: left out: {reason}"));
        left_out += found.left_out + found.unreadable.len();
        reused += found.reused;
        records.extend(found.records);
        models.push(results::model(&model));
        if interrupted() {
            break;
        }
    }
    if records.is_empty() && left_out > 0 && !interrupted() {
        let flow = format!("{left_out} could not be read, or had unsure answers");
        return Err(super::super::files::nothing_left(&flow));
    }
    if args.out.is_some() && reused > 0 {
        eprintln!("vanish: {reused} results are the log's, which keeps no pictures: theirs are not written again");
    }
    let rows = rows(&records);
    if !args.json {
        table::print(&rows, args.shown())?;
    }
    let report = results::headed(json!({
        "set": args.input, "first": args.first.number(), "models": models,
        "device": { "kind": args.device.kind(), "name": device_name },
        "left_out": left_out, "rows": rows, "worst": worst(&rows), "records": records,
    }));
    if let Some(folder) = &args.out {
        super::super::files::folder(folder)?;
        super::super::files::write(&folder.join("report.json"), super::super::files::to_json(&report)?.as_bytes())?;
    }
    if args.json { super::super::files::print(&super::super::files::to_json(&report)?) } else { Ok(()) }
}

fn of_model(args: &Args, model: &Rc<OnnxClassifier>, setup: &Setup) -> Result<Findings> {
    let attacks = args.attacks()?;
    let masked: Vec<Attack> = attacks.iter().filter(|attack| args.masked.contains(&attack.kind)).cloned().collect();
    let plan = Plan { attacks, recipes: once(&args.masks), masked, limit: args.limit.unwrap_or(LIMIT) };
    let kept = args.resume.as_deref().map_or_else(|| Ok(Kept::default()), |path| Kept::open(path, setup))?;
    let bench = Bench::new(model.clone(), super::super::files::set(&args.input, args.first.number())?, plan, kept);
    match &args.out {
        None => drive(&mut { bench }),
        Some(folder) => drive(&mut bench.with_sink(sink(folder, model)?)),
    }
}

/// Returns a sink that writes the clean pictures, and the attacked ones whose answer changed, into the model's folder,
/// with the profile that shows them unchanged.
fn sink(folder: &Path, model: &OnnxClassifier) -> Result<Sink> {
    let folder = folder.join(plain(&model.profile().name));
    super::super::files::folder(&folder)?;
    files::write_profile(&folder, "profile.json", model)?;
    Ok(Box::new(move |name: &str, attacked: &Attacked| {
        let name = plain(name);
        files::write(&folder, &format!("{name}-clean.png"), &attacked.clean)?;
        if !attacked.succeeded() {
            return Ok(());
        }
        files::write(&folder, &format!("{name}-{}.png", plain(&attacked.attack.name())), &attacked.picture)
    }))
}
