//! `window-scale-changed`: copies of one SYN offer different window scales. The page beside this file is its documentation and its test.
use crate::rules::{Blame, Breach, Check, Cite, Emission, Proof, Rule, Trigger};
use crate::tcp::Seq;

/// Copies of one SYN offer different window scales.
pub static RULE: Rule = Rule {
    code: "TCP630",
    name: "window-scale-changed",
    summary: "copies of one SYN offer different window scales",
    blame: Blame::Unknown,
    cites: &[Cite::rfc(7323, "2.2")],
    requirements: &["WS-6"],
    check: Check::Emission {
        when: Trigger::SYN,
        guard: check,
    },
    page: include_str!("window_scale_changed.md"),
    ..Rule::NOTE
};

/// One SYN, one shift.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let syn = e.own.syn.as_ref().filter(|syn| !syn.offers.unread);
    let first = syn.and_then(|syn| syn.options.window_scale);
    let (Some(first), Some(now)) = (first, e.segment().options.window_scale) else {
        return Ok(());
    };
    if first == now || e.sent.seq != Seq::SYN {
        return Ok(());
    }
    e.wrong_field(
        Proof::Strong,
        format!("offers window scale {now} in a copy of the SYN that offered {first}"),
        format!("window scale {first}"),
        format!("window scale {now}"),
    )
}
