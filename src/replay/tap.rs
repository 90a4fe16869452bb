//! Where the capture was taken, by vote over the connections of each host (model: tap position). A label, and the licence for
//! findings about what an endpoint should have done; no other verdict depends on it.
//!
//! Hard evidence: which way frames passed the capturing machine, short frames that only one side's network card filled up,
//! checksums that only one side left unfinished. Soft evidence: where the round trip of the handshake lies. Frames above the
//! MTU are none: the sender's segmentation offload makes them, and the receiver's does as well.

use crate::flow::{FourTuple, Incarnation, Observation, Pair, Side};
use crate::tcp::{Checksum, Direction};
use crate::time::{Span, Timestamp};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// Where the capture was taken, seen from the connections in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Tap {
    /// Concluded from the capture.
    #[default]
    Auto,
    /// At the host that opens the connections.
    Client,
    /// At the host that is connected to.
    Server,
    /// Between them.
    Middle,
}

impl Tap {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Client, Self::Server, Self::Middle];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Client => "client",
            Self::Server => "server",
            Self::Middle => "middle",
        }
    }

    /// The tap of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tap| tap.name() == name)
    }
}

/// How surely the tap is at a host.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It is elsewhere, or nothing tells.
    Apart,
    /// The handshakes look like it.
    Perhaps,
    /// The user says so, or the frames do.
    There,
}

/// What the frames that one side of a connection sent have in common.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Tally {
    outbound: u32,
    inbound: u32,
    /// Passed on by the capturing machine: sent by it, with a TTL that a router has lowered.
    routed: u32,
    padded: u32,
    bare: u32,
    /// Segments without text whose checksum was right, or left to the network card. Those with text tell less: a receiver that
    /// merges them leaves no right sum either.
    summed: u32,
    unsummed: u32,
}

impl Tally {
    /// Counts a frame in.
    pub(super) fn note(&mut self, seen: &Observation) {
        let marks = &seen.segment.marks;
        let counts = [
            (
                seen.framing.direction == Direction::Incoming,
                &mut self.inbound,
            ),
            (seen.framing.padded == Some(true), &mut self.padded),
            (seen.framing.padded == Some(false), &mut self.bare),
        ];
        for (_, count) in counts.into_iter().filter(|(holds, _)| *holds) {
            *count = count.saturating_add(1);
        }
        if seen.framing.direction == Direction::Outgoing {
            // The values that stacks begin with.
            let first_hop = matches!(marks.ttl, 32 | 60 | 64 | 128 | 255);
            let count = if first_hop {
                &mut self.outbound
            } else {
                &mut self.routed
            };
            *count = count.saturating_add(1);
        }
        if seen.segment.text == 0 {
            match seen.segment.checksum {
                Checksum::Good => self.summed = self.summed.saturating_add(1),
                Checksum::Bad | Checksum::Offloaded => {
                    self.unsummed = self.unsummed.saturating_add(1);
                }
                Checksum::Unknown => {}
            }
        }
    }
}

/// What one connection says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Vote {
    At(Side),
    Both,
    Between,
}

/// How often the connections of a host say that the tap is there, or that it is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Votes {
    here: u64,
    away: u64,
}

impl Votes {
    fn plus(self, other: Self) -> Self {
        Self {
            here: self.here.saturating_add(other.here),
            away: self.away.saturating_add(other.away),
        }
    }
}

/// Connections by the place that they name: at the opener, at its peer, between.
type Places = [u64; 3];

/// How many hosts are kept of a part of the connections.
const HOSTS: usize = 1 << 12;

/// All votes of a capture. Merging is associative and commutative.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Taps {
    /// Hard and soft votes, and in how many of the parts that were full the host is.
    hosts: BTreeMap<IpAddr, ([Votes; 2], u64)>,
    /// Parts that could take no further hosts, and whether this is one.
    full: u64,
    places: [Places; 2],
}

/// What decides: the evidence itself, or how it looks.
const HARD: usize = 0;
const SOFT: usize = 1;

impl Taps {
    /// Both together.
    #[must_use]
    pub(super) fn merge(mut self, other: Self) -> Self {
        self.full += other.full;
        for (host, (votes, within)) in other.hosts {
            let (own, in_full) = self.hosts.entry(host).or_default();
            for (own, other) in own.iter_mut().zip(votes) {
                *own = own.plus(other);
            }
            *in_full += within;
        }
        for (own, other) in self
            .places
            .iter_mut()
            .flatten()
            .zip(other.places.into_iter().flatten())
        {
            *own = own.saturating_add(other);
        }
        self
    }

