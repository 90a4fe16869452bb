//! SEGMENT ARRIVES for a connection with a TCB (RFC 9293 section 3.10.7.3 and 3.10.7.4, RFC 5961, RFC 7323).

use super::super::packet::{ACK, FIN, RST, SYN, Segment};
use super::super::path::MILLI;
use super::{Fate, State, Tcb, octet};

/// Serial comparison of TSvals.
pub const fn newer(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) > 0
}

impl Tcb {
    pub fn arrive(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        self.heard(now);
        let fate = if self.state == State::SynSent {
            self.in_syn_sent(now, segment, out)
        } else {
            self.synchronised(now, segment, out)
        };
        if fate == Fate::Lives {
            self.output(now, out);
        }
        fate
    }

    fn in_syn_sent(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        let ack = self.own_offset(segment.ack);
        let acks = segment.has(ACK);
        if acks && (ack <= 0 || ack > self.snd_nxt) {
            if !segment.has(RST) {
                out.push(answer_with_reset(segment));
            }
            return Fate::Lives;
        }
        if segment.has(RST) {
            return if acks { Fate::Gone } else { Fate::Lives };
        }
        if !segment.has(SYN) {
            return Fate::Lives;
        }
        self.learn(segment);
        if !acks {
            self.state = State::SynReceived;
            self.rto_at = Some(now + self.rto);
            self.snd_nxt = 1;
            self.syn_text = 0;
            let syn = self.syn(now);
            out.push(syn);
            return Fate::Lives;
        }
        self.snd_una = ack;
        // What a SYN carried and the answer left unacknowledged is sent again (RFC 7413 section 4.2.2).
        self.snd_nxt = ack;
        self.snd_edge = ack + i64::from(segment.wnd);
        self.snd_wl = (0, ack);
        self.max_window = i64::from(segment.wnd);
        self.state = State::Established;
        self.acked_something(now);
        let silent = self.snd_nxt < self.fin_at() && self.snd_edge > self.snd_nxt;
        if !silent {
            self.pure_ack(now, out);
        }
        Fate::Lives
    }

    /// Table 6, with the window as it is (not as the header rounded it).
    fn acceptable(&self, seq: i64, len: i64) -> bool {
        let (nxt, edge) = (self.rcv_nxt, self.rcv_edge);
        let inside = |at: i64| nxt <= at && at < edge;
        match (len, edge > nxt) {
            (0, false) => seq == nxt,
            (0, true) => inside(seq),
            (_, false) => false,
            (_, true) => inside(seq) || inside(seq + len - 1),
        }
    }

    /// An ACK that tells the peer where we stand; rate limits are allowed.
    fn challenge(&mut self, now: u64, out: &mut Vec<Segment>) -> Fate {
        if now >= self.challenged_at {
            self.pure_ack(now, out);
            if self.rng.chance(0.2) {
                self.challenged_at = now + 300 * MILLI;
            }
        }
        Fate::Lives
    }

    fn synchronised(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        let seq = self.peer_offset(segment.seq);
        let early = self.state == State::SynReceived;
        if early && segment.has(SYN) && seq == 0 && !segment.has(RST) {
            return self.repeated_syn(now, segment, out);
        }
        let stale = match (self.ts_ok, segment.options.ts) {
            (true, Some((val, _))) => newer(self.ts_recent, val),
            _ => false,
        };
        if stale && !segment.has(RST) || !self.acceptable(seq, segment.len()) {
            let fin_again = segment.has(FIN) && self.state == State::TimeWait && !stale;
            if fin_again {
                self.linger_at = Some(now + self.persona.time_wait);
            }
            if segment.has(RST) {
                return Fate::Lives;
            }
            return self.challenge(now, out);
        }
        if segment.has(RST) {
            return self.reset_arrives(now, seq, out);
        }
        if self.ts_ok && segment.options.ts.is_none() {
            return Fate::Lives;
        }
        if segment.has(SYN) {
            return self.syn_arrives(now, segment, out);
        }
        if !segment.has(ACK) {
            return Fate::Lives;
        }
        if let Some((val, _)) = segment.options.ts
            && self.ts_ok
            && seq <= self.last_ack_sent
        {
            self.ts_recent = val;
        }
        if !self.take_ack(now, segment, seq, out) {
            return Fate::Lives;
        }
        if self.over() {
            return Fate::Gone;
        }
        self.take_text(now, segment, seq, out)
    }

