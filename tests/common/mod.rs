//! What several test files share: the trace language, its bytes, and the rule pages that are written in it.

#![allow(dead_code, reason = "each test file uses its own part")]

pub(crate) mod encode;
pub(crate) mod expect;
pub(crate) mod line;
pub(crate) mod options;
pub(crate) mod page;
pub(crate) mod trace;

/// The file header and the records, with their headers, of a little-endian pcap file.
pub(crate) fn records(file: &[u8]) -> (&[u8], Vec<Vec<u8>>) {
    let (header, mut rest) = file.split_at(24);
    let mut records = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_le_bytes(rest[8..12].try_into().unwrap());
        let (record, others) = rest.split_at(16 + usize::try_from(length).unwrap());
        records.push(record.to_vec());
        rest = others;
    }
    (header, records)
}
