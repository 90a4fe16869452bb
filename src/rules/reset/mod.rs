//! Resets. One file and one page per rule.

pub mod bad_reset;
pub mod no_challenge_ack;
pub mod reset_for_reset;
pub mod segment_after_reset;
