//! A generator of large honest captures: thousands of connections with full lifecycles over paths that lose, duplicate
//! and reorder, seen by one tap in the middle. Seeded: the same shape makes the same octets.
//!
//! Both ends are honest, so tcplint must accuse nobody. Not the laboratory (`tests/lab`), which tries the corners.

mod host;
mod packet;
mod rng;
mod write;

pub use write::{Container, Writer};

use host::{End, MILLI, NEVER, Phase, SECOND};
use packet::{Offer, Packet};
use rng::{Rng, mix};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// What to generate.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    pub seed: u64,
    /// Stops opening connections after so many records.
    pub records: u64,
    /// Stops opening connections after so many of them.
    pub connections: u64,
    /// Short connections of about nine records, thousands a second; else a mixture with transfers up to megabytes.
    pub short: bool,
    /// Begins so many seconds later.
    pub later: u64,
}

impl Shape {
    /// So many short connections, or so many records of mixed traffic.
    pub fn of(kind: &str, amount: u64) -> Self {
        let short = kind.starts_with("short");
        Self {
            seed: 1,
            records: if short { u64::MAX } else { amount },
            connections: if short { amount } else { u64::MAX },
            short,
            later: 0,
        }
    }
}

/// When the first record was taken: a fixed day.
const START: u64 = 1_700_000_000 * SECOND;

#[derive(Debug)]
struct Connection {
    ends: [End; 2],
    addresses: (SocketAddr, SocketAddr),
    /// One way from the client to the tap, and from there to the server.
    delay: [u64; 2],
    loss: u64,
    request: u64,
    response: u64,
    server_closes: bool,
    aborts: bool,
    /// Nobody lives at the server's address.
    deserted: bool,
    answered: bool,
    /// When the last segment of each side passed the tap, and reached the other end: a path keeps the order, as a rule.
    passed: [u64; 2],
    arrived: [u64; 2],
    /// Events that name this connection.
    pending: u32,
    timer: [u64; 2],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Open,
    Tap(u32),
    Arrive(u32),
    Timer(u32, u8),
}

/// The whole world of one capture.
struct World<'a> {
    shape: Shape,
    rng: Rng,
    events: BinaryHeap<Reverse<(u64, u64, Event)>>,
    order: u64,
    connections: Vec<Option<Box<Connection>>>,
    free: Vec<u32>,
    packets: Vec<Packet>,
    free_packets: Vec<u32>,
    opened: u64,
    reusable: VecDeque<(u64, SocketAddr, SocketAddr)>,
    sent: Vec<Packet>,
    writer: &'a mut Writer,
}

/// Writes a capture of that shape. Returns the numbers of records and of connections.
pub fn generate(shape: Shape, writer: &mut Writer) -> std::io::Result<(u64, u64)> {
    let mut world = World {
        shape,
        rng: Rng::new(shape.seed),
        events: BinaryHeap::new(),
        order: 0,
        connections: Vec::new(),
        free: Vec::new(),
        packets: Vec::new(),
        free_packets: Vec::new(),
        opened: 0,
        reusable: VecDeque::new(),
        sent: Vec::new(),
        writer,
    };
    world.schedule(START + shape.later * SECOND, Event::Open);
    while let Some(Reverse((now, _, event))) = world.events.pop() {
        world.happen(now, event)?;
    }
    let opened = world.opened;
    Ok((writer.finish()?, opened))
}

