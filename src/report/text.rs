//! Words and numbers as every format spells them. Nothing here knows a format.

use crate::finding::{Finding, FlowRecord, Handshake, Release, Report, Role};
use crate::rules::{Blame, Level, Proof, Severity};
use crate::tcp::StateSet;
use crate::time::{Span, Timestamp};
use std::borrow::Cow;
use std::net::SocketAddr;

/// `text` with everything escaped that could move a cursor, break a line or turn the writing direction: file names are hostile input.
pub fn escape(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        if is_unsafe(c) {
            safe.extend(c.escape_unicode());
        } else {
            safe.push(c);
        }
    }
    Cow::Owned(safe)
}

/// Whether a character can do more than stand in its place.
pub(super) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// The name of a capture.
pub(super) fn file(report: &Report, capture: usize) -> &str {
    let capture = report.captures.get(capture);
    capture.map_or("", |capture| &capture.name)
}

/// Whom a finding is about; nobody where the network or the recording is to blame.
pub(super) fn endpoint(finding: &Finding) -> Option<SocketAddr> {
    let nobody = matches!(finding.blame, Blame::Network | Blame::Capture);
    finding.endpoint.filter(|_| !nobody)
}

/// A finding in one line: what happened, what would have been legal, what would acquit.
pub(super) fn whole(finding: &Finding) -> String {
    let mut text = finding.message.clone();
    for (label, more) in [
        ("expected: ", &finding.expected),
        ("seen: ", &finding.seen),
        ("", &finding.alibi),
    ] {
        if let Some(more) = more {
            text.push_str("; ");
            text.push_str(label);
            text.push_str(more);
        }
    }
    if finding.alike > 0 {
        text.push_str(&format!(" (+{} alike)", finding.alike));
    }
    text
}

/// `a:port-b:port`, the initiator first where it is known.
pub(super) fn flow_name(flow: &FlowRecord) -> String {
    format!("{}-{}", flow.first, flow.second)
}

/// `10.0.0.1:40000 → 10.0.0.2:80`, with `#2` for a later incarnation; `↔` where nobody knows who opened.
pub(super) fn arrow(flow: &FlowRecord) -> String {
    let arrow = if flow.roles_known { '→' } else { '↔' };
    let name = format!("{} {arrow} {}", flow.first, flow.second);
    if flow.incarnation > 1 {
        format!("{name} #{}", flow.incarnation)
    } else {
        name
    }
}

/// A few states by name; where nearly everything is possible, only how much.
pub(super) fn states(states: StateSet) -> String {
    match states.iter().count() {
        0..=5 => states.to_string(),
        n => format!("one of {n} states"),
    }
}

/// `1 error`, `2 errors`.
pub(crate) fn count(n: u64, noun: &str) -> String {
    let s = if n == 1 { "" } else { "s" };
    format!("{n} {noun}{s}")
}

/// `part` of `whole` in percent with two digits, rounded down: all but one of a million is not 100 %.
pub(super) fn percent(part: u64, whole: u64) -> String {
    let hundredths = (u128::from(part) * 10_000)
        .checked_div(u128::from(whole))
        .unwrap_or(0);
    hundredths_percent(hundredths)
}

/// The same for a share that must not be understated.
pub(super) fn percent_at_most(part: u64, whole: u64) -> String {
    let whole = u128::from(whole);
    let hundredths = if whole == 0 {
        0
    } else {
        (u128::from(part) * 10_000).div_ceil(whole)
    };
    hundredths_percent(hundredths)
}

fn hundredths_percent(hundredths: u128) -> String {
    format!("{}.{:02} %", hundredths / 100, hundredths % 100)
}

/// `0.012345`: seconds and microseconds since the first frame.
pub(super) fn seconds(span: Span) -> String {
    let nanos = span.nanos();
    let sign = if nanos < 0 { "-" } else { "" };
    let micros = nanos.unsigned_abs() / 1_000;
    format!("{sign}{}.{:06}", micros / 1_000_000, micros % 1_000_000)
}

/// RFC 3339 in UTC with nanoseconds.
pub(super) fn rfc3339(time: Timestamp) -> String {
    jiff::Timestamp::from_nanosecond(i128::from(time.nanos()))
        .map(|time| format!("{time:.9}"))
        .unwrap_or_default()
}

