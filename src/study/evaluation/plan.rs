//! The plan of an evaluation.

use super::shard::Shard;
use crate::classifier::Labels;
use crate::judge::Control;
use crate::methods::Settings;
use crate::rules::generalise::Family;
use crate::study::item::Item;
use crate::study::judging::Entrant;
use crate::study::metric::Measures;

/// The plan of an evaluation.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The settings of each method.
    pub methods: Vec<Settings>,
    /// Judges maps that ask no model beside the methods.
    pub controls: bool,
    /// What is measured.
    pub measures: Measures,
    /// Judges the finer orders of the methods that have one, beside their maps.
    pub orders: bool,
    /// The most pictures judged.
    pub limit: usize,
    /// Explains the true class instead of the most probable one; pictures of which the model knows none are left out.
    pub true_class: bool,
    /// Which part of the set is judged.
    pub shard: Shard,
}

impl Plan {
    /// What is judged on each picture, in the order of the table.
    pub fn entrants(&self) -> Vec<Entrant> {
        let method = |settings: &Settings| Entrant::Method { settings: Box::new(settings.clone()), order: self.orders };
        let controls = Control::ALL.into_iter().filter(|_| self.controls).map(Entrant::Control);
        self.methods.iter().map(method).chain(controls).collect()
    }

    /// Whether a picture cannot be asked about, since its true class is wanted and the model knows none.
    pub(super) fn lacks_class(&self, item: &Item, labels: &Labels) -> bool {
        self.true_class && item.class(labels).is_none()
    }

    /// The families of deletions that none of the methods has seen: one and the same test for every row.
    pub fn families(&self) -> Vec<Family> {
        let unseen = |family: &Family| self.methods.iter().all(|of| Family::unseen_by(of).contains(family));
        Family::ALL.into_iter().filter(unseen).collect()
    }
}
