//! The methods, each in a file of its own, and what they are given.

pub(crate) mod attribution;
pub mod extremal;
pub mod fast;
pub mod gradcam;
pub mod gradient;
pub mod gradient_input;
pub mod guided;
pub mod igos;
pub mod igos_plus;
pub mod integrated;
pub mod meaningful;
pub mod occlusion;
pub mod optimise;
pub mod rise;
mod settings;
pub mod smoothgrad;

pub use settings::{Game, Method, Settings, Start};

use crate::error::Result;
use optimise::{Problem, Search};

/// The search that a method stands for.
pub(crate) async fn search(problem: &Problem) -> Result<Box<dyn Search>> {
    Ok(match problem.settings.method {
        Method::Meaningful | Method::Localisation => Box::new(meaningful::Descent::new(problem).await?),
        Method::Fast => Box::new(fast::Fast::new(problem).await?),
        Method::Extremal => Box::new(extremal::Extremal::new(problem)),
        Method::Igos => Box::new(igos::Igos::new(problem)),
        Method::IgosPlus => Box::new(igos_plus::IgosPlus::new(problem)),
        _ => Box::new(attribution::search(problem)),
    })
}
