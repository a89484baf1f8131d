//! `vanish explain`: the smallest region whose deletion makes the answer vanish, or another method's map.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use sha2::{Digest, Sha256};
use vanish::classifier::{self, OnnxClassifier};
use vanish::critters::SIZE;
use vanish::critters::finding::shares;
use vanish::explain::{DeviceUsed, Explanation, ImageUsed, Progress, Report, Run, Spread, spread};
use vanish::methods::{Game, Method, Settings, Start};
use vanish::picture::to_png;
use vanish::picture::{BlurScale, Null};
use vanish::question::{Score, Subject};
use vanish::render::{ColourMap, heatmap, mask_picture};
use vanish::{Error, ErrorKind, Result};

use super::{device, files};

/// Steps between two lines of progress.
const STEPS_AT_ONCE: usize = 10;
/// How much of the colour map lies over the picture in heatmap.png.
const OPACITY: f32 = 0.65;

/// What `vanish explain` takes.
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
    /// The class to explain: top, its index or its label.
    #[arg(long, default_value = "top")]
    target: String,
    /// The method: meaningful, localisation, fast, extremal, igos, igos++ (which learn a mask), gradient,
    /// smoothgrad, gradient-input, integrated, guided, gradcam, occlusion or rise (which attribute).
    #[arg(long, default_value = "meaningful", value_parser = named::<Method>)]
    method: Method,
    /// What the mask is asked for: delete, preserve or dual.
    #[arg(long, value_parser = named::<Game>)]
    game: Option<Game>,
    /// A further class, summed with the target; may be given again.
    #[arg(long, value_name = "CLASS")]
    with: Vec<String>,
    /// A class to be held against: why the target and not this? May be given again.
    #[arg(long, value_name = "CLASS")]
    against: Vec<String>,
    /// The number that stands for the answer: probability, log-probability or logit.
    #[arg(long, value_parser = named::<Score>)]
    score: Option<Score>,
    /// What a deleted pixel becomes: blur, mean, noise or (extremal only) pyramid.
    #[arg(long, value_parser = named::<Null>)]
    null: Option<Null>,
    /// Sigma of the blurred null, in pixels.
    #[arg(long, value_name = "PX")]
    null_sigma: Option<f32>,
    /// The size at which that sigma counts: paper, photo or model.
    #[arg(long, value_parser = named::<BlurScale>)]
    sigma_at: Option<BlurScale>,
    /// Number of optimiser steps.
    #[arg(long)]
    iterations: Option<usize>,
    /// Weight of the deleted area (a sum over the grid).
    #[arg(long)]
    l1: Option<f32>,
    /// Prices of area that fast goes through, as multiples of l1, such as 3,1.
    #[arg(long, value_delimiter = ',', value_name = "FACTOR")]
    path: Vec<f32>,
    /// Where fast's descents start: disc, direction, or masks of one value everywhere, such as direction,.2; the lowest end counts.
    #[arg(long, value_delimiter = ',', value_name = "START")]
    starts: Vec<Start>,
    /// Weight of the variation (a sum over the grid).
    #[arg(long)]
    l2: Option<f32>,
    /// Power of the variation.
    #[arg(long)]
    beta: Option<f32>,
    /// Adam's step.
    #[arg(long)]
    learning_rate: Option<f32>,
    /// Jittered views in one step, as one batch.
    #[arg(long)]
    views: Option<usize>,
    /// Lets the mask change freely where the picture does.
    #[arg(long)]
    edge_aware: bool,
    /// Areas of the extremal masks, as shares of the picture.
    #[arg(long, value_delimiter = ',', value_name = "SHARE")]
    areas: Vec<f32>,
    /// Random masks (rise), noisy copies (smoothgrad) or points of the path (integrated, igos).
    #[arg(long)]
    samples: Option<usize>,
    /// Pictures in one pass of a method that needs many.
    #[arg(long)]
    batch: Option<usize>,
    /// The layer Grad-CAM looks at, by the name of its node; the last convolution unless given.
    #[arg(long)]
    layer: Option<String>,
    /// Runs under this many seeds; --out then also receives mean.png and deviation.png.
    #[arg(long, value_name = "N", default_value_t = 1)]
    seeds: usize,
    /// Lets the gradient ignore the mask's smoothing, as the published code does.
    #[arg(long)]
    straight_through: bool,
    /// Seed of all that is random.
    #[arg(long)]
    seed: Option<u64>,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// A folder for mask.png, heatmap.png, deleted.png, preserved.png and report.json.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// Reads a name as the reports write it.
