//! Flow control. One file and one page per rule.

pub mod window_overrun;
pub mod window_probe;
pub mod window_shrunk;
pub mod zero_window;
