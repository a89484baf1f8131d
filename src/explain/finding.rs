//! The finding of an explanation: a region cut from the evidence, and what deleting or keeping that very region does.
//!
//! A soft mask has no area, and the soft mask's score is not that of a region. So the sentence is about one edit alone:
//! the pixels whose evidence exceeds one half are deleted completely (or kept alone), the area is their share of the
//! picture, and the model is asked about that picture. If this does not take the answer away, the sentence says so and
//! names the highest of some lower levels at which the region does.

use serde::{Deserialize, Serialize};

use crate::error::Result;
use crate::map::Map;
use crate::methods::Game;
use crate::number::minus;
use crate::picture::Null;
use crate::question::{Edit, Ends, Question};

/// The level of the evidence at which the region is cut.
pub const HALF: f32 = 0.5;
/// Lower levels that are tried if the region cut at half does not hold, the highest first.
const LOWER_LEVELS: [f32; 7] = [0.4, 0.3, 0.2, 0.15, 0.1, 0.05, 0.02];
/// A deleted region holds if it leaves at most this share of the normalised score, and a kept one if it leaves at least
/// the complement.
pub const HOLDS: f32 = 0.2;
/// A region that covers more than this share of the picture says nothing about where the evidence lies.
const NEARLY_ALL: f32 = 0.9;
/// Evidence whose values span less than this says nothing about where it lies.
const NEARLY_FLAT: f32 = 1e-3;
const NO_GRADIENT: &str = "The answer has no gradient: it does not change with any pixel by a little, as where a model rounds its input. \
     Methods that follow the gradient find nothing; occlusion and rise need none.";

/// A region, cut from the evidence at a level, and what it does.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Cut {
    /// The evidence, in [0, 1], above which a pixel belongs to the region.
    pub level: f32,
    /// The region's share of the picture, in [0, 1].
    pub area: f32,
    /// The target's probability with the region deleted.
    pub deleted: f32,
    /// The target's probability with everything but the region deleted.
    pub preserved: f32,
}

/// The finding about one picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Finding {
    /// The region cut at half of the evidence.
    pub region: Cut,
    /// The region at the highest lower level that holds, if the region cut at half does not.
    pub sufficient: Option<Cut>,
    /// What a reader must know before believing the finding, in sentences.
    pub warnings: Vec<String>,
}

/// Decides whether a region takes the answer away (or keeps it), from the game and the scores of both ends.
#[derive(Clone, Copy)]
pub(super) struct Rule {
    pub game: Game,
    pub ends: Ends,
}

impl Rule {
    /// Returns whether deleting the region takes the answer away, or in the preservation game whether keeping it alone
    /// preserves the answer.
    fn holds(self, cut: &Cut) -> bool {
        match self.game {
            Game::Preserve => self.ends.normalise(cut.preserved) >= 1.0 - HOLDS,
            Game::Delete | Game::Dual => self.ends.normalise(cut.deleted) <= HOLDS,
        }
    }
}

impl Finding {
    /// Cuts the evidence and asks the model about the region.
    pub(super) async fn new(question: &Question, evidence: &Map, rule: Rule) -> Result<Self> {
        let region = cut(question, evidence, &[HALF]).await?[0];
        let sufficient = if rule.holds(&region) {
            None
        } else {
            cut(question, evidence, &LOWER_LEVELS).await?.into_iter().find(|cut| rule.holds(cut))
        };
        let mut warnings = warnings(&region, evidence, rule.ends);
        if is_flat(evidence) && gradient_is_zero(question).await? {
            warnings.push(NO_GRADIENT.to_owned());
        }
        Ok(Self { region, sufficient, warnings })
    }

    /// Returns the finding in one sentence, which also names a lower level if the region cut at half does not hold.
    pub(super) fn sentence(&self, label: &str, null: Null, rule: Rule) -> String {
        let said = said(&self.region, label, null, rule);
        if rule.holds(&self.region) {
            return format!("{said}.");
        }
        match &self.sufficient {
            Some(cut) => format!(
                "{said}, which is not enough; with the region cut at {:.2} instead of {HALF:.2}: {}.",
                cut.level,
                uncapitalised(&self::said(cut, label, null, rule))
            ),
            None => {
                format!("{said}, which is not enough, and no level of this map down to 0.02 gives a region that is.")
            }
        }
    }
}

/// Says what a region does, without a full stop.
fn said(cut: &Cut, label: &str, null: Null, rule: Rule) -> String {
    let area = 100.0 * cut.area;
    let [original, deleted, preserved] = [rule.ends.original, cut.deleted, cut.preserved].map(minus);
    match rule.game {
        Game::Preserve => {
            format!("Keeping {area:.1} % of the picture leaves {label} at {preserved:.2} of {original:.2}")
        }
        Game::Delete | Game::Dual => {
            format!("{} {area:.1} % of the picture takes {label} from {original:.2} to {deleted:.2}", verb(null))
        }
    }
}

