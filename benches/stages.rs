//! What the stages take apart from each other, on the same generated traffic: reading, decoding, everything.
//!
//! `cargo bench --bench stages`. To compare two versions on one machine; `ratios` compares with the floor and the peers.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    dead_code,
    unreachable_pub,
    reason = "a benchmark stops at what it does not expect"
)]

#[path = "ratios/traffic/mod.rs"]
mod traffic;

use divan::Bencher;
use divan::counter::ItemsCount;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Arc, LazyLock, Mutex};
use tcplint::analysis::{Effort, Settings, analyze_bytes};
use tcplint::capture::Reader;
use tcplint::wire::Decoder;
use traffic::{Container, Shape, Writer, generate};

fn main() {
    divan::main();
}

/// A file in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(octets);
        Ok(octets.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

struct Input {
    octets: Vec<u8>,
    records: u64,
}

fn input(kind: &str, amount: u64, container: Container) -> Input {
    let memory = Memory::default();
    let mut writer = Writer::new(Box::new(memory.clone()), container, 96).unwrap();
    let (records, _) = generate(Shape::of(kind, amount), &mut writer).unwrap();
    let octets = std::mem::take(&mut *memory.0.lock().unwrap());
    Input { octets, records }
}

static MIXED: LazyLock<Input> = LazyLock::new(|| input("mixed", 30_000, Container::Pcap));
static MIXED_NG: LazyLock<Input> = LazyLock::new(|| input("mixed", 30_000, Container::PcapNg));
static SHORT: LazyLock<Input> = LazyLock::new(|| input("short", 4_000, Container::Pcap));

fn each(bencher: Bencher<'_, '_>, input: &'static Input, run: impl Fn(&[u8]) -> u64 + Sync) {
    bencher
        .counter(ItemsCount::new(input.records))
        .bench(|| run(&input.octets));
}

fn reader(octets: &[u8]) -> Reader {
    Reader::new(Cursor::new(octets.to_vec()), Path::new("bench")).unwrap()
}

fn read(octets: &[u8]) -> u64 {
    let mut reader = reader(octets);
    let mut total = 0;
    while let Some(frame) = reader.next_frame() {
        total += u64::from(frame.wire_len);
    }
    total
}

fn decode(octets: &[u8]) -> u64 {
    let (mut reader, mut decoder) = (reader(octets), Decoder::default());
    let mut total = 0;
    while let Some(frame) = reader.next_frame() {
        total += decoder
            .decode(&frame)
            .map_or(0, |decoded| decoded.print & 1);
    }
    total
}

fn analyze(octets: &[u8], effort: Effort) -> u64 {
    let settings = Settings {
        effort: Effort {
            counts_quiet: true,
            ..effort
        },
        ..Settings::default()
    };
    analyze_bytes("bench", octets, &settings).unwrap().captures[0].segments
}

#[divan::bench]
fn read_pcap(bencher: Bencher<'_, '_>) {
    each(bencher, &MIXED, read);
}

#[divan::bench]
fn read_pcapng(bencher: Bencher<'_, '_>) {
    each(bencher, &MIXED_NG, read);
}

#[divan::bench]
fn read_and_decode(bencher: Bencher<'_, '_>) {
    each(bencher, &MIXED, decode);
}

#[divan::bench]
fn everything_mixed(bencher: Bencher<'_, '_>) {
    each(bencher, &MIXED, |octets| analyze(octets, Effort::LEAST));
}

#[divan::bench]
fn everything_short(bencher: Bencher<'_, '_>) {
    each(bencher, &SHORT, |octets| analyze(octets, Effort::LEAST));
}

/// What the short way for ordinary segments saves.
#[divan::bench]
fn everything_mixed_the_whole_way(bencher: Bencher<'_, '_>) {
    let thorough = Effort {
        thorough: true,
        ..Effort::LEAST
    };
    each(bencher, &MIXED, |octets| analyze(octets, thorough));
}
