//! The numbers that a test of a local rule is made of.

/// A deleting region must leave at most this share of the score, a preserving one at least its complement.
pub const HOLDS: f32 = 0.2;
/// The levels at which the region is cut, as shares of the evidence's range.
pub const LEVELS: [f32; 3] = [0.25, 0.5, 0.75];
/// Deletions that are drawn. With three levels they are 120 trials, and as many of the control.
pub const DELETIONS: usize = 40;
