//! What the rules about echoes, urgent data and congestion marks remember of an endpoint: one thing each.

use super::trail::newer;
use crate::tcp::{Flags, Local, Sent, Seq};

/// The newest TSval that an endpoint echoed.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Echo {
    /// The TSecr.
    pub ecr: u32,
    /// The TSval of the first segment with it.
    pub val: u32,
    /// The frame of that segment.
    pub frame: u64,
}

/// The furthest end of urgent data that an endpoint announced.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Urgent {
    /// One past the urgent data.
    pub end: Seq<Local>,
    /// The TSval of the segment that said so first.
    pub tsval: Option<u32>,
    /// Its frame.
    pub frame: u64,
}

/// What is remembered.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct Signs {
    /// The newest echo.
    pub echo: Option<Echo>,
    /// The furthest urgent end.
    pub urgent: Option<Urgent>,
    /// Whether it ever set ECE outside of a SYN.
    pub echoed_mark: bool,
    /// How many of its segments with text arrived at the tap with a congestion mark.
    pub marked: u32,
    /// The end of the third of them.
    pub third_marked: Option<Seq<Local>>,
}

/// How many marked segments an endpoint must have taken before its silence means something.
const ENOUGH: u32 = 3;

impl Signs {
    /// Takes in a segment.
    pub fn note(&mut self, sent: &Sent<'_>, frame: u64) {
        let segment = sent.segment;
        if segment.syn() || segment.rst() {
            return;
        }
        self.echoed_mark |= segment.flags.has(Flags::ECE);
        if segment.marks.ecn == 3 && segment.text > 0 {
            self.marked = self.marked.saturating_add(1);
            if self.marked == ENOUGH {
                self.third_marked = Some(sent.end());
            }
        }
        if let Some(ts) = segment.options.timestamps.filter(|_| segment.has_ack())
            && self.echo.is_none_or(|echo| newer(ts.ecr, echo.ecr))
        {
            self.echo = Some(Echo {
                ecr: ts.ecr,
                val: ts.val,
                frame,
            });
        }
        let end = sent.seq + i64::from(segment.up);
        // 65535 stands for an end beyond the reach of the field.
        let told = segment.flags.has(Flags::URG) && segment.up != u16::MAX;
        if told && self.urgent.is_none_or(|urgent| end > urgent.end) {
            self.urgent = Some(Urgent {
                end,
                tsval: segment.options.timestamps.map(|ts| ts.val),
                frame,
            });
        }
    }
}
