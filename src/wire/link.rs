//! Link layers: from a frame to the IP packet in it. Not IP, and not the tunnels over IP.
//!
//! What a header announces is a [`Carrier`]; each step passes one header and says what is behind it, so that any of
//! them may be in any other, as MPLS and PPPoE have it. Steps are bounded.

use super::octets::{be16, be32};
use super::tunnel_key::{Kind, TunnelKey};
use super::{Undecoded, radio};
use crate::capture::{Direction, Frame, LinkType};
use etherparse::{Ethernet2HeaderSlice, SingleVlanHeaderSlice};

/// How many headers may be stacked: Ethernet, eight VLAN tags, IP.
const HEADERS: usize = 10;
/// The longest MPLS label stack.
const LABELS: usize = 16;

const COOKED: u16 = 113;
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
    /// The tunnels that it came through.
    pub(super) tunnel: TunnelKey,
}

/// What comes next in a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Carrier {
    Ip(Version),
    EtherType(u16),
    Ethernet,
    Llc,
    Mpls,
    Ppp,
    PppoeSession,
    CiscoHdlc,
    Radiotap,
    PerPacketInformation,
    Wifi,
}

/// What is behind a header.
pub(super) type Step<'a> = Result<(Carrier, &'a [u8]), Undecoded>;

/// The IP packet in `frame`.
pub(super) fn packet<'a>(frame: &Frame<'a>) -> Result<Packet<'a>, Undecoded> {
    let octets = frame.octets;
    let (carrier, rest) = outermost(frame.link_type, octets)?;
    let wire_len = usize::try_from(frame.wire_len)
        .unwrap_or(usize::MAX)
        .max(octets.len())
        .saturating_sub(octets.len().saturating_sub(rest.len()));
    climb(carrier, rest, wire_len, TunnelKey::default())
}

/// The IP packet in octets that begin with what `carrier` says.
pub(super) fn climb(
    mut carrier: Carrier,
    octets: &[u8],
    wire_len: usize,
    mut tunnel: TunnelKey,
) -> Result<Packet<'_>, Undecoded> {
    let mut rest = octets;
    for _ in 0..=HEADERS {
        if let Carrier::Ip(version) = carrier {
            return Ok(Packet {
                version,
                octets: rest,
                wire_len: wire_len.saturating_sub(octets.len().saturating_sub(rest.len())),
                tunnel,
            });
        }
        if carrier == Carrier::PppoeSession {
            let session = be16(rest, 2).ok_or(Undecoded::LinkCut)?;
            tunnel = tunnel.within(Kind::PppoeSession, u32::from(session));
        }
        (carrier, rest) = match carrier {
            Carrier::Ip(_) => (carrier, rest),
            Carrier::EtherType(kind) => ether_type(kind, rest)?,
            Carrier::Ethernet => ethernet(rest)?,
            Carrier::Llc => llc(rest)?,
            Carrier::Mpls => mpls(rest)?,
            Carrier::Ppp => ppp(rest)?,
            Carrier::PppoeSession => (Carrier::Ppp, rest.get(6..).ok_or(Undecoded::LinkCut)?),
            Carrier::CiscoHdlc => cisco(rest)?,
            Carrier::Radiotap => radio::radiotap(rest)?,
            Carrier::PerPacketInformation => radio::per_packet(rest)?,
            Carrier::Wifi => radio::wifi(rest)?,
        };
    }
    Err(Undecoded::Tags)
}

/// The first header of a frame, by link type; BSD and Linux pseudo headers are passed at once.
fn outermost(link: LinkType, octets: &[u8]) -> Step<'_> {
    let carrier = match link.0 {
        0 | 108 => return loopback(octets),
        1 => Carrier::Ethernet,
        9 => Carrier::Ppp,
        50 if matches!(octets.first(), Some(0x0f | 0x8f)) => Carrier::CiscoHdlc,
        50 => Carrier::Ppp,
        51 => Carrier::PppoeSession,
        // LINKTYPE_RAW, and DLT_RAW as some systems number it.
        12 | 14 | 101 => Carrier::Ip(Version::Any),
        104 => Carrier::CiscoHdlc,
        105 => Carrier::Wifi,
        109 => return encapsulating(octets),
        COOKED => return cooked(octets, 2, 14, 16),
        117 => return packet_filter(octets),
        127 => Carrier::Radiotap,
        192 => Carrier::PerPacketInformation,
        // PPP behind an octet that tells the direction.
        204 => return Ok((Carrier::Ppp, octets.get(1..).ok_or(Undecoded::LinkCut)?)),
        219 => Carrier::Mpls,
        228 => Carrier::Ip(Version::V4),
        229 => Carrier::Ip(Version::V6),
        COOKED_2 => return cooked(octets, 8, 0, 20),
        _ => return Err(Undecoded::LinkType(link)),
    };
    Ok((carrier, octets))
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

