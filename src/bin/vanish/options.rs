//! The settings of the methods as options of the command. They are read from the registry.

use clap::{Arg, ArgAction, ArgMatches, Command};
use serde_json::{Map, Value};
use vanish::classifier::OnnxClassifier;
use vanish::methods::form::{Form, Setting};
use vanish::methods::{METHODS, Method, SETTINGS, Settings};
use vanish::{Error, ErrorKind, Result};

use super::class::class;

/// The settings given on the command line. There is one option for each setting, unless the subcommand has an option of
/// the same name, and `--set NAME=VALUE` for any setting.
#[derive(Clone, Debug, Default)]
pub struct Options {
    given: Vec<(&'static Setting, String)>,
}

impl clap::FromArgMatches for Options {
    fn from_arg_matches(matches: &ArgMatches) -> std::result::Result<Self, clap::Error> {
        let own = SETTINGS.iter().flat_map(|setting| texts(matches, setting).map(move |text| (setting, text)));
        let set = matches.get_many::<(usize, String)>("setting").into_iter().flatten();
        let set = set.map(|(number, text)| (&SETTINGS[*number], text.clone()));
        Ok(Self { given: own.chain(set).collect() })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> std::result::Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl clap::Args for Options {
    fn augment_args(command: Command) -> Command {
        let set = Arg::new("setting")
            .long("set")
            .value_name("NAME=VALUE")
            .action(ArgAction::Append)
            .value_parser(named_value)
            .help("A setting by its name, as reports have it (l1=1e-3, game=dual); may be given again");
        // A subcommand may have an option of the same name with another meaning. Such a setting has only --set.
        let names: Vec<&str> = command.get_arguments().map(|arg| arg.get_id().as_str()).collect();
        let free: Vec<_> = SETTINGS.iter().filter(|setting| !names.contains(&setting.name)).map(option).collect();
        command.args(free).arg(set)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

/// Makes the option of a setting.
fn option(setting: &'static Setting) -> Arg {
    let arg = Arg::new(setting.name)
        .long(setting.name.replace('_', "-"))
        .alias(setting.name.trim_end_matches("_px").replace('_', "-"))
        .help(help(setting))
        .help_heading("Settings")
        .value_name(if setting.unit.is_empty() { "VALUE" } else { setting.unit });
    match setting.form {
        Form::Flag => arg.num_args(0..=1).require_equals(true).default_missing_value("true"),
        Form::Classes => arg.action(ArgAction::Append).value_name("CLASS"),
        Form::Choice(choices) => arg.value_parser(choices.iter().map(|choice| choice.value).collect::<Vec<_>>()),
        _ => arg.allow_hyphen_values(true),
    }
}

/// Returns the help text of a setting, with the methods that take it if not all do.
fn help(setting: &Setting) -> String {
    let takers: Vec<&str> = METHODS.iter().filter(|m| m.takes(setting.name)).map(|m| m.name()).collect();
    let hint = setting.hint.trim_end_matches('.');
    if takers.len() == METHODS.len() { hint.to_owned() } else { format!("{hint} [{}]", takers.join(", ")) }
}

fn texts<'a>(matches: &'a ArgMatches, setting: &Setting) -> impl Iterator<Item = String> + use<'a> {
    matches.try_get_many::<String>(setting.name).ok().flatten().into_iter().flatten().cloned()
}

/// Reads the number of a setting and its text from NAME=VALUE.
fn named_value(text: &str) -> std::result::Result<(usize, String), String> {
    let (name, value) = text.split_once('=').ok_or("a setting is written NAME=VALUE, such as l1=1e-3")?;
    let number = SETTINGS.iter().position(|setting| setting.name == name.replace('-', "_"));
    let number = number.ok_or_else(|| format!("no setting is called {name}; `vanish methods` lists them"))?;
    Ok((number, value.to_owned()))
}

impl Options {
    /// Returns the settings that were given, with a method's preset for the others.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if the method does not take a given setting, or if a value is out of range.
    pub fn settings(&self, method: Method, model: &OnnxClassifier) -> Result<Settings> {
        Settings::from_object(self.object(method, model, |_| true)?)
    }

    /// Returns the option of a given setting that is not among `taken`; `None` if there is none.
    pub fn given_besides(&self, taken: &[&str]) -> Option<String> {
        let other = self.given.iter().find(|(setting, _)| !taken.contains(&setting.name))?;
        Some(format!("--{}", other.0.name.replace('_', "-")))
    }

    /// Returns the settings of several methods. Each takes those of the given settings that it knows.
    ///
    /// # Errors
    /// Fails with [`ErrorKind::Settings`] if none of them takes a given setting, or if a value is out of range.
    pub fn settings_of(&self, methods: &[Method], model: &OnnxClassifier) -> Result<Vec<Settings>> {
        let taken = |setting: &Setting| methods.iter().any(|method| method.takes(setting.name));
        if let Some((setting, _)) = self.given.iter().find(|(setting, _)| !taken(setting)) {
            return Err(Error::new(ErrorKind::Settings, format!("none of these methods takes {}", setting.name)));
        }
        let of_method =
            |&method: &Method| Settings::from_object(self.object(method, model, |setting| method.takes(setting.name))?);
        methods.iter().map(of_method).collect()
    }

    fn object(
        &self,
        method: Method,
        model: &OnnxClassifier,
        wanted: impl Fn(&Setting) -> bool,
    ) -> Result<Map<String, Value>> {
        let mut object = Map::from_iter([("method".to_owned(), Value::from(method.name()))]);
        for (setting, text) in self.given.iter().filter(|(setting, _)| wanted(setting)) {
            let value = if setting.form == Form::Classes {
                let mut classes = object.get(setting.name).and_then(Value::as_array).cloned().unwrap_or_default();
                classes.push(class(model, text)?.into());
                Value::Array(classes)
            } else {
                setting.form.parse(text)
            };
            object.insert(setting.name.to_owned(), value);
        }
        Ok(object)
    }
}

/// Reads the largest number of pictures.
pub fn limit(text: &str) -> std::result::Result<usize, String> {
    text.parse().ok().filter(|&limit| limit > 0).ok_or_else(|| "a limit is a whole number from 1 on".to_owned())
}

/// Returns each item of a list once. A name that is given twice would otherwise count as two.
pub fn once<T: Clone + PartialEq>(listed: &[T]) -> Vec<T> {
    let is_first = |&at: &usize| !listed[..at].contains(&listed[at]);
    (0..listed.len()).filter(is_first).map(|at| listed[at].clone()).collect()
}

/// Refuses an option for which the rest of the command has no use, because an option that is ignored silently seems to
/// have taken effect.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`] and the reason, for the first given option that has no use.
pub fn refuse_unused(options: &[(bool, &str, &str)]) -> Result<()> {
    refuse(options.iter().map(|(unused, option, why)| (*unused, format!("{option} {why}; leave it out"))))
}

/// Refuses with the sentence of the first case that is met.
///
/// # Errors
/// Fails with [`ErrorKind::Settings`] in that case.
pub fn refuse(cases: impl IntoIterator<Item = (bool, String)>) -> Result<()> {
    match cases.into_iter().find(|(is_met, _)| *is_met) {
        Some((_, words)) => Err(Error::new(ErrorKind::Settings, words)),
        None => Ok(()),
    }
}
