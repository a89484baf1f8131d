//! What `vanish attack` takes, and which attacks that makes.

use std::path::{Path, PathBuf};

use vanish::Result;
use vanish::attack::recover::Recipe;
use vanish::attack::{Attack, Kind};

use super::super::device;

/// What `vanish attack` takes.
#[derive(clap::Args)]
pub struct Args {
    /// A picture (a file, or critter:SEED), or a set: a folder, a list, or critters.
    #[arg(value_name = "IMAGE|SET")]
    pub input: String,
    /// An ONNX file, critters or critters-biased; of a set several, each given with --model.
    #[arg(long, default_value = "critters")]
    pub model: Vec<String>,
    /// A preprocessing profile; without it M.json beside the model M.onnx.
    #[arg(long)]
    pub profile: Option<PathBuf>,
    /// The attacks: least-likely, fgsm, pgd, pgd-l2, patch.
    #[arg(long, value_delimiter = ',', default_value = "least-likely", value_name = "NAME")]
    pub attack: Vec<Kind>,
    /// Sizes of each attack: in 1/255 (pgd-l2: root mean square; patch: percent of the area); the usual one unless
    /// given.
    #[arg(long, value_delimiter = ',', value_name = "SIZE")]
    pub eps: Vec<f32>,
    /// Steps, where the attack's own number is not wanted.
    #[arg(long)]
    pub steps: Option<usize>,
    /// Starts that are tried, where the attack's own number is not wanted.
    #[arg(long)]
    pub restarts: Option<usize>,
    /// Attacks the detector as well, with these weights beside 0 (pgd alone), such as .1,1,10.
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT")]
    pub evade: Vec<f32>,
    /// Attacks what masks of its answer leave as well, with these weights beside 0 (pgd alone); the masks are learned
    /// again every ten steps for each start, so that one start is advised.
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT")]
    pub outlast: Vec<f32>,
    /// Shows what detects the attack; with --recover both, and both unless one is given.
    #[arg(long)]
    pub detect: bool,
    /// Shows what brings the clean answer back.
    #[arg(long)]
    pub recover: bool,
    /// Masks that are learned for both: log-odds, paper. A picture gets both unless given; a set none, for they take
    /// long.
    #[arg(long, value_delimiter = ',', value_name = "RECIPE")]
    pub masks: Vec<Recipe>,
    /// Attacks whose pictures get masks, by kind; all unless given.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub masked: Vec<Kind>,
    /// Checks the attacks themselves: the same at no size and at a quarter and a half of the size and of the steps.
    #[arg(long)]
    pub check: bool,
    /// The most pictures of a set.
    #[arg(long, default_value_t = 20)]
    pub limit: usize,
    /// The first critter's number.
    #[arg(long, default_value_t = 0, value_name = "NUMBER")]
    pub first: u64,
    /// Seed of random starts and places.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// A folder for attacked pictures as PNG, with a profile that shows them to the model as they are, and the report.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A file of results of a set, one JSON object a line: what stands there is not done again, and what is new is
    /// added. It says of which set, models and version it is, and is refused for others; it keeps no pictures for --out.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// Where to compute.
    #[arg(long, value_enum, default_value_t)]
    pub device: device::Choice,
    /// One JSON object on standard output and nothing else.
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// Returns every attack that was asked for.
    ///
    /// # Errors
    /// [`ErrorKind::Settings`] if one is out of range.
    pub fn attacks(&self) -> Result<Vec<Attack>> {
        let mut attacks = vec![];
        for &kind in &self.attack {
            let sizes = if self.eps.is_empty() { vec![kind.usual_eps()] } else { self.eps.clone() };
            attacks.extend(sizes.into_iter().map(|eps| self.with_settings(Attack::new(kind, eps))));
            let last = attacks.last().cloned().filter(|_| kind == Kind::Pgd);
            let evading = self.evade.iter().filter_map(|&weight| Some(last.clone()?.evading(weight)));
            let outlasting = self.outlast.iter().filter_map(|&weight| Some(last.clone()?.outlasting(weight)));
            attacks.extend(evading.chain(outlasting));
        }
        if self.check {
            attacks = attacks.iter().flat_map(ladder).collect();
        }
        attacks.iter().try_for_each(Attack::check)?;
        Ok(attacks)
    }

    fn with_settings(&self, attack: Attack) -> Attack {
        let steps = self.steps.filter(|_| !matches!(attack.kind, Kind::Fgsm | Kind::LeastLikely));
        let restarts = self.restarts.filter(|_| !matches!(attack.kind, Kind::Fgsm | Kind::LeastLikely));
        Attack {
            steps: steps.unwrap_or(attack.steps),
            restarts: restarts.unwrap_or(attack.restarts),
            seed: self.seed,
            ..attack
        }
    }

    /// Says whether detectors, and whether ways to recover, are shown.
    pub fn shown(&self) -> (bool, bool) {
        let neither = !self.detect && !self.recover;
        (self.detect || neither, self.recover || neither)
    }

    pub fn is_picture(&self) -> bool {
        self.input.starts_with("critter:") || (Path::new(&self.input).is_file() && !is_list(&self.input))
    }
}

/// Returns the same attack at no size, at parts of its size and at parts of its steps: success should rise along both.
fn ladder(attack: &Attack) -> Vec<Attack> {
    let sized = |share: f32| {
        let eps = attack.eps * share;
        let steps = if attack.kind == Kind::LeastLikely { Attack::new(attack.kind, eps).steps } else { attack.steps };
        Attack { eps, steps, ..attack.clone() }
    };
    let stepped = |parts: usize| Attack { steps: attack.steps.div_ceil(parts), ..attack.clone() };
    let mut all = vec![sized(0.0), sized(0.25), sized(0.5), stepped(4), stepped(2), attack.clone()];
    all.dedup();
    all
}

/// Says whether a file is a list of pictures and not a picture.
fn is_list(name: &str) -> bool {
    [".json", ".csv", ".txt"].iter().any(|end| name.to_lowercase().ends_with(end))
}
