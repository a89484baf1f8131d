//! `vanish rules`: explanations as rules, tested on what they were not learned on.

use std::path::Path;
use std::rc::Rc;

use serde_json::{Value, json};
use vanish::classifier::{Classifier, OnnxClassifier};
use vanish::critters::{HELD_OUT_SEEDS, World, strangers};
use vanish::explain::{Explanation, Run};
use vanish::map::Map;
use vanish::methods::{DEFAULT, Method, Settings};
use vanish::number::minus;
use vanish::question::Subject;
use vanish::rules::concept::{Annotated, ConceptRules, Finding, PICTURES, TESTED, Verdict};
use vanish::rules::invariance::{self, Equivariance, Invariance, Kind};
use vanish::rules::{generalise, statistics};
use vanish::study::each::{Begin, Outcomes};
use vanish::study::set::Set;
use vanish::study::{AnnotatedSet, Case, CritterSet, Each, Explained, pictures};
use vanish::{Error, ErrorKind, Result};

use super::class::target;
use super::model::AskedModel;
use super::options::{Options, limit, once, refuse_unused};
use super::progress::{drive, interrupted};
use super::{device, files};

/// Pictures whose pixels take the place of deleted ones.
const STRANGERS: usize = 8;

/// What `vanish rules` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A picture (a file, or critter:SEED), or a set: a folder, critters, or for concepts an annotation file.
    what: String,
    /// Which rules are tested.
    #[arg(long, value_enum, default_value_t = Family::Deletion)]
    family: Family,
    #[command(flatten)]
    asked: AskedModel,
    /// The class of a picture: top unless given, its index or its label.
    #[arg(long)]
    target: Option<String>,
    /// The method whose region is the rule, fast unless given; `vanish methods` lists them.
    #[arg(long)]
    method: Option<String>,
    #[command(flatten)]
    options: Options,
    /// The most pictures of a set: 20 for deletions, 60 for invariance, 600 critters or all others for concepts unless
    /// given.
    #[arg(long, value_parser = limit)]
    limit: Option<usize>,
    /// The first critter's number, 0 unless given.
    #[arg(long, value_name = "NUMBER")]
    first: Option<u64>,
    /// How many of the strongest associations are tested as concept rules, 12 unless given.
    #[arg(long)]
    tested: Option<usize>,
    /// What deleted pixels become, by name (other-blur, mean, noise, imputed, other-picture); all that the method has
    /// not seen unless given.
    #[arg(long, value_delimiter = ',', value_parser = deletion_family)]
    families: Vec<generalise::Family>,
    /// Kinds of change, by their names; all unless given.
    #[arg(long, value_delimiter = ',', value_parser = kind)]
    kinds: Vec<Kind>,
    /// Asks whether the map moves with the picture, too (one picture alone).
    #[arg(long)]
    equivariance: bool,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// A family of rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Family {
    /// Deleting the region takes the answer away.
    Deletion,
    /// The answer stays when the picture is turned, moved, lit or stored differently.
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

/// The model, the method and what to print.
struct Asked<'a> {
    args: &'a Args,
    model: Rc<OnnxClassifier>,
    settings: Settings,
}

impl Args {
    fn is_set(&self) -> bool {
        self.what == "critters" || Path::new(&self.what).is_dir() || files::is_list(&self.what)
    }

