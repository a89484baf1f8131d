//! `vanish methods`: lists the methods, with every setting, its preset and its limits.

use vanish::Result;
use vanish::classifier::lower::{Operator, operators};
use vanish::methods::form::Setting;
use vanish::methods::{self, METHODS, Method, SETTINGS, meaningful};

use super::files;

/// The arguments of `vanish methods`.
#[derive(clap::Args)]
pub struct Args {
    /// Prints one JSON object on standard output and nothing else.
    #[arg(long)]
    json: bool,
    /// Lists the supported ONNX operators instead of the methods.
    #[arg(long)]
    operators: bool,
}

pub fn run(args: &Args) -> Result<()> {
    if args.operators {
        return print_operators(args.json);
    }
    if args.json {
        return files::print(&files::to_json(&methods::describe())?);
    }
    METHODS.iter().try_for_each(|&method| print(method))
}

fn print_operators(as_json: bool) -> Result<()> {
    let all = operators();
    if as_json {
        let one = |o: &Operator| serde_json::json!({ "domain": o.domain, "name": o.name, "note": o.note });
        return files::print(&serde_json::Value::from_iter(all.iter().map(one)).to_string());
    }
    let whole = |o: &Operator| if o.domain.is_empty() { o.name.to_owned() } else { format!("{}.{}", o.domain, o.name) };
    let line = |o: &Operator| if o.note.is_empty() { whole(o) } else { format!("{}: {}", whole(o), o.note) };
    files::print(&all.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn print(method: Method) -> Result<()> {
    let chosen = if method == methods::DEFAULT { " (the default)" } else { "" };
    files::print(&format!("{}{chosen}: {}. {}", method.name(), method.title(), method.summary()))?;
    let games: Vec<&str> = method.games().iter().map(|game| game.name()).collect();
    if !games.is_empty() {
        files::print(&format!("    games: {}", games.join(", ")))?;
    }
    let (preset, paper) = (method.preset().to_object(), meaningful::METHOD.preset().to_object());
    for setting in SETTINGS.iter().filter(|setting| method.takes(setting.name)) {
        let own = preset.get(setting.name).map_or_else(|| "none".to_owned(), short);
        // The values of other papers are in the documentation of each module. This one compares with the method against
        // which all are judged.
        let published = paper.get(setting.name).filter(|_| meaningful::METHOD.takes(setting.name)).map(short);
        let beside = published
            .filter(|value| *value != own)
            .map_or_else(String::new, |value| format!(", in {} {value}", meaningful::METHOD.name()));
        files::print(&format!("    {} = {own}{beside}{}", setting.name, limits(setting)))?;
    }
    files::print("")
}

/// Writes a value as a person would. Single precision has seven digits.
fn short(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Number(number) => {
            number.as_f64().map_or_else(|| number.to_string(), |n| format!("{}", n as f32))
        }
        serde_json::Value::Array(all) => format!("[{}]", all.iter().map(short).collect::<Vec<_>>().join(", ")),
        serde_json::Value::String(word) => word.clone(),
        other => other.to_string(),
    }
}

fn limits(setting: &Setting) -> String {
    let words: Vec<&str> = setting.form.choices().iter().map(|choice| choice.value).collect();
    match setting.form.limits() {
        Some((low, high)) => format!(" ({low} to {high} {})", setting.unit).replace(" )", ")"),
        None if words.is_empty() => String::new(),
        None => format!(" ({})", words.join(", ")),
    }
}
