//! The command as people call it: each file in `tests/cli` is a session.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test stops at what it did not expect"
)]

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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

/// Interrupted while it waits for more of an endless stream: it ends at once, and a report of an earlier run stays as it is.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupt_ends_at_once_and_leaves_reports_whole() {
    use std::os::unix::process::ExitStatusExt;
    // A shell lets what it runs in the background ignore interrupts; a termination is the same to us.
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = u64::from_str_radix(ignored.unwrap().trim(), 16).unwrap();
    let (signal, name) = if ignored & 2 == 0 {
        (2, "-INT")
    } else {
        (15, "-TERM")
    };
    let here = directory("interrupt");
    fs::write(here.join("a.json"), "an earlier report\n").unwrap();
    let mut child = tcplint()
        .current_dir(&here)
        .args(["--output", "json=a.json", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let octets = fs::read(capture("ack-of-unsent.pcap")).unwrap();
    let mut stream = child.stdin.take().unwrap();
    // More than a pipe holds, so that it is being read.
    stream.write_all(&octets[..24]).unwrap();
    for _ in 0..200 {
        stream.write_all(&octets[24..]).unwrap();
    }
    let interrupt = Command::new("kill")
        .args([name, &child.id().to_string()])
        .status();
    assert!(interrupt.unwrap().success());
    drop(stream);
    let done = child.wait_with_output().unwrap();
    assert_eq!(done.status.signal(), Some(signal));
    assert!(done.stdout.is_empty() && done.stderr.is_empty());
    assert_eq!(
        fs::read_to_string(here.join("a.json")).unwrap(),
        "an earlier report\n"
    );
    assert_eq!(fs::read_dir(&here).unwrap().count(), 1);
}

/// A connection that is named by its number in a stream: the stream is read twice.
#[test]
fn show_takes_standard_input() {
    let there = fs::File::open(capture("honest.pcap")).unwrap();
    let shown = |flow: &str, input: &str, stdin: Stdio| {
        let args = ["show", input, flow, "--format", "json"];
        let done = tcplint().args(args).stdin(stdin).output().unwrap();
        assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
        let document: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        document["steps"].clone()
    };
    let path = capture("honest.pcap");
    let from_file = shown("1", path.to_str().unwrap(), Stdio::null());
    assert!(from_file.as_array().unwrap().len() > 10);
    assert_eq!(shown("1", "-", there.into()), from_file);
}

/// A directory of its own for a test that writes.
fn directory(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _absent = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).unwrap();
    path
}

fn capture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testdata")
        .join(name)
}

fn run(directory: &Path, args: &[&str], captures: &[&str]) -> Output {
    let captures = captures.iter().map(|name| capture(name));
    tcplint()
        .current_dir(directory)
        .env_remove("GITHUB_STEP_SUMMARY")
        .args(args)
        .args(captures)
        .output()
        .unwrap()
}

fn stderr(output: &Output) -> &str {
    std::str::from_utf8(&output.stderr).unwrap()
}

#[test]
fn several_outputs_at_once_and_one_that_cannot_be_written() {
    let here = directory("outputs");
    let outputs = [
        "json=a.json",
        "sarif=no/such/a.sarif",
        "junit=a.xml",
        "csv=a.csv",
    ];
    let args: Vec<_> = outputs
        .iter()
        .flat_map(|output| ["--output", output])
        .collect();
    let done = run(&here, &args, &["ack-of-unsent.pcap"]);
    assert_eq!(done.status.code(), Some(2));
    assert!(
        stderr(&done).starts_with("tcplint: no/such/a.sarif: "),
        "{}",
        stderr(&done)
    );
    let document: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(here.join("a.json")).unwrap()).unwrap();
    assert_eq!(document["findings"][0]["code"], "TCP201");
    assert!(
        fs::read_to_string(here.join("a.xml"))
            .unwrap()
            .contains("<failure type=\"TCP201\"")
    );
    assert_eq!(
        fs::read_to_string(here.join("a.csv"))
            .unwrap()
            .lines()
            .count(),
        2
    );
    let mut left: Vec<_> = fs::read_dir(&here)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    left.sort();
    assert_eq!(
        left,
        ["a.csv", "a.json", "a.xml"],
        "nothing half written stays"
    );
}

#[test]
fn annotations_come_with_the_summary_of_the_step() {
    let here = directory("summary");
    let summary = here.join("summary.md");
    fs::write(&summary, "before\n").unwrap();
    let done = tcplint()
        .env("GITHUB_STEP_SUMMARY", &summary)
        .args(["--format", "github"])
        .arg(capture("ack-of-unsent.pcap"))
        .output()
        .unwrap();
    assert_eq!(done.status.code(), Some(1));
    let text = fs::read_to_string(summary).unwrap();
    assert!(text.starts_with("before\n## "), "{text}");
    assert!(text.ends_with("**1 error in 1 connection**\n"), "{text}");
}

