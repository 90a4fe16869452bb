//! A frame to a segment: link layer, IP, TCP and its options. Lengths come from the IP header.

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