fn ethernet(octets: &[u8]) -> Step<'_> {
    let header = Ethernet2HeaderSlice::from_slice(octets).map_err(|_| Undecoded::LinkCut)?;
    let rest = octets.get(header.slice().len()..).unwrap_or_default();
    Ok((Carrier::EtherType(header.ether_type().0), rest))
}

/// Linux cooked capture, version 1 or 2: where hardware type, protocol and payload are.
fn cooked(octets: &[u8], hardware: usize, protocol: usize, payload: usize) -> Step<'_> {
    const GRE: u16 = 778;
    const WIFI: [u16; 2] = [801, 802];
    const RADIOTAP: u16 = 803;
    const NETLINK: u16 = 824;
    const LLC: u16 = 4;
    let (Some(hardware), Some(protocol), Some(rest)) = (
        be16(octets, hardware),
        be16(octets, protocol),
        octets.get(payload..),
    ) else {
        return Err(Undecoded::LinkCut);
    };
    let carrier = match (hardware, protocol) {
        (NETLINK, _) => return Err(Undecoded::LinkType(LinkType(253))),
        (RADIOTAP, _) => Carrier::Radiotap,
        (hardware, LLC) if WIFI.contains(&hardware) => Carrier::Wifi,
        (_, LLC) => Carrier::Llc,
        // The protocol of a GRE device is what GRE carries; its header is in front, as the device gave it.
        (GRE, kind) => Carrier::EtherType(kind),
        // Any other hardware type (Ethernet 1, PPP 512, tunnels 768 and 776, loopback 772, none 65534).
        (_, kind) => Carrier::EtherType(kind),
    };
    Ok((carrier, rest))
}

/// BSD loopback: an address family in the byte order of a machine that is not known.
fn loopback(octets: &[u8]) -> Step<'_> {
    let (Some(family), Some(rest)) = (be32(octets, 0), octets.get(4..)) else {
        return Err(Undecoded::LinkCut);
    };
    by_family(either_order(family), rest)
}

/// OpenBSD's encapsulating interface: family, then eight octets of IPsec.
fn encapsulating(octets: &[u8]) -> Step<'_> {
    let (Some(family), Some(rest)) = (be32(octets, 0), octets.get(12..)) else {
        return Err(Undecoded::LinkCut);
    };
    by_family(either_order(family), rest)
}

/// The log of a BSD packet filter: length of the header, family, and more; padded to four octets.
fn packet_filter(octets: &[u8]) -> Step<'_> {
    let (Some(length), Some(family)) = (octets.first(), octets.get(1)) else {
        return Err(Undecoded::LinkCut);
    };
    let rest = octets.get(usize::from(*length).next_multiple_of(4)..);
    by_family(u32::from(*family), rest.ok_or(Undecoded::LinkCut)?)
}

const fn either_order(family: u32) -> u32 {
    if family > 0xffff {
        family.swap_bytes()
    } else {
        family
    }
}

fn by_family(family: u32, rest: &[u8]) -> Step<'_> {
    match family {
        2 => Ok((Carrier::Ip(Version::V4), rest)),
        10 | 24 | 28 | 30 => Ok((Carrier::Ip(Version::V6), rest)),
        other => Err(Undecoded::Family(other)),
    }
}

/// One EtherType, or the length that stands in its place.
fn ether_type(kind: u16, octets: &[u8]) -> Step<'_> {
    const LONGEST_802_3: u16 = 1500;
    let carrier = match kind {
        0x0800 => Carrier::Ip(Version::V4),
        0x86dd => Carrier::Ip(Version::V6),
        0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300 => {
            let tag = SingleVlanHeaderSlice::from_slice(octets).map_err(|_| Undecoded::LinkCut)?;
            let rest = octets.get(tag.slice().len()..).unwrap_or_default();
            return Ok((Carrier::EtherType(tag.ether_type().0), rest));
        }
        0x8847 | 0x8848 => Carrier::Mpls,
        0x8864 => Carrier::PppoeSession,
        0x880b => Carrier::Ppp,
        0x6558 => Carrier::Ethernet,
        0..=LONGEST_802_3 => Carrier::Llc,
        other => return Err(Undecoded::EtherType(other)),
    };
    Ok((carrier, octets))
}

