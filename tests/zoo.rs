//! Models without a profile: public files recognised by their SHA-256, and what other files say of themselves.

mod common;

use std::path::Path;

use burn::tensor::Device;
use common::{golden_dir, testdata};
use sha2::{Digest, Sha256};
use vanish::classifier::known::{self, Family};
use vanish::classifier::profile::{Channels, Output};
use vanish::classifier::{Classifier, OnnxClassifier, Source, hex};

/// Files under the zoo's `classification/` that get no profile from the table, and why.
const NOT_COVERED: [(&str, &str); 5] = [
    ("inception-v2-", "the zoo says nothing of its preprocessing, and nobody who reported on it found it"),
    ("mnist-", "takes a grey picture"),
    ("rcnn-ilsvrc13-", "a detector's part, with 200 classes"),
    ("resnet-preproc-", "the preprocessing itself"),
    ("shufflenet-", "version 1, from Caffe2: the zoo says nothing of its preprocessing (version 2 is covered)"),
];

/// The zoo's files: name without `.onnx`, and SHA-256.
fn pins(folder: &Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(folder.join("onnx_model_zoo_pins.tsv")).expect("the pins of the zoo");
    let row = |line: &str| {
        let mut fields = line.split('\t');
        let path = fields.next().expect("a path");
        let name = path.rsplit('/').next()?.strip_suffix(".onnx")?;
        Some((name.to_owned(), fields.next().expect("a hash").to_owned()))
    };
    text.lines().skip(1).filter_map(row).collect()
}

#[test]
fn every_classifier_of_the_zoo_is_recognised() {
    let Some(folder) = testdata() else { return };
    let (mut recognised, mut left_out) = (0, 0);
    for (name, sha256) in pins(&folder) {
        match known::recognise(&sha256) {
            Some(known) => {
                // Versions with the same bytes share a line.
                assert!(known.name.split(" = ").any(|each| each == name), "{name} is taken for {}", known.name);
                recognised += 1;
            }
            None => {
                assert!(NOT_COVERED.iter().any(|(start, _)| name.starts_with(start)), "{name} is not recognised");
                left_out += 1;
            }
        }
    }
    assert_eq!((recognised, left_out), (98, 21));
}

#[test]
fn families_by_name() {
    let Some(folder) = testdata() else { return };
    for (start, family) in [
        ("mobilenetv2-12", Family::Torch),
        ("resnet50-v1-12", Family::Torch),
        ("resnet152-v2-7", Family::Torch),
        ("resnet50-caffe2-v1-9", Family::CaffeResNet),
        ("shufflenet-v2-10", Family::Torch),
        ("squeezenet1.0-12", Family::Caffe),
        ("squeezenet1.1-7", Family::Torch),
        ("vgg16-bn-7", Family::Torch),
        ("vgg19-caffe2-9", Family::Caffe),
        ("densenet-12", Family::DenseNet),
        ("efficientnet-lite4-11", Family::Lite),
    ] {
        let pins = pins(&folder);
        let (_, sha256) = pins.iter().find(|(name, _)| name == start).expect(start);
        assert_eq!(known::recognise(sha256).expect(start).family, family, "{start}");
    }
}

#[test]
fn real_files_of_the_zoo_get_their_profile() {
    let Some(folder) = testdata() else { return };
    let pins = pins(&folder);
    let mut tried = 0;
    for entry in std::fs::read_dir(folder.join("models")).expect("models").flatten() {
        if entry.path().extension().is_none_or(|e| e != "onnx") {
            continue;
        }
        let bytes = std::fs::read(entry.path()).expect("a model");
        let sha256 = hex(&Sha256::digest(&bytes));
        let published = pins.iter().any(|(_, pin)| *pin == sha256);
        let recognised = known::recognise(&sha256).is_some();
        assert!(recognised <= published, "{} is taken for a file of the zoo", entry.path().display());
        if published && recognised {
            let model = OnnxClassifier::from_bytes("model", &bytes, None, None, &Device::flex()).expect("a model");
            assert_eq!(model.info().profile_source, Source::Known, "{}", entry.path().display());
            tried += 1;
        }
    }
    if tried == 0 {
        eprintln!("SKIPPED: none of the models at hand is a file of the zoo as it is published");
    }
}

