//! Opening a connection. One file and one page per rule.

pub mod answer_to_group;
pub mod data_before_handshake;
pub mod data_before_third_ack_legal;
pub mod data_in_syn_sent;
pub mod data_on_syn;
pub mod fast_open;
pub mod fin_in_syn_sent;
mod group;
pub mod group_source;
pub mod half_open;
pub mod handshake_ack_wrong;
pub mod isn_predictable;
pub mod isn_repeated;
pub mod isn_reused;
pub mod old_duplicate_syn;
pub mod port_reuse;
pub mod port_zero;
pub mod refused;
pub mod simultaneous_open;
pub mod simultaneous_open_refused;
pub mod simultaneous_open_without_synack;
pub mod syn_in_established;
pub mod syn_to_group;
pub mod synack_isn_changed;
pub mod synack_wrong_ack;

pub use group::is_group;
