//! The discovery of concept rules: which concept goes with which answer, whatever the true class?

use serde::Serialize;

use super::labelled::Seen;
use crate::rules::statistics::{Count, Estimated, Stratum, association_z, mantel_haenszel};

/// A concept and a class that go together on the discovery half.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Candidate {
    /// Number of the concept.
    pub concept: usize,
    /// Position of the class in the model's output.
    pub class: usize,
    /// The standardised excess of this answer among pictures with the concept.
    pub z: f64,
    /// The rank of the concept for its class: 1 for the strongest association, 2 for the next, and so on.
    pub rank: usize,
}

/// Returns all pairs that go together and can be tested on these pictures, strongest first.
pub(super) fn candidates(half: &[&Seen], concepts: usize, classes: usize) -> Vec<Candidate> {
    let of_class = |class: usize| {
        let z = |concept: usize| Some((concept, association_z(&strata(half, concept, class, classes))?));
        let mut found: Vec<_> = (0..concepts).filter_map(z).filter(|&(_, z)| z > 0.0).collect();
        found.sort_by(|a, b| b.1.total_cmp(&a.1));
        let ranked = found.into_iter().enumerate();
        ranked.map(move |(i, (concept, z))| Candidate { concept, class, z, rank: i + 1 }).collect::<Vec<_>>()
    };
    let mut all: Vec<Candidate> = (0..classes).flat_map(of_class).collect();
    all.sort_by(|a, b| b.z.total_cmp(&a.z));
    all
}

/// Returns the association of a pair within the true class.
pub(super) fn association(half: &[&Seen], candidate: &Candidate, confidence: f64) -> Estimated {
    let classes = half.iter().map(|seen| seen.truth + 1).max().unwrap_or(0);
    mantel_haenszel(&strata(half, candidate.concept, candidate.class, classes), confidence)
}

/// For each true class, the number of pictures with and without the concept that get this answer.
fn strata(half: &[&Seen], concept: usize, class: usize, classes: usize) -> Vec<Stratum> {
    let mut strata = vec![Stratum::default(); classes];
    for seen in half {
        let stratum = &mut strata[seen.truth];
        let count: &mut Count = if seen.shown.contains(&concept) { &mut stratum.with } else { &mut stratum.without };
        count.of += 1;
        count.hits += usize::from(seen.answer == class);
    }
    strata
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cue_that_moves_answers_ranks_first_for_its_class() {
        // Concept 0 makes every answer 1. Concept 1 is present by chance, and concept 2 always.
        let seen = |i: usize| {
            let cue = i.is_multiple_of(3);
            let mut shown = vec![2];
            shown.extend(cue.then_some(0).into_iter().chain(i.is_multiple_of(4).then_some(1)));
            Seen { truth: i % 2, answer: if cue { 1 } else { i % 2 }, shown }
        };
        let all: Vec<Seen> = (0..120).map(seen).collect();
        let half: Vec<&Seen> = all.iter().collect();
        let found = candidates(&half, 3, 2);
        assert_eq!((found[0].concept, found[0].class, found[0].rank), (0, 1, 1));
        assert!(found[0].z > 5.0 && found.iter().all(|c| c.concept != 2), "{found:?}");
        let delta = association(&half, &found[0], 0.95).expect("both kinds of picture");
        assert!((delta.estimate - 0.5).abs() < 0.1, "{delta:?}");
    }
}
