//! Which file imports which: in layers that only look down, and in no circle.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// How many circles are told of, the shortest first.
const SHOWN: usize = 20;

/// Files by name, each with those it imports.
#[derive(Default)]
pub struct Graph(BTreeMap<String, BTreeSet<String>>);

impl Graph {
    pub fn add(&mut self, from: &str, to: &str) {
        self.0.entry(to.into()).or_default();
        let imports = self.0.entry(from.into()).or_default();
        if from != to {
            imports.insert(to.into());
        }
    }

    /// Each import as the two names with a space between.
    pub fn edges(&self) -> Vec<String> {
        self.0.iter().flat_map(|(from, imports)| imports.iter().map(move |to| format!("{from} {to}"))).collect()
    }

    /// One sentence for each import that runs upwards, each file without a layer, and each circle.
    ///
    /// `layers` stand from the bottom up. A name stands for a file, or for the files of a folder; the longest that fits
    /// decides.
    pub fn faults(&self, layers: &[&[&str]]) -> Vec<String> {
        let mut faults = Vec::new();
        for (from, imports) in &self.0 {
            let Some(level) = level(layers, from) else {
                faults.push(format!("{from} stands in no layer"));
                continue;
            };
            let above = imports.iter().filter(|to| self::level(layers, to) > Some(level));
            faults.extend(above.map(|to| format!("{from} imports {to}, which stands above it")));
        }
        let mut circles: Vec<_> = self.circles().into_iter().collect();
        circles.sort_by_key(Vec::len);
        faults.extend(circles.iter().take(SHOWN).map(|circle| format!("circle: {}", circle.join(" -> "))));
        if circles.len() > SHOWN {
            faults.push(format!("and {} longer circles, which may only go through these", circles.len() - SHOWN));
        }
        faults
    }

    /// The shortest circle through each file that is on one; each begins with its first name in the alphabet.
    fn circles(&self) -> BTreeSet<Vec<String>> {
        let closed = self.0.keys().filter_map(|name| self.way_back(name));
        closed
            .map(|mut circle| {
                let first = (0..circle.len()).min_by_key(|at| &circle[*at]).unwrap_or(0);
                circle.rotate_left(first);
                circle
            })
            .collect()
    }

    /// The files on the shortest way from a file back to itself.
    fn way_back(&self, start: &str) -> Option<Vec<String>> {
        let mut ways = VecDeque::from([vec![start.to_owned()]]);
        let mut seen = BTreeSet::new();
        while let Some(way) = ways.pop_front() {
            for next in &self.0[way.last()?] {
                if next == start {
                    return Some(way);
                }
                if seen.insert(next) {
                    ways.push_back([way.clone(), vec![next.clone()]].concat());
                }
            }
        }
        None
    }
}

/// The layer of a file, counted from the bottom.
fn level(layers: &[&[&str]], file: &str) -> Option<usize> {
    let fits = |name: &str| file.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '.']));
    let names = layers.iter().enumerate().flat_map(|(level, names)| names.iter().map(move |name| (level, *name)));
    names.filter(|(_, name)| fits(name)).max_by_key(|(_, name)| name.len()).map(|(level, _)| level)
}

#[cfg(test)]
mod tests {
    use super::*;

    const LAYERS: &[&[&str]] = &[&["app"], &["parts"], &["views"], &["app/shell.js", "main"]];

    fn faults(edges: &[(&str, &str)]) -> Vec<String> {
        let mut graph = Graph::default();
        edges.iter().for_each(|(from, to)| graph.add(from, to));
        graph.faults(LAYERS)
    }

    #[test]
    fn down_and_sideways_is_allowed() {
        let edges = [("main.js", "app/shell.js"), ("app/shell.js", "views/a.js"), ("views/a.js", "parts/b.js")];
        assert_eq!(faults(&edges), [""; 0]);
        assert_eq!(faults(&[("views/a.js", "views/b.js"), ("views/a.js", "app/store.js")]), [""; 0]);
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (edges, fault) in [
            (&[("app/store.js", "views/a.js")][..], "app/store.js imports views/a.js, which stands above it"),
            (&[("lost.js", "app/store.js")], "lost.js stands in no layer"),
            (
                &[("parts/c", "parts/a"), ("parts/a", "parts/b"), ("parts/b", "parts/c")],
                "circle: parts/a -> parts/b -> parts/c",
            ),
        ] {
            assert_eq!(faults(edges), [fault]);
        }
    }
}
