//! An endpoint by the letter of section 3.10, with nothing hidden: what the relation is tested against.

use super::*;
use crate::tcp::SeqNum;
use std::collections::BTreeSet;

const WND: i64 = 500;

/// What passes the tap, in relative numbers; `zero` is the form of a RST with SEQ 0.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wire {
    pub(super) flags: Flags,
    pub(super) text: u32,
    pub(super) seq: i64,
    pub(super) ack: Option<i64>,
    pub(super) zero: bool,
}

impl Wire {
    fn has(&self, flags: Flags) -> bool {
        self.flags.has(flags)
    }

    fn end(&self) -> i64 {
        self.seq + i64::from(self.text) + i64::from(self.has(SYN)) + i64::from(self.has(FIN))
    }

    pub(super) fn segment(&self, iss: u32) -> Segment {
        let low = u32::try_from(self.seq.rem_euclid(1 << 32)).unwrap();
        let seq = if self.zero {
            SeqNum(0)
        } else {
            SeqNum(iss).advance(low)
        };
        let wnd = u16::try_from(WND).unwrap();
        Segment {
            seq,
            wnd,
            ..seg(self.flags, self.text)
        }
    }
}

/// One endpoint by the letter of section 3.10.
#[derive(Clone, Debug)]
pub(super) struct End {
    pub(super) state: State,
    active: bool,
    pub(super) una: i64,
    pub(super) nxt: i64,
    fin: Option<i64>,
    pub(super) rcv: i64,
    held: BTreeSet<i64>,
    peer_fin: Option<i64>,
    /// Whether it does as RFC 793 and the stacks do, where they differ from the letter.
    lax: bool,
}

impl End {
    pub(super) fn new(lax: bool) -> Self {
        let (una, nxt, rcv) = (0, 0, 0);
        Self {
            state: State::Listen,
            active: false,
            una,
            nxt,
            fin: None,
            rcv,
            held: BTreeSet::new(),
            peer_fin: None,
            lax,
        }
    }

    fn wire(&self, flags: Flags, text: u32, seq: i64) -> Wire {
        Wire {
            flags,
            text,
            seq,
            ack: flags.has(ACK).then_some(self.rcv),
            zero: false,
        }
    }

    fn ack(&self) -> Vec<Wire> {
        vec![self.wire(ACK, 0, self.nxt)]
    }

    fn syn_ack(&self) -> Vec<Wire> {
        vec![Wire {
            ack: Some(1),
            ..self.wire(SYN.with(ACK), 0, 0)
        }]
    }

    fn reset(&self, w: &Wire) -> Vec<Wire> {
        match (w.has(RST), w.ack) {
            (true, _) => Vec::new(),
            (_, Some(ack)) => vec![Wire {
                flags: RST,
                text: 0,
                seq: ack,
                ack: None,
                zero: false,
            }],
            _ => vec![Wire {
                flags: RST.with(ACK),
                text: 0,
                seq: 0,
                ack: Some(w.end()),
                zero: true,
            }],
        }
    }

    pub(super) fn receive(&mut self, w: &Wire) -> Vec<Wire> {
        match self.state {
            State::Closed => self.reset(w),
            State::Listen if w.has(RST) => Vec::new(),
            State::Listen if w.ack.is_some() => self.reset(w),
            State::Listen if w.has(SYN) && self.nxt == 0 => {
                (self.state, self.rcv, self.nxt) = (State::SynReceived, 1, 1);
                self.syn_ack()
            }
            State::Listen => Vec::new(),
            State::SynSent => self.in_syn_sent(w),
            _ => self.in_others(w),
        }
    }

    fn in_syn_sent(&mut self, w: &Wire) -> Vec<Wire> {
        if w.ack.is_some_and(|ack| ack <= 0 || ack > self.nxt) {
            return self.reset(w);
        }
        if w.has(RST) {
            if w.ack.is_some() {
                self.state = State::Closed;
            }
            return Vec::new();
        }
        if !w.has(SYN) {
            return Vec::new();
        }
        self.rcv = 1;
        let Some(ack) = w.ack else {
            self.state = State::SynReceived;
            return self.syn_ack();
        };
        (self.state, self.una) = (State::Established, ack);
        self.ack()
    }

    fn accepts(&self, w: &Wire) -> bool {
        let inside = |seq: i64| (self.rcv..self.rcv + WND).contains(&seq);
        if w.end() == w.seq {
            inside(w.seq)
        } else {
            inside(w.seq) || inside(w.end() - 1)
        }
    }

