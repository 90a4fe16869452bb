//! Networks with the same addresses in one capture: a trunk with several VLANs, a tunnel with many subscribers.
//!
//! A VLAN, an MPLS label, an endpoint of GTP-U may be one for both directions of a connection or another for each, and may change on the way.
//! So a segment goes to the network in which its lane was used before; a new lane belongs to the network whose numbers it goes on
//! with, and only where there is none it is a network of its own.

use crate::flow::{FourTuple, Side};
use crate::tcp::{Segment, SeqNum};
use foldhash::fast::RandomState;
use std::collections::HashMap;

/// Numbers that belong to one connection are no further from each other, in octets.
const NEAR: u32 = 1 << 22;

/// How many 4-tuples are remembered; then those with one network are learnt anew.
const KEPT: usize = 1 << 15;

/// How many networks of one 4-tuple are remembered; in those beyond, each lane is one of its own.
const NETWORKS: usize = 8;

/// What is known of one direction in one network.
#[derive(Clone, Copy, Debug)]
struct Way {
    lane: u32,
    /// The number after its last segment.
    next: SeqNum,
}

/// One network that has a 4-tuple.
#[derive(Clone, Copy, Debug, Default)]
struct Network {
    /// What tells it from others, in the place of a tunnel; 0 for the first.
    mark: u64,
    ways: [Option<Way>; 2],
}

impl Network {
    fn way(&self, side: Side) -> Option<&Way> {
        let [low, high] = &self.ways;
        match side {
            Side::Low => low.as_ref(),
            Side::High => high.as_ref(),
        }
    }

    /// Whether the lane was used here, the way of the segment or the opposite one, which may share it.
    fn uses(&self, side: Side, lane: u32) -> bool {
        let in_lane = |way: &Way| way.lane == lane;
        match self.way(side) {
            Some(own) => in_lane(own),
            None => self.way(side.other()).is_some_and(in_lane),
        }
    }

    /// Whether the numbers of a segment in a new lane go on with those of this network.
    fn goes_on(&self, side: Side, segment: &Segment) -> bool {
        let near = |way: Option<&Way>, number: SeqNum| {
            way.map(|way| number.distance_from(way.next).unsigned_abs() <= NEAR)
        };
        let seq = near(self.way(side), segment.seq);
        let ack = near(self.way(side.other()), segment.ack).filter(|_| segment.has_ack());
        match (seq, ack) {
            (Some(seq), Some(ack)) => seq && ack,
            (Some(one), None) | (None, Some(one)) => one,
            // The first that is heard this way, and it acknowledges nothing: a SYN that crosses another.
            (None, None) => true,
        }
    }

    fn note(&mut self, side: Side, lane: u32, segment: &Segment) {
        let [low, high] = &mut self.ways;
        let way = match side {
            Side::Low => low,
            Side::High => high,
        };
        // What a RST is numbered with need not be near anything.
        if segment.rst() && way.is_some() {
            return;
        }
        let octets = segment
            .text
            .wrapping_add(u32::from(segment.syn()))
            .wrapping_add(u32::from(segment.fin()));
        *way = Some(Way {
            lane,
            next: segment.seq.advance(octets),
        });
    }
}

/// The networks of each 4-tuple that has been seen with a lane. Only looked up, never iterated.
#[derive(Debug, Default)]
pub(super) struct Lanes {
    known: HashMap<FourTuple, Vec<Network>, RandomState>,
    /// Whether any segment had one.
    any: bool,
}

impl Lanes {
    /// What tells the network of a segment from others with the same 4-tuple: 0 for the first, or where nothing does.
    pub(super) fn network(
        &mut self,
        tuple: FourTuple,
        side: Side,
        lane: u32,
        segment: &Segment,
    ) -> u64 {
        self.any |= lane != 0;
        if !self.any {
            return 0;
        }
        if self.known.len() >= KEPT && !self.known.contains_key(&tuple) {
            self.forget();
        }
        let networks = self.known.entry(tuple).or_default();
        let known = networks
            .iter()
            .position(|known| known.uses(side, lane))
            .or_else(|| {
                networks
                    .iter()
                    .position(|known| known.goes_on(side, segment))
            });
        let at = match known {
            Some(at) => at,
            None if networks.len() == NETWORKS => return own_mark(lane),
            None => {
                let first = networks.is_empty();
                networks.push(Network {
                    mark: if first { 0 } else { own_mark(lane) },
                    ..Network::default()
                });
                networks.len() - 1
            }
        };
        let Some(network) = networks.get_mut(at) else {
            return 0;
        };
        network.note(side, lane, segment);
        network.mark
    }

    /// Makes room. A 4-tuple with one network is learnt again from its next segment, with the same result.
    fn forget(&mut self) {
        self.known.retain(|_, networks| networks.len() > 1);
        if self.known.len() >= KEPT / 2 {
            self.known.clear();
        }
    }
}

