//! What the path and strangers on it do. One file and one page per rule.

pub mod bad_checksum;
pub mod congestion_marked;
pub mod disagreeing_fragments;
pub mod duplicate_sack;
pub mod fin_retransmission;
pub mod forged_segment;
pub mod loss_after_tap;
pub mod loss_before_tap;
pub mod network_duplicate;
pub mod no_answer;
pub mod numbers_rewritten;
pub mod old_duplicate;
pub mod reordering;
pub mod retransmission;
pub mod spurious_retransmission;
pub mod syn_retransmission;
pub mod synack_retransmission;
pub mod timeout_abort;
