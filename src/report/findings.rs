//! The findings for people: the health of each capture, one block per connection that has something to say, counts, a verdict.
//!
//! Three layouts share one set of pieces: narrow terminals stack them in fewer columns, so that what happened keeps room.

use super::ladder::Ladders;
use super::summary::Summary;
use super::table::{BOLD, grid, list, style, styled};
use super::text::{self, arrow, count, escape};
use super::{Format, health};
use crate::finding::{CaptureRecord, Finding, FlowRecord, Report};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// The table of findings.
#[derive(Clone, Copy, Debug)]
pub struct FindingTable {
    /// Columns of the terminal.
    pub width: u16,
    /// Findings and verdict only: no capture header, no counts.
    pub quiet: bool,
    /// With the frames that prove it, and a short ladder around them.
    pub full: bool,
}

impl Format for FindingTable {
    fn looks_closer(&self) -> bool {
        self.full
    }

    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let ladders = self.full.then(|| Ladders::of(report));
        let summary = Summary::of(report);
        let mut blocks: BTreeMap<(usize, Option<usize>), Vec<&Finding>> = BTreeMap::new();
        for finding in &report.findings {
            blocks
                .entry((finding.capture, finding.flow))
                .or_default()
                .push(finding);
        }
        for (index, capture) in report.captures.iter().enumerate() {
            let mut blocks: Vec<_> = blocks
                .range((index, None)..=(index, Some(usize::MAX)))
                .map(|((_, flow), findings)| {
                    Block::new(
                        capture,
                        flow.and_then(|flow| report.flows.get(flow)),
                        findings,
                    )
                })
                .collect();
            blocks.sort_by_key(Block::rank);
            self.header(capture, blocks.is_empty(), out)?;
            for block in &blocks {
                self.block(block, out)?;
                if let Some(ladders) = &ladders {
                    self.ladder(block, ladders, out)?;
                }
            }
            if !self.quiet {
                clean(report, &summary, index, out)?;
            }
        }
        for failure in &report.failures {
            let (name, reason) = (escape(&failure.name), escape(&failure.reason));
            writeln!(out, "not read: {name}: {reason}")?;
        }
        let accepted = match report.accepted.len() {
            0 => String::new(),
            n => format!("; {n} accepted"),
        };
        writeln!(out, "{}{accepted}", verdict(&summary))
    }
}

impl FindingTable {
    /// The health of the capture; its name alone where nothing else is asked for.
    fn header(&self, capture: &CaptureRecord, clean: bool, out: &mut dyn Write) -> io::Result<()> {
        match (self.quiet, clean) {
            (true, true) => Ok(()),
            (true, false) => writeln!(out, "{}\n", escape(&capture.name)),
            (false, _) => writeln!(out, "{}", list(&health::lines(capture), self.width)),
        }
    }

    fn block(&self, block: &Block<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (title, lines) = match block.flow {
            Some(flow) => (title(flow, self.width), about(flow)),
            None => ("about the capture".to_owned(), Vec::new()),
        };
        writeln!(out, "{}", styled(BOLD, &title))?;
        out.write_all(list(&lines, self.width).as_bytes())?;
        let layout = layout(self.width);
        let titles: Vec<_> = layout
            .iter()
            .map(|column| (column.title, column.most))
            .collect();
        let rows = block.findings.iter().map(|finding| {
            let row = Row {
                capture: block.capture,
                finding,
            };
            layout.iter().map(|column| column.cell(&row)).collect()
        });
        writeln!(out, "{}", grid(&titles, rows, self.width))
    }

    fn ladder(
        &self,
        block: &Block<'_>,
        ladders: &Ladders<'_>,
        out: &mut dyn Write,
    ) -> io::Result<()> {
        for finding in block
            .findings
            .iter()
            .filter(|finding| !finding.evidence.is_empty())
        {
            let frames: Vec<_> = finding.evidence.iter().map(u64::to_string).collect();
            let (code, frames) = (finding.rule.code, frames.join(", "));
            let plural = if finding.evidence.len() == 1 { "" } else { "s" };
            writeln!(out, "{code} rests on frame{plural} {frames}")?;
        }
        let ladder = ladders.around(block.findings, self.width);
        if ladder.is_empty() {
            return Ok(());
        }
        writeln!(out, "{ladder}")
    }
}

