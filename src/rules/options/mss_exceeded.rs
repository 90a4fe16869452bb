//! `mss-exceeded`: sends more in one segment than the peer's maximum segment size. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::Checksum;

/// Sends more in one segment than the peer's maximum segment size.
pub static RULE: Rule = Rule {
    code: "TCP611",
    name: "mss-exceeded",
    summary: "sends more in one segment than the peer's maximum segment size",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Size,
    cites: &[Cite::rfc(9293, "3.7.1")],
    requirements: &["MUST-15", "MUST-16"],
    also_known_as: &[],
    check: Check::Emission {
        when: Trigger::TEXT.but_ordinary(),
        guard: check,
    },
    page: include_str!("mss_exceeded.md"),
};

/// What a datagram on an ordinary link holds. Longer ones come from offload, or from links where offload is the rule.
const ORDINARY: i64 = 1500;

/// Text and options together stay within the peer's MSS, or within the default where it named none.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (segment, Some(syn)) = (e.segment(), e.peer.syn.as_ref()) else {
        return Ok(());
    };
    let (default, headers) = match segment.marks.ip_id {
        Some(_) => (536, 40),
        None => (1220, 60),
    };
    let mss = syn.offers.mss.map_or(default, i64::from);
    // Stacks put a floor under what they are asked for; none keeps below the smallest default. And of what a SYN asked for, a SYN
    // cookie remembers one of a few sizes, the least of which is the default (RFC 4987 section 3.6).
    let forgets = syn.offers.without_mss || !e.context.opener;
    let limit = mss.max(if forgets { default } else { 536 });
    let (text, options) = (i64::from(segment.text), i64::from(segment.option_octets));
    let readable = !syn.offers.unread && !segment.syn() && e.is_joined();
    if text + options <= limit || !readable || may_be_several(e, headers + options + text) {
        return Ok(());
    }
    Err(Breach {
        message: match syn.offers.mss {
            Some(_) => format!(
                "sends {text} octets of text and {options} of options in one segment; the peer takes {mss}"
            ),
            None => format!(
                "sends {text} octets of text and {options} of options in one segment; the peer named no size, so {mss} is the most"
            ),
        },
        expected: format!("text and options ≤ {mss}"),
        seen: format!("{text} + {options}"),
        need: Need::PeerOffer,
        // Stacks that forget the options are many, and boxes that change the MSS by a few octets, too.
        proof: if text > limit {
            Proof::Strong
        } else {
            Proof::Weak
        },
        witnesses: vec![syn.frame],
    })
}

/// Whether the frame may stand for several segments: cut later by the sender's card, or joined by the receiver's. Their
/// checksums are unfinished as a rule, and they are longer than what a wire carries.
fn may_be_several(e: &Emission<'_>, datagram: i64) -> bool {
    let marks = e.segment().marks;
    let unfinished = [e.own, e.peer]
        .iter()
        .any(|end| end.checksums.offloaded > 0 || end.checksums.bad > 0);
    e.segment().checksum != Checksum::Good
        || marks.length_from_record
        || unfinished
        || datagram > ORDINARY
}
