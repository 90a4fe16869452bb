//! Link layers that are seldom met today: token ring, FDDI, ATM, frame relay, Fibre Channel, FireWire, InfiniBand.

use super::Undecoded;
use super::link::{Carrier, Step, Version};
use super::octets::be16;

/// Token ring (IEEE 802.5): access and frame control, two addresses, perhaps a route, 802.2.
pub(super) fn token_ring(octets: &[u8]) -> Step<'_> {
    const ADDRESSES: usize = 14;
    let (Some(control), Some(source)) = (octets.get(1), octets.get(8)) else {
        return Err(Undecoded::LinkCut);
    };
    if control >> 6 != 1 {
        // Frames of the ring itself.
        return Err(Undecoded::RingControl);
    }
    let route = match octets.get(ADDRESSES) {
        Some(length) if source & 0x80 != 0 => usize::from(length & 0x1f),
        _ => 0,
    };
    let rest = octets.get(ADDRESSES.saturating_add(route)..);
    Ok((Carrier::Llc, rest.ok_or(Undecoded::LinkCut)?))
}

/// FDDI: frame control, two addresses, 802.2.
pub(super) fn fddi(octets: &[u8]) -> Step<'_> {
    let (Some(control), Some(rest)) = (octets.first(), octets.get(13..)) else {
        return Err(Undecoded::LinkCut);
    };
    if control & 0xf0 != 0x50 {
        return Err(Undecoded::RingControl);
    }
    Ok((Carrier::Llc, rest))
}

/// Classical IP over ATM as Linux has it: 802.2 or IP without anything.
pub(super) fn classical_ip(octets: &[u8]) -> Step<'_> {
    let carrier = if octets.starts_with(&[0xaa, 0xaa, 3]) {
        Carrier::Llc
    } else {
        Carrier::Ip(Version::Any)
    };
    Ok((carrier, octets))
}

/// SunATM: kind and direction, path, channel; only 802.2 is read.
pub(super) fn sun_atm(octets: &[u8]) -> Step<'_> {
    let (Some(kind), Some(rest)) = (octets.first(), octets.get(4..)) else {
        return Err(Undecoded::LinkCut);
    };
    match kind & 0x0f {
        2 => Ok((Carrier::Llc, rest)),
        // A LAN that is emulated: an identifier, and a frame of it.
        1 => Ok((Carrier::Ethernet, rest.get(2..).ok_or(Undecoded::LinkCut)?)),
        other => Err(Undecoded::Nlpid(other)),
    }
}

/// Frame relay (RFC 2427): an address of two to four octets, control, a network layer protocol; or, as Cisco has it, an
/// EtherType.
pub(super) fn frame_relay(octets: &[u8]) -> Step<'_> {
    let last = octets.iter().take(4).position(|octet| octet & 1 != 0);
    let last = last.ok_or(Undecoded::LinkCut)?;
    let rest = octets.get(last.saturating_add(1)..).unwrap_or_default();
    match rest {
        [3, 0xcc, rest @ ..] => Ok((Carrier::Ip(Version::V4), rest)),
        [3, 0x8e, rest @ ..] => Ok((Carrier::Ip(Version::V6), rest)),
        [3, 0xcf, rest @ ..] => Ok((Carrier::Ppp, rest)),
        [3, 0, 0x80, rest @ ..] | [3, 0x80, rest @ ..] => match rest {
            [0, 0, 0, high, low, rest @ ..] => {
                Ok((Carrier::EtherType(u16::from_be_bytes([*high, *low])), rest))
            }
            [0, 0x80, 0xc2, 0, 1 | 7, rest @ ..] => Ok((Carrier::Ethernet, rest)),
            _ => Err(Undecoded::Nlpid(0x80)),
        },
        [3, 0, other, ..] | [3, other, ..] => Err(Undecoded::Nlpid(*other)),
        _ => match (be16(rest, 0), rest.get(2..)) {
            (Some(kind), Some(rest)) => Ok((Carrier::EtherType(kind), rest)),
            _ => Err(Undecoded::LinkCut),
        },
    }
}

/// IP over Fibre Channel (RFC 2625): two names of eight octets, 802.2.
pub(super) fn fibre_channel(octets: &[u8]) -> Step<'_> {
    Ok((Carrier::Llc, octets.get(16..).ok_or(Undecoded::LinkCut)?))
}

/// IP over InfiniBand (RFC 4391): EtherType and two reserved octets; Wireshark has the global route header before them.
pub(super) fn infiniband(octets: &[u8]) -> Step<'_> {
    const ROUTE: usize = 40;
    let routed = matches!(be16(octets, ROUTE), Some(0x0800 | 0x0806 | 0x86dd));
    ends_with_ether_type(octets, if routed { ROUTE } else { 0 }, 2)
}

/// A header that ends with an EtherType: its octets before that, and perhaps others behind.
pub(super) fn ends_with_ether_type(octets: &[u8], at: usize, behind: usize) -> Step<'_> {
    let rest = octets.get(at.saturating_add(2).saturating_add(behind)..);
    match (be16(octets, at), rest) {
        (Some(kind), Some(rest)) => Ok((Carrier::EtherType(kind), rest)),
        _ => Err(Undecoded::LinkCut),
    }
}
