//! One end of a simulated connection: a plain, honest TCP with timestamps, SACK, delayed acknowledgments, fast
//! retransmit and a retransmission timer after RFC 6298. It keeps no text, only places in the two streams.

use super::packet::{ACK, FIN, Offer, PSH, Packet, RST, SYN};

pub const MILLI: u64 = 1_000_000;
pub const SECOND: u64 = 1_000 * MILLI;
const DELAYED: u64 = 40 * MILLI;
const RECEIVE_WINDOW: u16 = 0x7fff;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    Listening,
    SynSent,
    SynReceived,
    Open,
    TimeWait,
    Closed,
}

#[derive(Debug)]
pub struct End {
    pub phase: Phase,
    pub offer: Offer,
    pub iss: u32,
    /// Octets that the application has given so far.
    pub given: u64,
    /// The application is done: a FIN follows its octets.
    pub closing: bool,
    pub una: u64,
    pub nxt: u64,
    pub rcv_nxt: u64,
    /// Where the peer's FIN is, once it was received.
    pub peer_fin: Option<u64>,
    pub retransmit_at: u64,
    pub acknowledge_at: u64,
    pub id: u16,
    pub ttl: u8,
    pub clock: u32,
    fin_sent: Option<u64>,
    stamps: bool,
    sack: bool,
    edge: u64,
    window: u64,
    ceiling: u64,
    duplicates: u32,
    recover: u64,
    timeout: u64,
    unacknowledged: u32,
    islands: Vec<(u64, u64)>,
    recent: u32,
    last_ack_sent: u64,
    repetitions: u32,
    closed_first: bool,
    peer_shift: u8,
    peer_iss: u32,
    peer_end: Option<u64>,
    now: u64,
}

pub const NEVER: u64 = u64::MAX;

impl End {
    pub fn new(phase: Phase, offer: Offer, offers_stamps: bool, iss: u32) -> Self {
        Self {
            phase,
            offer,
            iss,
            given: 0,
            closing: false,
            una: 0,
            nxt: 0,
            rcv_nxt: 0,
            peer_fin: None,
            retransmit_at: NEVER,
            acknowledge_at: NEVER,
            id: iss as u16,
            ttl: 64,
            clock: iss.rotate_left(7),
            fin_sent: None,
            stamps: offers_stamps,
            sack: offer.sack,
            edge: 0,
            window: 10,
            ceiling: 64,
            duplicates: 0,
            recover: 0,
            timeout: SECOND,
            unacknowledged: 0,
            islands: Vec::new(),
            recent: 0,
            last_ack_sent: 0,
            repetitions: 0,
            closed_first: false,
            peer_shift: 0,
            peer_iss: 0,
            peer_end: None,
            now: 0,
        }
    }

    /// Whether its segments carry timestamps.
    pub const fn is_stamped(&self) -> bool {
        self.stamps
    }

    /// Octets of the peer's application that arrived in order.
    pub fn received(&self) -> u64 {
        self.rcv_nxt
            .saturating_sub(1 + u64::from(self.peer_fin.is_some()))
    }

    pub fn open(&mut self, now: u64, out: &mut Vec<Packet>) {
        self.now = now;
        self.send(SYN, 0, 0, out);
        self.nxt = 1;
        self.retransmit_at = now + self.timeout;
    }

    pub fn abort(&mut self, now: u64, out: &mut Vec<Packet>) {
        self.now = now;
        self.send(RST | ACK, self.nxt, 0, out);
        self.close(Phase::Closed);
    }

    /// Sends what the application gave, as far as the windows allow, then the FIN.
    pub fn push(&mut self, now: u64, out: &mut Vec<Packet>) {
        self.now = now;
        if self.phase != Phase::Open {
            return;
        }
        let stamp_octets = if self.stamps { 12 } else { 0 };
        let most = u64::from(self.offer.mss) - stamp_octets;
        let end = 1 + self.given;
        loop {
            let allowed = self.edge.min(self.una + self.window * most);
            if self.nxt < end {
                let text = (end - self.nxt).min(most);
                if self.nxt + text > allowed || self.fin_sent.is_some() {
                    break;
                }
                let last = self.nxt + text == end;
                self.send(if last { ACK | PSH } else { ACK }, self.nxt, text, out);
                self.nxt += text;
            } else {
                if self.closing && self.fin_sent.is_none() && self.nxt < self.edge {
                    self.fin_sent = Some(self.nxt);
                    self.closed_first = self.peer_fin.is_none();
                    self.send(ACK | FIN, self.nxt, 0, out);
                    self.nxt += 1;
                }
                break;
            }
        }
        if self.una < self.nxt && self.retransmit_at == NEVER {
            self.retransmit_at = now + self.timeout;
        }
    }