/// What tells the network that a lane opened.
fn own_mark(lane: u32) -> u64 {
    u64::from(lane) | 1 << 63
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tcp::Flags;

    fn segment(flags: Flags, seq: u32, ack: u32) -> Segment {
        Segment {
            flags,
            seq: SeqNum(seq),
            ack: SeqNum(ack),
            ..Segment::default()
        }
    }

    fn tuple() -> FourTuple {
        let end = |host, port| std::net::SocketAddr::from(([10, 0, 0, host], port));
        FourTuple::of(end(1, 40_000), end(2, 80)).0
    }

    const SYN_ACK: Flags = Flags::SYN.with(Flags::ACK);

    #[test]
    fn one_lane_for_each_direction_is_one_network() {
        let mut lanes = Lanes::default();
        let mut of = |side, lane, segment: &Segment| lanes.network(tuple(), side, lane, segment);
        assert_eq!(of(Side::Low, 10, &segment(Flags::SYN, 1_000, 0)), 0);
        assert_eq!(of(Side::High, 20, &segment(SYN_ACK, 9_000, 1_001)), 0);
        assert_eq!(of(Side::Low, 10, &segment(Flags::ACK, 1_001, 9_001)), 0);
        // The path changes.
        assert_eq!(of(Side::Low, 30, &segment(Flags::ACK, 1_001, 9_001)), 0);
        assert_eq!(of(Side::High, 20, &segment(Flags::ACK, 9_001, 1_001)), 0);
        assert_eq!(of(Side::High, 0, &segment(Flags::ACK, 9_001, 1_001)), 0);
    }

    #[test]
    fn equal_addresses_in_two_lanes_are_two_networks() {
        let mut lanes = Lanes::default();
        let mut of = |side, lane, segment: &Segment| lanes.network(tuple(), side, lane, segment);
        assert_eq!(of(Side::Low, 10, &segment(Flags::SYN, 1_000, 0)), 0);
        let other = of(Side::Low, 20, &segment(Flags::SYN, 2_000_000_000, 0));
        assert_ne!(other, 0);
        assert_eq!(of(Side::High, 10, &segment(SYN_ACK, 9_000, 1_001)), 0);
        let syn_ack = segment(SYN_ACK, 3_000_000_000, 2_000_000_001);
        assert_eq!(of(Side::High, 20, &syn_ack), other);
        let ack = segment(Flags::ACK, 2_000_000_001, 3_000_000_001);
        assert_eq!(of(Side::Low, 20, &ack), other);
        assert_eq!(of(Side::Low, 10, &segment(Flags::ACK, 1_001, 9_001)), 0);
    }

    #[test]
    fn a_direction_heard_later_joins_the_network_that_it_acknowledges() {
        let mut lanes = Lanes::default();
        let mut of = |side, lane, segment: &Segment| lanes.network(tuple(), side, lane, segment);
        assert_eq!(of(Side::Low, 1, &segment(Flags::SYN, 1_000, 0)), 0);
        let other = of(Side::Low, 2, &segment(Flags::SYN, 2_000_000_000, 0));
        let answer = segment(SYN_ACK, 7, 2_000_000_001);
        assert_eq!(of(Side::High, 3, &answer), other);
        assert_eq!(of(Side::High, 4, &segment(SYN_ACK, 5, 1_001)), 0);
    }

    #[test]
    fn a_number_half_the_space_away_is_far() {
        let mut lanes = Lanes::default();
        let mut of = |lane, seq| {
            let segment = segment(Flags::ACK, seq, 0);
            lanes.network(tuple(), Side::Low, lane, &segment)
        };
        assert_eq!(of(1, 0), 0);
        assert_ne!(of(2, 1 << 31), 0);
    }

    #[test]
    fn more_networks_than_are_remembered_stay_apart() {
        let mut lanes = Lanes::default();
        let mut of = |lane: u32| {
            lanes.network(
                tuple(),
                Side::Low,
                lane,
                &segment(Flags::SYN, lane << 26, 0),
            )
        };
        let marks: std::collections::BTreeSet<u64> = (1..40).map(&mut of).collect();
        assert_eq!(marks.len(), 39);
        assert_eq!(of(1), 0);
        assert_eq!(lanes.known.values().map(Vec::len).sum::<usize>(), NETWORKS);
    }

    #[test]
    fn without_lanes_nothing_is_kept() {
        let mut lanes = Lanes::default();
        for seq in 0..9 {
            let network = lanes.network(tuple(), Side::Low, 0, &segment(Flags::SYN, seq << 28, 0));
            assert_eq!(network, 0);
        }
        assert!(lanes.known.is_empty());
    }
}
