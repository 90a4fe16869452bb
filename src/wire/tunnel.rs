//! Tunnels over IP: from the datagram that carries one to the packet inside. Not tunnels below IP (MPLS, PPPoE).
//!
//! IP in IP (RFC 2003), 6in4 (RFC 4213), GRE (RFC 2784, 2890) with Ethernet, ERSPAN and PPTP, EtherIP (RFC 3378), MPLS in
//! IP (RFC 4023), VXLAN (RFC 7348), GENEVE (RFC 8926), GTP-U (3GPP TS 29.281), Teredo (RFC 4380), L2TP (RFC 2661). A port number only
//! suggests a tunnel: what does not parse as one is UDP like any other.

use super::Undecoded;
use super::ip::Datagram;
use super::link::{self, Carrier, Packet, Version};
use super::octets::{be16, be32};
use super::tunnel_key::{Kind, TunnelKey};

pub(super) const TCP: u8 = 6;
pub(super) const UDP: u8 = 17;
const IPV4: u8 = 4;
const IPV6: u8 = 41;
const GRE: u8 = 47;
const ETHER_IP: u8 = 97;
const MPLS: u8 = 137;

const VXLAN_PORT: u16 = 4789;
/// Where Linux had it before it had a number of its own, and container networks still have it.
const LINUX_VXLAN_PORT: u16 = 8472;
const VXLAN_GPE_PORT: u16 = 4790;
const L2TP_PORT: u16 = 1701;
const GENEVE_PORT: u16 = 6081;
const GTP_PORT: u16 = 2152;
const TEREDO_PORT: u16 = 3544;

/// What is in a tunnel: its first header, its octets, and its key.
type Inner<'a> = (Carrier, &'a [u8], TunnelKey);

/// Whether a datagram of that protocol may hold a TCP segment that is read here.
pub(super) const fn may_carry(protocol: u8) -> bool {
    matches!(protocol, TCP | UDP | IPV4 | IPV6 | GRE | ETHER_IP | MPLS)
}

/// Whether a UDP header names the port of a tunnel.
pub(super) fn has_tunnel_port(udp: &[u8]) -> bool {
    [0, 2].into_iter().any(|at| {
        matches!(
            be16(udp, at),
            Some(
                VXLAN_PORT
                    | LINUX_VXLAN_PORT
                    | VXLAN_GPE_PORT
                    | GENEVE_PORT
                    | GTP_PORT
                    | L2TP_PORT
                    | TEREDO_PORT
            )
        )
    })
}

/// The packet in the tunnel that `datagram` carries, which came through `tunnel` itself.
pub(super) fn packet<'a>(
    datagram: &Datagram<'a>,
    tunnel: TunnelKey,
) -> Result<Packet<'a>, Undecoded> {
    let octets = datagram.octets;
    let ends = (datagram.source, datagram.destination);
    let (carrier, inner, key) = match datagram.protocol {
        IPV4 => (
            Carrier::Ip(Version::V4),
            octets,
            tunnel.between(Kind::Ip, 0, ends),
        ),
        IPV6 => (
            Carrier::Ip(Version::V6),
            octets,
            tunnel.between(Kind::Ip, 0, ends),
        ),
        GRE => gre(datagram, tunnel)?,
        ETHER_IP => match octets {
            [0x30, 0, rest @ ..] => (
                Carrier::Ethernet,
                rest,
                tunnel.between(Kind::EtherIp, 0, ends),
            ),
            _ => return Err(Undecoded::Protocol(ETHER_IP)),
        },
        MPLS => (Carrier::Mpls, octets, tunnel),
        UDP => over_udp(datagram, tunnel).ok_or(Undecoded::Protocol(UDP))?,
        other => return Err(Undecoded::Protocol(other)),
    };
    let headers = octets.len().saturating_sub(inner.len());
    link::climb(carrier, inner, datagram.length.saturating_sub(headers), key)
}

