//! One JSON object per line: captures, connections, findings, the summary. The fields are in `records`.

use super::Format;
use super::fingerprint::Fingerprints;
use super::records::{Capture, Flow, Record, Statement, Totals};
use super::summary::Summary;
use crate::finding::Report;
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

fn line(record: &Record<'_>, out: &mut dyn Write) -> io::Result<()> {
    serde_json::to_writer(&mut *out, record)?;
    out.write_all(b"\n")
}
