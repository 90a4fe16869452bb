//! The trace language: a connection written as tcpdump would print it, compiled to the octets of a capture file.
//!
//! ```text
//! hosts A=[fd00::1]:40000 B=[fd00::2]:80      names, before use; default A=10.0.0.1:40000 B=10.0.0.2:80
//! expect ack-of-unsent by B at 8 strong       see `expect`
//! A > B  S   1000 win 65535 <mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7>
//! +200ms B > A  S.  5000 ack 1001 <mss 1460>  200 ms after the line before (10 ms unless stated)
//! A > B  P.  1001 ack 5001 len 100            100 octets of text, the same at the same sequence number
//! A > B  .   1000 ack 5001 payload "x"        this text
//! B > A  .   5001 ack 1101 lost before tap    or `not captured`: not on the record; `lost after tap`: on it
//! B > A  .   5001 ack 1101 twice              recorded two times, 1 µs apart
//! raw 0200000000020200000000010800450000      a frame with these octets
//! wait 70s                                    nothing happens
//! clock back 5s                               the clock of the capturing machine is set back
//! times none                                  the records carry no times
//! cut 20                                      the file lacks its last 20 octets
//! ```
//!
//! Numbers are those of the wire, not relative ones. Flags are tcpdump's letters (`r` for a reserved bit, `none` for no flag), a missing `win` is 65535. Further
//! attributes: `urg N`, `ttl N` (64), `ecn N` (0 to 3), `id N` (counted up for each sender), `checksum bad|offloaded`, `snap N` (the record keeps N octets of the frame).
//! Lines stand in the order of the record. Frames count recorded lines from 1, as Wireshark does.

use super::encode::{self, Pcap};
use super::expect::Expectation;
use super::line::{self, Fate, Hosts, Line};
use super::options;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The time of the first line, in nanoseconds since 1970.
const START: u64 = 1_700_000_000_000_000_000;
/// The time between two lines that do not say it.
const STEP: u64 = 10_000_000;

/// A compiled trace.
#[derive(Clone, Debug)]
pub(crate) struct Trace {
    /// Where it stands, for messages: `page.md:20`.
    pub(crate) place: String,
    /// What it should give.
    pub(crate) expectations: Vec<Expectation>,
    /// The names of its hosts.
    pub(crate) hosts: Hosts,
    /// The capture file.
    pub(crate) octets: Vec<u8>,
    /// How many frames the file holds.
    pub(crate) frames: u64,
}

/// Compiles the text of a trace whose first line is line `first` of `page`.
///
/// # Panics
///
/// Where a line cannot be read: with page, line number and reason.
pub(crate) fn compile(page: &str, first: usize, text: &str) -> Trace {
    let mut compiler = Compiler::new();
    for (at, line) in text.lines().enumerate() {
        if let Err(reason) = compiler.line(line) {
            panic!("{page}:{}: {reason}\n    {line}", first + at);
        }
    }
    compiler.finish(format!("{page}:{first}"))
}

struct Compiler {
    hosts: Hosts,
    expectations: Vec<Expectation>,
    time: u64,
    /// Whether a gap of the usual length comes before the next line.
    step: bool,
    ids: BTreeMap<SocketAddr, u16>,
    pcap: Pcap,
    cut: usize,
    timed: bool,
}

impl Compiler {
    fn new() -> Self {
        let hosts = [("A", "10.0.0.1:40000"), ("B", "10.0.0.2:80")];
        let hosts =
            hosts.map(|(name, address)| (name.to_owned(), address.parse().expect("an address")));
        Self {
            hosts: Hosts::from(hosts),
            expectations: Vec::new(),
            time: START,
            step: false,
            ids: BTreeMap::new(),
            pcap: Pcap::new(),
            cut: 0,
            timed: true,
        }
    }

    fn line(&mut self, text: &str) -> Result<(), String> {
        let words = line::words(text)?;
        let Some((first, rest)) = words.split_first() else {
            return Ok(());
        };
        if self.cut > 0 {
            return Err("nothing comes after `cut`".to_owned());
        }
        match (first.as_str(), rest) {
            ("hosts", rest) => rest.iter().try_for_each(|word| self.host(word)),
            ("expect", rest) => {
                self.expectations.push(Expectation::parse(rest)?);
                Ok(())
            }
            ("wait", [span]) => {
                self.time += line::span(span)?;
                self.step = false;
                Ok(())
            }
            ("clock", [back, span]) if back == "back" => {
                self.time -= line::span(span)?;
                Ok(())
            }
            ("times", [none]) if none == "none" => {
                self.timed = false;
                Ok(())
            }
            ("cut", [octets]) => {
                self.cut = octets
                    .parse()
                    .map_err(|_| format!("`{octets}` is no number"))?;
                Ok(())
            }
            ("raw", [octets]) => {
                let frame = options::hex(octets)?;
                self.advance(None);
                let time = self.stamp(0);
                self.pcap.record(time, &frame, None);
                Ok(())
            }
            _ => {
                let line = line::parse(&words, &self.hosts)?;
                self.segment(line);
                Ok(())
            }
        }
    }

    fn host(&mut self, word: &str) -> Result<(), String> {
        let (name, address) = word
            .split_once('=')
            .ok_or("a host reads NAME=ADDRESS:PORT")?;
        let address = address
            .parse()
            .map_err(|_| format!("`{address}` is no ADDRESS:PORT"))?;
        self.hosts.insert(name.to_owned(), address);
        Ok(())
    }

    fn segment(&mut self, mut line: Line) {
        self.advance(line.gap);
        if !line.has_id {
            // Counted for recorded and unrecorded segments alike: the sender does not know of the tap.
            let start = line.fields.from.port();
            let id = self.ids.entry(line.fields.from).or_insert(start);
            line.fields.id = *id;
            *id = id.wrapping_add(1);
        }
        let frame = encode::frame(&line.fields);
        let Fate::Recorded(copies) = line.fate;
        for copy in 0..copies {
            let time = self.stamp(u64::from(copy) * 1_000);
            self.pcap.record(time, &frame, line.snap);
        }
    }

    fn stamp(&self, later: u64) -> u64 {
        if self.timed { self.time + later } else { 0 }
    }

    fn advance(&mut self, gap: Option<u64>) {
        self.time += gap.unwrap_or(if self.step { STEP } else { 0 });
        self.step = true;
    }

    fn finish(self, place: String) -> Trace {
        let Self {
            hosts,
            expectations,
            pcap,
            cut,
            ..
        } = self;
        let frames = pcap.frames();
        Trace {
            place,
            expectations,
            hosts,
            octets: pcap.finish(cut),
            frames,
        }
    }
}
