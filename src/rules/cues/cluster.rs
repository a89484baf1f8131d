//! Groups of pictures that are kept: stable under resampling, and large enough.
//!
//! Stability is defined as by Hennig: the points are drawn with replacement and grouped again. The Jaccard index of a
//! group with the most similar new group, on the drawn points, is averaged over the draws.
//!
//! A stable group need not be a separate cloud: two to four pieces of 40 points without any structure are often as
//! stable as required here. So a group is only a candidate, and deleting and pasting decide.
//!
//! Reference: C. Hennig, "Cluster-wise assessment of cluster stability", Computational Statistics & Data Analysis 52,
//! 2007.

use std::collections::BTreeSet;

use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::eigengap;
use super::k_means::{k_means, nearest, squared_distance};
use crate::rules::statistics::draw::below;

/// A group is kept if its mean Jaccard index reaches this.
pub const LEAST_STABILITY: f64 = 0.75;
/// A group is kept if it has at least this many pictures.
pub const FEWEST_MEMBERS: usize = 8;
/// Most groups of one class.
const MOST_GROUPS: usize = 8;
/// Number of times that the points are resampled.
const DRAWS: usize = 50;

/// The groups of one class's pictures.
#[derive(Clone, Debug, Default)]
pub(super) struct Clusters {
    /// The centre of each group, kept or not.
    centres: Vec<Vec<f64>>,
    /// The groups that are kept.
    pub(super) kept: Vec<Cluster>,
}

/// A group that is kept.
#[derive(Clone, Debug)]
pub(super) struct Cluster {
    /// The number of its centre.
    centre: usize,
    /// Its points, the nearest to the centre first.
    pub(super) members: Vec<usize>,
    pub(super) stability: f64,
    /// The largest distance of a point from the centre of the others.
    radius: f64,
}

impl Clusters {
    /// Groups points and keeps the groups that are stable and large. If there is none, all points are one group,
    /// because an unstable partition is no partition.
    pub(super) fn of(points: &[&[f64]], seed: u64) -> Self {
        let found = Self::around(points, eigengap::groups(points, MOST_GROUPS), seed);
        if found.kept.is_empty() { Self::around(points, 1, seed) } else { found }
    }

    /// The groups around `k` centres.
    fn around(points: &[&[f64]], k: usize, seed: u64) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let found = k_means(points, k, &mut random);
        let stability = stability(points, &found.groups, k, &mut random);
        let cluster = |(centre, stability): (usize, f64)| {
            let members = members(points, &found.groups, centre, &found.centres[centre]);
            let kept = stability >= LEAST_STABILITY && members.len() >= FEWEST_MEMBERS;
            kept.then(|| Cluster {
                centre,
                radius: radius(points, &members, &found.centres[centre]),
                members,
                stability,
            })
        };
        let kept = stability.into_iter().enumerate().filter_map(cluster).collect();
        Self { centres: found.centres, kept }
    }

    /// Returns the kept group to which a new point belongs: that of the nearest centre, if the point is as near as the
    /// group's own points.
    pub(super) fn place(&self, point: &[f64]) -> Option<usize> {
        let (centre, square) = nearest(point, &self.centres)?;
        self.kept.iter().position(|cluster| cluster.centre == centre && square.sqrt() <= cluster.radius)
    }
}

fn members(points: &[&[f64]], groups: &[usize], group: usize, centre: &[f64]) -> Vec<usize> {
    let mut members: Vec<usize> = (0..points.len()).filter(|&i| groups[i] == group).collect();
    members.sort_by(|&a, &b| squared_distance(points[a], centre).total_cmp(&squared_distance(points[b], centre)));
    members
}

/// A point pulls the centre of its group towards itself. The centre of the m − 1 others is m / (m − 1) times as far
/// away, which makes the distance comparable with that of a new point.
fn radius(points: &[&[f64]], members: &[usize], centre: &[f64]) -> f64 {
    let count = members.len() as f64;
    let largest = members.iter().map(|&i| squared_distance(points[i], centre)).fold(0.0, f64::max).sqrt();
    largest * count / (count - 1.0).max(1.0)
}

