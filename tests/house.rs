//! The plan of the house, held by a test: which part may use which, where foreign crates may be used, and how large a
//! file may grow. It reads the source text; what it cannot see (a path through a re-export) the plan forbids anyway.

#![allow(clippy::unwrap_used, reason = "a test stops at what it cannot read")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each part and the parts that it may use, low to high. An arrow that is not here runs upward.
const PARTS: &[(&str, &str)] = &[
    ("time", ""),
    ("error", ""),
    ("tcp", ""),
    ("capture", "time error tcp"),
    ("wire", "time error tcp capture"),
    ("filter", "wire"),
    ("flow", "time tcp"),
    ("rules", "time tcp flow"),
    ("finding", "time tcp rules"),
    ("replay", "time tcp flow rules finding"),
    (
        "analysis",
        "time error tcp capture wire filter flow rules finding replay",
    ),
    ("report", "time tcp rules finding analysis"),
    (
        "cli",
        "time error tcp capture wire filter flow rules finding replay analysis report",
    ),
];

/// Foreign crates and the only place (a path below `src/`) where each may be named.
const FENCED: &[(&str, &str)] = &[
    ("pcap_parser", "capture/"),
    ("flate2", "capture/"),
    ("ruzstd", "capture/"),
    ("etherparse", "wire/"),
    ("clap", "cli/"),
    ("anyhow", "cli/"),
    ("comfy_table", "report/table.rs"),
    ("quick_xml", "report/junit.rs"),
];

/// Lines of a file before its tests.
const MOST_LINES: usize = 400;

#[test]
fn arrows_point_down_only() {
    let sources = sources();
    let upward = sources
        .iter()
        .flat_map(|source| upward_arrows(&source.path, &source.text));
    let upward: Vec<String> = upward.collect();
    assert!(upward.is_empty(), "{}", upward.join("\n"));
}

#[test]
fn every_file_has_its_place() {
    for Source { path, .. } in sources() {
        let known = part_of(&path).is_none_or(|part| uses_of(part).is_some());
        assert!(known, "src/{path} belongs to no part of the plan");
    }
}

#[test]
fn foreign_crates_stay_where_they_belong() {
    for Source { path, text } in sources() {
        let code = code_of(&text);
        for (name, place) in FENCED {
            let named = words(&code).any(|word| word == *name);
            assert!(
                !named || path.starts_with(place),
                "src/{path} uses {name}, which belongs to {place}"
            );
        }
    }
}

#[test]
fn every_file_says_what_it_is() {
    for Source { path, text } in sources() {
        assert!(
            text.starts_with("//!"),
            "src/{path} does not open with `//!`"
        );
    }
}

#[test]
fn nothing_is_unsafe() {
    for Source { path, text } in sources() {
        let code = code_of(&text);
        assert!(!words(&code).any(|word| word == "unsafe"), "src/{path}");
    }
}

/// With `--nocapture` it prints every file with its length, the longest first.
#[test]
fn files_stay_readable() {
    let sources = sources();
    let length = |source: &Source| {
        (
            lines_before_tests(&source.path, &source.text),
            source.path.clone(),
        )
    };
    let mut lengths: Vec<(usize, String)> = sources.iter().map(length).collect();
    lengths.sort_by(|a, b| b.cmp(a));
    for (lines, path) in &lengths {
        println!("{lines:5} src/{path}");
    }
    lengths.retain(|(lines, _)| *lines > MOST_LINES);
    assert!(
        lengths.is_empty(),
        "more than {MOST_LINES} lines before the tests: {lengths:?}"
    );
}

#[test]
fn upward_arrows_are_seen_in_every_spelling() {
    let upward = |path: &str, text: &str| upward_arrows(path, text).len();
    assert_eq!(upward("tcp/seq.rs", "use crate::time::Span;\n"), 1);
    assert_eq!(
        upward(
            "tcp/seq.rs",
            "pub(crate) use crate::{tcp::Seq, flow::{Table, x}, wire};\n"
        ),
        2
    );
    assert_eq!(
        upward("tcp/seq.rs", "fn f(x: crate::finding::Finding) {}\n"),
        1
    );
    assert_eq!(
        upward("tcp/seq.rs", "use super::super::wire::Decoded;\n"),
        1
    );
    assert_eq!(upward("tcp/mod.rs", "use super::wire::Decoded;\n"), 1);
    assert_eq!(upward("time.rs", "use super::error::Error;\n"), 1);
    assert_eq!(
        upward("wire/ip.rs", "use {\n    crate::rules::Rule,\n};\n"),
        1
    );
    assert_eq!(upward("time.rs", "use crate::Error;\n"), 1);
}

