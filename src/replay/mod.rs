//! The reasoning: replays both endpoints of every incarnation of one 4-tuple and asks the rules (one step per segment).
//!
//! A verdict is a pure function of one connection's segments in order and of the capture's facts: [`Replay`] holds the
//! former, [`settle`] brings in the latter when the record has ended. Nothing here reads a file or a clock.

mod alibi;
mod beginning;
mod case;
mod clockwork;
mod cookie;
mod copies;
mod course;
mod duty;
mod ending;
mod exits;
mod flip;
mod flow_record;
mod habits;
mod health;
mod judge;
mod machine;
mod meter;
mod notes;
mod omissions;
mod openings;
mod ordinary;
mod pack;
mod profiles;
mod record;
mod renumbered;
mod ruling;
mod second_syn;
mod sender;
mod sending;
mod settle;
mod shapes;
mod steps;
mod story;
mod tags;
mod tap;
mod textbook;
mod time_wait;
mod told;
mod translation;
mod unreceived;

pub use health::Facts;
pub use profiles::{HostProfile, Profiles};
pub use settle::{Settings, Verdicts, settle};
pub use tap::Tap;
pub use textbook::Textbook;

use crate::flow::{Clock, Connection, FourTuple, Incarnation, Observation, Pair, Placed, Side};
use crate::rules::{Context, Variable};
use crate::tcp::{Checksum, Sent};
use crate::time::Timestamp;
use case::{Case, Heard, Stamp};
use clockwork::Clockwork;
use cookie::Opener;
use machine::Machine;
use omissions::Challenges;
use ordinary::is_between_hosts;
use renumbered::Numbering;
use second_syn::InsideSyn;
use sender::{Last, Sender};
use story::Story;
use time_wait::Watch;
use translation::{Meant, Translation};

/// The replay of one 4-tuple.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
pub struct Replay {
    connection: Connection,
    clock: Clock,
    notes: Vec<Notes>,
    #[serde(skip)]
    cases: Vec<Case>,
    suppressed: u64,
    ends: Pair<Sender>,
    last: Option<Last>,
    #[serde(skip)]
    steps: Option<steps::Timeline>,
    meters: Option<meter::Meters>,
    translation: Translation,
    /// Uses of the same ports that were settled before.
    earlier: u32,
    /// Whether ordinary segments go the whole way too.
    thorough: bool,
    /// Where the capture was taken, as the user says.
    tap: Tap,
    /// Whether the two addresses are those of two sockets of single hosts; not packed.
    #[serde(skip)]
    between_hosts: bool,
}

/// What is kept of an incarnation beside its record.
#[derive(Debug, serde::Deserialize, serde::Serialize)]
struct Notes {
    machine: Machine,
    story: Story,
    clockwork: Clockwork,
    challenges: Pair<Challenges>,
    watches: Pair<Watch>,
    #[serde(skip)]
    inside_syns: Vec<InsideSyn>,
    /// Segments that may have opened a connection without a SYN at this side.
    reborn: Pair<Vec<Opener>>,
    numbering: Numbering,
    /// A SYN with foreign marks: forged if nobody answers it.
    suspect: Option<(Side, u64, Option<Timestamp>)>,
}

impl Notes {
    fn of(incarnation: &Incarnation) -> Self {
        Self {
            machine: Machine::before(incarnation),
            story: Story::default(),
            clockwork: Clockwork::default(),
            challenges: Pair::default(),
            watches: Pair::default(),
            inside_syns: Vec::new(),
            reborn: Pair::default(),
            numbering: Numbering::default(),
            suspect: None,
        }
    }
}

impl Replay {
    /// A 4-tuple without traffic.
    pub fn new(tuple: FourTuple) -> Self {
        Self {
            connection: Connection::new(tuple),
            clock: Clock::default(),
            notes: Vec::new(),
            cases: Vec::new(),
            suppressed: 0,
            ends: Pair::default(),
            last: None,
            earlier: 0,
            steps: None,
            meters: None,
            translation: Translation::default(),
            thorough: false,
            tap: Tap::Auto,
            between_hosts: is_between_hosts(&tuple),
        }
    }

    /// A 4-tuple whose earlier uses, so many, are settled.
    pub fn after(earlier: u32, tuple: FourTuple) -> Self {
        Self {
            earlier,
            ..Self::new(tuple)
        }
    }

