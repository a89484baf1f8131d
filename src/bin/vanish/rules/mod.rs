//! `vanish rules`: explanations as rules, tested on what they were not learned on.

mod concept;
mod deletion;
mod invariance;

use std::path::Path;
use std::rc::Rc;

use serde_json::{Value, json};
use vanish::classifier::OnnxClassifier;
use vanish::explain::Run;
use vanish::methods::{DEFAULT, Method, Settings};
use vanish::question::Subject;
use vanish::rules::generalise;
use vanish::rules::invariance::Kind;
use vanish::study::each::Outcomes;
use vanish::study::pictures;
use vanish::study::set::Set;
use vanish::{Error, ErrorKind, Result};

use super::class::target;
use super::first::First;
use super::model::AskedModel;
use super::options::{Options, limit, refuse_unused};
use super::progress::interrupted;
use super::{device, files, results};

/// The arguments of `vanish rules`.
#[derive(clap::Args)]
pub struct Args {
    /// A picture (a file, or critter:SEED), or a set: a folder, critters, or for concepts an annotation file.
    what: String,
    /// The family of rules that is tested.
    #[arg(long, value_enum, default_value_t = Family::Deletion)]
    family: Family,
    #[command(flatten)]
    asked: AskedModel,
    /// The class of a picture: top (the default), an index or a label.
    #[arg(long)]
    target: Option<String>,
    /// The method whose region is the rule. Without it, fast. `vanish methods` lists all.
    #[arg(long)]
    method: Option<String>,
    #[command(flatten)]
    options: Options,
    /// Largest number of pictures of a set. Without it, 20 for deletions, 60 for invariance, and 600 critters or all
    /// pictures of another set for concepts.
    #[arg(long, value_parser = limit)]
    limit: Option<usize>,
    #[command(flatten)]
    first: First,
    /// Number of the strongest associations that are tested as concept rules. Without it, 12.
    #[arg(long)]
    tested: Option<usize>,
    /// What deleted pixels become, by name (other-blur, mean, noise, imputed, other-picture). Without it, all that the
    /// method has not seen.
    #[arg(long, value_delimiter = ',', value_parser = deletion_family)]
    families: Vec<generalise::Family>,
    /// Kinds of change, by their names. Without it, all.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    kinds: Vec<Kind>,
    /// Also asks whether the map moves with the picture (for one picture only).
    #[arg(long)]
    equivariance: bool,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// A family of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Family {
    /// Deleting the region takes the answer away.
    Deletion,
    /// The answer stays the same when the picture is turned, moved, lit or stored differently.
    Invariance,
    /// The model says c when the picture contains k (critters, or a set with annotated parts and things).
    Concept,
}

fn kind(name: &str) -> std::result::Result<Kind, String> {
    serde_json::from_value(Value::String(name.to_owned())).map_err(|e| e.to_string())
}

fn deletion_family(name: &str) -> std::result::Result<generalise::Family, String> {
    serde_json::from_value(Value::String(name.to_owned())).map_err(|e| e.to_string())
}

/// The model, the method's settings and the arguments.
struct Asked<'a> {
    args: &'a Args,
    model: Rc<OnnxClassifier>,
    settings: Settings,
}

impl Args {
    fn is_set(&self) -> bool {
        self.what == "critters" || Path::new(&self.what).is_dir() || files::is_list(&self.what)
    }

