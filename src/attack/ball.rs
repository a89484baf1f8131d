//! The ball of pictures that an attack may reach: its starts, steps, projection and rounding to 8 bits.

use burn::tensor::Device;
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

use super::settings::{Attack, Kind};
use crate::array::{Array, Unary};
use crate::picture::{Planes, standard_normal, uniform};

/// Keeps a division by a norm of 0 finite.
const SMALLEST: f32 = 1e-12;
/// A step of the patch, in [0, 1].
const PATCH_STEP: f32 = 1.0 / 16.0;
/// A rounded change that left its Euclidean ball is shrunk by this factor until it is inside.
const SHRINK: f32 = 0.99;

/// The set of pictures around a clean one, `[3, S, S]` in [0, 1] with 8 bits, for each of R starts.
pub(super) struct Ball {
    kind: Kind,
    /// ε: the largest change for L∞, the norm for L2, and 1 for a patch.
    radius: f32,
    /// Length of a step, in the same unit.
    step: f32,
    clean: Planes,
    /// `[1, 3, S, S]`.
    centre: Array,
    /// `[R, 1, S, S]`: 1 where the picture may change; `None` means everywhere.
    free: Option<Array>,
    /// The same on the host, for each start.
    places: Vec<Vec<bool>>,
    restarts: usize,
    random: ChaCha8Rng,
}

impl Ball {
    /// Makes the ball of an attack around a clean picture.
    pub(super) fn new(attack: &Attack, clean: Planes, device: &Device) -> Self {
        let (side, restarts) = (clean.side, attack.restarts);
        let mut random = ChaCha8Rng::seed_from_u64(attack.seed);
        let centre = Array::new(clean.values.clone(), &[1, 3, side, side], device);
        let share = attack.eps / 255.0;
        let (radius, step) = match attack.kind {
            Kind::Fgsm => (share, share),
            Kind::LeastLikely => (share, 1.0 / 255.0),
            Kind::Pgd => (share, share / 4.0),
            Kind::PgdL2 => {
                let norm = share * ((3 * side * side) as f32).sqrt();
                (norm, norm / 4.0)
            }
            Kind::Patch => (1.0, PATCH_STEP),
        };
        let places: Vec<Vec<bool>> = match attack.kind {
            Kind::Patch => (0..restarts).map(|_| square(side, attack.eps / 100.0, &mut random)).collect(),
            _ => vec![],
        };
        let free = (!places.is_empty()).then(|| {
            let values = places.iter().flatten().map(|&inside| if inside { 1.0 } else { 0.0 }).collect();
            Array::new(values, &[restarts, 1, side, side], device)
        });
        Self { kind: attack.kind, radius, step, clean, centre, free, places, restarts, random }
    }

    /// Returns the clean picture.
    pub(super) fn clean(&self) -> &Planes {
        &self.clean
    }

    /// Returns where the attack starts, `[R, 3, S, S]`: at the clean picture, or at random inside.
    pub(super) fn start(&mut self) -> Array {
        let shape = [self.restarts, 3, self.clean.side, self.clean.side];
        let device = self.centre.device();
        let centre = self.centre.clone().broadcast(&shape);
        let count = shape.iter().product();
        let mut draw = |draw: fn(&mut ChaCha8Rng) -> f32| {
            Array::new((0..count).map(|_| draw(&mut self.random)).collect(), &shape, &device)
        };
        let away = match self.kind {
            Kind::Fgsm | Kind::LeastLikely => return centre,
            Kind::Pgd | Kind::Patch => draw(|random| 2.0 * uniform(random) - 1.0).mul_scalar(self.radius),
            Kind::PgdL2 => unit(draw(standard_normal)).mul_scalar(self.radius),
        };
        self.project(centre.add(away))
    }

    /// Takes one step along the gradient `[R, 3, S, S]` of the loss, and goes back inside.
    pub(super) fn advance(&self, at: Array, gradient: Array) -> Array {
        let direction = if self.kind == Kind::PgdL2 { unit(gradient) } else { gradient.unary(Unary::Sign) };
        self.project(at.add(direction.mul_scalar(self.step)))
    }

    /// Returns the nearest picture inside, first in the norm and then in [0, 1].
    fn project(&self, at: Array) -> Array {
        let change = at.sub(self.centre.clone());
        let change = match (self.kind, &self.free) {
            (Kind::PgdL2, _) => {
                let factor = norms(change.clone()).unary(Unary::Reciprocal).mul_scalar(self.radius).clamp(0.0, 1.0);
                change.mul(factor)
            }
            (_, Some(free)) => change.mul(free.clone()),
            _ => change.clamp(-self.radius, self.radius),
        };
        self.centre.clone().add(change).clamp(0.0, 1.0)
    }

    /// Returns the values `[3, S, S]` of a start's end, rounded to 8 bits without leaving the ball.
    pub(super) fn rounded(&self, values: &[f32], start: usize) -> Planes {
        let clean = &self.clean.values;
        let values = match self.kind {
            Kind::PgdL2 => self.rounded_in_norm(values),
            Kind::Patch => {
                let free = |i: usize| self.places[start][i % self.places[start].len()];
                values.iter().zip(clean).enumerate().map(|(i, (v, c))| if free(i) { bits(*v) } else { *c }).collect()
            }
            // A fractional ε is rounded down to a whole number.
            _ => {
                let whole = (self.radius * 255.0 + 1e-3).floor();
                let near = |v: f32, c: f32| (v * 255.0).round().clamp(c * 255.0 - whole, c * 255.0 + whole) / 255.0;
                values.iter().zip(clean).map(|(&v, &c)| bits(near(v, c))).collect()
            }
        };
        Planes { side: self.clean.side, values }
    }

