//! What the recording did to the traffic. One file and one page per rule.

pub mod bad_checksum_is_offload;
pub mod capture_duplicates;
pub mod capture_loss;
pub mod capture_reordered;
pub mod clock_step;
pub mod midstream_start;
pub mod no_timestamps;
pub mod one_direction;
pub mod snaplen;
pub mod truncated_capture;
pub mod truncated_file;
pub mod two_vantages;
pub mod undecodable_frames;
