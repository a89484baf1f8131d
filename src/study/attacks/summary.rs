//! Rates with their intervals, a row for each attack.

use std::collections::BTreeMap;

use serde::Serialize;

use super::protocol::{Pair, Study};
use super::record::Record;
use crate::attack::ensemble::{agreed, pooled, settled};
use crate::attack::recover::{Recipe, vote};
use crate::attack::views::Look;
use crate::attack::{Answer, Detector};
use crate::rules::statistics::{Bootstrap, CONFIDENCE, Estimated, auroc, clustered};

/// A figure with its 95 % interval over photographs, if there are enough.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Share {
    /// The figure, in [0, 1]: the mean over photographs, where each is the mean over the models tried on it.
    pub value: f64,
    /// Its interval.
    pub interval: Option<[f64; 2]>,
    /// The number of pictures, counted with each model.
    pub n: usize,
}

impl std::fmt::Display for Share {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.interval {
            Some([low, high]) => write!(f, "{:.2} [{low:.2}, {high:.2}]", self.value),
            None => write!(f, "{:.2}", self.value),
        }
    }
}

/// A way to recover an answer, with its effect on attacked and on clean pictures.
#[derive(Clone, Debug, Serialize)]
pub struct Recovery {
    /// Its name.
    pub way: String,
    /// The share of attacked pictures that get the clean answer back.
    pub recovered: Share,
    /// The share of clean pictures that keep theirs.
    pub kept: Share,
    /// Recovered minus broken.
    pub net: f64,
}

/// The detection by a mask's statistics.
#[derive(Clone, Debug, Serialize)]
pub struct OfMask {
    /// How the mask was learned.
    pub recipe: Recipe,
    /// The area under the curve of the regression on the mask's statistics.
    pub auroc: Option<Share>,
    /// The share of clean and attacked masks that the regression classifies correctly at one half.
    pub accuracy: Option<Share>,
    /// The area under the curve of the mask's area alone, the smaller the more suspicious.
    pub area_auroc: Option<Share>,
    /// The mean share that is deleted of clean and of attacked pictures.
    pub deleted: [f64; 2],
}

/// The results of a detector on an attack.
#[derive(Clone, Debug, Serialize)]
pub struct Detected {
    /// The detector.
    pub detector: Detector,
    /// The area under its curve.
    pub auroc: Option<Share>,
    /// The share of changed answers that it flags after calibration; `None` if there are too few clean pictures for a
    /// threshold.
    pub flagged: Option<Share>,
    /// The share of clean pictures that it flags, among pictures that did not set the threshold.
    pub false_positives: Option<Share>,
    /// The share of all pictures whose answer changed without being flagged.
    pub evaded: Option<Share>,
}

/// One attack, by one model or by all.
#[derive(Clone, Debug, Serialize)]
pub struct Row {
    /// The model, or `all`.
    pub model: String,
    /// The attack.
    pub attack: String,
    /// The share of pictures whose answer changed.
    pub success: Share,
    /// The same among correctly classified pictures, if the true classes are known.
    pub success_if_right: Option<Share>,
    /// The share of pictures whose answer noise of equal norm changes.
    pub noise: Share,
    /// The mean share of gradients that were 0.
    pub zero_gradients: f64,
    /// The results of each detector that was asked about every picture; the rule f(x) = f(Tx) first.
    pub detectors: Vec<Detected>,
    /// The area under the curve of the highest probability alone.
    pub confidence: Option<Share>,
    /// Ways to recover the answer.
    pub recoveries: Vec<Recovery>,
    /// The results of masks.
    pub masks: Vec<OfMask>,
}

/// The rows of every model and, if there are several, of all together.
pub fn rows(records: &[Record]) -> Vec<Row> {
    let study = Study::new(records);
    let mut models: Vec<&str> = records.iter().map(|record| record.model.as_str()).collect();
    models.sort_unstable();
    models.dedup();
    let mut rows: Vec<Row> =
        models.iter().flat_map(|model| rows_of(&study, model, |pair| pair.clean.model == *model)).collect();
    if models.len() > 1 {
        rows.extend(rows_of(&study, "all", |_| true));
    }
    rows
}

/// For each detector, the row with the largest share of changed answers that it does not flag: its worst case.
pub fn worst(rows: &[Row]) -> Vec<(&Row, &Detected)> {
    let of = |detector| {
        let all = rows.iter().flat_map(|row| row.detectors.iter().map(move |detected| (row, detected)));
        let evaded = |(_, detected): &(&Row, &Detected)| detected.evaded.map_or(f64::NEG_INFINITY, |share| share.value);
        all.filter(|(_, detected)| detected.detector == detector && detected.evaded.is_some())
            .max_by(|a, b| evaded(a).total_cmp(&evaded(b)))
    };
    Detector::ALL.into_iter().filter_map(of).collect()
}

