//! `isn-reused`: opens a new connection inside the numbers of the one just ended. The page beside this file is its documentation and its test.
use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};

/// Opens a new connection inside the numbers of the one just ended.
pub static RULE: Rule = Rule {
    code: "TCP109",
    name: "isn-reused",
    summary: "opens a new connection inside the numbers of the one just ended",
    cites: &[Cite::rfc(9293, "3.4.3"), Cite::rfc(9293, "3.4.1")],
    requirements: &["U-23", "MUST-8"],
    also_known_as: &["tcp.analysis.reused_ports", "premature_connection_reuse"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("isn_reused.md"),
    ..Rule::FAULT
};

/// The number was used a moment ago, and nothing but the number tells the two connections apart.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let Some(reuse) = e.context.reuse else {
        return Ok(());
    };
    let soon = reuse.since.is_some_and(|nanos| (0..MSL).contains(&nanos));
    let soon = soon && reuse.closed && reuse.ahead > 0;
    let stamped = e.segment().options.timestamps.is_some();
    let Some(proof) = e.worth(Proof::Weak).filter(|_| soon && !stamped) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "opens a new connection with a number that the last one had used {} octets before its end",
            reuse.ahead
        ),
        expected: "a number beyond the old ones".into(),
        seen: format!("SYN {}", e.segment().seq),
        need: Need::Nothing,
        proof,
        witnesses: vec![reuse.frame],
    })
}

/// The shortest maximum segment lifetime in common use, in nanoseconds.
const MSL: i64 = 30_000_000_000;
