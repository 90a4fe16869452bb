//! `urgent-pointer-nonsense`: announces urgent data that ends before it begins. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Flags;

/// Announces urgent data that ends before it begins.
pub static RULE: Rule = Rule {
    code: "TCP614",
    name: "urgent-pointer-nonsense",
    summary: "announces urgent data that ends before it begins",
    blame: Blame::Endpoint,
    level: Level::Anomaly,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Header,
    cites: &[Cite::rfc(9293, "3.8.5")],
    requirements: &["MUST-62"],
    also_known_as: &["decode:116:419"],
    check: Check::Emission {
        when: Trigger::URGENT,
        guard: check,
    },
    page: include_str!("urgent_pointer_nonsense.md"),
};

/// The pointer names the octet after the urgent data, which lies ahead: 0 with nothing to carry names nothing.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let segment = e.segment();
    // Under the older reading the pointer names the last urgent octet: 0 is then the segment's own first one.
    let nothing = segment.flags.has(Flags::URG) && segment.up == 0 && segment.text == 0;
    // The end of the data that it announced as urgent, and has just sent: it has not yet been told that they arrived.
    let announced = e.own.signs.urgent;
    if announced.is_some_and(|urgent| urgent.end == e.sent.seq) {
        return Ok(());
    }
    // The octet before it may have been announced as urgent where it is not on the record.
    let best = if e.own.octets.covers(e.sent.seq + -1, e.sent.seq) {
        Proof::Strong
    } else {
        Proof::Weak
    };
    let Some(proof) = e.worth(best).filter(|_| nothing && e.is_joined()) else {
        return Ok(());
    };
    Err(Breach {
        message: "sets URG with urgent pointer 0 in a segment without text".into(),
        expected: "urgent pointer > 0".into(),
        seen: "urgent pointer 0, no text".into(),
        need: Need::Nothing,
        proof,
        witnesses: Vec::new(),
    })
}
