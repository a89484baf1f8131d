//! Takes out of JavaScript and styles what no browser reads: comments on lines of their own, casts, indentation,
//! and line ends that mean nothing.
//!
//! The types of the page's modules are written as comments, and those are a quarter of what would be sent.

/// Drops whole-line comments, type casts, blank lines and indentation. Other comments behind code stay, so that no string
/// has to be told from a comment.
///
/// A line inside a template literal must not begin like a comment or end like a statement; none does.
pub fn strip(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut inside = false;
    for line in source.lines().map(str::trim) {
        let opens = !inside && line.starts_with("/*");
        if inside || opens {
            // Behind a cast (`/** @type {T} */ (value)`) comes code.
            let closes = line.find("*/");
            inside = closes.is_none();
            if inside || closes.is_some_and(|at| at + 2 == line.len()) {
                continue;
            }
        }
        if line.is_empty() || line.starts_with("//") {
            continue;
        }
        let code = without_casts(line);
        out.push_str(&code);
        if !goes_on(&code) {
            out.push('\n');
        }
    }
    out
}

/// Whether the next line may stand right behind this one: a line end means nothing there, and no comment begins here.
fn goes_on(code: &str) -> bool {
    code.ends_with(['{', ';', ',', '(', '[']) && !code.contains("//")
}

/// A line without what begins like a cast, which no string does.
fn without_casts(line: &str) -> String {
    let mut parts = line.split("/** @type");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        match part.split_once("*/") {
            Some((_, code)) => out.push_str(code.trim_start()),
            None => out.extend(["/** @type", part]),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::strip;

    #[test]
    fn drops_comments_and_keeps_code() {
        let cases = [
            ("/** What. */\nlet a = 1;\n", "let a = 1;"),
            ("/**\n * Two\n * lines.\n */\nlet a = 1; // why\nb();\n", "let a = 1; // why\nb();"),
            ("  // why\n  call();\n\n", "call();"),
            ("const a =\n  /** @type {B} */ (c);\n", "const a =\n(c);"),
            ("f(/** @type {B<C>} */ (a), /** @type {D} */ (b)) /* why */;\n", "f((a), (b)) /* why */;"),
            ("const url = \"https://x/*\";\nb();\n", "const url = \"https://x/*\";\nb();"),
            ("a {\n  /* grey */\n  color: red;\n}\n", "a {color: red;}\n"),
            // Only behind these marks does a line end mean nothing.
            ("f(\n  a,\n  [\n    b,\n  ],\n)\nc++\nd\n", "f(a,[b,],)\nc++\nd\n"),
        ];
        for (source, expected) in cases {
            assert_eq!(strip(source), expected, "{source}");
        }
    }
}
