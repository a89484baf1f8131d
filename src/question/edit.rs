//! What can be done to a picture before a model is asked about it.

use std::borrow::Cow;
use std::rc::Rc;

use crate::map::Map;
use crate::picture::{Planes, Scene, Transform};
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
    /// Another picture `[3, S, S]` shows where a region `[S, S]` is 1, and the picture itself where it is 0.
    Paste {
        /// What is pasted.
        patch: Rc<Planes>,
        /// Where.
        region: Map,
    },
    /// The whole picture is changed.
    Transform(Transform),
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

    /// Returns the mask of a deletion by the scene's null image, `[S, S]`, row by row: 1 keeps, 0 deletes; `None` of
    /// other edits.
    pub(super) fn mask(&self, side: usize) -> Option<Cow<'_, [f32]>> {
        let made = match self {
            Edit::Mask(mask) => return Some(Cow::Borrowed(&mask.values)),
            Edit::Nothing => Map::constant(side, 1.0),
            Edit::DeleteAll => Map::constant(side, 0.0),
            Edit::DeleteBox(found) => Map::indicator(side, |row, column| !found.holds(row, column)),
            Edit::Paste { .. } | Edit::Transform(_) => return None,
        };
        Some(Cow::Owned(made.values))
    }

    /// Returns the edited picture `[3, S, S]` of the middle of a scene of at least `side` pixels.
    pub fn picture(&self, scene: &Scene, side: usize) -> Planes {
        let corner = (scene.side() - side) / 2;
        let middle = |planes: &Planes| planes.crop(corner, corner, side);
        match (self, self.mask(side)) {
            (Edit::Transform(transform), _) => transform.apply(&scene.photo, side),
            (Edit::Paste { patch, region }, _) => blend(patch, &middle(&scene.photo), &region.values),
            (_, Some(mask)) => blend(&middle(&scene.photo), &middle(&scene.null), &mask),
            (_, None) => middle(&scene.photo),
        }
    }
}

/// m·a + (1 − m)·b, in the order of operations of the blend on a device.
fn blend(a: &Planes, b: &Planes, mask: &[f32]) -> Planes {
    let mix = |(i, (a, b)): (usize, (&f32, &f32))| (a - b) * mask[i % mask.len()] + b;
    Planes { side: a.side, values: a.values.iter().zip(&b.values).enumerate().map(mix).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_deleted_and_nothing_else() {
        let middle = PixelBox { left: 1, top: 0, right: 2, bottom: 1 };
        assert_eq!(Edit::DeleteBox(middle).mask(2).as_deref(), Some(&[1.0, 0.0, 1.0, 1.0][..]));
    }

    #[test]
    fn evidence_is_deleted_or_kept() {
        let evidence = Map::new(vec![0.0, 0.25, 0.5, 1.0]);
        assert_eq!(Edit::delete(&evidence).mask(2).as_deref(), Some(&[1.0, 0.75, 0.5, 0.0][..]));
        assert_eq!(Edit::keep(&evidence).mask(2).as_deref(), Some(&evidence.values[..]));
        assert_eq!(Edit::Nothing.mask(1).as_deref(), Some(&[1.0][..]));
        assert_eq!(Edit::DeleteAll.mask(1).as_deref(), Some(&[0.0][..]));
    }

    fn flat(side: usize, value: f32) -> Planes {
        Planes { side, values: vec![value; 3 * side * side] }
    }

    #[test]
    fn a_patch_shows_where_its_region_is() {
        let scene = Scene { photo: flat(2, 0.5), null: flat(2, 0.0) };
        let paste = Edit::Paste { patch: Rc::new(flat(2, 1.0)), region: Map::new(vec![0.0, 0.5, 1.0, 0.0]) };
        let edited = paste.picture(&scene, 2);
        assert_eq!(edited.values[..4], [0.5, 0.75, 1.0, 0.5]);
        assert_eq!(edited.values[8..], [0.5, 0.75, 1.0, 0.5]);
    }

    #[test]
    fn the_middle_of_a_scene_is_edited() {
        let mut photo = flat(4, 0.2);
        photo.values[5] = 0.8;
        let scene = Scene { photo, null: flat(4, 0.0) };
        assert_eq!(Edit::Nothing.picture(&scene, 2).values[..4], [0.8, 0.2, 0.2, 0.2]);
        assert_eq!(Edit::DeleteAll.picture(&scene, 2), flat(2, 0.0));
        let mirrored = Edit::Transform(Transform::Mirror).picture(&scene, 2);
        assert_eq!(mirrored.values[..4], [0.2, 0.8, 0.2, 0.2]);
    }
}
