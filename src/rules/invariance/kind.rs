//! Kinds of change under which an answer should stay, with the strengths at which each is tried.

use serde::{Deserialize, Serialize};

use crate::number::minus;
use crate::picture::Transform;

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename = "ChangeKind"))]
pub enum Kind {
    /// The picture turns about its centre.
    Rotation,
    /// The picture is enlarged or shrunk about its centre.
    Scale,
    /// The picture moves right or left.
    ShiftAcross,
    /// The picture moves down or up.
    ShiftDown,
    /// Left becomes right.
    Mirror,
    /// Every value grows or falls by the same.
    Brightness,
    /// Distances from the mean grey grow or shrink.
    Contrast,
    /// Values are raised to a power or to its reciprocal.
    Gamma,
    /// Hues turn.
    Hue,
    /// A Gaussian blur.
    Blur,
    /// Gaussian noise.
    Noise,
    /// Stored as a JPEG.
    Jpeg,
}

/// Seed of the noise.
const SEED: u64 = 0x6e_6f_69_73_65;

impl Kind {
    /// Every kind.
    pub const ALL: [Kind; 12] = [
        Kind::Rotation,
        Kind::Scale,
        Kind::ShiftAcross,
        Kind::ShiftDown,
        Kind::Mirror,
        Kind::Brightness,
        Kind::Contrast,
        Kind::Gamma,
        Kind::Hue,
        Kind::Blur,
        Kind::Noise,
        Kind::Jpeg,
    ];

    /// Returns the strengths at which it is tried, from mild to strong, in its unit.
    pub fn strengths(self) -> &'static [f64] {
        match self {
            Kind::Rotation => &[3.0, 6.0, 9.0, 12.0, 15.0, 18.0, 24.0, 30.0, 45.0, 60.0, 90.0],
            Kind::Scale => &[5.0, 10.0, 20.0, 30.0, 50.0, 75.0, 100.0],
            Kind::ShiftAcross | Kind::ShiftDown => &[1.0, 2.0, 4.0, 6.0, 9.0, 12.0, 16.0],
            Kind::Mirror => &[1.0],
            Kind::Brightness => &[5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0],
            Kind::Contrast => &[10.0, 25.0, 50.0, 100.0, 200.0, 300.0],
            Kind::Gamma => &[10.0, 25.0, 50.0, 100.0, 150.0, 200.0],
            Kind::Hue => &[10.0, 20.0, 30.0, 45.0, 60.0, 90.0, 120.0, 180.0],
            Kind::Blur => &[0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0],
            Kind::Noise => &[2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0],
            Kind::Jpeg => &[10.0, 25.0, 50.0, 70.0, 80.0, 90.0, 95.0],
        }
    }

    /// Returns its name for people, and the unit of its strengths.
    pub fn title(self) -> (&'static str, &'static str) {
        match self {
            Kind::Rotation => ("rotation", "°"),
            Kind::Scale => ("scale", " %"),
            Kind::ShiftAcross => ("shift across", " % of the side"),
            Kind::ShiftDown => ("shift down", " % of the side"),
            Kind::Mirror => ("mirror", ""),
            Kind::Brightness => ("brightness", " % of white"),
            Kind::Contrast => ("contrast", " %"),
            Kind::Gamma => ("gamma", " %"),
            Kind::Hue => ("hue", "°"),
            Kind::Blur => ("blur", " px"),
            Kind::Noise => ("noise", " % of white"),
            Kind::Jpeg => ("JPEG", " below quality 100"),
        }
    }

    /// Whether it has two directions.
    fn is_two_sided(self) -> bool {
        !matches!(self, Kind::Mirror | Kind::Blur | Kind::Noise | Kind::Jpeg)
    }

    /// Returns every change of this kind for a picture of this side, with its strength; negative in the other
    /// direction.
    pub fn changes(self, side: usize) -> Vec<(f64, Transform)> {
        let directions: &[f64] = if self.is_two_sided() { &[1.0, -1.0] } else { &[1.0] };
        let of = |strength: &f64| directions.iter().map(|d| d * strength).collect::<Vec<_>>();
        self.strengths().iter().flat_map(of).map(|strength| (strength, self.change(strength, side))).collect()
    }

    fn change(self, strength: f64, side: usize) -> Transform {
        let by = strength as f32;
        let factor = |percent: f32| if percent < 0.0 { 1.0 / (1.0 - percent / 100.0) } else { 1.0 + percent / 100.0 };
        match self {
            Kind::Rotation => Transform::Rotation(by),
            Kind::Scale => Transform::Scale(factor(by)),
            Kind::ShiftAcross => Transform::Shift(0.0, by / 100.0 * side as f32),
            Kind::ShiftDown => Transform::Shift(by / 100.0 * side as f32, 0.0),
            Kind::Mirror => Transform::Mirror,
            Kind::Brightness => Transform::Brightness(by / 100.0),
            Kind::Contrast => Transform::Contrast(factor(by)),
            Kind::Gamma => Transform::Gamma(factor(by)),
            Kind::Hue => Transform::Hue(by),
            Kind::Blur => Transform::Blur(by),
            Kind::Noise => Transform::Noise(by / 100.0, SEED),
            Kind::Jpeg => Transform::Jpeg((100.0 - strength) as u8),
        }
    }

    /// Returns the range that a picture survives, in words for a sentence.
    pub(super) fn said(self, (low, high): (f64, f64)) -> String {
        let (title, unit) = self.title();
        match (self, high > 0.0) {
            (Kind::Mirror, true) => "mirroring".into(),
            (Kind::Mirror, false) => "no mirroring".into(),
            _ if low == 0.0 && high == 0.0 => format!("no {title}"),
            (Kind::Jpeg, _) => format!("{title} down to quality {}", 100.0 - high),
            _ if self.is_two_sided() => format!("{title} from {} to {high}{unit}", minus(low)),
            _ => format!("{title} up to {high}{unit}"),
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.title().0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strengths_grow_and_directions_undo_each_other() {
        for kind in Kind::ALL {
            assert!(kind.strengths().is_sorted_by(|a, b| a < b), "{kind}");
            assert_eq!(kind.changes(100).len(), kind.strengths().len() * if kind.is_two_sided() { 2 } else { 1 });
        }
        assert_eq!(Kind::Scale.change(100.0, 100), Transform::Scale(2.0));
        assert_eq!(Kind::Scale.change(-100.0, 100), Transform::Scale(0.5));
        assert_eq!(Kind::ShiftDown.change(-4.0, 200), Transform::Shift(-8.0, 0.0));
        assert_eq!(Kind::Jpeg.change(90.0, 100), Transform::Jpeg(10));
    }

    #[test]
    fn ranges_are_said_as_they_are() {
        assert_eq!(Kind::Rotation.said((-9.0, 24.0)), "rotation from −9 to 24°");
        assert_eq!(Kind::Blur.said((0.0, 2.0)), "blur up to 2 px");
        assert_eq!(Kind::Jpeg.said((0.0, 90.0)), "JPEG down to quality 10");
        assert_eq!(
            (Kind::Blur.said((0.0, 0.0)), Kind::Mirror.said((0.0, 1.0))),
            ("no blur".into(), "mirroring".into())
        );
    }
}