impl World<'_> {
    fn schedule(&mut self, at: u64, event: Event) {
        self.order += 1;
        self.events.push(Reverse((at, self.order, event)));
    }

    fn happen(&mut self, now: u64, event: Event) -> std::io::Result<()> {
        match event {
            Event::Open => self.open(now),
            Event::Tap(packet) => return self.tap(now, packet),
            Event::Arrive(at) => {
                let packet = self.packets[at as usize];
                self.free_packets.push(at);
                self.step(packet.connection, now, |connection, sent| {
                    let to = 1 - packet.from;
                    connection.ends[to].receive(&packet, now, sent);
                    to
                });
            }
            Event::Timer(at, side) => {
                let side = usize::from(side);
                if let Some(connection) = &mut self.connections[at as usize] {
                    connection.timer[side] = NEVER;
                }
                self.step(at, now, |connection, sent| {
                    connection.ends[side].tick(now, sent);
                    side
                });
            }
        }
        Ok(())
    }

    /// Something happens to one end of a connection: whatever it sends goes on its way, its timers are set.
    fn step(
        &mut self,
        at: u32,
        now: u64,
        act: impl FnOnce(&mut Connection, &mut Vec<Packet>) -> usize,
    ) {
        let Some(mut connection) = self.connections[at as usize].take() else {
            return;
        };
        let mut sent = std::mem::take(&mut self.sent);
        connection.pending -= 1;
        let side = act(&mut connection, &mut sent);
        connection.applications(side, now, &mut sent);
        for mut packet in sent.drain(..) {
            (packet.connection, packet.from) = (at, side);
            self.launch(&mut connection, packet, now);
        }
        self.sent = sent;
        for side in 0..2 {
            let end = &connection.ends[side];
            let due = end.retransmit_at.min(end.acknowledge_at);
            if due < connection.timer[side] {
                connection.timer[side] = due;
                connection.pending += 1;
                self.schedule(due, Event::Timer(at, side as u8));
            }
        }
        if connection.pending == 0 {
            let stamped = connection.ends[0].is_stamped();
            let rest = if stamped { 61 } else { 241 };
            let (client, server) = connection.addresses;
            self.reusable
                .push_back((now + rest * SECOND, client, server));
            self.free.push(at);
        } else {
            self.connections[at as usize] = Some(connection);
        }
    }

    fn launch(&mut self, connection: &mut Connection, packet: Packet, now: u64) {
        let side = packet.from;
        let copies = if self.rng.chance(5) { 2 } else { 1 };
        for _ in 0..copies {
            if self.rng.chance(connection.loss) {
                continue;
            }
            let usual = now + connection.delay[side];
            let due = self.due(usual, &mut connection.passed[side]);
            let place = match self.free_packets.pop() {
                Some(place) => {
                    self.packets[place as usize] = packet;
                    place
                }
                None => {
                    self.packets.push(packet);
                    self.packets.len() as u32 - 1
                }
            };
            connection.pending += 1;
            self.schedule(due, Event::Tap(place));
        }
    }

    fn tap(&mut self, now: u64, place: u32) -> std::io::Result<()> {
        let packet = self.packets[place as usize];
        let at = packet.connection as usize;
        let Some(mut connection) = self.connections[at].take() else {
            return Ok(());
        };
        let (client, server) = connection.addresses;
        let ends = if packet.from == 0 {
            (client, server)
        } else {
            (server, client)
        };
        self.writer.record(now, &packet, ends)?;
        let loss = if connection.deserted {
            100_000
        } else {
            connection.loss
        };
        let lost = self.rng.chance(loss);
        if !lost {
            let usual = now + connection.delay[1 - packet.from];
            let due = self.due(usual, &mut connection.arrived[packet.from]);
            self.schedule(due, Event::Arrive(place));
        }
        self.connections[at] = Some(connection);
        if lost {
            self.free_packets.push(place);
            self.step(at as u32, now, |_, _| 0);
        }
        Ok(())
    }

    /// When a segment gets to the next place on a path, a little after the last one, unless it is late or overtaken.
    fn due(&mut self, usual: u64, last: &mut u64) -> u64 {
        if self.rng.chance(100) {
            return usual + self.rng.between(0, 3 * MILLI);
        }
        *last = usual.max(*last + 1_200) + self.rng.between(0, 500);
        *last
    }

    fn open(&mut self, now: u64) {
        // What is open then goes on to its end.
        if self.writer.records() >= self.shape.records || self.opened >= self.shape.connections {
            return;
        }
        let mean = if self.shape.short {
            SECOND / 5_000
        } else {
            SECOND / 100
        };
        let pause = self.rng.between(0, 2 * mean);
        self.schedule(now + pause, Event::Open);
        self.opened += 1;
        let connection = Box::new(self.connection(now));
        let at = match self.free.pop() {
            Some(at) => at,
            None => {
                self.connections.push(None);
                self.connections.len() as u32 - 1
            }
        };
        self.connections[at as usize] = Some(connection);
        self.step(at, now, |connection, sent| {
            connection.ends[0].open(now, sent);
            0
        });
    }

    fn connection(&mut self, now: u64) -> Connection {
        let reuse =
            self.rng.chance(10_000) && self.reusable.front().is_some_and(|(from, ..)| *from <= now);
        let addresses = match self.reusable.pop_front().filter(|_| reuse) {
            Some((_, client, server)) => (client, server),
            None => self.fresh_addresses(),
        };
        let rng = &mut self.rng;
        let print = print(addresses);
        // RFC 6528: a digest of the addresses and a clock of 4 µs.
        let iss = |salt: u64| mix(print ^ salt).wrapping_add((now - START) / 4_000) as u32;
        let stamps = print % 10 < 8;
        let shift = (print / 10 % 10 < 8).then_some(7);
        let sack = print / 100 % 10 < 8;
        let mss = if addresses.0.is_ipv4() { 1460 } else { 1440 };
        let offer = Offer { mss, shift, sack };
        let listens = !rng.chance(1_000);
        let phase = if listens {
            Phase::Listening
        } else {
            Phase::Closed
        };
        let mut ends = [
            End::new(Phase::SynSent, offer, stamps, iss(1)),
            End::new(
                phase,
                Offer {
                    shift: Some(7),
                    sack: true,
                    ..offer
                },
                true,
                iss(2),
            ),
        ];
        (ends[0].ttl, ends[1].ttl) = (64 - (print % 20) as u8, 55);
        let (request, response) = sizes(rng, self.shape.short);
        let way = rng.between(200_000, 20 * MILLI);
        let lossy = if self.shape.short { 10_000 } else { 30_000 };
        let loss = if rng.chance(lossy) { 500 } else { 5 };
        Connection {
            ends,
            addresses,
            delay: [way, rng.between(200_000, 20 * MILLI)],
            loss,
            request,
            response,
            server_closes: rng.chance(50_000),
            aborts: rng.chance(2_000),
            deserted: rng.chance(500),
            answered: false,
            passed: [0; 2],
            arrived: [0; 2],
            pending: 1,
            timer: [NEVER; 2],
        }
    }

    fn fresh_addresses(&mut self) -> (SocketAddr, SocketAddr) {
        const PORTS: u64 = 28_000;
        // Every fresh connection has a port pair of its own.
        let number = self.opened;
        let client = number % 1_000;
        let port = (32_768 + number / 1_000 % PORTS) as u16;
        let host = (number / 1_000 / PORTS) as u8;
        let server = (mix(client) % 50) as u8;
        let [high, low] = (client as u16).to_be_bytes();
        let (from, to): (IpAddr, IpAddr) = if client % 10 < 7 {
            (
                Ipv4Addr::new(10, host, high, low).into(),
                Ipv4Addr::new(192, 0, 2, server).into(),
            )
        } else {
            let net = |group, last| Ipv6Addr::new(0x2001, 0xdb8, group, 0, 0, 0, 0, last);
            let first = u16::from(host);
            (
                net(first, client as u16).into(),
                net(0xffff, u16::from(server)).into(),
            )
        };
        (SocketAddr::new(from, port), SocketAddr::new(to, 443))
    }
}