    /// The timers. Gives up after seven repetitions.
    pub fn tick(&mut self, now: u64, out: &mut Vec<Packet>) {
        self.now = now;
        if now >= self.retransmit_at {
            self.repetitions += 1;
            self.timeout = (self.timeout * 2).min(60 * SECOND);
            self.retransmit_at = now + self.timeout;
            if self.repetitions > 7 {
                self.close(Phase::Closed);
                return;
            }
            self.window = 2;
            self.recover = self.una;
            self.duplicates = 0;
            self.repeat(out);
        }
        if now >= self.acknowledge_at {
            self.send(ACK, self.nxt, 0, out);
        }
    }

    fn repeat(&mut self, out: &mut Vec<Packet>) {
        match self.phase {
            Phase::SynSent => self.send(SYN, 0, 0, out),
            Phase::SynReceived => self.send(SYN | ACK, 0, 0, out),
            Phase::Open => {
                let stamp_octets = if self.stamps { 12 } else { 0 };
                let most = u64::from(self.offer.mss) - stamp_octets;
                let text = (1 + self.given).saturating_sub(self.una).min(most);
                let text = text.min(self.nxt - self.una);
                let ends = self.fin_sent == Some(self.una + text);
                let flags = if ends { ACK | FIN } else { ACK };
                self.send(flags, self.una, text, out);
            }
            _ => {}
        }
    }

    pub fn receive(&mut self, packet: &Packet, now: u64, out: &mut Vec<Packet>) {
        self.now = now;
        if packet.flags & RST != 0 {
            let fits = self.phase == Phase::SynSent || packet.at >= self.rcv_nxt;
            if self.phase != Phase::TimeWait && fits {
                self.close(Phase::Closed);
            }
            return;
        }
        match self.phase {
            Phase::Closed => self.refuse(packet, out),
            Phase::TimeWait if packet.end() == packet.at => {}
            Phase::TimeWait => self.send(ACK, self.nxt, 0, out),
            _ => self.take(packet, now, out),
        }
    }

    /// RFC 9293 section 3.10.7.1.
    fn refuse(&mut self, packet: &Packet, out: &mut Vec<Packet>) {
        let start = out.len();
        if packet.flags & ACK != 0 {
            self.send(RST, packet.ack, 0, out);
        } else {
            self.send(RST | ACK, 0, 0, out);
        }
        for reset in &mut out[start..] {
            reset.stamps = None;
            reset.window = 0;
            if packet.flags & ACK != 0 {
                (reset.ack, reset.ack_number) = (0, 0);
            } else {
                reset.seq_number = 0;
                reset.ack = packet.at + 1;
                reset.ack_number = packet.seq_number.wrapping_add(1);
            }
        }
    }

    fn take(&mut self, packet: &Packet, now: u64, out: &mut Vec<Packet>) {
        if let Some(offer) = packet.offer
            && self.rcv_nxt == 0
        {
            self.agree(packet, offer, now, out);
            return;
        }
        if packet.flags & SYN != 0 {
            // A copy of the peer's SYN: the own answer again, or an acknowledgment.
            if self.phase == Phase::SynReceived {
                self.send(SYN | ACK, 0, 0, out);
            } else {
                self.send(ACK, self.nxt, 0, out);
            }
            return;
        }
        if self.phase == Phase::SynReceived && packet.ack >= 1 {
            self.phase = Phase::Open;
        }
        if self.phase != Phase::Open {
            return;
        }
        if let Some((val, _)) = packet.stamps
            && packet.at <= self.last_ack_sent
            && val.wrapping_sub(self.recent) as i32 >= 0
        {
            self.recent = val;
        }
        self.take_ack(packet, now, out);
        self.take_text(packet, now, out);
        if self.fin_sent.is_some_and(|fin| self.una > fin) && self.peer_fin.is_some() {
            // Whoever sent its FIN before it had the peer's waits.
            let waits = self.closed_first;
            self.close(if waits {
                Phase::TimeWait
            } else {
                Phase::Closed
            });
        }
    }

    fn agree(&mut self, packet: &Packet, offer: Offer, now: u64, out: &mut Vec<Packet>) {
        self.rcv_nxt = 1;
        self.peer_iss = packet.seq_number;
        self.stamps &= packet.stamps.is_some();
        self.sack &= offer.sack;
        let scaled = self.offer.shift.is_some() && offer.shift.is_some();
        self.peer_shift = offer.shift.filter(|_| scaled).unwrap_or(0);
        self.offer.shift = self.offer.shift.filter(|_| scaled);
        self.offer.sack = self.sack;
        self.recent = packet.stamps.map_or(0, |(val, _)| val);
        self.edge = 1 + u64::from(packet.window);
        if packet.flags & ACK == 0 {
            self.phase = Phase::SynReceived;
            self.send(SYN | ACK, 0, 0, out);
            self.nxt = 1;
        } else {
            self.phase = Phase::Open;
            self.una = 1;
            self.repetitions = 0;
            self.timeout = SECOND;
            self.send(ACK, self.nxt, 0, out);
        }
        self.offer.mss = self.offer.mss.min(offer.mss);
        self.rearm(now);
    }

