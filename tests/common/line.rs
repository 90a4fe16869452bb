//! One line of a trace: `[+GAP] A > B  FLAGS  SEQ [ack N] [win N] [len N] [<options>] …`, as tcpdump would say it.
//! Words and numbers only; what a line means for the capture is decided in `trace`.

use super::encode::{Fields, Sum};
use super::options::options;
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// The names of the hosts.
pub(crate) type Hosts = BTreeMap<String, SocketAddr>;

/// What the tap made of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Recorded so many times: not at all where the tap missed it or it never came that far.
    Recorded(u8),
}

/// A segment and what happened to it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) gap: Option<u64>,
    pub(crate) fields: Fields,
    pub(crate) has_id: bool,
    pub(crate) fate: Fate,
    pub(crate) snap: Option<usize>,
}

/// Splits a line into words; `"…"` and `<…>` stay whole, `#` begins a comment.
pub(crate) fn words(text: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '#' => break,
            '"' => rest[1..]
                .find('"')
                .map(|at| at + 2)
                .ok_or("a quotation mark is not closed")?,
            '<' => rest
                .find('>')
                .map(|at| at + 1)
                .ok_or("an option list is not closed")?,
            _ => rest.find(char::is_whitespace).unwrap_or(rest.len()),
        };
        words.push(rest[..end].to_owned());
        rest = rest[end..].trim_start();
    }
    Ok(words)
}

/// A length of time: `200ms`, `5us`, `70s`, `1ns`.
pub(crate) fn span(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match &text[digits.len()..] {
        "ns" => 1,
        "us" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        unit => return Err(format!("`{unit}` is no unit of time (ns, us, ms, s)")),
    };
    Ok(number::<u64>(digits)? * factor)
}

/// Reads the words of a segment line.
pub(crate) fn parse(words: &[String], hosts: &Hosts) -> Result<Line, String> {
    let mut words = Words(words);
    let gap = match words.peek() {
        Some(word) if word.starts_with('+') => Some(span(&words.next("gap")?[1..])?),
        _ => None,
    };
    let from = host(words.next("sender")?, hosts)?;
    if words.next("`>`")? != ">" {
        return Err("a segment reads `A > B  FLAGS  SEQ …`".to_owned());
    }
    let to = host(words.next("receiver")?, hosts)?;
    let flags = flags(words.next("flags")?)?;
    let seq = number(words.next("sequence number")?)?;
    let fields = Fields {
        from,
        to,
        flags,
        seq,
        ack: 0,
        window: 65535,
        urgent: 0,
        options: Vec::new(),
        text: Vec::new(),
        ttl: 64,
        ecn: 0,
        id: 0,
        sum: Sum::Good,
    };
    let mut line = Line {
        gap,
        fields,
        has_id: false,
        fate: Fate::Recorded(1),
        snap: None,
    };
    let mut acks = false;
    while let Some(word) = words.peek() {
        acks |= word == "ack";
        attribute(&mut words, &mut line)?;
    }
    match (flags & 0x10 != 0, acks) {
        (true, false) => Err("the flags have `.`, but the line has no `ack`".to_owned()),
        (false, true) => Err("the line has an `ack`, but its flags have no `.`".to_owned()),
        _ => Ok(line),
    }
}

fn attribute(words: &mut Words<'_>, line: &mut Line) -> Result<(), String> {
    let word = words.next("attribute")?;
    let fields = &mut line.fields;
    match word {
        "ack" => fields.ack = number(words.next("ack")?)?,
        "win" => fields.window = number(words.next("win")?)?,
        "urg" => fields.urgent = number(words.next("urg")?)?,
        "len" => {
            let first = fields.seq.wrapping_add(u32::from(fields.flags & 0x02 != 0));
            let length: u32 = number(words.next("len")?)?;
            fields.text = (0..length)
                .map(|at| octet(first.wrapping_add(at)))
                .collect();
        }
        "payload" => {
            let quoted = words.next("payload")?;
            let inner = quoted
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'));
            fields.text = inner
                .ok_or("`payload` needs a text in quotation marks")?
                .as_bytes()
                .to_vec();
        }
        "ttl" => fields.ttl = number(words.next("ttl")?)?,
        "ecn" => fields.ecn = number(words.next("ecn")?)?,
        "id" => {
            fields.id = number(words.next("id")?)?;
            line.has_id = true;
        }
        "checksum" => {
            fields.sum = match words.next("checksum")? {
                "bad" => Sum::Bad,
                "offloaded" => Sum::Offloaded,
                other => return Err(format!("a checksum is `bad` or `offloaded`, not `{other}`")),
            }
        }
        "snap" => line.snap = Some(number(words.next("snap")?)?),
        "twice" => line.fate = Fate::Recorded(2),
        "not" => {
            words.all(&["captured"])?;
            line.fate = Fate::Recorded(0);
        }
        "lost" => match words.next("place of the loss")? {
            "before" => {
                words.all(&["tap"])?;
                line.fate = Fate::Recorded(0);
            }
            // On the record like any other: what became of it later is for the reader.
            "after" => words.all(&["tap"])?,
            other => {
                return Err(format!(
                    "a segment is lost `before tap` or `after tap`, not `{other}`"
                ));
            }
        },
        list if list.starts_with('<') => fields.options = options(&list[1..list.len() - 1])?,
        other => return Err(format!("`{other}` is no attribute of a segment")),
    }
    Ok(())
}

/// The octet that every host sends at a sequence number, so that retransmissions agree however they are cut.
fn octet(seq: u32) -> u8 {
    b'a' + u8::try_from(seq % 26).expect("below 26")
}

fn host(name: &str, hosts: &Hosts) -> Result<SocketAddr, String> {
    hosts
        .get(name)
        .copied()
        .ok_or_else(|| format!("no host is called `{name}`"))
}

fn flags(word: &str) -> Result<u16, String> {
    if word == "none" {
        return Ok(0);
    }
    word.chars().try_fold(0, |bits, letter| match letter {
        'F' => Ok(bits | 0x01),
        'S' => Ok(bits | 0x02),
        'R' => Ok(bits | 0x04),
        'P' => Ok(bits | 0x08),
        '.' => Ok(bits | 0x10),
        'U' => Ok(bits | 0x20),
        'E' => Ok(bits | 0x40),
        'W' => Ok(bits | 0x80),
        'e' => Ok(bits | 0x100),
        'r' => Ok(bits | 0x200),
        other => Err(format!(
            "`{other}` is no flag (S F R P . U E W e r, or none)"
        )),
    })
}

/// A number, or why it is none.
pub(crate) fn number<T: std::str::FromStr>(text: &str) -> Result<T, String> {
    text.parse()
        .map_err(|_| format!("`{text}` is no number that fits here"))
}

struct Words<'a>(&'a [String]);

impl<'a> Words<'a> {
    fn peek(&self) -> Option<&'a str> {
        self.0.first().map(String::as_str)
    }

    fn next(&mut self, what: &str) -> Result<&'a str, String> {
        let (first, rest) = self
            .0
            .split_first()
            .ok_or_else(|| format!("the line ends before its {what}"))?;
        self.0 = rest;
        Ok(first)
    }

    fn all(&mut self, wanted: &[&str]) -> Result<(), String> {
        wanted.iter().try_for_each(|&want| match self.next(want)? {
            word if word == want => Ok(()),
            word => Err(format!("`{word}` stands where `{want}` should")),
        })
    }
}