    /// Sends every segment the whole way, for a test that the short one changes nothing.
    pub const fn be_thorough(&mut self) {
        self.thorough = true;
    }

    /// Says where the capture was taken.
    pub const fn be_taken_at(&mut self, tap: Tap) {
        self.tap = tap;
    }

    /// The tuple.
    pub const fn tuple(&self) -> &FourTuple {
        &self.connection.tuple
    }

    /// Takes in the next segment of the record.
    pub fn observe(&mut self, seen: &Observation, facts: &mut Facts) {
        let (side, segment) = (seen.side, &seen.segment);
        if let (Some(time), Some(option)) = (seen.time, segment.options.timestamps) {
            self.clock.note(side, time, option.val);
        }
        let sender = self.ends.get_mut(side);
        sender.tally.note(seen);
        if segment.checksum == Checksum::Good {
            sender.good += 1;
            sender.doubtful |= sender.unverified;
        } else if segment.checksum == Checksum::Bad && sender.good > 0 {
            // Any bit of it may be the flipped one: no field of it is evidence against its sender.
            facts.corrupted += 1;
            self.note_corruption(seen);
            return;
        }
        if segment.short_header {
            // No receiver takes it, so it changes nothing; what was text in it, nobody can say.
            facts.undecoded += 1;
            self.accuse_header(seen);
            return;
        }
        self.ends.get_mut(side).unverified |= segment.checksum == Checksum::Bad;
        if !self.translation.is_idle() || !self.take_ordinary(seen) {
            self.take_the_whole_way(seen, facts);
        }
        self.last = Some(Last::of(seen));
        self.ends.get_mut(side).answers(seen);
        self.ends.get_mut(side.other()).owes |= !segment.rst();
    }

    fn take_the_whole_way(&mut self, seen: &Observation, facts: &mut Facts) {
        match self.meant(seen) {
            Meant::AsItIs => self.take_as_meant(seen, facts),
            Meant::These(all) => all.iter().for_each(|seen| self.take_as_meant(seen, facts)),
        }
    }

    fn take_as_meant(&mut self, seen: &Observation, facts: &mut Facts) {
        let placed = self.connection.place(seen.side, &seen.segment);
        for opened in self.connection.incarnations.iter().skip(self.notes.len()) {
            self.notes.push(Notes::of(opened));
        }
        self.renumber(placed.index());
        self.take(seen, placed, facts);
    }

    /// Follows a SYN that came after octets of its sender.
    fn renumber(&mut self, at: usize) {
        let shifted = self
            .connection
            .incarnations
            .get_mut(at)
            .and_then(|inc| inc.shifted.take());
        let (Some((side, by)), Some(notes)) = (shifted, self.notes.get_mut(at)) else {
            return;
        };
        notes.machine.lose_track();
        for case in self.cases.iter_mut().filter(|case| case.incarnation == at) {
            case.shift(side, by);
        }
    }

    fn take(&mut self, seen: &Observation, placed: Placed, facts: &mut Facts) {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        let Some(sent) = self
            .connection
            .incarnations
            .get(at)
            .map(|inc| inc.unwrap(side, segment))
        else {
            return;
        };
        if let Some(notes) = self.notes.get_mut(at)
            && self.connection.tuple.is_self_connection()
        {
            notes.story.self_connection();
        }
        self.let_time_pass(at, seen.time);
        let before = self.possible_states(at);
        self.take_in(seen, placed, &sent, facts);
        self.keep_step(seen, at, &sent, before);
    }

