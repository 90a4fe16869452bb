//! The variables of one endpoint (RFC 9293 section 3.3.1), hidden: what the record bounds of its transmission control
//! block. Only what decides a state or an answer is here, no timer, no queue, no congestion window.

use super::half::{Half, Interval, Order, OrderKnowledge, RecvHalf, SendHalf, compose};
use super::hidden::Hidden;
use super::seq::{Foreign, Local, Seq};
use super::state::{State, StateSet};
use super::under_way::UnderWay;
use super::window::{ReceiveWindow, WindowScale};

/// How a connection was opened (MUST-11: an endpoint in SYN-RECEIVED remembers it).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Deserialize, serde::Serialize)]
pub enum Opening {
    /// It sent a SYN of its own accord.
    Active,
    /// It waited in LISTEN.
    Passive,
}

/// Whether the connection may have come to its end apart from the two halves: by a RST, a timeout or an ABORT.
#[derive(
    Clone,
    Copy,
    Debug,
    Default,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    serde::Deserialize,
    serde::Serialize,
)]
pub enum Ended {
    /// Nothing recorded could have ended it.
    #[default]
    No,
    /// Something that may have reached it, or a time that has passed, may have ended it.
    Maybe,
    /// Its own RST says that it aborted.
    Surely,
}

/// What the record bounds of one endpoint.
///
/// The numbers of a half that is still at its bottom (ISS without an own SYN, RCV.NXT without one of the peer) mean
/// nothing and are not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
pub struct Variables {
    /// How far its own direction has come.
    pub send: Interval<SendHalf>,
    /// How far the peer's direction has come.
    pub recv: Interval<RecvHalf>,
    /// Which FIN came first.
    pub order: OrderKnowledge,
    /// How it was opened; `None` where the record does not tell.
    pub opened: Option<Opening>,
    /// Whether a SYN without ACK of the peer may reach it: only so can an active opener be in SYN-RECEIVED.
    pub may_cross: bool,
    /// Whether a SYN carried text or a Fast Open option: text may precede the handshake (RFC 7413).
    pub fast_open: bool,
    /// Whether the connection may be over.
    pub ended: Ended,
    /// ISS, once its SYN is on the record.
    pub iss: Option<Seq<Local>>,
    /// SND.UNA.
    pub snd_una: Hidden<Seq<Local>>,
    /// SND.NXT.
    pub snd_nxt: Hidden<Seq<Local>>,
    /// Snd.Wind.Shift: how the peer's windows are to be read.
    pub snd_wind_shift: WindowScale,
    /// The place of its FIN, once on the record.
    pub fin: Option<Seq<Local>>,
    /// IRS, if it has received a SYN and the record tells which.
    pub irs: Option<Seq<Foreign>>,
    /// RCV.NXT.
    pub rcv_nxt: Hidden<Seq<Foreign>>,
    /// RCV.NXT + RCV.WND.
    pub rcv_edge: Hidden<Seq<Foreign>>,
    /// The place of the peer's FIN, once on the record.
    pub peer_fin: Option<Seq<Foreign>>,
    /// TS.Recent is at least this: the newest TSecr that it emitted.
    pub ts_recent: Option<u32>,
    /// SND.NXT was no further than this when it had received the peer's FIN.
    pub(super) nxt_at_peer_fin: Option<Seq<Local>>,
    /// What has passed the tap towards it.
    pub under_way: UnderWay,
}

/// One point of the hidden halves, and the name of its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) send: SendHalf,
    pub(super) recv: RecvHalf,
    pub(super) state: State,
}

