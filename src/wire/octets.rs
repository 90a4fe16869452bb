//! Numbers in network byte order, and little-endian as the headers of some capturing systems have them, read where they
//! may not be there.

pub(super) fn be16(octets: &[u8], at: usize) -> Option<u16> {
    octets
        .get(at..)?
        .first_chunk()
        .map(|field| u16::from_be_bytes(*field))
}

pub(super) fn be32(octets: &[u8], at: usize) -> Option<u32> {
    octets
        .get(at..)?
        .first_chunk()
        .map(|field| u32::from_be_bytes(*field))
}

pub(super) fn little16(octets: &[u8], at: usize) -> Option<u16> {
    be16(octets, at).map(u16::swap_bytes)
}

pub(super) fn little32(octets: &[u8], at: usize) -> Option<u32> {
    be32(octets, at).map(u32::swap_bytes)
}
