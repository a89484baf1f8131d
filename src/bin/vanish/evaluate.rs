//! `vanish evaluate`: judges methods on a set of pictures and prints a table.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;

use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use vanish::classifier::{self, Classifier, OnnxClassifier};
use vanish::explain::{Explanation, Run};
use vanish::judge::{Asked, Judge, Trial, common_scene, deletion_game, localisation, pointing, stability};
use vanish::methods::{Method, Settings};
use vanish::picture::{Framing, Scene};
use vanish::pixel_box::PixelBox;
use vanish::question::Subject;
use vanish::rules::proof;
use vanish::{Error, ErrorKind, Result};

use super::evaluate_table::{Row, print};
use super::explain::named;
use super::set::{Item, Set};
use super::{device, files};

/// The least probability of the answer in a picture that is judged; under the full blur it must fall to under half.
const LEAST_SCORE: f32 = 0.5;
/// Runs compared for stability.
const SEEDS: u64 = 3;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Metric {
    /// Smallest box that suppresses 80, 90, 95 and 99 % of the score, in pixels.
    DeletionGame,
    /// Area under the curve of the score as pixels are inserted.
    Insertion,
    /// The same as pixels are deleted.
    Deletion,
    /// Whether the maximum lies on the object.
    Pointing,
    /// Whether a box drawn from the map finds the object.
    Localisation,
    /// Overlap with the true evidence (built-in world only).
    Overlap,
    /// In how many unseen deletions the finding holds.
    Proof,
    /// Rank correlation under other seeds and nulls; takes six runs more.
    Stability,
}

impl Metric {
    const USUAL: [Metric; 7] = [
        Metric::DeletionGame,
        Metric::Insertion,
        Metric::Deletion,
        Metric::Pointing,
        Metric::Localisation,
        Metric::Overlap,
        Metric::Proof,
    ];
}

/// What `vanish evaluate` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A folder of pictures (with boxes.json or labels.json, if there is one), or critters.
    set: String,
    /// An ONNX file, critters or critters-biased.
    #[arg(long, default_value = "critters")]
    model: String,
    /// A preprocessing profile; without it M.json beside the model M.onnx.
    #[arg(long)]
    profile: Option<PathBuf>,
    /// Methods, by their names; all but localisation unless given.
    #[arg(long, value_delimiter = ',', value_parser = named::<Method>)]
    methods: Vec<Method>,
    /// Metrics; all but stability unless given.
    #[arg(long, value_enum, value_delimiter = ',')]
    metrics: Vec<Metric>,
    /// Explains the true class where the set names it, instead of the most probable one.
    #[arg(long)]
    true_class: bool,
    /// The most pictures judged.
    #[arg(long, default_value_t = 20)]
    limit: usize,
    /// A setting of the learned methods, as reports name it (l1=1e-3, game=dual); may be given again.
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    given: Vec<(String, serde_json::Value)>,
    /// A file of results, one JSON object a line: what stands there is not measured again, and what is new is added.
    /// It belongs to one model, one set and one choice of settings.
    #[arg(long, value_name = "FILE")]
    resume: Option<PathBuf>,
    /// Seed of all that is random, and the first critter.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    device: device::Choice,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
}

/// What one method did on one picture. A field is empty where it was not asked for or cannot be known.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Record {
    pub picture: String,
    pub method: String,
    pub class: usize,
    pub seconds: f64,
    pub steps: usize,
    /// Areas in pixels; null is a miss.
    pub deletion_game: Option<deletion_game::Areas>,
    pub insertion: Option<f32>,
    pub deletion: Option<f32>,
    /// Within 15 px, and exactly.
    pub pointing: Option<[bool; 2]>,
    /// Overlap of the box of each level with the best annotated box.
    pub box_overlaps: Option<Vec<f32>>,
    pub overlap: Option<f32>,
    /// Unseen deletions in which it held, and how many there were.
    pub proof: Option<[usize; 2]>,
    pub stability: Option<stability::Stability>,
    /// Why there is no result.
    pub refused: Option<String>,
}

/// One picture, ready to be explained and judged.
struct Case<'a> {
    model: &'a Rc<OnnxClassifier>,
    item: Item,
    subject: Subject,
    scene: Scene,
    boxes: Vec<PixelBox>,
}

