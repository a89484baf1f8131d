//! Explanations: a run that is stepped from outside, and what it leaves.
//!
//! [`Run`] prepares and steps, by whichever of the [`crate::methods`]; [`Explanation`] is what it leaves: the mask, the
//! order of the pixels, the pictures deleted and preserved, and their scores. All methods leave the same, so that
//! whatever draws or judges one takes any.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 4. Deviations, each an option: the gradient includes the
//! adjoint of the mask's smoothing (`straight_through` leaves it out, as the published code does);
//! the null's σ counts at most on a 500-pixel photo (`sigma_at`); the best iterate is kept, not the last.

mod explanation;
mod finding;
mod report;
mod request;
mod run;
mod spread;
mod standing;

pub use explanation::{Explanation, Seconds};
pub use finding::{Cut, Finding};
pub use report::{DeviceUsed, ImageUsed, Report};
pub use request::Request;
pub use run::{Progress, Run};
pub use spread::Spread;
pub use standing::{Curves, Region, RegionInfo, Standing, Started};
