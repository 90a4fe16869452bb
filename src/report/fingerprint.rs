//! Fingerprints. Exact: the same fault in the same connection has the same one in every run and on every machine. Shape: what
//! survives a new capture of the same behaviour, with other ports, initial numbers, addresses and times.
//!
//! FNV-1a with 64 bits, written out because the standard library does not promise its hash between releases. Not meant to resist anybody.

use super::text::{self, flow_name};
use crate::finding::{Finding, Report};
use std::collections::BTreeMap;

/// Both fingerprints of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prints {
    /// Of rule, role, 4-tuple, incarnation, message (relative numbers) and ordinal.
    pub exact: String,
    /// Of rule, role, the port that is connected to, and the message without its numbers.
    pub shape: String,
}

impl Prints {
    /// The fingerprints of the findings of a report, in their order.
    pub fn of(report: &Report) -> Vec<Self> {
        let mut told = BTreeMap::new();
        let both = |finding| Self {
            exact: exact(report, finding, &mut told),
            shape: shape(report, finding),
        };
        report.findings.iter().map(both).collect()
    }
}

/// Equal findings of one capture are numbered, so that each has a fingerprint of its own.
fn exact(report: &Report, finding: &Finding, told: &mut BTreeMap<(usize, u64), u64>) -> String {
    let flow = finding.flow.and_then(|flow| report.flows.get(flow));
    let mut hash = Fnv::default();
    hash.field(finding.rule.code);
    hash.field(finding.role.map_or("", text::role));
    hash.field(&flow.map(flow_name).unwrap_or_default());
    hash.field(&flow.map_or(0, |flow| flow.incarnation).to_string());
    hash.field(&finding.message);
    let ordinal = told.entry((finding.capture, hash.0)).or_default();
    *ordinal = ordinal.saturating_add(1);
    hash.field(&ordinal.to_string());
    hash.to_string()
}

/// The shape of one finding.
pub fn shape(report: &Report, finding: &Finding) -> String {
    let mut hash = Fnv::default();
    hash.field(finding.rule.code);
    hash.field(finding.role.map_or("", text::role));
    hash.field(&service(report, finding).map_or_else(String::new, |port| port.to_string()));
    hash.field(&skeleton(&finding.message));
    hash.to_string()
}

/// The port that the connection was opened to; where nobody knows, the lower one, which it mostly is.
pub fn service(report: &Report, finding: &Finding) -> Option<u16> {
    let flow = report.flows.get(finding.flow?)?;
    Some(if flow.roles_known {
        flow.second.port()
    } else {
        flow.first.port().min(flow.second.port())
    })
}

/// The kind of event: the message without numbers, addresses and units, which are another capture's.
fn skeleton(message: &str) -> String {
    let mut words = Vec::new();
    let mut counted = false;
    for word in message.split_whitespace() {
        let number = word.contains(|c: char| c.is_ascii_digit());
        match (number, counted) {
            (true, false) => words.push("#"),
            (false, true) if is_unit(word) => {}
            (false, _) => {
                let singular = word.trim_end_matches(|c: char| !c.is_alphanumeric());
                words.push(singular.strip_suffix('s').unwrap_or(singular));
            }
            (true, true) => {}
        }
        counted = number;
    }
    words.join(" ")
}

fn is_unit(word: &str) -> bool {
    let word = word.trim_end_matches(|c: char| !c.is_alphanumeric());
    matches!(word, "ns" | "µs" | "ms" | "s" | "min" | "h")
}

/// A hash that other formats may feed too.
pub(super) struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a field and its end: no text can pose as two fields, because 0xff occurs in no UTF-8.
    pub(super) fn field(&mut self, text: &str) {
        for octet in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        }
    }
}

impl std::fmt::Display for Fnv {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_do_not_run_together() {
        let (mut one, mut other) = (Fnv::default(), Fnv::default());
        one.field("ab");
        one.field("c");
        other.field("a");
        other.field("bc");
        assert_ne!(one.0, other.0);
    }

    #[test]
    fn a_skeleton_keeps_the_words_and_drops_what_was_measured() {
        let one = "acknowledges 10893; 10.0.0.1 had sent up to 1001, 1 octet in 177.6 s: early";
        let other = "acknowledges 7; [2001:db8::1]:80 had sent up to 3, 22 octets in 3 ms: early";
        assert_eq!(skeleton(one), skeleton(other));
        assert_eq!(
            skeleton(one),
            "acknowledge # had sent up to # octet in # early"
        );
        assert_ne!(skeleton("sends 3 octets"), skeleton("takes 3 octets back"));
    }
}
