//! What several of the integration tests share.

// Each test binary uses its own part of this file.
#![allow(dead_code)]

use std::path::{Path, PathBuf};

/// The folder with the committed golden files.
pub fn golden_dir() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden")
}

/// A golden file.
pub fn golden(name: &str) -> serde_json::Value {
    let path = golden_dir().join(name);
    let text = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// The folder of real models and photographs, which is not part of the repository: `VANISH_TESTDATA`, or
/// `shared/testdata` in or beside the checkout. `None`, said aloud, where there is none.
pub fn testdata() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let named = std::env::var_os("VANISH_TESTDATA").map(PathBuf::from);
    let candidates = named.into_iter().chain([root.join("shared/testdata"), root.join("../shared/testdata")]);
    let found = candidates.into_iter().find(|folder| folder.join("models").is_dir());
    if found.is_none() {
        eprintln!("SKIPPED: no models to test with; set VANISH_TESTDATA to a folder with models/ and images/");
    }
    found
}

/// A list of numbers in a golden file.
pub fn floats(value: &serde_json::Value) -> Vec<f32> {
    let list = value.as_array().unwrap_or_else(|| panic!("a list was expected, not {value}"));
    list.iter().map(|v| v.as_f64().expect("a number") as f32).collect()
}

/// Where the goldens sample a tensor of this many elements: 500 places, the rule of `make_golden.py`.
pub fn positions(extent: usize) -> impl Iterator<Item = usize> {
    (0..500).map(move |k| (k * 104_729 + 12_345) % extent)
}

/// Spearman's rank correlation; ties share their mean rank.
pub fn rank_correlation(a: &[f32], b: &[f32]) -> f64 {
    pearson(&ranks(a), &ranks(b))
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
    product / (squares(a, ma) * squares(b, mb)).sqrt()
}

/// The median of |a − b| / |b| over the elements: what the project promises for gradients.
pub fn median_relative(a: &[f32], b: &[f32]) -> f32 {
    let mut errors: Vec<f32> = a.iter().zip(b).map(|(x, y)| (x - y).abs() / y.abs().max(f32::MIN_POSITIVE)).collect();
    errors.sort_by(f32::total_cmp);
    errors[errors.len() / 2]
}

/// The largest |a − b| over the largest |b|.
pub fn greatest_relative(a: &[f32], b: &[f32]) -> f32 {
    let scale = b.iter().fold(0f32, |m, v| m.max(v.abs()));
    a.iter().zip(b).fold(0f32, |m, (x, y)| m.max((x - y).abs())) / scale
}
