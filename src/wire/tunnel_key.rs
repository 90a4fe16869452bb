//! What keeps the connections of one tunnel apart from those of another, whose addresses may be the same.
//!
//! Only what both directions share is in a key. VXLAN and GENEVE: the network identifier, without the outer addresses,
//! because endpoints are shared and move. GRE, IP in IP, GTP-U, L2TP: the pair of outer addresses, and of GRE the
//! key. PPPoE: the session. What may name one direction alone (VLAN identifiers, the outermost MPLS label, the endpoint identifiers of
//! GTP-U, the sessions of L2TP) is the lane beside the key: which lanes belong together, the connections in them tell. The outer addresses of
//! Teredo and ERSPAN differ between the directions of one connection as a rule and keep nothing apart.

use std::net::IpAddr;

/// A path of tunnels, and the lanes through them; the default is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct TunnelKey(u64, u32);

/// The kinds of tunnel that have something to tell apart.
#[derive(Clone, Copy, Debug)]
pub(super) enum Kind {
    Ip = 1,
    Gre = 2,
    Vxlan = 3,
    Geneve = 4,
    Gtp = 5,
    Teredo = 6,
    PppoeSession = 7,
    EtherIp = 8,
    Mirror = 9,
    L2tp = 10,
}

impl TunnelKey {
    /// The key as a number; 0 is no tunnel.
    pub(super) const fn number(self) -> u64 {
        self.0
    }

    /// What tells the lane; 0 where nothing does.
    pub(super) const fn lane(self) -> u32 {
        self.1
    }

    /// The same, in a lane with this number.
    #[must_use]
    pub(super) fn in_lane(self, number: u32) -> Self {
        const FACTOR: u32 = 0x9e37_79b1;
        let mixed = (self.1.rotate_left(7) ^ number).wrapping_mul(FACTOR);
        Self(self.0, mixed.max(1))
    }

    /// A tunnel of `kind` and `identifier` within this one.
    pub(super) fn within(self, kind: Kind, identifier: u32) -> Self {
        self.octets(&[kind as u8]).digest(identifier)
    }

    /// A tunnel between two addresses, whichever sent.
    pub(super) fn between(self, kind: Kind, identifier: u32, ends: (IpAddr, IpAddr)) -> Self {
        let (low, high) = (ends.0.min(ends.1), ends.0.max(ends.1));
        self.within(kind, identifier).ends(low, high)
    }

    /// Mixes two addresses in, in the order given.
    pub(super) fn ends(self, first: IpAddr, second: IpAddr) -> Self {
        self.address(first).address(second)
    }

    /// Mixes a number in.
    pub(super) fn digest(self, number: u32) -> Self {
        self.octets(&number.to_be_bytes())
    }

    fn address(self, address: IpAddr) -> Self {
        match address {
            IpAddr::V4(address) => self.octets(&address.octets()),
            IpAddr::V6(address) => self.octets(&address.octets()),
        }
    }

    /// Mixes octets in: FNV-1a, 64 bits.
    pub(super) fn octets(self, octets: &[u8]) -> Self {
        const BASIS: u64 = 0xcbf2_9ce4_8422_2325;
        const PRIME: u64 = 0x0000_0100_0000_01b3;
        let mixed = octets.iter().fold(self.0 ^ BASIS, |hash, octet| {
            (hash ^ u64::from(*octet)).wrapping_mul(PRIME)
        });
        Self(mixed.max(1), self.1)
    }
}
