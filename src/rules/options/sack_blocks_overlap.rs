//! `sack-blocks-overlap`: reports SACK blocks that overlap. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger, Variable};
use crate::tcp::{Reading, SeqNum};

/// Reports SACK blocks that overlap.
pub static RULE: Rule = Rule {
    code: "TCP633",
    name: "sack-blocks-overlap",
    summary: "reports SACK blocks that overlap",
    variable: Variable::Sack,
    cites: &[Cite::rfc(2018, "3")],
    requirements: &["SK-5"],
    check: Check::Emission {
        when: Trigger::SACK,
        guard: check,
    },
    page: include_str!("sack_blocks_overlap.md"),
    ..Rule::FAULT
};

/// Runs of octets are apart from each other; only the first may be a duplicate inside another.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let blocks = &e.segment().options.sack;
    let meet = |a: (SeqNum, SeqNum), b: (SeqNum, SeqNum)| {
        b.1.distance_from(a.0) > 0 && a.1.distance_from(b.0) > 0
    };
    let inside = |a: (SeqNum, SeqNum), b: (SeqNum, SeqNum)| {
        a.0.distance_from(b.0) >= 0 && b.1.distance_from(a.1) >= 0
    };
    let overlap = blocks.iter().enumerate().any(|(at, &a)| {
        let mut later = blocks.iter().skip(at + 1);
        later.any(|&b| meet(a, b) && (at > 0 || !inside(a, b)))
    });
    if !overlap || e.segment().options.reading == Reading::Malformed || !e.is_joined() {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        "reports SACK blocks that overlap",
        "blocks with holes between them",
        "an overlap",
    )
}
