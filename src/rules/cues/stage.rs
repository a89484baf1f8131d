//! The stage of a search for cues, and its progress.

/// The stage of the search.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    Look,
    Explain,
    Rank,
    ExplainUnseen,
    Confirm,
    Done,
}

impl Stage {
    /// Its name, in one word.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Look => "look",
            Stage::Explain | Stage::ExplainUnseen => "explain",
            Stage::Rank => "rank",
            Stage::Confirm | Stage::Done => "confirm",
        }
    }
}

/// The progress of a search for cues.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Standing {
    /// Pictures that were explained.
    pub explained: usize,
    /// Candidates that were found.
    pub candidates: usize,
}

impl std::fmt::Display for Standing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} explained, {} candidates", self.explained, self.candidates)
    }
}
