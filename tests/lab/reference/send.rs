//! Output: data, FIN, retransmission, probes, keep-alives and the clocks that drive them (RFC 9293 section 3.8).

use super::super::packet::{ACK, FIN, Options, RST, Segment};
use super::super::path::{MILLI, SECOND};
use super::app::Deed;
use super::{Fate, State, Tcb};

impl Tcb {
    /// Whether data and FIN may be sent in this state.
    const fn may_send(&self) -> bool {
        matches!(
            self.state,
            State::Established
                | State::CloseWait
                | State::FinWait1
                | State::Closing
                | State::LastAck
        )
    }

    fn room(&self) -> i64 {
        let options = if self.ts_ok { 12 } else { 0 };
        (self.mss.min(1_460) - options).max(1)
    }

    /// Everything that the window allows now.
    pub fn output(&mut self, now: u64, out: &mut Vec<Segment>) {
        let mut batch = Vec::new();
        let early = self.state == State::SynReceived
            && self.closed
            && self.written == 0
            && self.snd_nxt == 1;
        if self.may_send() || early && self.persona.early_fin && self.snd_edge > 1 {
            let end = self.fin_at();
            let limit = self.snd_una + self.persona.burst * self.room();
            while self.snd_nxt < end.min(self.snd_edge).min(limit) {
                let most = self.room().min(end.min(self.snd_edge) - self.snd_nxt);
                let text = if self.rng.chance(0.2) {
                    self.rng.len(1, most)
                } else {
                    most
                };
                let last = self.snd_nxt + text == end;
                let fin = last && self.closed && self.snd_edge > end && self.rng.chance(0.7);
                let flags = if fin { FIN } else { 0 };
                batch.push(self.segment(now, flags, self.snd_nxt, text));
                self.snd_nxt += text + i64::from(fin);
                if fin {
                    self.sent_fin();
                }
            }
            if self.closed && !self.fin_sent && self.snd_nxt == end && self.snd_edge > end {
                batch.push(self.segment(now, FIN, end, 0));
                self.snd_nxt += 1;
                self.sent_fin();
            }
        }
        if !batch.is_empty() {
            self.rto_at.get_or_insert(now + self.rto);
            self.persist_at = None;
            if self.rng.chance(self.persona.shuffle) {
                self.rng.shuffle(&mut batch);
            }
        }
        out.append(&mut batch);
        let pending = self.snd_nxt < self.fin_at() || self.closed && !self.fin_sent;
        let blocked = self.may_send()
            && pending
            && self.snd_una == self.snd_nxt
            && self.snd_edge <= self.snd_nxt;
        if blocked {
            self.persist_at.get_or_insert(now + self.rto);
        } else {
            self.persist_at = None;
        }
    }

    fn sent_fin(&mut self) {
        self.fin_sent = true;
        self.state = match self.state {
            State::CloseWait => State::LastAck,
            State::Established | State::SynReceived => State::FinWait1,
            other => other,
        };
    }

    /// A segment without text that tells where we stand.
    pub fn pure_ack(&mut self, now: u64, out: &mut Vec<Segment>) {
        let blocks = self.sack_blocks();
        let mut segment = self.segment(now, 0, self.snd_nxt, 0);
        segment.options.sack = blocks;
        out.push(segment);
    }

    /// True blocks, the newest first, no more than fit.
    fn sack_blocks(&mut self) -> Vec<(u32, u32)> {
        if !self.sack_ok {
            return Vec::new();
        }
        let most = if self.ts_ok { 3 } else { 4 };
        let mut blocks = self.islands.clone();
        self.rng.shuffle(&mut blocks);
        let number = |offset: i64| self.irs.wrapping_add(offset as u32);
        blocks
            .iter()
            .take(most)
            .map(|&(left, right)| (number(left), number(right)))
            .collect()
    }

    /// The user's ABORT, or the end of patience: F3 or F4, from SND.NXT.
    pub fn reset(&mut self, now: u64, out: &mut Vec<Segment>) {
        let synchronised = !matches!(self.state, State::SynSent);
        if !synchronised {
            return;
        }
        let mut segment = self.segment(now, RST, self.snd_nxt, 0);
        if !self.persona.reset_with_ack {
            segment.flags = RST;
            segment.ack = 0;
            segment.options = Options::default();
        }
        if !self.persona.stamps_resets {
            segment.options = Options::default();
        }
        if self.rng.chance(0.5) {
            segment.wnd = 0;
        }
        segment.flags &= RST | ACK;
        out.push(segment);
    }

    /// Sends again from SND.UNA, cut anew.
    pub fn retransmit(&mut self, now: u64, out: &mut Vec<Segment>) {
        match self.state {
            State::SynSent | State::SynReceived if self.snd_una == 0 => {
                let mut syn = self.syn(now);
                if self.syn_text > 0 && self.rng.chance(0.5) {
                    // A repeated SYN may leave cookie and text away (RFC 7413 section 4.1.3).
                    syn.options.cookie = Some(vec![7; 8]);
                    syn.text = (1..=self.syn_text)
                        .map(|at| super::octet(self.iss, at))
                        .collect();
                }
                out.push(syn);
                return;
            }
            _ => {}
        }
        let end = self.snd_nxt - i64::from(self.fin_sent);
        let mut from = self.snd_una.max(1);
        let count = if self.persona.go_back {
            self.rng.len(1, 6)
        } else {
            1
        };
        for _ in 0..count {
            let most = self.room().min(end - from).max(0);
            let text = if most > 1 && self.rng.chance(self.persona.recut) {
                self.rng.len(1, most)
            } else {
                most
            };
            let fin = self.fin_sent && from + text == end;
            if text == 0 && !fin {
                break;
            }
            let flags = if fin { FIN } else { 0 };
            out.push(self.segment(now, flags, from, text));
            from += text;
            if fin {
                break;
            }
        }
    }

