//! The reference machine of RFC 9293: standard library only, no input or output, no clock, no findings.

mod hidden;
mod profile;
mod ranges;
mod segment;
mod seq;
mod state;

pub use hidden::Hidden;
pub use profile::Profile;
pub use ranges::Ranges;
pub use segment::{Checksum, Flags, Marks, Options, Reading, Received, Segment, Sent, TimestampOption};
pub use seq::{Anchor, Foreign, Local, Seq, SeqNum};
pub use state::{State, StateSet};
