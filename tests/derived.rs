//! What the documents say about rules follows from the registry, and the README's example from the tool: each derived
//! part is made again and compared.
//! `UPDATE_DERIVED=1 cargo test --test derived` writes them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what differs"
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use tcplint::analysis::{Settings, analyze_files};
use tcplint::report::{FindingTable, Format, docs};
use tcplint::rules::{RULES, Requirement};

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn current(name: &str, derived: &str) {
    let path = path(name);
    let there = fs::read_to_string(&path)
        .unwrap_or_default()
        .replace("\r\n", "\n");
    if there == derived {
        return;
    }
    if std::env::var_os("UPDATE_DERIVED").is_some() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, derived).unwrap();
        return;
    }
    panic!(
        "{name} is not what it is derived from says; UPDATE_DERIVED=1 cargo test --test derived"
    );
}

/// The capture of the README's example, which is also that of its main command.
const EXAMPLE: &str = "testdata/handshake-ack-wrong.pcapng";

fn example() -> String {
    let report = analyze_files(&[PathBuf::from(EXAMPLE)], &Settings::default()).unwrap();
    let table = FindingTable {
        width: 80,
        quiet: false,
    };
    let mut out = anstream::StripStream::new(Vec::new());
    table.write(&report, &mut out).unwrap();
    let printed = String::from_utf8(out.into_inner()).unwrap();
    format!("```text\n$ tcplint {EXAMPLE}\n{printed}```")
}

fn with_example(readme: &str) -> Option<String> {
    let (begin, end) = ("<!-- example:begin -->", "<!-- example:end -->");
    let (before, rest) = readme.split_once(begin)?;
    let (_, after) = rest.split_once(end)?;
    let example = example();
    Some(format!("{before}{begin}\n{example}\n{end}{after}"))
}

#[test]
fn readme_lists_the_rules_and_shows_what_the_tool_prints() {
    let readme = fs::read_to_string(path("README.md"))
        .unwrap()
        .replace("\r\n", "\n");
    let derived = docs::with_block(&readme, &docs::family_table(RULES))
        .and_then(|readme| with_example(&readme))
        .expect("README.md has the markers of both parts");
    let command = format!("cargo run --release -- {EXAMPLE}");
    assert!(readme.lines().any(|line| line == command), "{command}");
    current("README.md", &derived);
}

#[test]
fn profiles_document_has_every_profile() {
    current("docs/profiles.md", &tcplint::report::profiles_document());
}

#[test]
fn rules_document_has_every_page() {
    current("docs/rules.md", &docs::rules_document(RULES));
}

#[test]
fn conformance_document_has_every_requirement() {
    current("docs/conformance.md", &docs::conformance_document(RULES));
}

#[test]
fn every_requirement_has_a_rule_or_a_reason() {
    let all: Vec<Requirement> = Requirement::all().collect();
    let ids: BTreeSet<&str> = all.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), all.len(), "a number stands twice");
    for (kind, last) in [("MUST", 69), ("SHLD", 31), ("MAY", 18), ("REC", 1)] {
        let numbers: BTreeSet<String> = (1..=last).map(|n| format!("{kind}-{n}")).collect();
        let there = ids.iter().filter(|id| id.starts_with(&format!("{kind}-")));
        let there: BTreeSet<String> = there.map(ToString::to_string).collect();
        assert_eq!(there, numbers);
    }
    let bare = all
        .iter()
        .filter(|one| one.open.is_empty() && one.rules(RULES).next().is_none());
    let bare: Vec<&str> = bare.map(|one| one.id).collect();
    assert!(bare.is_empty(), "neither rule nor reason: {bare:?}");
    for rule in RULES {
        let unknown = rule.requirements.iter().find(|id| !ids.contains(*id));
        assert!(unknown.is_none(), "{}: {unknown:?}", rule.name);
        let drawn = docs::conformance_document(RULES);
        assert!(
            rule.requirements
                .iter()
                .all(|id| drawn.contains(&format!("| {id} |"))),
            "{}",
            rule.name
        );
    }
}
