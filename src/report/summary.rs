//! The counts under a report, and the gravest finding in it.

use super::text::count;
use crate::finding::{Finding, Report};
use crate::rules::Severity;
use std::fmt;

/// Findings by severity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Counts {
    /// Findings of severity error.
    pub errors: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings of severity note.
    pub notes: u64,
}

impl Counts {
    /// Counts one more.
    pub fn add(&mut self, severity: Severity) {
        let counter = match severity {
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Note => &mut self.notes,
        };
        *counter = counter.saturating_add(1);
    }

    /// The gravest severity counted.
    pub const fn worst(&self) -> Option<Severity> {
        match self {
            Self { errors: 1.., .. } => Some(Severity::Error),
            Self { warnings: 1.., .. } => Some(Severity::Warning),
            Self { notes: 1.., .. } => Some(Severity::Note),
            _ => None,
        }
    }

    /// One word: `error`, `warning`, `note` or `clean`.
    pub(super) fn verdict(&self) -> &'static str {
        self.worst().map_or("clean", super::text::severity)
    }
}

impl<'a> FromIterator<&'a Finding> for Counts {
    fn from_iter<I: IntoIterator<Item = &'a Finding>>(findings: I) -> Self {
        let mut counts = Self::default();
        findings
            .into_iter()
            .for_each(|finding| counts.add(finding.severity));
        counts
    }
}

impl fmt::Display for Counts {
    /// `2 errors, 1 warning`; `no findings`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts = [
            (self.errors, "error"),
            (self.warnings, "warning"),
            (self.notes, "note"),
        ];
        let words: Vec<_> = parts
            .into_iter()
            .filter(|(n, _)| *n > 0)
            .map(|(n, noun)| count(n, noun))
            .collect();
        if words.is_empty() {
            f.write_str("no findings")
        } else {
            f.write_str(&words.join(", "))
        }
    }
}

/// What a whole report comes to.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// All findings.
    pub findings: Counts,
    /// The findings of each connection, by its index in [`Report::flows`].
    pub by_flow: Vec<Counts>,
    /// Connections that are only counted, without a finding.
    pub quiet: usize,
    /// TCP segments in all captures.
    pub segments: u64,
}

impl Summary {
    /// Counts a report.
    pub fn of(report: &Report) -> Self {
        let mut by_flow = vec![Counts::default(); report.flows.len()];
        for finding in &report.findings {
            if let Some(counts) = finding.flow.and_then(|flow| by_flow.get_mut(flow)) {
                counts.add(finding.severity);
            }
        }
        Self {
            findings: report.findings.iter().collect(),
            by_flow,
            quiet: report.connections().saturating_sub(report.flows.len()),
            segments: report
                .captures
                .iter()
                .fold(0, |sum, capture| sum.saturating_add(capture.segments)),
        }
    }

    /// All connections.
    pub const fn connections(&self) -> usize {
        self.by_flow.len().saturating_add(self.quiet)
    }

    /// Connections without a finding.
    pub fn clean(&self) -> usize {
        self.by_flow
            .iter()
            .filter(|counts| counts.worst().is_none())
            .count()
            .saturating_add(self.quiet)
    }

    /// Connections with one.
    pub fn marked(&self) -> usize {
        self.connections().saturating_sub(self.clean())
    }
}
