//! Which module of Rust imports which, read from the language's own tokens: comments and strings are no imports.

use crate::graph::Graph;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The imports of both crates below a `src/`.
///
/// What is compiled for tests only does not count, and neither does a `pub use` whose name the file does not use
/// itself: it publishes, it needs nothing.
pub fn graph(source: &Path) -> Graph {
    let mut graph = Graph::default();
    for (root, folder) in [("lib.rs", ""), ("bin/vanish/main.rs", "bin/vanish")] {
        let mut modules = BTreeMap::new();
        read(source, Path::new(root), Path::new(folder), vec![], &mut modules);
        // The root of the library only lists and re-exports.
        for (at, module) in modules.iter().filter(|(at, _)| !(at.is_empty() && folder.is_empty())) {
            for to in module.imports().filter_map(|path| locate(&modules, at, path, 0)) {
                graph.add(&module.name(), &to.name());
            }
        }
    }
    graph
}

/// A file of Rust.
#[derive(Default)]
struct Module {
    /// Below `src/`.
    file: PathBuf,
    children: Vec<String>,
    /// What `use` makes known here: a name and its path.
    known: Vec<(String, Vec<String>)>,
    /// Every path that may lead to another file.
    paths: Vec<Vec<String>>,
    /// The part of `known` that a `pub use` makes.
    published: Vec<(String, Vec<String>)>,
    /// Every word outside of `use`.
    words: BTreeSet<String>,
}

/// Where a path stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Code,
    Use,
    PubUse,
}

impl Module {
    fn name(&self) -> String {
        self.file.to_string_lossy().replace('\\', "/")
    }

    fn imports(&self) -> impl Iterator<Item = &Vec<String>> {
        let needed = self.published.iter().filter(|(name, _)| self.words.contains(name));
        self.paths.iter().chain(needed.map(|(_, path)| path))
    }
}

/// Modules by their paths in a crate.
type Modules = BTreeMap<Vec<String>, Module>;

/// Reads a file and, below it, the modules that it declares; `folder` is where those lie.
fn read(source: &Path, file: &Path, folder: &Path, at: Vec<String>, modules: &mut Modules) {
    let text = std::fs::read_to_string(source.join(file)).unwrap_or_else(|e| panic!("src/{}: {e}", file.display()));
    let tokens: TokenStream = text.parse().unwrap_or_else(|e| panic!("src/{}: {e}", file.display()));
    let mut module = Module { file: file.to_owned(), ..Module::default() };
    module.walk(tokens);
    for child in &module.children {
        let (flat, deep) = (folder.join(format!("{child}.rs")), folder.join(child).join("mod.rs"));
        let next = if source.join(&flat).is_file() { flat } else { deep };
        read(source, &next, &folder.join(child), below(&at, child), modules);
    }
    modules.insert(at, module);
}

impl Module {
    fn walk(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let (mut at, mut place) = (0, Place::Code);
        while at < tokens.len() {
            match &tokens[at] {
                TokenTree::Punct(mark) if mark.as_char() == '#' && for_tests(tokens.get(at + 1)) => {
                    at = end_of_item(&tokens, at + 1);
                    continue;
                }
                TokenTree::Punct(mark) if mark.as_char() == ';' => place = Place::Code,
                TokenTree::Ident(word) if word == "use" => {
                    place = if is_public(&tokens[..at]) { Place::PubUse } else { Place::Use };
                }
                TokenTree::Ident(word) if word == "mod" && is_mark(tokens.get(at + 2), ';') => {
                    self.children.push(tokens[at + 1].to_string());
                    at += 1;
                }
                TokenTree::Ident(_) if place != Place::Code || is_path(&tokens, at) => {
                    at = self.path(&tokens, at, &[], place);
                    continue;
                }
                TokenTree::Ident(word) => drop(self.words.insert(word.to_string())),
                TokenTree::Group(group) => self.walk(group.stream()),
                _ => {}
            }
            at += 1;
        }
    }

