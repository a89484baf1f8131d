//! The distribution of deletions that tests a local rule: families of null images, and changes of the picture's place
//! and light.

use rand::Rng;
use rand_chacha::ChaCha8Rng;
use serde::{Deserialize, Serialize};

use crate::methods::Settings;
use crate::picture::{Null, uniform};

/// A family of null images, which says what deleted pixels become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "DeletionFamily"))]
pub enum Family {
    /// The picture, blurred by another σ than the region was learned with.
    OtherBlur,
    /// The picture's mean colour.
    Mean,
    /// Gaussian noise about the mean colour.
    Noise,
    /// An imputation from the pixels around, with a little noise ([`crate::picture::impute`]).
    Imputed,
    /// The pixels of another picture.
    OtherPicture,
}

impl Family {
    /// Every family.
    pub const ALL: [Family; 5] =
        [Family::OtherBlur, Family::Mean, Family::Noise, Family::Imputed, Family::OtherPicture];

    /// Returns the families that a region learned under these settings has not seen.
    pub fn unseen_by(settings: &Settings) -> Vec<Self> {
        let seen = |family: &Family| match family {
            Family::Mean => settings.random_null || settings.null == Null::Mean,
            Family::Noise => settings.random_null || settings.null == Null::Noise,
            Family::OtherBlur => settings.random_null,
            Family::Imputed | Family::OtherPicture => false,
        };
        Self::ALL.into_iter().filter(|family| !seen(family)).collect()
    }

    /// Returns its name for people, after "by".
    pub fn title(self) -> &'static str {
        match self {
            Family::OtherBlur => "another blur",
            Family::Mean => "the mean colour",
            Family::Noise => "noise",
            Family::Imputed => "imputation",
            Family::OtherPicture => "another picture",
        }
    }
}

/// One deletion of the distribution, without its region.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Deletion {
    /// What deleted pixels become.
    pub family: Family,
    /// σ of a blur at the model's size, in pixels; 0 for other families.
    pub sigma_px: f32,
    /// Shift of the picture under the region, in pixels (down, right).
    pub shift_px: (i64, i64),
    /// Whether picture and region are mirrored.
    pub mirrored: bool,
    /// What is added to every value of the picture, in [−.1, .1].
    pub brightness: f32,
    /// Seed of the noise, and the number of the other picture.
    pub seed: u64,
}

impl Deletion {
    /// Returns the same draw for another family.
    pub(super) fn of(self, family: Family) -> Self {
        let sigma_px = if family == Family::OtherBlur { self.sigma_px } else { 0.0 };
        Self { family, sigma_px, ..self }
    }
}

/// σ of an unseen blur, as multiples of the learned one: from 1/2.5 to 1/1.5, or from 1.5 to 2.5.
const SIGMA_RATIOS: (f32, f32) = (1.5, 2.5);
/// σ on which the unseen blurs are based if the region was not learned with a blur, in pixels at 224.
const SIGMA_PX: f32 = 10.0;
/// Largest shift, as a divisor of the picture's side: 7 px at 224. Methods learn with shifts of −2 to 1 px.
const SHIFT_DIVISOR: usize = 32;
/// Largest change of brightness.
const BRIGHTNESS: f32 = 0.1;

/// Returns the largest shift on either axis for a picture of this side, in pixels.
pub fn reach_px(side: usize) -> usize {
    side / SHIFT_DIVISOR
}

/// Draws a deletion by blur, from which [`Deletion::of`] makes one of any family. `learned_sigma_px` is the σ, at the
/// model's size, with which the region was learned; `None` if it was not learned with a blur.
pub fn draw(side: usize, learned_sigma_px: Option<f32>, random: &mut ChaCha8Rng) -> Deletion {
    let reach = reach_px(side) as i64;
    let shift = |random: &mut ChaCha8Rng| (random.next_u32() % (2 * reach as u32 + 1)) as i64 - reach;
    let learned = learned_sigma_px.unwrap_or(SIGMA_PX * side as f32 / 224.0);
    Deletion {
        family: Family::OtherBlur,
        sigma_px: learned * ratio(random),
        shift_px: (shift(random), shift(random)),
        mirrored: random.next_u32() & 1 == 1,
        brightness: BRIGHTNESS * (2.0 * uniform(random) - 1.0),
        seed: random.next_u64(),
    }
}

fn ratio(random: &mut ChaCha8Rng) -> f32 {
    let (least, most) = SIGMA_RATIOS;
    let ratio = least * (most / least).powf(uniform(random));
    if random.next_u32() & 1 == 1 { ratio } else { 1.0 / ratio }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;
    use crate::methods::{fast, meaningful};

    #[test]
    fn what_was_learned_on_is_not_tested_on() {
        let of = |null| Family::unseen_by(&Settings { null, ..meaningful::METHOD.preset() });
        assert_eq!(of(Null::Blur), Family::ALL);
        assert!(!of(Null::Mean).contains(&Family::Mean) && !of(Null::Noise).contains(&Family::Noise));
        assert_eq!(Family::unseen_by(&fast::METHOD.preset()), [Family::Imputed, Family::OtherPicture]);
        let mut random = ChaCha8Rng::seed_from_u64(5);
        for _ in 0..200 {
            let drawn = draw(224, Some(6.0), &mut random);
            let ratio = (drawn.sigma_px / 6.0).max(6.0 / drawn.sigma_px);
            assert!((1.49..2.51).contains(&ratio), "{ratio}");
            assert!(drawn.shift_px.0.abs() <= 7 && drawn.shift_px.1.abs() <= 7 && drawn.brightness.abs() <= 0.1);
        }
    }
}
