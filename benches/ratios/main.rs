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

mod counts;
mod floor;
mod table;
mod traffic;

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use table::Size;
use traffic::{Container, Shape, Writer, generate};

fn main() {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments.as_slice() {
        [] => table::print(Size::WHOLE),
        ["tenth"] => table::print(Size::TENTH),
        ["counts"] => counts::print(),
        ["smoke"] => table::print(Size::SMOKE),
        ["bare", path] => floor::run(path, false),
        ["naive", path] => floor::run(path, true),
        ["generate", kind, amount, cut, path] => {
            let shape = Shape::of(kind, amount.parse().unwrap());
            make(shape, cut.parse().unwrap(), Path::new(path));
        }
        other => panic!(
            "{other:?}: nothing, tenth, smoke, counts, bare FILE, naive FILE, or generate mixed|short AMOUNT CUT FILE"
        ),
    }
}

fn make(shape: Shape, cut: usize, path: &Path) {
    let container = match path.extension() {
        Some(extension) if extension == "pcapng" => Container::PcapNg,
        _ => Container::Pcap,
    };
    let out = BufWriter::with_capacity(1 << 20, File::create(path).unwrap());
    let mut writer = Writer::new(Box::new(out), container, cut).unwrap();
    let (records, connections) = generate(shape, &mut writer).unwrap();
    eprintln!(
        "{}: {records} records, {connections} connections",
        path.display()
    );
}