pub(super) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

pub(super) const fn blame(blame: Blame) -> &'static str {
    match blame {
        Blame::Endpoint => "endpoint",
        Blame::Network => "network",
        Blame::Capture => "capture",
        Blame::ThirdParty => "third-party",
        Blame::Unknown => "unknown",
    }
}

pub(super) const fn proof(proof: Proof) -> &'static str {
    match proof {
        Proof::Certain => "certain",
        Proof::Strong => "strong",
        Proof::Weak => "weak",
    }
}

pub(super) const fn role(role: Role) -> &'static str {
    match role {
        Role::Initiator => "initiator",
        Role::Responder => "responder",
    }
}

pub(super) const fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "MUST",
        Level::Should => "SHOULD",
        Level::Anomaly => "anomaly",
        Level::Note => "note",
    }
}

pub(super) const fn handshake(handshake: Handshake) -> &'static str {
    match handshake {
        Handshake::ThreeWay => "three-way",
        Handshake::Simultaneous => "simultaneous",
        Handshake::FastOpen => "fast-open",
        Handshake::Refused => "refused",
        Handshake::Unanswered => "unanswered",
        Handshake::Incomplete => "incomplete",
        Handshake::Unseen => "unseen",
    }
}

pub(super) const fn release(release: Release) -> &'static str {
    match release {
        Release::FourSegment => "four-segment",
        Release::ThreeSegment => "three-segment",
        Release::Simultaneous => "simultaneous",
        Release::HalfClose => "half-close",
        Release::Reset => "reset",
        Release::Open => "open",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_and_bidi_overrides_are_escaped() {
        assert_eq!(escape("a.pcap"), "a.pcap");
        assert_eq!(
            escape("a\u{1b}[31m\n\u{202e}b"),
            "a\\u{1b}[31m\\u{a}\\u{202e}b"
        );
    }

    #[test]
    fn seconds_before_the_first_frame_keep_their_sign() {
        assert_eq!(seconds(Span::from_micros(-500_001)), "-0.500001");
        assert_eq!(seconds(Span::from_nanos(177_601_234_999)), "177.601234");
    }

    #[test]
    fn times_are_rfc_3339_with_nanoseconds() {
        let time = Timestamp::from_nanos(1_795_326_691_273_194_000);
        assert_eq!(rfc3339(time), "2026-11-22T05:51:31.273194000Z");
        assert_eq!(rfc3339(Timestamp::from_nanos(i64::MIN)).len(), 30);
    }

    #[test]
    fn percent_of_nothing_is_zero() {
        assert_eq!(percent(1, 0), "0.00 %");
        assert_eq!(percent(u64::MAX, u64::MAX), "100.00 %");
        assert_eq!(percent_at_most(1, 0), "0.00 %");
    }

    #[test]
    fn a_bound_is_never_understated() {
        assert_eq!(percent(3, 7), "42.85 %");
        assert_eq!(percent_at_most(3, 7), "42.86 %");
        assert_eq!(percent_at_most(3, 12), "25.00 %");
    }

    #[test]
    fn tables_and_records_use_the_same_words() {
        fn agree<T: serde::Serialize + Copy>(word: fn(T) -> &'static str, values: &[T]) {
            for value in values {
                assert_eq!(serde_json::to_value(value).unwrap(), word(*value));
            }
        }
        agree(
            severity,
            &[Severity::Error, Severity::Warning, Severity::Note],
        );
        agree(
            blame,
            &[
                Blame::Endpoint,
                Blame::Network,
                Blame::Capture,
                Blame::ThirdParty,
                Blame::Unknown,
            ],
        );
        agree(proof, &[Proof::Certain, Proof::Strong, Proof::Weak]);
        agree(role, &[Role::Initiator, Role::Responder]);
        agree(
            handshake,
            &[
                Handshake::ThreeWay,
                Handshake::Simultaneous,
                Handshake::FastOpen,
                Handshake::Refused,
                Handshake::Unanswered,
                Handshake::Incomplete,
                Handshake::Unseen,
            ],
        );
        agree(
            release,
            &[
                Release::FourSegment,
                Release::ThreeSegment,
                Release::Simultaneous,
                Release::HalfClose,
                Release::Reset,
                Release::Open,
            ],
        );
    }
}
