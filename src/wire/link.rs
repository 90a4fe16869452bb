//! Link layers: from a frame to the IP packet in it, VLAN tags and 802.2 passed through. Not tunnels.

use super::Undecoded;
use super::octets::{be16, be32};
use crate::capture::{Direction, Frame, LinkType};
use etherparse::{Ethernet2HeaderSlice, SingleVlanHeaderSlice};

/// How many VLAN tags may be stacked.
const TAGS: usize = 8;

const NULL: u16 = 0;
const ETHERNET: u16 = 1;
/// LINKTYPE_RAW, and DLT_RAW as some systems number it.
const RAW: [u16; 3] = [101, 12, 14];
const LOOP: u16 = 108;
const COOKED: u16 = 113;
const IPV4: u16 = 228;
const IPV6: u16 = 229;
const COOKED_2: u16 = 276;

/// The IP version that a link header announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Version {
    /// None: the packet itself tells.
    Any,
    V4,
    V6,
}

/// What follows the link header.
#[derive(Clone, Copy, Debug)]
pub(super) struct Packet<'a> {
    pub(super) version: Version,
    /// The octets recorded; padding may follow the IP packet.
    pub(super) octets: &'a [u8],
    /// Octets that were on the wire.
    pub(super) wire_len: usize,
}

/// The IP packet in `frame`.
pub(super) fn packet<'a>(frame: &Frame<'a>) -> Result<Packet<'a>, Undecoded> {
    let octets = frame.octets;
    let (version, rest) = match frame.link_type.0 {
        ETHERNET => ethernet(octets)?,
        COOKED => cooked(octets, 2, 14, 16)?,
        COOKED_2 => cooked(octets, 8, 0, 20)?,
        NULL | LOOP => loopback(octets)?,
        IPV4 => (Version::V4, octets),
        IPV6 => (Version::V6, octets),
        other if RAW.contains(&other) => (Version::Any, octets),
        other => return Err(Undecoded::LinkType(LinkType(other))),
    };
    let headers = octets.len().saturating_sub(rest.len());
    let wire_len = usize::try_from(frame.wire_len)
        .unwrap_or(usize::MAX)
        .max(octets.len())
        .saturating_sub(headers);
    Ok(Packet {
        version,
        octets: rest,
        wire_len,
    })
}

/// The direction that a Linux cooked header gives: packet type 4 is sent by the capturing host.
pub(super) fn cooked_direction(frame: &Frame<'_>) -> Option<Direction> {
    let kind = match frame.link_type.0 {
        COOKED => be16(frame.octets, 0)?,
        COOKED_2 => u16::from(*frame.octets.get(10)?),
        _ => return None,
    };
    match kind {
        0..=2 => Some(Direction::Inbound),
        4 => Some(Direction::Outbound),
        _ => None,
    }
}

type Inner<'a> = Result<(Version, &'a [u8]), Undecoded>;

fn ethernet(octets: &[u8]) -> Inner<'_> {
    let header = Ethernet2HeaderSlice::from_slice(octets).map_err(|_| Undecoded::LinkCut)?;
    let rest = octets.get(header.slice().len()..).unwrap_or_default();
    by_ether_type(header.ether_type().0, rest)
}

/// Linux cooked capture, version 1 or 2: where hardware type, protocol and payload are.
fn cooked(octets: &[u8], hardware: usize, protocol: usize, payload: usize) -> Inner<'_> {
    const NETLINK: u16 = 824;
    const LLC: u16 = 4;
    let (Some(hardware), Some(protocol), Some(rest)) = (
        be16(octets, hardware),
        be16(octets, protocol),
        octets.get(payload..),
    ) else {
        return Err(Undecoded::LinkCut);
    };
    // Any other hardware type (Ethernet 1, PPP 512, tunnels 768 and 776, loopback 772, none 65534) has an EtherType.
    match protocol {
        _ if hardware == NETLINK => Err(Undecoded::LinkType(LinkType(253))),
        LLC => llc(rest),
        kind => by_ether_type(kind, rest),
    }
}

/// BSD loopback: an address family in the byte order of a machine that is not known.
fn loopback(octets: &[u8]) -> Inner<'_> {
    let (Some(family), Some(rest)) = (be32(octets, 0), octets.get(4..)) else {
        return Err(Undecoded::LinkCut);
    };
    match if family > 0xffff {
        family.swap_bytes()
    } else {
        family
    } {
        2 => Ok((Version::V4, rest)),
        10 | 24 | 28 | 30 => Ok((Version::V6, rest)),
        other => Err(Undecoded::Family(other)),
    }
}

fn by_ether_type(mut kind: u16, mut octets: &[u8]) -> Inner<'_> {
    const LONGEST_802_3: u16 = 1500;
    for _ in 0..=TAGS {
        match kind {
            0x0800 => return Ok((Version::V4, octets)),
            0x86dd => return Ok((Version::V6, octets)),
            0x8100 | 0x88a8 | 0x9100 => {
                let tag =
                    SingleVlanHeaderSlice::from_slice(octets).map_err(|_| Undecoded::LinkCut)?;
                kind = tag.ether_type().0;
                octets = octets.get(tag.slice().len()..).unwrap_or_default();
            }
            0..=LONGEST_802_3 => return llc(octets),
            other => return Err(Undecoded::EtherType(other)),
        }
    }
    Err(Undecoded::Tags)
}

/// IEEE 802.2, and SNAP with an EtherType. A VLAN tag within SNAP is not followed.
fn llc(octets: &[u8]) -> Inner<'_> {
    match octets {
        [0xaa, 0xaa, 3, 0, 0, 0 | 0xf8, high, low, rest @ ..] => {
            match u16::from_be_bytes([*high, *low]) {
                0x0800 => Ok((Version::V4, rest)),
                0x86dd => Ok((Version::V6, rest)),
                other => Err(Undecoded::EtherType(other)),
            }
        }
        // The one service access point that IP ever had of its own.
        [6, 6, 3, rest @ ..] => Ok((Version::V4, rest)),
        [0xaa, 0xaa, _, _, _, _, _, _, ..] => Err(Undecoded::Llc(0xaa)),
        [0xaa, ..] | [] => Err(Undecoded::LinkCut),
        [sap, ..] => Err(Undecoded::Llc(*sap)),
    }
}