fn rows_of(study: &Study, model: &str, wanted: impl Fn(&Pair) -> bool) -> Vec<Row> {
    let name = |pair: &Pair| pair.attacked.change.as_ref().map_or_else(String::new, |change| change.attack.name());
    let pairs: Vec<Pair> = study.pairs.iter().filter(|pair| wanted(pair)).copied().collect();
    let mut names: Vec<String> = vec![];
    for pair in &pairs {
        if !names.contains(&name(pair)) {
            names.push(name(pair));
        }
    }
    let of_attack = |attack: String| {
        let pairs: Vec<Pair> = pairs.iter().filter(|pair| name(pair) == attack).copied().collect();
        row(study, model, attack, &pairs)
    };
    names.into_iter().filter_map(of_attack).collect()
}

fn row(study: &Study, model: &str, attack: String, pairs: &[Pair]) -> Option<Row> {
    let fallen = fell(pairs);
    let right: Vec<Pair> =
        pairs.iter().filter(|pair| pair.clean.label == Some(pair.clean.reading.answer().class)).copied().collect();
    let noise = |pair: &Pair| pair.attacked.change.as_ref().is_some_and(|c| c.noise.class != c.before.class);
    let zero = |pair: &Pair| pair.attacked.change.as_ref().map_or(0.0, |c| f64::from(c.zero_gradients));
    Some(Row {
        model: model.to_owned(),
        attack,
        success: share(pairs, |pair| pair.attacked.fell())?,
        success_if_right: share(&right, |pair| pair.attacked.fell()),
        noise: share(pairs, noise)?,
        zero_gradients: pairs.iter().map(zero).sum::<f64>() / pairs.len() as f64,
        detectors: Detector::ALL.into_iter().filter_map(|detector| detected(study, pairs, detector)).collect(),
        confidence: area(&fallen, |pair| (sureness(pair.clean), sureness(pair.attacked))),
        recoveries: recoveries(study, &fallen),
        masks: Recipe::ALL.iter().filter_map(|&recipe| of_mask(study, &fallen, recipe)).collect(),
    })
}

/// The pairs whose answer changed.
fn fell<'a>(pairs: &[Pair<'a>]) -> Vec<Pair<'a>> {
    pairs.iter().filter(|pair| pair.attacked.fell()).copied().collect()
}

/// The results of a detector on the pairs whose two pictures it was asked about; `None` if there are none.
fn detected(study: &Study, pairs: &[Pair], detector: Detector) -> Option<Detected> {
    let both =
        |pair: &Pair| Some((study.score(detector, pair, pair.clean)?, study.score(detector, pair, pair.attacked)?));
    let asked: Vec<Pair> = pairs.iter().filter(|pair| both(pair).is_some()).copied().collect();
    let fallen = fell(&asked);
    // If the other folds have too few clean pictures for a threshold, nothing is flagged and nothing evades it.
    let judged: Vec<Pair> =
        asked.iter().filter(|pair| study.flags(detector, pair, pair.clean).is_some()).copied().collect();
    let flags = |pair: &Pair, record: &Record| study.flags(detector, pair, record) == Some(true);
    (!asked.is_empty()).then(|| Detected {
        detector,
        auroc: area_of(&fallen, &fallen.iter().filter_map(both).collect::<Vec<_>>()),
        flagged: share(&fell(&judged), |pair| flags(pair, pair.attacked)),
        false_positives: share(&judged, |pair| flags(pair, pair.clean)),
        evaded: share(&judged, |pair| pair.attacked.fell() && !flags(pair, pair.attacked)),
    })
}

fn sureness(record: &Record) -> f64 {
    f64::from(record.reading.answer().probability)
}

/// Every way that was tried on these pairs.
fn recoveries(study: &Study, fallen: &[Pair]) -> Vec<Recovery> {
    let look = |look: Look| {
        recovery(&format!("whole {look}"), fallen, |_, record| record.reading.after(look)?.top.first().map(|a| a.class))
    };
    let unless_flagged = |pair: &Pair, record: &Record, others: &[Answer]| {
        // Many views were asked here anyway, so the wide rule decides.
        settled(record.reading.answer().class, study.flags(Detector::Wide, pair, record)?, others)
    };
    let mut all = vec![
        recovery("vote", fallen, |_, record| Some(vote(&record.reading))),
        recovery("many views", fallen, |_, record| agreed(&record.reading.ensemble, None)),
        recovery("if flagged: others by many views", fallen, |pair, record| {
            unless_flagged(pair, record, &record.reading.ensemble)
        }),
        recovery("if flagged: others by all edits", fallen, |pair, record| {
            unless_flagged(pair, record, &pooled(&record.reading))
        }),
        recovery("if flagged: its second answer (control)", fallen, |pair, record| {
            unless_flagged(pair, record, &record.reading.top)
        }),
        look(Look::Blur(1.0)),
        look(Look::Blur(2.0)),
        look(Look::Jpeg(50)),
    ];
    for recipe in Recipe::ALL {
        let name = recipe.name();
        all.push(recovery(&format!("{name} mask"), fallen, |_, record| Some(record.mask(recipe)?.deleted)));
        all.push(recovery(&format!("{name} mask, rotated"), fallen, |_, record| Some(record.mask(recipe)?.rotated)));
        all.push(recovery(&format!("{name} mask, random"), fallen, |_, record| Some(record.mask(recipe)?.random)));
    }
    all.into_iter().flatten().collect()
}