pub fn named<T: serde::de::DeserializeOwned>(name: &str) -> std::result::Result<T, String> {
    serde_json::from_value(serde_json::Value::String(name.to_owned())).map_err(|e| e.to_string())
}

pub fn run(args: &Args) -> Result<()> {
    let picture = files::picture(&args.image)?;
    let (device, device_name) = args.device.open()?;
    let model = Rc::new(files::model(&args.model, args.profile.as_deref(), &device)?);
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    let settings = settings(args, &model)?;
    let target = target(&model, &picture.pixels, &args.target)?;
    let subject = Subject::new(picture.pixels.clone(), target, model.labels(), &settings.with, &settings.against);
    let started = Instant::now();
    let explanation = learn(&model, subject.clone(), settings.clone())?;
    let image = ImageUsed {
        name: picture.name.clone(),
        sha256: classifier::hex(&Sha256::digest(&picture.bytes)),
        width: picture.pixels.width(),
        height: picture.pixels.height(),
    };
    let device = DeviceUsed { kind: args.device.kind().into(), name: device_name, reason: "chosen by --device".into() };
    say_where(&picture, &explanation);
    let report = Report::new(&explanation, &model, image, device, started.elapsed().as_secs_f64());
    let text = serde_json::to_string(&report).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
    if let Some(folder) = &args.out {
        write_all(folder, &explanation, &text)?;
    }
    if args.seeds > 1 {
        let resize = model.profile().resize;
        compare_seeds(args, &pollster::block_on(spread(model, &subject, resize, &settings, args.seeds))?)?;
    }
    files::print(if args.json { &text } else { &report.sentence })
}

/// Of a picture whose truth is known: on what the evidence lies.
fn say_where(picture: &files::Picture, explanation: &Explanation) {
    let Some(critter) = picture.critter.as_deref().filter(|_| explanation.side == SIZE) else { return };
    for share in shares(critter, &explanation.evidence()) {
        let (evidence, area) = (100.0 * share.evidence, 100.0 * share.area);
        eprintln!("{evidence:5.1} % of the evidence, {area:4.1} % of the picture: {}", share.of);
    }
}

/// Under several seeds: how far their maps agree, and pictures of mean and deviation.
fn compare_seeds(args: &Args, explanations: &[Explanation]) -> Result<()> {
    let spread = Spread::new(explanations)?;
    eprintln!("vanish: mean rank correlation between {} seeds {:.3}", spread.seeds.len(), spread.correlation);
    let Some(folder) = &args.out else { return Ok(()) };
    let photo = explanations[0].scene.photo.to_picture();
    for (name, map) in [("mean.png", &spread.mean), ("deviation.png", &spread.deviation)] {
        files::write(&folder.join(name), &to_png(&heatmap(&photo, map, ColourMap::Viridis, OPACITY))?)?;
    }
    Ok(())
}