    /// Refuses options for which the family of rules has no use.
    fn check(&self) -> Result<()> {
        let (family, is_set) = (self.family, self.is_set() || self.family == Family::Concept);
        let setting = self.options.given_besides(&["seed"]).filter(|_| family == Family::Concept);
        let of_a_picture = "is for one picture, and this is a set";
        let of_a_set = "is for a set, and this is one picture";
        let of_a_method = "is for the families deletion and invariance: concept rules learn no mask";
        refuse_unused(&[
            (is_set && self.target.is_some(), "--target", of_a_picture),
            (is_set && self.equivariance, "--equivariance", of_a_picture),
            (family != Family::Invariance && self.equivariance, "--equivariance", "is for the family invariance"),
            (!is_set && self.limit.is_some(), "--limit", of_a_set),
            self.first.unused(&self.what),
            (family != Family::Invariance && !self.kinds.is_empty(), "--kinds", "is for the family invariance"),
            (family != Family::Deletion && !self.families.is_empty(), "--families", "is for the family deletion"),
            (family != Family::Concept && self.tested.is_some(), "--tested", "is for the family concept"),
            (family == Family::Concept && self.method.is_some(), "--method", of_a_method),
            (setting.is_some(), setting.as_deref().unwrap_or_default(), of_a_method),
        ])
    }
}

pub fn run(args: &Args) -> Result<()> {
    args.check()?;
    let method = args.method.as_deref().unwrap_or(DEFAULT.name());
    let method: Method = method.parse().map_err(|e: String| Error::new(ErrorKind::Settings, e))?;
    let (device, _) = args.device.open()?;
    let model = Rc::new(args.asked.open(&device)?);
    model.info().warnings.iter().for_each(|warning| eprintln!("vanish: {warning}"));
    // The order is not tested, so it is not refined.
    let settings = Settings { refine: false, ..args.options.settings(method, &model)? };
    let asked = Asked { args, model, settings };
    let (sentences, report) = match (args.family, args.is_set()) {
        (Family::Deletion, false) => asked.deletion()?,
        (Family::Deletion, true) => asked.deletions()?,
        (Family::Invariance, false) => asked.invariance()?,
        (Family::Invariance, true) => asked.invariances()?,
        (Family::Concept, _) => asked.concepts()?,
    };
    let model = results::model(&asked.model);
    let report = json!({ "of": args.what, "model": model, "settings": asked.settings, "found": report });
    results::print(args.json, &sentences, report)
}

/// Sentences for people, and everything for programs.
type Told = Result<(Vec<String>, Value)>;

impl Asked<'_> {
    fn subject(&self) -> Result<(Subject, Option<usize>)> {
        let picture = files::picture(&self.args.what)?;
        let class = target(&self.model, &picture.pixels, self.args.target.as_deref().unwrap_or("top"))?;
        let truth = picture.critter.map(|critter| critter.kind as usize);
        let Settings { with, against, .. } = &self.settings;
        Ok((Subject::new(picture.pixels, class, self.model.labels(), with, against), truth))
    }

    fn run(&self, subject: &Subject) -> Result<Run> {
        pollster::block_on(Run::new(self.model.clone(), subject.clone(), self.settings.clone()))
    }

    fn set(&self) -> Result<Set> {
        files::set(&self.args.what, self.args.first.number())
    }

    fn limit(&self, usual: usize) -> usize {
        self.args.limit.unwrap_or(usual)
    }

    /// Returns the sentences, followed by those about pictures that yielded nothing.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::NotExplainable`], which says why and what to do, if no picture yielded anything.
    fn with_exclusions<O>(&self, sentences: Vec<String>, found: &Outcomes<O>) -> Result<Vec<String>> {
        found.refused.iter().for_each(|reason| eprintln!("vanish: left out: {reason}"));
        let (silent, refused) = (found.left_out, found.refused.len());
        if found.all.is_empty() && silent + refused > 0 && !interrupted() {
            return Err(files::nothing_left(&format!(
                "{silent} have unsure answers, or answers that blurring everything leaves, and {refused} could not be \
                 read or explained; choose a model of this set, or other pictures than {}",
                self.args.what
            )));
        }
        let silent = (silent > 0).then(|| {
            format!("{} told nothing: an unsure answer, or one that blurring everything leaves.", pictures(silent))
        });
        let refused = (refused > 0).then(|| format!("{} could not be read or explained.", pictures(refused)));
        Ok(sentences.into_iter().chain(silent).chain(refused).collect())
    }
}
