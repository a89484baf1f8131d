//! Rank correlation of maps: whether they put the same pixels first, whatever their scale.

/// Spearman's rank correlation of two maps of one size, in [−1, 1]; ties share their mean rank. 0 where a map is flat.
pub fn rank_correlation(a: &[f32], b: &[f32]) -> f64 {
    pearson(&ranks(a), &ranks(b))
}

/// The mean over all pairs of maps; not a number for fewer than two.
pub fn mean_pairwise_correlation(maps: &[Vec<f32>]) -> f64 {
    let ranks: Vec<Vec<f64>> = maps.iter().map(|map| ranks(map)).collect();
    let pairs = (0..ranks.len()).flat_map(|i| (0..i).map(move |j| (i, j)));
    let all: Vec<f64> = pairs.map(|(i, j)| pearson(&ranks[i], &ranks[j])).collect();
    all.iter().sum::<f64>() / all.len() as f64
}

fn ranks(values: &[f32]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|&i, &j| values[i].total_cmp(&values[j]));
    let mut ranks = vec![0.0; values.len()];
    let mut start = 0;
    for tied in order.chunk_by(|&i, &j| values[i] == values[j]) {
        let mean = start as f64 + (tied.len() - 1) as f64 / 2.0;
        tied.iter().for_each(|&i| ranks[i] = mean);
        start += tied.len();
    }
    ranks
}

fn pearson(a: &[f64], b: &[f64]) -> f64 {
    let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
    let (ma, mb) = (mean(a), mean(b));
    let product: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
    let squares = |v: &[f64], m: f64| v.iter().map(|x| (x - m).powi(2)).sum::<f64>();
    let scale = (squares(a, ma) * squares(b, mb)).sqrt();
    if scale > 0.0 { product / scale } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_counts() {
        assert!((rank_correlation(&[1.0, 2.0, 3.0, 10.0], &[0.1, 0.2, 0.9, 1.0]) - 1.0).abs() < 1e-12);
        assert!((rank_correlation(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]) + 1.0).abs() < 1e-12);
        assert_eq!(rank_correlation(&[1.0, 1.0, 1.0], &[3.0, 2.0, 1.0]), 0.0);
        // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / √(4.5 · 5).
        let tied = rank_correlation(&[1.0, 2.0, 2.0, 4.0], &[1.0, 2.0, 3.0, 4.0]);
        assert!((tied - 4.5 / (4.5f64 * 5.0).sqrt()).abs() < 1e-12, "{tied}");
    }

    #[test]
    fn pairs_are_averaged() {
        let maps = [vec![1.0, 2.0, 3.0], vec![1.0, 2.0, 3.0], vec![3.0, 2.0, 1.0]];
        assert!((mean_pairwise_correlation(&maps) + 1.0 / 3.0).abs() < 1e-12);
    }
}
