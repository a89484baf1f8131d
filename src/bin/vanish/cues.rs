//! `vanish cues`: finds what a model leans on, without labels, and confirms it on unseen pictures.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use serde_json::json;
use vanish::classifier::OnnxClassifier;
use vanish::critters::World;
use vanish::methods::{DEFAULT, Method};
use vanish::picture::to_png;
use vanish::rules::cues::{Cues, Findings, Pictures};
use vanish::study::{AnnotatedSet, CritterSet};
use vanish::{Error, ErrorKind, Result};

use super::first::First;
use super::model::AskedModel;
use super::options::{Options, limit, refuse_unused};
use super::progress::{drive, interrupted};
use super::{device, files, results};

/// Number of critters that are examined if no other is given.
const CRITTERS: usize = 300;

/// The arguments of `vanish cues`.
#[derive(clap::Args)]
pub struct Args {
    /// A set of pictures: a folder, an annotation file, or critters. No labels are needed.
    set: String,
    #[command(flatten)]
    asked: AskedModel,
    /// The method whose masks show the evidence. `vanish methods` lists all.
    #[arg(long, default_value_t = DEFAULT.name().to_owned())]
    method: String,
    #[command(flatten)]
    options: Options,
    /// Largest number of pictures. Without it, 300 critters or all pictures of another set.
    #[arg(long, value_parser = limit)]
    limit: Option<usize>,
    #[command(flatten)]
    first: First,
    /// A folder for the exemplars of each cue, as PNG files.
    #[arg(long)]
    out: Option<PathBuf>,
    /// The world of critters: clean (cues by chance, the default), biased (as the biased twin was trained), or cue
    /// (each planted kind beside its cue).
    #[arg(long, value_enum)]
    world: Option<Place>,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// A world of critters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
enum Place {
    /// Cues appear by chance, with any kind.
    #[default]
    Clean,
    /// Cues appear with their kinds, and parasols hide most heads of these kinds.
    Biased,
    /// Every planted kind appears beside its cue.
    Cue,
}

impl Place {
    fn world(self) -> World {
        match self {
            Place::Clean => World::clean(),
            Place::Biased => World::biased(),
            Place::Cue => World::with_cue(),
        }
    }
}

pub fn run(args: &Args) -> Result<()> {
    let own = args.set == "critters";
    refuse_unused(&[
        args.first.unused(&args.set),
        (!own && args.world.is_some(), "--world", "is for the set critters"),
    ])?;
    let (device, _) = args.device.open()?;
    let model = Rc::new(args.asked.open(&device)?);
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    if args.set == "critters" {
        let (limit, world) = (args.limit.unwrap_or(CRITTERS), args.world.unwrap_or_default().world());
        return search(args, &model, CritterSet::new(args.first.seed(), limit, world));
    }
    let set = AnnotatedSet::open(files::set(&args.set, 0)?, args.limit.unwrap_or(usize::MAX), model.labels())?;
    files::say_left_out(&set);
    search(args, &model, set)
}

fn search<P: Pictures>(args: &Args, model: &Rc<OnnxClassifier>, set: P) -> Result<()> {
    let method: Method = args.method.parse().map_err(|e: String| Error::new(ErrorKind::Settings, e))?;
    let settings = args.options.settings(method, model)?;
    let seed = settings.seed;
    // If the folder cannot be made, this is known before the work is done.
    args.out.as_deref().map_or(Ok(()), files::folder)?;
    let mut job = Cues::new(model.clone(), set, settings.clone(), seed);
    let found = drive(&mut job)?;
    if found.pictures.explained == 0 && !interrupted() {
        return Err(files::nothing_left(&found.sentence()));
    }
    if let Some(folder) = &args.out {
        write(&job, &found, model, folder)?;
    }
    let report = json!({ "of": args.set, "model": results::model(model), "settings": settings, "found": found });
    results::print(args.json, &sentences(&found, model), report)
}

fn sentences(found: &Findings, model: &OnnxClassifier) -> Vec<String> {
    let label = |class: usize| model.labels().short(class);
    let cues = found.cues.iter().map(|cue| cue.sentence(&label(cue.class)));
    let everywhere = found.everywhere.iter().map(|e| e.sentence(&label(e.class)));
    cues.chain(everywhere).chain([found.sentence()]).collect()
}

/// Writes the exemplars of each cue, named by the cue's rank, its class and the exemplar's rank.
fn write<P: Pictures>(job: &Cues<P>, found: &Findings, model: &OnnxClassifier, folder: &Path) -> Result<()> {
    for (rank, cue) in found.cues.iter().enumerate() {
        let label = files::plain(&model.labels().short(cue.class));
        for (number, exemplar) in cue.exemplars.iter().enumerate() {
            let name = format!("{:02}-{label}-{}.png", rank + 1, number + 1);
            files::write(&folder.join(name), &to_png(&job.crop(exemplar)?)?)?;
        }
    }
    Ok(())
}
