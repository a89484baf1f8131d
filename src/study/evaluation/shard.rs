//! A part of a set, so that many machines can judge a large set.

use serde::{Deserialize, Serialize};

/// Every n-th picture of a set, from the k-th on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shard {
    /// Which part this is, from 1.
    pub part: usize,
    /// How many there are.
    pub of: usize,
}

impl Shard {
    /// The whole set.
    pub const WHOLE: Shard = Shard { part: 1, of: 1 };

    /// Returns whether the picture of this number is in this part.
    pub fn holds(self, number: usize) -> bool {
        number % self.of == self.part - 1
    }
}

impl std::str::FromStr for Shard {
    type Err = String;

    /// Reads `K/N` with 1 ≤ K ≤ N.
    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let wrong = || format!("\"{text}\" is no part of a set; write K/N with K from 1 to N, such as 2/8");
        let (part, of) = text.split_once('/').ok_or_else(wrong)?;
        let shard = Self { part: part.parse().map_err(|_| wrong())?, of: of.parse().map_err(|_| wrong())? };
        if (1..=shard.of).contains(&shard.part) { Ok(shard) } else { Err(wrong()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_written_as_a_fraction() {
        assert_eq!("2/8".parse(), Ok(Shard { part: 2, of: 8 }));
        for wrong in ["0/4", "5/4", "1", "a/b", "1/0", "-1/3", ""] {
            assert!(wrong.parse::<Shard>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_parts_of_a_set_share_nothing_and_leave_nothing_out() {
        let parts: Vec<Shard> = (1..=3).map(|part| Shard { part, of: 3 }).collect();
        for number in 0..20 {
            assert_eq!(parts.iter().filter(|part| part.holds(number)).count(), 1, "{number}");
        }
    }
}
