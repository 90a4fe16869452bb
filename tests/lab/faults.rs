//! One planted fault in an otherwise honest run: a single emitted segment is made wrong, at a random place, before every tap.

use super::fields;
use super::packet::{ACK, FIN, PSH, RST, SYN, Segment};
use super::path::{MILLI, SECOND};
use super::reference::{State, Tcb, octet};
use super::rng::Rng;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    AckOfUnsent,
    AckRegression,
    DataAfterFin,
    FinMoved,
    SeqFarOutside,
    WindowOverrun,
    AckBitMissing,
    SynInEstablished,
    SynAckWrongAck,
    ThirdAckWrong,
    DataBeforeHandshake,
    BadReset,
    SegmentAfterReset,
    EarlyTimeWaitExit,
    MssExceeded,
    WindowShrunk,
    TimestampMissing,
    TimestampRegression,
    TimestampEchoUnsent,
    TimestampNotNegotiated,
    SackOfUnsent,
    SackBelowAck,
    SackNotPermitted,
    SynOptionLater,
    ScaleTooLarge,
    OptionNotOffered,
    SynFin,
    IsnChanged,
    TextChanged,
    ReservedBits,
    UrgentNonsense,
}

impl Kind {
    pub const ALL: [Self; 31] = [
        Self::AckOfUnsent,
        Self::AckRegression,
        Self::DataAfterFin,
        Self::FinMoved,
        Self::SeqFarOutside,
        Self::WindowOverrun,
        Self::AckBitMissing,
        Self::SynInEstablished,
        Self::SynAckWrongAck,
        Self::ThirdAckWrong,
        Self::DataBeforeHandshake,
        Self::BadReset,
        Self::SegmentAfterReset,
        Self::EarlyTimeWaitExit,
        Self::MssExceeded,
        Self::WindowShrunk,
        Self::TimestampMissing,
        Self::TimestampRegression,
        Self::TimestampEchoUnsent,
        Self::TimestampNotNegotiated,
        Self::SackOfUnsent,
        Self::SackBelowAck,
        Self::SackNotPermitted,
        Self::SynOptionLater,
        Self::ScaleTooLarge,
        Self::OptionNotOffered,
        Self::SynFin,
        Self::IsnChanged,
        Self::TextChanged,
        Self::ReservedBits,
        Self::UrgentNonsense,
    ];

    /// The rules that name it.
    pub const fn rules(self) -> &'static [&'static str] {
        match self {
            Self::AckOfUnsent => &["ack-of-unsent"],
            Self::AckRegression => &["ack-regression"],
            Self::DataAfterFin => &["data-after-fin"],
            Self::FinMoved => &["fin-seq-conflict", "data-after-fin"],
            Self::SeqFarOutside => &["seq-outside-window", "window-overrun"],
            Self::WindowOverrun => &["window-overrun"],
            Self::AckBitMissing => &["ack-flag-missing"],
            Self::SynInEstablished => &["syn-in-established"],
            Self::SynAckWrongAck => &["synack-wrong-ack"],
            Self::ThirdAckWrong => &["handshake-ack-wrong"],
            Self::DataBeforeHandshake => &["data-before-handshake"],
            Self::BadReset => &["bad-reset"],
            Self::SegmentAfterReset => &["segment-after-reset"],
            Self::EarlyTimeWaitExit => &["early-time-wait-exit"],
            Self::MssExceeded => &["mss-exceeded"],
            Self::WindowShrunk => &["window-shrunk"],
            Self::TimestampMissing => &["timestamp-missing"],
            Self::TimestampRegression => &["timestamp-regression"],
            Self::TimestampEchoUnsent => &["timestamp-echo-unsent"],
            Self::TimestampNotNegotiated => &["timestamp-not-negotiated"],
            Self::SackOfUnsent => &["sack-of-unsent"],
            Self::SackBelowAck => &["sack-below-ack"],
            Self::SackNotPermitted => &["sack-not-permitted"],
            Self::SynOptionLater => &["syn-option-outside-syn"],
            Self::ScaleTooLarge => &["wscale-too-large"],
            Self::OptionNotOffered => &["option-not-offered"],
            Self::SynFin => &["syn-fin"],
            Self::IsnChanged => &["synack-isn-changed"],
            Self::TextChanged => &["retransmission-payload-differs"],
            Self::ReservedBits => &["reserved-bits"],
            Self::UrgentNonsense => &["urgent-pointer-nonsense"],
        }
    }

    /// Whether one deed makes several segments wrong, of which any may be named.
    pub const fn lasts(self) -> bool {
        matches!(self, Self::SegmentAfterReset | Self::EarlyTimeWaitExit)
    }

    /// The host that commits it where only one can: 0 opens, 1 answers.
    pub const fn guilty(self) -> Option<usize> {
        match self {
            Self::SynAckWrongAck
            | Self::DataBeforeHandshake
            | Self::OptionNotOffered
            | Self::IsnChanged => Some(1),
            Self::ThirdAckWrong | Self::EarlyTimeWaitExit | Self::ScaleTooLarge | Self::SynFin => {
                Some(0)
            }
            _ => None,
        }
    }
}