/// Octets of the request and of the response.
fn sizes(rng: &mut Rng, short: bool) -> (u64, u64) {
    if short {
        return (rng.between(80, 400), rng.between(200, 1_300));
    }
    let small = rng.between(100, 2_000);
    let large = match rng.between(0, 10) {
        0..=2 => rng.between(200, 8_000),
        3..=7 => rng.between(10_000, 300_000),
        _ => rng.between(300_000, 1_500_000),
    };
    if rng.chance(15_000) {
        (large, small)
    } else {
        (small, large)
    }
}

fn print((client, server): (SocketAddr, SocketAddr)) -> u64 {
    let of = |address: SocketAddr| match address.ip() {
        IpAddr::V4(ip) => u64::from(u32::from(ip)) << 16 | u64::from(address.port()),
        IpAddr::V6(ip) => {
            mix(u128::from(ip) as u64 ^ (u128::from(ip) >> 64) as u64) ^ u64::from(address.port())
        }
    };
    mix(of(client)) ^ of(server)
}

impl Connection {
    /// What the programs at both ends do next, when something happened to `side`.
    fn applications(&mut self, side: usize, now: u64, sent: &mut Vec<Packet>) {
        let end = &mut self.ends[side];
        if end.phase != Phase::Open {
            return;
        }
        if side == 0 {
            end.given = self.request;
            if self.aborts && end.received() > self.response / 2 {
                end.abort(now, sent);
                return;
            }
            let whole = end.received() == self.response;
            end.closing |= whole && (!self.server_closes || end.peer_fin.is_some());
        } else if !self.answered && end.received() == self.request {
            self.answered = true;
            end.given = self.response;
            end.closing |= self.server_closes;
        }
        end.closing |= side == 1 && end.peer_fin.is_some();
        end.push(now, sent);
    }
}
