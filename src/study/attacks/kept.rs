//! The setup of a bench's log, and the records in it that answer the current question.
//!
//! Names alone do not tell models and pictures apart, because two files may share a name. So a log begins with the set,
//! the program, and each model's file and profile. A record names its picture with the digest of its pixels, and holds
//! the attack with all its settings. A difference in any of these is refused by name.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::record::Record;
use crate::attack::Attack;
use crate::attack::recover::Recipe;
use crate::classifier::{OnnxClassifier, Profile};
use crate::error::{Error, ErrorKind, Result};
use crate::study::log::{Log, read};

/// A model as a log states it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stated {
    /// Its name in the records.
    pub name: String,
    /// The SHA-256 of its file.
    pub sha256: String,
    /// Its profile, without the names of the model and of the classes, which change no result.
    pub profile: Profile,
}

impl Stated {
    /// States a model.
    pub fn of(model: &OnnxClassifier) -> Self {
        let profile = model.profile();
        Self { name: profile.name.clone(), sha256: model.sha256().to_owned(), profile: profile.unnamed() }
    }

    /// Returns whether both are the same file with the same profile, whatever their names.
    pub fn is_same(&self, other: &Self) -> bool {
        self.sha256 == other.sha256 && self.profile == other.profile
    }
}

/// The setup to which the records of a log belong.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Setup {
    /// The program and its version.
    pub tool: String,
    /// The set, as it was named.
    pub set: String,
    /// Kind and name of the device; another device may resume the log.
    pub device: [String; 2],
    /// The models.
    pub models: Vec<Stated>,
}

impl Setup {
    /// States the setup of a call.
    pub fn new(set: &str, device: [String; 2], models: Vec<Stated>) -> Self {
        Self { tool: format!("vanish {}", env!("CARGO_PKG_VERSION")), set: set.to_owned(), device, models }
    }

    /// Refuses to resume from records of another setup. Further models may be added to a log.
    fn check(&self, earlier: &Self) -> Result<()> {
        if self.set != earlier.set {
            return Err(of_another(&format!("set, {}, not {}", earlier.set, self.set)));
        }
        if self.tool != earlier.tool {
            return Err(of_another(&format!("version, {}, not {}", earlier.tool, self.tool)));
        }
        let pairs = self.models.iter().flat_map(|ours| earlier.models.iter().map(move |theirs| (ours, theirs)));
        for (ours, theirs) in pairs.filter(|(ours, theirs)| ours.name == theirs.name) {
            if ours.sha256 != theirs.sha256 {
                return Err(of_another(&format!("model that is called {}, too", ours.name)));
            }
            if ours.profile != theirs.profile {
                return Err(of_another(&format!("profile of {}", ours.name)));
            }
        }
        Ok(())
    }
}

/// One line of a log.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Entry {
    /// The setup of the records.
    Setup(Box<Setup>),
    /// A picture, clean or attacked.
    Record(Box<Record>),
}

/// A line of a log from before logs stated their setup.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the fields only tell such a line from others")]
struct Unstated {
    model: String,
    picture: String,
}

/// The question about one picture.
pub(super) struct Asked<'a> {
    /// The picture's name.
    pub picture: &'a str,
    /// The SHA-256 of its pixels.
    pub sha256: &'a str,
    /// The attack; `None` for the clean picture.
    pub attack: Option<&'a Attack>,
    /// The masks.
    pub recipes: &'a [Recipe],
}

/// Records of earlier calls, and where new ones are added.
#[derive(Default)]
pub struct Kept(Log<Entry>);

