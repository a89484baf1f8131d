//! The effect of storing a picture as a JPEG, without writing a file.
//!
//! JPEG (baseline) loses in three places: colours become bytes of luma and chroma, chroma is halved both ways, and the
//! cosine coefficients of 8 × 8 pixels are rounded to multiples of a table. The entropy coding that follows is
//! lossless, so it is left out. The command and the page thus make the same change, and the page needs no encoder.
//!
//! Reference: ITU-T T.81, with the tables of its annex K, scaled by the quality as libjpeg scales them; JFIF 1.02 for
//! the colours. Chroma is halved, as in nearly every program that saves photographs.

use super::Planes;

/// Pixels of a block's side.
const BLOCK: usize = 8;
/// Rounding steps of luma at quality 50, row by row.
const LUMA: [u16; 64] = [
    16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22, 29, 51,
    87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103, 121, 120, 101,
    72, 92, 95, 98, 112, 100, 103, 99,
];
/// Rounding steps of chroma at quality 50; all others are 99.
const CHROMA: [[u16; 4]; 4] = [[17, 18, 24, 47], [18, 21, 26, 66], [24, 26, 56, 99], [47, 66, 99, 99]];

/// Returns a picture `[3, S, S]` in [0, 1] as it would be read back after storing it with a quality of 1 to 100.
pub fn as_jpeg(picture: &Planes, quality: u8) -> Planes {
    let side = picture.side;
    let plane = side * side;
    let bytes: Vec<f32> = picture.values.iter().map(|value| rounded(value.clamp(0.0, 1.0) * 255.0)).collect();
    let rgb = |i: usize| [bytes[i], bytes[plane + i], bytes[2 * plane + i]];
    let of = |weights: [f32; 3], offset: f32| -> Vec<f32> {
        let value = |i| rgb(i).iter().zip(weights).map(|(v, w)| v * w).sum::<f32>();
        (0..plane).map(|i| rounded(value(i) + offset).clamp(0.0, 255.0)).collect()
    };
    let luma = coded(&of([0.299, 0.587, 0.114], 0.0), side, &table(quality, |i| LUMA[i]));
    let chroma = |weights| {
        let half = halved(&of(weights, 128.0), side);
        let steps = table(quality, |i| CHROMA.get(i / 8).and_then(|row| row.get(i % 8)).copied().unwrap_or(99));
        doubled(&coded(&half, side.div_ceil(2), &steps), side)
    };
    let blue = chroma([-0.168_735_9, -0.331_264_1, 0.5]);
    let red = chroma([0.5, -0.418_687_6, -0.081_312_4]);
    let back = |c: usize, i: usize| match c {
        0 => luma[i] + 1.402 * (red[i] - 128.0),
        1 => luma[i] - 0.344_136_3 * (blue[i] - 128.0) - 0.714_136_3 * (red[i] - 128.0),
        _ => luma[i] + 1.772 * (blue[i] - 128.0),
    };
    let value = |i: usize| rounded(back(i / plane, i % plane)).clamp(0.0, 255.0) / 255.0;
    Planes { side, values: (0..3 * plane).map(value).collect() }
}

/// The rounding steps of a quality.
fn table(quality: u8, at_half: impl Fn(usize) -> u16) -> [f32; 64] {
    let quality = u32::from(quality.clamp(1, 100));
    let percent = if quality < 50 { 5000 / quality } else { 200 - 2 * quality };
    std::array::from_fn(|i| ((u32::from(at_half(i)) * percent + 50) / 100).clamp(1, 255) as f32)
}

/// Rounds a square plane of bytes, block by block. Beyond the plane its edge is repeated.
fn coded(plane: &[f32], side: usize, steps: &[f32; 64]) -> Vec<f32> {
    let basis = cosines();
    let columns = std::array::from_fn(|i| basis[i % BLOCK * BLOCK + i / BLOCK]);
    let mut out = vec![0.0; side * side];
    for (top, left) in (0..side).step_by(BLOCK).flat_map(|top| (0..side).step_by(BLOCK).map(move |left| (top, left))) {
        let at = |i: usize| (top + i / BLOCK).min(side - 1) * side + (left + i % BLOCK).min(side - 1);
        let block: [f32; 64] = std::array::from_fn(|i| plane[at(i)] - 128.0);
        let mut spectrum = turned(&block, &columns);
        spectrum.iter_mut().zip(steps).for_each(|(v, step)| *v = rounded(*v / step) * step);
        let block = turned(&spectrum, &basis);
        for i in (0..64).filter(|i| top + i / BLOCK < side && left + i % BLOCK < side) {
            out[at(i)] = rounded(block[i] + 128.0).clamp(0.0, 255.0);
        }
    }
    out
}

/// Row u is the cosine of frequency u at the eight pixels, of length 1.
fn cosines() -> [f32; 64] {
    std::array::from_fn(|i| {
        let (u, x) = ((i / BLOCK) as f64, (i % BLOCK) as f64);
        let scale = if i < BLOCK { 0.125_f64.sqrt() } else { 0.5 };
        (scale * ((2.0 * x + 1.0) * u * std::f64::consts::PI / 16.0).cos()) as f32
    })
}

