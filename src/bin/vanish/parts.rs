//! `vanish parts`: measures which annotated part carries the answer, class by class.

use std::rc::Rc;

use serde_json::json;
use vanish::classifier::OnnxClassifier;
use vanish::critters::{MEASURED_PARTS, World};
use vanish::methods::{Method, Settings};
use vanish::number::minus;
use vanish::rules::concept::Annotated;
use vanish::rules::parts::{Missing, PartOutcome, PartRules, Parts};
use vanish::study::{AnnotatedSet, CritterSet, pictures};
use vanish::{Error, ErrorKind, Result};

use super::first::First;
use super::model::AskedModel;
use super::options::{Options, limit, once, refuse_unused};
use super::progress::drive;
use super::{device, files, results};

/// The arguments of `vanish parts`.
#[derive(clap::Args)]
pub struct Args {
    /// A set whose parts are annotated: critters, a folder, or an annotation file (boxes.json, COCO).
    set: String,
    #[command(flatten)]
    asked: AskedModel,
    /// A method whose map is compared with the parts too. Without it, none is.
    #[arg(long)]
    method: Option<String>,
    #[command(flatten)]
    options: Options,
    /// The parts that are measured, by name. Without it, all annotated parts are.
    #[arg(long, value_delimiter = ',')]
    parts: Vec<String>,
    /// Two parts of which the first should carry more, such as "face,legs feet".
    #[arg(long, value_delimiter = ',', num_args = 1, value_name = "MORE,LESS")]
    compare: Vec<String>,
    /// Largest number of pictures. Without it, 200 critters or all pictures of another set.
    #[arg(long, value_parser = limit)]
    limit: Option<usize>,
    #[command(flatten)]
    first: First,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let setting = args.options.given_besides(&[]).filter(|_| args.method.is_none());
    let of_a_method = "is a setting of a method, and --method names none";
    refuse_unused(&[
        args.first.unused(&args.set),
        (setting.is_some(), setting.as_deref().unwrap_or_default(), of_a_method),
    ])?;
    let (device, _) = args.device.open()?;
    let model = Rc::new(args.asked.open(&device)?);
    if args.set == "critters" {
        let set = CritterSet::new(args.first.seed(), args.limit.unwrap_or(200), World::clean());
        let wanted = if args.parts.is_empty() { MEASURED_PARTS.map(str::to_owned).to_vec() } else { once(&args.parts) };
        return measure(args, &model, set, &wanted, ["face", "legs feet"]);
    }
    let set = AnnotatedSet::open(files::set(&args.set, 0)?, args.limit.unwrap_or(usize::MAX), model.labels())?;
    let set = set.labelled()?;
    files::say_left_out(&set);
    let all = set.concepts().iter().map(|concept| concept.name.clone()).collect();
    let wanted = if args.parts.is_empty() { all } else { once(&args.parts) };
    measure(args, &model, set, &wanted, ["", ""])
}

/// Measures the wanted parts of a set and compares two of them. `args` may name others to compare.
fn measure<A: Annotated>(
    args: &Args,
    model: &Rc<OnnxClassifier>,
    set: A,
    wanted: &[String],
    compared: [&str; 2],
) -> Result<()> {
    let parts = numbers(&set, wanted)?;
    let [more, less] = match args.compare.as_slice() {
        [] => compared,
        [more, less] if more != less => [more.as_str(), less.as_str()],
        _ => {
            return Err(Error::new(
                ErrorKind::Settings,
                "--compare takes two different parts, such as \"face,legs feet\"",
            ));
        }
    };
    let unknown = args.compare.iter().find(|name| !wanted.contains(name));
    if let Some(name) = unknown {
        let measured = wanted.join(", ");
        let sentence = format!("--compare names \"{name}\", which is not measured; these parts are: {measured}");
        return Err(Error::new(ErrorKind::Settings, sentence));
    }
    let mut rules = PartRules::new(model.clone(), set, parts, map(args, model)?);
    let found = drive(&mut rules)?;
    let mut sentences = vec![counted(&found)];
    if !found.pictures.is_empty() {
        sentences.extend(found.parts.iter().enumerate().map(|(at, part)| said(part, rules.missing(at))));
        sentences.extend(found.compare(more, less).map(|c| c.sentence(more, less)));
    }
    sentences.extend(found.windows().map(|c| format!("5 × 5 px of the map: {}", c.sentence("eyes", "feet"))));
    let report = json!({ "set": args.set, "model": results::model(model), "found": found });
    results::print(args.json, &sentences, report)
}

/// Returns how many pictures were measured, and if none was, what would help.
fn counted(found: &Parts) -> String {
    let (measured, looked) = (found.pictures.len(), pictures(found.looked));
    match measured {
        0 => format!(
            "None of {looked} has a probability above 0.5 for its true class, so no part was measured: choose a model of \
             this set, or other pictures."
        ),
        1 => format!("1 of {looked} has a probability above 0.5 for its true class and was measured."),
        _ => format!("{measured} of {looked} have a probability above 0.5 for their true class and were measured."),
    }
}

/// Returns the numbers of parts by their names.
fn numbers(set: &impl Annotated, wanted: &[String]) -> Result<Vec<usize>> {
    let number = |name: &String| {
        let found = set.concepts().iter().position(|concept| concept.name == *name);
        found.ok_or_else(|| Error::new(ErrorKind::Settings, format!("no part of the set is called \"{name}\"")))
    };
    wanted.iter().map(number).collect()
}

/// Returns the settings of the method whose map is compared. Its order is not refined.
fn map(args: &Args, model: &OnnxClassifier) -> Result<Option<Settings>> {
    let Some(name) = &args.method else { return Ok(None) };
    let method: Method = name.parse().map_err(|e: String| Error::new(ErrorKind::Settings, e))?;
    Ok(Some(Settings { refine: false, ..args.options.settings(method, model)? }))
}

fn said(part: &PartOutcome, missing: Option<Missing>) -> String {
    let why = missing.map(|missing| match missing {
        Missing::NotShown => "is in none of the pictures that were measured",
        Missing::NoPixel => "covers no pixel of what the model sees of the pictures that were measured",
        Missing::TooLarge => "is too large to be moved in the pictures that were measured",
    });
    if let Some(why) = why {
        return format!("{:12} {why}", part.name);
    }
    let span = part
        .interval
        .map_or_else(|| "too few".to_owned(), |i| format!("{:+.3} to {:+.3}", minus(i.low), minus(i.high)));
    let density = part.density.map_or_else(String::new, |density| format!(", density {density:.2}"));
    format!("{:12} importance {:+.3} ({span}), n {}{density}", part.name, minus(part.importance), part.n)
}

#[cfg(test)]
mod tests {
    use vanish::rules::parts::Measured;

    use super::*;

    #[test]
    fn how_many_were_measured_is_said_in_the_right_number() {
        let said = |measured: usize, looked: usize| {
            counted(&Parts { looked, parts: vec![], pictures: vec![Measured::new(0, 0); measured] })
        };
        for (measured, looked, begins) in [
            (0, 1, "None of 1 picture has"),
            (0, 9, "None of 9 pictures has"),
            (1, 1, "1 of 1 picture has a probability above 0.5 for its true class and was measured."),
            (1, 9, "1 of 9 pictures has"),
            (2, 9, "2 of 9 pictures have a probability above 0.5 for their true class and were measured."),
        ] {
            assert!(said(measured, looked).starts_with(begins), "{}", said(measured, looked));
        }
        assert!(said(0, 9).contains("choose a model"));
    }
}
