//! One JSON document: the records of `ndjson`, by kind, one a line, so that a difference between two reports can be read.

use super::Format;
use super::fingerprint::Prints;
use super::ndjson::plain;
use super::records::{self, Record, SCHEMA};
use crate::finding::Report;
use std::io::{self, Write};

/// Everything, as `check` prints it.
#[derive(Clone, Copy, Debug)]
pub struct FindingDocument;

impl Format for FindingDocument {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let prints = Prints::of(report);
        let records = [
            ("captures", records::captures(report)),
            ("flows", records::flows(report)),
            ("findings", records::findings(report, &prints)),
            ("accepted", records::accepted(report)),
            ("failures", records::failures(report)),
        ];
        document(&records, Some(&records::totals(report)), out)
    }
}

/// Captures and connections, as `flows` prints them.
#[derive(Clone, Copy, Debug)]
pub struct FlowDocument;

impl Format for FlowDocument {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let records = [
            ("captures", records::captures(report)),
            ("flows", records::flows(report)),
        ];
        document(&records, None, out)
    }
}

/// The steps of one connection, as `show` prints them.
#[derive(Clone, Copy, Debug)]
pub struct TimelineDocument;

impl Format for TimelineDocument {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        document(&[("steps", records::steps(report))], None, out)
    }
}

fn document(
    lists: &[(&str, Vec<Record<'_>>)],
    totals: Option<&Record<'_>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let version = env!("CARGO_PKG_VERSION");
    write!(
        out,
        r#"{{"schema":{SCHEMA},"tool":{{"name":"tcplint","version":"{version}"}}"#
    )?;
    for (name, records) in lists {
        write!(out, ",\n\"{name}\":[")?;
        for (at, record) in records.iter().enumerate() {
            out.write_all(if at == 0 { b"\n" } else { b",\n" })?;
            plain(record, out)?;
        }
        out.write_all(if records.is_empty() { b"]" } else { b"\n]" })?;
    }
    if let Some(totals) = totals {
        out.write_all(b",\n\"summary\":")?;
        plain(totals, out)?;
    }
    out.write_all(b"}\n")
}
