//! `retransmission-payload-differs`: sends other octets at the same sequence numbers. The page beside this file is its documentation and its test.

use crate::flow::newer;
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger, Variable};

/// Sends other octets at the same sequence numbers.
pub static RULE: Rule = Rule {
    code: "TCP207",
    name: "retransmission-payload-differs",
    summary: "sends other octets under sequence numbers that it used before",
    variable: Variable::Text,
    cites: &[Cite::rfc(9293, "3.4"), Cite::rfc(9293, "3.8")],
    requirements: &["U-15"],
    also_known_as: &[
        "tcp.segment.overlap.conflict",
        "stream.reassembly_overlap_different_data",
        "rexmit_inconsistency",
    ],
    check: Check::Emission {
        when: Trigger::TEXT.but_ordinary(),
        guard: check,
    },
    page: include_str!("retransmission_payload_differs.md"),
    ..Rule::FAULT
};

/// Every octet has its own number (section 3.4): two segments of one stream agree about the octets that both carry.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    // A single octet may be a keep-alive's (MAY-6) or a window probe's. What is older than the stream may be another stream's.
    let stale = segment
        .options
        .timestamps
        .zip(e.own.clock.newest())
        .is_some_and(|(ts, newest)| newer(newest, ts.val));
    // A lower ACK than before is not that of the same connection: a listener with SYN cookies may have opened it anew.
    let reborn = e.sent.ack < e.own.ack_max || e.own.reset.is_some() || e.peer.reset.is_some();
    if segment.text < 2 || segment.syn() || !segment.has_ack() || stale || reborn {
        return Ok(());
    }
    let (Some(best), Some(tie)) = (e.worth(Proof::Certain), e.own.sums.contradicts(&e.sent)) else {
        return Ok(());
    };
    let (start, end) = (e.sent.text_start(), e.sent.text_end());
    // Two senders under one name differ in the way to the tap.
    let proof = if tie.ttl == segment.marks.ttl {
        best
    } else {
        Proof::Weak
    };
    Err(Breach {
        message: format!(
            "sends octets {start}..{end} again, and they are not those of frame {}",
            tie.frame
        ),
        expected: format!("the octets {start}..{end} as sent before"),
        seen: "others".into(),
        need: Need::Nothing,
        proof,
        witnesses: vec![tie.frame],
    })
}
