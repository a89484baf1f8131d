//! An entry of the registry: the definition of a method, its preset, and how its search begins.

use super::method::Method;
use super::optimise::{Beginning, Problem};
use super::settings::Settings;

/// The entry of a method in the registry.
pub struct Entry {
    /// The method.
    pub method: Method,
    /// Makes the method's own values of the settings.
    pub preset: fn() -> Settings,
    /// Prepares the method's search.
    pub(crate) begin: Begin,
    /// Returns a warning for the reader if the model does not suit the method.
    pub(crate) warning: fn(&Problem) -> Option<&'static str>,
}

/// Prepares a search for a problem.
pub(crate) type Begin = for<'a> fn(&'a mut Problem) -> Beginning<'a>;

impl Entry {
    /// Makes the entry of a method that suits every model.
    pub(super) const fn new(method: Method, preset: fn() -> Settings, begin: Begin) -> Self {
        Self { method, preset, begin, warning: |_| None }
    }
}
