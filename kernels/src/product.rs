//! Products of matrices, added to what is there: by the crate `gemm` natively, and by `tiled` in a browser.

/// A view of numbers as a matrix: element (i, j) is `values[i · row + j · column]`.
pub(crate) struct Matrix<'a> {
    pub values: &'a [f32],
    pub row: usize,
    pub column: usize,
    pub rows: usize,
    pub columns: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `columns` numbers, one after the other.
    pub fn rows(values: &'a [f32], columns: usize) -> Self {
        Self { values, row: columns, column: 1, rows: values.len().checked_div(columns).unwrap_or(0), columns }
    }

    pub fn transposed(self) -> Self {
        Self { row: self.column, column: self.row, rows: self.columns, columns: self.rows, ..self }
    }

    fn is_inside(&self) -> bool {
        self.rows == 0
            || self.columns == 0
            || (self.rows - 1) * self.row + (self.columns - 1) * self.column < self.values.len()
    }
}

/// Where a product goes: `rows` of `columns` numbers each, `row` apart, from `first` on.
pub(crate) struct Place {
    pub first: usize,
    pub row: usize,
    pub rows: usize,
    pub columns: usize,
}

/// Numbers into which several threads write, each elsewhere.
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

    /// Adds the product `a · b` to what is at `place`.
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
        // SAFETY: the product lies inside these numbers, and the caller vouches that nobody else writes there. Those
        // read are borrowed for the call and not part of it, since `self` borrows its slice exclusively.
        unsafe { add_product(self.start.add(place.first), place.row, a, b) };
    }
}

/// Adds `a · b` to the rows of numbers that begin at `to`, `row` apart.
///
/// # Safety
/// The matrices are inside their slices and fit each other. The rows lie in memory that may be written, do not overlap,
/// and are shared with nobody during the call.
#[cfg(not(target_arch = "wasm32"))]
unsafe fn add_product(to: *mut f32, row: usize, a: &Matrix, b: &Matrix) {
    // SAFETY: as the caller says.
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

/// The same in a browser, by the kernel that is made for its vectors.
///
/// # Safety
/// As above.
#[cfg(target_arch = "wasm32")]
unsafe fn add_product(to: *mut f32, row: usize, a: &Matrix, b: &Matrix) {
    crate::tiled::product(a, b, |i, column, sums| {
        // SAFETY: row `i` of the product has the columns from `column` on, as many as there are sums; the caller vouches
        // for the rows.
        let target = unsafe { std::slice::from_raw_parts_mut(to.add(i * row + column), sums.len()) };
        target.iter_mut().zip(sums).for_each(|(target, sum)| *target += sum);
    });
}
