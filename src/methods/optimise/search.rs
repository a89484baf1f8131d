//! A search for a mask, which a run steps. No step waits for the device.

use std::pin::Pin;

use super::problem::Problem;
use crate::array::{Array, Comparison};
use crate::error::Result;

/// The readable results of a step, still on the device.
pub(crate) struct Trace {
    /// The energy of the grid before the step, `[1]`.
    pub energy: Array,
    /// Probability of the target in the picture that grid blends, `[1]`.
    pub score: Array,
}

/// The progress that is shown to a search when it asks for it.
pub(crate) struct Seen {
    /// The score at each step so far, normalised.
    pub normalised: Vec<f32>,
}

/// A future that tells, once the device has answered, whether nothing more can be gained.
pub(crate) type Answer<'a> = Pin<Box<dyn Future<Output = Result<bool>> + 'a>>;

/// A search that is being prepared: its start may have to ask the model.
pub(crate) type Beginning<'a> = Pin<Box<dyn Future<Output = Result<Box<dyn Search>>> + 'a>>;

/// Returns a search that is ready at once.
pub(crate) fn ready<'a>(search: impl Search + 'static) -> Beginning<'a> {
    let search: Box<dyn Search> = Box::new(search);
    Box::pin(std::future::ready(Ok(search)))
}

/// A way to find a mask, one step at a time.
pub(crate) trait Search {
    /// Returns the number of steps in all.
    fn total(&self) -> usize;

    /// Takes a step. `None` where a step has no energy, because nothing is minimised.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    fn step(&mut self, problem: &mut Problem) -> Result<Option<Trace>>;

    /// Returns the mask's parameters after the last step, `[1, 1, g, g]` in [0, 1]; 1 keeps, 0 deletes.
    fn grid(&self) -> Array;

    /// Returns the parameters that become the answer.
    fn best(&self) -> Array {
        self.grid()
    }

    /// Returns the mask `[1, 1, S, S]` of such parameters.
    fn mask(&self, grid: Array) -> Array;

    /// Returns the mask `[1, 1, S, S]` that orders pixels which the answer deletes equally; `None` means the answer's
    /// own mask.
    fn order(&self) -> Option<Array> {
        None
    }

    /// Returns the regions of all areas, if the search learns several at once.
    fn regions(&self) -> Option<Regions> {
        None
    }

    /// Tells after which steps the search wants to see its progress. Chunks of any length end there, so that the answer
    /// does not depend on how often the caller looks.
    fn wants_to_see(&self, _taken: usize) -> bool {
        false
    }

    /// Shows the search its progress, and returns whether nothing more can be gained. This may wait for the device.
    ///
    /// # Errors
    /// Fails when the classifier rejects its input or the device is lost ([`crate::ErrorKind::Device`]).
    fn see<'a>(&'a mut self, _seen: Seen, _problem: &'a Problem) -> Answer<'a> {
        Box::pin(std::future::ready(Ok(false)))
    }
}

/// Several answers found at once, one for each area, smallest first.
pub(crate) struct Regions {
    /// The given area of each as a share of the picture, `[A, 1]`.
    pub areas: Array,
    /// `[A, 1, S, S]`: 1 keeps, 0 deletes.
    pub masks: Array,
    /// 1 for the one that is the answer, `[A, 1, 1, 1]`.
    pub chosen: Array,
    /// 1 for each that suffices, `[A, 1]`.
    pub sufficient: Array,
}

/// The grid with the lowest energy so far, kept on the device.
pub(crate) struct Best {
    energy: Array,
    grid: Array,
}

impl Best {
    /// Begins before the first step, with a grid that any offered grid improves on.
    pub(crate) fn new(grid: Array, problem: &Problem) -> Self {
        Self { energy: Array::full(&[1], f32::MAX, problem.device()), grid }
    }

    /// Returns the better of all that were offered.
    pub(crate) fn grid(&self) -> Array {
        self.grid.clone()
    }

    /// Keeps the better of the two grids, without reading back which one it is.
    pub(crate) fn offer(&mut self, energy: Array, grid: Array) {
        #[cfg(feature = "gpu")]
        if grid.is_on_card() {
            (self.energy, self.grid) = grid.if_less(&energy, (&self.energy, &self.grid));
            return;
        }
        let better = energy.clone().compare(Comparison::Less, self.energy.clone());
        self.energy = Array::select_where(better.clone(), energy, self.energy.clone());
        let everywhere = better.reshape(&[1, 1, 1, 1]).broadcast(&grid.shape());
        self.grid = Array::select_where(everywhere, grid, self.grid.clone());
    }
}
