//! What a job of several pictures says of itself.

use serde::Serialize;

/// Where such a job stands, beside the number of its pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Standing {
    /// The picture under way, and what is done to it.
    pub doing: String,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.doing)
    }
}
