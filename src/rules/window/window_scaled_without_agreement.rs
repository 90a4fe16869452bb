//! `window-scaled-without-agreement`: scales its windows though the peer never agreed to it. The page beside this file is its documentation and its test.

use crate::rules::{Breach, Check, Cite, Emission, Need, Proof, Rule, Trigger, Variable};
use crate::tcp::{Reading, Seq};

/// Scales its windows though the peer never agreed to it.
pub static RULE: Rule = Rule {
    code: "TCP303",
    name: "window-scaled-without-agreement",
    summary: "scales its windows though the peer never agreed to it",
    variable: Variable::Edge,
    cites: &[Cite::rfc(7323, "2.2"), Cite::rfc(7323, "2.3")],
    requirements: &["WS-5"],
    also_known_as: &["tcp.window_size_scalefactor"],
    check: Check::Emission {
        when: Trigger::NO_SYN.but_ordinary(),
        guard: check,
    },
    page: include_str!("window_scaled_without_agreement.md"),
    ..Rule::FAULT
};

/// Both sides must offer scaling (RFC 7323 section 2.2). Before any text came, the window that follows a SYN is that of the SYN: what is
/// left of it when it is shifted by the shift that only one side offered was shifted.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (Some(own), Some(peer)) = (&e.own.syn, &e.peer.syn) else {
        return Ok(());
    };
    let Some(shift) = own
        .options
        .window_scale
        .filter(|shift| (2..=14).contains(shift))
    else {
        return Ok(());
    };
    let agreed = peer.offers.window_scale || peer.offers.unread;
    let nothing_came =
        e.sent.ack == Some(Seq::FIRST) && !e.peer.octets.covers(Seq::FIRST, Seq::FIRST + 1);
    if agreed || !nothing_came || own.options.reading != Reading::Complete || e.window_is_shared() {
        return Ok(());
    }
    let (offered, now) = (i64::from(own.wnd), i64::from(e.segment().wnd));
    let unit = 1 << shift;
    let shifted = now > 0 && ((now << shift) - offered).abs() < unit && offered >= 4 * unit;
    let Some(proof) = e.worth(Proof::Strong).filter(|_| shifted) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "offers a window of {now}, which is its SYN's {offered} shifted by {shift}; the peer's SYN does not offer scaling"
        ),
        expected: format!("window {offered}"),
        seen: format!("window {now}"),
        need: Need::PeerOffer,
        proof,
        witnesses: vec![own.frame, peer.frame],
    })
}
