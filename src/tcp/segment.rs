//! A segment in RFC 9293 terms, owning everything that replay reads: no borrow of the frame, no look back at the file.

use super::oddities::Oddities;
use super::seq::{Anchor, Foreign, Local, Seq, SeqNum};
use std::fmt;

/// The control bits of a header (RFC 9293 section 3.1; AE from RFC 9768) and the reserved bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Flags(u16);

impl Flags {
    /// FIN: the sender has no more octets.
    pub const FIN: Self = Self(0x001);
    /// SYN: synchronise sequence numbers.
    pub const SYN: Self = Self(0x002);
    /// RST: reset the connection.
    pub const RST: Self = Self(0x004);
    /// PSH: push function.
    pub const PSH: Self = Self(0x008);
    /// ACK: the acknowledgment field is significant.
    pub const ACK: Self = Self(0x010);
    /// URG: the urgent pointer is significant.
    pub const URG: Self = Self(0x020);
    /// ECE: ECN echo (RFC 3168).
    pub const ECE: Self = Self(0x040);
    /// CWR: congestion window reduced (RFC 3168).
    pub const CWR: Self = Self(0x080);
    /// AE: accurate ECN (RFC 9768), formerly NS.
    pub const AE: Self = Self(0x100);
    /// The three bits that nobody has assigned.
    pub const RESERVED: Self = Self(0xe00);

    /// From the low twelve bits of header octets 12 and 13.
    pub const fn from_bits(bits: u16) -> Self {
        Self(bits & 0xfff)
    }

    /// The twelve bits.
    pub const fn bits(self) -> u16 {
        self.0
    }

    /// Whether every bit of `other` is set.
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether any bit of `other` is set.
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Both sets of bits.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// These bits without those of `other`.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }
}

impl fmt::Display for Flags {
    /// As RFC 9293 names them, `SYN,ACK`; `none` without any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [(Flags, &str); 9] = [
            (Flags::SYN, "SYN"),
            (Flags::FIN, "FIN"),
            (Flags::RST, "RST"),
            (Flags::PSH, "PSH"),
            (Flags::ACK, "ACK"),
            (Flags::URG, "URG"),
            (Flags::ECE, "ECE"),
            (Flags::CWR, "CWR"),
            (Flags::AE, "AE"),
        ];
        let mut names = NAMES
            .iter()
            .filter(|(bit, _)| self.has(*bit))
            .map(|(_, name)| *name);
        match names.next() {
            None => f.write_str("none"),
            Some(first) => {
                f.write_str(first)?;
                names.try_for_each(|name| write!(f, ",{name}"))
            }
        }
    }
}

/// Whether the option field could be read to its end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub enum Reading {
    /// Every option was read: what is not there was not sent.
    #[default]
    Complete,
    /// The snap length cut the options: what is not there is unknown.
    Cut,
    /// An option length was illegal (0, 1 or beyond the header): what follows it is unknown.
    Malformed,
}

/// SACK blocks as they stand in the option, of which there is room for four (RFC 2018 section 3).
pub type SackBlocks = tinyvec::ArrayVec<[(SeqNum, SeqNum); 4]>;

/// The timestamps option (RFC 7323 section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct TimestampOption {
    /// TSval.
    pub val: u32,
    /// TSecr, meaningful only with the ACK bit.
    pub ecr: u32,
}

/// The options that the machine and the rules read. One kind repeated: the first occurrence counts.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Options {
    /// How far the option field could be read.
    pub reading: Reading,
    /// Maximum segment size (kind 2), in octets.
    pub mss: Option<u16>,
    /// Window scale shift (kind 3), as sent (may exceed 14).
    pub window_scale: Option<u8>,
    /// SACK-permitted (kind 4).
    pub sack_permitted: bool,
    /// SACK blocks (kind 5), left and right edge, in the order sent; at most four.
    pub sack: SackBlocks,
    /// Timestamps (kind 8).
    pub timestamps: Option<TimestampOption>,
    /// Fast Open (kind 34, or kind 254 with its experiment identifier): the length of the cookie, 0 for a request.
    pub fast_open: Option<u8>,
    /// Multipath TCP (kind 30): the subtype.
    pub mptcp: Option<u8>,
    /// TCP-MD5 (kind 19) or TCP-AO (kind 29).
    pub authenticated: bool,
    /// Whether any option kind occurs that this reader has no name for.
    pub unknown_kind: bool,
    /// What is odd about them.
    pub odd: Oddities,
}

impl Options {
    /// Whether any of them belongs on a SYN alone.
    pub const fn is_opening(&self) -> bool {
        self.mss.is_some()
            || self.window_scale.is_some()
            || self.sack_permitted
            || self.fast_open.is_some()
    }
}

/// What the TCP checksum says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Checksum {
    /// Verified.
    Good,
    /// Wrong.
    Bad,
    /// The field holds the pseudo-header sum: the sender left the rest to its network card.
    Offloaded,
    /// Not all octets are in the record.
    #[default]
    Unknown,
}

/// Which way a packet passed the capturing host, where the file says so. A host that talks to itself may say one and the
/// same of both directions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The file does not say, or the packet was for another host.
    #[default]
    Unknown,
    /// Received by the capturing host.
    Incoming,
    /// Sent by the capturing host.
    Outgoing,
}

