//! `sack-of-unsent`: reports blocks that the peer never sent. The page beside this file is its documentation and its test.

use crate::rules::{
    Blame, Breach, Check, Cite, Emission, Level, Need, Proof, Rule, Status, Trigger, Variable,
};
use crate::tcp::{Foreign, Seq};

/// Reports blocks that the peer never sent.
pub static RULE: Rule = Rule {
    code: "TCP609",
    name: "sack-of-unsent",
    summary: "reports blocks that the peer never sent",
    blame: Blame::Endpoint,
    level: Level::Must,
    status: Status::Stable { since: "0.1.0" },
    variable: Variable::Sack,
    cites: &[Cite::rfc(2018, "3"), Cite::rfc(2018, "4")],
    requirements: &["SK-4"],
    also_known_as: &[],
    check: Check::Emission {
        when: Trigger::SACK,
        guard: check,
    },
    page: include_str!("sack_of_unsent.md"),
};

/// A block names octets received. What the peer was seen to send ends below this one.
fn check(e: &Emission<'_>) -> Result<(), Breach> {
    let (segment, peer) = (e.segment(), e.peer);
    let (Some(ack), Some(anchor)) = (e.sent.ack, peer.anchor) else {
        return Ok(());
    };
    let sent = peer
        .known
        .end()
        .into_iter()
        .chain(peer.empty_max)
        .fold(peer.snd_max, Seq::max)
        .across();
    // Where the ACK itself names what was never seen, `ack-of-unsent` decides.
    let sound = peer.bounded && !segment.syn() && (Seq::SYN..=sent).contains(&ack);
    let blocks: Vec<(Seq<Foreign>, Seq<Foreign>)> = segment
        .options
        .sack
        .iter()
        .map(|&(left, right)| (anchor.unwrap(left, ack), anchor.unwrap(right, ack)))
        .filter(|(left, right)| left < right)
        .collect();
    let Some(&(left, right)) = blocks.iter().find(|(_, right)| *right > sent) else {
        return Ok(());
    };
    // A box that renumbers SEQ and ACK and forgets SACK shifts every block by one constant.
    let fits = |&(_, right): &(Seq<Foreign>, Seq<Foreign>)| right > ack && right <= sent;
    let numbered_alike = e.own.sacks_near || blocks.iter().any(fits) || right - sent < 1 << 20;
    // One octet may be a FIN that the capture missed and that its sender moved.
    let best = if numbered_alike && right - left > 1 {
        Proof::Strong
    } else {
        Proof::Weak
    };
    let Some(proof) = e.worth(best).filter(|_| sound && e.is_joined()) else {
        return Ok(());
    };
    Err(Breach {
        message: format!(
            "reports octets {left}..{right} as received; the peer had sent up to {sent}"
        ),
        expected: format!("blocks up to {sent}"),
        seen: format!("block {left}..{right}"),
        need: Need::PeerBlock(
            left.max(sent),
            u32::try_from(right - left.max(sent)).unwrap_or(u32::MAX),
        ),
        proof,
        witnesses: Vec::new(),
    })
}
