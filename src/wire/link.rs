//! Link layers: from a frame to the IP packet in it. Not IP, and not the tunnels over IP.
//!
//! What a header announces is a [`Carrier`]; each step passes one header and says what is behind it, so that any of
//! them may be in any other, to any depth, as VLAN tags, MPLS and PPPoE have it.

use super::octets::{be16, be32};
use super::tunnel_key::{Kind, TunnelKey};
use super::{Undecoded, pseudo, radio, rare};
use crate::capture::{Frame, LinkType};
use etherparse::{Ethernet2HeaderSlice, SingleVlanHeaderSlice};

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
    FrameRelay,
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
    // Every second step at least passes octets, so the end of the frame is an end of this.
    loop {
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
        tunnel = lane(carrier, rest, tunnel);
        (carrier, rest) = match carrier {
            Carrier::Ip(_) => (carrier, rest),
            Carrier::EtherType(kind) => ether_type(kind, rest)?,
            Carrier::Ethernet => ethernet(rest)?,
            Carrier::Llc => llc(rest)?,
            Carrier::Mpls => mpls(rest)?,
            Carrier::Ppp => ppp(rest)?,
            Carrier::PppoeSession => (Carrier::Ppp, rest.get(6..).ok_or(Undecoded::LinkCut)?),
            Carrier::CiscoHdlc => cisco(rest)?,
            Carrier::FrameRelay => rare::frame_relay(rest)?,
            Carrier::Radiotap => radio::radiotap(rest)?,
            Carrier::PerPacketInformation => radio::per_packet(rest)?,
            Carrier::Wifi => radio::wifi(rest)?,
        };
    }
}

/// The lane that the header names which comes next: a VLAN, or the outermost of MPLS labels. A tag without a VLAN only has a priority.
fn lane(carrier: Carrier, octets: &[u8], tunnel: TunnelKey) -> TunnelKey {
    let number = match carrier {
        Carrier::EtherType(0x8100 | 0x88a8 | 0x9100 | 0x9200 | 0x9300) => {
            be16(octets, 0).map_or(0, |tag| u32::from(tag & 0x0fff))
        }
        Carrier::Mpls => be32(octets, 0).map_or(0, |label| label >> 12),
        _ => 0,
    };
    if number == 0 {
        tunnel
    } else {
        tunnel.in_lane(number)
    }
}

/// The first header of a frame, by link type; the headers of capturing systems are passed at once.
fn outermost(link: LinkType, octets: &[u8]) -> Step<'_> {
    let behind = |passed: usize, carrier| {
        let rest = octets.get(passed..).ok_or(Undecoded::LinkCut)?;
        Ok((carrier, rest))
    };
    let carrier = match link.0 {
        0 | 108 => return pseudo::loopback(octets),
        // LINKTYPE_RAW, and DLT_RAW as some systems number it; what OpenBSD numbers so is its loopback.
        12 | 14 if matches!(octets.first(), Some(0)) => return pseudo::loopback(octets),
        12 | 14 | 101 => Carrier::Ip(Version::Any),
        228 => Carrier::Ip(Version::V4),
        229 => Carrier::Ip(Version::V6),
        1 => Carrier::Ethernet,
        113 => return pseudo::cooked(octets, 1),
        276 => return pseudo::cooked(octets, 2),
        50 if matches!(octets.first(), Some(0x0f | 0x8f)) => Carrier::CiscoHdlc,
        9 | 50 => Carrier::Ppp,
        51 => Carrier::PppoeSession,
        104 => Carrier::CiscoHdlc,
        // Behind an octet that tells the direction, which 166 has in place of the address.
        166 => return behind(2, Carrier::Ppp),
        204 => return behind(1, Carrier::Ppp),
        205 => return behind(1, Carrier::CiscoHdlc),
        206 => return behind(1, Carrier::FrameRelay),
        105 => Carrier::Wifi,
        119 => return radio::prism(octets),
        127 => Carrier::Radiotap,
        163 => return radio::wlan_capture(octets),
        192 => Carrier::PerPacketInformation,
        219 => Carrier::Mpls,
        109 => return pseudo::encapsulating(octets),
        117 => return pseudo::packet_filter(octets),
        226 => return pseudo::ipnet(octets),
        239 => return pseudo::netfilter_log(octets),
        258 => {
            let (link, rest) = pseudo::packet_tap(octets)?;
            return outermost(link, rest);
        }
        // BSD keeps the header that SLIP compressed away in sixteen octets.
        8 => return behind(16, Carrier::Ip(Version::Any)),
        6 => return rare::token_ring(octets),
        10 => return rare::fddi(octets),
        100 => Carrier::Llc,
        106 => return rare::classical_ip(octets),
        107 => Carrier::FrameRelay,
        122 => return rare::fibre_channel(octets),
        123 => return rare::sun_atm(octets),
        138 => return rare::ends_with_ether_type(octets, 16, 0),
        242 => return rare::infiniband(octets),
        // Ports of a switch chip: a tag before the frame or within it.
        282 => return behind(4, Carrier::Ethernet),
        281 | 284 => return rare::ends_with_ether_type(octets, 16, 0),
        285 => return rare::ends_with_ether_type(octets, 20, 0),
        _ => return Err(Undecoded::LinkType(link)),
    };
    Ok((carrier, octets))
}