/// A fault that waits for its moment.
#[derive(Clone, Debug)]
pub struct Fault {
    pub kind: Kind,
    /// Fitting segments that are let pass before.
    pub patience: u64,
    pub rng: Rng,
    pub done: bool,
    reset_at: Option<u64>,
    was_waiting: bool,
}

impl Fault {
    pub fn new(kind: Kind, mut rng: Rng) -> Self {
        let patience = match kind {
            Kind::AckOfUnsent | Kind::AckRegression | Kind::SeqFarOutside | Kind::AckBitMissing => {
                rng.below(60)
            }
            Kind::SynInEstablished | Kind::BadReset | Kind::SegmentAfterReset => rng.below(60),
            Kind::WindowOverrun | Kind::DataAfterFin | Kind::FinMoved => rng.below(3),
            // The first answer stays as it is.
            Kind::IsnChanged => 1,
            _ if fields::is_anywhere(kind) => rng.below(60),
            _ => 0,
        };
        Self {
            kind,
            patience,
            rng,
            done: false,
            reset_at: None,
            was_waiting: false,
        }
    }

    /// Spoils one of the segments that are about to leave; returns which.
    pub fn apply(
        &mut self,
        now: u64,
        tcb: Option<&Tcb>,
        segments: &mut Vec<Segment>,
    ) -> Option<usize> {
        let tcb = tcb?;
        if self.done {
            return None;
        }
        let waiting = tcb.state == State::TimeWait;
        if self.kind == Kind::EarlyTimeWaitExit {
            return self.early_exit(tcb, segments);
        }
        self.was_waiting |= waiting;
        for at in 0..segments.len() {
            if !self.fits(now, tcb, &segments[at]) {
                continue;
            }
            if self.patience > 0 {
                self.patience -= 1;
                continue;
            }
            if self.kind == Kind::SegmentAfterReset && self.reset_at.is_none() {
                self.reset_at = Some(now);
                let mut reset = segments[at].clone();
                reset.flags = RST | ACK;
                reset.text.clear();
                segments.insert(at, reset);
                return None;
            }
            self.done = true;
            if self.kind == Kind::DataBeforeHandshake {
                let mut early = segments[at].clone();
                early.flags = ACK | PSH;
                early.options.mss = None;
                early.options.scale = None;
                early.options.sack_ok = false;
                early.wnd >>= tcb.rcv_scale;
                early.seq = tcb.seq(1);
                early.text = (1..=20).map(|offset| octet(tcb.iss, offset)).collect();
                segments.insert(at + 1, early);
                return Some(at + 1);
            }
            self.spoil(tcb, &mut segments[at]);
            return Some(at);
        }
        None
    }

    /// With a TIME-WAIT of a second, the next own SYN is the fault.
    fn early_exit(&mut self, tcb: &Tcb, segments: &[Segment]) -> Option<usize> {
        self.was_waiting |= tcb.state == State::TimeWait;
        let at = segments.iter().position(|segment| segment.flags == SYN)?;
        self.done = self.was_waiting;
        self.done.then_some(at)
    }

