//! Exact fingerprints: the same fault in the same connection has the same one in every run and on every machine.
//!
//! FNV-1a with 64 bits, written out because the standard library does not promise its hash between releases. Not meant to resist anybody.

use super::text::{self, flow_name};
use crate::finding::{Finding, Report};
use std::collections::BTreeMap;

/// Numbers equal findings of one capture, so that each has a fingerprint of its own.
#[derive(Debug, Default)]
pub(super) struct Fingerprints {
    told: BTreeMap<(usize, u64), u64>,
}

impl Fingerprints {
    /// Of rule, role, 4-tuple, incarnation, message (relative numbers) and ordinal; to be asked once per finding, in order.
    pub(super) fn of(&mut self, report: &Report, finding: &Finding) -> String {
        let flow = finding.flow.and_then(|flow| report.flows.get(flow));
        let mut hash = Fnv::default();
        hash.field(finding.rule.code);
        hash.field(finding.role.map_or("", text::role));
        hash.field(&flow.map(flow_name).unwrap_or_default());
        hash.field(&flow.map_or(0, |flow| flow.incarnation).to_string());
        hash.field(&finding.message);
        let ordinal = self.told.entry((finding.capture, hash.0)).or_default();
        *ordinal = ordinal.saturating_add(1);
        hash.field(&ordinal.to_string());
        format!("{:016x}", hash.0)
    }
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Adds a field and its end: no text can pose as two fields, because 0xff occurs in no UTF-8.
    fn field(&mut self, text: &str) {
        for octet in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(octet)).wrapping_mul(0x0100_0000_01b3);
        }
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
}
