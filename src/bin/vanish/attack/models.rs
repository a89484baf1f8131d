//! The models with which a set is attacked, under distinct names.

use std::path::Path;
use std::rc::Rc;

use burn::tensor::Device;
use vanish::classifier::{OnnxClassifier, Profile};
use vanish::study::attacks::Stated;
use vanish::{Error, ErrorKind, Result};

use super::super::files;
use super::arguments::Args;

/// Reads every model that was asked for. Rows, records and folders are named by models, so models with the same name
/// are called by as much of their paths as distinguishes them.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`] if a model is given twice, and as reading a model does.
pub fn open(args: &Args, device: &Device) -> Result<Vec<Rc<OnnxClassifier>>> {
    let read = |path: &String| files::model(path, args.profile.as_deref(), None, device);
    let models: Vec<OnnxClassifier> = args.model.iter().map(read).collect::<Result<_>>()?;
    let stated: Vec<Stated> = models.iter().map(Stated::of).collect();
    for (i, one) in stated.iter().enumerate() {
        if let Some(other) = stated[..i].iter().position(|other| other.is_same(one)) {
            let (first, second) = (&args.model[other], &args.model[i]);
            let words = format!("--model gives one model twice, as {first} and as {second}; give it once");
            return Err(Error::new(ErrorKind::Settings, words));
        }
    }
    let given: Vec<(&str, &str)> =
        stated.iter().zip(&args.model).map(|(one, path)| (one.name.as_str(), path.as_str())).collect();
    models.into_iter().zip(distinct(&given)).map(|(model, name)| renamed(model, name).map(Rc::new)).collect()
}

fn renamed(model: OnnxClassifier, name: String) -> Result<OnnxClassifier> {
    if model.profile().name == name {
        return Ok(model);
    }
    model.with_profile(Profile { name, ..model.profile().clone() }, None)
}

/// Returns a name for each model, given the model's name and path.
fn distinct(models: &[(&str, &str)]) -> Vec<String> {
    let of = |&(name, path): &(&str, &str)| {
        let sharing: Vec<&str> = models.iter().filter(|other| other.0 == name).map(|other| other.1).collect();
        if sharing.len() == 1 {
            return name.to_owned();
        }
        let most = Path::new(path).components().count();
        let tells =
            |parts: &usize| sharing.iter().filter(|other| tail(other, *parts) == tail(path, *parts)).count() == 1;
        (1..=most).find(tells).map_or_else(|| path.to_owned(), |parts| tail(path, parts))
    };
    models.iter().map(of).collect()
}

/// Returns the last parts of a path, without its extension.
fn tail(path: &str, parts: usize) -> String {
    let path = Path::new(path).with_extension("");
    let all: Vec<_> = path.components().map(|part| part.as_os_str().to_string_lossy()).collect();
    all[all.len().saturating_sub(parts)..].join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Models by name and path, and the names that they get.
    type Case<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);

    #[test]
    fn models_that_share_a_file_name_are_told_apart() {
        let cases: [Case; 5] = [
            (&[("model", "a/model.onnx"), ("net", "b/net.onnx")], &["model", "net"]),
            (&[("model", "a/model.onnx"), ("model", "b/model.onnx")], &["a/model", "b/model"]),
            (&[("model", "a/x/model.onnx"), ("model", "b/x/model.onnx")], &["a/x/model", "b/x/model"]),
            (&[("model", "model.onnx"), ("model", "b/model.onnx")], &["model.onnx", "b/model"]),
            (&[("net", "a/one.onnx"), ("net", "a/two.onnx")], &["one", "two"]),
        ];
        for (given, expected) in cases {
            assert_eq!(distinct(given), expected, "{given:?}");
        }
    }
}