    fn fits(&self, now: u64, tcb: &Tcb, segment: &Segment) -> bool {
        let open = matches!(
            tcb.state,
            State::Established | State::CloseWait | State::FinWait1 | State::FinWait2
        );
        let middle = open && !segment.has(SYN | RST) && tcb.rcv_nxt > 1 && tcb.snd_una > 0;
        let offset = tcb.own_offset(segment.seq);
        let newest = offset + segment.len() == tcb.snd_nxt;
        match self.kind {
            Kind::AckOfUnsent
            | Kind::SeqFarOutside
            | Kind::AckBitMissing
            | Kind::SynInEstablished => middle,
            Kind::BadReset => middle && segment.text.is_empty() && !segment.has(FIN),
            Kind::SegmentAfterReset => {
                middle
                    && !segment.text.is_empty()
                    && newest
                    && !segment.has(FIN)
                    && self.reset_at.is_none_or(|at| now > at + 30 * MILLI)
            }
            Kind::AckRegression => middle && !segment.text.is_empty() && newest && tcb.rcv_nxt > 20,
            Kind::DataAfterFin | Kind::FinMoved => {
                tcb.fin_sent
                    && segment.flags & !PSH == ACK
                    && segment.text.is_empty()
                    && offset == tcb.snd_nxt
            }
            Kind::WindowOverrun => {
                middle
                    && !segment.text.is_empty()
                    && newest
                    && tcb.snd_edge - offset < 1_300
                    && tcb.snd_edge > offset
                    && !segment.has(FIN)
                    && tcb.fin_at() > tcb.snd_edge + 100
            }
            Kind::SynAckWrongAck | Kind::DataBeforeHandshake => {
                segment.flags == SYN | ACK
                    && tcb.state == State::SynReceived
                    && !tcb.active
                    && tcb.app.to_write > 20
            }
            Kind::ThirdAckWrong => {
                tcb.active
                    && tcb.state == State::Established
                    && tcb.rcv_nxt == 1
                    && !segment.has(SYN | RST)
            }
            Kind::EarlyTimeWaitExit => false,
            kind => fields::fits(kind, tcb, segment, (middle, newest)),
        }
    }

    fn spoil(&mut self, tcb: &Tcb, segment: &mut Segment) {
        let far = self.rng.between(1, 5_000) as u32;
        let edge = tcb.seq(tcb.snd_edge.max(tcb.snd_nxt));
        match self.kind {
            Kind::AckOfUnsent => {
                segment.ack = tcb.irs.wrapping_add(tcb.rcv_edge as u32).wrapping_add(far);
                segment.options.sack.clear();
            }
            Kind::AckRegression => {
                segment.ack = segment
                    .ack
                    .wrapping_sub(self.rng.between(1, tcb.rcv_nxt as u64 - 2) as u32)
            }
            Kind::DataAfterFin => {
                let count = self.rng.len(1, 300);
                segment.text = (tcb.snd_nxt..tcb.snd_nxt + count)
                    .map(|at| octet(tcb.iss, at))
                    .collect();
            }
            Kind::FinMoved => {
                segment.flags |= FIN;
                let by = self.rng.pick(&[-2, 1, 5]);
                segment.seq = tcb.seq(tcb.fin_at() + by);
            }
            Kind::SeqFarOutside => segment.seq = edge.wrapping_add(70_000 + far * 100),
            Kind::WindowOverrun => {
                let offset = tcb.own_offset(segment.seq);
                let end = tcb.snd_edge + 2 + self.rng.len(0, 90);
                segment.text = (offset..end).map(|at| octet(tcb.iss, at)).collect();
            }
            Kind::AckBitMissing => (segment.flags, segment.ack) = (segment.flags & !ACK, 0),
            Kind::SynInEstablished => segment.flags |= SYN,
            Kind::SynAckWrongAck | Kind::ThirdAckWrong => {
                segment.ack = segment.ack.wrapping_add(far)
            }
            Kind::BadReset => {
                (segment.flags, segment.ack, segment.seq) =
                    (RST, 0, edge.wrapping_add(1_000_000 + far * 100))
            }
            Kind::DataBeforeHandshake | Kind::SegmentAfterReset | Kind::EarlyTimeWaitExit => {}
            kind => fields::spoil(kind, tcb, segment, far),
        }
    }
}

/// How long the hasty stay in TIME-WAIT.
pub const HASTY: u64 = SECOND;
