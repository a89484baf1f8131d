//! The interval of a figure: of a mean over pictures, or of a ratio of two such means.

use crate::rules::statistics::{Bootstrap, CONFIDENCE, NoInterval, ratio, t_quantile};
use crate::study::figure::{Scale, Value};

/// From this number of pictures on, the mean is practically normal, and a bootstrap is not worth its time.
pub(super) const MANY: usize = 5_000;

/// The numerators, if the figure is a plain mean, with all denominators 1.
pub(super) fn plain(values: &[Value]) -> Option<Vec<f64>> {
    values.iter().map(|&[over, under]| (under == 1.0).then_some(over)).collect()
}

/// The interval of a ratio of means: by the bootstrap, or by its linear part if there are many pictures.
pub(super) fn interval_of(values: &[Value], scale: Scale) -> Result<[f64; 2], NoInterval> {
    let middle = ratio(values.iter().copied());
    if values.len() > MANY {
        return Ok(normal_interval(middle, &linear(values, middle)));
    }
    let bootstrap = Bootstrap::default();
    let drawn = || bootstrap.interval(values.len(), |sample| ratio(sample.iter().map(|&i| values[i])));
    let found = match (plain(values), scale) {
        (Some(values), Scale::Share) => bootstrap.mean(&values)?,
        (Some(values), Scale::Signed) if values.iter().all(|value| [-1.0, 0.0, 1.0].contains(value)) => {
            // A share of gains minus a share of losses: if there are neither, the interval extends on both sides of 0.
            let part = |sign: f64| -> Vec<f64> { values.iter().map(|value| f64::max(sign * value, 0.0)).collect() };
            bootstrap.difference(&part(1.0), &part(-1.0))?
        }
        _ => drawn()?,
    };
    Ok([found.low, found.high])
}

/// Each picture's contribution to a ratio of means.
pub(super) fn linear(values: &[Value], middle: f64) -> Vec<f64> {
    let under = values.iter().map(|[_, under]| under).sum::<f64>() / values.len() as f64;
    values.iter().map(|[over, own]| (over - middle * own) / under).collect()
}

/// Student's interval around an estimate, from each picture's contribution.
pub(super) fn normal_interval(middle: f64, parts: &[f64]) -> [f64; 2] {
    let n = parts.len() as f64;
    let mean = parts.iter().sum::<f64>() / n;
    let variance = parts.iter().map(|part| (part - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let reach = t_quantile((1.0 + CONFIDENCE) / 2.0, n - 1.0).unwrap_or(f64::INFINITY) * (variance / n).sqrt();
    [middle - reach, middle + reach]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(value: f64, scale: Scale) -> [f64; 2] {
        interval_of(&[[value, 1.0]; 20], scale).expect("twenty pictures")
    }

    fn close(found: [f64; 2], right: [f64; 2]) {
        assert!(found.iter().zip(right).all(|(a, b)| (a - b).abs() < 1e-4), "{found:?} {right:?}");
    }

    #[test]
    fn twenty_hits_of_twenty_do_not_say_that_all_others_hit() {
        close(of(1.0, Scale::Share), [0.8389, 1.0]);
    }

    #[test]
    fn a_lift_of_nothing_may_be_a_loss_as_well_as_a_gain() {
        close(of(0.0, Scale::Signed), [-0.1611, 0.1611]);
        let reach = 0.1611 * 2.0f64.sqrt();
        close(of(1.0, Scale::Signed), [1.0 - reach, 1.0]);
        close(of(-1.0, Scale::Signed), [-1.0, reach - 1.0]);
        close(of(0.3, Scale::Signed), [0.3, 0.3]);
    }

    #[test]
    fn an_area_of_one_pixel_is_no_share() {
        close(of(1.0, Scale::Open), [1.0, 1.0]);
    }

    #[test]
    fn many_pictures_have_the_interval_of_student() {
        let values: Vec<Value> = (0..MANY + 1).map(|i| [(i % 2) as f64, 1.0]).collect();
        let [low, high] = interval_of(&values, Scale::Share).expect("many pictures");
        let reach = 1.960_4 * 0.5 / (values.len() as f64).sqrt();
        assert!((high - low - 2.0 * reach).abs() < 1e-4, "{low} {high}");
    }
}