    /// In SYN-RECEIVED every stack repeats its SYN-ACK; the ACK of a crossing SYN-ACK counts.
    fn repeated_syn(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        if segment.has(ACK) && self.own_offset(segment.ack) == 1 && self.active {
            self.state = State::Established;
            self.snd_una = 1;
            self.snd_edge = 1 + i64::from(segment.wnd);
            self.max_window = i64::from(segment.wnd);
            self.snd_wl = (0, 1);
            self.acked_something(now);
            self.pure_ack(now, out);
        } else if segment.has(ACK) {
            out.push(answer_with_reset(segment));
        } else {
            let syn = self.syn(now);
            out.push(syn);
        }
        Fate::Lives
    }

    fn reset_arrives(&mut self, now: u64, seq: i64, out: &mut Vec<Segment>) -> Fate {
        if self.state == State::TimeWait && self.persona.ignores_reset_in_time_wait {
            return Fate::Lives;
        }
        if seq == self.rcv_nxt || !self.persona.challenge {
            return Fate::Gone;
        }
        self.challenge(now, out)
    }

    fn syn_arrives(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        if self.state == State::SynReceived
            && !self.active
            && !segment.has(ACK)
            && self.rng.chance(0.5)
        {
            return Fate::Gone;
        }
        if self.persona.challenge {
            return self.challenge(now, out);
        }
        // RFC 793: an error, the connection dies.
        self.reset(now, out);
        Fate::Gone
    }

    fn take_ack(&mut self, now: u64, segment: &Segment, seq: i64, out: &mut Vec<Segment>) -> bool {
        let ack = self.own_offset(segment.ack);
        if self.state == State::SynReceived {
            if ack <= self.snd_una || ack > self.snd_nxt {
                out.push(answer_with_reset(segment));
                return false;
            }
            self.state = State::Established;
            self.snd_wl = (-1, 0);
        }
        if ack > self.snd_nxt || self.persona.challenge && ack < self.snd_una - self.max_window {
            self.challenge(now, out);
            return false;
        }
        if ack > self.snd_una {
            self.snd_una = ack;
            self.dup_acks = 0;
            self.acked_something(now);
        } else if ack == self.snd_una && segment.len() == 0 && self.snd_nxt > self.snd_una {
            self.dup_acks += 1;
            if self.dup_acks == 3 {
                self.retransmit(now, out);
            }
        }
        let newest = self.snd_wl.0 < seq || self.snd_wl.0 == seq && self.snd_wl.1 <= ack;
        if ack >= self.snd_una && newest {
            let window = i64::from(segment.wnd) << self.snd_scale;
            self.snd_edge = ack + window;
            self.max_window = self.max_window.max(window);
            self.snd_wl = (seq, ack);
            if window > 0 {
                self.retries = 0;
            }
        }
        self.fin_acked(now);
        true
    }

    fn acked_something(&mut self, now: u64) {
        self.retries = 0;
        self.rto = self.persona.rto;
        self.rto_at = (self.snd_una < self.snd_nxt).then_some(now + self.rto);
        self.app.at.get_or_insert(now + 1);
    }

    fn fin_acked(&mut self, now: u64) {
        if !self.fin_sent || self.snd_una <= self.fin_at() {
            return;
        }
        match self.state {
            State::FinWait1 => self.state = State::FinWait2,
            State::Closing => self.enter_time_wait(now),
            _ => {}
        }
    }

    fn enter_time_wait(&mut self, now: u64) {
        self.state = State::TimeWait;
        self.linger_at = Some(now + self.persona.time_wait);
        (self.rto_at, self.persist_at, self.keepalive_at) = (None, None, None);
    }

    /// LAST-ACK whose FIN is acknowledged.
    fn over(&self) -> bool {
        self.state == State::LastAck && self.fin_sent && self.snd_una > self.fin_at()
    }

