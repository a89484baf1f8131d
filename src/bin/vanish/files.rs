//! Reads and writes files, and opens models and pictures by the names that the command takes.

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use vanish::classifier::profile::LabelSource;
use vanish::classifier::{Beside, Classifier, Labels, OnnxClassifier, Profile};
use vanish::picture::{Decoded, RgbImage, decode};
use vanish::study::{AnnotatedSet, Set, pictures};
use vanish::{Error, ErrorKind, Result, critters};

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).map_err(|e| Error::new(ErrorKind::Io, format!("{} cannot be read ({e})", path.display())))
}

/// Writes a file completely or not at all.
pub fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    vanish::file::write_whole(path, bytes)
        .map_err(|e| Error::new(ErrorKind::Io, format!("{} cannot be written ({e})", path.display())))
}

/// Makes a folder and its parents.
pub fn folder(path: &Path) -> Result<()> {
    let failed = |error: std::io::Error| {
        Error::new(ErrorKind::Io, format!("cannot make the folder {}: {error}", path.display()))
    };
    std::fs::create_dir_all(path).map_err(failed)
}

/// Returns the name with `_` for each character that might not be allowed in the name of a file.
pub fn plain(name: &str) -> String {
    name.chars().map(|c| if c.is_alphanumeric() || c == '.' || c == '-' { c } else { '_' }).collect()
}

/// Writes a value as JSON.
pub fn to_json<T: serde::Serialize + ?Sized>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| Error::new(ErrorKind::Io, e.to_string()))
}

/// Prints a line. It is no failure if the reader has gone away (`| head`).
pub fn print(line: &str) -> Result<()> {
    use std::io::Write;
    match writeln!(std::io::stdout(), "{line}") {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Error::new(ErrorKind::Io, format!("standard output cannot be written ({e})")))
        }
        _ => Ok(()),
    }
}

/// A picture and its origin.
pub struct Picture {
    /// File name, or `critter:SEED`.
    pub name: String,
    /// The bytes from which it was decoded; for a critter, the drawn pixels.
    pub bytes: Vec<u8>,
    /// Its pixels.
    pub pixels: RgbImage,
    /// What is known about it, if it is from the built-in world.
    pub critter: Option<Box<critters::Critter>>,
}

/// Reads a picture from a file, or draws `critter:SEED`.
pub fn picture(name: &str) -> Result<Picture> {
    if let Some(seed) = name.strip_prefix("critter:") {
        let seed: u64 = seed.parse().map_err(|_| {
            Error::new(ErrorKind::Settings, format!("\"{seed}\" is no seed; give a whole number, such as critter:7"))
        })?;
        let critter = Box::new(critters::draw(seed, &critters::World::clean()));
        let pixels = critter.picture.clone();
        return Ok(Picture { name: name.to_owned(), bytes: pixels.as_raw().clone(), pixels, critter: Some(critter) });
    }
    let path = Path::new(name);
    let bytes = read(path)?;
    let Decoded { pixels, notes } = decode(&bytes).map_err(|e| e.context(name))?;
    notes.iter().for_each(|note| eprintln!("vanish: {name}: {note}"));
    let name = path.file_name().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    Ok(Picture { name, bytes, pixels, critter: None })
}

/// Returns whether a file is the list of a set, by the ending of its name.
pub fn is_list(name: &str) -> bool {
    [".json", ".csv", ".tsv", ".txt"].iter().any(|end| name.to_lowercase().ends_with(end))
}

/// Opens a set, and prints which files it passes over.
pub fn set(name: &str, first: u64) -> Result<Set> {
    let set = Set::open(name, first)?;
    if let Some(files) = set.overlooked() {
        eprintln!("vanish: overlooked in {name}: {files}");
    }
    Ok(set)
}

/// Prints which pictures of a set could not be read, and how many have no class that the model knows.
pub fn say_left_out(set: &AnnotatedSet) {
    set.refused.iter().for_each(|reason| eprintln!("vanish: left out: {reason}"));
    say_unlabelled(set.unlabelled);
}

/// Prints how many pictures have no class that the model knows, if there are any.
pub fn say_unlabelled(count: usize) {
    if count > 0 {
        eprintln!("vanish: left out: {} whose class the model does not know", pictures(count));
    }
}

/// Returns the error for a set of which no picture could be used. The reasons have been printed one by one.
pub fn nothing_left(flow: &str) -> Error {
    Error::new(ErrorKind::NotExplainable, format!("every picture of the set was left out: {flow}"))
}

