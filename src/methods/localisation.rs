//! The paper's preset for localising an object: the five most probable classes together, a dearer area and a gentler
//! variation.
//!
//! min_m λ₁ Σ|1 − m| + λ₂ Σ‖∇m‖^β + E_τ Σ_{c in top 5} f_c(Φ(x(· − τ), m)), with λ₁ = 1e-3 and β = 2. The descent is
//! that of [`super::meaningful`].
//!
//! Reference: \[MP\] R. Fong and A. Vedaldi, "Interpretable Explanations of Black Boxes by Meaningful
//! Perturbation", ICCV 2017, section 5.3.

use super::entry::Entry;
use super::game::Game;
use super::meaningful::Descent;
use super::method::{ADAM, COMMON, Definition, ENERGY, Kind, Method, ORDER};
use super::settings::Settings;

/// What is known of this method.
pub const METHOD: Method = Method(&Definition {
    name: "localisation",
    title: "Localisation",
    summary: "The paper’s values for boxing an object: the five likeliest classes together, a tighter mask.",
    kind: Kind::Learned,
    needs_null: true,
    games: Game::ALL,
    settings: &[COMMON, ORDER, ENERGY, ADAM, &["top_classes"]],
});

/// The method's entry in the registry.
pub const ENTRY: Entry = Entry::new(METHOD, preset, |problem| Box::pin(Descent::begin(problem)));

fn preset() -> Settings {
    Settings { l1: 1e-3, beta: 2.0, top_classes: 5, ..Settings::paper(METHOD) }
}
