//! k-means: the centres that lie nearest to their points.
//!
//! Minimises Σ_i ‖x_i − c(i)‖² by Lloyd's two steps in turn. The starts are drawn far apart by k-means++: the next
//! centre is a point drawn with a probability proportional to its squared distance from the earlier centres. The best
//! of several starts counts.
//!
//! It is written here because no maintained crate fits: `kmeans` needs a nightly compiler, `linfa-clustering` brings a
//! second matrix library and a second source of randomness into the page, and two others are unmaintained or cannot be
//! seeded. It is used for tens to hundreds of points.
//!
//! References: S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information Theory 28, 1982;
//! D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding", SODA 2007.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

use crate::rules::statistics::draw::below;

/// Starts, of which the best counts.
const STARTS: usize = 8;
/// Most rounds of Lloyd's two steps.
const ROUNDS: usize = 100;

/// Points in groups.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Grouping {
    /// The group of each point, below the number of centres.
    pub(super) groups: Vec<usize>,
    pub(super) centres: Vec<Vec<f64>>,
    /// Σ_i ‖x_i − c(i)‖².
    pub(super) spread: f64,
}

/// Groups points around `k` centres, or around fewer if there are fewer distinct points.
pub(super) fn k_means(points: &[&[f64]], k: usize, random: &mut ChaCha8Rng) -> Grouping {
    let starts = (0..STARTS).map(|_| descend(points, seeds(points, k, random)));
    let best = starts.min_by(|a, b| a.spread.total_cmp(&b.spread));
    best.unwrap_or(Grouping { groups: vec![], centres: vec![], spread: 0.0 })
}

/// The squared distance of two points.
pub(super) fn squared_distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum()
}

/// The number of the nearest centre, and the squared distance to it; `None` without centres.
pub(super) fn nearest(point: &[f64], centres: &[Vec<f64>]) -> Option<(usize, f64)> {
    let distances = centres.iter().map(|centre| squared_distance(point, centre)).enumerate();
    distances.min_by(|a, b| a.1.total_cmp(&b.1))
}

/// The starts of k-means++.
fn seeds(points: &[&[f64]], k: usize, random: &mut ChaCha8Rng) -> Vec<Vec<f64>> {
    if points.is_empty() {
        return vec![];
    }
    let mut centres = vec![points[below(random, points.len())].to_vec()];
    while centres.len() < k {
        let far: Vec<f64> = points.iter().map(|point| nearest(point, &centres).map_or(0.0, |(_, d)| d)).collect();
        let Some(chosen) = weighted(&far, random) else { break };
        centres.push(points[chosen].to_vec());
    }
    centres
}

/// Draws an index in proportion to its weight; `None` if all weights are 0.
fn weighted(weights: &[f64], random: &mut ChaCha8Rng) -> Option<usize> {
    let unit = f64::from(random.next_u32()) / 2f64.powi(32);
    let mut left = unit * weights.iter().sum::<f64>();
    let found = weights.iter().position(|weight| {
        left -= weight;
        left < 0.0
    });
    found.or_else(|| weights.iter().rposition(|&weight| weight > 0.0))
}

fn descend(points: &[&[f64]], mut centres: Vec<Vec<f64>>) -> Grouping {
    let mut groups = vec![usize::MAX; points.len()];
    for _ in 0..ROUNDS {
        let found: Vec<usize> = points.iter().map(|point| nearest(point, &centres).map_or(0, |(at, _)| at)).collect();
        if found == groups {
            break;
        }
        groups = found;
        for (number, centre) in centres.iter_mut().enumerate() {
            move_to_mean(centre, points, &groups, number);
        }
    }
    let spread = points.iter().zip(&groups).map(|(point, &group)| squared_distance(point, &centres[group])).sum();
    Grouping { groups, centres, spread }
}

/// A centre without points stays where it is.
fn move_to_mean(centre: &mut [f64], points: &[&[f64]], groups: &[usize], number: usize) {
    let own: Vec<&&[f64]> = points.iter().zip(groups).filter(|(_, group)| **group == number).map(|(p, _)| p).collect();
    if own.is_empty() {
        return;
    }
    for (axis, value) in centre.iter_mut().enumerate() {
        *value = own.iter().map(|point| point[axis]).sum::<f64>() / own.len() as f64;
    }
}

#[cfg(test)]
pub(super) mod tests {
    use rand::SeedableRng;

    use super::*;

    /// Draws `each` points around each place, within ±`spread` on each axis.
    pub(in super::super) fn clouds(places: &[[f64; 2]], each: usize, spread: f64, seed: u64) -> Vec<Vec<f64>> {
        let mut random = ChaCha8Rng::seed_from_u64(seed);
        let mut near = |at: f64| at + spread * (2.0 * f64::from(random.next_u32()) / 2f64.powi(32) - 1.0);
        places
            .iter()
            .flat_map(|place| std::iter::repeat_n(place, each))
            .map(|place| place.map(&mut near).to_vec())
            .collect()
    }

    pub(in super::super) fn slices(points: &[Vec<f64>]) -> Vec<&[f64]> {
        points.iter().map(Vec::as_slice).collect()
    }

    #[test]
    fn clouds_that_lie_apart_are_found_with_their_centres() {
        let places = [[0.0, 0.0], [10.0, 0.0], [0.0, 10.0], [10.0, 10.0]];
        let points = clouds(&places, 25, 2.0, 3);
        let found = k_means(&slices(&points), 4, &mut ChaCha8Rng::seed_from_u64(0));
        for (number, place) in places.iter().enumerate() {
            let own = &found.groups[25 * number..25 * (number + 1)];
            assert!(own.iter().all(|group| *group == own[0]), "{own:?}");
            assert!(squared_distance(&found.centres[own[0]], place) < 0.5, "{:?}", found.centres[own[0]]);
        }
    }

    #[test]
    fn the_spread_is_the_least_that_two_centres_reach() {
        // Two pairs: the mean of each pair is 1 away from both of its points.
        let points = [[0.0], [2.0], [10.0], [12.0]].map(|p| p.to_vec());
        let found = k_means(&slices(&points), 2, &mut ChaCha8Rng::seed_from_u64(1));
        assert!((found.spread - 4.0).abs() < 1e-12, "{found:?}");
    }

    #[test]
    fn fewer_points_than_centres_are_no_fault() {
        let points = vec![vec![1.0], vec![1.0]];
        assert_eq!(k_means(&slices(&points), 3, &mut ChaCha8Rng::seed_from_u64(1)).centres.len(), 1);
        assert!(k_means(&[], 3, &mut ChaCha8Rng::seed_from_u64(1)).groups.is_empty());
    }
}
