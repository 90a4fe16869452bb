//! The reference machine of RFC 9293: standard library only, no input or output, no clock, no findings.

pub mod arrives;
pub mod calls;
mod diagram;
mod half;
mod hidden;
mod oddities;
mod ordinary;
mod profile;
mod ranges;
mod segment;
mod seq;
mod state;
pub mod timeouts;
mod under_way;
mod variables;
mod window;

pub use diagram::{Arrow, Event, FIGURE_5, NOTES, Noted, arrows};
pub use half::{Half, Interval, Order, OrderKnowledge, RecvHalf, SendHalf, compose, states};
pub use hidden::Hidden;
pub use oddities::Oddities;
pub use profile::{Convention, Profile, Rto, Traits};
pub use ranges::Ranges;
pub use segment::{
    Checksum, Direction, Flags, Framing, Marks, Options, Reading, Received, SackBlocks, Segment,
    Sent, TimestampOption,
};
pub use seq::{Anchor, Foreign, Local, Seq, SeqNum};
pub use state::{State, StateSet};
pub use under_way::UnderWay;
pub use variables::{Ended, Opening, Variables};
pub use window::{Acceptable, ReceiveWindow, WindowScale};
