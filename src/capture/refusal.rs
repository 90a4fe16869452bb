//! What to say of an input that is no capture. Only the message; that it is none was found by the formats.

use super::{block, pcap};

/// Magic, name, and the command that decompresses.
const COMPRESSED: [(&[u8], &str, &str); 5] = [
    (b"\x1f\x8b", "gzip within another compression", "gzip -dc"),
    (
        b"\x28\xb5\x2f\xfd",
        "zstd within another compression",
        "zstd -dc",
    ),
    (b"\xfd7zXZ\0", "xz", "xz -dc"),
    (b"BZh", "bzip2", "bzip2 -dc"),
    (b"\x04\x22\x4d\x18", "LZ4", "lz4 -dc"),
];
/// Capture formats that are not read.
const OTHER: [(&[u8], &str); 7] = [
    (b"snoop\0\0\0", "a snoop capture"),
    (
        b"\xa1\xb2\xcd\x34",
        "a modified pcap capture of big-endian order",
    ),
    (
        b"\xa1\xb2\x34\xcd",
        "a pcap capture in Nokia's or another variant",
    ),
    (
        b"\xcd\x34\xb2\xa1",
        "a pcap capture in Nokia's or another variant",
    ),
    (b"\xac\x01\x00\x1c", "an IXIA pcap capture"),
    (b"\x1c\x00\x01\xac", "an IXIA pcap capture"),
    (b"GMBU", "a Microsoft Network Monitor capture"),
];
/// How a classic file may begin.
const PCAP: [&[u8]; 5] = [
    b"\xd4\xc3\xb2\xa1",
    b"\xa1\xb2\xc3\xd4",
    b"\x4d\x3c\xb2\xa1",
    b"\xa1\xb2\x3c\x4d",
    b"\x34\xcd\xb2\xa1",
];

/// Says what an input is that is no capture, and what would help.
pub(super) fn reason(head: &[u8]) -> String {
    if head.is_empty() {
        return "an empty file".into();
    }
    if head.len() < pcap::HEADER && PCAP.iter().any(|magic| head.starts_with(magic)) {
        return format!(
            "a pcap file cut within its header: {} of {} octets",
            head.len(),
            pcap::HEADER
        );
    }
    if block::begins(head) {
        return "a pcapng file whose section header is cut or damaged".into();
    }
    if let Some((_, name, command)) = COMPRESSED
        .iter()
        .find(|(magic, ..)| head.starts_with(magic))
    {
        return format!(
            "compressed with {name}, which is not read; give the output of `{command}` on standard input"
        );
    }
    if let Some((_, name)) = OTHER.iter().find(|(magic, _)| head.starts_with(magic)) {
        return format!("{name}, which is not read; convert it with `editcap -F pcapng`");
    }
    let octets: Vec<String> = head
        .iter()
        .take(8)
        .map(|octet| format!("{octet:02x}"))
        .collect();
    let text = head
        .iter()
        .take(8)
        .all(|octet| octet.is_ascii_graphic() || octet.is_ascii_whitespace());
    let kind = if text { " (text)" } else { "" };
    format!("not a capture file: begins with {}{kind}", octets.join(" "))
}