fn settings(args: &Args, model: &OnnxClassifier) -> Result<Settings> {
    let preset = Settings::preset(args.method);
    let classes = |names: &[String]| names.iter().map(|name| class(model, name)).collect::<Result<Vec<usize>>>();
    Ok(Settings {
        game: args.game.unwrap_or(preset.game),
        null: args.null.unwrap_or(preset.null),
        null_sigma_px: args.null_sigma.unwrap_or(preset.null_sigma_px),
        sigma_at: args.sigma_at.unwrap_or(preset.sigma_at),
        iterations: args.iterations.unwrap_or(preset.iterations),
        l1: args.l1.unwrap_or(preset.l1),
        path: if args.path.is_empty() { preset.path } else { args.path.clone() },
        starts: if args.starts.is_empty() { preset.starts } else { args.starts.clone() },
        l2: args.l2.unwrap_or(preset.l2),
        beta: args.beta.unwrap_or(preset.beta),
        learning_rate: args.learning_rate.unwrap_or(preset.learning_rate),
        straight_through: args.straight_through,
        score: args.score.unwrap_or(preset.score),
        with: classes(&args.with)?,
        against: classes(&args.against)?,
        views: args.views.unwrap_or(preset.views),
        edge_aware: args.edge_aware || preset.edge_aware,
        areas: if args.areas.is_empty() { preset.areas } else { args.areas.clone() },
        samples: args.samples.unwrap_or(preset.samples),
        batch: args.batch.unwrap_or(preset.batch),
        layer: args.layer.clone(),
        seed: args.seed.unwrap_or(preset.seed),
        ..preset
    })
}

/// A class by its index or its label.
fn class(model: &OnnxClassifier, name: &str) -> Result<usize> {
    name.parse::<usize>().ok().or_else(|| model.labels().find(name)).ok_or_else(|| {
        Error::new(
            ErrorKind::Settings,
            format!("no class is called \"{name}\"; `vanish classify` shows the likely ones"),
        )
    })
}

/// The class that `--target` names, by position, label or rank.
fn target(model: &OnnxClassifier, picture: &vanish::picture::RgbImage, name: &str) -> Result<usize> {
    if name == "top" { most_probable(model, picture) } else { class(model, name) }
}

fn most_probable(model: &OnnxClassifier, picture: &vanish::picture::RgbImage) -> Result<usize> {
    let logits = pollster::block_on(model.logits_of(picture))?;
    Ok(classifier::top(&logits, model.labels(), 1).first().map_or(0, |p| p.index))
}

fn learn(model: &Rc<OnnxClassifier>, subject: Subject, settings: Settings) -> Result<Explanation> {
    pollster::block_on(async {
        let mut run = Run::new(model.clone(), subject, model.profile().resize, settings).await?;
        loop {
            let progress = run.step(STEPS_AT_ONCE).await?;
            show(&progress);
            if progress.done {
                return run.finish().await;
            }
        }
    })
}

/// One line that is written over; nothing where standard error is a file.
fn show(progress: &Progress) {
    let mut error = std::io::stderr();
    if !error.is_terminal() {
        return;
    }
    let Progress { iteration, total, score, objective, mask_mean, .. } = progress;
    let end = if progress.done { "\n" } else { "" };
    // A terminal that is gone is no reason to stop.
    let _ = write!(
        error,
        "\r{iteration} of {total}: score {score:.3}, objective {objective:.4}, mean mask {mask_mean:.3}{end}"
    );
}

fn write_all(folder: &Path, explanation: &Explanation, report: &str) -> Result<()> {
    std::fs::create_dir_all(folder)
        .map_err(|e| Error::new(ErrorKind::Io, format!("the folder {} cannot be made ({e})", folder.display())))?;
    let photo = explanation.scene.photo.to_picture();
    let pictures = [
        ("mask.png", mask_picture(&explanation.mask, explanation.side)),
        ("heatmap.png", heatmap(&photo, &explanation.evidence(), ColourMap::Viridis, OPACITY)),
        ("deleted.png", explanation.deleted()),
        ("preserved.png", explanation.preserved()),
    ];
    for (name, picture) in pictures {
        files::write(&folder.join(name), &to_png(&picture)?)?;
    }
    files::write(&folder.join("report.json"), report.as_bytes())
}
