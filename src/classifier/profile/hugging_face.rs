//! The files beside a model from Hugging Face's libraries. `preprocessor_config.json` says how a picture becomes the
//! model's input. `config.json` has the names of its classes, and for timm's models also the preprocessing.

use serde_json::Value;

use super::labels::Labels;
use super::preprocessing::{Channels, Profile};
use crate::classifier::onnx::Beside;
use crate::picture::ResizeRule;

/// The two files, each if it exists and is a JSON object.
pub(in crate::classifier) struct HuggingFace {
    preprocessor: Option<Value>,
    config: Option<Value>,
}

impl HuggingFace {
    /// Reads the two files.
    pub fn read(beside: &Beside) -> Self {
        let object = |name: &str| {
            let text = beside.text(name)?;
            serde_json::from_str::<Value>(&text).ok().filter(Value::is_object)
        };
        Self { preprocessor: object("preprocessor_config.json"), config: object("config.json") }
    }

    /// Puts what the files say into a profile that was guessed from the model's file, and returns whether they say how
    /// a pixel becomes a number. If the model's file says a size, that size is kept.
    pub fn apply(&self, profile: &mut Profile, file_says_size: bool) -> bool {
        if let Some(said) = &self.preprocessor
            && (said.get("image_mean").is_some() || said.get("do_rescale").is_some())
        {
            preprocessor(said, profile, file_says_size);
            return true;
        }
        match self.config.as_ref().map(|config| config.get("pretrained_cfg").unwrap_or(config)) {
            Some(said) if said.get("mean").is_some() && said.get("input_size").is_some() => {
                timm(said, profile, file_says_size);
                true
            }
            _ => false,
        }
    }

    /// Returns the names of the classes.
    pub fn labels(&self) -> Option<Labels> {
        let config = self.config.as_ref()?;
        let listed = config.get("label_names").or_else(|| config.get("pretrained_cfg")?.get("label_names"));
        let names = config.get("id2label").or(listed)?;
        Labels::parse(&names.to_string()).ok()
    }
}

/// Applies the preprocessing of `transformers`' image processors: resize, crop, rescale and normalise.
fn preprocessor(said: &Value, profile: &mut Profile, file_says_size: bool) {
    let does = |what: &str| said.get(what).and_then(Value::as_bool).unwrap_or(true);
    let size = Size::of(said.get("size"));
    let crop = said.get("crop_size").filter(|_| said.get("do_center_crop") == Some(&Value::Bool(true)));
    let shown = Size::of(crop).or(size).map(Size::sides);
    let resized = size.map(|size| size.longest_of_short());
    if let (Some([height, width]), Some(resized)) = (shown, resized.filter(|_| does("do_resize"))) {
        profile.resize_rule =
            if size.is_some_and(|size| size.stretches) { ResizeRule::Stretch } else { ResizeRule::Crop };
        // ConvNeXt divides sizes below 384 px by the share that the crop keeps.
        let kept = number(said, "crop_pct").filter(|_| resized < 384.0).unwrap_or(1.0);
        set_size(profile, [height, width], resized / kept, file_says_size);
    }
    if said.get("do_flip_channel_order") == Some(&Value::Bool(true)) {
        profile.channels = Channels::Bgr;
    }
    let factor = if does("do_rescale") { number(said, "rescale_factor").unwrap_or(1.0 / 255.0) } else { 1.0 };
    let offset = if said.get("rescale_offset") == Some(&Value::Bool(true)) { -1.0 } else { 0.0 };
    profile.range = [offset as f32, (255.0 * factor + offset) as f32];
    let normalised = does("do_normalize");
    profile.mean = numbers(said, "image_mean").filter(|_| normalised).unwrap_or_else(|| vec![0.0; 3]);
    profile.std = numbers(said, "image_std").filter(|_| normalised).unwrap_or_else(|| vec![1.0; 3]);
}

/// Applies timm's preprocessing. The photo is resized to the input's size divided by the share that the crop keeps.
fn timm(said: &Value, profile: &mut Profile, file_says_size: bool) {
    let sides = numbers(said, "input_size").filter(|list| list.len() == 3);
    if let Some([_, height, width]) = sides.as_deref() {
        let kept = number(said, "crop_pct").filter(|share| *share > 0.0).unwrap_or(0.875);
        let squashed = said.get("crop_mode").and_then(Value::as_str) == Some("squash");
        profile.resize_rule = if squashed { ResizeRule::Stretch } else { ResizeRule::Crop };
        let sides = [*height as usize, *width as usize];
        // timm rounds down.
        set_size(profile, sides, (f64::from(height.min(*width)) / kept).floor(), file_says_size);
    }
    profile.range = [0.0, 1.0];
    profile.mean = numbers(said, "mean").unwrap_or_else(|| vec![0.0; 3]);
    profile.std = numbers(said, "std").unwrap_or_else(|| vec![1.0; 3]);
}

/// Rows and columns, and whether the photo is stretched to them whatever its proportions.
#[derive(Clone, Copy)]
struct Size {
    height: f64,
    width: f64,
    stretches: bool,
}

impl Size {
    /// Reads a size from a number, `{height, width}` or `{shortest_edge}`.
    fn of(value: Option<&Value>) -> Option<Self> {
        let value = value?;
        let square = |side: f64, stretches| Self { height: side, width: side, stretches };
        if let Some(side) = value.as_f64() {
            return Some(square(side, false));
        }
        match (number(value, "height"), number(value, "width"), number(value, "shortest_edge")) {
            (Some(height), Some(width), _) => Some(Self { height, width, stretches: true }),
            (_, _, Some(side)) => Some(square(side, false)),
            _ => None,
        }
    }

