//! From the fields of a segment to the octets of a frame and of a capture file (Ethernet, nanosecond pcap).
//! Written without the crates that the program decodes with, so that both sides cannot share a mistake.

use std::net::{IpAddr, SocketAddr};

/// What the checksum field of a segment holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sum {
    /// The right sum.
    #[default]
    Good,
    /// A wrong one.
    Bad,
    /// The pseudo-header's only, as a host leaves it to its network card.
    Offloaded,
}

/// One segment with all that goes around it.
#[derive(Clone, Debug)]
pub(crate) struct Fields {
    pub(crate) from: SocketAddr,
    pub(crate) to: SocketAddr,
    pub(crate) flags: u16,
    pub(crate) seq: u32,
    pub(crate) ack: u32,
    pub(crate) window: u16,
    pub(crate) urgent: u16,
    pub(crate) options: Vec<u8>,
    pub(crate) text: Vec<u8>,
    pub(crate) ttl: u8,
    pub(crate) ecn: u8,
    pub(crate) id: u16,
    pub(crate) sum: Sum,
}

/// The Ethernet frame that carries the segment.
pub(crate) fn frame(fields: &Fields) -> Vec<u8> {
    let segment = segment(fields);
    let mut out = Vec::new();
    out.extend(mac(fields.to.ip()));
    out.extend(mac(fields.from.ip()));
    match (fields.from.ip(), fields.to.ip()) {
        (IpAddr::V4(from), IpAddr::V4(to)) => {
            out.extend([0x08, 0x00]);
            let total = u16::try_from(20 + segment.len())
                .expect("an IPv4 packet holds at most 65535 octets");
            let mut header = vec![0x45, fields.ecn];
            header.extend(total.to_be_bytes());
            header.extend(fields.id.to_be_bytes());
            header.extend([0x40, 0, fields.ttl, 6, 0, 0]);
            header.extend(from.octets());
            header.extend(to.octets());
            let sum = !fold(words(&header));
            header[10..12].copy_from_slice(&sum.to_be_bytes());
            out.extend(header);
        }
        (IpAddr::V6(from), IpAddr::V6(to)) => {
            out.extend([0x86, 0xdd, 0x60, fields.ecn << 4, 0, 0]);
            let length =
                u16::try_from(segment.len()).expect("an IPv6 packet holds at most 65535 octets");
            out.extend(length.to_be_bytes());
            out.extend([6, fields.ttl]);
            out.extend(from.octets());
            out.extend(to.octets());
        }
        _ => panic!("both hosts of a segment are of one IP version"),
    }
    out.extend(segment);
    out
}

fn segment(fields: &Fields) -> Vec<u8> {
    let mut options = fields.options.clone();
    options.resize(options.len().next_multiple_of(4), 0);
    let words_in_header = u16::try_from(5 + options.len() / 4).expect("checked by the parser");
    let mut out = Vec::new();
    out.extend(fields.from.port().to_be_bytes());
    out.extend(fields.to.port().to_be_bytes());
    out.extend(fields.seq.to_be_bytes());
    out.extend(fields.ack.to_be_bytes());
    out.extend((words_in_header << 12 | fields.flags).to_be_bytes());
    out.extend(fields.window.to_be_bytes());
    out.extend([0, 0]);
    out.extend(fields.urgent.to_be_bytes());
    out.extend(options);
    out.extend(&fields.text);
    let pseudo = pseudo_header(fields, out.len());
    let whole = !fold(pseudo + words(&out));
    let sum = match fields.sum {
        Sum::Good => whole,
        Sum::Bad => whole ^ 0x5a5a,
        Sum::Offloaded => fold(pseudo),
    };
    out[16..18].copy_from_slice(&sum.to_be_bytes());
    out
}

fn pseudo_header(fields: &Fields, length: usize) -> u64 {
    let addresses = [fields.from.ip(), fields.to.ip()].map(|address| match address {
        IpAddr::V4(address) => words(&address.octets()),
        IpAddr::V6(address) => words(&address.octets()),
    });
    addresses[0] + addresses[1] + 6 + length as u64
}

fn words(octets: &[u8]) -> u64 {
    octets
        .chunks(2)
        .map(|pair| u64::from(pair[0]) << 8 | u64::from(*pair.get(1).unwrap_or(&0)))
        .sum()
}

fn fold(mut sum: u64) -> u16 {
    while sum > 0xffff {
        sum = (sum >> 16) + (sum & 0xffff);
    }
    u16::try_from(sum).expect("folded")
}

/// A locally administered address that differs where the hosts differ.
fn mac(address: IpAddr) -> [u8; 6] {
    let last = match address {
        IpAddr::V4(address) => address.octets()[3],
        IpAddr::V6(address) => address.octets()[15],
    };
    [0x02, 0, 0, 0, 0, last]
}

/// A capture file in the making.
pub(crate) struct Pcap {
    octets: Vec<u8>,
    frames: u64,
}

impl Pcap {
    /// A little-endian pcap file with nanoseconds and Ethernet.
    pub(crate) fn new() -> Self {
        let mut octets = Vec::new();
        octets.extend(0xa1b2_3c4d_u32.to_le_bytes());
        octets.extend([2, 0, 4, 0]);
        octets.extend([0; 8]);
        octets.extend(262_144_u32.to_le_bytes());
        octets.extend(1_u32.to_le_bytes());
        Self { octets, frames: 0 }
    }

    /// Records a frame at a time in nanoseconds since 1970, or what `snap` leaves of it.
    pub(crate) fn record(&mut self, time: u64, frame: &[u8], snap: Option<usize>) {
        let kept = &frame[..snap.unwrap_or(frame.len()).min(frame.len())];
        let seconds = time / 1_000_000_000;
        let fields = [
            seconds,
            time % 1_000_000_000,
            kept.len() as u64,
            frame.len() as u64,
        ];
        for field in fields {
            self.octets.extend(
                u32::try_from(field)
                    .expect("a pcap field has 32 bits")
                    .to_le_bytes(),
            );
        }
        self.octets.extend(kept);
        self.frames += 1;
    }

    /// How many frames were recorded.
    pub(crate) fn frames(&self) -> u64 {
        self.frames
    }

    /// The file without its last `cut` octets.
    pub(crate) fn finish(mut self, cut: usize) -> Vec<u8> {
        self.octets.truncate(self.octets.len().saturating_sub(cut));
        self.octets
    }
}