    /// Takes a path, or a tree of them in a `use`, and returns where it ends.
    fn path(&mut self, tokens: &[TokenTree], at: usize, before: &[String], place: Place) -> usize {
        match tokens.get(at) {
            Some(TokenTree::Ident(word)) => {
                let path = [before, &[word.to_string()]].concat();
                if is_path(tokens, at) {
                    return self.path(tokens, at + 3, &path, place);
                }
                let renamed = matches!(tokens.get(at + 1), Some(TokenTree::Ident(word)) if word == "as");
                let end = if renamed { at + 2 } else { at };
                self.take(path, &tokens[end].to_string(), place);
                end + 1
            }
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                let inner: Vec<_> = group.stream().into_iter().collect();
                for branch in inner.split(|token| is_mark(Some(token), ',')).filter(|branch| !branch.is_empty()) {
                    self.path(branch, 0, before, place);
                }
                at + 1
            }
            _ => {
                self.take(before.to_vec(), "*", place);
                at
            }
        }
    }

    fn take(&mut self, path: Vec<String>, name: &str, place: Place) {
        // `use a::{self}` makes `a` known.
        let own = path.iter().rposition(|part| part != "self").map_or(&path[..], |last| &path[..=last]).to_vec();
        let name = if name == "self" { own.last().cloned().unwrap_or_default() } else { name.to_owned() };
        match place {
            Place::Code => drop(self.words.insert(path[0].clone())),
            Place::Use => self.known.push((name, own)),
            Place::PubUse => {
                self.known.push((name.clone(), own.clone()));
                return self.published.push((name, own));
            }
        }
        self.paths.push(path);
    }
}

/// The module that a path leads to as seen from the module `at`; `None` where that lies in another crate.
fn locate<'a>(modules: &'a Modules, at: &[String], path: &[String], depth: usize) -> Option<&'a Module> {
    let (first, rest) = path.split_first()?;
    match first.as_str() {
        "crate" => descend(modules, &[], rest, depth),
        "self" => descend(modules, at, rest, depth),
        "super" if rest.first().is_some_and(|next| next == "super") => locate(modules, at.split_last()?.1, rest, depth),
        "super" => descend(modules, at.split_last()?.1, rest, depth),
        child if modules[at].children.iter().any(|name| name == child) => descend(modules, at, path, depth),
        _ => None,
    }
}

/// Follows a path down from a module, and through what a module only re-exports to where it is written.
fn descend<'a>(modules: &'a Modules, at: &[String], path: &[String], depth: usize) -> Option<&'a Module> {
    let module = &modules[at];
    let Some((first, rest)) = path.split_first() else { return Some(module) };
    if module.children.contains(first) {
        return descend(modules, &below(at, first), rest, depth);
    }
    match module.known.iter().find(|(name, _)| name == first) {
        // What it stands for may lie in another crate, and then it is no import of this one's files.
        Some((_, target)) if depth < 8 => locate(modules, at, &[target, rest].concat(), depth + 1),
        _ => Some(module),
    }
}

/// The path of a child.
fn below(at: &[String], child: &str) -> Vec<String> {
    at.iter().cloned().chain([child.to_owned()]).collect()
}

/// Whether `pub` or `pub(crate)` comes last.
fn is_public(before: &[TokenTree]) -> bool {
    let scope = matches!(before.last(), Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis);
    let word = before.len().checked_sub(if scope { 2 } else { 1 }).map(|at| &before[at]);
    matches!(word, Some(TokenTree::Ident(word)) if word == "pub")
}

/// Whether `::` follows.
fn is_path(tokens: &[TokenTree], at: usize) -> bool {
    is_mark(tokens.get(at + 1), ':') && is_mark(tokens.get(at + 2), ':')
}

fn is_mark(token: Option<&TokenTree>, mark: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == mark)
}

/// Whether an attribute's brackets say `cfg(test)`, alone or among others.
fn for_tests(attribute: Option<&TokenTree>) -> bool {
    let text = attribute.map(ToString::to_string).unwrap_or_default().replace(' ', "");
    text.starts_with("[cfg(test)") || text.starts_with("[cfg(all(test,")
}

/// Behind the `;` or the braces that end an item.
fn end_of_item(tokens: &[TokenTree], at: usize) -> usize {
    let ends = |token: &TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        token => is_mark(Some(token), ';'),
    };
    tokens[at..].iter().position(ends).map_or(tokens.len(), |end| at + end + 1)
}
