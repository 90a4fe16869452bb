//! Comma-separated values: one row per finding, or per connection. No text that a spreadsheet would take for a formula.

use super::Format;
use super::fingerprint::Prints;
use super::summary::{Counts, Summary};
use super::text::{self, escape, flow_name, rfc3339};
use crate::finding::{Finding, FlowRecord, Report};
use std::io::{self, Write};

/// One row per finding.
#[derive(Clone, Copy, Debug)]
pub struct FindingCsv;

impl Format for FindingCsv {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let rows = report.findings.iter().zip(Prints::of(report));
        let rows = rows.map(|(finding, prints)| finding_row(report, finding, prints));
        table(FINDING, rows, out)
    }
}

/// One row per connection.
#[derive(Clone, Copy, Debug)]
pub struct FlowCsv;

impl Format for FlowCsv {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let counts = Summary::of(report).by_flow;
        let rows = report.flows.iter().zip(counts);
        let rows = rows.map(|(flow, counts)| flow_row(report, flow, counts));
        table(FLOW, rows, out)
    }
}

const FINDING: &[&str] = &[
    "file",
    "frame",
    "offset",
    "time",
    "connection",
    "flow",
    "incarnation",
    "endpoint",
    "role",
    "code",
    "name",
    "severity",
    "blame",
    "proof",
    "message",
    "expected",
    "seen",
    "alibi",
    "cites",
    "evidence",
    "alike",
    "fingerprint",
    "shape",
];

fn finding_row(report: &Report, finding: &Finding, prints: Prints) -> Vec<String> {
    let flow = finding.flow.and_then(|flow| report.flows.get(flow));
    let number = |number: Option<u64>| number.map_or_else(String::new, |n| n.to_string());
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let frames: Vec<_> = finding.evidence.iter().map(u64::to_string).collect();
    let cites: Vec<_> = finding.rule.cites.iter().map(ToString::to_string).collect();
    vec![
        text::file(report, finding.capture).to_owned(),
        number(finding.frame),
        number(finding.offset),
        finding.time.map(rfc3339).unwrap_or_default(),
        flow.map_or_else(String::new, |flow| flow.number.to_string()),
        flow.map(flow_name).unwrap_or_default(),
        flow.map_or_else(String::new, |flow| flow.incarnation.to_string()),
        text::endpoint(finding).map_or_else(String::new, |endpoint| endpoint.to_string()),
        finding.role.map_or("", text::role).to_owned(),
        finding.rule.code.to_owned(),
        finding.rule.name.to_owned(),
        text::severity(finding.severity).to_owned(),
        text::blame(finding.blame).to_owned(),
        text::proof(finding.proof).to_owned(),
        finding.message.clone(),
        text(&finding.expected),
        text(&finding.seen),
        text(&finding.alibi),
        cites.join("; "),
        frames.join(" "),
        finding.alike.to_string(),
        prints.exact,
        prints.shape,
    ]
}

const FLOW: &[&str] = &[
    "file",
    "connection",
    "flow",
    "incarnation",
    "roles_known",
    "handshake",
    "release",
    "first_states",
    "second_states",
    "first_frame",
    "last_frame",
    "begin",
    "end",
    "first_segments",
    "second_segments",
    "first_octets",
    "second_octets",
    "first_retransmissions",
    "second_retransmissions",
    "first_missed",
    "second_missed",
    "verdict",
    "tags",
];

fn flow_row(report: &Report, flow: &FlowRecord, counts: Counts) -> Vec<String> {
    let [first, second] = flow.states.map(|states| states.to_string());
    let tags: Vec<_> = flow.tags.iter().copied().collect();
    let (begin, end) = flow.times.map_or_else(Default::default, |(begin, end)| {
        (rfc3339(begin), rfc3339(end))
    });
    let mut row = vec![
        text::file(report, flow.capture).to_owned(),
        flow.number.to_string(),
        flow_name(flow),
        flow.incarnation.to_string(),
        flow.roles_known.to_string(),
        text::handshake(flow.handshake).to_owned(),
        text::release(flow.release).to_owned(),
        first,
        second,
        flow.frames.0.to_string(),
        flow.frames.1.to_string(),
        begin,
        end,
    ];
    let numbers = [
        flow.segments,
        flow.octets,
        flow.retransmissions,
        flow.missed,
    ];
    row.extend(numbers.iter().flatten().map(u64::to_string));
    row.extend([counts.verdict().to_owned(), tags.join(" ")]);
    row
}

fn table(
    titles: &[&str],
    rows: impl Iterator<Item = Vec<String>>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut writer = ::csv::Writer::from_writer(out);
    writer.write_record(titles)?;
    for row in rows {
        writer.write_record(row.iter().map(|cell| inert(cell)))?;
    }
    writer.flush()
}

/// Control characters escaped, and an apostrophe before what a spreadsheet would evaluate.
fn inert(cell: &str) -> String {
    let text = escape(cell);
    if text.starts_with(['=', '+', '-', '@']) && text != "-" {
        format!("'{text}")
    } else {
        text.into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        assert_eq!(inert("=cmd|' /C calc'!A0"), "'=cmd|' /C calc'!A0");
        assert_eq!(inert("@sum(1)"), "'@sum(1)");
        assert_eq!(inert("\t=1"), "\\u{9}=1");
        assert_eq!(inert("-"), "-");
        assert_eq!(inert("a=b"), "a=b");
    }
}