/// Opens an ONNX file with the profile beside it (or the named one), or a built-in model. A named output takes
/// precedence over the profile's.
pub fn model(name: &str, profile: Option<&Path>, output: Option<&str>, device: &Device) -> Result<OnnxClassifier> {
    if let Some((bytes, own)) = built_in(name) {
        if let Some(path) = profile {
            let words = format!("{name} is built in and has its own profile; leave out --profile {}", path.display());
            return Err(Error::new(ErrorKind::Settings, words));
        }
        let profile = Some(Profile::from_json(own)?);
        return OnnxClassifier::choosing(name, bytes, &Beside::nothing(), profile, None, output, device);
    }
    let path = Path::new(name);
    if path.is_dir() {
        let words = format!("{name} is a folder, not a model; choose the .onnx file of an image classifier in it");
        return Err(Error::new(ErrorKind::Io, words));
    }
    let bytes = read(path)?;
    let stem = path.file_stem().map_or_else(|| name.to_owned(), |n| n.to_string_lossy().into_owned());
    let (profile, labels) = match profile_path(name, profile) {
        Some(path) => profile_and_labels(&path)?,
        None => (None, None),
    };
    let beside = beside_of(path);
    let model = OnnxClassifier::choosing(&stem, &bytes, &beside, profile, labels, output, device)
        .map_err(|e| e.context(name))?;
    with_imagenet(model)
}

/// Returns the file from which a model's profile is read: the named one, or the one beside the model. A built-in model
/// has its own profile and no file.
pub fn profile_path(model: &str, named: Option<&Path>) -> Option<PathBuf> {
    if built_in(model).is_some() {
        return None;
    }
    let beside = Path::new(model).with_extension("json");
    named.map(Path::to_path_buf).or_else(|| beside.exists().then_some(beside))
}

/// Returns the files in a model's folder.
pub fn beside_of(model: &Path) -> Beside<'_> {
    let folder = model.parent().unwrap_or(Path::new("."));
    Beside::reading(move |name| std::fs::read(folder.join(name)).ok())
}

/// Gives ImageNet's names to a model of 1000 classes without names of its own, and prints it where this is a guess.
fn with_imagenet(model: OnnxClassifier) -> Result<OnnxClassifier> {
    if model.labelled() || model.classes() != 1000 {
        return Ok(model);
    }
    if model.known().is_none() {
        eprintln!("vanish: no labels were given: the model has 1000 classes, so ImageNet's are assumed.");
    }
    let labels = Labels::parse(include_str!("../../../www/models/imagenet-labels.txt"))?;
    model.with_profile(model.profile().clone(), Some(labels))
}

/// Returns the bytes and the profile of a model that is part of the program.
fn built_in(name: &str) -> Option<(&'static [u8], &'static str)> {
    macro_rules! model {
        ($name:literal) => {
            Some((
                include_bytes!(concat!("../../../www/models/", $name, ".onnx")).as_slice(),
                include_str!(concat!("../../../www/models/", $name, ".json")),
            ))
        };
    }
    match name {
        "critters" => model!("critters"),
        "critters-biased" => model!("critters-biased"),
        _ => None,
    }
}

fn profile_and_labels(path: &Path) -> Result<(Option<Profile>, Option<Labels>)> {
    let text = String::from_utf8(read(path)?).map_err(|_| {
        Error::new(ErrorKind::Profile, format!("{} is not UTF-8 text; save it as UTF-8", path.display()))
    })?;
    let profile = Profile::from_json(&text).map_err(|e| e.context(path.display()))?;
    let labels = match &profile.labels {
        Some(LabelSource::File(file)) => {
            let file = path.parent().unwrap_or(Path::new(".")).join(file);
            let text = String::from_utf8_lossy(&read(&file)?).into_owned();
            Some(Labels::parse(&text).map_err(|e| e.context(file.display()))?)
        }
        _ => None,
    };
    Ok((Some(profile), labels))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_the_one_of_an_earlier_call_whole() {
        let folder = std::env::temp_dir().join(format!("vanish-whole-{}", std::process::id()));
        let (report, in_the_way) = (folder.join("report.html"), folder.join("report.html.part"));
        std::fs::create_dir_all(&in_the_way).expect("a folder where the part would be written");
        std::fs::write(&report, "earlier").expect("written");
        let error = write(&report, b"later").expect_err("there is no place for it").to_string();
        assert!(error.contains("report.html cannot be written"), "{error}");
        assert_eq!(std::fs::read(&report).expect("still there"), b"earlier");
        std::fs::remove_dir(&in_the_way).expect("removed");
        write(&report, b"later").expect("written");
        assert_eq!(std::fs::read(&report).expect("there"), b"later");
        assert_eq!(std::fs::read_dir(&folder).expect("listed").count(), 1);
        std::fs::remove_dir_all(&folder).expect("removed");
    }
}