pub fn run(args: &Args) -> Result<()> {
    let (device, device_name) = args.device.open()?;
    let model = Rc::new(files::model(&args.model, args.profile.as_deref(), &device)?);
    let set = Set::open(&args.set, args.seed)?;
    let methods = if args.methods.is_empty() { usual_methods() } else { args.methods.clone() };
    let metrics = if args.metrics.is_empty() { Metric::USUAL.to_vec() } else { args.metrics.clone() };
    let mut known = Known::open(args.resume.as_deref())?;
    let (mut records, mut judged, mut unsound, mut number) = (vec![], 0, 0, 0);
    while judged < args.limit && number < set.len() {
        let case = Case::new(&model, set.item(number)?, args)?;
        number += 1;
        let judge = pollster::block_on(Judge::new(model.as_ref(), &case.scene, case.subject.target))?;
        if !judge.is_sound(LEAST_SCORE) {
            unsound += 1;
            give_up_on_unlimited(judged, unsound)?;
            continue;
        }
        judged += 1;
        for &method in &methods {
            if let Some(record) = known.find(&case.item.name, method) {
                records.push(record);
                continue;
            }
            eprintln!("{judged}: {}, {}", case.item.name, method.name());
            let record = pollster::block_on(case.judge(args.settings(method)?, &metrics))?;
            known.add(&record)?;
            records.push(record);
        }
    }
    let rows: Vec<Row> = methods.iter().map(|method| Row::new(method.name(), &records)).collect();
    if args.json {
        let report = serde_json::json!({
            "tool": format!("vanish {}", env!("CARGO_PKG_VERSION")), "set": args.set, "seed": args.seed,
            "model": { "name": model.profile().name, "sha256": model.sha256() },
            "device": { "kind": args.device.kind(), "name": device_name },
            "judged": judged, "left_out": unsound, "rows": rows, "records": records,
        });
        return files::print(&report.to_string());
    }
    print(&rows, judged, unsound)
}

/// NAME=VALUE, the value as JSON writes it; what is no JSON is a word.
fn setting(text: &str) -> std::result::Result<(String, serde_json::Value), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is written NAME=VALUE, such as l1=1e-3")?;
    let value = serde_json::from_str(value).unwrap_or_else(|_| serde_json::Value::String(value.to_owned()));
    Ok((name.to_owned(), value))
}

impl Args {
    /// A method's preset with what was set; methods that learn nothing keep theirs.
    fn settings(&self, method: Method) -> Result<Settings> {
        let mut settings = serde_json::json!({ "method": method, "seed": self.seed });
        for (name, value) in self.given.iter().filter(|_| method.is_learned()) {
            settings[name] = value.clone();
        }
        Settings::from_json(&settings.to_string())
    }
}

/// Results of an earlier call, and where new ones are added as soon as they are there.
#[derive(Default)]
struct Known {
    records: Vec<Record>,
    file: Option<std::fs::File>,
}

impl Known {
    fn open(path: Option<&Path>) -> Result<Self> {
        let Some(path) = path else { return Ok(Self::default()) };
        let unusable = |e: String| Error::new(ErrorKind::Io, format!("{} cannot be used ({e})", path.display()));
        let text =
            if path.exists() { String::from_utf8_lossy(&files::read(path)?).into_owned() } else { String::new() };
        // The last line of an interrupted call may be cut short: that result is measured again.
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        let records = whole.lines().map(serde_json::from_str).collect::<std::result::Result<Vec<Record>, _>>();
        let records = records.map_err(|e| unusable(format!("it holds no results: {e}")))?;
        if whole.len() < text.len() {
            std::fs::write(path, whole).map_err(|e| unusable(e.to_string()))?;
        }
        let file =
            std::fs::OpenOptions::new().create(true).append(true).open(path).map_err(|e| unusable(e.to_string()))?;
        Ok(Self { records, file: Some(file) })
    }

    fn find(&self, picture: &str, method: Method) -> Option<Record> {
        self.records.iter().find(|r| r.picture == picture && r.method == method.name()).cloned()
    }

    fn add(&mut self, record: &Record) -> Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let line = serde_json::to_string(record).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))?;
        writeln!(file, "{line}").map_err(|e| Error::new(ErrorKind::Io, format!("a result cannot be kept ({e})")))
    }
}

/// The built-in world never ends; a model that knows nothing of it would be asked for ever.
fn give_up_on_unlimited(judged: usize, unsound: usize) -> Result<()> {
    if unsound < 1000 || judged * 100 > unsound {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::NotExplainable,
        "hardly any picture of this set has an answer above .5 that a blur takes away; choose another model or set",
    ))
}

fn usual_methods() -> Vec<Method> {
    Method::ALL.into_iter().filter(|method| *method != Method::Localisation).collect()
}

impl<'a> Case<'a> {
    fn new(model: &'a Rc<OnnxClassifier>, item: Item, args: &Args) -> Result<Self> {
        let (resize, side) = (model.profile().resize, model.size());
        let scene = common_scene(&item.pixels, resize, side);
        let known = item.label.filter(|&label| args.true_class && label < model.classes());
        let target = match known {
            Some(label) => label,
            None => best_class(model, &scene)?,
        };
        let framing = Framing::new(item.pixels.width(), item.pixels.height(), resize, side);
        let boxes = item.boxes.iter().filter_map(|&b| framing.place(b)).collect();
        let subject = Subject::new(item.pixels.clone(), target, model.labels(), &[], &[]);
        Ok(Self { model, item, subject, scene, boxes })
    }

