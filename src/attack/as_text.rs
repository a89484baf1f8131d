//! Numbers, maps and pictures as base 64 text, which is exact to the bit and far shorter than numbers in JSON.

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine};
use serde::{Deserialize, Serialize};

use crate::job::as_text::{read, written};
use crate::map::Map;
use crate::picture::RgbImage;

/// Numbers as text.
pub(super) mod numbers_text {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{Deserialize, Serialize, read, written};

    pub fn serialize<S: Serializer>(numbers: &[f32], to: S) -> Result<S::Ok, S::Error> {
        written(numbers.iter().map(|number| number.to_le_bytes())).serialize(to)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Vec<f32>, D::Error> {
        let numbers = read(&String::deserialize(from)?).map_err(D::Error::custom)?;
        Ok(numbers.into_iter().map(f32::from_le_bytes).collect())
    }
}

/// A map as text.
pub(super) mod map_text {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{DecodeError, Map, numbers_text};

    pub fn serialize<S: Serializer>(map: &Map, to: S) -> Result<S::Ok, S::Error> {
        numbers_text::serialize(&map.values, to)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<Map, D::Error> {
        let values = numbers_text::deserialize(from)?;
        if values.len().isqrt().pow(2) != values.len() {
            return Err(D::Error::custom(DecodeError::InvalidLength(values.len())));
        }
        Ok(Map::new(values))
    }
}

/// A picture as text, after its width and height.
pub(super) mod picture_text {
    use serde::de::Error;
    use serde::{Deserializer, Serializer};

    use super::{DecodeError, Deserialize, Engine, RgbImage, STANDARD, Serialize};

    pub fn serialize<S: Serializer>(picture: &RgbImage, to: S) -> Result<S::Ok, S::Error> {
        (picture.width(), picture.height(), STANDARD.encode(picture.as_raw())).serialize(to)
    }

    pub fn deserialize<'a, D: Deserializer<'a>>(from: D) -> Result<RgbImage, D::Error> {
        let (width, height, text) = <(u32, u32, String)>::deserialize(from)?;
        let bytes = STANDARD.decode(text).map_err(D::Error::custom)?;
        let wrong = D::Error::custom(DecodeError::InvalidLength(bytes.len()));
        RgbImage::from_raw(width, height, bytes).ok_or(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Both(#[serde(with = "map_text")] Map, #[serde(with = "picture_text")] RgbImage);

    #[test]
    fn maps_and_pictures_cross_to_the_bit() {
        let map = Map::from_fn(5, |i| if i == 7 { f32::NAN } else { 0.1 * i as f32 });
        let picture = RgbImage::from_fn(5, 3, |x, y| image::Rgb([x as u8, y as u8, 255]));
        let text = serde_json::to_string(&Both(map.clone(), picture.clone())).expect("it is written");
        let Both(map_again, picture_again) = serde_json::from_str(&text).expect("it is read");
        let bits = |map: &Map| map.values.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
        assert_eq!((bits(&map_again), picture_again), (bits(&map), picture));
        for wrong in [r#"["AAAA",[1,1,"AAAA"]]"#, r#"["AAAAAA==",[1,2,"AAAA"]]"#, r#"["?",[1,1,"AAAA"]]"#] {
            assert!(serde_json::from_str::<Both>(wrong).is_err(), "{wrong}");
        }
    }
}
