//! IP: from a packet to what it carries (RFC 791, RFC 8200). Not reassembly, not tunnels.
//!
//! The header's length decides, so padding is never text. A header's length that says nothing (0, segmentation
//! offload) leaves the record's own.

use super::Undecoded;
use super::link::{Packet, Version};
use super::octets::{be16, be32};
use crate::tcp::Marks;
use etherparse::{IpAuthHeaderSlice, Ipv4HeaderSlice, Ipv6HeaderSlice, Ipv6RawExtHeaderSlice};
use std::net::IpAddr;

/// More extension headers than any packet has.
const EXTENSIONS: usize = 16;

/// A datagram, or a fragment of one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Datagram<'a> {
    pub(super) source: IpAddr,
    pub(super) destination: IpAddr,
    /// What it carries; of an IPv6 fragment that is only the first header behind its fragment header.
    pub(super) protocol: u8,
    /// The octets carried that are in the record, without padding.
    pub(super) octets: &'a [u8],
    /// Octets carried on the wire.
    pub(super) length: usize,
    pub(super) fragment: Option<Fragment>,
    pub(super) marks: Marks,
    /// Whether `destination` is where the segment ends up; with a source route it is not, and the checksum is over another.
    pub(super) final_destination: bool,
}

/// Where a fragment belongs.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fragment {
    pub(super) id: u32,
    /// Where in the datagram its octets start.
    pub(super) start: usize,
    /// Whether others follow.
    pub(super) more: bool,
}

impl<'a> Datagram<'a> {
    /// Passes the headers at the start of a reassembled datagram that are not yet the one it carries.
    pub(super) fn unwrapped(self) -> Result<Self, Undecoded> {
        let mut rest = Rest {
            octets: self.octets,
            length: self.length,
        };
        let walk = rest.extensions(self.protocol)?;
        if walk.fragment.is_some() {
            return Err(Undecoded::IpMalformed);
        }
        Ok(Self {
            protocol: walk.protocol,
            octets: rest.octets,
            length: rest.length,
            final_destination: self.final_destination && !walk.routed_on,
            ..self
        })
    }
}

/// The datagram in `packet`.
pub(super) fn datagram<'a>(packet: &Packet<'a>) -> Result<Datagram<'a>, Undecoded> {
    let nibble = packet.octets.first().ok_or(Undecoded::IpCut)? >> 4;
    match (nibble, packet.version) {
        (4, Version::Any | Version::V4) => v4(packet),
        (6, Version::Any | Version::V6) => v6(packet),
        _ => Err(Undecoded::IpVersion),
    }
}

fn v4<'a>(packet: &Packet<'a>) -> Result<Datagram<'a>, Undecoded> {
    use etherparse::err::ipv4::HeaderSliceError;
    let header = Ipv4HeaderSlice::from_slice(packet.octets).map_err(|error| match error {
        HeaderSliceError::Len(_) => Undecoded::IpCut,
        HeaderSliceError::Content(_) => Undecoded::IpMalformed,
    })?;
    let head = header.slice().len();
    let extent = Extent::of(
        packet,
        Some(usize::from(header.total_len())).filter(|stated| *stated > 0),
    );
    if extent.beyond_wire && header.to_header().calc_header_checksum() != header.header_checksum() {
        // A length that the wire did not hold, in a header that is damaged: no octet of it was sent.
        return Err(Undecoded::IpMalformed);
    }
    let length = extent
        .length
        .checked_sub(head)
        .ok_or(Undecoded::IpMalformed)?;
    let mut rest = Rest {
        octets: extent.octets.get(head..).unwrap_or_default(),
        length,
    };
    let mut protocol = header.protocol().0;
    let fragment = header.is_fragmenting_payload().then(|| Fragment {
        id: u32::from(header.identification()),
        start: usize::from(header.fragments_offset().value()).saturating_mul(8),
        more: header.more_fragments(),
    });
    if protocol == AUTHENTICATION && fragment.is_none() {
        protocol = rest.authentication()?;
    }
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol,
        octets: rest.octets,
        length: rest.length,
        fragment,
        marks: Marks {
            ttl: header.ttl(),
            ip_id: Some(header.identification()),
            ecn: header.ecn().value(),
            fragmented: false,
            length_from_record: extent.from_record,
        },
        final_destination: !routed_on(header.options()),
    })
}

fn v6<'a>(packet: &Packet<'a>) -> Result<Datagram<'a>, Undecoded> {
    let header = Ipv6HeaderSlice::from_slice(packet.octets).map_err(|_| Undecoded::IpCut)?;
    let head = header.slice().len();
    let stated = match usize::from(header.payload_length()) {
        0 => jumbo(packet.octets.get(head..), header.next_header().0),
        stated => Some(stated),
    };
    let extent = Extent::of(packet, stated.map(|stated| stated.saturating_add(head)));
    if extent.beyond_wire {
        // No header checksum can tell a chopped file from a damaged length, so nothing is built on it.
        return Err(Undecoded::IpMalformed);
    }
    let length = extent
        .length
        .checked_sub(head)
        .ok_or(Undecoded::IpMalformed)?;
    let mut rest = Rest {
        octets: extent.octets.get(head..).unwrap_or_default(),
        length,
    };
    let walk = rest.extensions(header.next_header().0)?;
    Ok(Datagram {
        source: header.source_addr().into(),
        destination: header.destination_addr().into(),
        protocol: walk.protocol,
        octets: rest.octets,
        length: rest.length,
        fragment: walk.fragment,
        marks: Marks {
            ttl: header.hop_limit(),
            ip_id: None,
            ecn: header.traffic_class() & 3,
            fragmented: false,
            length_from_record: extent.from_record,
        },
        final_destination: !walk.routed_on,
    })
}

