//! What the documents tell people to type works as written: every `tcplint` line of `docs/adopting.md` is run by a shell beside a
//! directory of captures, every configuration in it is read; sessions in other documents are run as they stand.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn document(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    fs::read_to_string(path).unwrap()
}

/// The fenced blocks of that language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if line.strip_prefix("```") == Some(language) {
            let inside = lines.by_ref().take_while(|line| *line != "```");
            blocks.push(inside.map(|line| format!("{line}\n")).collect());
        }
    }
    blocks
}

/// A directory with a capture of each kind in `captures/`.
fn project(name: &str, captures: &[&str]) -> PathBuf {
    let here = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _absent = fs::remove_dir_all(&here);
    fs::create_dir_all(here.join("captures")).unwrap();
    for capture in captures {
        let from = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("testdata")
            .join(capture);
        fs::copy(from, here.join("captures").join(capture)).unwrap();
    }
    here
}

fn shell(here: &Path, line: &str) -> Output {
    let program = Path::new(env!("CARGO_BIN_EXE_tcplint")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    Command::new("sh")
        .args(["-c", line])
        .current_dir(here)
        .env("PATH", path)
        .env_remove("GITHUB_STEP_SUMMARY")
        .output()
        .unwrap()
}

/// The `tcplint` lines of a YAML block, whichever key they stand behind.
fn steps(block: &str) -> Vec<&str> {
    let lines = block
        .lines()
        .map(|line| line.trim_start().trim_start_matches("- "));
    lines
        .map(|line| line.trim_start_matches("run: "))
        .filter(|line| line.starts_with("tcplint "))
        .collect()
}

#[test]
fn ci_snippets_are_red_for_a_fault_and_green_without() {
    let text = document("docs/adopting.md");
    let blocks = blocks(&text, "yaml");
    let steps: Vec<_> = blocks.iter().flat_map(|block| steps(block)).collect();
    assert_eq!(steps.len(), 2);
    for step in steps {
        let red = project("documents-red", &["honest.pcap", "ack-of-unsent.pcap"]);
        let done = shell(&red, step);
        assert_eq!(done.status.code(), Some(1), "{step}: {done:?}");
        let written = step
            .split_whitespace()
            .filter_map(|word| word.split_once('='));
        for (_, file) in written {
            assert!(red.join(file).is_file(), "{file}");
        }
        let green = project("documents-green", &["honest.pcap"]);
        assert_eq!(shell(&green, step).status.code(), Some(0), "{step}");
        let empty = project("documents-empty", &[]);
        assert_eq!(shell(&empty, step).status.code(), Some(2), "{step}");
    }
}

#[test]
fn the_way_to_a_baseline_works_as_written() {
    let here = project("documents-baseline", &["honest.pcap", "ack-of-unsent.pcap"]);
    let text = document("docs/adopting.md");
    let lines: Vec<String> = blocks(&text, "sh")
        .iter()
        .flat_map(|block| block.lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    let status: Vec<_> = lines
        .iter()
        .map(|line| shell(&here, line).status.code())
        .collect();
    // Before the baseline, writing it, with it, pruning it; and a day that is given, without it.
    assert_eq!(
        status,
        [Some(1), Some(0), Some(0), Some(0), Some(1)],
        "{lines:?}"
    );
    assert!(here.join("tcplint-baseline.json").is_file());
}

#[test]
fn configurations_in_the_documents_are_read() {
    let here = project("documents-config", &[]);
    let blocks = blocks(&document("docs/adopting.md"), "toml");
    assert_eq!(blocks.len(), 2);
    for block in blocks {
        fs::write(here.join("tcplint.toml"), &block).unwrap();
        let done = shell(&here, "tcplint config");
        assert_eq!(done.status.code(), Some(0), "{block}{done:?}");
    }
}

#[test]
fn sessions_in_documents_are_what_the_tool_prints() {
    trycmd::TestCases::new()
        .env("COLUMNS", "80")
        .case("docs/*.md")
        .case("README.md");
}

/// The counts that `docs/formats.md` says are those of tcptrace.
#[test]
fn statistics_agree_with_tcptrace() {
    let line = "tcplint --statistics --format json captures/honest-loss-and-reordering.pcapng";
    let here = project(
        "documents-statistics",
        &["honest-loss-and-reordering.pcapng"],
    );
    let document: serde_json::Value = serde_json::from_slice(&shell(&here, line).stdout).unwrap();
    let flow = &document["flows"][0];
    let both = |value: &serde_json::Value| {
        ["initiator", "responder"].map(|side| value[side].as_u64().unwrap())
    };
    assert_eq!(both(&flow["retransmissions"]), [18, 15]);
    let late = ["initiator", "responder"].map(|side| flow["measures"][side]["late"].as_u64());
    assert_eq!(late, [Some(16), Some(6)]);
}
