//! The product of two matrices by tiles that fit the sixteen 128-bit registers of a browser's vectors.
//!
//! Four rows of `a` times eight columns of `b` give eight vectors of sums. With two vectors of `b` and one of `a` they
//! take eleven registers. In Chromium larger tiles spill, although by count they fit: 3 × 12, 4 × 12, 3 × 16 and 6 × 8
//! reach 27 to 31 GFLOP/s, and this one 55. Smaller tiles load more often than they multiply; 4 × 4 reaches 41. Both
//! matrices are copied in the order in which the tile reads them, with as many rows of `b` at a time as fit in the
//! first-level cache.

use std::cell::RefCell;
use std::ops::Range;

use crate::product::Matrix;

/// Number of rows in a tile.
const ROWS: usize = 4;
/// Number of columns in a tile. The last tile at the right edge may be half as wide.
const COLUMNS: usize = 8;
/// Number of columns in a vector.
const VECTOR: usize = 4;
/// Number of rows of `b` at a time, which are eight kilobytes of one tile's columns.
const DEPTH: usize = 256;

/// Both matrices, in the order in which they are read.
#[derive(Default)]
struct Packed {
    a: Vec<f32>,
    b: Vec<f32>,
}

/// Calls `add` with pieces of rows of `a · b`: the row, the first column, and the numbers to add there. Each element is
/// passed once for every [`DEPTH`] columns of `a`.
///
/// # Panics
/// Panics if a matrix reaches beyond its numbers.
pub fn product(a: &Matrix, b: &Matrix, mut add: impl FnMut(usize, usize, &[f32])) {
    thread_local! {
        static PACKED: RefCell<Packed> = RefCell::default();
    }
    PACKED.with_borrow_mut(|packed| {
        for start in (0..a.columns).step_by(DEPTH) {
            let depth = start..(start + DEPTH).min(a.columns);
            pack_rows(a, depth.clone(), &mut packed.a);
            pack_columns(b, depth.clone(), &mut packed.b);
            multiply(&packed.a, &packed.b, [a.rows, depth.len(), b.columns], &mut add);
        }
    });
}

/// Packs the rows of `a` into strips of four rows, each column by column, and one strip of the remaining rows.
fn pack_rows(a: &Matrix, depth: Range<usize>, to: &mut Vec<f32>) {
    to.resize(a.rows * depth.len(), 0.0);
    for (number, strip) in to.chunks_mut(ROWS * depth.len()).enumerate() {
        let values = &a.values[number * ROWS * a.row + depth.start * a.column..];
        match strip.len() / depth.len() {
            1 => interleave::<1>(values, a, strip),
            2 => interleave::<2>(values, a, strip),
            3 => interleave::<3>(values, a, strip),
            _ => interleave::<ROWS>(values, a, strip),
        }
    }
}

/// Packs `R` rows of `a` that begin at `values`, column by column.
fn interleave<const R: usize>(values: &[f32], a: &Matrix, strip: &mut [f32]) {
    for (k, to) in strip.as_chunks_mut::<R>().0.iter_mut().enumerate() {
        let column = &values[k * a.column..][..(R - 1) * a.row + 1];
        *to = std::array::from_fn(|row| column[row * a.row]);
    }
}

/// Packs the columns of `b` into panels of eight columns, each row by row. The last panel is padded to whole vectors
/// with leftover numbers.
fn pack_columns(b: &Matrix, depth: Range<usize>, to: &mut Vec<f32>) {
    to.resize(depth.len() * b.columns.next_multiple_of(VECTOR), 0.0);
    let mut rest = &mut to[..];
    for first in (0..b.columns).step_by(COLUMNS) {
        let count = COLUMNS.min(b.columns - first);
        let wide = count.next_multiple_of(VECTOR);
        let (panel, after) = rest.split_at_mut(wide * depth.len());
        rest = after;
        if b.column != 1 {
            spread_columns(b, depth.clone(), first..first + count, panel);
            continue;
        }
        let rows = depth.clone().map(|k| &b.values[k * b.row + first..][..count]);
        if count == COLUMNS {
            // A copy of a known length compiles to two vector moves instead of a call.
            panel
                .as_chunks_mut()
                .0
                .iter_mut()
                .zip(rows)
                .for_each(|(to, row): (&mut [f32; COLUMNS], _)| to.copy_from_slice(row));
        } else {
            panel.chunks_exact_mut(wide).zip(rows).for_each(|(to, row)| to[..count].copy_from_slice(row));
        }
    }
}