/// The tiny model of the goldens with metadata appended: protocol buffers may be continued at their end.
fn tiny_with(metadata: &[(&str, &str)]) -> Vec<u8> {
    let mut bytes = std::fs::read(golden_dir().join("tiny.onnx")).expect("tiny.onnx");
    for (key, value) in metadata {
        let field = |number: u8, content: &[u8]| {
            assert!(content.len() < 128, "one byte of length");
            [&[(number << 3) | 2, content.len() as u8][..], content].concat()
        };
        let entry = [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
        bytes.extend(field(14, &entry));
    }
    bytes
}

fn opened(metadata: &[(&str, &str)]) -> OnnxClassifier {
    OnnxClassifier::from_bytes("tiny", &tiny_with(metadata), None, None, &Device::flex()).expect("a model")
}

#[test]
fn a_file_that_says_nothing_gets_the_usual_values() {
    let info = opened(&[]).info();
    assert_eq!((info.profile_source, info.profile_assumed, info.labelled), (Source::Assumed, true, false));
    assert_eq!(info.profile.mean, [0.485, 0.456, 0.406]);
}

#[test]
fn the_standard_s_image_properties_are_read() {
    for (format, channels) in [("Rgb8", Channels::Rgb), ("Bgr8", Channels::Bgr)] {
        for (named, range) in [("NominalRange_0_255", [0.0, 255.0]), ("Normalized_1_1", [-1.0, 1.0])] {
            let info = opened(&[("Image.BitmapPixelFormat", format), ("Image.NominalPixelRange", named)]).info();
            assert_eq!((info.profile_source, info.profile_assumed), (Source::File, false), "{named}");
            assert_eq!((info.profile.channels, info.profile.range), (channels, range), "{format} {named}");
            assert_eq!((info.profile.mean, info.profile.std), (vec![0.0; 3], vec![1.0; 3]), "{named}");
        }
    }
    let order_only = opened(&[("Image.BitmapPixelFormat", "Bgr8")]).info();
    assert_eq!((order_only.profile.channels, order_only.profile_assumed), (Channels::Bgr, true));
}

#[test]
fn what_ultralytics_writes_is_read() {
    let classes = opened(&[]).classes();
    let names: Vec<String> = (0..classes).map(|i| format!("{i}: 'thing {i}'")).collect();
    let model = opened(&[("task", "classify"), ("names", &format!("{{{}}}", names.join(", ")))]);
    let info = model.info();
    assert_eq!((info.profile_source, info.labelled), (Source::File, true));
    assert_eq!((info.profile.resize, info.profile.mean), (info.profile.size, vec![0.0; 3]));
    assert_eq!(model.labels().short(1), "thing 1");
    let too_many = opened(&[("names", "{0: 'a', 1: 'b', 2: 'c', 3: 'd', 4: 'e', 5: 'f', 6: 'g', 7: 'h', 8: 'i'}")]);
    assert!(!too_many.info().labelled, "names that do not fit are left out");
}

#[test]
fn another_profile_leaves_the_weights_unless_it_changes_what_is_computed() {
    let model = opened(&[]);
    let names: Vec<String> = (0..model.classes()).map(|i| format!("name {i}")).collect();
    let named = vanish::classifier::Labels::new(names);
    let labelled = model.with_profile(model.profile().clone(), Some(named)).expect("labels that fit");
    assert!(std::ptr::eq(model.graph(), labelled.graph()), "new labels need no new graph");
    assert_eq!((labelled.labelled(), labelled.info().profile_source), (true, Source::Assumed));
    let mut other = model.profile().clone();
    other.mean = vec![0.5; 3];
    let changed = labelled.with_profile(other, None).expect("a good profile");
    assert!(!std::ptr::eq(model.graph(), changed.graph()));
    assert_eq!((changed.info().profile_source, changed.labels().short(0)), (Source::Given, "name 0".to_owned()));
    assert_eq!(model.profile().output, Some(Output::Logits));
}
