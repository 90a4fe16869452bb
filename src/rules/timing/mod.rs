//! Retransmission and acknowledgment in time. One file and one page per rule.

pub mod ack_delayed;
pub mod retransmission_too_early;
pub mod rto_no_backoff;