/// The findings of one connection, or those about the capture itself.
struct Block<'a> {
    capture: &'a CaptureRecord,
    flow: Option<&'a FlowRecord>,
    findings: &'a [&'a Finding],
}

impl<'a> Block<'a> {
    fn new(
        capture: &'a CaptureRecord,
        flow: Option<&'a FlowRecord>,
        findings: &'a [&'a Finding],
    ) -> Self {
        Self {
            capture,
            flow,
            findings,
        }
    }

    /// What is about the capture first, then the worst connection, then by number.
    fn rank(&self) -> impl Ord + use<> {
        let worst = self.findings.iter().map(|finding| finding.severity).max();
        self.flow
            .map(|flow| (std::cmp::Reverse(worst), flow.number))
    }
}

/// On two lines where one is too short, as for IPv6.
fn title(flow: &FlowRecord, width: u16) -> String {
    let title = format!("connection {}: {}", flow.number, arrow(flow));
    if title.chars().count() <= usize::from(width) {
        return title;
    }
    title
        .replacen(" → ", "\n  → ", 1)
        .replacen(" ↔ ", "\n  ↔ ", 1)
}

fn about(flow: &FlowRecord) -> Vec<(&'static str, String)> {
    let [first, second] = flow.states.map(text::states);
    let mut lines = vec![
        ("  opened", text::handshake(flow.handshake).to_owned()),
        ("  released", text::release(flow.release).to_owned()),
        (
            "  final state",
            format!("{} {first}, {} {second}", flow.first, flow.second),
        ),
    ];
    if !flow.tags.is_empty() {
        let tags: Vec<_> = flow.tags.iter().copied().collect();
        lines.push(("  seen", tags.join(", ")));
    }
    lines
}

fn clean(
    report: &Report,
    summary: &Summary,
    capture: usize,
    out: &mut dyn Write,
) -> io::Result<()> {
    let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
    let mut total: u64 = 0;
    for (handshake, connections) in report.captures.get(capture).iter().flat_map(|c| &c.quiet) {
        *kinds.entry(text::handshake(*handshake)).or_default() += connections;
        total = total.saturating_add(*connections);
    }
    for (flow, counts) in report.flows.iter().zip(&summary.by_flow) {
        if flow.capture == capture && counts.worst().is_none() {
            *kinds.entry(text::handshake(flow.handshake)).or_default() += 1;
            total += 1;
        }
    }
    if total == 0 {
        return Ok(());
    }
    let kinds: Vec<_> = kinds
        .into_iter()
        .map(|(kind, n)| format!("{n} {kind}"))
        .collect();
    writeln!(
        out,
        "{} without findings (opened: {})\n",
        count(total, "connection"),
        kinds.join(", ")
    )
}

fn verdict(summary: &Summary) -> String {
    let connections = |n: usize| count(n.try_into().unwrap_or(u64::MAX), "connection");
    let all = connections(summary.connections());
    let Some(worst) = summary.findings.worst() else {
        return match summary.segments {
            0 => "nothing checked: no TCP segment".to_owned(),
            _ => format!("no findings in {all}"),
        };
    };
    let findings = styled(style(worst), &summary.findings.to_string());
    match summary.marked() {
        0 => format!("{findings} about the recording; {all} clean"),
        n => format!(
            "{findings} in {}; {} clean",
            connections(n),
            summary.clean()
        ),
    }
}

/// What a piece of a cell may look at.
struct Row<'a> {
    capture: &'a CaptureRecord,
    finding: &'a Finding,
}

