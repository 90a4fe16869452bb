//! Who talks to whom: 4-tuples, incarnations, and what the record says of each endpoint. No judgement.

mod clock;
mod damage;
mod endpoint;
mod fit;
mod four_tuple;
mod incarnation;
mod milestones;
mod news;
mod placement;
mod signs;
mod text_sums;
mod trail;

pub use clock::Clock;
pub use damage::Damage;
pub use endpoint::{Endpoint, Kept};
pub use four_tuple::{FourTuple, Pair, Side};
pub use incarnation::{Incarnation, Observation};
pub use milestones::{FinRecord, Offers, ResetRecord, SynRecord};
pub use news::{Mark, News};
pub use placement::{Connection, Placed};
pub use signs::{Echo, Signs, Urgent};
pub use text_sums::{TextSums, Tie};
pub use trail::{AckTrail, ChecksumTally, ClockTrail, Emitted, Offer, OfferTrail, TtlTrail, newer};
