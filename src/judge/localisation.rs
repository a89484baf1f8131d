//! Weak localisation: does a box drawn from the map alone find the object?
//!
//! The map h is cut by *value* (h ≥ α (max − min) + min), by *energy* (the pixels that hold the top α of its mass) or by
//! *mean* (h ≥ α · mean h); the tight box around what is left must overlap the annotated one by at least half.
//! α is tuned on pictures apart from those judged.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, ICCV 2017, section 5.3, and C. Cao et al., "Look and Think Twice", ICCV 2015.

use crate::array::range;
use crate::pixel_box::PixelBox;

/// The overlap that counts as found.
pub const FOUND: f32 = 0.5;

/// How a map is cut.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cut {
    /// α in [0, 1] of the range.
    Value(f32),
    /// α in [0, 1] of the mass.
    Energy(f32),
    /// α times the mean.
    Mean(f32),
}

impl Cut {
    /// The value from which pixels are kept.
    fn threshold(self, evidence: &[f32]) -> f32 {
        let (least, largest) = range(evidence);
        match self {
            Cut::Value(alpha) => least + alpha * (largest - least),
            Cut::Mean(alpha) => alpha * evidence.iter().sum::<f32>() / evidence.len() as f32,
            Cut::Energy(alpha) => energy_threshold(evidence, alpha),
        }
    }

    /// The tight box around what is kept; `None` if nothing is.
    pub fn locate(self, evidence: &[f32], side: usize) -> Option<PixelBox> {
        let threshold = self.threshold(evidence);
        PixelBox::around(side, |i| evidence[i] >= threshold)
    }
}

/// The value of the last pixel needed to hold a share of the mass.
fn energy_threshold(evidence: &[f32], share: f32) -> f32 {
    let mut sorted = evidence.to_vec();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let wanted = share * sorted.iter().sum::<f32>();
    let mut mass = 0.0;
    for value in sorted {
        mass += value;
        if mass >= wanted {
            return value;
        }
    }
    f32::NEG_INFINITY
}

/// Intersection over union of the thresholded map with a truth `[S, S]`, at the best of 100 thresholds of the range.
pub fn best_overlap(evidence: &[f32], truth: &[bool]) -> f32 {
    let overlap = |level: usize| {
        let threshold = Cut::Value(level as f32 / 100.0).threshold(evidence);
        let (mut both, mut either) = (0, 0);
        for (value, &inside) in evidence.iter().zip(truth) {
            both += usize::from(*value >= threshold && inside);
            either += usize::from(*value >= threshold || inside);
        }
        both as f32 / either.max(1) as f32
    };
    (1..=100).map(overlap).fold(0.0, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAP: [f32; 9] = [0.0, 0.0, 0.0, 0.0, 4.0, 1.0, 0.0, 2.0, 1.0];

    #[test]
    fn maps_are_cut_by_value_mass_and_mean() {
        for (cut, area) in [
            (Cut::Value(0.9), 1),
            (Cut::Value(0.5), 2),
            (Cut::Value(0.25), 4),
            (Cut::Energy(0.5), 1),
            (Cut::Energy(0.75), 2),
            (Cut::Mean(2.0), 2),
            (Cut::Mean(1.0), 4),
        ] {
            assert_eq!(cut.locate(&MAP, 3).map(|b| b.area()), Some(area), "{cut:?}");
        }
    }

    #[test]
    fn the_best_overlap_is_found() {
        let truth: Vec<bool> = (0..9).map(|i| i == 4 || i == 7).collect();
        assert_eq!(best_overlap(&MAP, &truth), 1.0);
        let other: Vec<bool> = (0..9).map(|i| i == 0).collect();
        assert_eq!(best_overlap(&MAP, &other), 0.0);
    }
}
