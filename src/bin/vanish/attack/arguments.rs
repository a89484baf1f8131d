//! The arguments of `vanish attack`, and the attacks that they ask for.

use std::path::{Path, PathBuf};

use vanish::Result;
use vanish::attack::recover::Recipe;
use vanish::attack::{Attack, Kind};

use super::super::first::First;
use super::super::options::{once, refuse};
use super::super::{device, files};

/// The arguments of `vanish attack`.
#[derive(clap::Args)]
pub struct Args {
    /// A picture (a file, or critter:SEED), or a set: a folder, a list, or critters.
    #[arg(value_name = "IMAGE|SET")]
    pub input: String,
    /// An ONNX file, critters or critters-biased. For a set, --model may be given several times.
    #[arg(long, default_value = "critters")]
    pub model: Vec<String>,
    /// A preprocessing profile. Without it, M.json beside the model M.onnx is used.
    #[arg(long)]
    pub profile: Option<PathBuf>,
    /// The attacks: least-likely, fgsm, pgd, pgd-l2, patch.
    #[arg(long, value_delimiter = ',', default_value = "least-likely", value_name = "NAME")]
    pub attack: Vec<Kind>,
    /// Sizes of each attack, in 1/255 (pgd-l2: root mean square; patch: per cent of the area). Without it, each attack
    /// has its usual size.
    #[arg(long, value_delimiter = ',', value_name = "SIZE")]
    pub eps: Vec<f32>,
    /// Steps of each attack, instead of its usual number. least-likely and fgsm keep theirs.
    #[arg(long)]
    pub steps: Option<usize>,
    /// Number of starts that are tried, instead of the attack's usual number. least-likely and fgsm keep theirs.
    #[arg(long)]
    pub restarts: Option<usize>,
    /// Also attacks the detector, with these weights besides 0, such as .1,1,10 (pgd only).
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT")]
    pub evade: Vec<f32>,
    /// Also attacks what masks of its answer leave, with these weights besides 0 (pgd only). The masks are learned
    /// again every ten steps for each start, so a single start is advised.
    #[arg(long, value_delimiter = ',', value_name = "WEIGHT")]
    pub outlast: Vec<f32>,
    /// Shows what detects the attack. Without --detect and --recover, both are shown.
    #[arg(long)]
    pub detect: bool,
    /// Shows what restores the clean answer.
    #[arg(long)]
    pub recover: bool,
    /// Masks that are learned for detection and recovery: log-odds, paper. Without it, a picture gets both and a set
    /// gets none, because they take long.
    #[arg(long, value_delimiter = ',', value_name = "RECIPE")]
    pub masks: Vec<Recipe>,
    /// Attacks whose pictures get masks, by kind. Without it, all do.
    #[arg(long, value_delimiter = ',', value_name = "NAME")]
    pub masked: Vec<Kind>,
    /// Checks the attacks themselves: runs each also with size 0, and with a quarter and a half of its size and of its
    /// steps.
    #[arg(long)]
    pub check: bool,
    /// Largest number of pictures of a set. Without it, 25, which a threshold of the detectors needs.
    #[arg(long)]
    pub limit: Option<usize>,
    #[command(flatten)]
    pub first: First,
    /// Seed of random starts and places.
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// A folder for the attacked pictures as PNG, for a profile that shows them to the model unchanged, and for the
    /// report.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// A file with the results of a set, one JSON object per line. Results in it are not computed again, and new ones
    /// are added. It records its set, models and version, and is refused for others. It keeps no pictures for --out.
    #[arg(long, value_name = "FILE")]
    pub resume: Option<PathBuf>,
    /// The device to compute on.
    #[arg(long, value_enum, default_value_t)]
    pub device: device::Choice,
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    pub json: bool,
}

