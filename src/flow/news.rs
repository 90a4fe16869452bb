//! What of an endpoint was new in the record, and when: what its peer tells of it, it told later.

use super::trail::newer;
use crate::tcp::{Foreign, Local, Seq};
use crate::time::{Span, Timestamp};

/// Before this segment no octet from `octet` on and no TSval newer than `tsval` had been recorded of its sender.
#[derive(Clone, Copy, Debug, serde::Deserialize, serde::Serialize)]
pub struct Mark {
    /// Its frame.
    pub frame: u64,
    /// Its record time.
    pub time: Timestamp,
    octet: Seq<Local>,
    tsval: Option<u32>,
}

/// Some of the segments that brought something new, oldest first: the older, the further apart.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
pub struct News {
    marks: Vec<Mark>,
    /// The highest end and the newest TSval so far.
    known: (Option<Seq<Local>>, Option<u32>),
}

impl News {
    const KEPT: usize = 8;
    const APART: Span = Span::from_millis(1);

    /// A segment was recorded, after which `end` is the highest end of its sender and `tsval` the newest TSval. Without a time it only
    /// counts as known.
    pub fn note(
        &mut self,
        end: Seq<Local>,
        tsval: Option<u32>,
        frame: u64,
        time: Option<Timestamp>,
    ) {
        let (octet, before) = self.known;
        let grown = octet.is_none_or(|octet| end > octet) || tsval != before;
        if !grown {
            return;
        }
        self.known = (octet.max(Some(end)), tsval);
        let Some(time) = time else {
            return;
        };
        let last = self.marks.last();
        let Some(octet) = octet.filter(|_| last.is_none_or(|mark| is_apart(time, mark))) else {
            return;
        };
        if self.marks.len() == Self::KEPT {
            // One that leaves no gap longer than it is old, twice; else the oldest.
            let spare = self.marks.windows(3).position(|three| {
                matches!(three, [before, _, after]
                    if after.time.since(before.time).nanos() / 2 <= time.since(after.time).nanos())
            });
            self.marks.remove(spare.map_or(0, |before| before + 1));
        }
        self.marks.push(Mark {
            frame,
            time,
            octet,
            tsval: before,
        });
    }

    /// The last of them that had been recorded when the octet before `right`, or the TSval `echoed`, was recorded for the first time.
    pub fn first_of(&self, right: Option<Seq<Foreign>>, echoed: Option<u32>) -> Option<&Mark> {
        self.marks.iter().rev().find(|mark| {
            right.is_some_and(|right| right.across() > mark.octet)
                || echoed
                    .zip(mark.tsval)
                    .is_some_and(|(val, seen)| newer(val, seen))
        })
    }

    /// Forgets all but what comes next.
    pub fn shrink(&mut self) {
        self.marks = Vec::new();
    }

    /// Renumbers the octets.
    pub(super) fn shift(&mut self, by: i64) {
        for mark in &mut self.marks {
            mark.octet = mark.octet + by;
        }
        self.known.0 = self.known.0.map(|end| end + by);
    }
}

fn is_apart(time: Timestamp, mark: &Mark) -> bool {
    time.since(mark.time) >= News::APART
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::default().plus(Span::from_millis(millis))
    }

    fn octet(number: i64) -> Option<Seq<Foreign>> {
        Some(Seq::relative(number))
    }

    #[test]
    fn what_is_told_was_first_recorded_at_the_mark_or_later() {
        let mut news = News::default();
        for (frame, end, tsval, millis) in [
            (1, 100, 7, 0),
            (2, 200, 7, 5),
            (3, 150, 7, 9),
            (4, 200, 8, 10),
            (5, 300, 9, 10),
        ] {
            news.note(Seq::relative(end), Some(tsval), frame, Some(at(millis)));
        }
        let frame = |right, echoed| news.first_of(right, echoed).map(|mark| mark.frame);
        // What the first one brought may have been there before it.
        assert_eq!(frame(octet(100), None), None);
        assert_eq!(frame(octet(101), None), Some(2));
        // Frame 3 brought nothing; frame 5 follows too closely on frame 4 to be told from it.
        assert_eq!(frame(octet(300), None), Some(4));
        assert_eq!(frame(None, Some(7)), None);
        assert_eq!(frame(None, Some(8)), Some(4));
        assert_eq!(frame(octet(101), Some(8)), Some(4));
    }

    /// Else what it brought would count as new when the next one that has a time is recorded.
    #[test]
    fn what_a_record_without_a_time_brings_is_known() {
        let mut news = News::default();
        news.note(Seq::relative(100), Some(7), 1, Some(at(0)));
        news.note(Seq::relative(200), Some(8), 2, None);
        news.note(Seq::relative(300), Some(9), 3, Some(at(5)));
        assert!(news.first_of(octet(200), Some(8)).is_none());
        assert_eq!(
            news.first_of(octet(201), None).map(|mark| mark.frame),
            Some(3)
        );
    }

    #[test]
    fn older_marks_lie_further_apart_and_stay_true() {
        let mut news = News::default();
        for step in 0..1_000 {
            let frame = u64::try_from(step).unwrap();
            news.note(Seq::relative(step * 10), None, frame, Some(at(step)));
        }
        assert!(news.marks.len() <= News::KEPT);
        assert!(news.marks.last().is_some_and(|mark| mark.frame > 990));
        for mark in &news.marks {
            // The octets of a step are new in the frame of its number.
            let before = i64::try_from(mark.frame).unwrap() * 10 - 10;
            assert_eq!(mark.octet, Seq::relative(before));
        }
        let first = news.marks.first().unwrap().frame;
        assert!(first < 950, "{first}");
    }
}
