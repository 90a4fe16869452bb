//! Suppressions: a rule or a fingerprint, where it is accepted, why, and until when.
//!
//! A clock would give the same capture another report tomorrow. So an expiry counts in the capture's own time: a suppression
//! that expires on a day excuses what was recorded until the end of that day (UTC). A capture that is checked in stays excused;
//! whoever wants the calendar to count as well says which day it is (`--today`).

use crate::cli::config::Glob;
use crate::cli::select::Selector;
use crate::filter::Net;
use crate::finding::{Accepted, AcceptedBy, Finding, Report};
use crate::report::{Prints, service};
use crate::time::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// One suppression.
#[derive(Debug)]
pub(in crate::cli) struct Suppression {
    /// Where it stands.
    pub(in crate::cli) line: usize,
    pub(in crate::cli) rule: Option<Selector>,
    /// Exact or shape.
    pub(in crate::cli) fingerprint: Option<String>,
    pub(in crate::cli) reason: String,
    /// The last day on which it holds.
    pub(in crate::cli) expires: Option<Date>,
    pub(in crate::cli) path: Option<Glob>,
    pub(in crate::cli) host: Option<Net>,
    pub(in crate::cli) port: Option<u16>,
}

/// Takes the suppressed findings out of the report. Returns what has to be said about suppressions that no longer hold.
pub(in crate::cli) fn suppress(
    report: &mut Report,
    suppressions: &[Suppression],
    today: Option<Date>,
) -> Vec<String> {
    let mut expired = vec![0_u64; suppressions.len()];
    let prints = Prints::of(report);
    let mut kept = Vec::new();
    let findings = std::mem::take(&mut report.findings);
    for (finding, prints) in findings.into_iter().zip(prints) {
        let mut reason = None;
        for (suppression, expired) in suppressions.iter().zip(&mut expired) {
            if !suppression.names(report, &finding, &prints) {
                continue;
            }
            if suppression.holds(report, &finding, today) {
                reason = Some(suppression.reason.clone());
                break;
            }
            *expired += 1;
        }
        match reason {
            Some(reason) => report.accepted.push(Accepted {
                finding,
                by: AcceptedBy::Suppression,
                reason,
            }),
            None => kept.push(finding),
        }
    }
    report.findings = kept;
    let late = suppressions.iter().zip(expired).filter(|(_, n)| *n > 0);
    late.map(|(suppression, n)| {
        let day = suppression
            .expires
            .map_or_else(String::new, |day| format!(" on {day}"));
        format!(
            "the suppression on line {} expired{day}: {n} of the findings are reported again",
            suppression.line
        )
    })
    .collect()
}

impl Suppression {
    fn names(&self, report: &Report, finding: &Finding, prints: &Prints) -> bool {
        let capture = report.captures.get(finding.capture);
        let rule = self.rule.as_ref();
        rule.is_none_or(|rule| rule.matches(finding.rule))
            && self
                .fingerprint
                .as_ref()
                .is_none_or(|print| *print == prints.exact || *print == prints.shape)
            && self
                .path
                .as_ref()
                .is_none_or(|glob| capture.is_some_and(|capture| glob.matches(&capture.name)))
            && self.host.is_none_or(|net| {
                finding
                    .endpoint
                    .is_some_and(|endpoint| net.contains(endpoint.ip()))
            })
            && self
                .port
                .is_none_or(|port| service(report, finding) == Some(port))
    }

    fn holds(&self, report: &Report, finding: &Finding, today: Option<Date>) -> bool {
        let Some(last) = self.expires else {
            return true;
        };
        let begin = || {
            report
                .captures
                .get(finding.capture)?
                .times
                .map(|times| times.0)
        };
        let recorded = finding.time.or_else(begin).and_then(day);
        // Without any time there is nothing that could be before the expiry.
        recorded.is_some_and(|day| day <= last) && today.is_none_or(|today| today <= last)
    }
}

impl std::fmt::Display for Suppression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut parts = Vec::new();
        let mut say = |label: &str, value: Option<String>| {
            parts.extend(value.map(|value| format!("{label}{value}")));
        };
        say("", self.rule.as_ref().map(ToString::to_string));
        say("fingerprint ", self.fingerprint.clone());
        say("in ", self.path.as_ref().map(|glob| glob.text().to_owned()));
        say("by ", self.host.map(|net| net.to_string()));
        say("port ", self.port.map(|port| port.to_string()));
        say("until ", self.expires.map(|day| day.to_string()));
        write!(f, "{}: {}", parts.join(" "), self.reason)
    }
}

fn day(time: Timestamp) -> Option<Date> {
    let time = jiff::Timestamp::from_nanosecond(i128::from(time.nanos())).ok()?;
    Some(time.to_zoned(TimeZone::UTC).date())
}
