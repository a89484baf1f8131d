//! What is deleted from a picture to see what a model leans on.

use crate::critters::{Being, Cover, Critter, Part};
use crate::map::Map;
use crate::picture::{BlurScale, Null, NullImage};
use crate::question::Edit;

/// The null image: the picture's own pixels, blurred.
pub const DELETED: NullImage = NullImage { kind: Null::Blur, sigma_px: 8.0, sigma_at: BlurScale::Photo, seed: 0 };
/// Distance in pixels by which a deletion exceeds a part's own pixels, because its outline is evidence too.
pub const DELETION_MARGIN_PX: usize = 3;

/// What is done to a picture before a model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Deletion {
    Nothing,
    /// Ears or horns, eyes, muzzle or beak of every animal in the picture.
    Evidence,
    Feet,
    BodyFeetTail,
    Bucket,
    Watermark,
    Everything,
}

impl Deletion {
    /// Returns this deletion as an edit of a picture, which is no edit if the picture does not have that part.
    pub fn edit(self, critter: &Critter) -> Edit {
        match self {
            Self::Everything => Edit::DeleteAll,
            _ => self.region(critter).map_or(Edit::Nothing, |region| deleted(&region)),
        }
    }

    fn region(self, critter: &Critter) -> Option<Cover> {
        match self {
            Self::Nothing | Self::Everything => None,
            Self::Evidence => critter.animals.iter().map(Being::evidence).reduce(|a, b| a.union(&b)),
            Self::Feet => Some(critter.main().part(Part::LegsFeet).clone()),
            Self::BodyFeetTail => Some(critter.main().union(&[Part::Body, Part::LegsFeet, Part::Tail])),
            Self::Bucket => critter.bucket.clone(),
            Self::Watermark => critter.watermark.clone(),
        }
    }
}

/// Deletes a region with a margin around it. Each pixel is deleted as far as it is covered.
fn deleted(region: &Cover) -> Edit {
    let covered = region.dilated(DELETION_MARGIN_PX);
    Edit::delete(&Map::new(covered.values().iter().map(|&value| f32::from(value) / 255.0).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::critters::{World, draw};

    #[test]
    fn feet_are_deleted_and_what_lies_far_from_them_is_kept() {
        let critter = draw(3, &World::clean());
        let Edit::Mask(kept) = Deletion::Feet.edit(&critter) else { panic!("a mask") };
        let feet = critter.main().part(Part::LegsFeet);
        let (mut deleted, mut far) = (0, 0);
        for ((kept, own), near) in kept.values.iter().zip(feet.values()).zip(feet.dilated(4).values()) {
            if *own == 255 {
                assert_eq!(*kept, 0.0);
                deleted += 1;
            } else if *near == 0 {
                assert_eq!(*kept, 1.0);
                far += 1;
            }
        }
        assert!(deleted > 20 && far > 8000, "{deleted} pixels of feet, {far} far from them");
    }

    #[test]
    fn the_whole_picture_or_nothing_is_no_mask() {
        let critter = draw(3, &World::without_cue());
        for (deletion, edit) in [
            (Deletion::Nothing, Edit::Nothing),
            (Deletion::Bucket, Edit::Nothing),
            (Deletion::Watermark, Edit::Nothing),
            (Deletion::Everything, Edit::DeleteAll),
        ] {
            assert_eq!(deletion.edit(&critter), edit, "{deletion:?}");
        }
    }
}
