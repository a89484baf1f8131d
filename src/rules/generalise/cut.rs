//! The region at one level of the evidence, and the places of its controls.

use rand_chacha::ChaCha8Rng;

use super::deletion::Deletion;
use crate::map::Map;
use crate::picture::Transform;
use crate::rules::region::{places, rolled};

/// Places to which a region is moved as its control.
const PLACES: usize = 3;

/// The region at one level, and the places of its controls.
pub struct Cut {
    pub level: f32,
    /// 1 in the region, else 0.
    pub region: Map,
    pub places: Vec<(usize, usize)>,
}

impl Cut {
    /// Cuts the region of the evidence above a level of its range, and draws its controls.
    pub fn new(evidence: &Map, level: f32, random: &mut ChaCha8Rng) -> Self {
        let region = evidence.cut(evidence.threshold(level));
        Self { level, places: places(&region, PLACES, random), region }
    }

    /// The region, or its control, as it lies in the changed picture. Controls take turns among their places.
    pub fn lying(&self, control: bool, number: usize, deletion: &Deletion) -> Map {
        let Self { region, places, .. } = self;
        let region = if control { rolled(region, places[number % places.len()]) } else { region.clone() };
        if deletion.mirrored { Transform::Mirror.moved(&region).unwrap_or(region) } else { region }
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn regions_are_cut_hard_by_a_share_of_their_range() {
        let evidence = Map::new(vec![0.2, 0.4, 0.6, 0.7]);
        let mut random = ChaCha8Rng::seed_from_u64(0);
        assert_eq!(Cut::new(&evidence, 0.5, &mut random).region.values, [0.0, 0.0, 1.0, 1.0]);
        assert_eq!(Cut::new(&evidence, 0.1, &mut random).region.values, [0.0, 1.0, 1.0, 1.0]);
    }
}
