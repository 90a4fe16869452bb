//! A path between two hosts with three taps on it: an event queue over virtual time, deterministic to the nanosecond.
//!
//! host A - hop - tap A - hop - middle tap - hop - tap B - hop - host B. Every hop has its own delay, jitter, loss,
//! duplication and memory for old duplicates in each direction. A tap records in passing order.

use super::packet::Segment;
use super::rng::Rng;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use tcplint::tcp::{State, StateSet};

pub const MICRO: u64 = 1_000;
pub const MILLI: u64 = 1_000_000;
pub const SECOND: u64 = 1_000_000_000;

/// Virtual time begins here, so that record times look like record times.
pub const START: u64 = 1_700_000_000 * SECOND;

/// A host on the path.
pub trait Host {
    /// A packet arrived; packets to send go to `out`, in order.
    fn receive(&mut self, now: u64, packet: &[u8], out: &mut Vec<Vec<u8>>);
    /// Its own clock: called when `next_wake` has come.
    fn wake(&mut self, now: u64, out: &mut Vec<Vec<u8>>);
    /// When it wants to be woken.
    fn next_wake(&self) -> Option<u64>;
    /// The states that its connection may be said to be in; none where it does not tell.
    fn states(&self) -> StateSet {
        StateSet::EMPTY
    }
}

/// One stretch of the path in one direction.
#[derive(Clone, Debug, Default)]
pub struct Hop {
    pub delay: u64,
    pub jitter: u64,
    /// Whether jitter may not reorder.
    pub fifo: bool,
    pub loss: f64,
    pub duplication: f64,
    /// Share of packets of which an old copy turns up as late as `hold`.
    pub stale: f64,
    pub hold: u64,
    last: u64,
}

impl Hop {
    /// A hop between host and tap: in order and without loss, but not without delay.
    fn local(rng: &mut Rng) -> Self {
        Self {
            delay: rng.below(20 * MICRO),
            jitter: rng.below(200 * MICRO),
            fifo: true,
            ..Self::default()
        }
    }

    fn remote(rng: &mut Rng, harsh: f64) -> Self {
        let delay = rng.pick(&[50 * MICRO, 500 * MICRO, 5 * MILLI, 40 * MILLI]);
        Self {
            delay,
            jitter: rng.below(delay * 2),
            fifo: rng.chance(0.4),
            loss: rng.pick(&[0.0, 0.01, 0.05, 0.1]) * harsh,
            duplication: rng.pick(&[0.0, 0.01, 0.05]) * harsh,
            stale: rng.pick(&[0.0, 0.0, 0.01, 0.03]) * harsh,
            hold: rng.pick(&[SECOND / 2, 3 * SECOND, 10 * SECOND]),
            last: 0,
        }
    }

    /// The times at which copies come out.
    fn pass(&mut self, now: u64, rng: &mut Rng) -> Vec<u64> {
        let mut out = Vec::new();
        if !rng.chance(self.loss) {
            let mut at = now + self.delay + rng.below(self.jitter + 1);
            if self.fifo {
                at = at.max(self.last);
                self.last = at;
            }
            out.push(at);
        }
        if rng.chance(self.duplication) {
            out.push(now + self.delay + rng.below(2 * self.jitter + MICRO));
        }
        if rng.chance(self.stale) {
            out.push(now + self.delay + rng.below(self.hold));
        }
        out
    }
}

/// What one tap recorded: record time and IPv4 packet.
pub type Record = Vec<(u64, Vec<u8>)>;

/// A packet on its way: from which host, how many hops are behind it.
type Transit = (u64, u64, usize, usize, Vec<u8>);

/// Two hosts and the path between them.
pub struct World<H> {
    pub now: u64,
    pub hosts: [H; 2],
    /// At A, in the middle, at B.
    pub taps: [Record; 3],
    /// When each host came into which states.
    pub histories: [Vec<(u64, StateSet)>; 2],
    hops: [[Hop; 4]; 2],
    queue: BinaryHeap<Reverse<Transit>>,
    count: u64,
    rng: Rng,
}

impl<H: Host> World<H> {
    /// `harsh` scales loss, duplication and old duplicates; 0 is a perfect path (which may still reorder).
    pub fn new(hosts: [H; 2], mut rng: Rng, harsh: f64) -> Self {
        let mut hops = || {
            [
                Hop::local(&mut rng),
                Hop::remote(&mut rng, harsh),
                Hop::remote(&mut rng, harsh),
                Hop::local(&mut rng),
            ]
        };
        let hops = [hops(), hops()];
        Self {
            now: START,
            hosts,
            taps: Default::default(),
            histories: Default::default(),
            hops,
            queue: BinaryHeap::new(),
            count: 0,
            rng,
        }
    }

