//! What several of the integration tests share.

// Each test binary uses its own part of this file.
#![allow(dead_code)]

pub mod scratch;

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde::Serialize;
use serde::de::DeserializeOwned;
use vanish::array::Array;
use vanish::classifier::{Classifier, OnnxClassifier, Profile};
use vanish::job::Divisible;
use vanish::picture::Framing;

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

/// One of the models that are part of the program, `critters` or `critters-biased`, on the processor.
pub fn built_in(name: &str) -> OnnxClassifier {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/models");
    let bytes = std::fs::read(folder.join(format!("{name}.onnx"))).expect("a committed model");
    let profile = std::fs::read_to_string(folder.join(format!("{name}.json"))).expect("its profile");
    let profile = Profile::from_json(&profile).expect("a profile");
    OnnxClassifier::from_bytes(name, &bytes, Some(profile), None, &Device::flex()).expect("a model")
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

/// |a − b| / |b| of each element.
pub fn relative_errors(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(x, y)| (x - y).abs() / y.abs().max(f32::MIN_POSITIVE)).collect()
}

/// The largest |a − b| over the largest |b|.
pub fn greatest_relative(a: &[f32], b: &[f32]) -> f32 {
    let scale = b.iter().fold(0f32, |m, v| m.max(v.abs()));
    a.iter().zip(b).fold(0f32, |m, (x, y)| m.max((x - y).abs())) / scale
}

/// Whether a pixel, counted row by row, lies in the square that [`bright_square`] looks at.
pub fn square(side: usize) -> impl Fn(usize) -> bool {
    move |i| {
        let within = |at: usize| (side / 2 - side / 8..side / 2 + side / 8).contains(&at);
        within(i / side) && within(i % side)
    }
}

/// A picture whose square is a fine bright checkerboard on grey, so that blurring darkens it.
pub fn picture_with_square(side: u32) -> image::RgbImage {
    let inside = square(side as usize);
    image::RgbImage::from_fn(side, side, |x, y| {
        let bright = inside((y * side + x) as usize);
        image::Rgb(if bright { [255; 3] } else { [60 + (x * 3 % 40) as u8, 70, 60 + (y * 5 % 40) as u8] })
    })
}

/// A classifier computed by hand: the logit of class 1 is 12 (mean brightness of the square − 0.6), that of class 0 is
/// 0.
pub struct BrightSquare {
    side: usize,
    device: Device,
    weights: Array,
    bias: f32,
}

/// Whether a pixel is white on a board of single pixels.
pub fn white(side: usize, i: usize) -> bool {
    (i / side + i % side).is_multiple_of(2)
}

/// The same of such a board, so steep that a tenth of it is as good as all: 500 times its contrast, 1 for the whole
/// board, less 20.
pub fn board_anywhere(side: usize) -> BrightSquare {
    let (device, pixels) = (Device::flex(), side * side);
    let weight = |i: usize| if white(side, i % pixels) { 1.0 } else { -1.0 };
    let weights = (0..3 * pixels).map(|i| 1000.0 / (3 * pixels) as f32 * weight(i)).collect();
    let weights = Array::new(weights, &[3 * pixels, 1], &device);
    BrightSquare { side, device, weights, bias: -20.0 }
}

/// The classifier for pictures of `side` pixels, on the CPU.
pub fn bright_square(side: usize) -> BrightSquare {
    let device = Device::flex();
    let inside = square(side);
    let count = (0..side * side).filter(|&i| inside(i)).count() as f32;
    let weights =
        (0..3 * side * side).map(|i| if inside(i % (side * side)) { 12.0 / (3.0 * count) } else { 0.0 }).collect();
    let weights = Array::new(weights, &[3 * side * side, 1], &device);
    BrightSquare { side, device, weights, bias: -7.2 }
}

impl Classifier for BrightSquare {
    fn framing(&self) -> Framing {
        Framing::whole(self.side)
    }

    fn classes(&self) -> usize {
        2
    }

    fn device(&self) -> &Device {
        &self.device
    }

    fn logits(&self, pictures: Array) -> vanish::Result<Array> {
        let count = pictures.shape()[0];
        let bright =
            pictures.reshape(&[count, 3 * self.side * self.side]).matmul(self.weights.clone()).add_scalar(self.bias);
        Ok(Array::concat(vec![bright.clone().mul_scalar(0.0), bright], 1))
    }

    fn logits_and_gradient(
        &self,
        pictures: Array,
        objective: &dyn Fn(Array) -> Array,
    ) -> vanish::Result<(Array, Array)> {
        let shape = pictures.shape();
        let logits = self.logits(pictures)?;
        let of_bright = objective(logits.clone()).slice(&[(0, shape[0], 1), (1, 2, 1)]);
        let gradient = of_bright.matmul(self.weights.clone().permute(&[1, 0])).reshape(&shape);
        Ok((logits, gradient))
    }
}

/// Does a job in parts: the first of these hears what came of all, each of the others does one at a time, and what they
/// tell arrives in the reverse order. Parts and lines cross as JSON.
pub fn in_parts<J>(mut first: J, mut others: Vec<J>) -> J
where
    J: Divisible<Part: Serialize + DeserializeOwned, Line: Serialize + DeserializeOwned>,
{
    loop {
        let parts = first.parts();
        if parts.is_empty() {
            return first;
        }
        let done: Vec<String> = others.iter_mut().zip(parts).map(|(job, part)| lines_of(job, part)).collect();
        for lines in done.iter().rev() {
            let lines: Vec<J::Line> = serde_json::from_str(lines).expect("lines");
            lines.into_iter().for_each(|line| first.add_line(line));
        }
    }
}

fn lines_of<J>(job: &mut J, part: J::Part) -> String
where
    J: Divisible<Part: Serialize + DeserializeOwned, Line: Serialize>,
{
    let part = serde_json::to_string(&part).expect("it is written");
    job.begin_part(serde_json::from_str(&part).expect("it is read"));
    while !pollster::block_on(job.step(7)).expect("the CPU computes").done {}
    serde_json::to_string(&job.take_lines()).expect("they are written")
}
