//! Flow control. One file and one page per rule.

pub mod probe_no_backoff;
pub mod window_overrun;
pub mod window_probe;
pub mod window_scaled_without_agreement;
pub mod window_shrunk;
pub mod zero_window;