impl Variables {
    /// Before the first segment of an incarnation: CLOSED, or LISTEN unless it is known to be the active opener.
    pub fn fresh(opened: Option<Opening>) -> Self {
        Self {
            send: Interval::exactly(SendHalf::BOTTOM),
            recv: Interval::exactly(RecvHalf::BOTTOM),
            order: OrderKnowledge::Either,
            opened,
            may_cross: false,
            fast_open: false,
            ended: Ended::No,
            iss: None,
            snd_una: Hidden::between(Seq::SYN, Seq::SYN),
            snd_nxt: Hidden::between(Seq::SYN, Seq::SYN),
            snd_wind_shift: WindowScale::Unknown,
            fin: None,
            irs: None,
            rcv_nxt: Hidden::between(Seq::SYN, Seq::SYN),
            rcv_edge: Hidden::at_least(Seq::SYN),
            peer_fin: None,
            ts_recent: None,
            nxt_at_peer_fin: None,
            under_way: UnderWay::default(),
        }
    }

    /// Joined in the middle: anything may have happened before the record begins.
    pub fn midstream() -> Self {
        const BEFORE: i64 = i64::MIN / 4;
        Self {
            send: Interval::anything(),
            recv: Interval::anything(),
            may_cross: true,
            fast_open: true,
            ended: Ended::Maybe,
            snd_una: Hidden::at_least(Seq::relative(BEFORE)),
            snd_nxt: Hidden::at_least(Seq::relative(BEFORE)),
            rcv_nxt: Hidden::at_least(Seq::relative(BEFORE)),
            rcv_edge: Hidden::at_least(Seq::relative(BEFORE)),
            ..Self::fresh(None)
        }
    }

    /// The states that the endpoint may be in.
    pub fn states(&self) -> StateSet {
        let mut states: StateSet = self.points().map(|point| point.state).collect();
        if self.ended != Ended::No {
            states = states.union(StateSet::only(State::Closed));
            if self.may_listen() && states.contains(State::SynReceived) {
                // Figure 5, note 1: a passive opener goes back where it came from.
                states = states.union(StateSet::only(State::Listen));
            }
        }
        if self.may_listen() && self.is_unopened() {
            states = states.union(StateSet::only(State::Listen));
        }
        states
    }

    /// Whether both SYNs were received and acknowledged, whatever was delivered.
    pub fn is_surely_synchronized(&self) -> bool {
        self.send.surely_ge(SendHalf::SynAcked) && self.recv.surely_ge(RecvHalf::SynReceived)
    }

    /// Whether everything that `other` may be is something that this may be.
    pub fn covers(&self, other: &Self) -> bool {
        let received = other.recv.hi() == RecvHalf::BOTTOM
            || self.rcv_nxt.covers(&other.rcv_nxt) && self.rcv_edge.covers(&other.rcv_edge);
        self.send.covers(&other.send)
            && self.recv.covers(&other.recv)
            && (self.order == OrderKnowledge::Either || self.order == other.order)
            && (self.opened.is_none() || self.opened == other.opened)
            && (self.may_cross || !other.may_cross)
            && (self.fast_open || !other.fast_open)
            && (self.ended == other.ended || self.ended == Ended::Maybe && other.ended == Ended::No)
            && self.snd_una.covers(&other.snd_una)
            && self.snd_nxt.covers(&other.snd_nxt)
            && received
    }

    /// The window that segments are tested against.
    pub fn receive_window(&self) -> ReceiveWindow {
        ReceiveWindow::new(self.rcv_nxt, self.rcv_edge)
    }

    /// The connection may be over.
    pub fn may_end(&mut self) {
        self.ended = self.ended.max(Ended::Maybe);
    }

    /// Whether a user may be waiting on this port where no connection is.
    pub(super) fn may_listen(&self) -> bool {
        self.opened != Some(Opening::Active)
    }

    fn is_unopened(&self) -> bool {
        self.ended != Ended::Surely
            && self.send.may_be(SendHalf::Nothing)
            && self.recv.may_be(RecvHalf::NoSyn)
    }

