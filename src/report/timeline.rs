//! The timeline of one connection: each segment with the states that both endpoints may be in after it.

use super::Format;
use super::table::grid;
use super::text::{self, arrow, escape};
use crate::finding::{Report, Step};
use std::io::{self, Write};

/// The timeline as a table.
#[derive(Clone, Copy, Debug)]
pub struct TimelineTable {
    /// Columns of the terminal.
    pub width: u16,
    /// Only the steps around this frame.
    pub around: Option<u64>,
}

/// How many steps before and after a frame are shown around it.
const AROUND: usize = 8;

impl Format for TimelineTable {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let mut flows: Vec<usize> = report.steps.iter().map(|step| step.flow).collect();
        flows.dedup();
        flows.sort_unstable();
        flows.dedup();
        for (at, flow) in flows.into_iter().enumerate() {
            let Some(record) = report.flows.get(flow) else {
                continue;
            };
            if at > 0 {
                writeln!(out)?;
            }
            writeln!(
                out,
                "connection {}: {}",
                record.number,
                escape(&arrow(record))
            )?;
            let steps: Vec<&Step> = report
                .steps
                .iter()
                .filter(|step| step.flow == flow)
                .collect();
            let start = report
                .captures
                .get(record.capture)
                .and_then(|capture| capture.times)
                .map(|(first, _)| first);
            let rows = self.chosen(&steps).iter().map(|step| {
                let [first, second] = step
                    .after
                    .map(|states| states.to_string().replace('|', "\n"));
                let time = step
                    .time
                    .zip(start)
                    .map_or_else(String::new, |(time, start)| {
                        text::seconds(time.since(start))
                    });
                let direction = if step.from_first { "→" } else { "←" };
                let marks = marks(report, step);
                vec![
                    format!("{}\n{time}", step.frame),
                    first,
                    format!("{direction} {}{marks}", step.segment),
                    second,
                ]
            });
            out.write_all(grid(COLUMNS, rows, self.width).as_bytes())?;
        }
        Ok(())
    }
}

const COLUMNS: &[(&str, u16)] = &[
    ("frame", 12),
    ("first endpoint", 13),
    ("segment", 40),
    ("second endpoint", 15),
];

impl TimelineTable {
    fn chosen<'a, 'b>(&self, steps: &'b [&'a Step]) -> &'b [&'a Step] {
        let Some(frame) = self.around else {
            return steps;
        };
        let at = steps.partition_point(|step| step.frame < frame);
        let end = at.saturating_add(AROUND + 1).min(steps.len());
        steps
            .get(at.saturating_sub(AROUND)..end)
            .unwrap_or_default()
    }
}

/// What findings say about this frame.
fn marks(report: &Report, step: &Step) -> String {
    let about = report
        .findings
        .iter()
        .filter(|finding| finding.flow == Some(step.flow) && finding.frame == Some(step.frame));
    about
        .map(|finding| format!("\n! {} {}", finding.rule.code, finding.rule.name))
        .collect()
}
