//! The course of a test: the deletions, their order, and their results.
//!
//! All deletions are drawn beforehand, so that the number of a draw identifies a deletion and any worker can try it. A
//! deletion that can tell nothing is replaced by another of its family, at the end.

use std::collections::VecDeque;

use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use super::deletion::{Deletion, Family, draw};
use super::design::DELETIONS;

/// A deletion to be tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// The number of the draw.
    pub draw: usize,
    /// What deleted pixels become.
    pub family: Family,
    /// Its number among the deletions of the test, which chooses the place of its control.
    pub number: usize,
}

/// The result of a deletion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Tried {
    /// The deletion.
    pub part: Part,
    /// The normalised score of each tested region; `None` if the deletion can tell nothing.
    pub normalised: Option<Vec<f32>>,
}

/// A deletion in its place, with its scores if they are known.
pub(super) struct Stop<'a> {
    pub part: Part,
    pub normalised: Option<&'a [f32]>,
}

/// The planned deletions and the results so far.
pub(super) struct Course {
    families: Vec<Family>,
    draws: Vec<Deletion>,
    tried: Vec<Tried>,
}

impl Course {
    /// Draws all deletions that may be tried. Of the deletions that tell nothing, at most [`DELETIONS`] are replaced.
    pub fn new(families: Vec<Family>, side: usize, learned_sigma_px: Option<f32>, random: &mut ChaCha8Rng) -> Self {
        let draws = (0..2 * DELETIONS).map(|_| draw(side, learned_sigma_px, random)).collect();
        Self { families, draws, tried: vec![] }
    }

    /// Adds the result of a deletion, unless it is there already.
    pub fn add(&mut self, tried: Tried) {
        if !self.tried.iter().any(|known| known.part == tried.part) {
            self.tried.push(tried);
        }
    }

    pub fn deletion(&self, part: Part) -> Deletion {
        self.draws[part.draw].of(part.family)
    }

    /// The deletions of the test in their order, and the draws that tell nothing. A deletion that was not tried yet
    /// counts as telling something.
    fn walk(&self) -> (Vec<Stop<'_>>, Vec<usize>) {
        let first = if self.families.is_empty() { 0 } else { DELETIONS };
        let mut pending: VecDeque<Family> = self.families.iter().copied().cycle().take(first).collect();
        let (mut stops, mut void) = (vec![], vec![]);
        for draw in 0.. {
            let Some(family) = pending.pop_front() else { break };
            let part = Part { draw, family, number: stops.len() };
            if !self.is_void(part) {
                stops.push(Stop { part, normalised: self.scores(part) });
                continue;
            }
            void.push(draw);
            if void.len() <= DELETIONS {
                pending.push_back(family);
            }
        }
        (stops, void)
    }

    /// The deletions of the test in their order.
    pub fn stops(&self) -> Vec<Stop<'_>> {
        self.walk().0
    }

    /// The deletions that are known together with all before them, as if they had been tried one after the other.
    pub fn known(&self) -> Vec<(Part, &[f32])> {
        self.stops().into_iter().map_while(|stop| Some((stop.part, stop.normalised?))).collect()
    }

    /// The deletions that are still to be tried.
    pub fn wanted(&self) -> Vec<Part> {
        self.stops().into_iter().filter(|stop| stop.normalised.is_none()).map(|stop| stop.part).collect()
    }

    /// The number of deletions before the first wanted one that could tell nothing.
    pub fn void(&self) -> usize {
        let (stops, void) = self.walk();
        let wanted = stops.iter().find(|stop| stop.normalised.is_none());
        void.into_iter().filter(|&draw| wanted.is_none_or(|stop| draw < stop.part.draw)).count()
    }

    fn is_void(&self, part: Part) -> bool {
        let same = |other: Part| (other.draw, other.family) == (part.draw, part.family);
        self.tried.iter().any(|tried| tried.normalised.is_none() && same(tried.part))
    }

    fn scores(&self, part: Part) -> Option<&[f32]> {
        self.tried.iter().find(|tried| tried.part == part)?.normalised.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    fn course() -> Course {
        Course::new(vec![Family::Mean, Family::Noise], 64, None, &mut ChaCha8Rng::seed_from_u64(1))
    }

    fn tried(part: Part, sound: bool) -> Tried {
        Tried { part, normalised: sound.then(|| vec![0.5]) }
    }

    /// Takes what is wanted last, first, from `at_once` at a time.
    fn finished(at_once: usize, void: impl Fn(Part) -> bool) -> (Vec<Part>, usize) {
        let mut course = course();
        loop {
            let mut parts = course.wanted();
            parts.truncate(at_once);
            if parts.is_empty() {
                return (course.known().into_iter().map(|(part, _)| part).collect(), course.void());
            }
            for part in parts.into_iter().rev() {
                course.add(tried(part, !void(part)));
            }
        }
    }

    #[test]
    fn many_at_once_find_the_same_course_as_one_after_the_other() {
        for every in [2, 3, 5, 100] {
            let void = |part: Part| part.draw % every == 1 || (part.family == Family::Noise && part.draw > 50);
            let (one, void_of_one) = finished(1, void);
            assert!(one.iter().enumerate().all(|(number, part)| part.number == number));
            for at_once in [2, 7, 40] {
                assert_eq!(finished(at_once, void), (one.clone(), void_of_one), "every {every}, {at_once} at once");
            }
        }
    }

    #[test]
    fn what_tells_nothing_is_replaced_by_its_family_until_it_is_the_rule() {
        let (parts, void) = finished(1, |part| part.draw == 3);
        assert_eq!((parts.len(), void), (DELETIONS, 1));
        let last = Part { draw: DELETIONS, family: Family::Noise, number: DELETIONS - 1 };
        assert_eq!(parts.last(), Some(&last));
        assert_eq!(finished(1, |_| true), (vec![], 2 * DELETIONS));
    }

    #[test]
    fn only_what_has_no_gap_before_it_is_known() {
        let mut course = course();
        let parts = course.wanted();
        for at in [0, 1, 3] {
            course.add(tried(parts[at], true));
        }
        assert_eq!((course.known().len(), course.wanted().len()), (2, DELETIONS - 3));
    }
}