fn gre<'a>(datagram: &Datagram<'a>, tunnel: TunnelKey) -> Result<Inner<'a>, Undecoded> {
    const CHECKSUM: u16 = 0x8000;
    const ROUTING: u16 = 0x4000;
    const KEY: u16 = 0x2000;
    const SEQUENCE: u16 = 0x1000;
    const ACKNOWLEDGMENT: u16 = 0x0080;
    let octets = datagram.octets;
    let ends = (datagram.source, datagram.destination);
    let (Some(flags), Some(protocol)) = (be16(octets, 0), be16(octets, 2)) else {
        return Err(Undecoded::IpCut);
    };
    let version = flags & 7;
    if flags & ROUTING != 0 || version > 1 {
        return Err(Undecoded::Protocol(GRE));
    }
    let words = |bit: u16| usize::from(flags & bit != 0).saturating_mul(4);
    let key_at = words(CHECKSUM).saturating_add(4);
    let acknowledgment = if version == 1 {
        words(ACKNOWLEDGMENT)
    } else {
        0
    };
    let header = key_at
        .saturating_add(words(KEY))
        .saturating_add(words(SEQUENCE))
        .saturating_add(acknowledgment);
    let rest = octets.get(header..).ok_or(Undecoded::IpCut)?;
    // Version 1 is PPTP, whose key holds a length and the call identifier of one direction.
    let key = if flags & KEY != 0 && version == 0 {
        be32(octets, key_at).unwrap_or(0)
    } else {
        0
    };
    let between = tunnel.between(Kind::Gre, key, ends);
    let mirror = |length: usize| {
        let rest = rest.get(length..).ok_or(Undecoded::IpCut)?;
        Ok((Carrier::Ethernet, rest, tunnel.within(Kind::Mirror, 0)))
    };
    match protocol {
        // ERSPAN type I is without a header, type II has one, type III a longer one.
        0x88be if flags & SEQUENCE == 0 => mirror(0),
        0x88be => mirror(8),
        0x22eb => {
            let subheader = rest.get(11).is_some_and(|flags| flags & 1 != 0);
            mirror(if subheader { 20 } else { 12 })
        }
        _ if rest.is_empty() => Err(Undecoded::TunnelEmpty),
        // Keepalives of routers carry nothing.
        0 => Err(Undecoded::TunnelEmpty),
        length @ 1..=1500 => Err(Undecoded::EtherType(length)),
        kind => Ok((Carrier::EtherType(kind), rest, between)),
    }
}

fn over_udp<'a>(datagram: &Datagram<'a>, tunnel: TunnelKey) -> Option<Inner<'a>> {
    let ports = (be16(datagram.octets, 0)?, be16(datagram.octets, 2)?);
    let stated = usize::from(be16(datagram.octets, 4)?);
    // 0 is a length for segmentation offload only.
    let length = if stated == 0 {
        datagram.length
    } else {
        stated.min(datagram.length)
    };
    let payload = datagram.octets.get(8..)?;
    let on_wire = length.checked_sub(8)?;
    let payload = payload.get(..on_wire).unwrap_or(payload);
    // Those without `named` are sent to their port in both directions.
    let named = |port: u16| ports.0 == port || ports.1 == port;
    if matches!(ports.1, VXLAN_PORT | LINUX_VXLAN_PORT) {
        vxlan(payload, tunnel)
    } else if ports.1 == VXLAN_GPE_PORT {
        vxlan_gpe(payload, tunnel)
    } else if named(L2TP_PORT) {
        l2tp(payload, datagram, tunnel)
    } else if ports.1 == GENEVE_PORT {
        geneve(payload, tunnel)
    } else if named(GTP_PORT) {
        gtp(payload, on_wire, datagram, tunnel)
    } else if named(TEREDO_PORT) {
        teredo(payload, on_wire, tunnel)
    } else {
        None
    }
}

fn vxlan(octets: &[u8], tunnel: TunnelKey) -> Option<Inner<'_>> {
    let [flags, more, policy @ ..] = octets.first_chunk::<4>()?;
    let (network, rest) = (be32(octets, 4)?, octets.get(8..)?);
    // The I flag; group policy adds flags and a tag, all else is reserved.
    let grouped = flags & 0x80 != 0;
    let known = flags & 0x7f == 8 && more & !0x48 == 0 && network & 0xff == 0;
    (known && (grouped || *policy == [0, 0])).then_some((
        Carrier::Ethernet,
        rest,
        tunnel.within(Kind::Vxlan, network >> 8),
    ))
}

/// VXLAN that names what it carries.
fn vxlan_gpe(octets: &[u8], tunnel: TunnelKey) -> Option<Inner<'_>> {
    let [0x0c, 0, 0, next] = octets.first_chunk::<4>()? else {
        return None;
    };
    let (network, rest) = (be32(octets, 4)?, octets.get(8..)?);
    let carrier = match next {
        1 => Carrier::Ip(Version::V4),
        2 => Carrier::Ip(Version::V6),
        3 => Carrier::Ethernet,
        4 => Carrier::EtherType(0x894f),
        5 => Carrier::Mpls,
        _ => return None,
    };
    let key = tunnel.within(Kind::Vxlan, network >> 8);
    (network & 0xff == 0).then_some((carrier, rest, key))
}

