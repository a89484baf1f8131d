//! The difference that a number of pictures can show.

use super::variance;

/// Φ⁻¹(.975) + Φ⁻¹(.8) = 1.96 + .84.
const REACH: f64 = 2.8;

/// Estimates the smallest mean difference that so many pictures show in four of five studies, at .05 on two sides: 2.8
/// SD / √n of the paired differences. `None` below two pictures, if a difference is not finite, and if all are equal,
/// because then the spread is unknown.
pub fn detectable_difference(differences: &[f64]) -> Option<f64> {
    let n = differences.len();
    let sound = n >= 2 && differences.iter().all(|d| d.is_finite());
    sound.then(|| REACH * (variance(differences) / n as f64).sqrt()).filter(|&found| found > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_times_the_pictures_show_half_the_difference() {
        let alternating: Vec<f64> = (0..40).map(|i| if i % 2 == 0 { 0.3 } else { -0.1 }).collect();
        // SD = .2 √(40/39).
        let got = detectable_difference(&alternating).expect("pictures");
        assert!((got - 2.8 * 0.2 / 39.0f64.sqrt()).abs() < 1e-12, "{got}");
        assert_eq!(detectable_difference(&[0.0; 40]), None, "nothing differed");
        assert_eq!((detectable_difference(&[0.1]), detectable_difference(&[0.1, f64::NAN])), (None, None));
    }
}
