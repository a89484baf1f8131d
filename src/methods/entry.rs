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
    pub(crate) begin: Begin,
    /// Says what a reader must know where the model does not suit the method.
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
