//! The findings of evaluations, from one log or from many.

use std::collections::btree_map::Entry as MapEntry;
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::calls::Calls;
use super::setup::Setup;
use super::shard::Shard;
use crate::error::{Error, ErrorKind, Result};
use crate::study::case::{Case, LEAST_SCORE};
use crate::study::item::Item;
use crate::study::record::Record;

/// One line of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// The setup.
    Setup(Box<Setup>),
    /// A picture with its fate.
    Seen(Seen),
    /// The measurements of a method or a control on a picture.
    Record(Box<Record>),
    /// The end of the call whose setup stands above: none of its work is left.
    End {},
}

/// The stage at which a picture was left out, or that it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It cannot be read.
    Unreadable,
    /// The true class is to be explained, but the set does not give it or the model does not know it.
    Unlabelled,
    /// Its answer is not above .5.
    Unsure,
    /// Its answer does not fall below half when everything is deleted.
    Stands,
    /// It counts.
    Judges,
}

/// A picture with its fate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// Its number in the set.
    pub number: usize,
    /// Its name.
    pub name: String,
    /// Its fate.
    pub fate: Fate,
    /// The reason why it cannot be read or used, if there is one.
    pub reason: Option<String>,
    /// SHA-256 of its pixels; empty if it cannot be read.
    pub sha256: String,
    /// SHA-256 of its class and its boxes in the set; empty if it cannot be read.
    #[serde(default)]
    pub annotations_sha256: String,
    /// The name of the class that is explained.
    pub label: String,
    /// The probability of that class, before and after everything is deleted.
    pub scores: [f32; 2],
    /// A thumbnail of the model's input ([`of_photo`](crate::study::thumbnail::of_photo)).
    pub photo: Option<String>,
}

impl Seen {
    /// Returns the entry of a picture that cannot be read.
    pub fn unreadable(number: usize, name: String, reason: String) -> Self {
        let [sha256, annotations_sha256] = fingerprints(None);
        Self {
            number,
            name,
            fate: Fate::Unreadable,
            reason: Some(reason),
            sha256,
            annotations_sha256,
            label: String::new(),
            scores: [0.0; 2],
            photo: None,
        }
    }

    /// Returns the entry of a picture whose true class should be explained and is not known.
    pub fn unlabelled(number: usize, item: &Item) -> Self {
        let reason = match &item.label {
            Some(_) => format!("{}: the model does not know its class", item.name),
            None => format!("{}: the set gives it no class", item.name),
        };
        let [sha256, annotations_sha256] = fingerprints(Some(item));
        let unread = Self::unreadable(number, item.name.clone(), reason);
        Self { fate: Fate::Unlabelled, sha256, annotations_sha256, ..unread }
    }

    /// Returns the entry of a classified picture. It keeps a photo if the picture counts and pictures are wanted.
    pub fn of(number: usize, case: &Case, pictures: bool) -> Self {
        let (item, ends) = (&case.item, case.ends);
        let fate = match (case.is_sound(), ends.original > LEAST_SCORE) {
            (true, _) => Fate::Judges,
            (false, true) => Fate::Stands,
            (false, false) => Fate::Unsure,
        };
        let photo = (pictures && fate == Fate::Judges).then(|| small(item, case)).flatten();
        let [sha256, annotations_sha256] = fingerprints(Some(item));
        Self {
            number,
            name: item.name.clone(),
            fate,
            reason: None,
            sha256,
            annotations_sha256,
            label: case.subject.label.clone(),
            scores: [ends.original, ends.null],
            photo,
        }
    }
}

/// SHA-256 of a picture's pixels and of its annotations; empty if it cannot be read.
pub(super) fn fingerprints(item: Option<&Item>) -> [String; 2] {
    let Some(item) = item else { return Default::default() };
    let said = format!("{:?} {:?}", item.label, item.boxes);
    [item.pixels.as_raw().as_slice(), said.as_bytes()].map(|bytes| crate::classifier::sha256([bytes]))
}

impl Seen {
    /// Checks that the picture of this number is still the recorded one.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] and names what has changed.
    pub(super) fn check(&self, name: &str, [sha256, annotations_sha256]: &[String; 2]) -> Result<()> {
        let changed = if self.name != name {
            format!("the set has {name} where it had {}", self.name)
        } else if self.sha256 != *sha256 {
            format!("{name} is not the picture that it was")
        } else if self.annotations_sha256 != *annotations_sha256 {
            format!("{name} has not the class and the boxes that it had")
        } else {
            return Ok(());
        };
        let advice = "when these results were made; name another file by --resume and measure again";
        Err(Error::new(ErrorKind::Settings, format!("{changed} {advice}")))
    }
}

#[cfg(feature = "cli")]
fn small(item: &Item, case: &Case) -> Option<String> {
    use crate::classifier::Classifier;
    crate::study::thumbnail::of_photo(&item.pixels, case.model.framing())
}

/// Photos are kept as JPEG, and this build has no encoder.
#[cfg(not(feature = "cli"))]
fn small(_item: &Item, _case: &Case) -> Option<String> {
    None
}

