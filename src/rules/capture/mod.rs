//! What the recording did to the traffic. One file and one page per rule.

pub mod capture_loss;
pub mod truncated_file;
pub mod undecodable_frames;