/// The results of a way on the attacked and the clean picture of each pair, if it was tried on both.
fn recovery(way: &str, pairs: &[Pair], class: impl Fn(&Pair, &Record) -> Option<usize>) -> Option<Recovery> {
    let tried: Vec<Pair> = pairs
        .iter()
        .filter(|pair| class(pair, pair.attacked).is_some() && class(pair, pair.clean).is_some())
        .copied()
        .collect();
    let answer = |pair: &Pair| Some(pair.clean.reading.answer().class);
    let recovered = share(&tried, |pair| class(pair, pair.attacked) == answer(pair))?;
    let kept = share(&tried, |pair| class(pair, pair.clean) == answer(pair))?;
    Some(Recovery { way: way.to_owned(), recovered, kept, net: recovered.value - (1.0 - kept.value) })
}

fn of_mask(study: &Study, fallen: &[Pair], recipe: Recipe) -> Option<OfMask> {
    let masked: Vec<Pair> = fallen
        .iter()
        .filter(|pair| pair.clean.mask(recipe).is_some() && pair.attacked.mask(recipe).is_some())
        .copied()
        .collect();
    let deleted = |record: &Record| record.mask(recipe).map_or(0.0, |mask| mask.statistics[0]);
    let sums = masked.iter().fold([0.0, 0.0], |s, pair| [s[0] + deleted(pair.clean), s[1] + deleted(pair.attacked)]);
    let count = masked.len().max(1) as f64;
    let judged = study.by_masks(&masked, recipe);
    let pairs: Vec<Pair> = judged.iter().flatten().map(|(pair, _, _)| *pair).collect();
    let scores: Vec<(f64, f64)> = judged.iter().flatten().map(|(_, clean, attacked)| (*clean, *attacked)).collect();
    (!masked.is_empty()).then(|| OfMask {
        recipe,
        auroc: area_of(&pairs, &scores),
        accuracy: halves(&pairs, &scores),
        area_auroc: area(&masked, |pair| (-deleted(pair.clean), -deleted(pair.attacked))),
        deleted: sums.map(|sum| sum / count),
    })
}

/// The share of pictures, two for each pair, that lie on the correct side of one half.
fn halves(pairs: &[Pair], scores: &[(f64, f64)]) -> Option<Share> {
    let right =
        |&(clean, attacked): &(f64, f64)| f64::from(u8::from(clean < 0.5)) + f64::from(u8::from(attacked > 0.5));
    let values = pairs.iter().zip(scores).map(|(pair, scores)| (pair.photo, right(scores) / 2.0));
    clustered_share(values, 2)
}

/// The share of pairs for which something holds.
fn share(pairs: &[Pair], holds: impl Fn(&Pair) -> bool) -> Option<Share> {
    clustered_share(pairs.iter().map(|pair| (pair.photo, f64::from(u8::from(holds(pair))))), 1)
}

/// The mean of values in [0, 1], with several for each photograph and `trials` trials each.
fn clustered_share(values: impl Iterator<Item = (usize, f64)>, trials: usize) -> Option<Share> {
    let mut photos: BTreeMap<usize, Vec<f64>> = BTreeMap::new();
    values.for_each(|(photo, value)| photos.entry(photo).or_default().push(value));
    let n = photos.values().map(Vec::len).sum::<usize>();
    let most = photos.values().map(Vec::len).max()?;
    // A photograph counts once, with however many models, so that the figure and its interval match.
    let means: Vec<f64> = photos.values().map(|all| all.iter().sum::<f64>() / all.len() as f64).collect();
    let value = means.iter().sum::<f64>() / means.len() as f64;
    let found: Estimated = clustered(&means, most * trials, CONFIDENCE);
    Some(Share { value, interval: found.ok().map(|interval| [interval.low, interval.high]), n })
}

/// The area under the curve of a score of clean and attacked pictures.
fn area(pairs: &[Pair], scores: impl Fn(&Pair) -> (f64, f64)) -> Option<Share> {
    area_of(pairs, &pairs.iter().map(scores).collect::<Vec<_>>())
}

/// The area for given scores, with the interval over photographs.
fn area_of(pairs: &[Pair], scores: &[(f64, f64)]) -> Option<Share> {
    let mut photos: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    pairs.iter().enumerate().for_each(|(i, pair)| photos.entry(pair.photo).or_default().push(i));
    let photos: Vec<Vec<usize>> = photos.into_values().collect();
    let of = |sample: &[usize]| {
        let (clean, attacked): (Vec<f64>, Vec<f64>) =
            sample.iter().flat_map(|&photo| &photos[photo]).map(|&i| scores[i]).unzip();
        auroc(&clean, &attacked).unwrap_or(f64::NAN)
    };
    let value = of(&(0..photos.len()).collect::<Vec<_>>());
    let interval = Bootstrap::default().area(photos.len(), of).ok().map(|interval| [interval.low, interval.high]);
    value.is_finite().then_some(Share { value, interval, n: scores.len() })
}