/// The findings of an evaluation: pictures by number, records by picture.
#[derive(Clone, Debug)]
pub struct Findings {
    /// The setup.
    pub setup: Setup,
    /// The parts of the set that are there.
    pub parts: Vec<usize>,
    /// The parts with work left, because a call was stopped.
    pub unfinished: Vec<usize>,
    /// The pictures seen so far.
    pub seen: Vec<Seen>,
    /// The measurements of each method and control on each picture that counts.
    pub records: Vec<Record>,
}

impl Findings {
    /// Orders the lines of one or more logs by the number of the picture, then by the place in the table. Each part of
    /// a divided set judges up to the limit. Of all of them the first `limit` pictures are kept, as in a single run.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the logs do not belong together, and with [`ErrorKind::Io`] if they hold
    /// no setup.
    pub fn of(entries: impl IntoIterator<Item = Entry>) -> Result<Self> {
        let (mut setup, mut parts) = (None::<Setup>, BTreeSet::new());
        let (mut seen, mut records, mut calls) = (BTreeMap::new(), BTreeMap::new(), Calls::default());
        for entry in entries {
            match entry {
                Entry::Setup(next) => {
                    parts.insert(next.shard.part);
                    calls.begin((*next).clone());
                    setup = Some(joined(setup, *next)?);
                }
                Entry::Seen(next) => match seen.entry(next.number) {
                    MapEntry::Vacant(place) => {
                        place.insert(next);
                    }
                    MapEntry::Occupied(earlier) => {
                        let earlier: &Seen = earlier.get();
                        earlier.check(&next.name, &[next.sha256, next.annotations_sha256])?;
                    }
                },
                Entry::Record(next) => {
                    records.entry((next.number, next.method.clone())).or_insert(*next);
                }
                Entry::End {} => calls.end(),
            }
        }
        let none = || Error::new(ErrorKind::Io, "a log of an evaluation begins with its setup; these have none");
        let setup = setup.ok_or_else(none)?;
        let mut found = Self {
            setup,
            parts: parts.into_iter().collect(),
            unfinished: calls.unfinished(),
            seen: seen.into_values().collect(),
            records: vec![],
        };
        found.keep_first();
        found.take_records(records.into_values());
        Ok(found)
    }

    /// Keeps the pictures up to the last that counts.
    fn keep_first(&mut self) {
        let limit = self.setup.limit;
        let mut judged = 0;
        let until = self.seen.iter().position(|seen| {
            judged += usize::from(seen.fate == Fate::Judges);
            judged == limit
        });
        self.seen.truncate(until.map_or(self.seen.len(), |last| last + 1));
    }

    fn take_records(&mut self, records: impl Iterator<Item = Record>) {
        let judged: BTreeSet<usize> = self.judges().into_iter().collect();
        let names = self.names();
        let place = |record: &Record| names.iter().position(|name| *name == record.method);
        self.records = records.filter(|r| judged.contains(&r.number) && place(r).is_some()).collect();
        self.records.sort_by_key(|record| (record.number, place(record)));
    }

    /// The names of the table's rows, in order: each method, its finer order if that was judged, and the controls.
    pub fn names(&self) -> Vec<String> {
        let orders = |name: &str| self.setup.orders.then(|| format!("{name}:order"));
        self.setup.entrants().into_iter().flat_map(|name| [Some(name.clone()), orders(&name)]).flatten().collect()
    }

    /// The numbers of the pictures that count, in order.
    pub fn judges(&self) -> Vec<usize> {
        self.seen.iter().filter(|seen| seen.fate == Fate::Judges).map(|seen| seen.number).collect()
    }

    /// SHA-256 of the hashes of all readable pictures seen, in order.
    pub fn set_sha256(&self) -> String {
        crate::classifier::sha256(self.seen.iter().map(|seen| seen.sha256.as_bytes()))
    }

    /// The parts of the set whose logs are missing.
    pub fn missing(&self) -> Vec<usize> {
        (1..=self.setup.shard.of).filter(|part| !self.parts.contains(part)).collect()
    }

    /// Returns sentences about missing work; empty if the evaluation is complete.
    pub fn shortfall(&self) -> Vec<String> {
        let of = self.setup.shard.of;
        let listed = |parts: &[usize]| parts.iter().map(usize::to_string).collect::<Vec<_>>().join(", ");
        let missing = self.missing();
        let absent =
            (!missing.is_empty()).then(|| format!("Not whole: of {of} parts these are missing: {}.", listed(&missing)));
        let stopped = match self.unfinished.as_slice() {
            [] => None,
            _ if of == 1 => Some("Not whole: it was stopped before its end.".to_owned()),
            parts => Some(format!("Not whole: of {of} parts these were stopped before their end: {}.", listed(parts))),
        };
        absent.into_iter().chain(stopped).collect()
    }
}

fn joined(setup: Option<Setup>, next: Setup) -> Result<Setup> {
    let Some(mut setup) = setup else { return Ok(Setup { shard: Shard { part: 1, ..next.shard }, ..next }) };
    setup.check(&next)?;
    setup.merge(&next);
    Ok(setup)
}