fn ethernet(octets: &[u8]) -> Step<'_> {
    let header = Ethernet2HeaderSlice::from_slice(octets).map_err(|_| Undecoded::LinkCut)?;
    let rest = octets.get(header.slice().len()..).unwrap_or_default();
    Ok((Carrier::EtherType(header.ether_type().0), rest))
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
        // Tags of bridges and rings: some octets, and then the EtherType of the frame.
        0x8926 | 0x892f => return rare::ends_with_ether_type(octets, 4, 0),
        0x893f => return rare::ends_with_ether_type(octets, 6, 0),
        // Provider backbone bridges: a service identifier, and then the customer's frame.
        0x88e7 => {
            let frame = octets.get(4..).ok_or(Undecoded::LinkCut)?;
            return Ok((Carrier::Ethernet, frame));
        }
        0x88e5 => return macsec(octets),
        0x894f => return service_header(octets),
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
        // A bridged frame (RFC 2684), padded as ATM wants it.
        [0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 1 | 7, 0, 0, rest @ ..] => Ok((Carrier::Ethernet, rest)),
        // The one service access point that IP ever had of its own.
        [6, 6, 3, rest @ ..] => Ok((Carrier::Ip(Version::V4), rest)),
        [0xaa, 0xaa, _, a, b, c, _, _, ..] => {
            Err(Undecoded::Snap(u32::from_be_bytes([0, *a, *b, *c])))
        }
        [0xaa, ..] | [] => Err(Undecoded::LinkCut),
        [sap, ..] => Err(Undecoded::Llc(*sap)),
    }
}

/// A stack of labels (RFC 3032). Nothing in it says what follows, so the first four bits tell IP from a pseudowire.
fn mpls(octets: &[u8]) -> Step<'_> {
    let mut rest = octets;
    loop {
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
}

/// MACsec (IEEE 802.1AE): a frame that is only signed is as it was; the signature behind it is beyond the IP packet.
fn macsec(octets: &[u8]) -> Step<'_> {
    const CHANNEL: u8 = 0x20;
    const ENCRYPTED: u8 = 0x08;
    const CHANGED: u8 = 0x04;
    let control = octets.first().ok_or(Undecoded::LinkCut)?;
    if control & (ENCRYPTED | CHANGED) != 0 {
        return Err(Undecoded::EtherType(0x88e5));
    }
    let head = if control & CHANNEL != 0 { 14 } else { 6 };
    rare::ends_with_ether_type(octets, head, 0)
}

/// A network service header (RFC 8300), whose length is in words.
fn service_header(octets: &[u8]) -> Step<'_> {
    let (Some(length), Some(next)) = (octets.get(1), octets.get(3)) else {
        return Err(Undecoded::LinkCut);
    };
    let head = usize::from(length & 0x3f).saturating_mul(4).max(8);
    let carrier = match next {
        1 => Carrier::Ip(Version::V4),
        2 => Carrier::Ip(Version::V6),
        3 => Carrier::Ethernet,
        5 => Carrier::Mpls,
        _ => return Err(Undecoded::EtherType(0x894f)),
    };
    Ok((carrier, octets.get(head..).ok_or(Undecoded::LinkCut)?))
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
