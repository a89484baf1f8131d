//! `vanish explain`: the smallest region whose deletion makes the answer vanish, or another method's map.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use sha2::{Digest, Sha256};
use vanish::classifier::{self, OnnxClassifier};
use vanish::critters::SIZE;
use vanish::critters::finding::shares;
use vanish::explain::{DeviceUsed, Explanation, ImageUsed, Report, Run, Spread};
use vanish::map::Map;
use vanish::methods::{DEFAULT, Method, Settings};
use vanish::picture::{RgbImage, to_png};
use vanish::question::Subject;
use vanish::render::{ColourMap, heatmap, mask_picture};
use vanish::{Error, ErrorKind, Result};

use super::class::target;
use super::each::{Folders, each};
use super::model::AskedModel;
use super::options::Options;
use super::progress::{drive, interrupted};
use super::{device, files};

/// How much of the colour map lies over the picture in heatmap.png.
const OPACITY: f32 = 0.65;

/// What `vanish explain` takes.
#[derive(clap::Args)]
pub struct Args {
    /// Pictures: files, or critter:SEED for one of the built-in world.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    #[command(flatten)]
    asked: AskedModel,
    /// The class to explain: top, its index or its label.
    #[arg(long, default_value = "top")]
    target: String,
    /// The method by its name; `vanish methods` lists them.
    #[arg(long, default_value_t = DEFAULT.name().to_owned())]
    method: String,
    #[command(flatten)]
    options: Options,
    /// Runs under this many seeds; --out then also receives mean.png and deviation.png.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// A folder for mask.png, heatmap.png, order.png, deleted.png, preserved.png and report.json; each of several
    /// pictures has a folder of its own in it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// One JSON object on standard output and nothing else; of several pictures one a line.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let method: Method = args.method.parse().map_err(|e: String| Error::new(ErrorKind::Settings, e))?;
    let (device, device_name) = args.device.open()?;
    let model = Rc::new(args.asked.open(&device)?);
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    let settings = args.options.settings(method, &model)?;
    // A folder that cannot be made is known before the work is done.
    args.out.as_deref().map_or(Ok(()), files::folder)?;
    let device = DeviceUsed { kind: args.device.kind().into(), name: device_name, reason: "chosen by --device".into() };
    let asked = Asked { args, model, settings, device };
    let mut folders = Folders::default();
    each(&args.images, |name| {
        let several = args.images.len() > 1;
        let own = |folder: &PathBuf| if several { folder.join(folders.name(name)) } else { folder.clone() };
        asked.explain(name, args.out.as_ref().map(own).as_deref())
    })
}

/// What is asked of each picture.
struct Asked<'a> {
    args: &'a Args,
    model: Rc<OnnxClassifier>,
    settings: Settings,
    device: DeviceUsed,
}

impl Asked<'_> {
    /// Explains a picture, prints what was found and writes it into the folder.
    fn explain(&self, name: &str, folder: Option<&Path>) -> Result<()> {
        let picture = files::picture(name)?;
        let subject = subject(&self.model, &picture.pixels, &self.args.target, &self.settings)?;
        folder.map_or(Ok(()), files::folder)?;
        let explanation = learn(&self.model, &subject, self.settings.clone())?;
        say_where(&picture, &explanation);
        explanation.warnings().iter().for_each(|warning| eprintln!("vanish: {warning}"));
        let report = Report::new(&explanation, &self.model, image_used(&picture), self.device.clone());
        let text = files::to_json(&report)?;
        if let Some(folder) = folder {
            write_all(folder, &explanation, &text)?;
        }
        if self.args.seeds > 1 && !interrupted() {
            self.compare_seeds(&subject, explanation, folder)?;
        }
        let several = self.args.images.len() > 1;
        let sentence = if several { format!("{name}: {}", report.sentence) } else { report.sentence };
        files::print(if self.args.json { &text } else { &sentence })
    }

    /// Explains under several seeds, the first of which is explained already; says how far their maps agree, and
    /// writes pictures of mean and deviation.
    fn compare_seeds(&self, subject: &Subject, first: Explanation, folder: Option<&Path>) -> Result<()> {
        // Orders are not compared, so they are not refined.
        let settings = Settings { refine: false, ..first.settings.clone() };
        let mut explanations = vec![first];
        for number in 1..self.args.seeds {
            let settings = Settings { seed: settings.seed.wrapping_add(number), ..settings.clone() };
            explanations.push(learn(&self.model, subject, settings)?);
            if interrupted() {
                break;
            }
        }
        let spread = Spread::new(&explanations)?;
        eprintln!("vanish: mean rank correlation between {} seeds {:.3}", spread.seeds.len(), spread.correlation);
        let Some(folder) = folder else { return Ok(()) };
        let photo = explanations[0].scene.photo.to_picture();
        for (name, map) in [("mean.png", &spread.mean), ("deviation.png", &spread.deviation)] {
            files::write(&folder.join(name), &to_png(&heatmap(&photo, map, ColourMap::Viridis, OPACITY))?)?;
        }
        Ok(())
    }
}

fn subject(model: &OnnxClassifier, picture: &RgbImage, name: &str, settings: &Settings) -> Result<Subject> {
    let class = target(model, picture, name)?;
    Ok(Subject::new(picture.clone(), class, model.labels(), &settings.with, &settings.against))
}

fn learn(model: &Rc<OnnxClassifier>, subject: &Subject, settings: Settings) -> Result<Explanation> {
    drive(&mut pollster::block_on(Run::new(model.clone(), subject.clone(), settings))?)
}

fn image_used(picture: &files::Picture) -> ImageUsed {
    ImageUsed {
        name: picture.name.clone(),
        sha256: classifier::hex(&Sha256::digest(&picture.bytes)),
        width: picture.pixels.width(),
        height: picture.pixels.height(),
    }
}

/// Says of a picture whose truth is known on what the evidence lies.
fn say_where(picture: &files::Picture, explanation: &Explanation) {
    let Some(critter) = picture.critter.as_deref().filter(|_| explanation.mask.side == SIZE) else { return };
    for share in shares(critter, &explanation.evidence().values) {
        let (evidence, area) = (100.0 * share.evidence, 100.0 * share.area);
        eprintln!("{evidence:5.1} % of the evidence, {area:4.1} % of the picture: {}", share.of);
    }
}

fn write_all(folder: &Path, explanation: &Explanation, report: &str) -> Result<()> {
    let photo = explanation.scene.photo.to_picture();
    let over_photo = |map: &Map| heatmap(&photo, map, ColourMap::Viridis, OPACITY);
    let mut pictures = vec![
        ("mask.png", mask_picture(&explanation.mask)),
        ("heatmap.png", over_photo(&explanation.evidence())),
        ("deleted.png", explanation.deleted()),
        ("preserved.png", explanation.preserved()),
    ];
    if let Some(order) = &explanation.order {
        pictures.push(("order.png", over_photo(order)));
    }
    for (name, picture) in pictures {
        files::write(&folder.join(name), &to_png(&picture)?)?;
    }
    files::write(&folder.join("report.json"), report.as_bytes())
}
