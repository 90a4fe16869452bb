//! Habits of sending and of offering windows that cost throughput and break no rule that a capture could prove. Told, never held against
//! anybody.

use super::story::{Scene, Story};
use crate::flow::Observation;
use crate::tcp::{Foreign, Sent, Seq};

/// So many small steps of a window in a row are no accident.
const STEPS: u32 = 3;

/// How one side has opened its window so far.
#[derive(Clone, Copy, Debug, Default, serde::Deserialize, serde::Serialize)]
pub(super) struct Opening {
    edge: Option<Seq<Foreign>>,
    largest: i64,
    small_steps: u32,
}

impl Story {
    pub(super) fn tell_habits(&mut self, seen: &Observation, sent: &Sent<'_>, scene: &Scene<'_>) {
        if seen.segment.syn() || seen.segment.rst() {
            return;
        }
        if sends_much_at_once(sent, scene) {
            self.tags.insert("initial-window-large");
        }
        if self.opens_in_small_steps(seen, sent, scene).is_some() {
            self.tags.insert("silly-window");
        }
    }

    /// RFC 9293 section 3.8.6.2.2: the edge moves on by a segment, or by half the buffer, or not at all.
    fn opens_in_small_steps(
        &mut self,
        seen: &Observation,
        sent: &Sent<'_>,
        scene: &Scene<'_>,
    ) -> Option<()> {
        let shift = scene.own.window_shift(scene.peer)?;
        let window = i64::from(sent.segment.wnd) << shift;
        let edge = sent.ack? + window;
        let size = i64::from(scene.own.syn.as_ref()?.offers.mss?);
        let opening = &mut self.doings.get_mut(seen.side).opening;
        let step = opening.edge.map_or(0, |before| edge - before);
        opening.largest = opening.largest.max(window);
        if step <= 0 && opening.edge.is_some() {
            return None;
        }
        opening.edge = Some(edge);
        let unit = 1 << shift;
        let small = step > unit && step < size.min(opening.largest / 2) && window < 2 * size;
        opening.small_steps = if small { opening.small_steps + 1 } else { 0 };
        (opening.small_steps == STEPS).then_some(())
    }
}

/// RFC 6928 section 2: ten segments, or 14600 octets, before the first of them was acknowledged.
fn sends_much_at_once(sent: &Sent<'_>, scene: &Scene<'_>) -> bool {
    let (Some(_), Some(peer)) = (&scene.own.syn, &scene.peer.syn) else {
        return false;
    };
    let size = i64::from(peer.offers.mss.unwrap_or(536));
    let limit = (10 * size).min((2 * size).max(14_600));
    let first = Seq::FIRST;
    let unanswered = scene.peer.ack_max.is_none_or(|ack| ack.across() <= first);
    unanswered && scene.fresh > 0 && sent.segment.text > 0 && scene.own.snd_max - first > limit
}
