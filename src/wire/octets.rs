//! Numbers in network byte order, read where they may not be there.

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
