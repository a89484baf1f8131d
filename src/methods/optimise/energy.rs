//! The judge of energies, which is the same for every optimiser and every program.

use std::rc::Rc;

use super::objective::{Objective, objective};
use super::problem::Problem;
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::{Error, ErrorKind, Result};
use crate::methods::settings::Settings;
use crate::question::Subject;

/// Offsets in one batch.
const AT_ONCE: usize = 4;

/// Judges grids by the energy of given settings, averaged over every offset of the jitter.
///
/// A run reports the energy at random offsets. It differs between offsets by more than between optimisers.
pub struct EnergyJudge {
    problem: Problem,
    objective: Objective,
}

impl EnergyJudge {
    /// Prepares to judge masks of a picture and a class.
    ///
    /// # Errors
    /// Fails as [`crate::explain::Run::new`] does.
    pub async fn new(classifier: Rc<dyn Classifier>, subject: Subject, settings: Settings) -> Result<Self> {
        let problem = Problem::new(classifier, subject, settings).await?;
        Ok(Self { objective: objective(&problem), problem })
    }

    /// Returns the average energy of a grid, given row by row, where 1 keeps and 0 deletes.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the grid does not have the settings' number of cells, and with
    /// [`ErrorKind::Device`] if the device is lost.
    pub async fn expected(&self, grid: &[f32]) -> Result<f32> {
        let cells = self.objective.upsampler().grid();
        if grid.len() != cells * cells {
            return Err(Error::new(
                ErrorKind::Settings,
                format!("the grid has {} values, and the energy is that of {cells} × {cells} cells", grid.len()),
            ));
        }
        let grid = Array::new(grid.to_vec(), &[1, 1, cells, cells], self.problem.device());
        expected_energy(&self.problem, &self.objective, grid).await
    }
}

/// Returns the energy of a grid `[1, 1, g, g]`, expected over every offset of the jitter.
pub(crate) async fn expected_energy(problem: &Problem, objective: &Objective, grid: Array) -> Result<f32> {
    let reach = problem.reach() + 1;
    let offsets: Vec<_> = (0..reach * reach).map(|i| (i / reach, i % reach)).collect();
    let mut sum = 0.0;
    // All offsets in one batch would need gigabytes on a large model.
    for batch in offsets.chunks(AT_ONCE) {
        let energy = objective.energy(&problem.question, &problem.question.views(batch), grid.clone())?;
        sum += energy.read().await?[0] * batch.len() as f32;
    }
    Ok(sum / offsets.len() as f32)
}
