//! The exit status: 0 checked and nothing at or above the threshold, 1 findings, 2 the job could not be done.

use crate::finding::Report;
use crate::report::{Summary, escape};
use crate::rules::Severity;
use std::process::ExitCode;

/// How a run ended; the graver outranks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// Nothing at or above the threshold.
    Green,
    /// Findings.
    Red,
    /// The job could not be done, or not all of it.
    Failed,
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Green => 0,
            Status::Red => 1,
            Status::Failed => 2,
        })
    }
}

/// What the status depends on.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Gate {
    /// The least severity that is red; `None` for never.
    pub(super) threshold: Option<Severity>,
    /// The fewest connections that each capture must hold.
    pub(super) min_flows: u64,
    /// Whether a capture that is cut short fails.
    pub(super) strict_input: bool,
}

/// The fact, and the rule, that say of a recording what `--strict-input` refuses: reading ended before the file did.
const CUT: &str = "truncated-file";

impl Gate {
    /// The status of a report, and what has to be said on stderr about it: nothing checked is never silently green.
    pub(super) fn judge(&self, report: &Report) -> (Status, Vec<String>) {
        let mut status = self.color(Summary::of(report).findings.worst());
        if !report.failures.is_empty() {
            status = Status::Failed;
        }
        let mut remarks = Vec::new();
        let mut flows = vec![0_u64; report.captures.len()];
        for (n, capture) in flows.iter_mut().zip(&report.captures) {
            *n = capture.quiet.values().sum();
        }
        for flow in &report.flows {
            if let Some(n) = flows.get_mut(flow.capture) {
                *n = n.saturating_add(1);
            }
        }
        for (index, (capture, flows)) in report.captures.iter().zip(flows).enumerate() {
            let name = escape(&capture.name);
            if flows < self.min_flows {
                status = Status::Failed;
                remarks.push(format!(
                    "{name}: {flows} connections, fewer than --min-flows {}",
                    self.min_flows
                ));
            } else if capture.segments == 0 {
                remarks.push(format!(
                    "{name}: nothing checked, not one TCP segment in {} packets",
                    capture.frames
                ));
            }
            let damaged = report
                .findings
                .iter()
                .any(|finding| finding.capture == index && finding.rule.name == CUT);
            if self.strict_input && (damaged || capture.tags.contains(CUT)) {
                status = Status::Failed;
                remarks.push(format!(
                    "{name}: cut short or damaged, refused by --strict-input"
                ));
            }
        }
        (status, remarks)
    }
}

impl Gate {
    fn color(&self, worst: Option<Severity>) -> Status {
        match (worst, self.threshold) {
            (Some(worst), Some(threshold)) if worst >= threshold => Status::Red,
            _ => Status::Green,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::CaptureRecord;

    fn without_tcp() -> Report {
        let capture = CaptureRecord {
            name: "a.pcap".to_owned(),
            frames: 3,
            ..CaptureRecord::default()
        };
        Report {
            captures: vec![capture],
            ..Report::default()
        }
    }

    #[test]
    fn findings_at_the_threshold_are_red() {
        let at = |threshold| Gate {
            threshold,
            ..Gate::default()
        };
        let warning = Some(Severity::Warning);
        assert_eq!(at(Some(Severity::Error)).color(warning), Status::Green);
        assert_eq!(at(Some(Severity::Warning)).color(warning), Status::Red);
        assert_eq!(at(Some(Severity::Note)).color(warning), Status::Red);
        assert_eq!(at(Some(Severity::Note)).color(None), Status::Green);
        assert_eq!(at(None).color(Some(Severity::Error)), Status::Green);
    }

    #[test]
    fn nothing_checked_is_never_silent() {
        let (status, remarks) = Gate::default().judge(&without_tcp());
        assert_eq!(status, Status::Green);
        assert_eq!(
            remarks,
            ["a.pcap: nothing checked, not one TCP segment in 3 packets"]
        );
    }

    #[test]
    fn too_few_connections_fail() {
        let gate = Gate {
            min_flows: 1,
            ..Gate::default()
        };
        let (status, remarks) = gate.judge(&without_tcp());
        assert_eq!(status, Status::Failed);
        assert_eq!(remarks, ["a.pcap: 0 connections, fewer than --min-flows 1"]);
    }

    #[test]
    fn a_cut_tail_fails_only_where_it_is_refused() {
        let mut report = without_tcp();
        report.captures.iter_mut().for_each(|capture| {
            capture.tags.insert("truncated-file");
        });
        assert_eq!(Gate::default().judge(&report).0, Status::Green);
        let strict = Gate {
            strict_input: true,
            ..Gate::default()
        };
        assert_eq!(strict.judge(&report).0, Status::Failed);
    }
}