impl Args {
    /// Returns every attack that was asked for.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if one is out of range.
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
        Ok(once(&attacks))
    }

    /// Refuses options that would be ignored silently.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`], naming the first such option.
    pub fn check(&self) -> Result<()> {
        let has = |kind: Kind| self.attack.contains(&kind);
        let counted = self.attack.iter().any(|&kind| takes_counts(kind));
        let stray = self.masked.iter().find(|&&kind| !has(kind)).map_or("", |kind| kind.name());
        let weights = || self.evade.iter().chain(&self.outlast);
        let is_one = self.is_picture();
        refuse([
            (is_one && self.resume.is_some(), "--resume keeps the results of a set, and this is one picture".into()),
            (is_one && self.model.len() > 1, "one picture is attacked with one model; give --model once".into()),
            (is_one && self.limit.is_some(), "--limit counts the pictures of a set, and this is one picture".into()),
            (self.first.is_stray(&self.input), "--first is for the set critters; leave it out".into()),
            (self.limit == Some(0), "--limit is at least 1".into()),
            (!self.evade.is_empty() && !has(Kind::Pgd), "--evade is of pgd alone; name it with --attack".into()),
            (!self.outlast.is_empty() && !has(Kind::Pgd), "--outlast is of pgd alone; name it with --attack".into()),
            (weights().any(|&weight| weight == 0.0), "the weight 0 is tried anyway; give weights above it".into()),
            (!stray.is_empty(), format!("--masked names {stray}, which --attack does not")),
            (
                !is_one && !self.masked.is_empty() && self.masks.is_empty(),
                "--masked says which attacks get masks; name the masks with --masks".into(),
            ),
            (self.steps == Some(0), "--steps is at least 1".into()),
            (self.restarts == Some(0), "--restarts is at least 1".into()),
            (self.steps.is_some() && !counted, "--steps is of pgd, pgd-l2 and patch; the others keep theirs".into()),
            (
                self.restarts.is_some() && !counted,
                "--restarts is of pgd, pgd-l2 and patch; the others have one start".into(),
            ),
        ])
    }

    /// Returns the masks that are learned after an attack. For a clean picture (`None`) they are all that were asked
    /// for.
    pub fn recipes(&self, attack: Option<&Attack>) -> Vec<Recipe> {
        let is_masked = attack.is_none_or(|attack| self.masked.is_empty() || self.masked.contains(&attack.kind));
        match (is_masked, self.masks.is_empty()) {
            (false, _) => vec![],
            (true, true) => Recipe::ALL.to_vec(),
            (true, false) => once(&self.masks),
        }
    }

    fn with_settings(&self, attack: Attack) -> Attack {
        let steps = self.steps.filter(|_| takes_counts(attack.kind));
        let restarts = self.restarts.filter(|_| takes_counts(attack.kind));
        Attack {
            steps: steps.unwrap_or(attack.steps),
            restarts: restarts.unwrap_or(attack.restarts),
            seed: self.seed,
            ..attack
        }
    }

    /// Returns whether detectors are shown, and whether ways to recover are.
    pub fn shown(&self) -> (bool, bool) {
        let neither = !self.detect && !self.recover;
        (self.detect || neither, self.recover || neither)
    }

    pub fn is_picture(&self) -> bool {
        self.input.starts_with("critter:") || (Path::new(&self.input).is_file() && !files::is_list(&self.input))
    }
}

/// Returns whether an attack takes numbers of steps and starts.
fn takes_counts(kind: Kind) -> bool {
    !matches!(kind, Kind::Fgsm | Kind::LeastLikely)
}

/// Returns the same attack with size 0, with parts of its size and with parts of its steps. Success should rise along
/// both.
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

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Call {
        #[command(flatten)]
        args: Args,
    }

    fn args(line: &str) -> Args {
        Call::try_parse_from(std::iter::once("attack").chain(line.split(' '))).expect("it is read").args
    }

    #[test]
    fn options_that_would_be_left_aside_are_refused() {
        let cases = [
            ("critter:1 --resume log.jsonl", "--resume"),
            ("critter:1 --model critters --model critters-biased", "one model"),
            ("critter:1 --limit 5", "--limit"),
            ("critter:1 --first 5", "--first"),
            ("photos --first 5", "--first"),
            ("critters --limit 0", "--limit"),
            ("critter:1 --evade 1", "--evade"),
            ("critters --attack fgsm --outlast 1", "--outlast"),
            ("critters --attack pgd --evade 0,1", "weight 0"),
            ("critter:1 --masked pgd", "--masked"),
            ("critters --attack pgd --masked pgd", "--masks"),
            ("critter:1 --attack pgd --steps 0", "--steps"),
            ("critter:1 --attack pgd --restarts 0", "--restarts"),
            ("critter:1 --steps 5", "--steps"),
            ("critters --attack fgsm --restarts 5", "--restarts"),
        ];
        for (line, words) in cases {
            let error = args(line).check().expect_err(line).to_string();
            assert!(error.contains(words), "{line}: {error}");
        }
        for line in
            ["critter:1", "critters --first 5 --resume log.jsonl", "critter:1 --attack pgd,fgsm --masked pgd --steps 5"]
        {
            assert!(args(line).check().is_ok(), "{line}");
        }
    }

    #[test]
    fn masks_are_learned_after_the_attacks_that_are_named() {
        let args = args("critter:1 --attack pgd,fgsm,pgd --masked pgd --masks paper");
        let attacks = args.attacks().expect("sound attacks");
        let masks: Vec<usize> = attacks.iter().map(|attack| args.recipes(Some(attack)).len()).collect();
        assert_eq!((masks, args.recipes(None)), (vec![1, 0], vec![Recipe::Paper]), "pgd is tried once");
    }
}
