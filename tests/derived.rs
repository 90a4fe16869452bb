//! What the documents say about rules follows from the registry: each derived part is made again and compared.
//! `UPDATE_DERIVED=1 cargo test --test derived` writes them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at what differs"
)]

use std::fs;
use std::path::{Path, PathBuf};
use tcplint::report::docs;
use tcplint::rules::RULES;

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
    panic!("{name} is not what the registry says; UPDATE_DERIVED=1 cargo test --test derived");
}

#[test]
fn readme_lists_the_rules() {
    let readme = fs::read_to_string(path("README.md"))
        .unwrap()
        .replace("\r\n", "\n");
    let derived =
        docs::with_block(&readme, &docs::rule_table(RULES)).expect("README.md has both markers");
    current("README.md", &derived);
}

#[test]
fn rules_document_has_every_page() {
    current("docs/rules.md", &docs::rules_document(RULES));
}
