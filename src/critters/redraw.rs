//! The same scene with one thing changed: the picture with or without a cue.

use super::backdrop::Background;
use super::critter::{Critter, drawn};
use super::props::Object;
use super::scene::{Scene, bucket, corner};
use super::world::World;

/// One change of a scene; all other random choices stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// The red bucket is there, or is not.
    Bucket(bool),
    /// The watermark is there, or is not.
    Watermark(bool),
    /// The scene is set elsewhere.
    Background(Background),
    /// Objects of this kind are left out.
    Without(Object),
    /// Nothing stands in front of the animal.
    NoOccluder,
}

/// Draws the picture of a seed with one thing changed.
///
/// # Panics
/// If there is no memory for a picture.
pub fn redraw(seed: u64, world: &World, change: Change) -> Critter {
    let mut scene = Scene::by_chance(seed, world);
    match change {
        Change::Bucket(shown) => scene.bucket = shown.then(|| bucket(seed, &scene.main)),
        Change::Watermark(shown) => scene.watermark = shown.then(|| corner(seed)),
        Change::Background(background) => scene.background = background,
        Change::Without(object) => scene.hidden = Some(object),
        Change::NoOccluder => scene.occluder = None,
    }
    drawn(seed, &scene)
}

#[cfg(test)]
mod tests {
    use super::super::canvas::SIZE;
    use super::super::critter::draw;
    use super::*;

    /// Pixels that differ between two pictures.
    fn changed(a: &Critter, b: &Critter) -> usize {
        a.picture.pixels().zip(b.picture.pixels()).filter(|(a, b)| a != b).count()
    }

    #[test]
    fn a_change_that_changes_nothing_gives_the_same_picture() {
        // A bear beside a bucket.
        let (world, seed) = (World::clean(), 49);
        let before = draw(seed, &world);
        assert!(before.scene.bucket);
        assert_eq!(changed(&before, &redraw(seed, &world, Change::Bucket(true))), 0);
        assert_eq!(changed(&before, &redraw(seed, &world, Change::Background(before.scene.background))), 0);
    }

    #[test]
    fn only_the_bucket_goes_with_the_bucket() {
        let (world, seed) = (World::clean(), 49);
        let (before, after) = (draw(seed, &world), redraw(seed, &world, Change::Bucket(false)));
        let area = before.bucket.as_ref().expect("there is a bucket").area_px();
        assert!(after.bucket.is_none() && !after.scene.bucket);
        // The bucket and its shadow.
        let gone = changed(&before, &after) as f32;
        assert!((0.9 * area..2.5 * area).contains(&gone), "{gone} of {area}");
    }

    #[test]
    fn a_thing_that_is_left_out_leaves_all_others_as_they_were() {
        let world = World::clean();
        // The first of two things, in a picture with an occluder in which the thing itself is visible.
        let without = |seed| {
            let before = draw(seed, &world);
            let [first, second] = before.scene.objects[..] else { return None };
            let fits = first != second && before.scene.occluder.is_some();
            let after = fits.then(|| redraw(seed, &world, Change::Without(first)))?;
            (changed(&before, &after) > 20).then_some((before, after))
        };
        let (before, after) = (0..500).find_map(without).expect("there are such scenes");
        assert_eq!(after.scene.objects, before.scene.objects[1..]);
        let gone = changed(&before, &after);
        assert!(gone < SIZE * SIZE / 8, "{gone}");
    }

    #[test]
    fn a_watermark_and_snow_can_be_added() {
        let world = World::without_cue();
        let marked = redraw(3, &world, Change::Watermark(true));
        assert!(marked.watermark.expect("a watermark").area_px() > 200.0);
        assert_eq!(redraw(3, &world, Change::Background(Background::Snow)).scene.background, Background::Snow);
    }
}
