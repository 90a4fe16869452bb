//! Instructions instead of seconds: the same in every run of one binary, whatever else the machine does, so that CI can compare them. Against
//! those of the floor, counted in the same run, because compilers and processors differ.

use super::traffic::{Container, Shape, Writer, generate};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An input, and how many times the instructions of the naive floor the tool may take for it, in the profile of the tests: what it took when
/// this was written, and a tenth.
struct Bound {
    name: &'static str,
    kind: &'static str,
    amount: u64,
    cut: usize,
    most: f64,
}

const BOUNDS: [Bound; 3] = [
    Bound {
        name: "mixed, 96 octets",
        kind: "mixed",
        amount: 40_000,
        cut: 96,
        most: 5.9,
    },
    Bound {
        name: "mixed, full frames",
        kind: "mixed",
        amount: 20_000,
        cut: 65_535,
        most: 6.0,
    },
    Bound {
        name: "short, 96 octets",
        kind: "short",
        amount: 4_000,
        cut: 96,
        most: 7.3,
    },
];

/// Prints what each takes for a record, and stops where the tool takes more than it may.
pub fn print() {
    println!(
        "| input | bare | naive | tcplint | tcplint against naive | at most |\n|---|---|---|---|---|---|"
    );
    let mut above = Vec::new();
    for bound in &BOUNDS {
        let (file, records) = input(bound);
        let own = std::env::current_exe().unwrap();
        let floor = |name| instructions(&own, &[name], &file);
        let tool = PathBuf::from(env!("CARGO_BIN_EXE_tcplint"));
        let counts = [
            floor("bare"),
            floor("naive"),
            instructions(&tool, &["check", "--jobs", "1"], &file),
        ];
        let [Some(bare), Some(naive), Some(tcplint)] = counts else {
            println!("valgrind is not installed: nothing is counted");
            return;
        };
        let each = |count: u64| count / records;
        let ratio = tcplint as f64 / naive as f64;
        println!(
            "| {} | {} | {} | {} | {ratio:.2} | {} |",
            bound.name,
            each(bare),
            each(naive),
            each(tcplint),
            bound.most
        );
        above.extend((ratio > bound.most).then_some(bound.name));
    }
    assert!(above.is_empty(), "more instructions than before: {above:?}");
}

fn input(bound: &Bound) -> (PathBuf, u64) {
    let name = format!("counted-{}-{}.pcap", bound.kind, bound.cut);
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let out = BufWriter::new(File::create(&path).unwrap());
    let mut writer = Writer::new(Box::new(out), Container::Pcap, bound.cut).unwrap();
    let (records, _) = generate(Shape::of(bound.kind, bound.amount), &mut writer).unwrap();
    (path, records)
}

/// The instructions that a program takes for a file; `None` where they cannot be counted.
fn instructions(program: &Path, before: &[&str], file: &Path) -> Option<u64> {
    let mut command = Command::new("valgrind");
    command.args([
        "--tool=cachegrind",
        "--cache-sim=no",
        "--cachegrind-out-file=/dev/null",
    ]);
    let output = command.arg(program).args(before).arg(file).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let line = text.lines().find(|line| line.contains("refs:"))?;
    let digits = line
        .rsplit(':')
        .next()?
        .chars()
        .filter(char::is_ascii_digit);
    digits.collect::<String>().parse().ok()
}