/// Returns the verb for what a null image does to the pixels that it replaces.
fn verb(null: Null) -> &'static str {
    match null {
        Null::Blur | Null::Pyramid => "Blurring",
        Null::Mean => "Painting over",
        Null::Noise => "Replacing with noise",
    }
}

fn uncapitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

/// Cuts the regions of several levels, and asks what deleting and keeping each one does.
async fn cut(question: &Question, evidence: &Map, levels: &[f32]) -> Result<Vec<Cut>> {
    let regions: Vec<Map> = levels.iter().map(|&level| evidence.cut(level)).collect();
    let edits: Vec<Edit> = regions.iter().flat_map(|region| [Edit::delete(region), Edit::keep(region)]).collect();
    let scores = question.scores(&edits).await?;
    let of = |(i, region): (usize, &Map)| Cut {
        level: levels[i],
        area: region.mean(),
        deleted: scores[2 * i],
        preserved: scores[2 * i + 1],
    };
    Ok(regions.iter().enumerate().map(of).collect())
}

fn is_flat(evidence: &Map) -> bool {
    let (least, largest) = evidence.range();
    largest - least < NEARLY_FLAT
}

/// Returns whether the answer's gradient is zero at every pixel of the picture.
async fn gradient_is_zero(question: &Question) -> Result<bool> {
    let gradient = question.pass(question.centre_view().photo(), &[1.0])?.gradient.read().await?;
    Ok(gradient.iter().all(|g| *g == 0.0))
}

/// Lists the problems of a map or a region, in sentences.
fn warnings(region: &Cut, evidence: &Map, ends: Ends) -> Vec<String> {
    let mut warnings = vec![];
    if is_flat(evidence) {
        warnings.push(
            "The map is nearly flat: it says nothing about where the evidence lies. Try another method or class."
                .into(),
        );
    }
    if region.area > NEARLY_ALL {
        warnings.push(format!(
            "The region covers {:.0} % of the picture, so it says little about where the evidence lies. Try a higher \
                l1.",
            100.0 * region.area
        ));
    }
    if !ends.differ() {
        warnings.push(format!(
            "Deleting the whole picture takes the answer only from {:.2} to {:.2}, so the scores of regions say nothing. \
             Try another null image (mean or noise).",
            minus(ends.original),
            minus(ends.null)
        ));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENDS: Ends = Ends { original: 0.9, null: 0.1 };

    fn region(level: f32, area: f32, deleted: f32) -> Cut {
        Cut { level, area, deleted, preserved: 0.85 }
    }

    fn finding(region: Cut, sufficient: Option<Cut>) -> Finding {
        Finding { region, sufficient, warnings: vec![] }
    }

    #[test]
    fn the_sentence_is_about_one_region() {
        let rule = Rule { game: Game::Delete, ends: ENDS };
        let found = finding(region(0.5, 0.125, 0.11), None).sentence("fox", Null::Blur, rule);
        assert_eq!(found, "Blurring 12.5 % of the picture takes fox from 0.90 to 0.11.");
        let found = finding(region(0.5, 0.01, 0.8), Some(region(0.1, 0.2, 0.12))).sentence("fox", Null::Mean, rule);
        assert_eq!(
            found,
            "Painting over 1.0 % of the picture takes fox from 0.90 to 0.80, which is not enough; with the region cut at 0.10 \
             instead of 0.50: painting over 20.0 % of the picture takes fox from 0.90 to 0.12."
        );
        let found = finding(region(0.5, 0.01, 0.8), None).sentence("fox", Null::Noise, rule);
        assert!(found.ends_with("no level of this map down to 0.02 gives a region that is."), "{found}");
        let keeping = Rule { game: Game::Preserve, ends: ENDS };
        let found = finding(region(0.5, 0.125, 0.8), None).sentence("fox", Null::Blur, keeping);
        assert_eq!(found, "Keeping 12.5 % of the picture leaves fox at 0.85 of 0.90.");
        let found = finding(region(0.5, 0.125, -0.934), None).sentence("fox-1 − cat", Null::Blur, rule);
        assert_eq!(found, "Blurring 12.5 % of the picture takes fox-1 − cat from 0.90 to −0.93.");
    }

    #[test]
    fn flat_maps_and_regions_of_nearly_everything_are_warned_of() {
        let flat = warnings(&region(0.5, 0.0, 0.9), &Map::constant(4, 0.2), ENDS);
        assert!(flat.len() == 1 && flat[0].contains("flat"), "{flat:?}");
        let wide = warnings(&region(0.5, 0.95, 0.1), &Map::from_fn(4, |i| i as f32 / 15.0), ENDS);
        assert!(wide.len() == 1 && wide[0].contains("95 %"), "{wide:?}");
        let useless = Ends { original: 0.9, null: 0.88 };
        let same = warnings(&region(0.5, 0.1, 0.9), &Map::from_fn(4, |i| i as f32 / 15.0), useless);
        assert!(same.len() == 1 && same[0].contains("0.88"), "{same:?}");
    }
}
