//! Answers that no region carries: they stay when everything is deleted.

use serde::{Deserialize, Serialize};

use crate::rules::effect::LEVEL;
use crate::rules::statistics::{Interval, wilson};

/// If this share of the other pictures takes an answer when everything is deleted, it is the model's answer to an empty
/// picture. That it stays then says nothing about its own pictures.
const DEFAULT: f64 = 0.5;

/// The answers of one picture, unchanged and with everything deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Look {
    pub(super) answer: usize,
    pub(super) deleted: usize,
}

/// A class whose answers stay when everything is deleted: its cue is everywhere, and no region shows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Everywhere {
    /// Position of the class in the model's output.
    pub class: usize,
    /// The share of unseen pictures with this answer that keep it when everything is deleted; the interval holds for
    /// all classes together.
    pub kept: Interval,
    /// The share of unseen pictures with other answers that take this answer when everything is deleted.
    pub taken: Interval,
}

impl Everywhere {
    /// Returns the finding as a sentence, with the class's name.
    pub fn sentence(&self, label: &str) -> String {
        let percent = |share: f64| format!("{:.0} %", 100.0 * share);
        format!(
            "{label}: everywhere, no region. {} of {} unseen pictures keep the answer when everything is deleted ({} to \
             {}); {} of {} others take it ({} to {}).",
            percent(self.kept.estimate),
            self.kept.n,
            percent(self.kept.low),
            percent(self.kept.high),
            percent(self.taken.estimate),
            self.taken.n,
            percent(self.taken.low),
            percent(self.taken.high)
        )
    }
}

/// Returns the classes, out of `classes`, whose answers stay on these pictures when everything is deleted.
pub(super) fn everywhere(looks: &[Look], classes: usize) -> Vec<Everywhere> {
    let asked: Vec<usize> = (0..classes).filter(|&class| looks.iter().any(|look| look.answer == class)).collect();
    let confidence = 1.0 - LEVEL / asked.len().max(1) as f64;
    let share = |class: usize, own: bool| {
        let of = looks.iter().filter(|look| (look.answer == class) == own);
        wilson(of.clone().filter(|look| look.deleted == class).count(), of.count(), confidence).ok()
    };
    let found = |class: usize| Some(Everywhere { class, kept: share(class, true)?, taken: share(class, false)? });
    let stays = |found: &Everywhere| found.kept.low > found.taken.high && found.taken.estimate < DEFAULT;
    asked.into_iter().filter_map(found).filter(stays).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn looks(answer: usize, deleted: usize, count: usize) -> Vec<Look> {
        vec![Look { answer, deleted }; count]
    }

    #[test]
    fn a_class_that_a_blur_leaves_is_told_from_the_default_answer() {
        // Class 1 stays when everything is deleted; class 0 is what every deleted picture is called.
        let all = [looks(1, 1, 18), looks(1, 0, 4), looks(0, 0, 30), looks(2, 0, 40)].concat();
        let found = everywhere(&all, 3);
        assert_eq!(found.iter().map(|f| f.class).collect::<Vec<_>>(), [1]);
        assert!(found[0].sentence("owl").starts_with("owl: everywhere, no region. 82 % of 22"), "{found:?}");
        assert_eq!(everywhere(&looks(0, 0, 9), 3), []);
    }
}
