//! What can be done to a picture before a model is asked about it.

use std::borrow::Cow;

use crate::map::Map;
use crate::pixel_box::PixelBox;

/// An edited version of the picture that a [`super::Question`] is about.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// The picture as it is.
    Nothing,
    /// Φ(x, m) = m·x + (1 − m)·x̃: what a mask `[S, S]` does not keep becomes the null image. 1 keeps, 0 deletes.
    Mask(Map),
    /// A box becomes the null image.
    DeleteBox(PixelBox),
    /// The whole picture becomes the null image.
    DeleteAll,
}

impl Edit {
    /// Deletes where the evidence `[S, S]` is 1 and keeps where it is 0.
    pub fn delete(evidence: &Map) -> Self {
        Edit::Mask(evidence.complement())
    }

    /// Keeps where the evidence `[S, S]` is 1 and deletes where it is 0.
    pub fn keep(evidence: &Map) -> Self {
        Edit::Mask(evidence.clone())
    }

    /// The mask of a deletion, `[S, S]`, row by row: 1 keeps, 0 deletes.
    pub(super) fn mask(&self, side: usize) -> Cow<'_, [f32]> {
        let made = match self {
            Edit::Mask(mask) => return Cow::Borrowed(&mask.values),
            Edit::Nothing => Map::constant(side, 1.0),
            Edit::DeleteAll => Map::constant(side, 0.0),
            Edit::DeleteBox(found) => Map::indicator(side, |row, column| !found.holds(row, column)),
        };
        Cow::Owned(made.values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_deleted_and_nothing_else() {
        let middle = PixelBox { left: 1, top: 0, right: 2, bottom: 1 };
        assert_eq!(Edit::DeleteBox(middle).mask(2).as_ref(), [1.0, 0.0, 1.0, 1.0]);
    }

    #[test]
    fn evidence_is_deleted_or_kept() {
        let evidence = Map::new(vec![0.0, 0.25, 0.5, 1.0]);
        assert_eq!(Edit::delete(&evidence).mask(2).as_ref(), [1.0, 0.75, 0.5, 0.0]);
        assert_eq!(Edit::keep(&evidence).mask(2).as_ref(), evidence.values);
        assert_eq!(Edit::Nothing.mask(1).as_ref(), [1.0]);
        assert_eq!(Edit::DeleteAll.mask(1).as_ref(), [0.0]);
    }
}
