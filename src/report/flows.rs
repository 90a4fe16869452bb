//! One row per connection: who opened, how it went, where each side ended.

use super::Format;
use super::summary::{Counts, Summary};
use super::table::grid;
use super::text::{self, arrow, escape};
use crate::finding::{FlowRecord, Report};
use std::io::{self, Write};

/// The table of connections.
#[derive(Clone, Copy, Debug)]
pub struct FlowTable {
    /// Columns of the terminal.
    pub width: u16,
}

impl Format for FlowTable {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let summary = Summary::of(report);
        for (index, capture) in report.captures.iter().enumerate() {
            if report.captures.len() > 1 {
                writeln!(out, "{}", escape(&capture.name))?;
            }
            let rows: Vec<_> = report
                .flows
                .iter()
                .zip(&summary.by_flow)
                .filter(|(flow, _)| flow.capture == index)
                .map(|(flow, counts)| self.row(flow, *counts))
                .collect();
            if rows.is_empty() {
                writeln!(out, "no connections")?;
            } else {
                out.write_all(grid(self.columns(), rows.into_iter(), self.width).as_bytes())?;
            }
        }
        Ok(())
    }
}

const MOST: u16 = u16::MAX;

const NARROW: &[(&str, u16)] = &[
    ("#", 8),
    ("connection", 30),
    ("course", 22),
    ("segments, octets", 17),
];

const WIDE: &[(&str, u16)] = &[
    ("#", 7),
    ("connection", MOST),
    ("opened", 13),
    ("released", 14),
    ("final states", MOST),
    ("segments", 22),
    ("octets", 26),
    ("losses", 24),
    ("verdict", 8),
];

impl FlowTable {
    const fn columns(&self) -> &'static [(&'static str, u16)] {
        if self.is_wide() { WIDE } else { NARROW }
    }

    const fn is_wide(&self) -> bool {
        self.width >= 150
    }

    fn row(&self, flow: &FlowRecord, counts: Counts) -> Vec<String> {
        let number = flow.number.to_string();
        let verdict = counts.verdict().to_owned();
        let [first, second] = flow.states.map(|states| states.to_string());
        let opened = text::handshake(flow.handshake);
        let released = text::release(flow.release);
        if self.is_wide() {
            vec![
                number,
                arrow(flow),
                opened.to_owned(),
                released.to_owned(),
                format!("{first} / {second}"),
                pair(flow.segments),
                pair(flow.octets),
                losses(flow).join("\n"),
                verdict,
            ]
        } else {
            let mut traffic = vec![
                format!("{} seg", pair(flow.segments)),
                format!("{} oct", pair(flow.octets)),
            ];
            traffic.extend(losses(flow));
            vec![
                format!("{number}\n{verdict}"),
                arrow(flow).replacen(' ', "\n", 1),
                format!("{opened}, {released}\n{first}\n{second}"),
                traffic.join("\n"),
            ]
        }
    }
}

fn pair([first, second]: [u64; 2]) -> String {
    format!("{first} / {second}")
}

/// What the path lost shows as segments sent again, what the capture missed as octets acknowledged but never recorded.
fn losses(flow: &FlowRecord) -> Vec<String> {
    let kinds = [("resent", flow.retransmissions), ("missed", flow.missed)];
    kinds
        .into_iter()
        .filter(|(_, sides)| *sides != [0, 0])
        .map(|(what, sides)| format!("{} {what}", pair(sides)))
        .collect()
}
