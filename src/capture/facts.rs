//! What a file says about itself and what is wrong with it. Facts only: what follows from them is judged elsewhere.

use super::LinkType;
use super::names::Labels;
use std::net::IpAddr;

/// How many faults are kept in full; damage that goes on is only counted.
const FAULTS_KEPT: usize = 256;

/// Units of a record time, per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// 10^n units a second.
    Decimal(u8),
    /// 2^n units a second.
    Binary(u8),
}

impl Resolution {
    /// Microseconds, the default of both formats.
    pub const MICRO: Self = Self::Decimal(6);
    /// Nanoseconds.
    pub const NANO: Self = Self::Decimal(9);

    /// From the octet of an if_tsresol option.
    pub const fn from_octet(octet: u8) -> Self {
        if octet & 0x80 == 0 {
            Self::Decimal(octet)
        } else {
            Self::Binary(octet & 0x7f)
        }
    }

    /// `ticks` of this resolution in nanoseconds, finer ones truncated.
    pub fn nanos(self, ticks: u64) -> i128 {
        let ticks = i128::from(ticks);
        match self {
            // What nearly all files have.
            Self::Decimal(6) => ticks.saturating_mul(1_000),
            Self::Decimal(9) => ticks,
            Self::Decimal(n) if n <= 9 => {
                ticks.saturating_mul(10i128.pow(9u32.saturating_sub(u32::from(n))))
            }
            // A power too large for the type divides any number of ticks to nothing.
            Self::Decimal(n) => 10i128
                .checked_pow(u32::from(n).saturating_sub(9))
                .map_or(0, |unit| ticks / unit),
            Self::Binary(n) => ticks
                .saturating_mul(1_000_000_000)
                .checked_shr(u32::from(n))
                .unwrap_or(0),
        }
    }
}

/// An interface of the file; a pcap file has one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceFacts {
    /// Link type of all its frames.
    pub link_type: LinkType,
    /// Snap length; 0 is unlimited.
    pub snaplen: u32,
    /// Units of its record times.
    pub resolution: Resolution,
    /// Its name, where the file has one.
    pub name: Option<String>,
    /// Addresses of the interface, which are those of the capturing host.
    pub addresses: Vec<IpAddr>,
    /// Frames that the capturing system counted as lost, where the file says so.
    pub drops: Option<u64>,
}

/// What kind of damage a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// The file ends within a record: reading ended.
    Cut,
    /// Reading failed: reading ended.
    ReadFailed,
    /// A record states a length that no capture has: reading ended.
    TooLong,
    /// A record makes no sense and nothing tells where the next one begins: reading ended.
    Lost,
    /// A record makes no sense: it was passed over.
    Malformed,
    /// A record makes no sense; a search found where another begins, and reading went on there.
    Resumed,
}

impl FaultKind {
    /// Whether what follows in the file could not be read.
    pub const fn ends_reading(self) -> bool {
        !matches!(self, Self::Malformed | Self::Resumed)
    }
}

/// Damage to a file at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Byte offset of the damaged record in the (decompressed) file.
    pub offset: u64,
    /// Number of the frame that is damaged or would have come here, where it is a frame.
    pub frame: Option<u64>,
    /// The kind.
    pub kind: FaultKind,
    /// One line, without offset and frame.
    pub text: String,
}

/// What a file says about itself, and its damage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFacts {
    /// Format and time resolution in words.
    pub format: &'static str,
    /// Interfaces in the order of the file, as [`super::Frame::interface`] counts them.
    pub interfaces: Vec<InterfaceFacts>,
    /// Frames in the file so far, those included that could not be delivered.
    pub frames: u64,
    /// Damage in the order of the file; at most a few hundred entries.
    pub faults: Vec<Fault>,
    /// Faults beyond those.
    pub more_faults: u64,
    /// Whether the file ends within a record.
    pub truncated: bool,
    /// Frames that damage made unreadable, and places where a search passed over who knows how many.
    pub unread: u64,
    /// Names and comments.
    pub labels: Labels,
    /// The files of a joined capture, each with the number of its first frame; empty for one file.
    pub parts: Vec<(String, u64)>,
}

impl FileFacts {
    pub(super) fn new(format: &'static str) -> Self {
        Self {
            format,
            interfaces: Vec::new(),
            frames: 0,
            faults: Vec::new(),
            more_faults: 0,
            truncated: false,
            unread: 0,
            labels: Labels::default(),
            parts: Vec::new(),
        }
    }

    /// Frames that the capturing system counted as lost on all interfaces; `None` where the file does not say.
    pub fn dropped(&self) -> Option<u64> {
        self.interfaces
            .iter()
            .filter_map(|interface| interface.drops)
            .reduce(u64::saturating_add)
    }

    pub(super) fn report(&mut self, fault: Fault) {
        self.truncated |= fault.kind == FaultKind::Cut;
        // The fault that ended reading is always the last one, so it is never among those only counted.
        if self.faults.len() < FAULTS_KEPT || fault.kind.ends_reading() {
            self.faults.push(fault);
        } else {
            self.more_faults = self.more_faults.saturating_add(1);
        }
    }
}
