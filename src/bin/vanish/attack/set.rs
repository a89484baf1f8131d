//! A set: rates with their intervals.

use std::path::Path;
use std::rc::Rc;

use serde_json::json;
use vanish::Result;
use vanish::attack::{Attack, Attacked};
use vanish::classifier::OnnxClassifier;
use vanish::study::attacks::{Bench, Findings, Plan, Record, Sink, rows, worst};
use vanish::study::{Log, Set};

use super::super::progress::{drive, interrupted};
use super::arguments::Args;
use super::{files, table};

pub fn run(args: &Args) -> Result<()> {
    let (device, device_name) = args.device.open()?;
    let mut records: Vec<Record> = vec![];
    let mut models = vec![];
    let mut left_out = 0;
    for name in &args.model {
        let model = Rc::new(super::super::files::model(name, args.profile.as_deref(), None, &device)?);
        let found = of_model(args, &model)?;
        found.unreadable.iter().for_each(|reason| eprintln!("vanish: left out: {reason}"));
        left_out += found.left_out + found.unreadable.len();
        records.extend(found.records);
        models.push(json!({ "name": model.profile().name, "sha256": model.sha256() }));
        if interrupted() {
            break;
        }
    }
    if records.is_empty() && left_out > 0 && !interrupted() {
        let flow = format!("{left_out} could not be read, or had unsure answers");
        return Err(super::super::files::nothing_left(&flow));
    }
    let rows = rows(&records);
    if !args.json {
        table::print(&rows, args.shown())?;
    }
    let report = json!({
        "tool": format!("vanish {}", env!("CARGO_PKG_VERSION")), "set": args.input, "first": args.first,
        "models": models, "device": { "kind": args.device.kind(), "name": device_name },
        "left_out": left_out, "rows": rows, "worst": worst(&rows), "records": records,
    });
    if let Some(folder) = &args.out {
        files::make(folder)?;
        super::super::files::write(&folder.join("report.json"), super::super::files::to_json(&report)?.as_bytes())?;
    }
    if args.json { super::super::files::print(&super::super::files::to_json(&report)?) } else { Ok(()) }
}

fn of_model(args: &Args, model: &Rc<OnnxClassifier>) -> Result<Findings> {
    let attacks = args.attacks()?;
    let masked: Vec<Attack> = attacks.iter().filter(|attack| args.masked.contains(&attack.kind)).cloned().collect();
    let plan = Plan { attacks, recipes: args.masks.clone(), masked, limit: args.limit };
    let log = args.resume.as_deref().map_or_else(|| Ok(Log::default()), Log::open)?;
    let bench = Bench::new(model.clone(), Set::open(&args.input, args.first)?, plan, log);
    match &args.out {
        None => drive(&mut { bench }),
        Some(folder) => drive(&mut bench.with_sink(sink(folder, model)?)),
    }
}

/// Writes the clean pictures, and the attacked ones whose answer changed, into a folder of the model, with the profile
/// that shows them as they are.
fn sink(folder: &Path, model: &OnnxClassifier) -> Result<Sink> {
    let folder = folder.join(files::plain(&model.profile().name));
    files::make(&folder)?;
    files::write_profile(&folder, "profile.json", model)?;
    Ok(Box::new(move |name: &str, attacked: &Attacked| {
        let name = files::plain(name);
        files::write(&folder, &format!("{name}-clean.png"), &attacked.clean)?;
        if !attacked.succeeded() {
            return Ok(());
        }
        files::write(&folder, &format!("{name}-{}.png", files::plain(&attacked.attack.name())), &attacked.picture)
    }))
}
