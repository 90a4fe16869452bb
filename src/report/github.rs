//! Annotations of GitHub Actions: workflow commands, one a line. GitHub shows ten of each level in a step, so the worst come
//! first, and what does not fit is counted.

use super::Format;
use super::text::{self, count, escape};
use crate::finding::{Finding, Report};
use crate::rules::Severity;
use std::io::{self, Write};

/// Workflow commands for the log of a step.
#[derive(Clone, Copy, Debug)]
pub struct Annotations;

/// Annotations of one level that a step may have.
const MOST: usize = 10;

impl Format for Annotations {
    fn write(&self, report: &Report, out: &mut dyn Write) -> io::Result<()> {
        for failure in report.failures.iter().take(MOST) {
            let title = property("tcplint: not read");
            let (file, reason) = (property(&failure.name), data(&failure.reason));
            writeln!(out, "::error file={file},title={title}::{reason}")?;
        }
        let room = MOST.saturating_sub(report.failures.len());
        let levels = [
            (Severity::Error, "error", room),
            (Severity::Warning, "warning", MOST),
            (Severity::Note, "notice", MOST),
        ];
        for (severity, command, most) in levels {
            let level = |finding: &&Finding| finding.severity == severity;
            let mut findings: Vec<_> = report.findings.iter().filter(level).collect();
            // Within a level, the stronger proof is the worse news.
            findings.sort_by_key(|finding| std::cmp::Reverse(finding.proof));
            for finding in findings.iter().take(most) {
                writeln!(out, "::{command} {}", annotation(report, finding))?;
            }
            let rest = findings.len().saturating_sub(most);
            if rest > 0 {
                let rest = count(u64::try_from(rest).unwrap_or(u64::MAX), command);
                writeln!(out, "tcplint: and {rest} more, which GitHub would not show")?;
            }
        }
        Ok(())
    }
}

fn annotation(report: &Report, finding: &Finding) -> String {
    let file = property(text::file(report, finding.capture));
    let line = finding
        .frame
        .map_or(String::new(), |frame| format!(",line={frame}"));
    let title = property(&format!("{} {}", finding.rule.code, finding.rule.name));
    let role = finding
        .role
        .map_or(String::new(), |role| format!(" ({})", text::role(role)));
    let whom = text::endpoint(finding).map_or_else(String::new, |it| format!("{it}{role}: "));
    let proof = text::proof(finding.proof);
    let text = data(&format!("{whom}{} [{proof}]", text::whole(finding)));
    format!("file={file}{line},title={title}::{text}")
}

/// The text of a command.
fn data(text: &str) -> String {
    escape(text).replace('%', "%25")
}

/// A property of a command, where two more characters have a meaning.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_can_end_its_command_or_begin_another() {
        assert_eq!(data("50 %\n::error::x"), "50 %25\\u{a}::error::x");
        assert_eq!(property("a,b:c"), "a%2Cb%3Ac");
    }
}