impl Kept {
    /// Opens a log, or begins one.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the log has another setup or states none, and with [`ErrorKind::Io`] if it
    /// cannot be read or written.
    pub fn open(path: &Path, setup: &Setup) -> Result<Self> {
        let is_unstated = || read::<Unstated>(path).is_ok_and(|lines| !lines.is_empty());
        let named = |error: Error| error.context(path.display());
        let mut log = Log::open(path).map_err(|error| if is_unstated() { named(unstated()) } else { error })?;
        let mut is_new = true;
        for (number, entry) in log.records().iter().enumerate() {
            match entry {
                Entry::Setup(earlier) => {
                    setup.check(earlier).map_err(named)?;
                    is_new &= **earlier != *setup;
                }
                Entry::Record(_) if number == 0 => return Err(named(unstated())),
                Entry::Record(_) => {}
            }
        }
        if is_new {
            log.add(&Entry::Setup(Box::new(setup.clone())))?;
        }
        Ok(Self(log))
    }

    /// Refuses a picture that is not the one of the same name in the log.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if its pixels differ.
    pub(super) fn check(&self, picture: &str, sha256: &str) -> Result<()> {
        match self.records().find(|record| record.picture == picture && record.sha256 != sha256) {
            Some(_) => Err(of_another(&format!("picture that is called {picture}, too"))),
            None => Ok(()),
        }
    }

    /// Returns the record of a picture, with the model's current name; `None` unless it answers the whole question.
    pub(super) fn find(&self, model: &Stated, asked: &Asked) -> Option<Record> {
        let names = self.names(model);
        let answers = |record: &&Record| {
            record.picture == asked.picture
                && record.sha256 == asked.sha256
                && record.change.as_ref().map(|change| &change.attack) == asked.attack
                && asked.recipes.iter().all(|&recipe| record.mask(recipe).is_some())
                && names.contains(&record.model.as_str())
        };
        let mut found = self.records().find(answers)?.clone();
        found.model.clone_from(&model.name);
        // A mask that nobody asks for now is of some pictures only.
        found.masks.retain(|mask| asked.recipes.contains(&mask.recipe));
        Some(found)
    }

    /// Adds a record; without a file nothing is kept.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Io`] if the record cannot be written.
    pub(super) fn add(&mut self, record: &Record) -> Result<()> {
        self.0.add(&Entry::Record(Box::new(record.clone())))
    }

    fn records(&self) -> impl Iterator<Item = &Record> {
        self.0.records().iter().filter_map(|entry| match entry {
            Entry::Record(record) => Some(&**record),
            Entry::Setup(_) => None,
        })
    }

    /// Returns every name that the log has for a model.
    fn names(&self, model: &Stated) -> Vec<&str> {
        let models = self.0.records().iter().flat_map(|entry| match entry {
            Entry::Setup(setup) => setup.models.as_slice(),
            Entry::Record(_) => &[],
        });
        models.filter(|known| known.is_same(model)).map(|known| known.name.as_str()).collect()
    }
}

fn of_another(what: &str) -> Error {
    let words = "go on with what it was made with, or begin another log";
    Error::new(ErrorKind::Settings, format!("the log was made with another {what}; {words}"))
}