/// Packs columns that are not contiguous into a panel.
fn spread_columns(b: &Matrix, depth: Range<usize>, columns: Range<usize>, panel: &mut [f32]) {
    let wide = columns.len().next_multiple_of(VECTOR);
    for (at, column) in columns.enumerate() {
        let values = depth.clone().map(|k| b.values[k * b.row + column * b.column]);
        panel[at..].iter_mut().step_by(wide).zip(values).for_each(|(to, value)| *to = value);
    }
}

/// Multiplies panel after panel, so that one panel stays in the cache while all rows pass.
fn multiply(a: &[f32], b: &[f32], [rows, depth, columns]: [usize; 3], add: &mut impl FnMut(usize, usize, &[f32])) {
    let mut panels = b;
    for column in (0..columns).step_by(COLUMNS) {
        let count = COLUMNS.min(columns - column);
        let wide = count.next_multiple_of(VECTOR);
        let (panel, after) = panels.split_at(wide * depth);
        panels = after;
        let mut add = |row: usize, sums: &[f32]| add(row, column, &sums[..count]);
        match wide {
            COLUMNS => strips::<COLUMNS>(a, panel, rows, depth, &mut add),
            _ => strips::<VECTOR>(a, panel, rows, depth, &mut add),
        }
    }
}

fn strips<const C: usize>(a: &[f32], panel: &[f32], rows: usize, depth: usize, add: &mut impl FnMut(usize, &[f32])) {
    for (number, strip) in a.chunks(ROWS * depth).enumerate() {
        let first = number * ROWS;
        match rows - first {
            1 => tell(first, &tile::<1, C>(strip, panel), add),
            2 => tell(first, &tile::<2, C>(strip, panel), add),
            3 => tell(first, &tile::<3, C>(strip, panel), add),
            _ => tell(first, &tile::<ROWS, C>(strip, panel), add),
        }
    }
}

fn tell<const C: usize>(first: usize, sums: &[[f32; C]], add: &mut impl FnMut(usize, &[f32])) {
    sums.iter().enumerate().for_each(|(row, sums)| add(first + row, sums));
}

/// Computes Σ_k a[k, i] · b[k, j]. It is a separate function, because inlining would keep the sums in memory instead of
/// registers, which halves the speed.
#[inline(never)]
fn tile<const R: usize, const C: usize>(a: &[f32], b: &[f32]) -> [[f32; C]; R] {
    let mut sums = [[0.0; C]; R];
    for (a, b) in a.as_chunks::<R>().0.iter().zip(b.as_chunks::<C>().0) {
        for (sums, a) in sums.iter_mut().zip(a) {
            sums.iter_mut().zip(b).for_each(|(sum, b)| *sum += a * b);
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{cases, numbers};

    #[test]
    fn the_product_is_its_definition_whatever_the_shapes() {
        for random in cases(200) {
            let pick = |n: usize, of: &[usize]| of[random[n] as usize % of.len()];
            let (rows, depth) = (pick(0, &[1, 2, 3, 4, 5, 9, 64]), pick(1, &[1, 2, 27, 255, 256, 257, 600]));
            let (columns, turned) = (pick(2, &[1, 3, 4, 5, 8, 11, 12, 13, 24, 49]), random[3].is_multiple_of(2));
            let (a, b) = (numbers(1, rows * depth), numbers(2, depth * (columns + 3)));
            let left = if turned {
                Matrix { values: &a, row: 1, column: rows, rows, columns: depth }
            } else {
                Matrix::rows(&a, depth)
            };
            let right = if random[4].is_multiple_of(2) {
                Matrix { values: &b, row: columns + 3, column: 1, rows: depth, columns }
            } else {
                Matrix { values: &b, row: 1, column: depth, rows: depth, columns }
            };
            let mut found = vec![0.0; rows * columns];
            product(&left, &right, |row, first, sums| {
                found[row * columns + first..].iter_mut().zip(sums).for_each(|(f, s)| *f += s);
            });
            for (at, found) in found.iter().enumerate() {
                let (i, j) = (at / columns, at % columns);
                let term = |k: usize| {
                    f64::from(a[i * left.row + k * left.column]) * f64::from(b[k * right.row + j * right.column])
                };
                let wanted = (0..depth).map(term).sum::<f64>();
                assert!((f64::from(*found) - wanted).abs() < 1e-4 * (1.0 + wanted.abs()), "{rows} {depth} {columns}");
            }
        }
    }
}
