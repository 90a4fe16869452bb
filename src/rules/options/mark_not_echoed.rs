//! `mark-not-echoed`: takes marked segments and says nothing of it. The page beside this file is its documentation and its test.
use crate::flow::Endpoint;
use crate::rules::{Breach, Check, Cite, Emission, Proof, Rule, Trigger};
use crate::tcp::Flags;

/// Takes marked segments and says nothing of it.
pub static RULE: Rule = Rule {
    code: "TCP640",
    name: "mark-not-echoed",
    summary: "takes marked segments and says nothing of it",
    cites: &[Cite::rfc(3168, "6.1.3")],
    requirements: &["EC-7"],
    check: Check::Emission {
        when: Trigger::ACK.but_ordinary(),
        guard: check,
    },
    page: include_str!("mark_not_echoed.md"),
    ..Rule::FAULT
};

/// Three marked segments were taken, none was sent twice, and ECE was never set.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let classic = |end: &Endpoint| {
        end.syn.as_ref().is_some_and(|syn| {
            let offers = syn.offers;
            offers.ecn && !offers.accurate_ecn && !offers.without_ecn && !offers.unread
        })
    };
    let taken = e
        .peer
        .signs
        .third_marked
        .zip(e.sent.ack)
        .is_some_and(|(end, ack)| ack.across() >= end);
    let echoed = e.own.signs.echoed_mark || e.segment().flags.has(Flags::ECE);
    let doubled = e.peer.kept.retransmissions > 0;
    if !taken || echoed || doubled || e.segment().syn() || !classic(e.own) || !classic(e.peer) {
        return Ok(());
    }
    e.wrong_field(
        Proof::Weak,
        "acknowledges three segments with congestion marks and never sets ECE",
        "ECE",
        e.segment().flags.to_string(),
    )
}
