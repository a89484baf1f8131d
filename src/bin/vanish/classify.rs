//! `vanish classify`: a picture's most probable classes.

use std::path::PathBuf;

use vanish::Result;
use vanish::array::Array;
use vanish::classifier::{self, Classifier, OnnxClassifier};
use vanish::image::{resize_and_crop, to_float};

use super::{device, files};

/// What `vanish classify` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A PNG or JPEG file, or critter:SEED.
    image: String,
    /// An ONNX file, critters or critters-biased.
    #[arg(long, default_value = "critters")]
    model: String,
    /// A preprocessing profile; without it M.json beside the model M.onnx.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// How many classes to show.
    #[arg(long, default_value_t = 5)]
    top: usize,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
    /// What the model's file holds, and what was simplified at load.
    #[arg(long)]
    verbose: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let picture = files::picture(&args.image)?;
    let (device, _) = args.device.open()?;
    let model = files::model(&args.model, args.profile.as_deref(), &device)?;
    let logits = logits(&model, &picture.pixels)?;
    let predictions = classifier::top(&logits, model.labels(), args.top);
    if args.verbose {
        eprintln!("{}", serde_json::to_string_pretty(&model.info()).unwrap_or_default());
    } else {
        model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    }
    if args.json {
        let report = serde_json::json!({
            "image": picture.name,
            "model": { "name": model.profile().name, "sha256": model.sha256(), "profile_assumed": model.profile_assumed() },
            "top": predictions,
        });
        return files::print(&report.to_string());
    }
    let line = |p: &classifier::Prediction| format!("{:7.4}  {:5}  {}", p.probability, p.index, p.label);
    files::print(&predictions.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn logits(model: &OnnxClassifier, picture: &vanish::image::RgbImage) -> Result<Vec<f32>> {
    let side = model.size();
    let planes = resize_and_crop(&to_float(picture), model.profile().resize, side);
    let input = Array::new(planes.values, &[1, 3, side, side], model.device());
    pollster::block_on(model.logits(input)?.read())
}