#[test]
fn downward_arrows_and_words_in_comments_pass() {
    let none: [String; 0] = [];
    assert_eq!(
        upward_arrows(
            "wire/ip.rs",
            "use crate::capture::Frame; // not crate::flow\n"
        ),
        none
    );
    assert_eq!(
        upward_arrows(
            "tcp/half.rs",
            "//! See [`crate::replay`].\nuse super::state::State;\n"
        ),
        none
    );
    assert_eq!(
        upward_arrows(
            "tcp/arrives/listen.rs",
            "use super::super::seq::Seq;\nuse crate::tcp::State;\n"
        ),
        none
    );
    assert_eq!(
        upward_arrows(
            "time.rs",
            "use mycrate::cli; const X: &str = \"\\\" // crate::tcp\";\n"
        ),
        none
    );
}

struct Source {
    /// Below `src/`, with `/` on every system.
    path: String,
    text: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut open = vec![root.clone()];
    let mut sources = Vec::new();
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path: PathBuf = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let below = path
                    .strip_prefix(&root)
                    .unwrap()
                    .to_str()
                    .unwrap()
                    .replace('\\', "/");
                let text = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
                sources.push(Source { path: below, text });
            }
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    assert!(!sources.is_empty());
    sources
}

/// The part that a file belongs to; `None` for the two roots, which may use everything.
fn part_of(path: &str) -> Option<&str> {
    let part = path.split('/').next()?.trim_end_matches(".rs");
    (path != "lib.rs" && path != "main.rs").then_some(part)
}

fn uses_of(part: &str) -> Option<Vec<&'static str>> {
    let (_, uses) = PARTS.iter().find(|(name, _)| *name == part)?;
    Some(uses.split_whitespace().collect())
}

fn upward_arrows(path: &str, text: &str) -> Vec<String> {
    let Some(part) = part_of(path) else {
        return Vec::new();
    };
    let allowed = uses_of(part).unwrap_or_default();
    let code = code_of(text);
    let mut used = targets(&code, "crate::");
    // One `super` per level leads back to the root, where only the name of a part means that part.
    let depth = path.split('/').count() - usize::from(path.ends_with("/mod.rs"));
    let climbed = targets(&code, &"super::".repeat(depth));
    used.extend(climbed.into_iter().filter(|name| uses_of(name).is_some()));
    used.retain(|name| name != part && !allowed.contains(&name.as_str()));
    let said = used
        .iter()
        .map(|name| format!("src/{path} uses crate::{name}, which is not below {part}"));
    said.collect()
}

/// What follows `prefix` in paths: the next name, or the first names of a group in braces.
fn targets(code: &str, prefix: &str) -> BTreeSet<String> {
    let is_start =
        |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$');
    let starts = code.match_indices(prefix).filter(|(at, _)| is_start(*at));
    starts
        .flat_map(|(at, _)| heads(&code[at + prefix.len()..]))
        .collect()
}

fn heads(rest: &str) -> Vec<String> {
    let name = |text: &str| words(text).next().unwrap_or_default().to_owned();
    let Some(group) = rest.strip_prefix('{') else {
        return vec![name(rest)];
    };
    let mut depth = 0;
    let mut heads = vec![name(group)];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(name(
                group[at + 1..].split([',', '}']).next().unwrap_or_default(),
            )),
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty() && head != "self");
    heads
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
}

/// The text without line comments and without the content of strings that end on their line.
fn code_of(text: &str) -> String {
    let mut code = String::new();
    for line in text.lines() {
        let mut rest = line;
        while let Some(at) = rest.find(['"', '/']) {
            let (head, tail) = rest.split_at(at);
            code += head;
            rest = if tail.starts_with("//") {
                ""
            } else if let Some(string) = tail.strip_prefix('"') {
                after_string(string)
            } else {
                &tail[1..]
            };
        }
        code += rest;
        code.push('\n');
    }
    code
}

fn after_string(string: &str) -> &str {
    let mut escaped = false;
    for (at, c) in string.char_indices() {
        match c {
            '"' if !escaped => return &string[at + 1..],
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    ""
}

fn lines_before_tests(path: &str, text: &str) -> usize {
    if path.ends_with("tests.rs") {
        return 0;
    }
    let lines: Vec<&str> = text.lines().collect();
    let tests = lines
        .iter()
        .position(|line| line.starts_with("#[cfg(test)]"));
    tests.unwrap_or(lines.len())
}