    /// The place that most connections name, and what it rests on.
    pub fn place(&self) -> (&'static str, &'static str) {
        const NAMES: [&str; 3] = ["client", "server", "middle"];
        for (places, basis) in self.places.iter().zip(["frames", "handshakes"]) {
            let most = places.iter().copied().max().unwrap_or(0);
            let mut best = places
                .iter()
                .zip(NAMES)
                .filter(|(count, _)| **count == most);
            if let (1.., Some((_, name)), None) = (most, best.next(), best.next()) {
                return (name, basis);
            }
        }
        ("unknown", "nothing")
    }

    /// How surely the tap is at `host`.
    pub(super) fn standing(&self, host: IpAddr) -> Standing {
        let ([hard, soft], within) = self.hosts.get(&host).copied().unwrap_or_default();
        // What a part that was full has not counted may speak against it.
        if within < self.full {
            return Standing::Apart;
        }
        match (hard, soft) {
            (Votes { here: 1.., away: 0 }, _) => Standing::There,
            // Hard evidence that disagrees decides nothing; soft evidence may stand on three quarters.
            (Votes { here: 0, away: 0 }, Votes { here, away }) if here > 0 && away <= here / 4 => {
                Standing::Perhaps
            }
            _ => Standing::Apart,
        }
    }

    /// It can take no further hosts: those that it has are the only ones that are known here.
    fn fill(&mut self) {
        if self.full == 0 {
            self.full = 1;
            self.hosts.values_mut().for_each(|(_, within)| *within = 1);
        }
    }

    /// Takes in a connection's vote.
    fn count(&mut self, kind: usize, tuple: &FourTuple, opener: Option<Side>, vote: Vote) {
        for side in Side::BOTH {
            let here = vote == Vote::At(side) || vote == Vote::Both;
            let host = tuple.address(side).ip();
            if self.hosts.len() >= HOSTS && !self.hosts.contains_key(&host) {
                self.fill();
                continue;
            }
            let (votes, _) = self.hosts.entry(host).or_default();
            if let Some(votes) = votes.get_mut(kind) {
                *votes = votes.plus(Votes {
                    here: u64::from(here),
                    away: u64::from(!here),
                });
            }
        }
        let place = match (vote, opener) {
            (Vote::Between, _) => 2,
            (Vote::At(side), Some(opener)) => usize::from(side != opener),
            (Vote::At(_), None) | (Vote::Both, _) => return,
        };
        if let Some(count) = self
            .places
            .get_mut(kind)
            .and_then(|kind| kind.get_mut(place))
        {
            *count = count.saturating_add(1);
        }
    }

    /// Takes in what one 4-tuple shows; with each incarnation the time of its third segment.
    pub(super) fn hear<'a>(
        &mut self,
        tuple: &FourTuple,
        tallies: &Pair<Tally>,
        incarnations: impl Iterator<Item = (&'a Incarnation, Option<Timestamp>)>,
    ) {
        let mut opener = None;
        for (incarnation, third) in incarnations {
            opener = opener.or(incarnation.opener);
            self.count_soft(tuple, Handshaken::of(incarnation, third));
        }
        self.count_hard(tuple, tallies, opener);
    }

    /// The same of a 4-tuple with one incarnation.
    pub(super) fn hear_one(
        &mut self,
        tuple: &FourTuple,
        tallies: &Pair<Tally>,
        handshake: Handshaken,
    ) {
        self.count_soft(tuple, Some(handshake));
        self.count_hard(tuple, tallies, Some(handshake.opener));
    }

    fn count_soft(&mut self, tuple: &FourTuple, handshake: Option<Handshaken>) {
        let vote = handshake.and_then(|handshake| Some((handshake.opener, handshake.soft()?)));
        if let Some((opener, vote)) = vote {
            self.count(SOFT, tuple, Some(opener), vote);
        }
    }

    fn count_hard(&mut self, tuple: &FourTuple, tallies: &Pair<Tally>, opener: Option<Side>) {
        if let Some(vote) = hard(tuple, tallies) {
            self.count(HARD, tuple, opener, vote);
        }
    }
}

