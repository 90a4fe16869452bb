//! Markdown for issues, merge requests and the step summary of a CI job. Whatever comes from a capture is inert text in it.

use super::Format;
use super::health;
use super::summary::Summary;
use super::text::{self, arrow, count, escape};
use crate::finding::{Finding, FlowRecord, Report};
use std::io::{self, Write};

/// The findings of each capture as a table.
#[derive(Clone, Copy, Debug)]
pub struct FindingMarkdown;

impl Format for FindingMarkdown {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for (index, capture) in report.captures.iter().enumerate() {
            writeln!(out, "## {}\n", inert(&capture.name))?;
            for (label, text) in health::lines(capture).iter().skip(1) {
                writeln!(out, "- {label}: {}", inert(text))?;
            }
            let findings: Vec<_> = report
                .findings
                .iter()
                .filter(|finding| finding.capture == index)
                .collect();
            if !findings.is_empty() {
                writeln!(out, "\n{HEAD}")?;
            }
            for finding in findings {
                writeln!(out, "{}", row(report, finding))?;
            }
            writeln!(out)?;
        }
        for failure in &report.failures {
            let (name, reason) = (inert(&failure.name), inert(&failure.reason));
            writeln!(out, "- not read: {name}: {reason}")?;
        }
        writeln!(out, "**{}**", closing(report))
    }
}

const HEAD: &str = "\
| severity | rule | frame | connection | endpoint | blame, proof | what happened |
|---|---|---|---|---|---|---|";

fn row(report: &Report, finding: &Finding) -> String {
    let flow = finding.flow.and_then(|flow| report.flows.get(flow));
    let place = match (finding.frame, finding.offset) {
        (Some(frame), _) => frame.to_string(),
        (None, Some(offset)) => format!("byte {offset}"),
        (None, None) => String::new(),
    };
    let role = finding
        .role
        .map_or(String::new(), |role| format!(" ({})", text::role(role)));
    let endpoint = text::endpoint(finding).map_or_else(String::new, |it| format!("{it}{role}"));
    let cells = [
        text::severity(finding.severity).to_owned(),
        format!("{} {}", finding.rule.code, finding.rule.name),
        place,
        flow.map(|flow| format!("{}: {}", flow.number, arrow(flow)))
            .unwrap_or_default(),
        endpoint,
        format!(
            "{}, {}",
            text::blame(finding.blame),
            text::proof(finding.proof)
        ),
        text::whole(finding),
    ];
    let cells: Vec<_> = cells.iter().map(|cell| inert(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

fn closing(report: &Report) -> String {
    let summary = Summary::of(report);
    let connections = count(
        u64::try_from(report.flows.len()).unwrap_or(u64::MAX),
        "connection",
    );
    let accepted = match report.accepted.len() {
        0 => String::new(),
        n => format!("; {n} accepted"),
    };
    if summary.segments == 0 {
        return "nothing checked: no TCP segment".to_owned();
    }
    format!("{} in {connections}{accepted}", summary.findings)
}

/// One row per connection.
#[derive(Clone, Copy, Debug)]
pub struct FlowMarkdown;

impl Format for FlowMarkdown {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        let counts = Summary::of(report).by_flow;
        writeln!(
            out,
            "| # | connection | opened | released | final states | segments | octets | verdict |\n\
             |---|---|---|---|---|---|---|---|"
        )?;
        for (flow, counts) in report.flows.iter().zip(counts) {
            writeln!(out, "{}", flow_row(flow, counts.verdict()))?;
        }
        Ok(())
    }
}

fn flow_row(flow: &FlowRecord, verdict: &str) -> String {
    let pair = |[first, second]: [u64; 2]| format!("{first} / {second}");
    let [first, second] = flow.states.map(|states| states.to_string());
    let cells = [
        flow.number.to_string(),
        arrow(flow),
        text::handshake(flow.handshake).to_owned(),
        text::release(flow.release).to_owned(),
        format!("{first} / {second}"),
        pair(flow.segments),
        pair(flow.octets),
        verdict.to_owned(),
    ];
    let cells: Vec<_> = cells.iter().map(|cell| inert(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

/// Text in which no character marks up, links, mentions or ends a table's cell.
pub(super) fn inert(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in escape(text).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '@' => safe.push_str("&#64;"),
            '#' => safe.push_str("&#35;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '!' | '$' => {
                safe.push('\\');
                safe.push(c);
            }
            _ => safe.push(c),
        }
    }
    safe.replace("://", ":&#47;/").replace("www.", "www&#46;")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_stays_text() {
        assert_eq!(
            inert("a|b\n<img src=x> [x](y) @all #1 `c` https://e.org"),
            "a\\|b\\\\u{a}&lt;img src=x&gt; \\[x\\](y) &#64;all &#35;1 \\`c\\` https:&#47;/e.org"
        );
    }
}
