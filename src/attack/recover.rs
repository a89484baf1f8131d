//! Ways to recover the clean picture's answer.
//!
//! - *Votes*: each of several light edits of the whole picture votes for its answer.
//! - *Many views*: the class on which forty stronger, random edits of the whole picture agree ([`super::ensemble()`]).
//! - *Masks*: the region that a mask of the suspected answer deletes is blurred, \[MP\] section 5.5. The controls are
//!   the same mask after a half turn, and a random mask of the same values. If they recover as much, any blur of that
//!   strength does.
//!
//! A remedy that recovers attacked pictures may break clean ones, so both are always counted: net = recovered − broken.

use std::collections::BTreeMap;
use std::rc::Rc;

use image::{Rgb, Rgb32FImage};
use serde::{Deserialize, Serialize};

use super::as_text::map_text;
use super::detect::{STATISTICS, statistics};
use super::reading::{Answer, best};
use super::views::Look;
use super::{AsIs, Reading};
use crate::array::Array;
use crate::classifier::Classifier;
use crate::error::Result;
use crate::explain::Run;
use crate::map::Map;
use crate::methods::{Game, Settings, Start, fast, meaningful};
use crate::picture::{BlurScale, NullImage, RgbImage, Scene, gaussian, standard_normal, stream_of};
use crate::question::{Question, Score, Subject, not_finite};

/// Fifteen votes of light edits.
const VOTES: &[(Look, usize)] = &[
    (Look::Shift(5, 5), 1),
    (Look::Shift(-5, -5), 1),
    (Look::Flip, 1),
    (Look::Zoom(15.0 / 14.0), 1),
    (Look::Noise(0.05), 1),
    (Look::Jpeg(50), 1),
    (Look::Jpeg(25), 1),
    (Look::Jpeg(10), 1),
    (Look::Blur(1.0), 1),
    (Look::Blur(1.5), 1),
    (Look::Blur(2.0), 1),
    (Look::Blur(3.0), 1),
    (Look::Median(5), 1),
    (Look::Resample(0.5), 2),
];

/// Returns the class for which most of fifteen light edits vote; of equal ones that with the larger sum of
/// probabilities. Without edits it is the picture's own answer.
pub fn vote(reading: &Reading) -> usize {
    let mut tally: BTreeMap<usize, (usize, f32)> = BTreeMap::new();
    for &(look, votes) in VOTES {
        if let Some(answer) = reading.after(look).and_then(|looked| looked.top.first()) {
            let (count, sum) = tally.entry(answer.class).or_default();
            (*count, *sum) = (*count + votes, *sum + answer.probability);
        }
    }
    let most = tally.into_iter().max_by(|(_, a), (_, b)| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    most.map_or(reading.answer().class, |(class, _)| class)
}

/// The recipe of a mask that may recover an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Recipe {
    /// The log-odds of the answer against a light blur (σ 2 at the model's size), shifted by up to 4 pixels.
    LogOdds,
    /// \[MP\] section 5.5: the probability against a blur of σ 10, 50 steps, without shifts.
    Paper,
}

impl Recipe {
    /// Every recipe.
    pub const ALL: [Recipe; 2] = [Recipe::LogOdds, Recipe::Paper];

    /// Returns the name in the command and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Recipe::LogOdds => "log-odds",
            Recipe::Paper => "paper",
        }
    }

    /// Begins the mask of the classifier's answer to a picture of its size.
    ///
    /// # Errors
    /// Fails as [`Run::new`] does.
    pub(super) async fn begin(self, classifier: &AsIs, picture: &RgbImage, class: usize) -> Result<Run> {
        let subject = Subject { picture: picture.clone(), target: class, label: format!("class {class}") };
        Run::new(Rc::new(classifier.clone()), subject, self.settings()).await
    }

    /// Returns the settings of its mask.
    pub fn settings(self) -> Settings {
        match self {
            Recipe::LogOdds => Settings {
                game: Game::Delete,
                score: Score::LogOdds,
                null_sigma_px: 2.0,
                sigma_at: BlurScale::Model,
                l1: 1e-3,
                l2: 3e-2,
                starts: vec![Start::Value(0.5)],
                path: vec![],
                relief: 0.0,
                random_null: false,
                jitter: 4,
                refine: false,
                iterations: 60,
                ..fast::METHOD.preset()
            },
            Recipe::Paper => Settings { jitter: 0, iterations: 50, ..meaningful::METHOD.preset() },
        }
    }
}

impl std::str::FromStr for Recipe {
    type Err = String;

    fn from_str(name: &str) -> std::result::Result<Self, String> {
        let found = Recipe::ALL.into_iter().find(|recipe| recipe.name() == name);
        found.ok_or_else(|| {
            format!("no recipe is called {name}; there are {}", Recipe::ALL.map(Recipe::name).join(", "))
        })
    }
}

/// A mask of a picture's answer, and the answers after deleting by it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Masked {
    /// How it was learned.
    pub recipe: Recipe,
    /// The mask `[S, S]`: 1 keeps, 0 deletes. It is 1 everywhere if the answer could not be explained.
    #[serde(with = "map_text")]
    pub mask: Map,
    /// The mask's [`statistics`].
    pub statistics: [f64; STATISTICS.len()],
    /// The answer to the picture with the deleted region blurred.
    pub deleted: Answer,
    /// The answer under the mask after a half turn.
    pub rotated: Answer,
    /// The answer under a random mask of the same values.
    pub random: Answer,
    /// The reason why there is no mask, if there is none; then nothing is deleted.
    pub refused: Option<String>,
}