/// A data message of L2TP version 2; its tunnel and session are named for one direction each.
fn l2tp<'a>(octets: &'a [u8], datagram: &Datagram<'a>, tunnel: TunnelKey) -> Option<Inner<'a>> {
    const LENGTH: u16 = 0x4000;
    const SEQUENCE: u16 = 0x0800;
    const OFFSET: u16 = 0x0200;
    const PRIORITY: u16 = 0x0100;
    let flags = be16(octets, 0)?;
    if flags & !(LENGTH | SEQUENCE | OFFSET | PRIORITY) != 2 {
        return None;
    }
    let field = |bit: u16, octets: usize| if flags & bit != 0 { octets } else { 0 };
    let mut head = 6usize
        .saturating_add(field(LENGTH, 2))
        .saturating_add(field(SEQUENCE, 4));
    if flags & OFFSET != 0 {
        let padding = usize::from(be16(octets, head)?);
        head = head.saturating_add(padding).saturating_add(2);
    }
    let ends = (datagram.source, datagram.destination);
    let names = if flags & LENGTH != 0 { 4 } else { 2 };
    let key = tunnel
        .between(Kind::L2tp, 0, ends)
        .in_lane(be32(octets, names)?);
    Some((Carrier::Ppp, octets.get(head..)?, key))
}

fn geneve(octets: &[u8], tunnel: TunnelKey) -> Option<Inner<'_>> {
    let (first, protocol) = (*octets.first()?, be16(octets, 2)?);
    if first >> 6 != 0 || octets.get(7)? != &0 || octets.get(1)? & 0x3f != 0 {
        return None;
    }
    let header = usize::from(first & 0x3f)
        .saturating_mul(4)
        .saturating_add(8);
    let network = be32(octets, 4)? >> 8;
    let key = tunnel.within(Kind::Geneve, network);
    matches!(protocol, 0x6558 | 0x0800 | 0x86dd | 0x8847).then_some((
        Carrier::EtherType(protocol),
        octets.get(header..)?,
        key,
    ))
}

fn gtp<'a>(
    octets: &'a [u8],
    on_wire: usize,
    datagram: &Datagram<'a>,
    tunnel: TunnelKey,
) -> Option<Inner<'a>> {
    const USER_DATA: u8 = 255;
    let flags = *octets.first()?;
    let length = usize::from(be16(octets, 2)?);
    // Version 1, GTP (not GTP'), and the length that the datagram has.
    if flags >> 4 != 3 || *octets.get(1)? != USER_DATA || length.saturating_add(8) != on_wire {
        return None;
    }
    let mut rest = octets.get(8..)?;
    if flags & 7 != 0 {
        let mut next = *rest.get(3)?;
        rest = rest.get(4..)?;
        // Extension headers say their length in words; each passes at least one.
        while next != 0 {
            let words = usize::from(*rest.first()?);
            let end = words.checked_mul(4).filter(|end| *end > 0)?;
            next = *rest.get(end.checked_sub(1)?)?;
            rest = rest.get(end..)?;
        }
    }
    let ends = (datagram.source, datagram.destination);
    let endpoint = be32(octets, 4)?;
    let key = tunnel.between(Kind::Gtp, 0, ends).in_lane(endpoint);
    matches!(rest.first()? >> 4, 4 | 6).then_some((Carrier::Ip(Version::Any), rest, key))
}

fn teredo(octets: &[u8], on_wire: usize, tunnel: TunnelKey) -> Option<Inner<'_>> {
    let mut rest = octets;
    let mut left = on_wire;
    // Authentication and origin indication may come first, in this order.
    if let [0, 1, client, authentication, ..] = rest {
        let header = usize::from(*client)
            .saturating_add(usize::from(*authentication))
            .saturating_add(13);
        rest = rest.get(header..)?;
        left = left.checked_sub(header)?;
    }
    if let [0, 0, ..] = rest {
        rest = rest.get(8..)?;
        left = left.checked_sub(8)?;
    }
    let whole = usize::from(be16(rest, 4)?).saturating_add(40);
    (rest.first()? >> 4 == 6 && whole == left).then_some((
        Carrier::Ip(Version::V6),
        rest,
        tunnel.within(Kind::Teredo, 0),
    ))
}