/// What the frames of both sides prove; `None` where they say nothing, or contradict each other.
fn hard(tuple: &FourTuple, tallies: &Pair<Tally>) -> Option<Vote> {
    let hosts = Side::BOTH.map(|side| tuple.address(side).ip());
    if hosts[0] == hosts[1] || hosts.iter().all(IpAddr::is_loopback) {
        return Some(Vote::Both);
    }
    let mut verdict = None;
    let votes = Side::BOTH
        .into_iter()
        .flat_map(|side| at(side, tallies.get(side), tallies.get(side.other())))
        .chain(between(tallies.get(Side::Low), tallies.get(Side::High)));
    for vote in votes {
        if *verdict.get_or_insert(vote) != vote {
            return None;
        }
    }
    verdict
}

fn at(side: Side, own: &Tally, peer: &Tally) -> Option<Vote> {
    own.is_here(peer).then_some(Vote::At(side))
}

impl Tally {
    /// Whether the frames of both sides say that the tap is at this one.
    pub(super) const fn is_here(&self, peer: &Self) -> bool {
        let own = self;
        let sends = own.outbound > 0
            && peer.inbound > 0
            && own.inbound + own.routed + peer.outbound + peer.routed == 0;
        let unpadded = own.bare > 0 && peer.padded > 0 && own.padded + peer.bare == 0;
        let offloads = own.unsummed > 0 && peer.summed > 0 && own.summed + peer.unsummed == 0;
        sends || unpadded || offloads
    }
}

fn between(low: &Tally, high: &Tally) -> Option<Vote> {
    let filled = low.padded > 0 && high.padded > 0 && low.bare + high.bare == 0;
    (filled || low.routed + high.routed > 0).then_some(Vote::Between)
}

/// The times of a handshake of which each segment was sent once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handshaken {
    pub(super) opener: Side,
    pub(super) syn: Option<Timestamp>,
    pub(super) answer: Option<Timestamp>,
    pub(super) third: Option<Timestamp>,
}

impl Handshaken {
    fn of(incarnation: &Incarnation, third: Option<Timestamp>) -> Option<Self> {
        let opener = incarnation.opener.filter(|_| !incarnation.midstream)?;
        let (own, peer) = incarnation.view(opener);
        let (syn, answer) = (own.syn.as_ref()?, peer.syn.as_ref()?);
        let once = syn.bare == 1 && answer.with_ack == 1 && answer.bare == 0;
        once.then_some(Self {
            opener,
            syn: syn.time,
            answer: answer.time,
            third,
        })
    }

    /// Where its round trip lies: before the SYN-ACK at the opener, behind it at its peer.
    fn soft(&self) -> Option<Vote> {
        /// A shorter handshake says nothing: scheduling takes as long.
        const SHORTEST: Span = Span::from_millis(1);
        /// How much longer one part has to be.
        const TIMES: i64 = 8;
        let before = self.answer?.since(self.syn?).nanos();
        let behind = self.third?.since(self.answer?).nanos();
        if before < 0 || behind < 0 || before.saturating_add(behind) < SHORTEST.nanos() {
            return None;
        }
        Some(if behind.saturating_mul(TIMES) <= before {
            Vote::At(self.opener)
        } else if before.saturating_mul(TIMES) <= behind {
            Vote::At(self.opener.other())
        } else {
            Vote::Between
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    fn between(client: u32, server: u32) -> FourTuple {
        let end = |host: u32, port| SocketAddr::from((std::net::Ipv4Addr::from(host), port));
        FourTuple::of(end(client, 40_000), end(server, 80)).0
    }

    #[test]
    fn hosts_that_no_part_could_count_stand_apart() {
        let (server, late) = (1, u32::MAX);
        let mut full = Taps::default();
        for client in 1_000..20_000 {
            let tuple = between(client, server);
            let at = Side::BOTH
                .into_iter()
                .find(|side| tuple.address(*side).port() == 80);
            full.count(HARD, &tuple, None, Vote::At(at.unwrap()));
        }
        assert!(full.hosts.len() <= HOSTS, "{}", full.hosts.len());
        let host = |host: u32| IpAddr::from(std::net::Ipv4Addr::from(host));
        assert!(matches!(full.standing(host(server)), Standing::There));
        let mut other = Taps::default();
        let tuple = between(late, server);
        let vote = Side::BOTH
            .into_iter()
            .find(|side| tuple.address(*side).port() != 80);
        other.count(HARD, &tuple, None, Vote::At(vote.unwrap()));
        assert!(matches!(other.standing(host(late)), Standing::There));
        let both = full.merge(other);
        assert!(matches!(both.standing(host(late)), Standing::Apart));
        assert!(matches!(both.standing(host(server)), Standing::Apart));
    }
}
