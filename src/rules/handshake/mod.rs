//! Opening a connection. One file and one page per rule.

pub mod data_before_handshake;
pub mod data_in_syn_sent;
pub mod handshake_ack_wrong;
pub mod isn_predictable;
pub mod syn_in_established;
pub mod synack_isn_changed;
pub mod synack_wrong_ack;