/// The mean Jaccard index of each group.
fn stability(points: &[&[f64]], groups: &[usize], k: usize, random: &mut ChaCha8Rng) -> Vec<f64> {
    let count = groups.iter().max().map_or(0, |most| most + 1);
    let (mut sums, mut draws) = (vec![0.0; count], vec![0; count]);
    for _ in 0..DRAWS {
        let drawn: Vec<usize> = (0..points.len()).map(|_| below(random, points.len())).collect();
        let sample: Vec<&[f64]> = drawn.iter().map(|&i| points[i]).collect();
        let again = sets(&drawn, &k_means(&sample, k, random).groups);
        let before: Vec<usize> = drawn.iter().map(|&i| groups[i]).collect();
        for (group, set) in sets(&drawn, &before).iter().enumerate().filter(|(_, set)| !set.is_empty()) {
            sums[group] += again.iter().map(|other| jaccard(set, other)).fold(0.0, f64::max);
            draws[group] += 1;
        }
    }
    sums.iter().zip(draws).map(|(sum, draws)| sum / f64::from(draws.max(1))).collect()
}

/// The points of each group, each once.
fn sets(points: &[usize], groups: &[usize]) -> Vec<BTreeSet<usize>> {
    let mut sets = vec![BTreeSet::new(); groups.iter().max().map_or(0, |most| most + 1)];
    for (&point, &group) in points.iter().zip(groups) {
        sets[group].insert(point);
    }
    sets
}

fn jaccard(a: &BTreeSet<usize>, b: &BTreeSet<usize>) -> f64 {
    a.intersection(b).count() as f64 / a.union(b).count() as f64
}

#[cfg(test)]
mod tests {
    use super::super::k_means::tests::{clouds, slices};
    use super::*;

    #[test]
    fn clouds_are_stable_and_small_ones_are_dropped() {
        let mut points = clouds(&[[0.0, 0.0], [10.0, 0.0]], 20, 2.0, 1);
        points.extend(clouds(&[[0.0, 30.0]], 7, 1.0, 2));
        let found = Clusters::of(&slices(&points), 0);
        let sizes: Vec<usize> = found.kept.iter().map(|cluster| cluster.members.len()).collect();
        assert_eq!(sizes, [20, 20]);
        assert!(found.kept.iter().all(|cluster| cluster.stability > 0.9));
    }

    #[test]
    fn groups_that_are_all_too_small_are_one() {
        let points = clouds(&[[0.0, 0.0], [10.0, 0.0], [0.0, 10.0]], 5, 1.0, 4);
        let found = Clusters::of(&slices(&points), 0);
        assert_eq!(found.kept.iter().map(|cluster| cluster.members.len()).collect::<Vec<_>>(), [15]);
        assert!(Clusters::of(&slices(&points[..7]), 0).kept.is_empty());
    }

    #[test]
    fn pieces_of_one_cloud_are_less_stable_than_clouds() {
        let cloud = clouds(&[[0.0, 0.0]], 40, 1.0, 5);
        let corners: Vec<[f64; 2]> = (0..8).map(|i| [f64::from(i % 4) * 10.0, f64::from(i / 4) * 10.0]).collect();
        let mut random = ChaCha8Rng::seed_from_u64(0);
        let mut least = |points: &[Vec<f64>]| {
            let slices = slices(points);
            let groups = k_means(&slices, 8, &mut random).groups;
            stability(&slices, &groups, 8, &mut random).into_iter().fold(1.0, f64::min)
        };
        let (pieces, whole) = (least(&cloud), least(&clouds(&corners, 5, 1.0, 6)));
        assert!(pieces < LEAST_STABILITY && whole > pieces, "{pieces} {whole}");
    }

    #[test]
    fn a_new_point_belongs_to_the_cloud_in_which_it_lies_or_to_none() {
        let points = clouds(&[[0.0, 0.0], [10.0, 0.0]], 20, 2.0, 1);
        let found = Clusters::of(&slices(&points), 0);
        let (left, right) = (found.place(&[0.5, 0.5]), found.place(&[9.5, -0.5]));
        assert!(left.is_some() && right.is_some() && left != right, "{left:?} {right:?}");
        assert_eq!(found.place(&[0.0, 9.0]), None);
    }
}
