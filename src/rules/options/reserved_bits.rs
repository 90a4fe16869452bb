//! `reserved-bits`: sets header bits that nobody has assigned. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Flags;

/// Sets header bits that nobody has assigned.
pub static RULE: Rule = Rule {
    code: "TCP612",
    name: "reserved-bits",
    summary: "sets header bits that nobody has assigned",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.1")],
    requirements: &["U-01"],
    also_known_as: &["tcptrace: reserved bits"],
    check: Check::Emission {
        when: Trigger::MARKED,
        guard: check,
    },
    page: include_str!("reserved_bits.md"),
};

/// The three bits between the data offset and AE are zero in every segment. AE belongs to accurate ECN (RFC 9768).
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    let bits = (segment.flags.bits() & Flags::RESERVED.bits()) >> 9;
    let Some(proof) = e.worth(Proof::Certain).filter(|_| bits > 0) else {
        return Ok(());
    };
    Err(Breach {
        message: format!("sets reserved bits of the header ({bits:03b})"),
        expected: "000".into(),
        seen: format!("{bits:03b}"),
        need: Need::Nothing,
        proof: if e.is_joined() {
            proof
        } else {
            proof.min(Proof::Strong)
        },
        witnesses: Vec::new(),
    })
}