type Piece = fn(&Row<'_>) -> Option<String>;

/// A column: its title, the most columns of text that it may take, and its pieces, one below the other.
struct Column {
    title: &'static str,
    most: u16,
    pieces: &'static [Piece],
}

impl Column {
    fn cell(&self, row: &Row<'_>) -> String {
        let pieces: Vec<_> = self.pieces.iter().filter_map(|piece| piece(row)).collect();
        pieces.join("\n")
    }
}

const fn column(title: &'static str, most: u16, pieces: &'static [Piece]) -> Column {
    Column {
        title,
        most,
        pieces,
    }
}

const WHAT: &[Piece] = &[message, expected, seen, alibi];

static NARROW: &[Column] = &[
    column("finding", 22, &[severity, code, name, cites]),
    column(
        "where",
        26,
        &[frame_at, offset, endpoint, role, blame_proof],
    ),
    column("what happened", u16::MAX, WHAT),
];

static MIDDLE: &[Column] = &[
    column("finding", 30, &[severity, code, name, cites]),
    column("frame", 12, &[frame, offset, time]),
    column("endpoint", 34, &[endpoint, role, blame_proof]),
    column("what happened", u16::MAX, WHAT),
];

static WIDE: &[Column] = &[
    column("severity", 9, &[severity]),
    column("rule", 30, &[code, name]),
    column("frame", 12, &[frame, offset]),
    column("time (s)", 14, &[time]),
    column("endpoint", 47, &[endpoint, role]),
    column("blame", 13, &[blame, proof]),
    column("what happened", u16::MAX, WHAT),
    column("RFC", 24, &[cites]),
];

fn layout(width: u16) -> &'static [Column] {
    match width {
        0..110 => NARROW,
        110..160 => MIDDLE,
        _ => WIDE,
    }
}

fn severity(row: &Row<'_>) -> Option<String> {
    Some(text::severity(row.finding.severity).to_owned())
}

fn code(row: &Row<'_>) -> Option<String> {
    Some(row.finding.rule.code.to_owned())
}

fn name(row: &Row<'_>) -> Option<String> {
    Some(row.finding.rule.name.to_owned())
}

fn cites(row: &Row<'_>) -> Option<String> {
    let cites: Vec<_> = row
        .finding
        .rule
        .cites
        .iter()
        .map(ToString::to_string)
        .collect();
    (!cites.is_empty()).then(|| cites.join("\n"))
}

fn frame(row: &Row<'_>) -> Option<String> {
    Some(row.finding.frame?.to_string())
}

/// Where in the file, for what is wrong with the file.
fn offset(row: &Row<'_>) -> Option<String> {
    Some(format!("byte {}", row.finding.offset?))
}

/// Since the first frame of the file.
fn time(row: &Row<'_>) -> Option<String> {
    let (first, _) = row.capture.times?;
    Some(text::seconds(row.finding.time?.since(first)))
}

fn frame_at(row: &Row<'_>) -> Option<String> {
    let frame = frame(row)?;
    Some(match time(row) {
        Some(time) => format!("frame {frame}, {time} s"),
        None => format!("frame {frame}"),
    })
}

fn endpoint(row: &Row<'_>) -> Option<String> {
    row.finding.endpoint.map(|endpoint| endpoint.to_string())
}

fn role(row: &Row<'_>) -> Option<String> {
    row.finding.role.map(|role| text::role(role).to_owned())
}

fn blame(row: &Row<'_>) -> Option<String> {
    Some(text::blame(row.finding.blame).to_owned())
}

fn proof(row: &Row<'_>) -> Option<String> {
    Some(text::proof(row.finding.proof).to_owned())
}

fn blame_proof(row: &Row<'_>) -> Option<String> {
    Some(format!(
        "blame: {}, {}",
        text::blame(row.finding.blame),
        text::proof(row.finding.proof)
    ))
}

fn message(row: &Row<'_>) -> Option<String> {
    let message = escape(&row.finding.message);
    Some(match row.finding.alike {
        0 => message.into_owned(),
        alike => format!("{message} (+{alike} alike)"),
    })
}

fn expected(row: &Row<'_>) -> Option<String> {
    let expected = row.finding.expected.as_deref()?;
    Some(format!("expected: {}", escape(expected)))
}

fn seen(row: &Row<'_>) -> Option<String> {
    let seen = row.finding.seen.as_deref()?;
    Some(format!("seen: {}", escape(seen)))
}

fn alibi(row: &Row<'_>) -> Option<String> {
    let alibi = row.finding.alibi.as_deref()?;
    Some(escape(alibi).into_owned())
}
