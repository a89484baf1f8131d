//! What scipy, statsmodels and scikit-learn say of the same cases.

use serde_json::Value;
use vanish::rules::statistics::{
    Bootstrap, Count, Logistic, Stratum, association_z, auroc, bca, benjamini_hochberg, beta_quantile, binomial_tail,
    clustered, detectable_difference, holm, kl_lower_bound, kl_upper_bound, lower_bound, mantel_haenszel, max_t,
    normal_quantile, out_of_fold, roc, sign_test, t_quantile, tau_b, wilson,
};

pub fn golden(part: &str) -> Value {
    let all: Value = serde_json::from_str(include_str!("../golden/statistics.json")).expect("the golden file is JSON");
    all[part].clone()
}

fn cases(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn floats(value: &Value) -> Vec<f64> {
    cases(value).iter().map(|v| v.as_f64().expect("a number")).collect()
}

fn indices(value: &Value) -> Vec<usize> {
    cases(value).iter().map(|v| v.as_u64().expect("a whole number") as usize).collect()
}

fn float(value: &Value) -> f64 {
    value.as_f64().expect("a number")
}

pub fn rows(value: &Value) -> Vec<Vec<f64>> {
    cases(value).iter().map(floats).collect()
}

/// Compares numbers in relative terms, near 0 in absolute ones.
fn same(got: &[f64], want: &[f64], tolerance: f64, case: &str) {
    assert_eq!(got.len(), want.len(), "{case}");
    for (g, w) in got.iter().zip(want) {
        assert!((g - w).abs() <= tolerance * w.abs().max(1e-3), "{case}: {got:?} is not {want:?}");
    }
}

#[test]
fn quantiles_and_tails_are_those_of_scipy() {
    let golden = golden("distributions");
    for case in rows(&golden["normal"]) {
        same(&[normal_quantile(case[0]).expect("in range")], &case[1..], 1e-10, "normal");
    }
    for case in rows(&golden["t"]) {
        same(&[t_quantile(case[0], case[1]).expect("in range")], &case[2..], 1e-8, &format!("t {case:?}"));
    }
    for case in rows(&golden["beta"]) {
        let got = beta_quantile(case[0], case[1], case[2]).expect("in range");
        same(&[got], &case[3..], 1e-9, &format!("beta {case:?}"));
    }
    for case in rows(&golden["binomial_tail"]) {
        same(&[binomial_tail(case[0] as usize, case[1] as usize, case[2])], &case[3..], 1e-9, "binomial");
    }
}

#[test]
fn shares_have_the_intervals_of_statsmodels() {
    let golden = golden("proportions");
    for case in rows(&golden["wilson"]) {
        let got = wilson(case[0] as usize, case[1] as usize, case[2]).expect("trials");
        same(&[got.low, got.high], &case[3..], 1e-9, &format!("{case:?}"));
    }
    for case in rows(&golden["lower"]) {
        let got = lower_bound(case[0] as usize, case[1] as usize, case[2]).expect("trials");
        same(&[got], &case[3..], 1e-9, &format!("{case:?}"));
    }
    for case in cases(&golden["clustered"]) {
        let got = clustered(&floats(&case["shares"]), float(&case["trials"]) as usize, 0.95).expect("pictures");
        let want = ["low", "high", "effective_n"].map(|field| float(&case[field]));
        same(&[got.low, got.high, got.effective_n], &want, 1e-7, "clustered");
    }
}

#[test]
fn signs_are_counted_as_by_scipy() {
    for case in rows(&golden("signs")) {
        let got = sign_test(case[0] as usize, case[1] as usize);
        same(&[got.p_one_sided, got.p_two_sided], &case[2..], 1e-10, &format!("{case:?}"));
    }
}

#[test]
fn many_tests_are_adjusted_as_by_statsmodels() {
    for case in cases(&golden("multiplicity")) {
        let p = floats(&case["p"]);
        same(&holm(&p), &floats(&case["holm"]), 1e-12, "Holm");
        same(&benjamini_hochberg(&p), &floats(&case["bh"]), 1e-12, "Benjamini-Hochberg");
    }
    let golden = golden("max_t");
    let got = max_t(&floats(&golden["observed"]), &rows(&golden["deals"]));
    same(&got, &floats(&golden["adjusted"]), 1e-12, "max-T");
}

#[test]
fn bootstrap_intervals_are_those_of_scipy_from_the_same_draws() {
    for case in cases(&golden("bootstrap")) {
        let (draws, left_out) = (floats(&case["draws"]), floats(&case["leave_one_out"]));
        let (low, high) = bca(float(&case["estimate"]), &draws, &left_out, 0.95).expect("draws");
        same(&[low, high], &["low", "high"].map(|end| float(&case[end])), 1e-8, &case["name"].to_string());
    }
}

/// Own draws stray from scipy's 499 by chance: a twentieth of the width is three standard errors of an end.
#[test]
fn bootstrap_intervals_from_own_draws_are_near_those_of_scipy() {
    let bootstrap = Bootstrap { draws: 20_000, ..Bootstrap::default() };
    for case in cases(&golden("bootstrap")) {
        let data = rows(&case["data"]);
        let got = match case["name"].as_str() {
            Some("mean") => bootstrap.mean(&data[0]),
            Some("skill") => bootstrap.skill(&data[0], &data[1]),
            _ => bootstrap.interval(data[0].len(), |sample| spread(&data[0], sample)),
        };
        let (got, low, high) = (got.expect("25 pictures"), float(&case["low"]), float(&case["high"]));
        let slack = 0.12 * (high - low);
        assert!((got.low - low).abs() < slack && (got.high - high).abs() < slack, "{} {got:?}", case["name"]);
        same(&[got.estimate], &[float(&case["estimate"])], 1e-10, "estimate");
    }
}

/// The variance with n in the denominator.
fn spread(values: &[f64], sample: &[usize]) -> f64 {
    let mean = |power: i32| sample.iter().map(|&i| values[i].powi(power)).sum::<f64>() / sample.len() as f64;
    mean(2) - mean(1).powi(2)
}

#[test]
fn bounds_of_coins_are_the_roots_that_scipy_finds() {
    for case in rows(&golden("kl_bounds")) {
        let (share, trials, rate) = (case[0], case[1] as usize, case[2]);
        let got = [kl_lower_bound(share, trials, rate), kl_upper_bound(share, trials, rate)];
        same(&got, &case[3..], 1e-9, &format!("{case:?}"));
    }
}

#[test]
fn associations_are_those_of_statsmodels() {
    for case in cases(&golden("association")) {
        let strata: Vec<Stratum> = cases(&case["strata"]).iter().map(|counts| stratum(&indices(counts))).collect();
        let got = mantel_haenszel(&strata, 0.95).expect("pictures");
        let half = 1.959_963_984_540_054 * float(&case["error"]);
        let want = [got.estimate, got.estimate - half, got.estimate + half].map(|v| v.clamp(-1.0, 1.0));
        same(&[got.estimate], &[float(&case["estimate"])], 1e-9, "estimate");
        same(&[got.estimate, got.low, got.high], &want, 1e-9, "interval");
        let z = association_z(&strata).expect("a variance");
        same(&[z * z], &[float(&case["chi_squared"])], 1e-9, "test");
        assert_eq!(z > 0.0, got.estimate > 0.0);
    }
}

fn stratum(counts: &[usize]) -> Stratum {
    let count = |at: usize| Count { hits: counts[at], of: counts[at + 1] };
    Stratum { with: count(0), without: count(2) }
}

#[test]
fn orders_are_compared_as_by_scipy() {
    for case in cases(&golden("kendall")) {
        let got = tau_b(&floats(&case["a"]), &floats(&case["b"])).expect("an order");
        same(&[got], &[float(&case["tau"])], 1e-12, "tau");
    }
}

#[test]
fn the_receivers_curve_is_that_of_scikit_learn() {
    let golden = golden("receiver");
    let (clean, attacked) = (floats(&golden["clean"]), floats(&golden["attacked"]));
    same(&[auroc(&clean, &attacked).expect("pictures")], &[float(&golden["area"])], 1e-12, "area");
    let curve = roc(&clean, &attacked);
    let rates = |of: fn(&vanish::rules::statistics::RocPoint) -> f64| curve.iter().map(of).collect::<Vec<_>>();
    same(&rates(|p| p.false_positive_rate), &floats(&golden["false_positive_rate"]), 1e-12, "false positives");
    same(&rates(|p| p.true_positive_rate), &floats(&golden["true_positive_rate"]), 1e-12, "true positives");
}

#[test]
fn detectors_are_fitted_as_by_scikit_learn() {
    for case in cases(&golden("logistic")) {
        let (rows, penalty) = (rows(&case["rows"]), float(&case["penalty"]));
        let labels: Vec<bool> = cases(&case["labels"]).iter().map(|v| v.as_bool().expect("a label")).collect();
        let model = Logistic::fit(&rows, &labels, penalty).expect("both classes");
        same(&[model.intercept], &[float(&case["intercept"])], 1e-6, "intercept");
        same(&model.weights, &floats(&case["weights"]), 1e-6, "weights");
        let unseen = out_of_fold(&rows, &labels, &indices(&case["folds"]), penalty).expect("both classes");
        same(&unseen, &floats(&case["out_of_fold"]), 1e-5, "out of fold");
    }
}

/// 2.8 SD/√n stands for the power of the normal; Student's asks for a little more where pictures are few.
#[test]
fn the_detectable_difference_is_that_of_the_paired_t_test() {
    for case in rows(&golden("power")) {
        let n = case[0] as usize;
        let scale = ((n - 1) as f64 / n as f64).sqrt();
        let differences: Vec<f64> = (0..n).map(|i| if i % 2 == 0 { scale } else { -scale }).collect();
        let got = detectable_difference(&differences).expect("pictures");
        assert!((got / case[1] - 1.0).abs() < 0.035, "{n}: {got} against {}", case[1]);
    }
}
