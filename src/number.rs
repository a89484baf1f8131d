//! Numbers in sentences for people. Output for programs uses the numbers of JSON and CSV instead.

use std::fmt::{Display, Formatter, Result};

/// A number that is written with a true minus sign, as on the page: `{:.2}` gives "−0.93", and `{:+.2}` gives "+0.25".
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Minus(f64);

/// Wraps a number for use in a sentence.
pub fn minus(number: impl Into<f64>) -> Minus {
    Minus(number.into())
}

impl Display for Minus {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let sign = match self.0.is_sign_negative() {
            true => "−",
            false if f.sign_plus() => "+",
            false => "",
        };
        f.write_str(sign)?;
        match f.precision() {
            Some(digits) => write!(f, "{:.digits$}", self.0.abs()),
            None => write!(f, "{}", self.0.abs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_negative_number_has_a_true_minus_and_others_stay() {
        let said = [-0.934, 0.25, -2.0].map(|x| format!("{:.2}", minus(x)));
        assert_eq!(said, ["−0.93", "0.25", "−2.00"]);
        assert_eq!(format!("{:+.1} {} {}", minus(0.3f32), minus(-9.0), minus(4.0)), "+0.3 −9 4");
    }
}
