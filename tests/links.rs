//! Every link in the documents that stays inside the clone leads to a file, and to a heading where it names one.

use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn links_of_the_documents_lead_somewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut faults = Vec::new();
    let folders = ["", "docs", "docs/results", "benches", "tests/golden"];
    for path in folders.iter().flat_map(|folder| documents(&root.join(folder))) {
        let text = fs::read_to_string(&path).expect("a text");
        let dead = links(&text).into_iter().filter(|link| !leads_somewhere(&path, link));
        let name = path.strip_prefix(root).unwrap_or(&path).display();
        faults.extend(dead.map(|link| format!("{name}: {link}")));
    }
    assert!(faults.is_empty(), "Links that lead nowhere:\n    {}", faults.join("\n    "));
}

fn documents(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "md")).collect()
}

/// Targets of Markdown's links and pictures, without those on other servers.
fn links(text: &str) -> Vec<&str> {
    let prose = text.split("```").step_by(2);
    let targets = prose.flat_map(|part| part.split("](").skip(1)).filter_map(|rest| rest.split([')', ' ']).next());
    targets.filter(|target| !target.contains("://") && !target.starts_with("mailto:")).collect()
}

fn leads_somewhere(from: &Path, link: &str) -> bool {
    let (file, heading) = link.split_once('#').unwrap_or((link, ""));
    let path = if file.is_empty() { from.to_owned() } else { from.with_file_name("").join(file) };
    path.exists() && (heading.is_empty() || fs::read_to_string(path).is_ok_and(|text| has_heading(&text, heading)))
}

fn has_heading(text: &str, anchor: &str) -> bool {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    headings.map(|line| slug(line.trim_start_matches('#').trim())).any(|slug| slug == anchor)
}

/// A heading's anchor, as GitHub makes it.
fn slug(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c }).flat_map(char::to_lowercase).collect()
}

#[test]
fn links_are_found_and_followed() {
    let text = "[a](b.md) ![c](d.png \"title\") [e](https://f/g)\n```\n[h](i)\n```\n[j](#k)";
    assert_eq!(links(text), ["b.md", "d.png", "#k"]);
    assert_eq!(slug("One & *two*, `3`"), "one--two-3");
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    for (link, leads) in
        [("docs/", true), ("docs/method.md", true), ("#limits", true), ("#lost", false), ("lost.md", false)]
    {
        assert_eq!(leads_somewhere(&readme, link), leads, "{link}");
    }
}
