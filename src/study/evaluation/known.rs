//! The known results of a set: the fate of each picture, and its records.

use std::collections::{BTreeMap, BTreeSet};

use super::Plan;
#[cfg(feature = "cli")]
use super::findings::fingerprints;
use super::findings::{Entry, Fate, Seen};
#[cfg(feature = "cli")]
use crate::error::Result;
#[cfg(feature = "cli")]
use crate::study::item::Item;
use crate::study::judging::Entrant;
use crate::study::record::{Record, order_name};

/// The results so far, of this call or of others.
#[derive(Default)]
pub(super) struct Known {
    /// The pictures seen so far, by number.
    seen: BTreeMap<usize, Seen>,
    /// Picture number and name of each record, and of each record whose method gave a finer order.
    records: BTreeSet<(usize, String)>,
    ordered: BTreeSet<(usize, String)>,
}

impl Known {
    #[cfg(feature = "cli")]
    pub fn of(entries: &[Entry]) -> Self {
        let mut known = Self::default();
        for entry in entries {
            known.add(entry);
        }
        known
    }

    /// Adds a line, and returns whether it is new.
    pub fn add(&mut self, entry: &Entry) -> bool {
        match entry {
            Entry::Setup(_) | Entry::End {} => false,
            Entry::Seen(seen) => {
                let seen = Seen { photo: None, ..seen.clone() };
                self.seen.insert(seen.number, seen).is_none()
            }
            Entry::Record(record) => self.add_record(record),
        }
    }

    fn add_record(&mut self, record: &Record) -> bool {
        let key = (record.number, record.method.clone());
        if record.has_order {
            self.ordered.insert(key.clone());
        }
        self.records.insert(key)
    }

    /// The fate of a picture, if it was seen.
    pub fn fate(&self, number: usize) -> Option<Fate> {
        self.seen.get(&number).map(|seen| seen.fate)
    }

    /// Checks that a recorded picture is still the same; `None` stands for one that cannot be read.
    ///
    /// # Errors
    /// Fails with [`crate::ErrorKind::Settings`] if another picture is in its place.
    #[cfg(feature = "cli")]
    pub fn check(&self, number: usize, name: &str, item: Option<&Item>) -> Result<()> {
        self.seen.get(&number).map_or(Ok(()), |seen| seen.check(name, &fingerprints(item)))
    }

    /// How many pictures were left out.
    pub fn left_out(&self) -> usize {
        self.seen.values().filter(|seen| seen.fate != Fate::Judges).count()
    }

    /// How many results there are.
    pub fn records(&self) -> usize {
        self.records.len()
    }

    /// Whether all work on a picture is done.
    pub fn is_over(&self, number: usize, plan: &Plan) -> bool {
        self.fate(number).is_some_and(|fate| fate != Fate::Judges || self.missing(number, plan).is_empty())
    }

    /// The methods and controls that have no result on a picture yet.
    pub fn missing(&self, number: usize, plan: &Plan) -> Vec<Entrant> {
        plan.entrants().into_iter().filter(|entrant| !self.holds(number, entrant)).collect()
    }

    fn holds(&self, number: usize, entrant: &Entrant) -> bool {
        let key = (number, entrant.name().to_owned());
        let order = match entrant {
            Entrant::Method { settings, order: true } if self.ordered.contains(&key) => {
                self.records.contains(&(number, order_name(settings.method)))
            }
            _ => true,
        };
        order && self.records.contains(&key)
    }
}
