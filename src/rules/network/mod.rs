//! What the path and strangers on it do. One file and one page per rule.

pub mod forged_segment;
pub mod retransmission;
