//! Counts and measures below a report: findings per rule, and for each connection its round trips and what was sent again. They
//! describe; they judge nobody.

use super::Format;
use super::table::{BOLD, grid, styled};
use super::text::{arrow, percent};
use crate::finding::{FlowRecord, Measures, Report};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Statistics for people.
#[derive(Clone, Copy, Debug)]
pub struct Statistics {
    /// Columns of the terminal.
    pub width: u16,
}

impl Format for Statistics {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut rules: BTreeMap<&str, (&str, u64, u64)> = BTreeMap::new();
        for finding in &report.findings {
            let rule = finding.rule;
            let (_, findings, alike) = rules.entry(rule.code).or_insert((rule.name, 0, 0));
            *findings = findings.saturating_add(1);
            *alike = alike.saturating_add(finding.alike);
        }
        writeln!(out, "\n{}", styled(BOLD, "findings per rule"))?;
        if rules.is_empty() {
            writeln!(out, "none")?;
        } else {
            let rows = rules.into_iter().map(|(code, (name, findings, alike))| {
                vec![
                    code.to_owned(),
                    name.to_owned(),
                    findings.to_string(),
                    alike.to_string(),
                ]
            });
            let titles = [("code", 8), ("name", 40), ("findings", 12), ("alike", 12)];
            write!(out, "{}", grid(&titles, rows, self.width))?;
        }
        writeln!(
            out,
            "\n{}",
            styled(BOLD, "connections, as the tap sees them")
        )?;
        let rows = report.flows.iter().filter_map(row);
        write!(out, "{}", grid(COLUMNS, rows, self.width))?;
        writeln!(out, "{NOTE}")
    }
}

const COLUMNS: &[(&str, u16)] = &[
    ("#", 7),
    ("connection", u16::MAX),
    ("round trip", 20),
    ("sent again", 20),
    ("late", 9),
];

const NOTE: &str = "\
round trip  from the tap to that end and back: least / mean; both: the path's
sent again  the tap had seen it before: lost behind the tap, or resent in vain
late        first seen after later octets: lost before the tap, or overtaken";

fn row(flow: &FlowRecord) -> Option<Vec<String>> {
    let [first, second] = **flow.measures.as_ref()?;
    // The octets of one end are acknowledged by the other.
    let trips = format!("{}\n{}", trips(&second), trips(&first));
    let again: Vec<_> = flow
        .retransmissions
        .iter()
        .zip(flow.segments)
        .map(|(again, segments)| format!("{again} ({})", percent(*again, segments)))
        .collect();
    Some(vec![
        flow.number.to_string(),
        arrow(flow).replacen(' ', "\n", 1),
        trips,
        again.join("\n"),
        format!("{}\n{}", first.late, second.late),
    ])
}

fn trips(measures: &Measures) -> String {
    measures.round_trips.map_or_else(
        || "not seen".to_owned(),
        |trips| format!("{} / {}", trips.least, trips.mean()),
    )
}