    fn take_text(&mut self, now: u64, segment: &Segment, seq: i64, out: &mut Vec<Segment>) -> Fate {
        let receiving = matches!(
            self.state,
            State::Established | State::FinWait1 | State::FinWait2
        );
        let (left, right) = (
            seq.max(self.rcv_nxt),
            (seq + segment.text.len() as i64).min(self.rcv_edge),
        );
        if !receiving {
            if segment.len() > 0 {
                if segment.has(FIN) && self.state == State::TimeWait {
                    self.linger_at = Some(now + self.persona.time_wait);
                }
                return self.challenge(now, out);
            }
            return Fate::Lives;
        }
        if self.closed
            && self.persona.full_close
            && left < right
            && self.state != State::Established
        {
            return self.unwanted(now, segment, out);
        }
        if left < right {
            for at in left..right {
                let seen = segment.text[(at - seq) as usize];
                assert!(
                    self.persona.gullible || seen == octet(self.irs, at),
                    "an octet of another stream at {at}"
                );
            }
            self.insert(left, right);
        }
        let fin_at = seq + segment.text.len() as i64;
        let fin = segment.has(FIN) && fin_at < self.rcv_edge && fin_at >= self.rcv_nxt;
        if fin {
            self.peer_fin = Some(fin_at);
        }
        let before = self.rcv_nxt;
        self.advance();
        let finished = self.peer_fin == Some(self.rcv_nxt);
        if finished {
            self.rcv_nxt += 1;
            self.fin_arrives(now);
        }
        if segment.len() > 0 {
            self.acknowledge(now, self.rcv_nxt > before, finished, out);
        }
        Fate::Lives
    }

    /// Data after CLOSE, when nobody will read it: RST shows that it is lost (SHLD-3).
    fn unwanted(&mut self, now: u64, segment: &Segment, out: &mut Vec<Segment>) -> Fate {
        if self.rng.chance(0.5) {
            out.push(answer_with_reset(segment));
        } else {
            self.reset(now, out);
        }
        Fate::Gone
    }

    fn insert(&mut self, left: i64, right: i64) {
        self.islands.push((left, right));
        self.islands.sort_unstable();
        let mut merged: Vec<(i64, i64)> = Vec::new();
        for &(left, right) in &self.islands {
            match merged.last_mut() {
                Some(last) if last.1 >= left => last.1 = last.1.max(right),
                _ => merged.push((left, right)),
            }
        }
        self.islands = merged;
    }

    fn advance(&mut self) {
        while let Some(&(left, right)) = self.islands.first()
            && left <= self.rcv_nxt
        {
            self.rcv_nxt = self.rcv_nxt.max(right);
            self.islands.remove(0);
        }
    }

    fn fin_arrives(&mut self, now: u64) {
        self.app.at.get_or_insert(now + 1);
        match self.state {
            State::Established => self.state = State::CloseWait,
            State::FinWait1 => self.state = State::Closing,
            State::FinWait2 => self.enter_time_wait(now),
            _ => {}
        }
        self.fin_acked(now);
    }

    fn acknowledge(&mut self, now: u64, advanced: bool, finished: bool, out: &mut Vec<Segment>) {
        self.app.at.get_or_insert(now + 1);
        self.unacked_segments += 1;
        if !advanced {
            if self.rng.chance(self.persona.answers_out_of_order) {
                self.pure_ack(now, out);
            }
            return;
        }
        let delay =
            self.rng.chance(self.persona.delayed_ack) && self.unacked_segments < 2 && !finished;
        if delay {
            self.delay_ack(now);
        } else {
            self.pure_ack(now, out);
        }
    }
}

/// RFC 9293 section 3.5.2: the answer of somebody who has no such connection.
pub fn answer_with_reset(segment: &Segment) -> Segment {
    if segment.has(ACK) {
        return Segment {
            seq: segment.ack,
            flags: RST,
            ..Segment::default()
        };
    }
    Segment {
        ack: segment.seq.wrapping_add(segment.len() as u32),
        flags: RST | ACK,
        ..Segment::default()
    }
}
