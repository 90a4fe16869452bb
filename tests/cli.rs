//! The command as people call it: each file in `tests/cli` is a session.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

use std::io::{Read, Write};
use std::process::{Command, Stdio};

fn tcplint() -> Command {
    Command::new(env!("CARGO_BIN_EXE_tcplint"))
}

#[test]
fn sessions() {
    trycmd::TestCases::new()
        .env("COLUMNS", "80")
        .case("tests/cli/*.trycmd");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let mut child = tcplint()
        .args(["rules", "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut said = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut said)
        .unwrap();
    assert_eq!(said, "");
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn standard_input_without_a_capture_is_refused() {
    let mut child = tcplint()
        .arg("-")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"hello, world\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("tcplint: -: "), "{said}");
    assert_eq!(said.lines().count(), 1);
    assert_eq!(output.status.code(), Some(2));
}
