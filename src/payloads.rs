//! The TypeScript types of what passes to JavaScript as JSON. They are written into `www/payloads.d.ts` from the Rust
//! types.
//!
//! The test below fails if that file differs from the types. `VANISH_UPDATE_PAYLOADS=1 cargo test --lib payloads`
//! writes it again. To add a payload, derive `ts_rs::TS` for it in tests, as for the others, and add it to the list in
//! [`declarations`].

use std::any::TypeId;
use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/www/payloads.d.ts");
const HEAD: &str = "\
// What crosses from the engine as JSON, written by a test from the Rust types (src/payloads.rs): change those.
";

/// Declarations by name, including those of fields.
struct Declarations {
    config: Config,
    by_name: BTreeMap<String, (TypeId, String)>,
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        // Only a type with its own declaration has a path to which it is exported.
        if T::output_path().is_none() {
            return;
        }
        let name = T::ident(&self.config);
        let id = TypeId::of::<T::WithoutGenerics>();
        if let Some((known, _)) = self.by_name.get(&name) {
            assert_eq!(*known, id, "two payloads are called {name}; rename one by #[ts(rename = …)]");
            return;
        }
        let text = laid_out(&format!("{}export {}", T::docs().unwrap_or_default(), T::decl(&self.config)));
        self.by_name.insert(name, (id, text));
        T::visit_dependencies(self);
    }
}

/// Puts a one-line comment on one line, indents fields, and removes blanks at the ends of lines.
fn laid_out(declaration: &str) -> String {
    let compact = declaration.replace("/**\n * ", "/** ").replace("\n */\n", " */\n").replace(", };", ",\n};");
    let mut inside = false;
    let mut lines = vec![];
    for line in compact.lines().map(str::trim_end) {
        inside &= !line.starts_with('}');
        lines.push(if inside { format!("  {line}") } else { line.to_owned() });
        inside |= line.ends_with('{');
    }
    lines.join("\n")
}

fn declarations() -> String {
    let config = Config::new().with_large_int("number");
    let mut found = Declarations { config, by_name: BTreeMap::new() };
    found.visit::<crate::explain::Report>();
    found.visit::<crate::explain::Started>();
    found.visit::<crate::explain::Progress>();
    found.visit::<crate::explain::Standing>();
    found.visit::<crate::explain::Curves>();
    found.visit::<crate::explain::RegionInfo>();
    found.visit::<crate::judge::Judged>();
    found.visit::<crate::classifier::ModelInfo>();
    found.visit::<crate::classifier::Prediction>();
    found.visit::<crate::critters::Sample>();
    found.visit::<crate::methods::Registry>();
    found.visit::<crate::job::Said>();
    found.visit::<crate::rules::generalise::Summary>();
    found.visit::<crate::rules::invariance::Told>();
    found.visit::<crate::rules::concept::Told>();
    found.visit::<crate::rules::parts::Told>();
    found.visit::<crate::attack::told::Told>();
    found.visit::<crate::rules::cues::Told>();
    found.visit::<crate::study::summary::Told>();
    let texts: Vec<String> = found.by_name.into_values().map(|(_, text)| text).collect();
    format!("{HEAD}\n{}\n", texts.join("\n\n"))
}

#[test]
fn the_page_s_types_are_those_of_the_engine() {
    let written = declarations();
    if std::env::var_os("VANISH_UPDATE_PAYLOADS").is_some() {
        std::fs::write(FILE, &written).expect("written");
    }
    let there = std::fs::read_to_string(FILE).unwrap_or_default();
    assert_eq!(there, written, "www/payloads.d.ts is old; VANISH_UPDATE_PAYLOADS=1 writes it anew");
}