/// What the IP header says about who really sent the segment. Used to tell senders apart, never as TCP evidence.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Time to live, or hop limit.
    pub ttl: u8,
    /// IPv4 identification; `None` for IPv6.
    pub ip_id: Option<u16>,
    /// The two ECN bits of the traffic class.
    pub ecn: u8,
    /// Whether the segment came in several IP fragments (or is the first of them).
    pub fragmented: bool,
    /// Whether the IP header gave no usable length (0, segmentation offload), so that the record's own length was used.
    pub length_from_record: bool,
}

/// What the frame around a segment says about where it was recorded. Tells taps apart, never senders.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Framing {
    /// Which way the packet passed the capturing host, if it came in no tunnel.
    pub direction: Direction,
    /// Whether a frame too short for Ethernet was filled up; `None` for frames that need not be.
    pub padded: Option<bool>,
}

/// One TCP segment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segment {
    /// SEG.SEQ.
    pub seq: SeqNum,
    /// SEG.ACK; meaningful only with the ACK bit.
    pub ack: SeqNum,
    /// Control bits.
    pub flags: Flags,
    /// SEG.WND as the header has it, unscaled.
    pub wnd: u16,
    /// SEG.UP.
    pub up: u16,
    /// Octets of text on the wire, whatever the record holds of them.
    pub text: u32,
    /// Octets of the option field, padding included.
    pub option_octets: u8,
    /// Whether the data offset is below 5, within the fixed header: nobody can tell where the text begins, and no receiver
    /// takes the segment.
    pub short_header: bool,
    /// Options.
    pub options: Options,
    /// Checksum.
    pub checksum: Checksum,
    /// One's-complement sum of the text, starting at an even place; `None` where the record lacks octets and the checksum cannot tell.
    pub text_sum: Option<u16>,
    /// The same sums of the first octets of the text: 8, 16, 32, … 1024 of them, as far as there are so many.
    pub text_heads: [u16; 8],
    /// IP marks.
    pub marks: Marks,
}

impl Segment {
    /// SEG.LEN: text octets, and one each for SYN and FIN.
    pub fn len(&self) -> u32 {
        self.text
            .saturating_add(u32::from(self.syn()))
            .saturating_add(u32::from(self.fin()))
    }

    /// Whether the segment occupies no sequence number.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The SYN bit.
    pub const fn syn(&self) -> bool {
        self.flags.has(Flags::SYN)
    }

    /// The ACK bit.
    pub const fn has_ack(&self) -> bool {
        self.flags.has(Flags::ACK)
    }

    /// The FIN bit.
    pub const fn fin(&self) -> bool {
        self.flags.has(Flags::FIN)
    }

    /// The RST bit.
    pub const fn rst(&self) -> bool {
        self.flags.has(Flags::RST)
    }

    /// A SYN without ACK: the opening of a connection.
    pub const fn is_bare_syn(&self) -> bool {
        self.syn() && !self.has_ack() && !self.rst()
    }

    /// A SYN with ACK.
    pub const fn is_syn_ack(&self) -> bool {
        self.syn() && self.has_ack() && !self.rst()
    }
}

/// A segment seen from the endpoint that sent it, with its numbers unwrapped.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// SEG.SEQ in the sender's own space.
    pub seq: Seq<Local>,
    /// SEG.ACK in the peer's space, when the ACK bit is set.
    pub ack: Option<Seq<Foreign>>,
}

impl<'a> Sent<'a> {
    /// Unwraps `segment` at the doors `own` and `peer`, near the given numbers.
    pub fn through(
        segment: &'a Segment,
        own: (Anchor, Seq<Local>),
        peer: (Anchor, Seq<Foreign>),
    ) -> Self {
        let seq = own.0.unwrap(segment.seq, own.1);
        let ack = segment
            .has_ack()
            .then(|| peer.0.unwrap(segment.ack, peer.1));
        Self { segment, seq, ack }
    }

    /// One past the last sequence number that the segment occupies.
    pub fn end(&self) -> Seq<Local> {
        self.seq + i64::from(self.segment.len())
    }

    /// The first octet of text (after the SYN, if there is one).
    pub fn text_start(&self) -> Seq<Local> {
        self.seq + i64::from(self.segment.syn())
    }

    /// One past the last octet of text.
    pub fn text_end(&self) -> Seq<Local> {
        self.text_start() + i64::from(self.segment.text)
    }

    /// The same segment seen from the endpoint that it was sent to.
    pub fn across(&self) -> Received<'a> {
        Received {
            segment: self.segment,
            seq: self.seq.across(),
            ack: self.ack.map(Seq::<Foreign>::across),
        }
    }
}

/// A segment seen from the endpoint that it was sent to.
#[derive(Clone, Copy, Debug)]
pub struct Received<'a> {
    /// The segment.
    pub segment: &'a Segment,
    /// SEG.SEQ in the peer's space.
    pub seq: Seq<Foreign>,
    /// SEG.ACK in the receiver's own space, when the ACK bit is set.
    pub ack: Option<Seq<Local>>,
}

impl Received<'_> {
    /// One past the last sequence number that the segment occupies.
    pub fn end(&self) -> Seq<Foreign> {
        self.seq + i64::from(self.segment.len())
    }
}