fn unstated() -> Error {
    let words =
        "this log does not say of which models and pictures its results are, as those of earlier versions did not";
    Error::new(ErrorKind::Settings, format!("{words}; begin another log"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attack::{Answer, Reading};
    use crate::study::attacks::record::MaskRecord;

    fn model(name: &str, sha256: &str, resize: usize) -> Stated {
        let profile = r#"{ "size": 8, "resize": 8, "mean": [0.5], "std": [0.5] }"#;
        let profile = Profile::from_json(profile).expect("a sound profile");
        Stated { name: name.into(), sha256: sha256.into(), profile: Profile { resize, ..profile } }
    }

    fn setup(set: &str, models: &[Stated]) -> Setup {
        Setup::new(set, ["cpu".into(), "flex".into()], models.to_vec())
    }

    /// A clean picture, with masks.
    fn record(model: &str, masks: &[Recipe]) -> Record {
        let answer = Answer { class: 1, probability: 0.9 };
        let reading = Reading { top: vec![answer], looks: vec![], ensemble: vec![] };
        let mask = |&recipe: &Recipe| {
            let (statistics, refused) = ([0.0; 8], None);
            MaskRecord { recipe, statistics, deleted: 1, rotated: 1, random: 1, refused }
        };
        let masks = masks.iter().map(mask).collect();
        let (model, picture, sha256) = (model.to_owned(), "photo".to_owned(), "5e".to_owned());
        Record { model, picture, sha256, label: None, change: None, reading, masks }
    }

    fn asked<'a>(sha256: &'a str, recipes: &'a [Recipe]) -> Asked<'a> {
        Asked { picture: "photo", sha256, attack: None, recipes }
    }

    struct Temporary(std::path::PathBuf);

    impl Temporary {
        fn named(name: &str) -> Self {
            Self(std::env::temp_dir().join(format!("vanish-kept-{name}-{}", std::process::id())))
        }
    }

    impl Drop for Temporary {
        fn drop(&mut self) {
            let _ = std::fs::remove_file(&self.0);
        }
    }

    #[test]
    fn a_log_of_another_model_set_profile_or_version_is_refused() {
        let file = Temporary::named("other");
        let (ours, more) = (model("m", "aa", 8), model("n", "bb", 8));
        let made = setup("photos", std::slice::from_ref(&ours));
        Kept::open(&file.0, &made).expect("a new log").add(&record("m", &[])).expect("written");
        let version = Setup { tool: "vanish 0.1".into(), ..made.clone() };
        let cases = [
            (setup("others", std::slice::from_ref(&ours)), "another set, photos, not others"),
            (setup("photos", &[model("m", "bb", 8)]), "another model that is called m, too"),
            (setup("photos", &[model("m", "aa", 9)]), "another profile of m"),
            (version, "another version"),
        ];
        for (asked, words) in cases {
            let error = Kept::open(&file.0, &asked).err().expect("it is refused").to_string();
            assert!(error.contains(words) && error.contains("begin another log"), "{words}: {error}");
        }
        // Neither a further model nor another name for the same one is something else.
        for models in [vec![ours, more], vec![model("a/m", "aa", 8)]] {
            let kept = Kept::open(&file.0, &setup("photos", &models)).expect("the same set and version");
            let found = kept.find(&models[0], &asked("5e", &[])).expect("the log holds it");
            assert_eq!(found.model, models[0].name);
        }
    }

    #[test]
    fn a_log_that_does_not_say_what_it_is_of_is_refused() {
        let file = Temporary::named("unstated");
        std::fs::write(&file.0, "{\"model\":\"m\",\"picture\":\"photo\",\"label\":null}\n").expect("a temporary file");
        let error = Kept::open(&file.0, &setup("photos", &[])).err().expect("it is refused").to_string();
        assert!(error.contains("does not say of which models and pictures"), "{error}");
        std::fs::write(&file.0, "words\n").expect("a temporary file");
        let error = Kept::open(&file.0, &setup("photos", &[])).err().expect("it is refused").to_string();
        assert!(error.contains("holds no results"), "{error}");
    }

    #[test]
    fn a_changed_picture_is_refused_and_records_without_the_masks_are_done_again() {
        let file = Temporary::named("masks");
        let ours = model("m", "aa", 8);
        let setup = setup("photos", std::slice::from_ref(&ours));
        let open = || Kept::open(&file.0, &setup).expect("its own log");
        open().add(&record("m", &[])).expect("written");
        let error = open().check("photo", "6f").expect_err("other pixels").to_string();
        assert!(error.contains("another picture that is called photo, too"), "{error}");
        assert!(open().check("photo", "5e").is_ok() && open().check("another", "6f").is_ok());
        assert!(open().find(&ours, &asked("5e", &[])).is_some());
        assert!(open().find(&ours, &asked("5e", &[Recipe::Paper])).is_none());
        open().add(&record("m", &Recipe::ALL)).expect("written");
        for recipes in [&[Recipe::Paper][..], &Recipe::ALL, &[]] {
            let found = open().find(&ours, &asked("5e", recipes)).expect("the log holds it");
            assert_eq!(found.masks.len(), recipes.len(), "only the masks that are asked for");
        }
        let lines = std::fs::read_to_string(&file.0).expect("a log").lines().count();
        assert_eq!(lines, 3, "the log says once what it is of");
    }
}
