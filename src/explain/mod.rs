//! Explanations: runs that are stepped from outside, and their results.
//!
//! A [`Run`] prepares and steps by one of the [`crate::methods`]. Its result is an [`Explanation`]: the mask, the order
//! of the pixels, the pictures with the evidence deleted and preserved, and their scores. All methods have the same
//! kind of result, so whatever draws or judges one takes any.
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful Perturbation",
//! ICCV 2017, section 4. There are three deviations. The gradient includes the adjoint of the mask's smoothing (the
//! option `straight_through` leaves it out, as the published code does). The null's σ counts at no more than 500 px of
//! the photo (option `sigma_at`). The iterate with the lowest energy is kept rather than the last.

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
