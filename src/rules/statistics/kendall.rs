//! Kendall's τ_b: whether two lists put the same methods first.
//!
//! Of all pairs, C are ordered alike in both lists and D the other way; T_a and T_b are tied in one list only:
//! τ_b = (C − D) / √((C + D + T_a)(C + D + T_b)), from −1 (reversed) to 1 (alike).
//!
//! Reference: M. G. Kendall, "The treatment of ties in ranking problems", Biometrika 33, 1945.

/// Computes τ_b of two lists of one length; `None` where the lengths differ, a list is all tied, or a value is not a
/// number.
pub fn tau_b(a: &[f64], b: &[f64]) -> Option<f64> {
    if a.len() != b.len() || a.iter().chain(b).any(|v| v.is_nan()) {
        return None;
    }
    let pairs = || (0..a.len()).flat_map(|i| (0..i).map(move |j| (order(a[i], a[j]), order(b[i], b[j]))));
    let sum = |of: fn((f64, f64)) -> f64| pairs().map(of).sum::<f64>();
    let scale = sum(|(x, _)| x * x) * sum(|(_, y)| y * y);
    (scale > 0.0).then(|| sum(|(x, y)| x * y) / scale.sqrt())
}

/// Gives 1, 0 or −1, as the first is larger, equal or smaller.
fn order(x: f64, y: f64) -> f64 {
    f64::from(i8::from(x > y) - i8::from(x < y))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_order_counts() {
        assert_eq!(tau_b(&[1.0, 2.0, 3.0], &[10.0, 20.0, 900.0]), Some(1.0));
        assert_eq!(tau_b(&[1.0, 2.0, 3.0], &[3.0, 2.0, 1.0]), Some(-1.0));
        // Four pairs alike, two the other way.
        assert_eq!(tau_b(&[1.0, 2.0, 3.0, 4.0], &[2.0, 1.0, 4.0, 3.0]), Some(2.0 / 6.0));
        // One pair tied in the first list: 2 / √(2 · 3).
        let tied = tau_b(&[1.0, 1.0, 2.0], &[1.0, 2.0, 3.0]).expect("not all tied");
        assert!((tied - 2.0 / 6.0f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn lists_without_an_order_have_none() {
        assert_eq!(tau_b(&[], &[]), None);
        assert_eq!(tau_b(&[1.0, 1.0], &[1.0, 2.0]), None);
        assert_eq!(tau_b(&[1.0, f64::NAN], &[1.0, 2.0]), None);
        assert_eq!(tau_b(&[1.0, 2.0], &[1.0]), None);
    }
}
