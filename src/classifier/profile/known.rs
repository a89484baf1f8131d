//! Recognises public model files by their SHA-256, so that they get the right profile at once.
//!
//! The files are the image classifiers of the ONNX Model Zoo (<https://github.com/onnx/models>). Their preprocessing
//! comes from the zoo's README files. For the files made by Caffe2 the zoo says nothing, or gives values with a lower
//! accuracy; their preprocessing comes from published measurements. `docs/profiles.md` names the sources.

use super::preprocessing::{Channels, Profile};

/// One line for each file: the first twelve hexadecimal digits of its SHA-256, its family, and its name. Two files
/// whose names differ only in the version may have the same bytes; they share a line.
const TABLE: &str = include_str!("known.tsv");

/// Digits of the SHA-256 in the table. They are 48 bits, so that no other file is mistaken for one of these by chance.
const DIGITS: usize = 12;

/// A file in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// Its name in the zoo, without `.onnx`.
    pub name: &'static str,
    /// The family whose preprocessing it shares.
    pub family: Family,
}

/// Files that share a preprocessing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// From MXNet or PyTorch: RGB in [0, 1], with ImageNet's mean and deviation.
    Torch,
    /// From Caffe by way of Caffe2: BGR in [0, 255], with the mean colour subtracted.
    Caffe,
    /// DenseNet from Caffe: as [`Family::Caffe`], then multiplied by 0.017.
    DenseNet,
    /// ResNet-50 from Caffe2: BGR in [0, 255], with ImageNet's mean and deviation.
    CaffeResNet,
    /// EfficientNet-Lite from TensorFlow: RGB in about [−1, 1], by (pixel − 127) / 128.
    Lite,
}

/// Returns the known file with this SHA-256 (in hexadecimal), if there is one.
pub fn recognise(sha256: &str) -> Option<Known> {
    let digits = sha256.get(..DIGITS)?;
    rows().find(|(start, _)| *start == digits).map(|(_, known)| known)
}

fn rows() -> impl Iterator<Item = (&'static str, Known)> {
    TABLE.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut fields = line.split('\t');
        let (digits, family, name) = (fields.next()?, Family::named(fields.next()?)?, fields.next()?);
        Some((digits, Known { name, family }))
    })
}

impl Family {
    fn named(name: &str) -> Option<Self> {
        match name {
            "torch" => Some(Self::Torch),
            "caffe" => Some(Self::Caffe),
            "densenet" => Some(Self::DenseNet),
            "resnet-caffe" => Some(Self::CaffeResNet),
            "lite" => Some(Self::Lite),
            _ => None,
        }
    }

    /// Puts this family's preprocessing into a profile made from the file. The profile's name and output are kept.
    pub fn apply(self, profile: &mut Profile) {
        (profile.size, profile.resize) = (224, 256);
        match self {
            Self::Torch => {
                (profile.channels, profile.range) = (Channels::Rgb, [0.0, 1.0]);
                (profile.mean, profile.std) = (vec![0.485, 0.456, 0.406], vec![0.229, 0.224, 0.225]);
            }
            Self::Caffe => {
                // The zoo squeezes the whole picture to a square for these models. To keep the proportions, the middle
                // is taken.
                profile.resize = 224;
                (profile.channels, profile.range) = (Channels::Bgr, [0.0, 255.0]);
                (profile.mean, profile.std) = (vec![103.939, 116.779, 123.68], vec![1.0; 3]);
            }
            Self::DenseNet => {
                (profile.channels, profile.range) = (Channels::Bgr, [0.0, 255.0]);
                (profile.mean, profile.std) = (vec![103.94, 116.78, 123.68], vec![1.0 / 0.017; 3]);
            }
            Self::CaffeResNet => {
                (profile.channels, profile.range) = (Channels::Bgr, [0.0, 255.0]);
                (profile.mean, profile.std) = (vec![103.53, 116.28, 123.675], vec![57.375, 57.12, 58.395]);
            }
            Self::Lite => {
                (profile.channels, profile.range) = (Channels::Rgb, [0.0, 255.0]);
                (profile.mean, profile.std) = (vec![127.0; 3], vec![128.0; 3]);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read_and_found() {
        let lines: Vec<&str> = TABLE.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(rows().count(), lines.len(), "a line is malformed or names an unknown family");
        for (digits, known) in rows() {
            assert_eq!(digits.len(), DIGITS, "{}", known.name);
            assert_eq!(recognise(&format!("{digits}{}", "0".repeat(64 - DIGITS))), Some(known));
        }
    }

    #[test]
    fn other_hashes_are_not_known() {
        for sha256 in ["", "d53b", &"0".repeat(64), "ä"] {
            assert_eq!(recognise(sha256), None, "{sha256}");
        }
    }

    /// What black and white become in the model's first and last channel.
    #[test]
    fn black_and_white_of_each_family() {
        let profile = |family: Family| {
            let text = r#"{"size": 8, "resize": 8, "mean": [0, 0, 0], "std": [1, 1, 1], "output": "probabilities"}"#;
            let mut profile = Profile::from_json(text).expect("a good profile");
            family.apply(&mut profile);
            assert_eq!(
                profile.output,
                Some(crate::classifier::profile::Output::Probabilities),
                "the file's own output stays"
            );
            profile
        };
        for (family, channels, black, white) in [
            (Family::Torch, Channels::Rgb, [-2.1179, -1.8044], [2.2489, 2.6400]),
            (Family::Caffe, Channels::Bgr, [-103.939, -123.68], [151.061, 131.32]),
            (Family::DenseNet, Channels::Bgr, [-1.76698, -2.10256], [2.56802, 2.23244]),
            (Family::CaffeResNet, Channels::Bgr, [-1.8044, -2.1179], [2.6400, 2.2489]),
            (Family::Lite, Channels::Rgb, [-0.9922, -0.9922], [1.0, 1.0]),
        ] {
            let profile = profile(family);
            let (scale, shift) = profile.affine(3).expect("one a channel");
            assert_eq!(profile.channels, channels, "{family:?}");
            for (at, channel) in [0, 2].into_iter().enumerate() {
                for (value, expected) in [(0.0, black[at]), (1.0, white[at])] {
                    let got = value * scale[channel] + shift[channel];
                    assert!((got - expected).abs() < 1e-3, "{family:?}, channel {channel}: {got}, not {expected}");
                }
            }
        }
    }
}
