//! A segment between two simulated hosts, and its octets: Ethernet, IPv4 or IPv6, TCP with right checksums.

use std::net::{IpAddr, SocketAddr};

pub const FIN: u8 = 1;
pub const SYN: u8 = 2;
pub const RST: u8 = 4;
pub const PSH: u8 = 8;
pub const ACK: u8 = 16;

/// What a SYN offers.
#[derive(Clone, Copy, Debug)]
pub struct Offer {
    pub mss: u16,
    pub shift: Option<u8>,
    pub sack: bool,
}

#[derive(Clone, Copy, Debug)]
pub struct Packet {
    pub connection: u32,
    /// 0 for the client, 1 for the server.
    pub from: usize,
    pub flags: u8,
    /// Place in the sender's stream: its SYN is 0.
    pub at: u64,
    /// Place in the peer's stream.
    pub ack: u64,
    pub seq_number: u32,
    pub ack_number: u32,
    pub window: u16,
    pub text: u16,
    pub stamps: Option<(u32, u32)>,
    pub offer: Option<Offer>,
    pub blocks: [(u32, u32); 3],
    pub block_count: usize,
    pub id: u16,
    pub ttl: u8,
}

/// Text that any stream carries: its place decides which part of it.
#[derive(Debug)]
pub struct Text(Vec<u8>);

impl Text {
    const PERIOD: usize = 1 << 16;

    pub fn new() -> Self {
        let mut rng = super::rng::Rng::new(7);
        Self((0..Self::PERIOD + 2048).map(|_| rng.next() as u8).collect())
    }

    fn of(&self, packet: &Packet) -> &[u8] {
        let at = packet.at as usize % Self::PERIOD;
        &self.0[at..at + usize::from(packet.text)]
    }
}

impl Packet {
    /// One past the last place that it occupies in its sender's stream.
    pub fn end(&self) -> u64 {
        let controls = self.flags & (SYN | FIN);
        self.at + u64::from(self.text) + u64::from(controls.count_ones())
    }

    fn option_length(&self) -> usize {
        let stamps = if self.stamps.is_some() { 12 } else { 0 };
        let offer = self.offer.map_or(0, |offer| {
            4 + if offer.shift.is_some() { 4 } else { 0 } + if offer.sack { 4 } else { 0 }
        });
        let blocks = if self.block_count > 0 {
            4 + 8 * self.block_count
        } else {
            0
        };
        stamps + offer + blocks
    }

    /// Writes the whole frame into `out`.
    pub fn encode(&self, ends: (SocketAddr, SocketAddr), text: &Text, out: &mut Vec<u8>) {
        out.clear();
        out.extend([
            2,
            0,
            0,
            0,
            0,
            1 + self.from as u8,
            2,
            0,
            0,
            0,
            0,
            2 - self.from as u8,
        ]);
        let octets = text.of(self);
        let length = 20 + self.option_length() + octets.len();
        let pseudo = self.ip(ends, length, out);
        let tcp = out.len();
        out.extend(ends.0.port().to_be_bytes());
        out.extend(ends.1.port().to_be_bytes());
        out.extend(self.seq_number.to_be_bytes());
        out.extend(self.ack_number.to_be_bytes());
        out.extend([((20 + self.option_length()) as u8 / 4) << 4, self.flags]);
        out.extend(self.window.to_be_bytes());
        out.extend([0; 4]);
        self.options(out);
        out.extend(octets);
        let sum = finish(sum(&out[tcp..]) + pseudo);
        out[tcp + 16..tcp + 18].copy_from_slice(&sum.to_be_bytes());
    }

    /// Writes the IP header; returns the sum of the pseudo-header.
    fn ip(&self, ends: (SocketAddr, SocketAddr), length: usize, out: &mut Vec<u8>) -> u64 {
        let pseudo = 6 + length as u64;
        match (ends.0.ip(), ends.1.ip()) {
            (IpAddr::V4(from), IpAddr::V4(to)) => {
                out.extend([8, 0]);
                let ip = out.len();
                out.extend([0x45, 0]);
                out.extend((20 + length as u16).to_be_bytes());
                out.extend(self.id.to_be_bytes());
                out.extend([0x40, 0, self.ttl, 6, 0, 0]);
                out.extend(from.octets());
                out.extend(to.octets());
                let header = finish(sum(&out[ip..]));
                out[ip + 10..ip + 12].copy_from_slice(&header.to_be_bytes());
                pseudo + sum(&from.octets()) + sum(&to.octets())
            }
            (IpAddr::V6(from), IpAddr::V6(to)) => {
                out.extend([0x86, 0xdd, 0x60, 0, 0, 0]);
                out.extend((length as u16).to_be_bytes());
                out.extend([6, self.ttl]);
                out.extend(from.octets());
                out.extend(to.octets());
                pseudo + sum(&from.octets()) + sum(&to.octets())
            }
            _ => unreachable!("both ends of a connection have one IP version"),
        }
    }

    fn options(&self, out: &mut Vec<u8>) {
        if let Some(offer) = self.offer {
            out.extend([2, 4]);
            out.extend(offer.mss.to_be_bytes());
            if offer.sack {
                out.extend([4, 2, 1, 1]);
            }
        }
        if let Some((val, ecr)) = self.stamps {
            out.extend([1, 1, 8, 10]);
            out.extend(val.to_be_bytes());
            out.extend(ecr.to_be_bytes());
        }
        if let Some(shift) = self.offer.and_then(|offer| offer.shift) {
            out.extend([1, 3, 3, shift]);
        }
        if self.block_count > 0 {
            out.extend([1, 1, 5, 2 + 8 * self.block_count as u8]);
            for (left, right) in &self.blocks[..self.block_count] {
                out.extend(left.to_be_bytes());
                out.extend(right.to_be_bytes());
            }
        }
    }
}

fn sum(octets: &[u8]) -> u64 {
    let (pairs, odd) = octets.as_chunks::<2>();
    let even: u64 = pairs
        .iter()
        .map(|pair| u64::from(u16::from_be_bytes(*pair)))
        .sum();
    even + odd.first().map_or(0, |last| u64::from(*last) << 8)
}

fn finish(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    !(sum as u16)
}
