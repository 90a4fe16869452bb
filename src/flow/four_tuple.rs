//! The 4-tuple in canonical form, so that both directions of a connection find the same entry.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::net::{IpAddr, SocketAddr};

/// One of the two ends of a 4-tuple. Says nothing about who opened.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize, serde::Serialize,
)]
pub enum Side {
    /// The lower address and port.
    Low,
    /// The higher one.
    High,
}

impl Side {
    /// Both sides.
    pub const BOTH: [Self; 2] = [Self::Low, Self::High];

    /// The opposite side.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Low => Self::High,
            Self::High => Self::Low,
        }
    }
}

/// Two addresses with ports, the lower first, and the tunnel in which they have their meaning.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, serde::Serialize,
)]
pub struct FourTuple {
    tunnel: u64,
    low: End,
    high: End,
}

/// An address and a port, in less than a [`SocketAddr`] takes: every segment carries a tuple.
type End = (IpAddr, u16);

impl FourTuple {
    /// The canonical tuple of a segment outside of tunnels, and the side that sent it.
    pub fn of(source: SocketAddr, destination: SocketAddr) -> (Self, Side) {
        Self::within(0, source, destination)
    }

    /// The canonical tuple of a segment in a tunnel (0: in none), and the side that sent it.
    pub fn within(tunnel: u64, source: SocketAddr, destination: SocketAddr) -> (Self, Side) {
        let end = |address: SocketAddr| (address.ip(), address.port());
        let (source, destination) = (end(source), end(destination));
        let (low, high, side) = if source <= destination {
            (source, destination, Side::Low)
        } else {
            (destination, source, Side::High)
        };
        (Self { tunnel, low, high }, side)
    }

    /// The same addresses and ports, whatever tunnel they are in.
    #[must_use]
    pub const fn outside_tunnels(self) -> Self {
        Self { tunnel: 0, ..self }
    }

    /// The address of a side.
    pub const fn address(&self, side: Side) -> SocketAddr {
        let (ip, port) = match side {
            Side::Low => self.low,
            Side::High => self.high,
        };
        SocketAddr::new(ip, port)
    }

    /// Whether both ends are one socket (RFC 9293 section 3.5: a connection to itself).
    pub fn is_self_connection(&self) -> bool {
        self.low == self.high
    }
}

impl Hash for FourTuple {
    /// In few large steps: every segment is looked up by it.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.tunnel ^ u64::from(self.low.1) << 16 ^ u64::from(self.high.1));
        match (self.low.0, self.high.0) {
            (IpAddr::V4(low), IpAddr::V4(high)) => {
                state.write_u64(u64::from(low.to_bits()) << 32 | u64::from(high.to_bits()));
            }
            (low, high) => {
                for ip in [low, high] {
                    match ip {
                        IpAddr::V4(ip) => state.write_u32(ip.to_bits()),
                        IpAddr::V6(ip) => state.write_u128(ip.to_bits()),
                    }
                }
            }
        }
    }
}

impl fmt::Display for FourTuple {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}-{}",
            self.address(Side::Low),
            self.address(Side::High)
        )
    }
}

/// A value for each side.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Pair<T> {
    low: T,
    high: T,
}

impl<T> Pair<T> {
    /// A value for the lower side, and one for the higher.
    pub const fn new(low: T, high: T) -> Self {
        Self { low, high }
    }

    /// The value of a side.
    pub const fn get(&self, side: Side) -> &T {
        match side {
            Side::Low => &self.low,
            Side::High => &self.high,
        }
    }

    /// The value of a side, to change.
    pub const fn get_mut(&mut self, side: Side) -> &mut T {
        match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_directions_have_one_tuple() {
        let (a, b): (SocketAddr, SocketAddr) = (
            "10.0.0.1:40000".parse().unwrap(),
            "10.0.0.2:80".parse().unwrap(),
        );
        let ((forward, from), (backward, to)) = (FourTuple::of(a, b), FourTuple::of(b, a));
        assert_eq!(forward, backward);
        assert_eq!((from, to), (Side::Low, Side::High));
        assert_eq!(forward.address(to), b);
    }
}
