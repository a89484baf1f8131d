//! Null images that take turns while a mask is learned, so that the region does not depend on one of them.

use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

use crate::methods::settings::Settings;
use crate::picture::{Framing, Jitterable, Null, Planes, RgbImage, Scene, flat, gaussian, noisy, uniform};
use crate::question::Question;

/// Number of null images. They are made once, and each step draws one of them.
const COUNT: usize = 12;
/// Every fourth of them is not a blur but, in turn, the mean colour or noise.
const OTHER: usize = 4;
/// Largest multiple of the settings' σ for a blur; the least is its reciprocal.
const SPREAD: f32 = 2.0;
/// Seed of the draws, separate from the seed of the jitter.
const SEED: u64 = 0x6e_75_6c_6c;

/// The null images of a run; empty if the settings ask for a single one.
#[derive(Clone)]
pub(crate) struct Nulls {
    views: Vec<Jitterable>,
    random: ChaCha8Rng,
}

impl Nulls {
    /// Makes the null images of a question's picture.
    pub(crate) fn new(question: &Question, picture: &RgbImage, settings: &Settings) -> Self {
        let mut random = ChaCha8Rng::seed_from_u64(settings.seed ^ SEED);
        let photo = &question.scene().photo;
        let framing = question.classifier().framing();
        let sigma_px = sigma_px(picture, framing, settings);
        let count = if settings.random_null { COUNT } else { 0 };
        let nulls: Vec<Planes> = (0..count).map(|number| null(number, photo, sigma_px, &mut random)).collect();
        let view = |null: Planes| {
            let scene = Scene { photo: photo.clone(), null };
            Jitterable::new(&scene, question.side(), question.device())
        };
        Self { views: nulls.into_iter().map(view).collect(), random }
    }

    /// Draws the views of the next step; `None` where the question's own null image is the only one.
    pub(crate) fn next(&mut self) -> Option<&Jitterable> {
        if self.views.is_empty() {
            return None;
        }
        let number = self.random.next_u32() as usize % self.views.len();
        self.views.get(number)
    }
}

/// σ of the settings' blur at the model's size.
fn sigma_px(picture: &RgbImage, framing: Framing, settings: &Settings) -> f32 {
    match settings.null {
        Null::Blur | Null::Pyramid => {
            settings.null_image().sigma_at_model_px(picture.width(), picture.height(), framing)
        }
        Null::Mean | Null::Noise => framing.side as f32 / 22.4,
    }
}

fn null(number: usize, photo: &Planes, sigma_px: f32, random: &mut ChaCha8Rng) -> Planes {
    match (number % OTHER, number / OTHER % 2) {
        (0, 0) => flat(photo),
        (0, _) => noisy(photo, random.next_u64()),
        _ => {
            let exponent = 2.0 * uniform(random) - 1.0;
            gaussian::blurred(photo, &gaussian::kernel(sigma_px * SPREAD.powf(exponent)))
        }
    }
}
