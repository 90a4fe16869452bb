//! `syn-option-outside-syn`: carries an option of the handshake in a segment without SYN. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Reading;

/// Carries an option of the handshake in a segment without SYN.
pub static RULE: Rule = Rule {
    code: "TCP601",
    name: "syn-option-outside-syn",
    summary: "carries an option of the handshake in a segment without SYN",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Syntax,
    cites: &[
        Cite::rfc(9293, "3.2"),
        Cite::rfc(7323, "2.2"),
        Cite::rfc(2018, "2"),
    ],
    requirements: &["MUST-65", "WS-1", "SK-1"],
    also_known_as: &["tcp.options.mss.present"],
    check: Check::Emission {
        when: Trigger::SYN_OPTION,
        guard: check,
    },
    page: include_str!("syn_option_outside_syn.md"),
};

/// Maximum segment size, window scale and SACK-permitted are for SYN segments only.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let options = &e.segment().options;
    let offered = [
        (options.mss.is_some(), "maximum segment size"),
        (options.window_scale.is_some(), "window scale"),
        (options.sack_permitted, "SACK-permitted"),
    ];
    let Some((_, option)) = offered.into_iter().find(|(there, _)| *there) else {
        return Ok(());
    };
    // Behind an option of illegal length anything looks like an option.
    let Some(proof) = e
        .worth(Proof::Certain)
        .filter(|_| options.reading != Reading::Malformed)
    else {
        return Ok(());
    };
    Err(Breach {
        message: format!("sends the option {option} in a segment without SYN"),
        expected: "only in a SYN".into(),
        seen: format!("{option} with {}", e.segment().flags),
        need: Need::Nothing,
        proof: if e.is_joined() {
            proof
        } else {
            proof.min(Proof::Strong)
        },
        witnesses: Vec::new(),
    })
}
