//! The findings about parts: by class, with intervals over pictures and sign tests over classes.

use serde::{Deserialize, Serialize};

use crate::number::minus;
use crate::rules::statistics::{Bootstrap, Interval, SignTest, p_words, sign_test_of};

/// The keypoints of the paper's test, eyes and feet, by their names in the built-in world, COCO and AP-10K.
pub const WINDOWS: [&[&str]; 2] = [
    &["left_eye", "right_eye"],
    &["feet", "left_front_paw", "right_front_paw", "left_back_paw", "right_back_paw", "left_ankle", "right_ankle"],
];

/// The measurements of one picture. A part that it does not show has no value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// The true class.
    pub class: usize,
    /// I_p of each part.
    pub importance: Vec<Option<f64>>,
    /// The map's density in each part, which is 1 for a flat map.
    pub density: Vec<Option<f64>>,
    /// The map's mean in the windows at the eyes and at the feet.
    pub windows: [Option<f64>; 2],
}

impl Measured {
    /// Returns a picture without measurements yet.
    pub fn new(class: usize, parts: usize) -> Self {
        Self { class, importance: vec![None; parts], density: vec![None; parts], windows: [None; 2] }
    }
}

/// One part over all pictures.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct PartOutcome {
    /// The part's name.
    pub name: String,
    /// Pictures that show it.
    pub n: usize,
    /// I_p by class, averaged over classes; not a number without pictures.
    pub importance: f64,
    /// The bootstrap interval of the importance over pictures; `None` below 20.
    pub interval: Option<Interval>,
    /// I_p of each class that shows it.
    pub classes: Vec<(usize, f64)>,
    /// Mean density of the map; `None` if no map was asked for.
    pub density: Option<f64>,
}

/// Two parts, class by class.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "PartComparison"))]
pub struct Comparison {
    /// Classes with pictures that show both.
    pub classes: usize,
    /// The number of classes in which the first part carries more, and the p of the sign test.
    pub test: SignTest,
    /// The mean difference over classes.
    pub difference: f64,
    /// The interval of the difference over pictures; `None` below 20.
    pub interval: Option<Interval>,
}

/// The findings about parts.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Parts {
    /// Pictures that were classified.
    pub looked: usize,
    /// Each part, in the order asked for.
    pub parts: Vec<PartOutcome>,
    /// Every picture that was measured: those whose true class has a probability above .5.
    pub pictures: Vec<Measured>,
}

impl Parts {
    pub(super) fn new(names: Vec<String>, pictures: Vec<Measured>, looked: usize) -> Self {
        let parts = names.into_iter().enumerate().map(|(i, name)| part(i, name, &pictures)).collect();
        Self { looked, parts, pictures }
    }

    /// Compares two parts, over pictures that show both; `None` if a name is unknown.
    pub fn compare(&self, more: &str, less: &str) -> Option<Comparison> {
        let number = |name: &str| self.parts.iter().position(|part| part.name == name);
        let (more, less) = (number(more)?, number(less)?);
        Some(self.comparison(|p| Some(p.importance[more]? - p.importance[less]?)))
    }

    /// Returns the paper's own test: whether the map has more at the eyes than at the feet; `None` if no map was asked
    /// for.
    pub fn windows(&self) -> Option<Comparison> {
        let comparison = self.comparison(|p| Some(p.windows[0]? - p.windows[1]?));
        (comparison.classes > 0).then_some(comparison)
    }

    fn comparison(&self, of: impl Fn(&Measured) -> Option<f64>) -> Comparison {
        let by_class = by_class(&self.pictures, &of);
        let means: Vec<f64> = by_class.iter().map(|(_, mean)| *mean).collect();
        Comparison {
            classes: means.len(),
            test: sign_test_of(&means),
            difference: mean(&means),
            interval: interval(&self.pictures, &of),
        }
    }
}

