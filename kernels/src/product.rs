//! Matrix products, added to existing numbers: by the crate `gemm` natively, and by `tiled` in a browser.

use crate::{add_scaled, sums};

/// Up to this number of rows, the other matrix is read in place, because packing it into tiles would take longer.
const FEW_ROWS: usize = 3;

/// A view of numbers as a matrix: element (i, j) is `values[i · row + j · column]`.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    pub values: &'a [f32],
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
}

impl<'a> Matrix<'a> {
    /// Views consecutive numbers as rows of `columns` numbers each.
    pub fn rows(values: &'a [f32], columns: usize) -> Self {
        Self { values, row: columns, column: 1, rows: values.len().checked_div(columns).unwrap_or(0), columns }
    }

    /// Returns the same numbers with rows and columns exchanged.
    #[must_use]
    pub fn transposed(self) -> Self {
        Self { row: self.column, column: self.row, rows: self.columns, columns: self.rows, ..self }
    }

    fn is_inside(&self) -> bool {
        self.rows == 0
            || self.columns == 0
            || (self.rows - 1) * self.row + (self.columns - 1) * self.column < self.values.len()
    }
}

/// Writes `a · b` over the numbers of `to`, row by row.
///
/// # Panics
/// Panics if a matrix reaches beyond its numbers, or if the matrices and `to` do not fit each other.
pub fn write(a: &Matrix, b: &Matrix, to: &mut [f32]) {
    assert_eq!(to.len(), a.rows * b.columns, "the product does not fit");
    to.fill(0.0);
    if a.rows <= FEW_ROWS && a.column == 1 && a.is_inside() && b.is_inside() && a.columns == b.rows {
        return to.chunks_mut(b.columns.max(1)).enumerate().for_each(|(i, to)| write_row(a, i, b, to));
    }
    let place = Place { first: 0, row: b.columns, rows: a.rows, columns: b.columns };
    // SAFETY: the numbers are borrowed exclusively for this call.
    unsafe { Shared::new(to).multiply(&place, a, b) };
}

/// Writes row `i` of `a · b`, where the rows or the columns of `b` are contiguous.
fn write_row(a: &Matrix, i: usize, b: &Matrix, to: &mut [f32]) {
    let row = &a.values[i * a.row..][..a.columns];
    for (j, to) in to.iter_mut().enumerate().filter(|_| b.column != 1) {
        *to = match b.row {
            1 => sums::of_products(row, &b.values[j * b.column..][..b.rows]),
            _ => row.iter().enumerate().map(|(k, a)| a * b.values[k * b.row + j * b.column]).sum(),
        };
    }
    for (k, a) in row.iter().enumerate().filter(|_| b.column == 1) {
        add_scaled(to, &b.values[k * b.row..][..to.len()], *a);
    }
}

/// The place of a product: `rows` rows of `columns` numbers each, from `first` on, `row` apart.
pub(crate) struct Place {
    pub first: usize,
    pub row: usize,
    pub rows: usize,
    pub columns: usize,
}

/// Numbers into which several threads write, each in a different place.
pub(crate) struct Shared<'a> {
    start: *mut f32,
    length: usize,
    of: std::marker::PhantomData<&'a mut [f32]>,
}

// SAFETY: the only way to the numbers is `multiply`, whose callers promise that no two calls at a time share an
// element.
unsafe impl Sync for Shared<'_> {}

impl<'a> Shared<'a> {
    pub fn new(values: &'a mut [f32]) -> Self {
        Self { start: values.as_mut_ptr(), length: values.len(), of: std::marker::PhantomData }
    }

    /// Adds the product `a · b` to the numbers at `place`.
    ///
    /// # Safety
    /// No other call may write to an element of `place` at the same time.
    pub unsafe fn multiply(&self, place: &Place, a: &Matrix, b: &Matrix) {
        assert!(a.is_inside() && b.is_inside(), "a matrix reaches beyond its numbers");
        assert!(a.columns == b.rows && a.rows == place.rows && b.columns == place.columns, "the matrices do not fit");
        if place.rows == 0 || place.columns == 0 || a.columns == 0 {
            return;
        }
        assert!(place.columns <= place.row || place.rows == 1, "rows of the product overlap");
        assert!(place.first + (place.rows - 1) * place.row + place.columns <= self.length, "the product does not fit");
        // SAFETY: the product lies inside these numbers, and the caller promises that no other call writes there. The
        // numbers that are read do not overlap it, because they are borrowed for the call and `self` borrows its slice
        // exclusively.
        unsafe { add_product(self.start.add(place.first), place.row, a, b) };
    }
}

/// Adds `a · b` to the rows of numbers that begin at `to`, `row` apart.
///
/// # Safety
/// The matrices must lie inside their slices and fit each other. The rows must lie in writable memory, must not
/// overlap, and must not be accessed by anything else during the call.
#[cfg(not(target_arch = "wasm32"))]
unsafe fn add_product(to: *mut f32, row: usize, a: &Matrix, b: &Matrix) {
    // SAFETY: the caller promises it.
    unsafe {
        gemm::gemm(
            a.rows,
            b.columns,
            a.columns,
            to,
            1,
            row as isize,
            true,
            a.values.as_ptr(),
            a.column as isize,
            a.row as isize,
            b.values.as_ptr(),
            b.column as isize,
            b.row as isize,
            1.0,
            1.0,
            false,
            false,
            false,
            gemm::Parallelism::None,
        );
    }
}

/// The same in a browser, with the kernel that is made for its vectors.
///
/// # Safety
/// As for the other `add_product`.
#[cfg(target_arch = "wasm32")]
unsafe fn add_product(to: *mut f32, row: usize, a: &Matrix, b: &Matrix) {
    crate::tiled::product(a, b, |i, column, sums| {
        // SAFETY: row `i` of the product has a column for each sum, from `column` on, and the caller promises that the
        // rows are writable.
        let target = unsafe { std::slice::from_raw_parts_mut(to.add(i * row + column), sums.len()) };
        target.iter_mut().zip(sums).for_each(|(target, sum)| *target += sum);
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::{cases, numbers};

    #[test]
    fn the_product_is_its_definition_however_both_lie() {
        for random in cases(200) {
            let pick = |n: usize, of: &[usize]| of[random[n] as usize % of.len()];
            let (rows, depth, columns) =
                (pick(0, &[0, 1, 2, 3, 4, 9]), pick(1, &[0, 1, 2, 17, 300]), pick(2, &[0, 1, 5, 33]));
            let (a, b) = (numbers(1, rows * depth), numbers(2, depth * columns));
            let left = Matrix { values: &a, row: depth, column: 1, rows, columns: depth };
            let left = if pick(3, &[0, 1]) == 0 { left } else { Matrix { row: 1, column: rows, ..left } };
            let right = Matrix { values: &b, row: columns, column: 1, rows: depth, columns };
            let right = if pick(4, &[0, 1]) == 0 { right } else { Matrix { row: 1, column: depth, ..right } };
            let mut found = vec![f32::NAN; rows * columns];
            write(&left, &right, &mut found);
            for (at, found) in found.iter().enumerate() {
                let (i, j) = (at / columns, at % columns);
                let of = |m: &Matrix, i: usize, j: usize| f64::from(m.values[i * m.row + j * m.column]);
                let wanted: f64 = (0..depth).map(|k| of(&left, i, k) * of(&right, k, j)).sum();
                assert!((f64::from(*found) - wanted).abs() < 1e-4 * (1.0 + wanted.abs()), "{rows} {depth} {columns}");
            }
        }
    }
}
