//! Ratios of one run: tcplint against the floor (reading and decoding alone) and against its peers, over generated traffic.
//!
//! `cargo bench --bench ratios` makes the inputs and prints the table of docs/performance.md. Figures of different runs
//! or machines do not compare; ratios taken in one run do.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::print_stdout,
    clippy::print_stderr,
    unreachable_pub,
    reason = "a benchmark stops at what it does not expect"
)]

mod floor;
mod traffic;

use std::fs::File;
use std::io::BufWriter;
use traffic::{Container, Shape, Writer, generate};

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|a| a != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        ["generate", kind, amount, cut, path] => {
            let amount = amount.parse().unwrap();
            let shape = Shape {
                seed: 1,
                records: if *kind == "short" { u64::MAX } else { amount },
                connections: if *kind == "short" { amount } else { u64::MAX },
                short: *kind == "short",
            };
            make(shape, cut.parse().unwrap(), path);
        }
        ["bare", path] => floor::run(path, false),
        ["naive", path] => floor::run(path, true),
        other => panic!("unknown arguments {other:?}"),
    }
}

fn make(shape: Shape, cut: usize, path: &str) {
    let container = if path.ends_with("ng") {
        Container::PcapNg
    } else {
        Container::Pcap
    };
    let out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut writer = Writer::new(Box::new(out), container, cut).unwrap();
    let (records, connections) = generate(shape, &mut writer).unwrap();
    println!("{path}: {records} records, {connections} connections");
}
