//! Discovery and confirmation: two halves of a set that share no picture, and no picture that looks like another.
//!
//! A picture's half is a bit of the SHA-256 of its pixels, so it depends neither on the order of a set nor on the other
//! pictures. Pictures that look alike (a photograph saved twice, frames of one film) would let a finding confirm
//! itself. A perceptual hash finds them, and all of them go to the half of the smallest SHA-256 among them.
//!
//! The perceptual hash is the *difference hash*. The picture is shrunk to 17 × 16 grey values, and each of 256 bits
//! says whether the value to the right is brighter.

use image::imageops::{self, FilterType};
use sha2::{Digest, Sha256};

use crate::picture::RgbImage;

/// Pictures look alike if at most so many of the 256 bits differ. A JPEG of quality 50 changes 1 to 12 bits of a
/// critter; two critters differ in at least 60 (docs/results/rules.md).
const ALIKE_BITS: u32 = 24;
/// Rows of the difference hash, and bits in each.
const SIDE: u32 = 16;

/// The half of a set to which a picture belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Half {
    /// Rules are looked for.
    Discovery,
    /// Rules are tested.
    Confirmation,
}

/// The prints of a set's pictures, which decide their halves.
#[derive(Clone, Debug, Default)]
pub struct Split {
    prints: Vec<Print>,
}

/// The fingerprint of a picture: its SHA-256 and its difference hash.
#[derive(Clone, Debug, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Print {
    sha256: [u8; 32],
    looks: [u64; 4],
}

impl Split {
    /// Adds the next picture.
    pub fn add(&mut self, picture: &RgbImage) {
        self.add_print(Print::of(picture));
    }

    /// Adds the next picture, given only its print.
    pub fn add_print(&mut self, print: Print) {
        self.prints.push(print);
    }

    /// Returns the half of each picture, in the order in which they were added.
    pub fn halves(&self) -> Vec<Half> {
        let smallest = |group: usize, groups: &[usize]| {
            let members = (0..groups.len()).filter(|&i| groups[i] == group);
            members.map(|i| self.prints[i].sha256).min().unwrap_or_default()
        };
        let groups = self.groups();
        groups.iter().map(|&group| half(smallest(group, &groups))).collect()
    }

    /// Returns how many pictures look like an earlier one.
    pub fn alike(&self) -> usize {
        self.groups().iter().enumerate().filter(|&(i, &group)| i != group).count()
    }

    /// The number of the first picture of each picture's group.
    fn groups(&self) -> Vec<usize> {
        let mut groups: Vec<usize> = (0..self.prints.len()).collect();
        for i in 0..groups.len() {
            for j in 0..i {
                if groups[i] != groups[j] && self.prints[i].looks_like(&self.prints[j]) {
                    let (first, second) = (groups[i].min(groups[j]), groups[i].max(groups[j]));
                    groups.iter_mut().filter(|group| **group == second).for_each(|group| *group = first);
                }
            }
        }
        groups
    }
}

impl Print {
    /// Computes the print of a picture.
    pub fn of(picture: &RgbImage) -> Self {
        Self { sha256: sha256(picture), looks: looks(picture) }
    }

    fn looks_like(&self, other: &Self) -> bool {
        difference(self.looks, other.looks) <= ALIKE_BITS
    }
}

fn half(sha256: [u8; 32]) -> Half {
    if sha256[31] & 1 == 0 { Half::Discovery } else { Half::Confirmation }
}

fn sha256(picture: &RgbImage) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(picture.width().to_le_bytes());
    hash.update(picture.height().to_le_bytes());
    hash.update(picture.as_raw());
    hash.finalize().into()
}

/// The difference hash, 64 bits in each of four numbers.
fn looks(picture: &RgbImage) -> [u64; 4] {
    let small = imageops::resize(&imageops::grayscale(picture), SIDE + 1, SIDE, FilterType::Triangle);
    let brighter = |bit: u32| {
        let (x, y) = (bit % SIDE, bit / SIDE);
        u64::from(small.get_pixel(x + 1, y).0[0] > small.get_pixel(x, y).0[0])
    };
    std::array::from_fn(|word| (0..64).fold(0, |bits, bit| bits << 1 | brighter(64 * word as u32 + bit)))
}

fn difference(a: [u64; 4], b: [u64; 4]) -> u32 {
    a.iter().zip(b).map(|(a, b)| (a ^ b).count_ones()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::critters::{World, draw};
    use crate::picture::Transform;

    fn critter(seed: u64) -> RgbImage {
        draw(seed, &World::clean()).picture
    }

    fn split(pictures: &[RgbImage]) -> Split {
        let mut split = Split::default();
        pictures.iter().for_each(|picture| split.add(picture));
        split
    }

    #[test]
    fn a_half_depends_on_the_picture_alone() {
        let pictures: Vec<RgbImage> = (0..40).map(critter).collect();
        let halves = split(&pictures).halves();
        let discovery = halves.iter().filter(|half| **half == Half::Discovery).count();
        assert!((10..=30).contains(&discovery), "{discovery} of 40");
        let turned: Vec<RgbImage> = pictures.iter().rev().cloned().collect();
        assert!(split(&turned).halves().iter().rev().eq(&halves));
        assert_eq!(split(&pictures).alike(), 0);
    }

    #[test]
    fn what_looks_alike_is_on_one_side() {
        let originals: Vec<RgbImage> = (0..20).map(critter).collect();
        let brighter = |picture: &RgbImage| {
            let mut changed = picture.clone();
            changed.iter_mut().for_each(|v| *v = v.saturating_add(3));
            changed
        };
        let all: Vec<RgbImage> = originals.iter().cloned().chain(originals.iter().map(brighter)).collect();
        let halves = split(&all).halves();
        assert_eq!(halves[..20], halves[20..]);
        assert_eq!(split(&all).alike(), 20);
    }

    #[test]
    fn storing_a_picture_as_jpeg_changes_few_bits_and_another_picture_many() {
        let (mut stored, mut others) = (0, u32::MAX);
        for seed in 0..12 {
            let picture = critter(seed);
            let scene = crate::picture::Planes::of(&picture);
            let jpeg = Transform::Jpeg(50).apply(&scene, scene.side).to_picture();
            stored = stored.max(difference(looks(&picture), looks(&jpeg)));
            others =
                others.min((0..seed).map(|s| difference(looks(&picture), looks(&critter(s)))).min().unwrap_or(256));
        }
        assert!(stored <= ALIKE_BITS && others > 2 * ALIKE_BITS, "{stored} bits against {others}");
    }
}
