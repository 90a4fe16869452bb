//! SEGMENT ARRIVES (RFC 9293 section 3.10.7), one file per heading, over hidden values.
//!
//! Every heading answers one question: given what this endpoint may be, what may this segment have done to it, and
//! what may it send because of it? A replay calls [`segment`] for each recorded segment with the variables of the
//! endpoint that it was sent to, keeps [`Outcome::after`], and judges what that endpoint emits next against the
//! [`Answers`] of what was recorded before; the endpoint's own segments go through [`super::calls::emits`]. Delivery
//! is never certain, so `after` always contains what was before: upper bounds rise here, lower bounds only there.
//!
//! Answers are those of an arrival while the endpoint is what the variables say. A segment may arrive late, so a
//! replay that judges an answer asks again, with the variables of that time and each segment that could have drawn it.
//!
//! The relation is wider than the letter. It also has what RFC 793 and RFC 5961 say, and what the stacks in common
//! use do, each named where it is allowed: it decides what an endpoint *may* do, and nothing here is an obligation.

mod answers;
mod check_ack;
mod check_fin;
mod check_rst;
mod check_seq;
mod check_syn;
mod check_urg;
mod closed;
mod listen;
mod others;
mod syn_sent;
mod text;

pub use answers::{AckOfSyn, Answers, Resets};

use super::hidden::Hidden;
use super::segment::Received;
use super::seq::{Foreign, Seq};
use super::state::State;
use super::variables::{Ended, Point, Variables};

/// What may be after a segment was recorded, and what may be sent because of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// What the endpoint may be from now on, whether the segment has reached it, will, or never does.
    pub after: Variables,
    /// What it may send in answer.
    pub answers: Answers,
}

/// Whether the next step follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Next {
    /// For some delivery it does.
    Go,
    /// The segment is discarded whatever was delivered.
    Drop,
    /// All is done.
    Done,
}

/// A segment at one point of the halves, and what has come of it so far.
struct Arrival<'a> {
    before: &'a Variables,
    seg: &'a Received<'a>,
    point: Point,
    /// Nothing but the acknowledgment is taken: the window is closed.
    ack_only: bool,
    outcome: &'a mut Outcome,
}

/// One recorded segment may have reached the endpoint, now or later, or never.
///
/// ```
/// use tcplint::tcp::{Flags, Opening, Received, Segment, Seq, Variables, arrives};
///
/// let server = Variables::fresh(Some(Opening::Passive));
/// let syn = Segment { flags: Flags::SYN, ..Segment::default() };
/// let outcome = arrives::segment(&server, &Received { segment: &syn, seq: Seq::SYN, ack: None });
/// assert_eq!(outcome.after.states().to_string(), "LISTEN|SYN-RECEIVED|CLOSED");
/// assert!(outcome.answers.syn_ack.is_some() && !outcome.answers.ack);
/// ```
pub fn segment(v: &Variables, seg: &Received<'_>) -> Outcome {
    let mut outcome = Outcome::unchanged(v);
    for point in v.points() {
        in_state(v, seg, point, &mut outcome);
    }
    if v.ended != Ended::No {
        after_the_end(v, seg, &mut outcome);
    }
    outcome.after.note_under_way(seg);
    outcome.after.let_arrive();
    outcome
}

/// The four headings of section 3.10.7. A port without a connection may belong to a listener.
fn in_state(v: &Variables, seg: &Received<'_>, point: Point, outcome: &mut Outcome) {
    if point.state == State::Closed && v.may_listen() {
        let listen = Point {
            state: State::Listen,
            ..point
        };
        heading(v, seg, listen, outcome);
    }
    heading(v, seg, point, outcome);
}

fn heading(v: &Variables, seg: &Received<'_>, point: Point, outcome: &mut Outcome) {
    let mut arrival = Arrival {
        before: v,
        seg,
        point,
        ack_only: false,
        outcome,
    };
    match point.state {
        State::Closed => closed::arrives(&mut arrival),
        State::Listen => listen::arrives(&mut arrival),
        State::SynSent => syn_sent::arrives(&mut arrival),
        _ => others::arrives(&mut arrival),
    }
}

/// Where the connection is over its halves mean nothing any more: only the answers count, a new connection on the
/// same ports has variables of its own.
fn after_the_end(v: &Variables, seg: &Received<'_>, outcome: &mut Outcome) {
    let mut nothing_left = Outcome::unchanged(&Variables::fresh(v.opened));
    for point in Variables::fresh(v.opened).points() {
        in_state(v, seg, point, &mut nothing_left);
    }
    outcome.answers = outcome.answers.union(nothing_left.answers);
    if v.ended == Ended::Surely && !seg.segment.rst() {
        // Figure 5, note 3: who has sent a RST may stay in TIME-WAIT, and answers from there.
        outcome.answers.ack = true;
    }
}

impl Outcome {
    fn unchanged(v: &Variables) -> Self {
        Self {
            after: *v,
            answers: Answers::default(),
        }
    }

    /// RCV.NXT is set to SEG.SEQ+1, IRS to SEG.SEQ (second step of LISTEN, fourth of SYN-SENT).
    fn takes_syn(&mut self, seq: Seq<Foreign>) {
        use super::half::RecvHalf::{NoSyn, SynReceived};
        let (after, next) = (&mut self.after, seq + 1);
        if !after.recv.may_ge(SynReceived) {
            after.irs = Some(seq);
            after.rcv_nxt = Hidden::between(next, next);
            after.rcv_edge = Hidden::at_least(next);
        } else if after.recv.may_be(NoSyn) {
            after.irs = after.irs.filter(|irs| *irs == seq);
            after.rcv_nxt = match after.rcv_nxt.possible() {
                Some(high) => Hidden::between(after.rcv_nxt.proven().min(next), high.max(next)),
                None => Hidden::at_least(after.rcv_nxt.proven().min(next)),
            };
            after.rcv_edge = Hidden::at_least(after.rcv_edge.proven().min(next));
        }
        after.recv.permit(SynReceived);
    }
}

#[cfg(test)]
mod tests;
