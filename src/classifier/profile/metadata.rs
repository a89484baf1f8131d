//! The file's metadata about its pictures and classes.
//!
//! Two conventions are read: the image properties that the ONNX standard names (`Image.BitmapPixelFormat`,
//! `Image.NominalPixelRange`), and the keys that Ultralytics writes (`task`, `names`).

use super::labels::Labels;
use super::preprocessing::{Channels, Profile};
use crate::classifier::onnx::Model;

/// Puts what the file says into a profile that was guessed from its shape. Returns whether the file says how a pixel
/// becomes a number, so that nothing has to be assumed about it.
pub fn apply(model: &Model, profile: &mut Profile) -> bool {
    match model.metadata("Image.BitmapPixelFormat") {
        Some("Rgb8" | "Rgba8") => profile.channels = Channels::Rgb,
        Some("Bgr8" | "Bgra8") => profile.channels = Channels::Bgr,
        _ => {}
    }
    let range = match model.metadata("Image.NominalPixelRange") {
        Some("NominalRange_0_255") => Some([0.0, 255.0]),
        Some("NominalRange_16_235") => Some([16.0, 235.0]),
        Some("Normalized_0_1") => Some([0.0, 1.0]),
        Some("Normalized_1_1") => Some([-1.0, 1.0]),
        // Ultralytics' classifiers take RGB in [0, 1], and the largest square in the middle.
        _ if model.metadata("task") == Some("classify") => {
            profile.resize = profile.size;
            Some([0.0, 1.0])
        }
        _ => None,
    };
    if let Some(range) = range {
        (profile.range, profile.mean, profile.std) = (range, vec![0.0; 3], vec![1.0; 3]);
    }
    range.is_some()
}

/// Returns the names of the classes, if the file holds any.
pub fn labels(model: &Model) -> Option<Labels> {
    if let Some(names) = &model.class_names {
        return Some(Labels::new(names.clone()));
    }
    let text = ["names", "labels", "classes"].into_iter().find_map(|key| model.metadata(key))?;
    let names = python_names(text);
    if names.is_empty() { Labels::parse(text).ok() } else { Some(Labels::new(names)) }
}

/// Returns the strings of a Python dictionary such as `{0: 'tench', 1: "jack-o'-lantern"}`, whose keys count up from 0.
fn python_names(text: &str) -> Vec<String> {
    let mut names = vec![];
    let mut rest = text.trim();
    while let Some((key, value)) = rest.trim_start_matches(['{', ',', ' ']).split_once(':') {
        let value = value.trim_start();
        let (Ok(key), Some(quote)) = (key.trim().parse::<usize>(), value.chars().next()) else { return vec![] };
        let Some((name, after)) = quoted(value, quote) else { return vec![] };
        if key != names.len() {
            return vec![];
        }
        names.push(name);
        rest = after;
    }
    names
}

/// Returns the text between two quotes, and what follows it. After a backslash, the next character is taken literally.
fn quoted(text: &str, quote: char) -> Option<(String, &str)> {
    let mut chars = text.char_indices();
    chars.next().filter(|(_, c)| matches!(c, '\'' | '"'))?;
    let mut name = String::new();
    while let Some((at, c)) = chars.next() {
        match c {
            c if c == quote => return Some((name, &text[at + 1..])),
            '\\' => name.push(chars.next()?.1),
            c => name.push(c),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_a_python_dictionary() {
        for (text, names) in [
            ("{0: 'tench', 1: \"jack-o'-lantern\"}", vec!["tench", "jack-o'-lantern"]),
            (r"{0: 'jack-o\'-lantern, pumpkin'}", vec!["jack-o'-lantern, pumpkin"]),
            ("{1: 'no class 0'}", vec![]),
            ("{0: 'cut", vec![]),
            ("{0: tench}", vec![]),
            ("{\"0\": \"json\"}", vec![]),
            ("['a', 'b']", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(python_names(text), names, "{text}");
        }
    }
}