    fn sides(self) -> [usize; 2] {
        [self.height as usize, self.width as usize]
    }

    fn longest_of_short(self) -> f64 {
        self.height.min(self.width)
    }
}

/// Takes over a size. If the model's file says a size, that is kept and the length to which the photo is resized is
/// scaled.
fn set_size(profile: &mut Profile, [height, width]: [usize; 2], resize: f64, file_says_size: bool) {
    let shorter = height.min(width);
    if shorter == 0 {
        return;
    }
    if !file_says_size {
        profile.size = height.max(width);
        (profile.height, profile.width) = if height == width { (None, None) } else { (Some(height), Some(width)) };
    }
    let own = profile.sides();
    let scaled = resize * own[0].min(own[1]) as f64 / shorter as f64;
    profile.resize = (scaled.round() as usize).max(profile.size);
}

fn number(said: &Value, name: &str) -> Option<f64> {
    said.get(name)?.as_f64()
}

fn numbers(said: &Value, name: &str) -> Option<Vec<f32>> {
    let list = said.get(name)?.as_array()?.iter().map(|v| v.as_f64().map(|v| v as f32));
    list.collect::<Option<Vec<f32>>>().filter(|list| !list.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn applied(name: &str, text: &str) -> Profile {
        let beside = Beside::listed(vec![(name.to_owned(), text.as_bytes().to_vec())]);
        let usual = r#"{"size": 224, "resize": 256, "mean": [0.485, 0.456, 0.406], "std": [0.229, 0.224, 0.225]}"#;
        let mut profile = Profile::from_json(usual).expect("a good profile");
        assert!(HuggingFace::read(&beside).apply(&mut profile, false), "{text}");
        profile
    }

    #[test]
    fn the_forms_of_a_preprocessor() {
        let vit = applied(
            "preprocessor_config.json",
            r#"{"do_resize": true, "size": {"height": 384, "width": 384}, "do_rescale": true,
                "rescale_factor": 0.00392156862745098, "do_normalize": true,
                "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]}"#,
        );
        assert_eq!((vit.size, vit.resize, vit.resize_rule), (384, 384, ResizeRule::Stretch));
        assert_eq!((vit.mean[0], vit.std[0]), (0.5, 0.5));
        assert!((vit.range[1] - 1.0).abs() < 1e-6);
        let resnet = applied(
            "preprocessor_config.json",
            r#"{"size": {"shortest_edge": 256}, "do_center_crop": true, "crop_size": {"height": 224, "width": 224},
                "image_mean": [0.485, 0.456, 0.406], "image_std": [0.229, 0.224, 0.225]}"#,
        );
        assert_eq!((resnet.size, resnet.resize, resnet.resize_rule), (224, 256, ResizeRule::Crop));
        let convnext = applied(
            "preprocessor_config.json",
            r#"{"size": {"shortest_edge": 224}, "crop_pct": 0.875, "image_mean": [0.5, 0.5, 0.5], "image_std": [1, 1, 1]}"#,
        );
        assert_eq!((convnext.size, convnext.resize), (224, 256));
        let mobilevit = applied(
            "preprocessor_config.json",
            r#"{"size": 288, "crop_size": 256, "do_center_crop": true, "do_flip_channel_order": true, "do_normalize": false,
                "do_rescale": true}"#,
        );
        assert_eq!((mobilevit.size, mobilevit.resize, mobilevit.channels), (256, 288, Channels::Bgr));
        assert_eq!((mobilevit.mean[0], mobilevit.std[0]), (0.0, 1.0));
        let efficientnet = applied(
            "preprocessor_config.json",
            r#"{"size": {"height": 224, "width": 224}, "rescale_factor": 0.00784313725, "rescale_offset": true,
                "do_rescale": true, "do_normalize": false}"#,
        );
        assert!((efficientnet.range[0] + 1.0).abs() < 1e-6 && (efficientnet.range[1] - 1.0).abs() < 1e-5);
    }

    #[test]
    fn timm_s_own_configuration() {
        let profile = applied(
            "config.json",
            r#"{"architecture": "resnet18", "pretrained_cfg": {"input_size": [3, 224, 224], "crop_pct": 0.95,
                "mean": [0.5, 0.5, 0.5], "std": [0.25, 0.25, 0.25]}}"#,
        );
        assert_eq!((profile.size, profile.resize, profile.mean[2]), (224, 235, 0.5));
    }

    #[test]
    fn names_by_number() {
        let text = r#"{"id2label": {"0": "cat", "1": "dog", "10": "k", "2": "c", "3": "d", "4": "e", "5": "f", "6": "g", "7": "h", "8": "i", "9": "j"}}"#;
        let beside = Beside::listed(vec![("config.json".to_owned(), text.as_bytes().to_vec())]);
        let labels = HuggingFace::read(&beside).labels().expect("they are there");
        assert_eq!((labels.short(1), labels.short(10)), ("dog".to_owned(), "k".to_owned()));
    }

    #[test]
    fn what_is_no_such_file_says_nothing() {
        for text in ["", "[]", "{", r#"{"mean": [1]}"#] {
            let beside = Beside::listed(vec![("config.json".to_owned(), text.as_bytes().to_vec())]);
            let said = HuggingFace::read(&beside);
            let mut profile = Profile::from_json(r#"{"size": 8, "resize": 8, "mean": [0, 0, 0], "std": [1, 1, 1]}"#)
                .expect("a good profile");
            assert!(!said.apply(&mut profile, false) && said.labels().is_none(), "{text}");
        }
    }
}
