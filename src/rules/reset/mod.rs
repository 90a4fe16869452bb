//! Resets. One file and one page per rule.

pub mod bad_reset;
pub mod challenge_ack;
pub mod challenge_ack_storm;
pub mod no_challenge_ack;
pub mod reset_ack_loop;
pub mod reset_acks_unsent;
pub mod reset_for_reset;
pub mod reset_storm;
pub mod segment_after_reset;