/// Computes Mᵀ B M. Every value of a row sums the same terms in the same order, so that a row is computed at once.
fn turned(block: &[f32; 64], matrix: &[f32; 64]) -> [f32; 64] {
    // An iterator's sum also begins at −0.
    let mut rows = [-0.0; 64];
    for (row, values) in rows.chunks_exact_mut(BLOCK).zip(block.chunks_exact(BLOCK)) {
        for (value, along) in values.iter().zip(matrix.chunks_exact(BLOCK)) {
            row.iter_mut().zip(along).for_each(|(sum, weight)| *sum += value * weight);
        }
    }
    let mut out = [-0.0; 64];
    for (v, out) in out.chunks_exact_mut(BLOCK).enumerate() {
        for (row, along) in rows.chunks_exact(BLOCK).zip(matrix.chunks_exact(BLOCK)) {
            out.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * along[v]);
        }
    }
    out
}

/// Rounds halves away from zero, like [`f32::round`], for numbers that fit an `i32`. Processors without a rounding
/// instruction would call a function for that one.
fn rounded(value: f32) -> f32 {
    let whole = value as i32 as f32;
    let rest = value - whole;
    whole + f32::from(i8::from(rest >= 0.5) - i8::from(rest <= -0.5))
}

/// The means of two by two pixels, as bytes. Halves are rounded down and up in turn, as in libjpeg.
fn halved(plane: &[f32], side: usize) -> Vec<f32> {
    let half = side.div_ceil(2);
    let near = |at: usize| at.min(side - 1);
    let value = |i: usize| {
        let (row, column) = (2 * (i / half), 2 * (i % half));
        let of = |r: usize, c: usize| plane[near(row + r) * side + near(column + c)];
        let bias = (1 + i % half % 2) as f32;
        ((of(0, 0) + of(0, 1) + of(1, 0) + of(1, 1) + bias) / 4.0).floor()
    };
    (0..half * half).map(value).collect()
}

/// Doubles the size: three quarters of the nearer pixel plus one quarter of the next, along both axes.
fn doubled(half: &[f32], side: usize) -> Vec<f32> {
    let small = side.div_ceil(2);
    let next = |at: usize| if at.is_multiple_of(2) { (at / 2).saturating_sub(1) } else { (at / 2 + 1).min(small - 1) };
    let value = |i: usize| {
        let (row, column) = (i / side, i % side);
        let across = |r: usize| 0.75 * half[r * small + column / 2] + 0.25 * half[r * small + next(column)];
        rounded(0.75 * across(row / 2) + 0.25 * across(next(row)))
    };
    (0..side * side).map(value).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(side: usize) -> Planes {
        let value = |i: usize| {
            let (c, y, x) = (i / (side * side), i / side % side, i % side);
            ((c * 60 + 9 * x + 5 * y * (c + 1) + (x * y * 7) % 23) % 256) as f32 / 255.0
        };
        Planes { side, values: (0..3 * side * side).map(value).collect() }
    }

    fn apart<'a>(a: &Planes, b: impl IntoIterator<Item = &'a f32>) -> f32 {
        a.values.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / a.values.len() as f32
    }

    /// `tests/reference/jpeg.py` stores the same pictures by Pillow, which is libjpeg. Its sums are of integers, so it
    /// rounds a few coefficients to another step: at most a tenth of the change by storing.
    #[test]
    fn a_stored_picture_is_pillow_s() {
        let golden: serde_json::Value =
            serde_json::from_str(include_str!("../../tests/golden/jpeg.json")).expect("golden numbers");
        let cases = golden.as_array().expect("cases");
        assert_eq!(cases.len(), 6);
        for case in cases {
            let number = |name: &str| case[name].as_u64().expect("a number");
            let picture = picture(number("side") as usize);
            let stored = as_jpeg(&picture, number("quality") as u8);
            let bytes = case["values"].as_array().expect("values").iter();
            let theirs: Vec<f32> = bytes.map(|v| v.as_f64().expect("a byte") as f32 / 255.0).collect();
            assert_eq!(theirs.len(), stored.values.len());
            let (error, change) = (apart(&stored, &theirs), apart(&picture, &theirs));
            assert!(error < 0.1 * change, "{error} of {change} at {}", case["quality"]);
        }
    }

    #[test]
    fn numbers_are_rounded_as_the_standard_library_rounds_them() {
        let near = |v: f32| [v.next_down(), v, v.next_up()];
        for value in (-1200..=1200).flat_map(|i| near(i as f32 / 4.0)) {
            assert_eq!(rounded(value), value.round(), "{value}");
        }
    }

    #[test]
    fn a_flat_picture_stays() {
        let flat = Planes { side: 13, values: vec![0.6; 3 * 169] };
        assert!(as_jpeg(&flat, 50).values.iter().all(|v| (v - 0.6).abs() < 0.01));
    }

    #[test]
    fn what_was_stored_once_changes_little_when_it_is_stored_again() {
        let (first, picture) = (as_jpeg(&picture(32), 30), picture(32));
        assert!(apart(&as_jpeg(&first, 30), &first.values) < 0.3 * apart(&first, &picture.values));
    }
}