    fn take_in(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>, facts: &mut Facts) {
        let (at, side, segment) = (placed.index(), seen.side, &seen.segment);
        self.note_call(seen, placed);
        let forged = self.is_forged(at, side, segment);
        if forged
            && segment.is_bare_syn()
            && let Some(notes) = self.notes.get_mut(at)
        {
            notes.suspect = Some((side, seen.frame, seen.time));
        } else if forged {
            if let Some(notes) = self.notes.get_mut(at) {
                notes.story.forged(side, seen);
                notes.machine.offer(side, sent);
                // It is no evidence against the side that it names, but the other side may have received it.
                let watch = notes.watches.get_mut(side.other());
                watch.hear_peer(sent, seen.frame, seen.time);
            }
            return;
        }
        self.judge_exits(seen, placed);
        if let Placed::Opens(new) = placed {
            // To every older incarnation it is a SYN in a synchronised state, owed a challenge ACK.
            for older in self.notes.iter_mut().take(new) {
                older.story.provoke(side.other(), true);
            }
        }
        self.note_numbering(at, placed, side, sent);
        if !matches!(placed, Placed::Stray(_) | Placed::Inside(_)) {
            self.note_cookie(at, side, seen.frame, sent);
        }
        let breaches = if self.connection.tuple.is_self_connection() {
            Vec::new()
        } else {
            self.judge(seen, placed, sent)
        };
        let tainted: Vec<Variable> = breaches.iter().map(|(rule, _)| rule.variable).collect();
        if self
            .connection
            .incarnations
            .get(at)
            .is_some_and(|inc| inc.ends.get(side).is_seen() && segment.has_ack())
        {
            let unseen = self
                .emission(at, side, *sent, Context::default())
                .is_some_and(|e| {
                    e.echoes_unseen()
                        && !segment.rst()
                        && !segment.syn()
                        && !tainted.contains(&Variable::Timestamps)
                });
            facts.unseen_echoes += u64::from(unseen && !self.is_resumed(at));
        }
        for (rule, breach) in breaches {
            self.accuse(rule, breach, Stamp::of(seen, at), sent);
        }
        self.record(seen, placed, sent, &tainted);
        if !matches!(placed, Placed::Stray(_) | Placed::Inside(_)) {
            let lost = tainted.iter().any(|variable| !variable.is_one_field());
            self.step_machine(at, side, sent, lost);
        }
    }

    fn step_machine(&mut self, at: usize, side: Side, sent: &Sent<'_>, tainted: bool) {
        let (Some(notes), Some(incarnation)) =
            (self.notes.get_mut(at), self.connection.incarnations.get(at))
        else {
            return;
        };
        notes.machine.agree_on_scale(incarnation);
        if tainted {
            // Its numbers are contradicted: they bound nothing from here on.
            notes.machine.lose_track();
            return;
        }
        notes.machine.step(side, sent);
        let (own, peer) = incarnation.view(side);
        notes.machine.learn(side, own, peer);
    }

    /// Lets cases, TIME-WAIT clocks and stories hear the segment.
    fn tell(&mut self, seen: &Observation, placed: Placed, sent: &Sent<'_>, fresh: i64) {
        let (at, side) = (placed.index(), seen.side);
        if !matches!(placed, Placed::Stray(_) | Placed::Inside(_)) {
            self.meter(seen, at, sent, fresh > 0);
        }
        let Some(incarnation) = self.connection.incarnations.get(at) else {
            return;
        };
        let (own, peer) = incarnation.view(side);
        let shift = own.window_shift(peer).unwrap_or(14);
        let strange = self.ends.get(side).ttls.is_lonely(seen.segment.marks.ttl);
        let heard = Heard {
            sent: *sent,
            record: own,
            shift,
            fresh: fresh > 0,
            strange,
            time: seen.time,
        };
        for case in self.cases.iter_mut().filter(|case| case.incarnation == at) {
            if case.side != side {
                case.hear_peer(&heard);
            } else if case.accused.frame != seen.frame && !strange {
                case.hear_accused(sent, fresh > 0);
            }
        }
        let Some(notes) = self.notes.get_mut(at) else {
            return;
        };
        notes
            .watches
            .get_mut(side.other())
            .hear_peer(sent, seen.frame, seen.time);
        let reacked = notes.watches.get_mut(side).hear_own(sent, peer);
        let entered = notes.watches.get(side).entered(own, peer);
        let peer_time_wait = notes.watches.get(side.other()).entered(peer, own);
        notes.story.tell(
            seen,
            placed,
            sent,
            &story::Scene {
                own,
                peer,
                fresh,
                reacked,
                time_wait: entered,
                peer_time_wait,
            },
        );
        for inside in notes
            .inside_syns
            .iter_mut()
            .filter(|inside| inside.side == side && inside.case.accused.frame != seen.frame)
        {
            inside.hear(sent);
        }
        if !matches!(placed, Placed::Stray(_) | Placed::Inside(_)) {
            self.hear_duties(seen, at, sent, fresh > 0);
        }
        self.note_inside_syn(seen, placed, sent);
        self.excuse(at, side, seen.frame);
    }
}