    const fn rearm(&mut self, now: u64) {
        self.retransmit_at = if self.una < self.nxt {
            now + self.timeout
        } else {
            NEVER
        };
    }

    fn take_ack(&mut self, packet: &Packet, now: u64, out: &mut Vec<Packet>) {
        self.edge = self
            .edge
            .max(packet.ack + (u64::from(packet.window) << self.peer_shift));
        if packet.ack > self.una {
            self.una = packet.ack;
            (self.duplicates, self.repetitions, self.timeout) = (0, 0, SECOND);
            self.window = (self.window + 1).min(self.ceiling);
            self.rearm(now);
            if self.una < self.recover {
                self.repeat(out);
            }
        } else if packet.ack == self.una && packet.end() == packet.at && self.una < self.nxt {
            self.duplicates += 1;
            if self.duplicates == 3 && self.una >= self.recover {
                self.recover = self.nxt;
                self.window = (self.window / 2).max(2);
                self.repeat(out);
            }
        }
    }

    fn take_text(&mut self, packet: &Packet, now: u64, out: &mut Vec<Packet>) {
        let (start, end) = (packet.at, packet.end());
        if start == end {
            return;
        }
        if packet.flags & FIN != 0 {
            self.peer_end = Some(end);
        }
        let mut at_once = !self.islands.is_empty() || packet.flags & FIN != 0;
        if end <= self.rcv_nxt {
            at_once = true;
        } else if start <= self.rcv_nxt {
            self.rcv_nxt = end;
            while let Some(at) = self
                .islands
                .iter()
                .position(|(left, _)| *left <= self.rcv_nxt)
            {
                self.rcv_nxt = self.rcv_nxt.max(self.islands.swap_remove(at).1);
            }
            self.unacknowledged += 1;
        } else {
            self.remember(start, end);
            at_once = true;
        }
        if self.peer_end.is_some_and(|end| end == self.rcv_nxt) {
            self.peer_fin = self.peer_end.map(|end| end - 1);
        }
        if at_once || self.unacknowledged >= 2 {
            self.send(ACK, self.nxt, 0, out);
        } else if self.acknowledge_at == NEVER {
            self.acknowledge_at = now + DELAYED;
        }
    }

    /// Keeps octets beyond a hole, the newest first (RFC 2018 section 4).
    fn remember(&mut self, mut start: u64, mut end: u64) {
        while let Some(at) = self
            .islands
            .iter()
            .position(|(l, r)| *l <= end && start <= *r)
        {
            let (left, right) = self.islands.remove(at);
            (start, end) = (start.min(left), end.max(right));
        }
        self.islands.insert(0, (start, end));
    }

    fn close(&mut self, phase: Phase) {
        self.phase = phase;
        (self.retransmit_at, self.acknowledge_at) = (NEVER, NEVER);
    }

    fn send(&mut self, flags: u8, at: u64, text: u64, out: &mut Vec<Packet>) {
        let acknowledges = flags & ACK != 0;
        let opens = flags & SYN != 0;
        let mut blocks = [(0, 0); 3];
        let bare = acknowledges && text == 0 && flags & (SYN | FIN | RST) == 0;
        let known = if bare && self.sack {
            self.islands.len().min(3)
        } else {
            0
        };
        let wire = |place: u64| self.peer_iss.wrapping_add(place as u32);
        for (block, (left, right)) in blocks.iter_mut().zip(&self.islands[..known]) {
            *block = (wire(*left), wire(*right));
        }
        let clock = self.clock.wrapping_add((self.now / MILLI) as u32);
        let ecr = if acknowledges { self.recent } else { 0 };
        out.push(Packet {
            connection: 0,
            from: 0,
            flags,
            at,
            ack: if acknowledges { self.rcv_nxt } else { 0 },
            seq_number: self.iss.wrapping_add(at as u32),
            ack_number: if acknowledges { wire(self.rcv_nxt) } else { 0 },
            window: RECEIVE_WINDOW,
            text: text as u16,
            stamps: self.stamps.then_some((clock, ecr)),
            offer: opens.then_some(self.offer),
            blocks,
            block_count: known,
            id: self.id,
            ttl: self.ttl,
        });
        self.id = self.id.wrapping_add(1);
        if acknowledges {
            self.last_ack_sent = self.rcv_nxt;
            self.acknowledge_at = NEVER;
            self.unacknowledged = 0;
        }
    }
}
