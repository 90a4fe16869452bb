//! Sequence and acknowledgment arithmetic. One file and one page per rule.

pub mod ack_flag_missing;
pub mod ack_of_unreceived;
pub mod ack_of_unsent;
pub mod ack_regression;
pub mod keepalive;
pub mod keepalive_while_outstanding;
pub mod retransmission_payload_differs;
pub mod seq_outside_window;
