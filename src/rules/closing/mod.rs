//! Closing and TIME-WAIT. One file and one page per rule.

pub mod data_after_fin;
pub mod early_time_wait_exit;
pub mod fin_not_acknowledged;
pub mod fin_seq_conflict;
pub mod half_close;
pub mod half_duplex_close;
pub mod simultaneous_close;
pub mod time_wait_assassination;
pub mod time_wait_no_reack;
pub mod time_wait_reack;
pub mod vanished_in_fin_wait;