    fn in_others(&mut self, w: &Wire) -> Vec<Wire> {
        let crossed =
            self.lax && self.state == State::SynReceived && w.has(SYN.with(ACK)) && w.seq == 0;
        if !self.accepts(w) && !crossed {
            return match w.has(RST) {
                true => Vec::new(),
                false if self.lax && self.state == State::SynReceived => self.syn_ack(),
                false => self.ack(),
            };
        }
        if w.has(RST) {
            if w.seq != self.rcv && !self.lax {
                return self.ack();
            }
            let passive = self.state == State::SynReceived && !self.active;
            self.state = if passive {
                State::Listen
            } else {
                State::Closed
            };
            return Vec::new();
        }
        if w.has(SYN) && !crossed {
            return self.ack();
        }
        let Some(ack) = w.ack else { return Vec::new() };
        if self.state == State::SynReceived && (ack <= self.una || ack > self.nxt) {
            return self.reset(w);
        }
        if ack > self.nxt {
            return self.ack();
        }
        self.take_ack(ack);
        if self.state == State::Closed {
            Vec::new()
        } else {
            self.take_text(w)
        }
    }

    fn take_ack(&mut self, ack: i64) {
        self.una = self.una.max(ack);
        let fin_acked = self.fin.is_some_and(|fin| self.una > fin);
        self.state = match self.state {
            State::SynReceived => State::Established,
            State::FinWait1 if fin_acked => State::FinWait2,
            State::Closing if fin_acked => State::TimeWait,
            State::LastAck if fin_acked => State::Closed,
            state => state,
        };
    }

    fn take_text(&mut self, w: &Wire) -> Vec<Wire> {
        if w.end() == w.seq {
            return Vec::new();
        }
        let first = w.seq + i64::from(w.has(SYN));
        if crate::tcp::arrives::text::receives_text(self.state) {
            self.held.extend(first..w.end());
            if w.has(FIN) {
                self.peer_fin = Some(w.end() - 1);
            }
            while self.held.contains(&self.rcv) {
                self.rcv += 1;
            }
            if self.peer_fin.is_some_and(|fin| self.rcv > fin) {
                self.state = match self.state {
                    State::FinWait1 => State::Closing,
                    State::FinWait2 => State::TimeWait,
                    _ => State::CloseWait,
                };
            }
        }
        self.ack()
    }

    /// A call of its user, or a retransmission.
    pub(super) fn call(&mut self, action: u8, pick: usize) -> Vec<Wire> {
        use State::*;
        match (action, self.state) {
            (0, Listen | Closed) if self.nxt == 0 => {
                (self.state, self.active, self.nxt) = (SynSent, true, 1);
                vec![self.wire(SYN, 0, 0)]
            }
            (1, Established | CloseWait) if self.nxt < 200 => {
                let text = u32::try_from(1 + pick % 9).unwrap();
                self.nxt += i64::from(text);
                vec![self.wire(ACK, text, self.nxt - i64::from(text))]
            }
            (2, SynReceived | Established | CloseWait) => {
                self.fin = Some(self.nxt);
                self.nxt += 1;
                self.state = if self.state == CloseWait {
                    LastAck
                } else {
                    FinWait1
                };
                vec![self.wire(FIN.with(ACK), 0, self.nxt - 1)]
            }
            (3, Established | CloseWait | FinWait1 | FinWait2) if pick == 0 => {
                let flags = if self.lax { RST.with(ACK) } else { RST };
                self.state = Closed;
                vec![self.wire(flags, 0, self.nxt)]
            }
            (4, SynSent) => vec![self.wire(SYN, 0, 0)],
            (4, SynReceived) => self.syn_ack(),
            (4, Established | CloseWait | FinWait1 | Closing | LastAck) if self.una >= 1 => {
                self.retransmit()
            }
            _ => Vec::new(),
        }
    }

    fn retransmit(&self) -> Vec<Wire> {
        let end = self.fin.unwrap_or(self.nxt);
        let text = u32::try_from((end - self.una).max(0)).unwrap();
        let fin = self.fin.is_some_and(|fin| self.una <= fin);
        let flags = if fin { ACK.with(FIN) } else { ACK };
        if self.una < self.nxt {
            vec![self.wire(flags, text, self.una)]
        } else {
            Vec::new()
        }
    }
}
