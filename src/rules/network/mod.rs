//! What the path and strangers on it do. One file and one page per rule.

pub mod disagreeing_fragments;
pub mod forged_segment;
