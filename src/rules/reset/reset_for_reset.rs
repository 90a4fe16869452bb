//! `reset-for-reset`: answers a RST with a RST. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};

/// Answers a RST with a RST.
pub static RULE: Rule = Rule {
    code: "TCP502",
    name: "reset-for-reset",
    summary: "answers a RST with a RST",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Reset,
    cites: &[Cite::rfc(9293, "3.5.2"), Cite::rfc(9293, "3.10.7.1")],
    requirements: &["U-18"],
    also_known_as: &["RST_storm"],
    check: Check::Emission {
        when: Trigger::RST,
        guard: check,
    },
    page: include_str!("reset_for_reset.md"),
};

/// Between its last segment and this RST nothing of the peer was seen but a RST, and the numbers are those of an answer to it.
/// An abort of its own may have crossed the peer's: never better than weak.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(frame) = e.context.answers_reset.filter(|_| e.segment().rst()) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "sends a RST right after the peer's RST in frame {frame}, with the numbers of an answer to it"
        ),
        expected: "silence".into(),
        seen: format!("RST at {}", e.sent.seq),
        need: Need::PeerSegment,
        proof: Proof::Weak,
        witnesses: vec![frame],
    })
}
