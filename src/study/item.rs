//! A picture with its annotations.

use crate::classifier::Labels;
use crate::picture::RgbImage;

/// A picture of a set.
#[derive(Clone, Debug)]
pub struct Item {
    /// The picture's path within the set, or `critter:SEED`.
    pub name: String,
    /// The picture's pixels, 8-bit sRGB.
    pub pixels: RgbImage,
    /// The true class, if known.
    pub label: Option<Label>,
    /// Boxes of the true object, `[left, top, right, bottom]` in pixels of the picture.
    pub boxes: Vec<[f32; 4]>,
    /// The annotated parts of the true object, and other things in the picture.
    pub parts: Vec<Part>,
    /// The pixels of the true evidence, row by row at the picture's size, if known.
    pub evidence: Option<Vec<bool>>,
    /// Notes for the user on how the file was read, one sentence each.
    pub notes: Vec<String>,
}

/// A true class, as a set names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// Position in the model's output.
    Index(usize),
    /// A name, which the model's labels may hold.
    Name(String),
}

/// A named part of an object, or another thing in the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The part's name, such as `left_eye`.
    pub name: String,
    /// The part's place.
    pub place: Place,
}

/// Where a part lies, in pixels of the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Place {
    /// `[left, top, right, bottom]`.
    Box([f32; 4]),
    /// `[x, y]`.
    Point([f32; 2]),
}

/// Says how many pictures there are.
pub fn pictures(count: usize) -> String {
    if count == 1 { "1 picture".to_owned() } else { format!("{count} pictures") }
}

impl Item {
    /// Returns the position of the true class in a model's output; `None` if it is not known, or not one of the model's
    /// classes.
    pub fn class(&self, labels: &Labels) -> Option<usize> {
        self.label.as_ref()?.class(labels)
    }
}

impl Label {
    /// Parses a table's entry: a whole number is an index, anything else a name. `index:3` and `label:3` state which.
    pub fn parse(text: &str) -> Self {
        if let Some(name) = text.strip_prefix("label:") {
            return Self::Name(name.trim().to_owned());
        }
        let number = text.strip_prefix("index:").unwrap_or(text).trim().parse();
        number.map_or_else(|_| Self::Name(text.trim().to_owned()), Self::Index)
    }

    /// Returns the nearest folder of a path that is named like a class of the model, such as `cat` in
    /// `set/cat/images/1.jpg`.
    pub fn of_path(path: &str, labels: &Labels) -> Option<Self> {
        let mut folders = path.rsplit('/').skip(1).map(|folder| Self::Name(folder.to_owned()));
        folders.find(|label| label.class(labels).is_some())
    }

    /// Returns the class in a model's output; `None` if the model has no such class, or several of that name.
    pub fn class(&self, labels: &Labels) -> Option<usize> {
        match self {
            Self::Index(index) => (*index < labels.len()).then_some(*index),
            Self::Name(name) => labels.resolve(&format!("label:{name}")).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_label_is_a_number_or_a_name_and_a_prefix_settles_which() {
        let name = |name: &str| Label::Name(name.into());
        let cases = [
            ("3", Label::Index(3)),
            ("index:3", Label::Index(3)),
            ("label:3", name("3")),
            (" tabby cat ", name("tabby cat")),
        ];
        for (text, right) in cases {
            assert_eq!(Label::parse(text), right, "{text}");
        }
    }

    #[test]
    fn a_class_is_found_by_index_and_by_name() {
        let labels = Labels::new(vec!["cat".into(), "dog".into()]);
        let cases = [
            (Label::Index(1), Some(1)),
            (Label::Index(2), None),
            (Label::Name("Dog".into()), Some(1)),
            (Label::Name("owl".into()), None),
        ];
        for (label, class) in cases {
            assert_eq!(label.class(&labels), class, "{label:?}");
        }
    }

    #[test]
    fn a_class_of_nested_folders_is_the_nearest_that_the_model_knows() {
        let labels = Labels::new(vec!["cat".into(), "dog".into()]);
        let cases =
            [("set/cat/images/1.jpg", Some(0)), ("dog/cat/1.jpg", Some(0)), ("images/1.jpg", None), ("cat.jpg", None)];
        for (path, class) in cases {
            let label = Label::of_path(path, &labels);
            assert_eq!(label.and_then(|label| label.class(&labels)), class, "{path}");
        }
    }
}
