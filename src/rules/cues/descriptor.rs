//! The descriptors of a picture's evidence: its place, the model's features of it, and its colours.

use serde::{Deserialize, Serialize};

use super::k_means::squared_distance;
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::{ErrorKind, Result};
use crate::explain::Explanation;
use crate::job::as_text::{read, written};
use crate::map::Map;
use crate::picture::Planes;
use crate::question::Edit;

/// Cells of the mask on a side.
const CELLS: usize = 16;
/// Shades of each colour.
const SHADES: usize = 4;

/// The three descriptors of a picture's evidence.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub(super) struct Descriptor([Vec<f64>; 3]);

impl Descriptor {
    /// Describes the evidence of an explanation: its mask on 16 × 16 cells, the model's features of the picture with
    /// everything else deleted, and the roots of a histogram of 4 × 4 × 4 colours (so that distances are Hellinger's).
    pub(super) async fn of(classifier: &dyn Classifier, explanation: &Explanation) -> Result<Self> {
        let evidence = explanation.evidence();
        let preserved = Edit::keep(&evidence).picture(&explanation.scene, evidence.side);
        let features = features(classifier, preserved).await?;
        Ok(Self([cells(&evidence), features, colours(&explanation.scene.photo, &evidence)]))
    }
}

impl From<Descriptor> for String {
    fn from(Descriptor(blocks): Descriptor) -> Self {
        written(blocks.into_iter().flatten().map(f64::to_le_bytes))
    }
}

impl TryFrom<String> for Descriptor {
    type Error = base64::DecodeError;

    /// The model's features, of which there may be any number, lie between the cells and the colours.
    fn try_from(text: String) -> std::result::Result<Self, Self::Error> {
        let mut cells: Vec<f64> = read(&text)?.into_iter().map(f64::from_le_bytes).collect();
        let ends = CELLS * CELLS + SHADES.pow(3);
        let short = base64::DecodeError::InvalidLength(cells.len());
        let features = cells.len().checked_sub(ends).ok_or(short)?;
        let colours = cells.split_off(CELLS * CELLS + features);
        let features = cells.split_off(CELLS * CELLS);
        Ok(Self([cells, features, colours]))
    }
}

/// The normalisation that makes the descriptors of one class comparable. Each of the three has a mean, and a scale at
/// which the root mean square distance from the mean is 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Space(Vec<(Vec<f64>, f64)>);

impl Space {
    /// Measures the descriptors of a class.
    pub(super) fn of(descriptors: &[&Descriptor]) -> Self {
        Self(
            (0..3)
                .map(|block| measured(&descriptors.iter().map(|d| d.0[block].as_slice()).collect::<Vec<_>>()))
                .collect(),
        )
    }

    /// The point of a descriptor: all three side by side, each with the same spread.
    pub(super) fn place(&self, descriptor: &Descriptor) -> Vec<f64> {
        let block = |(values, (mean, scale)): (&Vec<f64>, &(Vec<f64>, f64))| {
            values.iter().zip(mean).map(|(v, m)| (v - m) * scale).collect::<Vec<_>>()
        };
        descriptor.0.iter().zip(&self.0).flat_map(block).collect()
    }
}

fn measured(points: &[&[f64]]) -> (Vec<f64>, f64) {
    let count = points.len().max(1) as f64;
    let axes = points.first().map_or(0, |point| point.len());
    let mean: Vec<f64> = (0..axes).map(|axis| points.iter().map(|point| point[axis]).sum::<f64>() / count).collect();
    let square = points.iter().map(|point| squared_distance(point, &mean)).sum::<f64>() / count;
    (mean, if square > 0.0 { square.sqrt().recip() } else { 0.0 })
}

/// The mean of the evidence in each cell.
fn cells(evidence: &Map) -> Vec<f64> {
    let mut sums = [(0.0, 0.0); CELLS * CELLS];
    for (i, value) in evidence.values.iter().enumerate() {
        let cell = |at: usize| at * CELLS / evidence.side;
        let (sum, count) = &mut sums[cell(i / evidence.side) * CELLS + cell(i % evidence.side)];
        (*sum, *count) = (*sum + f64::from(*value), *count + 1.0);
    }
    sums.iter().map(|(sum, count)| sum / f64::max(*count, 1.0)).collect()
}

/// Returns the spatial means of the last layer with a map, or the logits of a classifier without access to its layers.
async fn features(classifier: &dyn Classifier, picture: Planes) -> Result<Vec<f64>> {
    let side = picture.side;
    let picture = Array::new(picture.values, &[1, 3, side, side], classifier.device());
    let values = match classifier.activation_and_gradient(picture.clone(), None, &|logits| logits.mul_scalar(0.0)) {
        Ok((activation, _)) => return Ok(means(&activation.shape(), &activation.read().await?)),
        Err(error) if error.kind() == ErrorKind::Unsupported => classifier.logits(picture)?.read().await?,
        Err(error) => return Err(error),
    };
    Ok(values.into_iter().map(f64::from).collect())
}

/// The mean of each channel of `[1, C, h, w]`.
fn means(shape: &[usize], values: &[f32]) -> Vec<f64> {
    let places = shape[2] * shape[3];
    values.chunks(places).map(|channel| channel.iter().map(|&v| f64::from(v)).sum::<f64>() / places as f64).collect()
}

fn colours(photo: &Planes, evidence: &Map) -> Vec<f64> {
    let plane = evidence.values.len();
    let mut histogram = vec![0.0; SHADES * SHADES * SHADES];
    for (i, &weight) in evidence.values.iter().enumerate() {
        let shade = |channel: usize| ((photo.values[channel * plane + i] * SHADES as f32) as usize).min(SHADES - 1);
        // Rounding may put evidence just below 0, which has no square root.
        histogram[(shade(0) * SHADES + shade(1)) * SHADES + shade(2)] += f64::from(weight.max(0.0));
    }
    let sum: f64 = histogram.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    histogram.iter().map(|v| (v / sum).sqrt()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_has_the_mean_of_its_pixels_and_a_colour_the_root_of_its_share() {
        let evidence = Map::indicator(32, |row, column| row < 2 && column < 3);
        let cells = cells(&evidence);
        assert_eq!((cells[0], cells[1], cells[2], cells[16]), (1.0, 0.5, 0.0, 0.0));
        // The first pixel is red, the others blue; six of them are evidence.
        let value = |i: usize| if (i == 0 && i < 1024) || i > 2048 { 1.0 } else { 0.0 };
        let photo = Planes { side: 32, values: (0..3 * 1024).map(value).collect() };
        // Values just below 0 must add no weight to a colour.
        let colours = colours(&photo, &evidence.mapped(|v| if v > 0.0 { v } else { -1e-7 }));
        let (red, blue) = (colours[3 * 16], colours[3]);
        assert!((red * red - 1.0 / 6.0).abs() < 1e-9 && (blue * blue - 5.0 / 6.0).abs() < 1e-9, "{red} {blue}");
    }

    #[test]
    fn each_descriptor_is_as_wide_as_the_others() {
        let of = |x: f64| Descriptor([vec![x, 0.0], vec![1000.0 * x], vec![7.0; 3]]);
        let all = [of(1.0), of(3.0)];
        let space = Space::of(&all.iter().collect::<Vec<_>>());
        assert_eq!(space.place(&all[1]), [1.0, 0.0, 1.0, 0.0, 0.0, 0.0]);
        assert_eq!(space.place(&of(0.0)), [-2.0, 0.0, -2.0, 0.0, 0.0, 0.0]);
    }
}
