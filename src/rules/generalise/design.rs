//! The constants of the test of a local rule.

/// A deleted region must leave at most this share of the score; a kept region must leave at least one minus this share.
pub const HOLDS: f32 = 0.2;
/// The levels at which the region is cut, as shares of the evidence's range.
pub const LEVELS: [f32; 3] = [0.25, 0.5, 0.75];
/// Number of deletions. With three levels they make 120 trials, and as many for the control.
pub const DELETIONS: usize = 40;
