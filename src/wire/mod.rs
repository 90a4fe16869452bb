//! A frame to a segment: link layer, IP, tunnels, fragments, TCP and its options. Lengths come from the IP header.
//!
//! Each layer is one function from octets to what it carries (`link` to a packet, `ip` to a datagram, `tunnel` back to a
//! packet, `tcp` to a segment); only reassembly has a memory. etherparse reads the headers that it reads to the end;
//! where it gives up on what a capture may hold (cooked links, cut headers, unknown options), the code is ours.

mod checksum;
mod defrag;
mod framing;
mod ip;
mod link;
mod octets;
mod options;
mod pseudo;
mod radio;
mod rare;
mod tags;
mod tcp;
#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "tests make small numbers")]
mod tests;
mod tunnel;
mod tunnel_key;
mod twice;
mod undecoded;
mod waiting;

pub use defrag::Disagreement;
pub use tags::Tags;
pub use twice::{Copies, Seen, Twice};
pub use undecoded::Undecoded;

use crate::capture::Frame;
use crate::tcp::{Direction, Framing, Segment};
use defrag::{Defrag, Moment};
use link::Packet;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use tunnel_key::TunnelKey;

/// How deep tunnels may be nested.
const DEPTH: usize = 8;

/// A TCP segment with its addresses.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Source address and port.
    pub source: SocketAddr,
    /// Destination address and port.
    pub destination: SocketAddr,
    /// What tells connections of one tunnel from those of another with the same addresses; 0 outside of any.
    pub tunnel: u64,
    /// What may tell one direction of them from another, or from those of another network with the same addresses: a VLAN and its
    /// like; 0 if nothing does.
    pub lane: u32,
    /// A digest of what is the same in two records of one transmission: addresses, IP identification, TCP header, text.
    pub print: u64,
    /// What the frame tells about the place of the tap.
    pub framing: Framing,
    /// The segment.
    pub segment: Segment,
}

/// Turns frames into segments, in the order of the file; remembers the fragments that wait for others.
#[derive(Debug, Default)]
pub struct Decoder {
    fragments: Defrag,
}

impl Decoder {
    /// The segment in `frame`, or why there is none. A frame that is [`Undecoded::Waiting`] is counted by
    /// [`Decoder::finish`], under the reason that is known then.
    pub fn decode(&mut self, frame: &Frame<'_>) -> Result<Decoded, Undecoded> {
        let packet = link::packet(frame)?;
        let at = Moment {
            frame: frame.number,
            time: frame.time,
        };
        let mut decoded = self.packet(&packet, DEPTH, at)?;
        // The ends of a tunnel are not those of the connections in it.
        if decoded.tunnel == TunnelKey::default().number() {
            decoded.framing = framing::of(frame, &packet);
        }
        Ok(decoded)
    }

    /// Frames that were waiting, by what became of them. Ends the decoding: what still waits is given up.
    pub fn finish(&mut self) -> BTreeMap<Undecoded, u64> {
        self.fragments.finish()
    }

    /// Fragments that cannot be of one datagram, of many the first ones.
    pub fn disagreements(&self) -> &[Disagreement] {
        self.fragments.disagreements()
    }

    fn packet(
        &mut self,
        packet: &Packet<'_>,
        depth: usize,
        at: Moment,
    ) -> Result<Decoded, Undecoded> {
        let datagram = ip::datagram(packet)?;
        if datagram.fragment.is_none() {
            return self.datagram(&datagram, packet.tunnel, depth, at);
        }
        let whole = self.fragments.add(&datagram, packet.tunnel, at)?;
        self.datagram(&whole.datagram()?, packet.tunnel, depth, at)
    }

    fn datagram(
        &mut self,
        datagram: &ip::Datagram<'_>,
        tunnel: TunnelKey,
        depth: usize,
        at: Moment,
    ) -> Result<Decoded, Undecoded> {
        if datagram.protocol != tunnel::TCP {
            let inner = tunnel::packet(datagram, tunnel)?;
            let depth = depth.checked_sub(1).ok_or(Undecoded::Depth)?;
            return self.packet(&inner, depth, at);
        }
        let (ports, segment) = tcp::segment(datagram)?;
        Ok(Decoded {
            source: SocketAddr::new(datagram.source, ports.0),
            destination: SocketAddr::new(datagram.destination, ports.1),
            tunnel: tunnel.number(),
            lane: tunnel.lane(),
            print: tcp::print(datagram, tunnel, &segment),
            framing: Framing::default(),
            segment,
        })
    }
}

/// Which way `frame` passed the capturing host: as its record says, or else as a header of the capturing system does.
pub fn direction(frame: &Frame<'_>) -> Direction {
    match frame.direction {
        Direction::Unknown => pseudo::direction(frame),
        told => told,
    }
}
