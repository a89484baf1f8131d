//! The pointing game: does the map's maximum lie on the object?
//!
//! The maximum hits if a disc around it, whose radius is the tolerance, meets the annotation. The tolerance is part of
//! the result: 15 px in the published tables, on pictures of 224 px. On smaller pictures 15 px is a larger share, and
//! nearly every map hits. So the tolerance here is the same share of the side ([`tolerance_px`]).
//!
//! Reference: J. Zhang, Z. Lin, J. Brandt, X. Shen and S. Sclaroff, "Top-down Neural Attention by Excitation
//! Backprop", ECCV 2016, section 4.2.

use crate::map::Map;

/// The tolerance of the published tables, in pixels of a side of [`SIDE_PX`].
const TOLERANCE_PX: usize = 15;
const SIDE_PX: usize = 224;

/// Returns 15/224 of a side, in whole pixels.
pub fn tolerance_px(side: usize) -> usize {
    (TOLERANCE_PX * side + SIDE_PX / 2) / SIDE_PX
}

/// Returns whether the map `[S, S]` points at the object, where `inside` is true for its (row, column). Of equal maxima
/// the first counts.
pub fn hits(evidence: &Map, tolerance_px: usize, inside: impl Fn(usize, usize) -> bool) -> bool {
    let (side, at) = (evidence.side, evidence.maximum());
    let (row, column) = (at / side, at % side);
    let reach = |at: usize| at.saturating_sub(tolerance_px)..(at + tolerance_px + 1).min(side);
    let near = |r: usize, c: usize| r.abs_diff(row).pow(2) + c.abs_diff(column).pow(2) <= tolerance_px.pow(2);
    reach(row).any(|r| reach(column).any(|c| near(r, c) && inside(r, c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tolerance_is_a_share_of_the_side() {
        assert_eq!([224, 128, 299, 64].map(tolerance_px), [15, 9, 20, 4]);
    }

    #[test]
    fn the_tolerance_decides_between_hit_and_miss() {
        let evidence = Map::indicator(10, |row, column| (row, column) == (5, 5));
        let corner = |r: usize, c: usize| r == 2 && c == 1;
        // (2, 1) lies 5 px away.
        assert!(hits(&evidence, 5, corner));
        assert!(!hits(&evidence, 4, corner));
        assert!(hits(&evidence, 0, |r, c| r == 5 && c == 5));
        assert!(!hits(&evidence, 0, |r, c| r == 5 && c == 6));
    }
}
