//! `vanish evaluate`: judges methods on a set of pictures, prints a table and writes a report.

use std::path::PathBuf;

use serde::de::DeserializeOwned;
use vanish::Result;
use vanish::judge::Eraser;
use vanish::methods::{METHODS, Method, localisation};
use vanish::study::evaluation::{Setup, Shard};
use vanish::study::{Evaluation, Log, Measures, Metric, Plan};

use super::evaluate_table::Output;
use super::first::First;
use super::model::AskedModel;
use super::options::{Options, limit, once, refuse_unused};
use super::progress::drive;
use super::{device, files};

/// The arguments of `vanish evaluate`.
#[derive(clap::Args)]
pub struct Args {
    /// A folder of pictures (with boxes.json or labels.json, if there is one), or critters.
    set: String,
    #[command(flatten)]
    asked: AskedModel,
    /// Methods, by their names. Without it, all but localisation are judged.
    #[arg(long, value_delimiter = ',')]
    methods: Vec<Method>,
    /// Metrics: deletion-game, insertion, deletion, pointing, localisation, overlap, rule, leakage, sanity,
    /// smooth-sanity, stability. Without it, all but sanity, smooth-sanity and stability are measured.
    #[arg(long, value_delimiter = ',', value_parser = named::<Metric>)]
    metrics: Vec<Metric>,
    /// Further null images for the judges, to see whether the order of the methods depends on the null image:
    /// blur-photo, blur-model, mean, noise, road, other. The null image with which methods learn is set by --set
    /// null=mean.
    #[arg(long, value_delimiter = ',', value_parser = named::<Eraser>)]
    null: Vec<Eraser>,
    /// Also judges the finer orders of methods that have one, each under its own name (fast:order) and with its own
    /// time.
    #[arg(long)]
    orders: bool,
    /// Leaves out the rows of maps that ask no model (random-blob, centre, edges, constant, last-rank).
    #[arg(long)]
    no_controls: bool,
    /// Explains the true class instead of the most probable one. Pictures whose class the model does not know are left
    /// out.
    #[arg(long)]
    true_class: bool,
    /// Largest number of pictures that are judged.
    #[arg(long, default_value_t = 20, value_parser = limit)]
    limit: usize,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    first: First,
    /// A file of results, one JSON object per line. Results in it are not measured again, and new ones are added. It
    /// belongs to one model, one profile, one set of pictures and one choice of settings.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Judges only one part of the set. `vanish report` puts the parts together; each needs its own --resume file.
    #[arg(long, value_name = "K/N", default_value = "1/1")]
    shard: Shard,
    /// Number of pictures at a time, each on its own thread. Without it, as many as the processor has threads.
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    #[command(flatten)]
    output: Output,
    /// Keeps no small pictures in the log, and shows none in the report.
    #[arg(long)]
    no_pictures: bool,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
}

fn named<T: DeserializeOwned>(name: &str) -> std::result::Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|e| e.to_string())
}

pub fn run(args: &Args) -> Result<()> {
    refuse_unused(&[args.first.unused(&args.set)])?;
    let first = args.first.number();
    let (device, device_name) = args.device.open()?;
    let model = args.asked.open(&device)?;
    let methods = if args.methods.is_empty() { usual_methods() } else { once(&args.methods) };
    let plan = Plan {
        methods: args.options.settings_of(&methods, &model)?,
        controls: !args.no_controls,
        measures: args.measures(),
        orders: args.orders,
        limit: args.limit,
        true_class: args.true_class,
        shard: args.shard,
    };
    let device = [args.device.kind().to_owned(), device_name];
    let profile = args.asked.profile_file().map(|file| file.to_string_lossy().into_owned());
    let setup = Setup::new(&plan, &model, &args.set, first, device).of_files(args.asked.given(), profile);
    let log = args.resume.as_deref().map_or_else(|| Ok(Log::default()), Log::open)?;
    let set = files::set(&args.set, first)?;
    args.output.prepare()?;
    let found = drive(&mut Evaluation::new(&model, set, plan, setup, log, args.threads())?)?;
    args.output.give(&found)
}

impl Args {
    fn measures(&self) -> Measures {
        Measures {
            metrics: if self.metrics.is_empty() { Metric::USUAL.to_vec() } else { once(&self.metrics) },
            nulls: once(&self.null),
            pictures: !self.no_pictures,
        }
    }

    /// Returns the number of pictures at a time. On the processor each thread has one; a graphics card takes one at a
    /// time.
    fn threads(&self) -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        self.threads.map_or(if self.device.kind() == "cpu" { cores } else { 1 }, usize::from)
    }
}

fn usual_methods() -> Vec<Method> {
    METHODS.iter().copied().filter(|method| *method != localisation::METHOD).collect()
}