/// IEEE 802.2, and SNAP with an EtherType.
fn llc(octets: &[u8]) -> Step<'_> {
    match octets {
        [0xaa, 0xaa, 3, 0, 0, 0 | 0xf8, high, low, rest @ ..] => {
            match u16::from_be_bytes([*high, *low]) {
                // A length cannot follow here.
                length @ 0..=1500 => Err(Undecoded::EtherType(length)),
                kind => Ok((Carrier::EtherType(kind), rest)),
            }
        }
        // The one service access point that IP ever had of its own.
        [6, 6, 3, rest @ ..] => Ok((Carrier::Ip(Version::V4), rest)),
        [0xaa, 0xaa, _, _, _, _, _, _, ..] => Err(Undecoded::Llc(0xaa)),
        [0xaa, ..] | [] => Err(Undecoded::LinkCut),
        [sap, ..] => Err(Undecoded::Llc(*sap)),
    }
}

/// A stack of labels (RFC 3032). Nothing in it says what follows, so the first four bits tell IP from a pseudowire.
fn mpls(octets: &[u8]) -> Step<'_> {
    let mut rest = octets;
    for _ in 0..LABELS {
        let label = be32(rest, 0).ok_or(Undecoded::LinkCut)?;
        rest = rest.get(4..).unwrap_or_default();
        if label & 0x100 == 0 {
            continue;
        }
        let carrier = match rest.first().ok_or(Undecoded::LinkCut)? >> 4 {
            // A control word (RFC 4385), and behind it an Ethernet frame: the pseudowire that is in use.
            0 => {
                return Ok((Carrier::Ethernet, rest.get(4..).ok_or(Undecoded::LinkCut)?));
            }
            4 if !bare_ethernet(rest) => Carrier::Ip(Version::V4),
            6 if !bare_ethernet(rest) => Carrier::Ip(Version::V6),
            // The associated channel (RFC 5085) is management.
            1 => return Err(Undecoded::Protocol(137)),
            _ => Carrier::Ethernet,
        };
        return Ok((carrier, rest));
    }
    Err(Undecoded::Tags)
}

/// Whether octets that may begin an IP header begin with MAC addresses: the header's length does not fit, and an
/// EtherType of IP stands where a frame has it.
fn bare_ethernet(octets: &[u8]) -> bool {
    let wrong = match octets.first() {
        Some(0x45..=0x4f) => be16(octets, 2).is_some_and(|total| usize::from(total) > octets.len()),
        Some(0x60..=0x6f) => {
            be16(octets, 4).is_some_and(|payload| usize::from(payload) > octets.len())
        }
        _ => true,
    };
    wrong && matches!(be16(octets, 12), Some(0x0800 | 0x86dd | 0x8100))
}

/// PPP (RFC 1661), with or without address and control, with a protocol of one octet or two.
fn ppp(octets: &[u8]) -> Step<'_> {
    let octets = octets.strip_prefix(&[0xff, 3]).unwrap_or(octets);
    let (protocol, rest) = match octets {
        [first, rest @ ..] if first & 1 != 0 => (u16::from(*first), rest),
        [first, second, rest @ ..] => (u16::from_be_bytes([*first, *second]), rest),
        _ => return Err(Undecoded::LinkCut),
    };
    match protocol {
        0x0021 => Ok((Carrier::Ip(Version::V4), rest)),
        0x0057 => Ok((Carrier::Ip(Version::V6), rest)),
        0x0281 | 0x0283 => Ok((Carrier::Mpls, rest)),
        0x0031 => Ok((Carrier::Ethernet, rest.get(2..).ok_or(Undecoded::LinkCut)?)),
        other => Err(Undecoded::Ppp(other)),
    }
}

/// Cisco's HDLC: address, control, EtherType.
fn cisco(octets: &[u8]) -> Step<'_> {
    let (Some(kind), Some(rest)) = (be16(octets, 2), octets.get(4..)) else {
        return Err(Undecoded::LinkCut);
    };
    match kind {
        // Its keepalive protocol; CLNS, which is IS-IS.
        0x8035 => Err(Undecoded::EtherType(0x8035)),
        0xfefe => Err(Undecoded::Llc(0xfe)),
        kind => Ok((Carrier::EtherType(kind), rest)),
    }
}