#[test]
fn a_baseline_is_written_matched_and_pruned() {
    let here = directory("baseline");
    let both = ["ack-of-unsent.pcap", "bad-reset.pcapng"];
    let status = |args: &[&str], captures: &[&str]| run(&here, args, captures).status.code();
    assert_eq!(status(&["-q"], &both), Some(1));
    let written = run(&here, &["-q", "--write-baseline"], &both);
    assert_eq!(written.status.code(), Some(0));
    assert_eq!(
        stderr(&written),
        "tcplint: tcplint-baseline.json: 2 findings written\n"
    );
    let known = ["-q", "--baseline", "tcplint-baseline.json"];
    assert_eq!(status(&known, &both), Some(0));
    // One more of a kind than is known is news.
    let twice = ["ack-of-unsent.pcap", "ack-of-unsent.pcap"];
    assert_eq!(status(&known, &twice), Some(1));
    let fewer = run(&here, &known, &["bad-reset.pcapng"]);
    assert_eq!(fewer.status.code(), Some(0));
    assert!(
        stderr(&fewer).contains("1 of its findings are gone"),
        "{}",
        stderr(&fewer)
    );
    let pruned = [&known[..], &["--prune-baseline"]].concat();
    assert_eq!(status(&pruned, &["bad-reset.pcapng"]), Some(0));
    assert_eq!(status(&known, &both), Some(1));
    assert_eq!(status(&known, &["bad-reset.pcapng"]), Some(0));
}

#[test]
fn a_baseline_of_another_schema_is_refused() {
    let here = directory("schema");
    for (text, said) in [
        (
            r#"{"schema":2,"findings":[]}"#,
            "a baseline of schema 2; this version reads schema 1",
        ),
        ("[]", "not a baseline"),
        ("{", "EOF"),
    ] {
        fs::write(here.join("b.json"), text).unwrap();
        let done = run(&here, &["--baseline", "b.json"], &["honest.pcap"]);
        assert_eq!(done.status.code(), Some(2));
        assert!(stderr(&done).contains(said), "{}", stderr(&done));
    }
    let done = run(&here, &["--baseline", "none.json"], &["honest.pcap"]);
    assert_eq!(done.status.code(), Some(2));
}

/// The same behaviour recorded again has other ports, numbers, addresses and times; the baseline still knows it.
#[test]
fn a_baseline_survives_a_new_capture() {
    let here = directory("again");
    let octets = fs::read(capture("ack-of-unsent.pcap")).unwrap();
    let other = recaptured(&octets);
    assert_ne!(octets, other);
    fs::write(here.join("again.pcap"), other).unwrap();
    run(&here, &["--write-baseline"], &["ack-of-unsent.pcap"]);
    let args = ["-q", "--baseline", "tcplint-baseline.json", "again.pcap"];
    let done = run(&here, &args, &[]);
    assert_eq!(done.status.code(), Some(0), "{}", stderr(&done));
    assert_eq!(done.stdout, b"no findings in 1 connection; 1 accepted\n");
    let exact = |path: &Path| {
        let done = tcplint()
            .args(["--format", "json"])
            .arg(path)
            .output()
            .unwrap();
        let document: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
        document["findings"][0]["fingerprint"].clone()
    };
    assert_ne!(
        exact(&here.join("again.pcap")),
        exact(&capture("ack-of-unsent.pcap"))
    );
}

/// Every record an hour later, with another address and port of the initiator and other initial sequence numbers. The
/// checksums are set to zero, which is not recorded as wrong: all of them are, so it is offload.
fn recaptured(octets: &[u8]) -> Vec<u8> {
    let mut file = octets.to_vec();
    let word = |file: &[u8], at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap());
    let net = |file: &[u8], at: usize| u32::from_be_bytes(file[at..at + 4].try_into().unwrap());
    let mut at = 24;
    let client = octets[at + 16 + 14 + 12..at + 16 + 14 + 16].to_vec();
    while at < file.len() {
        let seconds = word(&file, at) + 3_600;
        file[at..at + 4].copy_from_slice(&seconds.to_le_bytes());
        let (ip, tcp) = (at + 16 + 14, at + 16 + 14 + 20);
        let from_client = file[ip + 12..ip + 16] == client[..];
        let (address, port) = if from_client {
            (ip + 12, tcp)
        } else {
            (ip + 16, tcp + 2)
        };
        file[address + 3] = 7;
        file[port..port + 2].copy_from_slice(&[0x77, 0x77]);
        let (own, peer) = if from_client {
            (1_000_000, 77)
        } else {
            (77, 1_000_000)
        };
        let seq = net(&file, tcp + 4).wrapping_add(own);
        file[tcp + 4..tcp + 8].copy_from_slice(&seq.to_be_bytes());
        if file[tcp + 13] & 0x10 != 0 {
            let ack = net(&file, tcp + 8).wrapping_add(peer);
            file[tcp + 8..tcp + 12].copy_from_slice(&ack.to_be_bytes());
        }
        file[tcp + 16..tcp + 18].copy_from_slice(&[0, 0]);
        file[ip + 10..ip + 12].copy_from_slice(&[0, 0]);
        at += 16 + usize::try_from(word(&file, at + 8)).unwrap();
    }
    file
}

#[test]
fn manual_pages_are_written_for_every_command() {
    let here = directory("man");
    assert!(
        run(&here, &["man", "--output", "pages"], &[])
            .status
            .success()
    );
    for page in [
        "tcplint.1",
        "tcplint-check.1",
        "tcplint-explain.1",
        "tcplint-config.1",
    ] {
        let text = fs::read_to_string(here.join("pages").join(page)).unwrap();
        assert!(text.contains(".SH SYNOPSIS"), "{page}");
    }
}
