//! Closing and TIME-WAIT. One file and one page per rule.

pub mod data_after_fin;
pub mod early_time_wait_exit;
pub mod fin_not_acknowledged;
pub mod fin_seq_conflict;
pub mod time_wait_no_reack;
