//! One's-complement sums (RFC 1071) and what the TCP checksum says (RFC 9293 section 3.1).

use super::ip::Datagram;
use super::octets::be16;
use crate::tcp::Checksum;
use std::net::IpAddr;

/// The folded sum of `octets` from an even place; equal octets give equal sums, and 0xffff is written 0.
pub(super) fn sum(octets: &[u8]) -> u16 {
    normal(fold(add(0, octets)))
}

/// The same sum, and those of its first 8, 16, 32, … 1024 octets where it has so many.
pub(super) fn sums(octets: &[u8]) -> (u16, [u16; 8]) {
    let (mut sum, mut heads, mut from) = (0, [0; 8], 0);
    for (nth, head) in heads.iter_mut().enumerate() {
        let upto = 8_usize << nth;
        let Some(part) = octets.get(from..upto) else {
            break;
        };
        sum = add(sum, part);
        *head = normal(fold(sum));
        from = upto;
    }
    let rest = octets.get(from..).unwrap_or_default();
    (normal(fold(add(sum, rest))), heads)
}

/// What the checksum of `datagram` says, whose header takes so many octets and whose text has that sum. Every octet of the segment must be
/// in it.
pub(super) fn verify(datagram: &Datagram<'_>, header: usize, text_sum: u16) -> Checksum {
    let Some(field) = be16(datagram.octets, 16) else {
        return Checksum::Unknown;
    };
    let unlengthened = pseudo_header(datagram, 0);
    let length = u64::try_from(datagram.octets.len()).unwrap_or(u64::MAX) & 0xffff_ffff;
    let pseudo = pseudo_header(datagram, length);
    // The header ends at an even place, so that both sums go together.
    let head = datagram.octets.get(..header).unwrap_or(datagram.octets);
    if fold(add(pseudo, head).saturating_add(text_sum.into())) == 0xffff {
        return Checksum::Good;
    }
    // A stack that leaves the sum to the card writes the pseudo-header's, with the length or (large sends) without,
    // and as it is or complemented.
    let partial = [fold(pseudo), fold(unlengthened)];
    if partial
        .iter()
        .any(|sum| normal(field) == normal(*sum) || normal(field) == normal(!*sum))
    {
        return Checksum::Offloaded;
    }
    Checksum::Bad
}

fn pseudo_header(datagram: &Datagram<'_>, length: u64) -> u64 {
    const TCP: u64 = 6;
    let sum = TCP.saturating_add(length);
    add_address(add_address(sum, datagram.source), datagram.destination)
}

fn add_address(sum: u64, address: IpAddr) -> u64 {
    match address {
        IpAddr::V4(address) => add(sum, &address.octets()),
        IpAddr::V6(address) => add(sum, &address.octets()),
    }
}

/// Adds `octets` as 16-bit words, an odd last one as a high half; 64 bits hold any record's sum unfolded.
fn add(sum: u64, octets: &[u8]) -> u64 {
    let (pairs, odd) = octets.as_chunks::<2>();
    let words = pairs
        .iter()
        .map(|pair| u64::from(u16::from_be_bytes(*pair)));
    let last = odd.first().map_or(0, |octet| u64::from(*octet) << 8);
    words.fold(sum, u64::wrapping_add).wrapping_add(last)
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16).wrapping_add(sum & 0xffff);
    }
    u16::try_from(sum).unwrap_or(u16::MAX)
}

/// One's complement has two zeros.
const fn normal(sum: u16) -> u16 {
    if sum == 0xffff { 0 } else { sum }
}