    /// The points of the two halves, without those that no way leads to; with them, where the evidence leaves no other.
    pub(super) fn points(&self) -> impl Iterator<Item = Point> + use<> {
        let orders = self.order.possible();
        self.pairs().flat_map(move |(send, recv)| {
            let closing = send.is_at_least(SendHalf::FinSent { syn_acked: false })
                && recv == RecvHalf::FinReceived;
            let orders: &[Order] = if closing { orders } else { &[Order::SentFirst] };
            orders.iter().map(move |&order| Point {
                send,
                recv,
                state: compose(send, recv, order),
            })
        })
    }

    /// The pairs of them, as bits of their places in the order of `POINTS`.
    fn pairs(&self) -> Pairs {
        let (mut all, mut reachable) = (0, 0);
        let received = self.recv.places();
        let mut rows = self.send.places();
        while rows != 0 {
            let row = rows.trailing_zeros();
            rows &= rows - 1;
            let Some(&send) = SendHalf::POINTS.get(index(row)) else {
                break;
            };
            let silent = u32::from(self.is_reachable(send, RecvHalf::NoSyn));
            let heard = u32::from(self.is_reachable(send, RecvHalf::SynReceived)) * 0b110;
            all |= received << (row * COLUMNS);
            reachable |= (received & (silent | heard)) << (row * COLUMNS);
        }
        Pairs(match self.ended {
            Ended::Surely => 0,
            _ if reachable != 0 => reachable,
            _ => all,
        })
    }

    /// The halves are not independent: SYN-SENT is left only with a SYN of the peer (section 3.10.7.3), a passive
    /// opener sends no SYN before it has one, and an active opener is in SYN-RECEIVED only if SYNs crossed.
    pub(super) fn is_reachable(&self, send: SendHalf, recv: RecvHalf) -> bool {
        if recv == RecvHalf::NoSyn {
            return match send {
                SendHalf::Nothing => true,
                SendHalf::SynSent => self.opened != Some(Opening::Passive),
                _ => false,
            };
        }
        let syn_acked = send.is_at_least(SendHalf::SynAcked);
        syn_acked || self.may_cross || self.opened != Some(Opening::Active)
    }
}

/// Points of the half that is received.
const COLUMNS: u32 = 3;

fn index(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

/// Pairs of points that are left to be given.
struct Pairs(u32);

impl Iterator for Pairs {
    type Item = (SendHalf, RecvHalf);

    fn next(&mut self) -> Option<Self::Item> {
        let place = self.0.trailing_zeros();
        let send = SendHalf::POINTS.get(index(place / COLUMNS))?;
        let recv = RecvHalf::POINTS.get(index(place % COLUMNS))?;
        self.0 &= self.0 - 1;
        Some((*send, *recv))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fresh_endpoint_is_closed_or_listens() {
        assert_eq!(Variables::fresh(None).states().to_string(), "LISTEN|CLOSED");
        let opener = Variables::fresh(Some(Opening::Active));
        assert_eq!(opener.states().to_string(), "CLOSED");
    }

    #[test]
    fn midstream_endpoint_is_in_any_state() {
        assert_eq!(Variables::midstream().states().len(), 11);
    }

    #[test]
    fn opener_between_two_syns_is_not_in_syn_received() {
        let mut opener = Variables::fresh(Some(Opening::Active));
        opener.send.prove(SendHalf::SynSent);
        opener.send.permit(SendHalf::SynAcked);
        opener.recv.permit(RecvHalf::SynReceived);
        assert_eq!(opener.states().to_string(), "SYN-SENT|ESTABLISHED");
        opener.may_cross = true;
        assert!(opener.states().contains(State::SynReceived));
    }

    #[test]
    fn reset_listener_is_back_in_listen() {
        let mut listener = Variables::fresh(Some(Opening::Passive));
        listener.send.prove(SendHalf::SynSent);
        listener.recv.prove(RecvHalf::SynReceived);
        listener.may_end();
        assert_eq!(listener.states().to_string(), "LISTEN|SYN-RECEIVED|CLOSED");
    }
}
