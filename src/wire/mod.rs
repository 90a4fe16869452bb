//! A frame to a segment: link layer, IP, TCP and its options. Lengths come from the IP header.
//!
//! Each layer is one function from octets to what it carries (`link` to a packet, `ip` to a datagram, `tcp` to a
//! segment), so that tunnels and reassembly can come between them. etherparse reads the headers that it reads to the
//! end; where it gives up on what a capture may hold (cooked links, cut headers, unknown options), the code is ours.

mod checksum;
mod ip;
mod link;
mod octets;
mod options;
mod tcp;
#[cfg(test)]
#[allow(clippy::cast_possible_truncation, reason = "tests make small numbers")]
mod tests;
mod undecoded;

pub use undecoded::Undecoded;

use crate::capture::{Direction, Frame};
use crate::tcp::Segment;
use std::net::SocketAddr;

/// A TCP segment with its addresses.
#[derive(Clone, Debug)]
pub struct Decoded {
    /// Source address and port.
    pub source: SocketAddr,
    /// Destination address and port.
    pub destination: SocketAddr,
    /// The segment.
    pub segment: Segment,
}

/// The segment in `frame`, or why there is none.
pub fn decode(frame: &Frame<'_>) -> Result<Decoded, Undecoded> {
    let packet = link::packet(frame)?;
    let datagram = ip::datagram(&packet)?;
    let (ports, segment) = tcp::segment(&datagram)?;
    Ok(Decoded {
        source: SocketAddr::new(datagram.source, ports.0),
        destination: SocketAddr::new(datagram.destination, ports.1),
        segment,
    })
}

/// Which way `frame` passed the capturing machine: as the file says, or else as its cooked link header says.
pub fn direction(frame: &Frame<'_>) -> Option<Direction> {
    frame.direction.or_else(|| link::cooked_direction(frame))
}
