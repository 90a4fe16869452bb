//! The TCP header (RFC 9293 section 3.1): from a datagram to a segment.
//!
//! The fixed twenty octets must be there. Read by hand, because etherparse wants every option octet to be in the
//! record and drops the reserved bits; a record cut in its options is still a segment, and so is one whose data offset
//! cannot be.

use super::ip::Datagram;
use super::octets::{be16, be32};
use super::tunnel_key::TunnelKey;
use super::{Undecoded, checksum, options};
use crate::tcp::{Checksum, Flags, Options, Reading, Segment, SeqNum};
use foldhash::fast::FixedState;
use std::hash::{BuildHasher, Hash, Hasher};
use std::net::IpAddr;

/// Octets of the header without options.
const FIXED: usize = 20;

/// The longest segment whose Ethernet frame may be padded (46 octets less the IP header). Where only the record tells
/// the length, its text may be that padding.
const PADDED: usize = 26;

/// Source and destination port.
pub(super) type Ports = (u16, u16);

/// The segment in `datagram`.
pub(super) fn segment(datagram: &Datagram<'_>) -> Result<(Ports, Segment), Undecoded> {
    let octets = datagram.octets;
    if datagram.length < FIXED {
        return Err(Undecoded::TcpShort);
    }
    let head: &[u8; FIXED] = octets.first_chunk().ok_or(Undecoded::TcpCut)?;
    let field = |at| be16(head, at).ok_or(Undecoded::TcpCut);
    let number = |at| be32(head, at).map(SeqNum).ok_or(Undecoded::TcpCut);
    let (offset_and_flags, up) = (field(12)?, field(18)?);
    let offset = usize::from(offset_and_flags >> 12).saturating_mul(4);
    let header = offset.max(FIXED);
    let declared = header.saturating_sub(FIXED);
    let whole = octets.len() == datagram.length;
    // Of a text that is not all there the sums tell nothing.
    let (text_sum, text_heads) = if whole {
        checksum::sums(octets.get(header..).unwrap_or_default())
    } else {
        (0, [0; 8])
    };
    let segment = Segment {
        seq: number(4)?,
        ack: number(8)?,
        flags: Flags::from_bits(offset_and_flags),
        wnd: field(14)?,
        up,
        text: u32::try_from(datagram.length.saturating_sub(header)).unwrap_or(u32::MAX),
        option_octets: u8::try_from(declared).unwrap_or(u8::MAX),
        short_header: offset < FIXED,
        options: read_options(datagram, offset),
        checksum: verdict(datagram, whole.then_some((header, text_sum))),
        text_sum: whole.then_some(text_sum),
        text_heads,
        marks: datagram.marks,
    };
    let proven = matches!(segment.checksum, Checksum::Good | Checksum::Offloaded);
    if datagram.marks.length_from_record && datagram.length <= PADDED && segment.text > 0 && !proven
    {
        return Err(Undecoded::IpMalformed);
    }
    Ok(((field(0)?, field(2)?), segment))
}

/// A digest of what stays the same when a transmission is recorded twice, whatever routers did to it in between. The
/// checksum is left out where the text tells as much, because a network card may finish it between two records.
pub(super) fn print(datagram: &Datagram<'_>, tunnel: TunnelKey, segment: &Segment) -> u64 {
    let header = usize::from(segment.option_octets).saturating_add(FIXED);
    let octets = |from: usize, to: usize| datagram.octets.get(from..to).unwrap_or_default();
    let sum = match segment.text_sum {
        Some(sum) => sum,
        None => be16(datagram.octets, 16).unwrap_or(0),
    };
    let mut hasher = FixedState::with_seed(tunnel.number()).build_hasher();
    hasher.write_u16(segment.marks.ip_id.unwrap_or(0));
    hasher.write_u32(segment.text);
    hasher.write_u16(sum);
    match (datagram.source, datagram.destination) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            hasher.write_u64(u64::from(from.to_bits()) << 32 | u64::from(to.to_bits()));
        }
        ends => ends.hash(&mut hasher),
    }
    hasher.write(octets(0, 16));
    hasher.write(octets(18, header));
    hasher.finish()
}

fn read_options(datagram: &Datagram<'_>, header: usize) -> Options {
    if header < FIXED {
        return Options {
            reading: Reading::Malformed,
            ..Options::default()
        };
    }
    // A data offset beyond the segment: the options that are there can be read, that they are all cannot be said.
    let end = header.min(datagram.length);
    let declared = end.saturating_sub(FIXED);
    let field = datagram
        .octets
        .get(FIXED..end)
        .or_else(|| datagram.octets.get(FIXED..))
        .unwrap_or_default();
    let mut options = options::read(field, declared);
    if header > datagram.length {
        options.reading = Reading::Malformed;
    }
    options
}

/// What the checksum says, given the length of the header and the sum of the text if all of it is there.
fn verdict(datagram: &Datagram<'_>, whole: Option<(usize, u16)>) -> Checksum {
    let Some((header, text_sum)) = whole.filter(|_| datagram.final_destination) else {
        return Checksum::Unknown;
    };
    match checksum::verify(datagram, header, text_sum) {
        // The length is the record's, so a sum that does not match may only mean that the length is not the sender's.
        Checksum::Bad if datagram.marks.length_from_record => Checksum::Unknown,
        verdict => verdict,
    }
}
