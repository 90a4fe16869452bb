//! One JSON object per line: captures, connections, findings, the summary. The fields are in `records`.

use super::Format;
use super::fingerprint::Prints;
use super::records::{self, Record};
use super::text::is_unsafe;
use crate::finding::Report;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use std::io::{self, Write};

/// Everything, as `check` prints it.
#[derive(Clone, Copy, Debug)]
pub struct FindingRecords;

impl Format for FindingRecords {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        lines(&records::captures(report), out)?;
        lines(&records::flows(report), out)?;
        lines(&records::findings(report, &Prints::of(report)), out)?;
        lines(&records::accepted(report), out)?;
        lines(&records::failures(report), out)?;
        lines(&[records::totals(report)], out)
    }
}

/// Captures and connections, as `flows` prints them.
#[derive(Clone, Copy, Debug)]
pub struct FlowRecords;

impl Format for FlowRecords {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        lines(&records::captures(report), out)?;
        lines(&records::flows(report), out)
    }
}

/// The steps of the connections that were watched, as `show` prints them.
#[derive(Clone, Copy, Debug)]
pub struct TimelineRecords;

impl Format for TimelineRecords {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        lines(&records::steps(report), out)
    }
}

fn lines(records: &[Record<'_>], out: &mut dyn Write) -> io::Result<()> {
    for record in records {
        plain(record, out)?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

/// Any value as compact JSON that can be printed on a terminal.
pub(super) fn plain(value: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    value.serialize(&mut Serializer::with_formatter(&mut *out, Guarded))?;
    Ok(())
}

/// Compact JSON in which no string can move a cursor: what JSON itself lets pass is escaped too, and reads back the same.
struct Guarded;

impl Formatter for Guarded {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        out: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| is_unsafe(*c)) {
            let (before, after) = rest.split_at(at);
            out.write_all(before.as_bytes())?;
            for unit in c.encode_utf16(&mut [0; 2]) {
                write!(out, "\\u{unit:04x}")?;
            }
            rest = after.strip_prefix(c).unwrap_or_default();
        }
        out.write_all(rest.as_bytes())
    }
}
