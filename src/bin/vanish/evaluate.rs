//! `vanish evaluate`: judges methods on a set of pictures and prints a table.

use std::path::PathBuf;
use std::rc::Rc;

use vanish::methods::{METHODS, Method, localisation};
use vanish::study::set::Set;
use vanish::study::{Evaluation, Log, Metric, Plan, order_name};
use vanish::{Error, ErrorKind, Result};

use super::evaluate_table::{Row, print};
use super::options::Options;
use super::progress::drive;
use super::{device, files};

/// What `vanish evaluate` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A folder of pictures (with boxes.json or labels.json, if there is one), or critters.
    set: String,
    /// An ONNX file, critters or critters-biased.
    #[arg(long, default_value = "critters")]
    model: String,
    /// A preprocessing profile; without it M.json beside the model M.onnx.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// Methods, by their names; all but localisation unless given.
    #[arg(long, value_delimiter = ',')]
    methods: Vec<Method>,
    /// Metrics; all but stability unless given: deletion-game, insertion, deletion, pointing, localisation, overlap, proof, stability.
    #[arg(long, value_delimiter = ',', value_parser = metric)]
    metrics: Vec<Metric>,
    /// Judges the finer orders of the methods that have one as well, each under its own name (fast:order), with its own time.
    #[arg(long)]
    orders: bool,
    /// Explains the true class where the set names it, instead of the most probable one.
    #[arg(long)]
    true_class: bool,
    /// The most pictures judged.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    #[command(flatten)]
    options: Options,
    /// The first critter's number.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    first: u64,
    /// A file of results, one JSON object a line: what stands there is not measured again, and what is new is added.
    /// It belongs to one model, one set and one choice of settings.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

fn metric(name: &str) -> std::result::Result<Metric, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|e| e.to_string())
}

pub fn run(args: &Args) -> Result<()> {
    let (device, device_name) = args.device.open()?;
    let model = Rc::new(files::model(&args.model, args.profile.as_deref(), &device)?);
    let methods = if args.methods.is_empty() { usual_methods() } else { args.methods.clone() };
    let plan = Plan {
        methods: args.options.settings_of(&methods, &model)?,
        metrics: if args.metrics.is_empty() { Metric::USUAL.to_vec() } else { args.metrics.clone() },
        orders: args.orders,
        limit: args.limit,
        true_class: args.true_class,
    };
    let log = args.resume.as_deref().map_or_else(|| Ok(Log::default()), Log::open)?;
    let set = Set::open(&args.set, args.first)?;
    let found = drive(&mut Evaluation::new(model.clone(), set, plan, log))?;
    found.unreadable.iter().for_each(|reason| eprintln!("vanish: left out: {reason}"));
    let orders =
        |method: &Method| found.records.iter().any(|r| r.method == order_name(*method)).then(|| order_name(*method));
    let names = methods.iter().flat_map(|method| std::iter::once(method.name().to_owned()).chain(orders(method)));
    let rows: Vec<Row> = names.map(|name| Row::new(name, &found.records)).collect();
    if !args.json {
        return print(&rows, found.judged, found.left_out + found.unreadable.len());
    }
    let report = serde_json::json!({
        "tool": format!("vanish {}", env!("CARGO_PKG_VERSION")), "set": args.set, "first": args.first,
        "model": { "name": model.profile().name, "sha256": model.sha256() },
        "device": { "kind": args.device.kind(), "name": device_name },
        "judged": found.judged, "left_out": found.left_out, "unreadable": found.unreadable,
        "rows": rows, "records": found.records,
    });
    let text = serde_json::to_string(&report).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
    files::print(&text)
}

fn usual_methods() -> Vec<Method> {
    METHODS.iter().copied().filter(|method| *method != localisation::METHOD).collect()
}
