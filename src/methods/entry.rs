//! What a method brings to the registry: what is known of it, its preset, and how it begins.

use super::method::Method;
use super::optimise::{Beginning, Problem};
use super::settings::Settings;

/// The entry of a method in the registry.
pub struct Entry {
    /// The method.
    pub method: Method,
    /// Makes the method's own values of the settings.
    pub preset: fn() -> Settings,
    /// Prepares its search.
    pub(crate) begin: for<'a> fn(&'a mut Problem) -> Beginning<'a>,
}
