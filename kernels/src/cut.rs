//! The division of a convolution's products among threads.

use std::ops::Range;

use crate::convolution::Convolution;

/// Size of the tile of columns that a thread fills before multiplying, in floats. The tile and the weights share the
/// second-level cache. In a browser the matrix kernel copies the weights for each tile, so larger tiles are better.
pub const TILE: usize = if cfg!(target_arch = "wasm32") { 128 * 1024 } else { 32 * 1024 };
/// Tiles are cut at multiples of this number of places, which the matrix kernel then reads without packing.
pub const LANES: usize = 16;
/// Least number of places in a tile, if there are that many. The weights are read again for each tile, and those of
/// deep layers fit in no cache.
const LEAST_PLACES: usize = 256;
/// With fewer tiles than this, outputs are divided too, so that all threads have work. In a browser there is one
/// thread.
pub const LEAST_JOBS: usize = if cfg!(target_arch = "wasm32") { 1 } else { 4 };
/// Outputs are divided into multiples of this number, which fill the matrix kernel's tiles.
const BLOCK: usize = 24;

/// The division of the products of a convolution, or of its adjoint, into jobs. It follows from the shapes of one
/// picture, so that any number of threads, and any batch, gives the same bits.
pub struct Cut {
    /// Rows of a group: its outputs, or for the adjoint its inputs.
    rows: usize,
    /// Number of places in a tile.
    wide: usize,
    /// Number of rows in a piece.
    high: usize,
}

/// Places of one picture, for one group of channels.
pub struct Tile {
    pub picture: usize,
    pub group: usize,
    pub places: Range<usize>,
}

/// Some of the rows at a tile.
pub struct Piece<'a> {
    pub rows: Range<usize>,
    pub tile: &'a Tile,
}

impl Cut {
    /// Divides the `rows` of a group at all places. Each number of the result is a sum of `depth` products.
    pub fn new(c: &Convolution, rows: usize, depth: usize) -> Self {
        let places = c.places();
        let tiles = places.div_ceil((TILE / depth.max(1)).max(LEAST_PLACES));
        // All tiles have nearly the same size, as far as the lanes allow, because a short last tile would leave a
        // thread idle.
        let wide = places.div_ceil(tiles.max(1)).next_multiple_of(LANES);
        let blocks = LEAST_JOBS.div_ceil((c.groups * tiles).max(1));
        Self { rows, wide: wide.max(1), high: rows.div_ceil(blocks).next_multiple_of(BLOCK).max(1) }
    }

    /// Returns whether each tile is a single piece.
    pub fn is_whole(&self) -> bool {
        self.high >= self.rows
    }

    pub fn tiles(&self, c: &Convolution) -> Vec<Tile> {
        let (places, wide) = (c.places(), self.wide);
        let tiles = (0..c.batch * c.groups).flat_map(|n| {
            let places = (0..places).step_by(wide).map(move |at| at..(at + wide).min(places));
            places.map(move |places| Tile { picture: n / c.groups, group: n % c.groups, places })
        });
        tiles.collect()
    }

    pub fn pieces<'a>(&self, tiles: &'a [Tile]) -> Vec<Piece<'a>> {
        let (rows, high) = (self.rows, self.high);
        let pieces = tiles.iter().flat_map(|tile| {
            let rows = (0..rows).step_by(high).map(move |at| at..(at + high).min(rows));
            rows.map(move |rows| Piece { rows, tile })
        });
        pieces.collect()
    }
}