    /// The next moment at which a clock of this connection runs out.
    pub fn next_wake(&self) -> Option<u64> {
        [
            self.ack_due,
            self.rto_at,
            self.persist_at,
            self.keepalive_at,
            self.linger_at,
            self.app.at,
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Serves every clock that has run out.
    pub fn wake(&mut self, now: u64, out: &mut Vec<Segment>) -> Fate {
        let due = |at: Option<u64>| at.is_some_and(|at| at <= now);
        if due(self.linger_at) {
            return Fate::Gone;
        }
        if due(self.app.at) && self.run_app(now, out) == Fate::Gone {
            return Fate::Gone;
        }
        if due(self.ack_due) {
            self.pure_ack(now, out);
        }
        if due(self.rto_at) {
            self.retries += 1;
            if self.retries > self.persona.retries {
                if self.rng.chance(0.5) {
                    self.reset(now, out);
                }
                return Fate::Gone;
            }
            self.rto = (self.rto * 2).min(30 * SECOND);
            self.rto_at = Some(now + self.rto);
            self.retransmit(now, out);
        }
        if due(self.persist_at) {
            self.probe(now, out);
        }
        if due(self.keepalive_at) {
            self.keep_alive(now, out);
        }
        Fate::Lives
    }

    /// A zero-window probe (RFC 9293 section 3.8.6.1): an empty segment below the window, or the next octet beyond its edge.
    fn probe(&mut self, now: u64, out: &mut Vec<Segment>) {
        self.retries += 1;
        self.rto = (self.rto * 2).min(20 * SECOND);
        self.persist_at = Some(now + self.rto);
        if self.persona.probe_octet && self.snd_nxt < self.fin_at() {
            let segment = self.segment(now, 0, self.snd_nxt, 1);
            self.snd_nxt += 1;
            self.persist_at = None;
            self.rto_at = Some(now + self.rto);
            out.push(segment);
        } else {
            out.push(self.segment(now, 0, self.snd_una - 1, 0));
        }
    }

    fn keep_alive(&mut self, now: u64, out: &mut Vec<Segment>) {
        let Some(interval) = self.persona.keepalive else {
            return;
        };
        self.keepalive_at = Some(now + interval);
        let idle = matches!(self.state, State::Established | State::CloseWait)
            && self.snd_una == self.snd_nxt;
        if !idle {
            return;
        }
        let mut segment = self.segment(now, 0, self.snd_nxt - 1, 0);
        if self.persona.garbage {
            segment.text = vec![0];
        }
        out.push(segment);
    }

    fn run_app(&mut self, now: u64, out: &mut Vec<Segment>) -> Fate {
        let arrived =
            self.rcv_nxt - 1 - i64::from(self.peer_fin.is_some_and(|fin| self.rcv_nxt > fin));
        let readable = arrived.max(0) - self.app.read;
        let over = self.peer_fin.is_some_and(|fin| self.rcv_nxt > fin);
        let open = !matches!(self.state, State::SynSent);
        match self
            .app
            .step(now, (readable, over, self.closed), &mut self.rng)
        {
            Deed::Write(count) => self.written += count,
            Deed::Read(count) => self.read(now, count, out),
            Deed::Close if !open => return Fate::Gone,
            Deed::Close if readable > 0 && self.persona.full_close => {
                self.reset(now, out);
                return Fate::Gone;
            }
            Deed::Close => self.closed = true,
            Deed::Abort if self.state == State::TimeWait => return Fate::Lives,
            Deed::Abort => {
                self.reset(now, out);
                return Fate::Gone;
            }
            Deed::Nothing => {}
        }
        if self.state == State::FinWait2 && self.persona.full_close {
            self.linger_at.get_or_insert(now + 60 * SECOND);
        }
        self.output(now, out);
        Fate::Lives
    }

    fn read(&mut self, now: u64, count: i64, out: &mut Vec<Segment>) {
        self.app.read += count;
        let edge = 1 + self.app.read + self.persona.buffer;
        let gain = edge - self.rcv_edge;
        let worth = (self.persona.buffer / 2).min(self.mss);
        if gain <= 0 || self.persona.avoids_silly_window && gain < worth {
            return;
        }
        let was_closed = self.told_edge - self.rcv_nxt < worth;
        self.rcv_edge = edge;
        let receiving = matches!(
            self.state,
            State::Established | State::FinWait1 | State::FinWait2
        );
        if receiving && (was_closed || self.rng.chance(0.05)) {
            self.pure_ack(now, out);
        }
    }

    /// Starts the keep-alive clock anew.
    pub fn heard(&mut self, now: u64) {
        self.keepalive_at = self.persona.keepalive.map(|interval| now + interval);
    }

    /// The longest that an ACK may wait (RFC 9293 section 3.8.6.3).
    pub fn delay_ack(&mut self, now: u64) {
        let delay = self.rng.between(1, 400) * MILLI;
        self.ack_due.get_or_insert(now + delay);
    }
}
