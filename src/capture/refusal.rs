//! What to say of an input that is no capture. Only the message; that it is none was found by the formats.

use super::{block, pcap_header};

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
const OTHER: [(&[u8], &str); 3] = [
    (b"snoop\0\0\0", "a snoop capture"),
    (b"GMBU", "a Microsoft Network Monitor capture"),
    (b"RTSS", "a Microsoft Network Monitor capture"),
];

/// Says what an input is that is no capture, and what would help.
pub(super) fn reason(head: &[u8]) -> String {
    if head.is_empty() {
        return "an empty file".into();
    }
    if pcap_header::begins(head) {
        return match pcap_header::version(head) {
            Some((major @ 0..=1, minor)) => {
                format!("a pcap file of version {major}.{minor}, which nobody reads")
            }
            _ => format!(
                "a pcap file cut within its header: {} of {} octets",
                head.len(),
                pcap_header::HEADER
            ),
        };
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