impl Comparison {
    /// Returns the comparison as a counted statement.
    pub fn sentence(&self, more: &str, less: &str) -> String {
        if self.classes == 0 {
            return format!("No class shows both {more} and {less}, so they cannot be compared.");
        }
        let interval = self.interval.map_or_else(String::new, |i| {
            format!(", 95 % interval over pictures {:+.3} to {:+.3}", minus(i.low), minus(i.high))
        });
        format!(
            "{more} more than {less} in {} of {} classes (sign test {}; mean difference {:+.3}{interval}).",
            self.test.wins,
            self.classes,
            p_words(self.test.p_one_sided),
            minus(self.difference)
        )
    }
}

fn part(number: usize, name: String, pictures: &[Measured]) -> PartOutcome {
    let values: Vec<f64> = pictures.iter().filter_map(|p| p.importance[number]).collect();
    let classes = by_class(pictures, &|p: &Measured| p.importance[number]);
    let densities: Vec<f64> = pictures.iter().filter_map(|p| p.density[number]).collect();
    PartOutcome {
        name,
        n: values.len(),
        importance: mean(&classes.iter().map(|(_, mean)| *mean).collect::<Vec<_>>()),
        interval: interval(pictures, &|p: &Measured| p.importance[number]),
        classes,
        density: (!densities.is_empty()).then(|| mean(&densities)),
    }
}

/// The bootstrap interval of the mean over classes; `None` if fewer than 20 pictures have a value.
fn interval(pictures: &[Measured], of: &impl Fn(&Measured) -> Option<f64>) -> Option<Interval> {
    let told: Vec<(usize, f64)> = pictures.iter().filter_map(|p| Some((p.class, of(p)?))).collect();
    let over_classes = |sample: &[usize]| {
        let mut sums = std::collections::BTreeMap::<usize, (f64, f64)>::new();
        for &(class, value) in sample.iter().map(|&i| &told[i]) {
            let sum = sums.entry(class).or_default();
            *sum = (sum.0 + value, sum.1 + 1.0);
        }
        mean(&sums.values().map(|(sum, count)| sum / count).collect::<Vec<_>>())
    };
    Bootstrap::default().interval(told.len(), over_classes).ok()
}

/// The mean of each class that has a value.
fn by_class(pictures: &[Measured], of: &impl Fn(&Measured) -> Option<f64>) -> Vec<(usize, f64)> {
    let classes = pictures.iter().map(|p| p.class + 1).max().unwrap_or(0);
    let of_class = |class: usize| {
        let values: Vec<f64> = pictures.iter().filter(|p| p.class == class).filter_map(of).collect();
        (!values.is_empty()).then(|| (class, mean(&values)))
    };
    (0..classes).filter_map(of_class).collect()
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_measured_is_said_without_figures() {
        let found = Parts::new(vec!["face".into(), "feet".into()], vec![], 9);
        let compared = found.compare("face", "feet").expect("both are parts").sentence("face", "feet");
        assert_eq!(compared, "No class shows both face and feet, so they cannot be compared.");
    }

    #[test]
    fn classes_count_alike_however_many_pictures_they_have() {
        let picture = |class, face, feet| Measured { importance: vec![face, feet], ..Measured::new(class, 2) };
        let pictures = vec![
            picture(0, Some(0.8), Some(0.0)),
            picture(0, Some(0.6), None),
            picture(0, Some(0.4), Some(0.1)),
            picture(2, Some(0.2), Some(0.3)),
        ];
        let found = Parts::new(vec!["face".into(), "feet".into()], pictures, 5);
        // (.6 + .2) / 2, not the mean of four pictures.
        assert!((found.parts[0].importance - 0.4).abs() < 1e-12 && found.parts[0].n == 4);
        assert_eq!(found.parts[1].classes.len(), 2);
        let compared = found.compare("face", "feet").expect("both are there");
        assert_eq!((compared.classes, compared.test.wins, compared.test.losses), (2, 1, 1));
        assert!((compared.difference - (0.55 - 0.1) / 2.0).abs() < 1e-12);
        assert!(found.compare("face", "tail").is_none() && found.windows().is_none());
        assert!(compared.sentence("face", "feet").starts_with("face more than feet in 1 of 2 classes"));
    }
}
