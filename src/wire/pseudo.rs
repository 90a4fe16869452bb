//! Headers that a capturing system puts before what it recorded: cooked links, loopbacks, logs of packet filters. What
//! they say of the direction, and where the packet is. Not the headers of the network itself.

use super::Undecoded;
use super::link::{Carrier, Step, Version};
use super::octets::{be16, be32, little16, little32};
use crate::capture::{Frame, LinkType, direction_of};
use crate::tcp::Direction;

/// The direction that a pseudo header gives.
pub(super) fn direction(frame: &Frame<'_>) -> Direction {
    const PACKET_FILTER_DIRECTION: usize = 60;
    const PACKET_TAP_FLAGS: usize = 36;
    let octet = |at: usize| frame.octets.get(at).copied();
    let told = match frame.link_type.0 {
        113 => be16(frame.octets, 0).map(direction_of),
        276 => octet(10).map(|kind| direction_of(kind.into())),
        8 | 166 | 204..=206 => octet(0).map(|sent| in_or_out(sent == 0, sent != 0)),
        117 => octet(PACKET_FILTER_DIRECTION).map(|way| in_or_out(way == 1, way == 2)),
        123 => octet(0).map(|kind| in_or_out(kind & 0x80 == 0, kind & 0x80 != 0)),
        258 => little32(frame.octets, PACKET_TAP_FLAGS)
            .map(|flags| in_or_out(flags & 3 == 1, flags & 3 == 2)),
        _ => None,
    };
    told.unwrap_or_default()
}

const fn in_or_out(incoming: bool, outgoing: bool) -> Direction {
    match (incoming, outgoing) {
        (true, false) => Direction::Incoming,
        (false, true) => Direction::Outgoing,
        _ => Direction::Unknown,
    }
}

/// Linux cooked capture, version 1 (hardware type at 2, protocol at 14) and 2 (at 8 and 0).
pub(super) fn cooked(octets: &[u8], version: u8) -> Step<'_> {
    const GRE: u16 = 778;
    const WIFI: [u16; 2] = [801, 802];
    const RADIOTAP: u16 = 803;
    const NETLINK: u16 = 824;
    const FRAME_RELAY: u16 = 770;
    const LLC: u16 = 4;
    let (hardware, protocol, payload) = if version == 1 {
        (2, 14, 16)
    } else {
        (8, 0, 20)
    };
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
        (FRAME_RELAY, _) => Carrier::FrameRelay,
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
pub(super) fn loopback(octets: &[u8]) -> Step<'_> {
    let (Some(family), Some(rest)) = (be32(octets, 0), octets.get(4..)) else {
        return Err(Undecoded::LinkCut);
    };
    by_family(either_order(family), rest)
}

/// OpenBSD's encapsulating interface: family, then eight octets of IPsec.
pub(super) fn encapsulating(octets: &[u8]) -> Step<'_> {
    let (Some(family), Some(rest)) = (be32(octets, 0), octets.get(12..)) else {
        return Err(Undecoded::LinkCut);
    };
    by_family(either_order(family), rest)
}

/// The log of a BSD packet filter: length of the header, family, and more; padded to four octets.
pub(super) fn packet_filter(octets: &[u8]) -> Step<'_> {
    let (Some(length), Some(family)) = (octets.first(), octets.get(1)) else {
        return Err(Undecoded::LinkCut);
    };
    let rest = octets.get(usize::from(*length).next_multiple_of(4)..);
    by_family(u32::from(*family), rest.ok_or(Undecoded::LinkCut)?)
}

/// Solaris: version, family, 22 octets about interfaces and zones.
pub(super) fn ipnet(octets: &[u8]) -> Step<'_> {
    let (Some(family), Some(rest)) = (octets.get(1), octets.get(24..)) else {
        return Err(Undecoded::LinkCut);
    };
    // Solaris numbers the family of IPv6 as nobody else does.
    by_family(
        if *family == 26 {
            30
        } else {
            u32::from(*family)
        },
        rest,
    )
}

/// The log of Linux's packet filter: family, version, group, then fields of length, type and value, in the byte order of
/// the machine; each padded to four octets.
pub(super) fn netfilter_log(octets: &[u8]) -> Step<'_> {
    let fields = octets.get(4..).ok_or(Undecoded::LinkCut)?;
    let payload = log_payload(fields, little16).or_else(|| log_payload(fields, be16));
    Ok((
        Carrier::Ip(Version::Any),
        payload.ok_or(Undecoded::LinkCut)?,
    ))
}

fn log_payload(mut fields: &[u8], number: fn(&[u8], usize) -> Option<u16>) -> Option<&[u8]> {
    const PAYLOAD: u16 = 9;
    const HEAD: usize = 4;
    loop {
        let (length, kind) = (usize::from(number(fields, 0)?), number(fields, 2)?);
        if length < HEAD {
            return None;
        }
        if kind == PAYLOAD {
            let value = fields.get(HEAD..)?;
            return Some(value.get(..length.saturating_sub(HEAD)).unwrap_or(value));
        }
        fields = fields.get(length.next_multiple_of(4)..)?;
    }
}

/// Apple's packet tap: the length of its header and the link type of what follows.
pub(super) fn packet_tap(octets: &[u8]) -> Result<(LinkType, &[u8]), Undecoded> {
    const SHORTEST: usize = 108;
    const PACKET: u32 = 1;
    let (Some(length), Some(kind), Some(link)) = (
        little32(octets, 0),
        little32(octets, 4),
        little32(octets, 8),
    ) else {
        return Err(Undecoded::LinkCut);
    };
    let length = usize::try_from(length).unwrap_or(usize::MAX).max(SHORTEST);
    let rest = octets.get(length..).ok_or(Undecoded::LinkCut)?;
    let link = LinkType(u16::try_from(link).unwrap_or(u16::MAX));
    if kind != PACKET || link.0 == 258 {
        return Err(Undecoded::LinkType(link));
    }
    Ok((link, rest))
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
