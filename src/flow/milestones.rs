//! Segments whose facts outlive them: the SYN of an endpoint, its FIN, its RST.

use crate::tcp::{Checksum, Flags, Foreign, Local, Options, Reading, Segment, Seq};
use crate::time::Timestamp;

/// The SYN of an endpoint: its facts outlive the handshake.
#[derive(Clone, Debug, serde::Deserialize, serde::Serialize)]
pub struct SynRecord {
    /// Frame of the first copy.
    pub frame: u64,
    /// Time of the first copy.
    pub time: Option<Timestamp>,
    /// Options of the first copy.
    pub options: Options,
    /// What any of its copies offered: copies may differ, and no one knows which of them the peer answered.
    pub offers: Offers,
    /// Its window, which is not scaled.
    pub wnd: u16,
    /// Octets of text on it.
    pub text: u32,
    /// How many copies without ACK were seen.
    pub bare: u32,
    /// How many copies with ACK were seen.
    pub with_ack: u32,
    /// IP identification of the first copy.
    pub ip_id: Option<u16>,
}

/// What the copies of one SYN offered between them.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Offers {
    /// Some copy's options could not be read to their end, or not be trusted: what no copy shows may have been there.
    pub unread: bool,
    /// The largest maximum segment size.
    pub mss: Option<u16>,
    /// A copy without a maximum segment size.
    pub without_mss: bool,
    /// A copy with window scale.
    pub window_scale: bool,
    /// A copy with SACK-permitted.
    pub sack_permitted: bool,
    /// A copy with timestamps.
    pub timestamps: bool,
    /// A copy without timestamps.
    pub without_timestamps: bool,
    /// A copy with Fast Open.
    pub fast_open: bool,
    /// A copy with Multipath TCP.
    pub mptcp: bool,
    /// A copy with a signature.
    pub signed: bool,
    /// A copy without a signature.
    pub unsigned: bool,
    /// A copy that sets up ECN (RFC 3168 section 6.1.1), the accurate one (RFC 9768) included.
    pub ecn: bool,
    /// A copy that sets up accurate ECN.
    pub accurate_ecn: bool,
    /// A copy that sets up neither.
    pub without_ecn: bool,
}

impl Offers {
    pub(super) fn add(&mut self, segment: &Segment) {
        let options = &segment.options;
        self.unread |= options.reading != Reading::Complete || segment.checksum == Checksum::Bad;
        self.mss = self.mss.max(options.mss);
        self.without_mss |= options.mss.is_none();
        self.window_scale |= options.window_scale.is_some();
        self.sack_permitted |= options.sack_permitted;
        self.timestamps |= options.timestamps.is_some();
        self.without_timestamps |= options.timestamps.is_none();
        self.fast_open |= options.fast_open.is_some();
        self.mptcp |= options.mptcp.is_some();
        self.signed |= options.authenticated;
        self.unsigned |= !options.authenticated;
        let (ecn, accurate) = sets_up_ecn(segment);
        self.ecn |= ecn;
        self.accurate_ecn |= accurate;
        self.without_ecn |= !ecn;
    }
}

/// Whether a SYN or SYN-ACK sets up ECN, and whether the accurate kind.
const fn sets_up_ecn(syn: &Segment) -> (bool, bool) {
    let flags = syn.flags;
    let (ece, cwr, ae) = (
        flags.has(Flags::ECE),
        flags.has(Flags::CWR),
        flags.has(Flags::AE),
    );
    if syn.has_ack() {
        // RFC 9768 table 2: all codes but 000, 001 (the older ECN), 101 (reserved) and 111 (a reflection).
        let accurate = (ae || cwr) && !(ae && ece);
        (accurate || ece && !cwr && !ae, accurate)
    } else {
        // Section 3.1.2 takes every code for the accurate kind but none and the older kind's.
        let older = ece && cwr && !ae;
        let any = ece || cwr || ae;
        (any, any && !older)
    }
}

/// The FIN of an endpoint.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct FinRecord {
    /// The FIN's own sequence number.
    pub at: Seq<Local>,
    /// Frame of the first copy.
    pub frame: u64,
    /// Time of the first copy.
    pub time: Option<Timestamp>,
    /// How many copies were seen.
    pub copies: u32,
    /// The lowest and the highest ACK that a copy carried.
    pub acks: Option<(Seq<Foreign>, Seq<Foreign>)>,
    /// TTL of the first copy.
    pub ttl: u8,
    /// Whether every copy's checksum was verified.
    pub verified: bool,
}

/// A RST that ended the endpoint's connection.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct ResetRecord {
    /// Its frame.
    pub frame: u64,
    /// Its time.
    pub time: Option<Timestamp>,
    /// Its SEQ.
    pub seq: Seq<Local>,
    /// Its ACK.
    pub ack: Option<Seq<Foreign>>,
    /// Its TSval.
    pub tsval: Option<u32>,
    /// The highest end seen of the peer before; `None` while unseen octets may lie beyond.
    pub peer_max: Option<Seq<Foreign>>,
    /// Whether its SEQ is the sender's own SND.NXT, not taken from an ACK of the peer (RFC 9293 section 3.5.2).
    pub own_number: bool,
    /// Whether it was sent from a synchronised state at the endpoint's own SND.NXT, which ends the connection for its sender.
    pub ends: bool,
}
