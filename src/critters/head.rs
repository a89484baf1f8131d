//! Heads: the one place where the kinds of animals differ.
//!
//! The skull is alike in all kinds; ears or horns, eyes and muzzle or beak are not, and their
//! colours come from the same sets for every kind, so that shape alone tells.

use super::artist::Artist;
use super::bearing::{Bearing, Head};
use super::ears;
use super::face;
use super::kind::Kind;
use super::part::Part;

/// Paints a head of this kind.
pub fn draw(artist: &mut Artist, kind: Kind, bearing: Bearing) {
    let head = Head::new(&artist.frame, bearing);
    ears::behind(artist, &head, kind);
    let skull = head.skull.blob(&skull_outline(bearing.width));
    artist.skin(Part::Head, &skull);
    ears::before(artist, &head, kind);
    face::draw(artist, &head, kind);
}

/// Control points of the skull: round, a little wider at the cheeks.
fn skull_outline(width: f32) -> [(f32, f32); 8] {
    let w = width;
    [
        (-0.42, -1.06),
        (0.42, -1.06),
        (1.02 * w, -0.55),
        (1.16 * w, 0.3),
        (0.55, 1.08),
        (-0.55, 1.08),
        (-1.16 * w, 0.3),
        (-1.02 * w, -0.55),
    ]
}
