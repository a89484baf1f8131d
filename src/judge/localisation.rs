//! Weak localisation: does a box drawn from the map alone find the object?
//!
//! The map h is cut by *value* (h ≥ α (max − min) + min), by *energy* (the pixels that hold the top α of its mass) or
//! by *mean* (h ≥ α · mean h); the tight box around what is left must overlap the annotated one by at least half. α is
//! tuned on pictures other than the judged ones.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, ICCV 2017, section 5.3, and C. Cao et al., "Look and Think Twice", ICCV
//! 2015.

use crate::map::Map;
use crate::pixel_box::PixelBox;

/// The intersection over union from which an object counts as found.
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
    /// Returns the least value of a pixel that is kept.
    fn threshold(self, evidence: &Map) -> f32 {
        match self {
            Cut::Value(alpha) => evidence.threshold(alpha),
            Cut::Mean(alpha) => alpha * evidence.mean(),
            Cut::Energy(alpha) => energy_threshold(&evidence.values, alpha),
        }
    }

    /// Returns the tight box around what is kept; `None` if nothing is.
    pub fn locate(self, evidence: &Map) -> Option<PixelBox> {
        evidence.tight_box(self.threshold(evidence))
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
            assert_eq!(cut.locate(&Map::new(MAP.to_vec())).map(|b| b.area()), Some(area), "{cut:?}");
        }
    }
}