    /// Makes the whole path deliver in order.
    pub fn in_order(mut self) -> Self {
        for hop in self.hops.iter_mut().flatten() {
            hop.fifo = true;
        }
        self
    }

    /// Runs until nothing happens any more, or until `until`, or until a tap holds `most` packets.
    pub fn run(&mut self, until: u64, most: usize) {
        let mut out = Vec::new();
        while self.taps.iter().all(|tap| tap.len() < most) {
            let wakes = [0, 1].map(|host: usize| (self.hosts[host].next_wake(), host));
            let wake = wakes
                .iter()
                .filter_map(|&(at, host)| Some((at?, host)))
                .min();
            let transit = self.queue.peek().map(|Reverse(transit)| transit.0);
            let next = match (wake, transit) {
                (None, None) => return,
                (Some((at, _)), None) => at,
                (None, Some(at)) => at,
                (Some((wake, _)), Some(transit)) => wake.min(transit),
            };
            if next > until {
                return;
            }
            self.keep_states();
            self.now = self.now.max(next);
            if transit == Some(next) {
                if let Some(Reverse((_, _, from, passed, packet))) = self.queue.pop() {
                    self.arrive(from, passed, packet, &mut out);
                }
            } else if let Some((_, host)) = wake {
                self.hosts[host].wake(self.now, &mut out);
                self.launch(host, &mut out);
            }
        }
    }

    fn keep_states(&mut self) {
        for (host, history) in self.hosts.iter().zip(&mut self.histories) {
            let states = host.states();
            if history.last().is_none_or(|(_, last)| *last != states) {
                // Between a FIN that arrives and one that leaves at once; what leaves with it may be told from CLOSE-WAIT.
                let closes = states == StateSet::only(State::LastAck);
                history.extend(closes.then_some((self.now, StateSet::only(State::CloseWait))));
                history.push((self.now, states));
            }
        }
    }

    fn launch(&mut self, from: usize, out: &mut Vec<Vec<u8>>) {
        for packet in out.drain(..) {
            self.hop(from, 0, &packet);
        }
    }

    fn hop(&mut self, from: usize, passed: usize, packet: &[u8]) {
        for at in self.hops[from][passed].pass(self.now, &mut self.rng) {
            self.count += 1;
            self.queue
                .push(Reverse((at, self.count, from, passed + 1, packet.to_vec())));
        }
    }

    fn arrive(&mut self, from: usize, passed: usize, packet: Vec<u8>, out: &mut Vec<Vec<u8>>) {
        if passed == 4 {
            self.hosts[1 - from].receive(self.now, &packet, out);
            self.launch(1 - from, out);
            return;
        }
        self.hop(from, passed, &packet);
        let tap = if from == 0 { passed - 1 } else { 3 - passed };
        self.taps[tap].push((self.now, packet));
    }
}

/// A capture file of the record: nanosecond pcap, raw IP.
pub fn pcap(record: &[(u64, Vec<u8>)]) -> Vec<u8> {
    let mut out = Vec::new();
    out.extend(0xa1b2_3c4d_u32.to_le_bytes());
    out.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0]);
    out.extend(101_u32.to_le_bytes());
    for (time, packet) in record {
        out.extend(((time / SECOND) as u32).to_le_bytes());
        out.extend(((time % SECOND) as u32).to_le_bytes());
        out.extend((packet.len() as u32).to_le_bytes());
        out.extend((packet.len() as u32).to_le_bytes());
        out.extend(packet);
    }
    out
}

/// Frames of the record around `frame` (1-based), as tcpdump prints them.
pub fn excerpt(record: &[(u64, Vec<u8>)], frame: u64, around: usize) -> String {
    let at = (frame as usize).clamp(1, record.len().max(1)) - 1;
    let from = at.saturating_sub(around);
    let upto = (at + around / 2 + 1).min(record.len());
    let mut out = String::new();
    for (index, (time, packet)) in record[from..upto].iter().enumerate() {
        let number = from + index + 1;
        let seconds = (time - START) as f64 / SECOND as f64;
        let names = if packet[15] == 1 { "A > B" } else { "B > A" };
        let mark = if number == at + 1 { '*' } else { ' ' };
        out += &format!(
            "{mark}{number:5} {seconds:11.6} {names} {}\n",
            Segment::decode(packet)
        );
    }
    out
}
