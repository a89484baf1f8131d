//! The protocol of comparisons: which pictures fit a detector, and which judge it.
//!
//! Every picture is in one of five folds, together with its attacked versions and all models. Everything that is fitted
//! (a detector's threshold on clean pictures, the regression on masks) is fitted on the other four folds. The
//! regression also never sees the attack that it is judged on, if there is another attack to learn from.

use std::collections::BTreeMap;

use super::record::Record;
use crate::attack::Detector;
use crate::attack::detector::{Calibrated, Signals};
use crate::attack::recover::Recipe;
use crate::rules::statistics::{Logistic, group_folds};

/// Folds by photograph.
const FOLDS: usize = 5;
/// The quadratic penalty of the regression.
const PENALTY: f64 = 1.0;

/// An attacked picture whose answer changed, with the same picture clean.
#[derive(Clone, Copy)]
pub struct Pair<'a> {
    /// The number of the photograph.
    pub photo: usize,
    /// Its fold.
    fold: usize,
    /// The clean picture.
    pub clean: &'a Record,
    /// The attacked one.
    pub attacked: &'a Record,
}

/// The clean records and the attacked ones, photograph by photograph.
pub struct Study<'a> {
    /// Every attacked picture with its clean one, whether its answer changed or not.
    pub pairs: Vec<Pair<'a>>,
    /// The calibrated detectors for each fold and model, by the clean pictures of the other folds.
    calibrated: BTreeMap<(usize, &'a str), Calibrated>,
}

impl<'a> Study<'a> {
    /// Pairs the records.
    pub fn new(records: &'a [Record]) -> Self {
        let mut names: Vec<&str> = records.iter().map(|record| record.picture.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        let folds = group_folds(&(0..names.len()).collect::<Vec<_>>(), FOLDS, 0);
        let photo = |record: &Record| names.binary_search(&record.picture.as_str()).unwrap_or(0);
        let cleans: Vec<&Record> = records.iter().filter(|record| record.change.is_none()).collect();
        let clean = |of: &Record| cleans.iter().copied().find(|c| c.picture == of.picture && c.model == of.model);
        let pair = |attacked: &'a Record| {
            let photo = photo(attacked);
            Some(Pair { photo, fold: folds[photo], clean: clean(attacked)?, attacked })
        };
        let pairs = records.iter().filter(|record| record.change.is_some()).filter_map(pair).collect();
        let mut calibrated = BTreeMap::new();
        for model in cleans.iter().map(|record| record.model.as_str()) {
            for fold in 0..FOLDS {
                let is_other = |clean: &&Record| clean.model == model && folds[photo(clean)] != fold;
                let others = || cleans.iter().copied().filter(is_other).map(signals).collect::<Vec<_>>();
                calibrated.entry((fold, model)).or_insert_with(|| Calibrated::on(&others()));
            }
        }
        Self { pairs, calibrated }
    }

    /// The score of a record of a pair by a detector calibrated on other photographs; `None` if there is none.
    pub fn score(&self, detector: Detector, pair: &Pair, record: &Record) -> Option<f64> {
        self.calibrated(pair, record)?.score(detector, &signals(record))
    }

    /// Whether a detector, calibrated on other photographs, flags a record of a pair; `None` if they are too few for a
    /// threshold.
    pub fn flags(&self, detector: Detector, pair: &Pair, record: &Record) -> Option<bool> {
        self.calibrated(pair, record)?.flags(detector, &signals(record))
    }

    fn calibrated<'b>(&'b self, pair: &Pair, record: &'b Record) -> Option<&'b Calibrated> {
        self.calibrated.get(&(pair.fold, record.model.as_str()))
    }

    /// Returns, for pairs of one attack, the probability that each clean and each attacked mask is attacked. It is by a
    /// regression on the other folds' masks of a recipe, of other attacks if there are any. Pairs without both masks
    /// are left out; `None` if nothing can be fitted.
    pub fn by_masks(&self, wanted: &[Pair<'a>], recipe: Recipe) -> Option<Vec<(Pair<'a>, f64, f64)>> {
        let masked = |pair: &&Pair| pair.clean.mask(recipe).is_some() && pair.attacked.mask(recipe).is_some();
        let wanted: Vec<&Pair> = wanted.iter().filter(masked).collect();
        let all: Vec<&Pair> = self.pairs.iter().filter(|pair| pair.attacked.fell()).filter(masked).collect();
        let attack = |pair: &Pair| pair.attacked.change.as_ref().map(|change| change.attack.name());
        let name = attack(wanted.first()?);
        let is_other = |pair: &&&Pair| attack(pair) != name;
        let others = all.iter().any(|pair| is_other(&pair));
        let learned: Vec<&Pair> = all.iter().filter(|pair| !others || is_other(pair)).copied().collect();
        let mut found = vec![];
        for fold in 0..FOLDS {
            let model = fitted(learned.iter().filter(|pair| pair.fold != fold).copied(), recipe)?;
            for &&pair in wanted.iter().filter(|pair| pair.fold == fold) {
                found.push((
                    pair,
                    model.probability(&row(pair.clean, recipe)),
                    model.probability(&row(pair.attacked, recipe)),
                ));
            }
        }
        Some(found)
    }
}

fn signals(record: &Record) -> Signals {
    Signals::of(&record.reading)
}

fn fitted<'a>(pairs: impl Iterator<Item = &'a Pair<'a>>, recipe: Recipe) -> Option<Logistic> {
    let both = pairs.flat_map(|pair| [(row(pair.clean, recipe), false), (row(pair.attacked, recipe), true)]);
    let (rows, labels): (Vec<Vec<f64>>, Vec<bool>) = both.unzip();
    Logistic::fit(&rows, &labels, PENALTY)
}

fn row(record: &Record, recipe: Recipe) -> Vec<f64> {
    record.mask(recipe).map_or_else(Vec::new, |mask| mask.statistics.to_vec())
}