    async fn judge(&self, settings: Settings, metrics: &[Metric]) -> Result<Record> {
        let started = Instant::now();
        let empty = Record {
            picture: self.item.name.clone(),
            method: settings.method.name().to_owned(),
            class: self.subject.target,
            ..Record::default()
        };
        let explanation = match self.explain(settings.clone()).await {
            Ok(explanation) => explanation,
            // What a method cannot do is a result; a lost device is not.
            Err(error) if matches!(error.kind(), ErrorKind::NotExplainable | ErrorKind::Unsupported) => {
                return Ok(Record { refused: Some(error.to_string()), ..empty });
            }
            Err(error) => return Err(error),
        };
        let timed = Record { seconds: started.elapsed().as_secs_f64(), steps: explanation.iterations, ..empty };
        let evidence = explanation.ranking();
        let record = self.ask_the_model(timed, &explanation, &evidence, metrics).await?;
        let record = self.compare_with_truth(record, &evidence, metrics);
        if !metrics.contains(&Metric::Stability) {
            return Ok(record);
        }
        let resize = self.model.profile().resize;
        let measured = stability::measure(self.model.clone(), &self.subject, resize, &settings, SEEDS).await?;
        Ok(Record { stability: Some(measured), ..record })
    }

    async fn explain(&self, settings: Settings) -> Result<Explanation> {
        let mut run = Run::new(self.model.clone(), self.subject.clone(), self.model.profile().resize, settings).await?;
        while !run.step(usize::MAX).await?.done {}
        let mut explanation = run.finish().await?;
        run.rank(&mut explanation).await?;
        Ok(explanation)
    }

    async fn ask_the_model(
        &self,
        mut record: Record,
        explanation: &Explanation,
        evidence: &[f32],
        metrics: &[Metric],
    ) -> Result<Record> {
        let model = self.model.as_ref();
        let truth = self.item.evidence.as_deref().filter(|_| metrics.contains(&Metric::Overlap));
        let trial = Trial { classifier: model, scene: &self.scene, class: self.subject.target, truth };
        let asked = Asked {
            deletion_game: metrics.contains(&Metric::DeletionGame),
            curves: metrics.contains(&Metric::Insertion) || metrics.contains(&Metric::Deletion),
        };
        let verdict = trial.judge(evidence, asked).await?;
        (record.deletion_game, record.overlap) = (verdict.deletion_game, verdict.overlap);
        (record.insertion, record.deletion) = (verdict.insertion, verdict.deletion);
        if metrics.contains(&Metric::Proof) {
            let proof = proof::prove(model, explanation, model.profile().resize).await?;
            record.proof = Some([proof.held, proof.of]);
        }
        Ok(record)
    }

    fn compare_with_truth(&self, mut record: Record, evidence: &[f32], metrics: &[Metric]) -> Record {
        let side = self.model.size();
        let on_object = |row: usize, column: usize| self.boxes.iter().any(|b| b.holds(row, column));
        // The annotation is of the true class: other answers have no object to point at.
        let annotated = !self.boxes.is_empty() && self.item.label.is_none_or(|label| label == self.subject.target);
        if metrics.contains(&Metric::Pointing) && annotated {
            let hits = |tolerance| pointing::hits(evidence, side, tolerance, on_object);
            record.pointing = Some([hits(pointing::TOLERANCE_PX), hits(0)]);
        }
        if metrics.contains(&Metric::Localisation) && annotated {
            record.box_overlaps = Some(self.box_overlaps(evidence));
        }
        record
    }

    /// For α = 0, .05, …, .95 of the range, the overlap with the best annotated box.
    fn box_overlaps(&self, evidence: &[f32]) -> Vec<f32> {
        let best = |found: PixelBox| self.boxes.iter().map(|b| b.overlap(&found)).fold(0.0, f32::max);
        let at = |level: usize| localisation::Cut::Value(level as f32 / 20.0).locate(evidence, self.model.size());
        (0..20).map(|level| at(level).map_or(0.0, best)).collect()
    }
}

fn best_class(model: &OnnxClassifier, scene: &Scene) -> Result<usize> {
    let side = model.size();
    let picture = vanish::array::Array::new(scene.photo.values.clone(), &[1, 3, side, side], model.device());
    let logits = pollster::block_on(model.logits(picture)?.read())?;
    Ok(classifier::top(&logits, model.labels(), 1).first().map_or(0, |best| best.index))
}
