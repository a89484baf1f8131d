//! The registry of methods: [`METHODS`] is the only list of what there is.
//!
//! Each method stands in a file or a folder of its own: what it computes, its equation, its reference, where it deviates, and
//! its entry [`METHOD`](fast::METHOD), from which the command's help, the page's form and the checks of the settings are read. To
//! add a method, write its file and add it to the list.

pub(crate) mod attribution;
pub mod extremal;
pub mod fast;
pub mod form;
pub mod gradcam;
pub mod gradient;
pub mod gradient_input;
pub mod guided;
pub mod igos;
pub mod igos_plus;
pub mod integrated;
pub mod localisation;
pub mod meaningful;
pub mod occlusion;
pub mod optimise;
pub(crate) mod order;
mod registry;
pub mod rise;
mod settings;
pub mod smoothgrad;
mod start;

pub use registry::{Definition, Kind, Method, describe};
pub use settings::{Game, SETTINGS, Settings};
pub use start::Start;

/// Every method, in the order in which lists show them.
pub const METHODS: &[Method] = &[
    fast::METHOD,
    meaningful::METHOD,
    localisation::METHOD,
    extremal::METHOD,
    igos::METHOD,
    igos_plus::METHOD,
    gradient::METHOD,
    smoothgrad::METHOD,
    gradient_input::METHOD,
    integrated::METHOD,
    guided::METHOD,
    gradcam::METHOD,
    occlusion::METHOD,
    rise::METHOD,
];

/// The method of the command and of the page unless another is named.
pub const DEFAULT: Method = fast::METHOD;