impl Masked {
    /// Asks for the answers to a picture of the classifier's size under a mask and its controls.
    ///
    /// # Errors
    /// Fails as [`Masked::under`] does.
    pub async fn of(classifier: &AsIs, picture: &RgbImage, recipe: Recipe, mask: Map) -> Result<Self> {
        Self::under(classifier, picture, recipe, mask, &recipe.settings().null_image()).await
    }

    /// Asks the same with another null image than the recipe's own.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::NotExplainable`](crate::ErrorKind::NotExplainable) if an answer is not finite, and with
    /// [`ErrorKind::Device`](crate::ErrorKind::Device) if the device is lost.
    pub async fn under(
        classifier: &AsIs,
        picture: &RgbImage,
        recipe: Recipe,
        mask: Map,
        null: &NullImage,
    ) -> Result<Self> {
        let scene = Scene::new(picture, classifier.framing(), null);
        let question = Question::of_class(Rc::new(classifier.clone()), scene, 0);
        let masks = with_controls(&mask, picture);
        let values = masks.iter().flat_map(|mask| mask.values.iter().copied()).collect();
        let masks = Array::new(values, &[masks.len(), 1, mask.side, mask.side], question.device());
        let logits = question.logits(question.centre_view().blend(masks))?.read().await?;
        let answer = |row: usize| {
            let classes = classifier.classes();
            best(&logits[row * classes..(row + 1) * classes], classifier.answers()).ok_or_else(not_finite)
        };
        Ok(Self {
            recipe,
            statistics: statistics(&mask),
            mask,
            deleted: answer(0)?,
            rotated: answer(1)?,
            random: answer(2)?,
            refused: None,
        })
    }
}

/// Returns a mask of a picture, the mask after a half turn, and a random mask of the same values.
pub fn with_controls(mask: &Map, picture: &RgbImage) -> [Map; 3] {
    [mask.clone(), rotated(mask), shuffled(mask, picture)]
}

/// Rotates the mask by a half turn.
fn rotated(mask: &Map) -> Map {
    let mut values = mask.values.clone();
    values.reverse();
    Map { side: mask.side, values }
}

/// Makes a smooth random mask of the same values, by putting the mask's values in the order of blurred noise. The
/// picture is the seed, because one pattern for all pictures would be a single control.
fn shuffled(mask: &Map, picture: &RgbImage) -> Map {
    let side = mask.side as u32;
    let mut random = stream_of(picture, 0);
    let noise = Rgb32FImage::from_fn(side, side, |_, _| Rgb([standard_normal(&mut random); 3]));
    let smooth = gaussian::blur(&noise, mask.side as f32 / 16.0);
    let order = Map { side: mask.side, values: smooth.pixels().map(|pixel| pixel.0[0]).collect() }.order();
    let mut sorted = mask.values.clone();
    sorted.sort_by(|a, b| b.total_cmp(a));
    let mut values = vec![0.0; sorted.len()];
    order.into_iter().zip(sorted).for_each(|(at, value)| values[at] = value);
    Map { side: mask.side, values }
}

#[cfg(test)]
mod tests {
    use super::super::Looked;
    use super::*;

    fn looked(look: Look, classes: &[(usize, f32)]) -> Looked {
        let top = classes.iter().map(|&(class, probability)| Answer { class, probability }).collect();
        Looked { look, change: 0.0, top }
    }

    #[test]
    fn every_recipe_has_sound_settings_and_a_name() {
        for recipe in Recipe::ALL {
            recipe.settings().check().unwrap_or_else(|error| panic!("{}: {error}", recipe.name()));
            assert_eq!(recipe.name().parse(), Ok(recipe));
        }
    }

    #[test]
    fn votes_are_counted_then_weighed() {
        let reading = |looks| Reading { top: vec![Answer { class: 9, probability: 0.9 }], looks, ensemble: vec![] };
        let two = vec![looked(Look::Flip, &[(3, 0.5), (4, 0.4)]), looked(Look::Jpeg(50), &[(3, 0.2)])];
        let against = |look| [two.clone(), vec![looked(look, &[(4, 0.9), (3, 0.1)])]].concat();
        assert_eq!(vote(&reading(against(Look::Blur(1.0)))), 3, "two votes to one");
        assert_eq!(vote(&reading(against(Look::Resample(0.5)))), 4, "two to two, and surer");
        assert_eq!(vote(&reading(vec![])), 9);
    }

    #[test]
    fn controls_have_the_values_of_their_mask_and_not_its_places() {
        let mask = Map::from_fn(32, |i| if i < 200 { 0.0 } else { 0.9 });
        let picture = |value: u8| RgbImage::from_pixel(2, 2, image::Rgb([value; 3]));
        let of = |value: u8| shuffled(&mask, &picture(value));
        assert!(of(1) == of(1) && of(1).correlation(&of(2)) < 0.5, "each picture has a pattern of its own");
        for control in [rotated(&mask), of(1), of(2)] {
            let sorted = |map: &Map| {
                let mut values = map.values.clone();
                values.sort_by(f32::total_cmp);
                values
            };
            assert_eq!(sorted(&control), sorted(&mask));
            assert!(control.correlation(&mask) < 0.5);
        }
    }

    #[test]
    fn fifteen_votes_are_of_looks_that_are_taken() {
        assert_eq!(VOTES.iter().map(|(_, votes)| votes).sum::<usize>(), 15);
        assert!(VOTES.iter().all(|(look, _)| super::super::views::LOOKS.contains(look)));
    }
}
