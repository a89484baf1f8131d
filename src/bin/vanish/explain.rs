//! `vanish explain`: finds the smallest region whose deletion makes the answer vanish, or computes another method's
//! map.

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
use vanish::render::{ColourMap, OPACITY, heatmap, mask_picture};
use vanish::{Error, ErrorKind, Result};

use super::class::target;
use super::each::{Folders, each};
use super::model::AskedModel;
use super::options::Options;
use super::progress::{drive, interrupted};
use super::{device, files};

/// The arguments of `vanish explain`.
#[derive(clap::Args)]
pub struct Args {
    /// Pictures: files, or critter:SEED for a picture of the built-in world.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<String>,
    #[command(flatten)]
    asked: AskedModel,
    /// The class to explain: top, an index or a label.
    #[arg(long, default_value = "top")]
    target: String,
    /// The method, by its name. `vanish methods` lists all.
    #[arg(long, default_value_t = DEFAULT.name().to_owned())]
    method: String,
    #[command(flatten)]
    options: Options,
    /// Runs with this many seeds. --out then also receives mean.png and deviation.png.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u64).range(1..))]
    seeds: u64,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// A folder for mask.png, heatmap.png, order.png, deleted.png, preserved.png and report.json. Each of several
    /// pictures gets its own folder in it.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Prints one JSON object on standard output and nothing else, or one per line for several pictures.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let method: Method = args.method.parse().map_err(|e: String| Error::new(ErrorKind::Settings, e))?;
    let (device, device_name) = args.device.open()?;
    let model = Rc::new(args.asked.open(&device)?);
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    let settings = args.options.settings(method, &model)?;
    // If the folder cannot be made, this is known before the work is done.
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

/// What is the same for all pictures.
struct Asked<'a> {
    args: &'a Args,
    model: Rc<OnnxClassifier>,
    settings: Settings,
    device: DeviceUsed,
}

impl Asked<'_> {
    /// Explains a picture, prints the finding and writes it into the folder.
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

    /// Explains with several seeds, of which the first is done already. Prints how far the maps agree, and writes
    /// pictures of their mean and deviation.
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

/// Prints on what the evidence lies, for a picture whose true evidence is known.
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