    /// Refuses what the asked family of rules has no use for.
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
            (self.what != "critters" && self.first.is_some(), "--first", "is for the set critters"),
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
    // The order is not what is tested, so it is not refined.
    let settings = Settings { refine: false, ..args.options.settings(method, &model)? };
    let asked = Asked { args, model, settings };
    let (sentences, report) = match (args.family, args.is_set()) {
        (Family::Deletion, false) => asked.deletion()?,
        (Family::Deletion, true) => asked.deletions()?,
        (Family::Invariance, false) => asked.invariance()?,
        (Family::Invariance, true) => asked.invariances()?,
        (Family::Concept, _) => asked.concepts()?,
    };
    if !args.json {
        return sentences.iter().try_for_each(|sentence| files::print(sentence));
    }
    let model = json!({ "name": asked.model.profile().name, "sha256": asked.model.sha256() });
    let text = json!({
        "tool": format!("vanish {}", env!("CARGO_PKG_VERSION")), "of": args.what, "model": model,
        "settings": asked.settings, "interrupted": interrupted(), "sentences": sentences, "found": report,
    });
    files::print(&text.to_string())
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
        files::set(&self.args.what, self.first())
    }

    fn first(&self) -> u64 {
        self.args.first.unwrap_or(0)
    }

    fn limit(&self, usual: usize) -> usize {
        self.args.limit.unwrap_or(usual)
    }

    fn deletion(&self) -> Told {
        let explanation = drive(&mut self.run(&self.subject()?.0)?)?;
        let found = drive(&mut test(self.model.clone(), &explanation, &self.args.families))?;
        let interval = |name: &str, value: Option<f64>, interval: Option<statistics::Interval>| {
            let span = interval
                .map_or_else(String::new, |i| format!(" (95 % interval {:.2} to {:.2})", minus(i.low), minus(i.high)));
            value.map(|value| format!("{name} {:.2}{span}", minus(value)))
        };
        let figures = [
            interval("lift", found.lift(), found.lift_interval()),
            interval("skill", found.skill(), None),
            (found.void > 0).then(|| format!("{} deletions could tell nothing and were drawn again", found.void)),
        ];
        let figures: Vec<String> = figures.into_iter().flatten().collect();
        let report = json!({
            "held": found.held(), "held_interval": found.held_interval(), "control": found.control(),
            "lift": found.lift(), "lift_interval": found.lift_interval(), "skill": found.skill(),
            "families": found.families(), "worst": found.worst(), "test": found,
        });
        Ok((vec![found.sentence(), figures.join("; ")], report))
    }

    fn deletions(&self) -> Told {
        let (model, settings, families) = (self.model.clone(), self.settings.clone(), self.args.families.clone());
        let begin: Begin<Explained<generalise::Test>> = Box::new(move |case| {
            let (model, settings, families) = (model.clone(), settings.clone(), families.clone());
            Box::pin(async move {
                let run = Run::new(model.clone(), case.subject.clone(), settings).await?;
                Ok(Explained::new(run, move |explanation| test(model.clone(), &explanation, &families)))
            })
        });
        let found = drive(&mut Each::new(self.model.clone(), self.set()?, self.limit(20), begin))?;
        let all: Vec<_> = found.all.iter().map(|(_, outcome)| outcome.clone()).collect();
        let pooled = generalise::Pooled::new(&all);
        let pictures: Vec<Value> = found.all.iter().map(|(name, o)| json!({ "picture": name, "test": o })).collect();
        let report =
            json!({ "pooled": pooled, "pictures": pictures, "left_out": found.left_out, "refused": found.refused });
        Ok((self.with_exclusions(vec![pooled.sentence()], &found)?, report))
    }

    fn kinds(&self) -> Vec<Kind> {
        if self.args.kinds.is_empty() { Kind::ALL.to_vec() } else { once(&self.args.kinds) }
    }

    fn invariance(&self) -> Told {
        let (subject, truth) = self.subject()?;
        let explanation = drive(&mut self.run(&subject)?)?;
        let evidence = Some(region(&explanation));
        let mut job = Invariance::new(self.model.clone(), &subject.picture, &self.kinds(), truth, evidence);
        let found = drive(&mut job)?;
        let label = self.model.labels().short(found.class);
        let mut sentences = vec![found.sentence(&label)];
        let moved = if self.args.equivariance {
            drive(&mut Equivariance::new(self.model.clone(), subject, self.settings.clone()))?
        } else {
            vec![]
        };
        sentences.extend(moved.iter().map(|m| {
            format!(
                "map under {:?}: rank correlation {:.2} with the moved map, {:.2} with the unmoved",
                m.change,
                minus(m.correlation),
                minus(m.unmoved)
            )
        }));
        Ok((sentences, json!({ "answer": label, "invariance": found, "equivariance": moved })))
    }

    fn invariances(&self) -> Told {
        let (model, settings, kinds) = (self.model.clone(), self.settings.clone(), self.kinds());
        let begin: Begin<Explained<Invariance>> = Box::new(move |case| {
            let (model, settings, kinds) = (model.clone(), settings.clone(), kinds.clone());
            Box::pin(async move {
                let run = Run::new(model.clone(), case.subject.clone(), settings).await?;
                Ok(Explained::new(run, move |explanation| {
                    let evidence = known_evidence(&case).unwrap_or_else(|| region(&explanation));
                    Invariance::new(model.clone(), &case.item.pixels, &kinds, case.truth, Some(evidence))
                }))
            })
        });
        let found = drive(&mut Each::new(self.model.clone(), self.set()?, self.limit(60), begin))?;
        let all: Vec<_> = found.all.iter().map(|(_, outcome)| outcome.clone()).collect();
        let pooled = invariance::Pooled::new(&all);
        let pictures: Vec<Value> =
            found.all.iter().map(|(name, o)| json!({ "picture": name, "invariance": o })).collect();
        let report =
            json!({ "pooled": pooled, "pictures": pictures, "left_out": found.left_out, "refused": found.refused });
        Ok((self.with_exclusions(pooled.sentences(), &found)?, report))
    }

    /// The sentences, and those about pictures that told nothing.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::NotExplainable`], which says why and what to do, if no picture told anything.
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

    fn concepts(&self) -> Told {
        if self.args.what == "critters" {
            let first = HELD_OUT_SEEDS + self.first();
            return self.concepts_in(CritterSet::new(first, self.limit(600), World::clean()));
        }
        let set = AnnotatedSet::open(self.set()?, self.limit(usize::MAX), self.model.labels())?.labelled()?;
        files::say_left_out(&set);
        self.concepts_in(set)
    }

    fn concepts_in(&self, set: impl Annotated) -> Told {
        let tested = self.args.tested.unwrap_or(TESTED);
        let found = drive(&mut ConceptRules::new(self.model.clone(), set, tested, self.settings.seed))?;
        let mut sentences: Vec<String> = found.rules.iter().map(|rule| self.said(rule)).collect();
        sentences.push(found.sentence());
        Ok((sentences, json!({ "pictures_a_trial": PICTURES, "concepts": found })))
    }

    /// A line about one rule.
    fn said(&self, rule: &Finding) -> String {
        let class = self.model.labels().short(rule.candidate.class);
        let verdict = match rule.verdict {
            Verdict::ReliesOn => "relies on",
            Verdict::GoesWith => "goes with",
            Verdict::Unconfirmed => "unconfirmed",
        };
        let effect = |e: &vanish::rules::concept::Effect, of: &str| {
            if e.n == 0 {
                return "not tried".to_owned();
            }
            let span = e
                .interval
                .map_or_else(|| "too few".to_owned(), |i| format!("{:+.2} to {:+.2}", minus(i.low), minus(i.high)));
            let net = e.net.map_or_else(String::new, |i| {
                let [net, low, high] = [i.estimate, i.low, i.high].map(minus);
                format!(", net {net:.2} [{low:.2}, {high:.2}]")
            });
            let exact = e.exact.map_or_else(String::new, |exact| format!(", exact {exact:.2}"));
            let of = if e.n == 1 { of.trim_end_matches('s') } else { of };
            let tried = if e.trials == e.n { String::new() } else { format!(", {}", pictures(e.trials)) };
            let n = format!("n {}{of}{tried}", e.n);
            format!("{:+.2} ({span}{net}{exact}, {n})", minus(e.difference()))
        };
        format!(
            "{class:8} {verdict:11} {:16} z {:5.1} rank {}; necessity {}; sufficiency {}; {}",
            rule.concept.name,
            rule.candidate.z,
            rule.candidate.rank,
            effect(&rule.necessity, ""),
            effect(&rule.sufficiency, " donors"),
            statistics::p_words(rule.p)
        )
    }
}

/// The test of an explanation on these families, or on all that it has not seen.
fn test(model: Rc<OnnxClassifier>, explanation: &Explanation, families: &[generalise::Family]) -> generalise::Test {
    let others = strangers(STRANGERS);
    if families.is_empty() {
        return generalise::Test::new(model, explanation, others);
    }
    generalise::Test::on(model, explanation, others, families.to_vec())
}

/// The pixels that are evidence by more than half.
fn region(explanation: &Explanation) -> Map {
    explanation.evidence().cut(0.5)
}

/// The true evidence where the model sees the whole picture at its own size.
fn known_evidence(case: &Case) -> Option<Map> {
    let evidence = case.item.evidence.as_ref()?;
    let side = case.model.size();
    (evidence.len() == side * side).then(|| Map::from_fn(side, |i| if evidence[i] { 1.0 } else { 0.0 }))
}