    fn rounded_in_norm(&self, values: &[f32]) -> Vec<f32> {
        let clean = &self.clean.values;
        let shrunk =
            |factor: f32| -> Vec<f32> { values.iter().zip(clean).map(|(v, c)| bits(c + factor * (v - c))).collect() };
        let mut factor = 1.0;
        loop {
            let rounded = shrunk(factor);
            if distance(&rounded, clean) <= self.radius || factor < SMALLEST {
                return rounded;
            }
            factor *= SHRINK;
        }
    }
}

/// Returns the Euclidean distance of two lists.
pub(super) fn distance(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| f64::from(x - y).powi(2)).sum::<f64>().sqrt() as f32
}

/// Rounds a value to one of 8 bits, in [0, 1].
fn bits(value: f32) -> f32 {
    (value.clamp(0.0, 1.0) * 255.0).round() / 255.0
}

/// Draws a square of a share of the picture at a random place, `[S, S]`.
fn square(side: usize, share: f32, random: &mut ChaCha8Rng) -> Vec<bool> {
    let length = (side as f32 * share.sqrt()).round() as usize;
    let mut corner = || (uniform(random) * (side - length.min(side) + 1) as f32) as usize;
    let (top, left) = (corner(), corner());
    let inside = |at: usize, start: usize| (start..start + length).contains(&at);
    (0..side * side).map(|i| inside(i / side, top) && inside(i % side, left)).collect()
}

/// Returns the Euclidean norm of each picture, `[R, 1, 1, 1]`, never 0.
fn norms(pictures: Array) -> Array {
    let squares = pictures.clone().mul(pictures);
    squares.sum_axis(1).sum_axis(2).sum_axis(3).unary(Unary::Sqrt).add_scalar(SMALLEST)
}

/// Divides each picture by its norm.
fn unit(pictures: Array) -> Array {
    let norms = norms(pictures.clone());
    pictures.div(norms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: usize = 8;

    fn clean() -> Planes {
        Planes { side: SIDE, values: (0..3 * SIDE * SIDE).map(|i| (i * 37 % 256) as f32 / 255.0).collect() }
    }

    fn read(array: Array) -> Vec<f32> {
        pollster::block_on(array.read()).expect("the CPU reads")
    }

    /// The end of each start after some steps of a wild gradient.
    fn ends(attack: &Attack) -> (Ball, Vec<Planes>) {
        let mut ball = Ball::new(attack, clean(), &Device::flex());
        let mut at = ball.start();
        let shape = at.shape();
        for step in 0..10 {
            let wild = (0..at.len()).map(|i| ((i * 31 + step) as f32 * 0.7).sin()).collect();
            at = ball.advance(at, Array::new(wild, &shape, &Device::flex()));
        }
        let values = read(at);
        let ends = values.chunks(3 * SIDE * SIDE).enumerate().map(|(i, v)| ball.rounded(v, i)).collect();
        (ball, ends)
    }

    #[test]
    fn no_end_leaves_its_ball_and_all_have_eight_bits() {
        for (kind, eps) in [(Kind::Fgsm, 8.0), (Kind::LeastLikely, 4.0), (Kind::Pgd, 2.5), (Kind::PgdL2, 3.0)] {
            let (ball, ends) = ends(&Attack::new(kind, eps));
            for end in &ends {
                let whole = end.values.iter().all(|v| (v * 255.0 - (v * 255.0).round()).abs() < 1e-3);
                assert!(whole && end.values.iter().all(|v| (0.0..=1.0).contains(v)), "{kind:?}");
                let largest = end.values.iter().zip(&ball.clean.values).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
                assert!(largest > 0.0, "{kind:?} moved nothing");
                match kind {
                    Kind::PgdL2 => assert!(distance(&end.values, &ball.clean.values) <= ball.radius, "{kind:?}"),
                    _ => assert!(largest * 255.0 <= eps.floor() + 1e-3, "{kind:?}: {}", largest * 255.0),
                }
            }
        }
    }

    #[test]
    fn a_patch_changes_a_square_of_its_share_and_nothing_else() {
        let (ball, ends) = ends(&Attack::new(Kind::Patch, 14.0));
        // A side of 8 √.14 = 2.99 pixels.
        for (end, place) in ends.iter().zip(&ball.places) {
            assert_eq!(place.iter().filter(|&&inside| inside).count(), 9);
            let changed = |i: usize| end.values[i] != ball.clean.values[i];
            assert!((0..end.values.len()).all(|i| place[i % place.len()] || !changed(i)));
            assert!((0..end.values.len()).any(changed));
        }
    }

    #[test]
    fn a_size_of_nothing_changes_nothing() {
        for kind in Kind::ALL {
            for end in ends(&Attack::new(kind, 0.0)).1 {
                assert_eq!(end.to_picture(), clean().to_picture(), "{kind:?}");
            }
        }
    }
}
