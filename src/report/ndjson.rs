//! One JSON object per line: captures, connections, findings, the summary. The fields are in `records`.

use super::Format;
use super::fingerprint::Fingerprints;
use super::records::{Capture, Flow, Record, Statement, Totals};
use super::summary::Summary;
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
        let summary = Summary::of(report);
        captures_and_flows(report, &summary, out)?;
        let mut fingerprints = Fingerprints::default();
        for finding in &report.findings {
            let fingerprint = fingerprints.of(report, finding);
            line(
                &Record::Finding(Statement::new(report, finding, fingerprint)),
                out,
            )?;
        }
        line(&Record::Summary(Totals::new(report, &summary)), out)
    }
}

/// Captures and connections, as `flows` prints them.
#[derive(Clone, Copy, Debug)]
pub struct FlowRecords;

impl Format for FlowRecords {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        captures_and_flows(report, &Summary::of(report), out)
    }
}

fn captures_and_flows(report: &Report, summary: &Summary, out: &mut dyn Write) -> io::Result<()> {
    for capture in &report.captures {
        line(&Record::Capture(Capture::from(capture)), out)?;
    }
    for (flow, counts) in report.flows.iter().zip(&summary.by_flow) {
        line(
            &Record::Flow(Box::new(Flow::new(report, flow, *counts))),
            out,
        )?;
    }
    Ok(())
}

pub(super) fn line(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    record.serialize(&mut Serializer::with_formatter(&mut *out, Guarded))?;
    out.write_all(b"\n")
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
