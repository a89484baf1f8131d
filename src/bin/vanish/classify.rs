//! `vanish classify`: the most probable classes of pictures.

use vanish::Result;
use vanish::classifier::{self, ModelInfo, OnnxClassifier};

use super::each::each;
use super::model::AskedModel;
use super::{device, files};

/// The arguments of `vanish classify`.
#[derive(clap::Args)]
pub struct Args {
    /// Pictures: files, or critter:SEED.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    #[command(flatten)]
    asked: AskedModel,
    /// The output that holds the scores, if the file has several. Without it, the profile's or the first is taken.
    #[arg(long, value_name = "NAME")]
    output_name: Option<String>,
    /// Number of classes to show.
    #[arg(long, default_value_t = 5)]
    top: usize,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// Prints one JSON object on standard output and nothing else, or one per line for several pictures.
    #[arg(long)]
    json: bool,
    /// Also prints what the model's file holds, and what was simplified at load.
    #[arg(long)]
    verbose: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let (device, _) = args.device.open()?;
    let model = args.asked.choosing(args.output_name.as_deref(), &device)?;
    if args.verbose {
        eprintln!("{}", describe(&model.info()));
    }
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    each(&args.images, |name| one(args, &model, name))
}

fn one(args: &Args, model: &OnnxClassifier, name: &str) -> Result<()> {
    let picture = files::picture(name)?;
    let logits = pollster::block_on(model.logits_of(&picture.pixels))?;
    let predictions = model.top(&logits, args.top);
    if args.json {
        let report = serde_json::json!({
            "image": picture.name,
            "model": {
                "name": model.profile().name,
                "sha256": model.sha256(),
                "profile_assumed": model.profile_assumed(),
            },
            "top": predictions,
        });
        return files::print(&report.to_string());
    }
    if args.images.len() > 1 {
        files::print(name)?;
    }
    let line = |p: &classifier::Prediction| format!("{:7.4}  {:5}  {}", p.probability, p.index, p.label);
    files::print(&predictions.iter().map(line).collect::<Vec<_>>().join("\n"))
}

/// Describes what the file holds, and what was simplified at load.
fn describe(info: &ModelInfo) -> String {
    let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
    let done = info.simplified;
    let operators: Vec<String> = info.operators.iter().map(|(name, count)| format!("{name} × {count}")).collect();
    let lines = [
        ("model", format!("{}, {:.1} MiB, sha256 {}", info.name, mib(info.size), info.sha256)),
        ("written by", format!("{}, operator set {}", info.producer, info.opset)),
        ("input", info.input.join("; ")),
        ("output", format!("{} (explained: {})", info.output.join("; "), info.output_name)),
        ("classes", info.classes.to_string()),
        ("parameters", info.parameters.to_string()),
        ("operators", operators.join(", ")),
        (
            "memory",
            format!(
                "weights {:.1} MiB, activations of a step {:.1} MiB",
                mib(info.memory.weights),
                mib(info.memory.activations)
            ),
        ),
        (
            "folded at load",
            format!("{} constants, {} batch normalisations", done.constants_folded, done.batch_norms_folded),
        ),
        (
            "dropped at load",
            format!("{} identities and dropouts, {} dead nodes", done.identities_dropped, done.dead_removed),
        ),
        ("rectifiers", format!("{}, each a step of its own (none is fused)", info.rectifiers)),
        ("several pictures", (if info.batchable { "in one pass" } else { "one after the other" }).to_owned()),
        ("profile", serde_json::to_string(&info.profile).unwrap_or_default()),
    ];
    lines.map(|(name, value)| format!("{name:16}  {value}")).join("\n")
}
