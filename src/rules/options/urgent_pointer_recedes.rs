//! `urgent-pointer-recedes`: takes urgent data back. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger};
use crate::tcp::Flags;

/// Takes urgent data back.
pub static RULE: Rule = Rule {
    code: "TCP649",
    name: "urgent-pointer-recedes",
    summary: "takes urgent data back",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(9293, "3.8.5")],
    requirements: &["U-16", "MUST-31"],
    check: Check::Emission {
        when: Trigger::URGENT,
        guard: check,
    },
    page: include_str!("urgent_pointer_recedes.md"),
    ..Rule::NOTE
};

/// The end of urgent data moves forward.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (segment, Some(before)) = (e.segment(), e.own.signs.urgent) else {
        return Ok(());
    };
    let end = e.sent.seq + i64::from(segment.up);
    let capped = segment.up == u16::MAX;
    let recedes = segment.flags.has(Flags::URG) && !capped && end < before.end;
    // What has been sent already was read; a new urgent mode may begin behind it.
    let over = before.end <= e.sent.seq;
    let Some(proof) = e.worth(Proof::Strong).filter(|_| recedes && !over) else {
        return Ok(());
    };
    if !e.surely_after(before.tsval) || !e.is_joined() {
        return Ok(());
    }
    Err(Breach {
        message: format!(
            "announces urgent data up to {end} after it had announced it up to {} in frame {}",
            before.end, before.frame
        ),
        expected: format!("urgent end ≥ {}", before.end),
        seen: format!("urgent end {end}"),
        need: Need::Nothing,
        proof,
        witnesses: vec![before.frame],
    })
}