/// The payload length in a hop-by-hop header that follows an IPv6 header without one (RFC 2675).
fn jumbo(behind: Option<&[u8]>, next: u8) -> Option<usize> {
    const JUMBO: u8 = 0xc2;
    let header = behind.filter(|_| next == HOP_BY_HOP)?;
    let whole = usize::from(*header.get(1)?)
        .saturating_add(1)
        .saturating_mul(8);
    let mut options = header.get(2..whole)?;
    loop {
        match options {
            [0, rest @ ..] => options = rest,
            [JUMBO, 4, ..] => return usize::try_from(be32(options, 2)?).ok(),
            [_, length, rest @ ..] => options = rest.get(usize::from(*length)..)?,
            _ => return None,
        }
    }
}

const HOP_BY_HOP: u8 = 0;
const ROUTING: u8 = 43;
const FRAGMENT: u8 = 44;
const AUTHENTICATION: u8 = 51;
const DESTINATION: u8 = 60;

/// Whether a header is passed on the way to what a datagram carries. Of a fragment behind one only the whole tells.
pub(super) const fn is_extension(protocol: u8) -> bool {
    matches!(
        protocol,
        HOP_BY_HOP | ROUTING | FRAGMENT | AUTHENTICATION | DESTINATION
    )
}

/// How far an IP packet reaches.
struct Extent<'a> {
    /// What the record holds of it.
    octets: &'a [u8],
    /// What it held on the wire.
    length: usize,
    from_record: bool,
    /// The header states more than was on the wire.
    beyond_wire: bool,
}

impl<'a> Extent<'a> {
    /// The extent of a packet whose header states that many octets, or nothing.
    fn of(packet: &Packet<'a>, stated: Option<usize>) -> Self {
        let length = stated.unwrap_or(packet.wire_len);
        Self {
            octets: packet.octets.get(..length).unwrap_or(packet.octets),
            length,
            from_record: stated.is_none(),
            beyond_wire: length > packet.wire_len,
        }
    }
}

/// What is left of a packet behind the headers read so far.
struct Rest<'a> {
    octets: &'a [u8],
    length: usize,
}

/// Where a chain of extension headers leads.
struct Walk {
    protocol: u8,
    fragment: Option<Fragment>,
    routed_on: bool,
}

impl Rest<'_> {
    fn pass(&mut self, octets: usize) -> Result<(), Undecoded> {
        self.length = self
            .length
            .checked_sub(octets)
            .ok_or(Undecoded::IpMalformed)?;
        self.octets = self.octets.get(octets..).ok_or(Undecoded::IpCut)?;
        Ok(())
    }

    fn authentication(&mut self) -> Result<u8, Undecoded> {
        use etherparse::err::ip_auth::HeaderSliceError;
        let header = IpAuthHeaderSlice::from_slice(self.octets).map_err(|error| match error {
            HeaderSliceError::Len(_) => Undecoded::IpCut,
            HeaderSliceError::Content(_) => Undecoded::IpMalformed,
        })?;
        self.pass(header.slice().len())?;
        Ok(header.next_header().0)
    }

    fn extensions(&mut self, mut protocol: u8) -> Result<Walk, Undecoded> {
        let mut routed_on = false;
        for _ in 0..EXTENSIONS {
            match protocol {
                AUTHENTICATION => protocol = self.authentication()?,
                HOP_BY_HOP | ROUTING | DESTINATION => {
                    let header = Ipv6RawExtHeaderSlice::from_slice(self.octets)
                        .map_err(|_| Undecoded::IpCut)?;
                    // Segments left: the destination is only the next stop.
                    routed_on |=
                        protocol == ROUTING && header.slice().get(3).is_some_and(|left| *left > 0);
                    protocol = header.next_header().0;
                    self.pass(header.slice().len())?;
                }
                FRAGMENT => {
                    let (Some(&next), Some(field), Some(id)) = (
                        self.octets.first(),
                        be16(self.octets, 2),
                        be32(self.octets, 4),
                    ) else {
                        return Err(Undecoded::IpCut);
                    };
                    self.pass(8)?;
                    protocol = next;
                    // An atomic fragment (RFC 6946) is whole: offset and M flag are 0.
                    if field & 0xfff9 != 0 {
                        let fragment = Fragment {
                            id,
                            start: usize::from(field & 0xfff8),
                            more: field & 1 != 0,
                        };
                        return Ok(Walk {
                            protocol,
                            fragment: Some(fragment),
                            routed_on,
                        });
                    }
                }
                _ => {
                    return Ok(Walk {
                        protocol,
                        fragment: None,
                        routed_on,
                    });
                }
            }
        }
        Err(Undecoded::IpMalformed)
    }
}

/// Whether an IPv4 source route (RFC 791, options 131 and 137) still has stops to go.
fn routed_on(mut options: &[u8]) -> bool {
    loop {
        match options {
            [] | [0, ..] => return false,
            [1, rest @ ..] => options = rest,
            [131 | 137, length, pointer, ..] => return pointer <= length,
            [_, length, ..] if *length >= 2 => {
                options = options.get(usize::from(*length)..).unwrap_or_default()
            }
            _ => return false,
        }
    }
}
