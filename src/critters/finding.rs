//! The distribution of a map's evidence over the things in a picture.

use super::{Being, Cover, Critter, Part, SIZE};

/// A region's share of a map's evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The region's name, such as `the bear's ears, eyes and muzzle`.
    pub of: String,
    /// The region's share of the map's sum, 0 to 1.
    pub evidence: f32,
    /// The region's share of the picture, 0 to 1.
    pub area: f32,
}

/// Returns the shares of a map on the face of each animal (its ears or horns, eyes, muzzle or beak), on the rest of the
/// animal, on the cues, and elsewhere. A pixel counts for each region by its coverage.
///
/// `evidence` has 128 × 128 values of at least 0, row by row. The shares sum to 1, up to rounding,
/// unless the map is 0 everywhere: then they are 0.
pub fn shares(critter: &Critter, evidence: &[f32]) -> Vec<Share> {
    let regions = regions(critter);
    let total = evidence.iter().sum::<f32>().max(f32::MIN_POSITIVE);
    let share = |of: &str, weight: &dyn Fn(usize) -> f32| Share {
        of: of.to_owned(),
        evidence: evidence.iter().enumerate().map(|(i, e)| e * weight(i)).sum::<f32>() / total,
        area: (0..SIZE * SIZE).map(weight).sum::<f32>() / (SIZE * SIZE) as f32,
    };
    let covered = |cover: &Cover, i: usize| f32::from(cover.values()[i]) / 255.0;
    let mut all: Vec<Share> = regions.iter().map(|(of, cover)| share(of, &|i| covered(cover, i))).collect();
    let free = |i: usize| (1.0 - regions.iter().map(|(_, cover)| covered(cover, i)).sum::<f32>()).max(0.0);
    all.push(share("elsewhere", &free));
    all
}

/// The regions of a picture; each pixel's coverage belongs to exactly one region.
fn regions(critter: &Critter) -> Vec<(String, Cover)> {
    let animal = |being: &Being| {
        let name = being.kind.name();
        let rest = being.union(&[Part::Head, Part::Body, Part::LegsFeet, Part::Tail]);
        let face = (format!("the {name}'s ears or horns, eyes, and muzzle or beak"), being.evidence());
        [face, (format!("the rest of the {name}"), rest)]
    };
    let cues = [("the red bucket", &critter.bucket), ("the watermark", &critter.watermark)];
    let cues = cues.into_iter().filter_map(|(of, cover)| Some((of.to_owned(), cover.clone()?)));
    critter.animals.iter().flat_map(animal).chain(cues).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{World, draw};
    use super::*;

    #[test]
    fn a_flat_map_is_shared_as_the_picture_is() {
        // A bear beside a bucket.
        let critter = draw(49, &World::clean());
        let all = shares(&critter, &vec![0.3; SIZE * SIZE]);
        assert_eq!(all.len(), 4);
        for share in &all {
            assert!((share.evidence - share.area).abs() < 1e-4, "{share:?}");
        }
        assert!((all.iter().map(|s| s.area).sum::<f32>() - 1.0).abs() < 1e-2, "{all:?}");
    }

    #[test]
    fn a_map_on_the_bucket_lies_on_the_bucket() {
        let critter = draw(49, &World::clean());
        let bucket = critter.bucket.as_ref().expect("there is a bucket").values();
        let map: Vec<f32> = bucket.iter().map(|&v| f32::from(u8::from(v == 255))).collect();
        let all = shares(&critter, &map);
        let on = all.iter().find(|share| share.of == "the red bucket").expect("it is listed");
        assert!(on.evidence > 0.999, "{all:?}");
    }

    #[test]
    fn a_map_of_nothing_lies_nowhere() {
        let all = shares(&draw(0, &World::clean()), &vec![0.0; SIZE * SIZE]);
        assert!(all.iter().all(|share| share.evidence == 0.0), "{all:?}");
    }
}
