//! `wscale-too-large`: offers a window scale above 14. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Offers a window scale above 14.
pub static RULE: Rule = Rule {
    code: "TCP603",
    name: "wscale-too-large",
    summary: "offers a window scale above 14",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Offer,
    cites: &[Cite::rfc(7323, "2.3")],
    requirements: &["WS-3"],
    also_known_as: &[
        "TCP_scale_range",
        "tcp.options.wscale.shift.invalid",
        "decode:116:59",
    ],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("wscale_too_large.md"),
};

/// The shift count is at most 14; a receiver reads a larger one as 14.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let options = &e.segment().options;
    let Some(shift) = options
        .window_scale
        .filter(|shift| *shift > 14 && options.reading != Reading::Malformed)
    else {
        return Ok(());
    };
    let Some(proof) = e.worth(Proof::Certain) else {
        return Ok(());
    };
    Err(Breach {
        message: format!("offers to shift its windows by {shift} bits; 14 is the most"),
        expected: "shift ≤ 14".into(),
        seen: format!("shift {shift}"),
        need: Need::Nothing,
        proof,
        witnesses: Vec::new(),
    })
}
