//! `fin-seq-conflict`: places its FIN where its own octets or another FIN say that it is not. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::{Foreign, Local, Seq};

/// Places its FIN where its own octets or another FIN say that it is not.
pub static RULE: Rule = Rule {
    code: "TCP402",
    name: "fin-seq-conflict",
    summary: "places its FIN where its own octets or another FIN say that it is not",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Seq,
    cites: &[Cite::rfc(9293, "3.10.4"), Cite::rfc(9293, "3.4")],
    requirements: &["U-13"],
    also_known_as: &["FIN_advanced_last_seq", "FIN had different seqnum"],
    check: Check::Emission {
        when: Trigger::FIN,
        guard: check,
    },
    page: include_str!("fin_seq_conflict.md"),
};

/// No endpoint has so much under way as a rule.
const NEAR: i64 = 1 << 24;

/// One stream has one end: a FIN must follow every octet sent and repeat at the same place.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    if !e.segment().fin() || e.segment().syn() {
        return Ok(());
    }
    let at = e.sent.text_end();
    let (message, right, frame) = match e.own.fin {
        Some(fin) if fin.at != at => (
            format!("sends a FIN at {at} after one at {}", fin.at),
            fin.at,
            Some(fin.frame),
        ),
        None if at < surely_sent(e) && is_seen_beyond(e, at) => (
            format!(
                "sends a FIN at {at} although it had sent octets up to {}",
                surely_sent(e)
            ),
            surely_sent(e),
            None,
        ),
        _ => return Ok(()),
    };
    Err(Breach {
        message,
        expected: format!("FIN at {right}"),
        seen: format!("FIN at {at}"),
        need: Need::Nothing,
        // A FIN far from the stream may be another incarnation's, or a box's that lost its numbers.
        proof: if e.joins(at) && is_near(e, at) {
            Proof::Certain
        } else {
            Proof::Weak
        },
        witnesses: frame.into_iter().collect(),
    })
}

/// Whether octets of its own are on the record from there on: what its peer acknowledges may count in other numbers.
fn is_seen_beyond(e: &Emission<'_>, at: Seq<Local>) -> bool {
    e.own.octets.touches(at, surely_sent(e))
}

/// Whether it ends where its stream is: octets far beyond may be another incarnation's as well.
fn is_near(e: &Emission<'_>, at: Seq<Local>) -> bool {
    e.own.fin.is_some() || e.own.octets.touches(at, surely_sent(e).min(at + NEAR))
}

/// The end of what it sent for sure: a segment that cannot be verified may have had a bit flipped, unless the peer took it.
fn surely_sent(e: &Emission<'_>) -> Seq<Local> {
    let taken = e.peer.ack_max.map_or(Seq::SYN, Seq::<Foreign>::across);
    e.own.verified_max.max(e.own.snd_max.min(taken))
}
