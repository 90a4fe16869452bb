//! The ways out of TIME-WAIT, judged in the segment that leaves it (RFC 9293 section 3.6.1, RFC 6191).

use super::Replay;
use super::case::{Case, Stamp};
use super::time_wait::{self, Exit, Watch};
use crate::flow::{Endpoint, Observation, Placed, Side};
use crate::rules::{Breach, Context, Emission, Need, closing};
use crate::tcp::{Foreign, Local, Reading, Segment, Seq};

impl Replay {
    /// The ways out of TIME-WAIT show in the segment that leaves it, before that segment changes the record.
    pub(super) fn judge_exits(&mut self, seen: &Observation, placed: Placed) {
        let (side, segment) = (seen.side, &seen.segment);
        let exit = if segment.rst() {
            self.exit_by_reset(placed.index(), side, segment)
        } else if let Placed::Opens(new) = placed {
            self.exit_by_own_syn(new, side, segment)
        } else if let Placed::Answers(new) | Placed::Forks(new) = placed {
            self.exit_by_answer(new, side, segment)
        } else {
            None
        };
        if let Some((old, exit)) = exit {
            self.accuse_exit(seen, old, exit);
        }
        // Whoever opens or answers a newer incarnation has left the older ones; whoever is offered one may have.
        if segment.syn() {
            for older in self.notes.iter_mut().take(placed.index()) {
                Side::BOTH
                    .iter()
                    .for_each(|&side| older.watches.get_mut(side).renewed = true);
            }
        }
    }

    fn waiting(&self, at: usize, side: Side) -> Option<(&Endpoint, &Endpoint, &Watch)> {
        let (own, peer) = self.connection.incarnations.get(at)?.view(side);
        let watch = self.notes.get(at)?.watches.get(side);
        (watch.entered(own, peer) && !watch.left && watch.assassin().is_none())
            .then_some((own, peer, watch))
    }

    fn exit_by_reset(&self, at: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let incarnation = self.connection.incarnations.get(at)?;
        if !incarnation.ends.get(side).is_seen() {
            // It answers a SYN of the next incarnation: its own TIME-WAIT is one before.
            let old = at.checked_sub(1)?;
            // After an own SYN the RST is that of the new attempt.
            let mut newer = self.connection.incarnations.iter().skip(old + 1);
            let anew = newer.any(|incarnation| incarnation.opener == Some(side));
            return self
                .waiting(old, side)
                .filter(|_| !anew)
                .map(|_| (old, Exit::RefusedSyn));
        }
        let (own, ..) = self
            .waiting(at, side)
            .filter(|(.., watch)| !watch.renewed)?;
        let sent = incarnation.unwrap(side, segment);
        // An ABORT (section 3.10.5) sends one of its own accord: it has the ACK bit, or answers nothing on the record.
        let answers = !segment.has_ack() && self.ends.get(side).owes;
        let exit = if answers { Exit::Reset } else { Exit::Abort };
        (sent.seq == own.snd_max).then_some((at, exit))
    }

    fn exit_by_own_syn(&self, new: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let old = new.checked_sub(1)?;
        let (own, ..) = self.waiting(old, side)?;
        (!time_wait::own_syn_excused(own, segment)).then_some((old, Exit::OwnSyn))
    }

    fn exit_by_answer(&self, new: usize, side: Side, segment: &Segment) -> Option<(usize, Exit)> {
        let old = new.checked_sub(1)?;
        let (own, peer, _) = self.waiting(old, side)?;
        let syn = self
            .connection
            .incarnations
            .get(new)?
            .ends
            .get(side.other())
            .syn
            .as_ref()?;
        let number = self
            .connection
            .incarnations
            .get(new)?
            .ends
            .get(side.other())
            .anchor?
            .iss();
        let seq: Seq<Foreign> = peer.anchor?.unwrap(number, peer.snd_max.across());
        let opening = Segment {
            options: syn.options.clone(),
            ..Segment::default()
        };
        if !time_wait::syn_permitted(peer, seq, &opening) {
            return Some((old, Exit::AcceptedOldSyn));
        }
        let isn: Seq<Local> = own.anchor?.unwrap(segment.seq, own.snd_max);
        let cut = syn.options.reading == Reading::Cut;
        let stamped = cut || syn.options.timestamps.is_some() && own.clock.newest().is_some();
        (!stamped && !time_wait::isn_passes(own, isn)).then_some((old, Exit::LowIsn))
    }

    fn accuse_exit(&mut self, seen: &Observation, old: usize, exit: Exit) {
        let Some((own, peer, watch)) = self.waiting(old, seen.side) else {
            return;
        };
        let Some((dwell, frame)) = watch.dwell(seen.time) else {
            return;
        };
        let breach = Breach {
            message: format!("leaves TIME-WAIT after at most {dwell}: {}", exit.deed()),
            expected: "2 MSL".into(),
            seen: dwell.to_string(),
            need: Need::PeerReset,
            proof: exit.proof(),
            witnesses: [
                own.fin.map(|fin| fin.frame),
                peer.fin.map(|fin| fin.frame),
                Some(frame),
            ]
            .into_iter()
            .flatten()
            .collect(),
        };
        let Some(sent) = self
            .connection
            .incarnations
            .get(old)
            .map(|inc| inc.unwrap(seen.side, &seen.segment))
        else {
            return;
        };
        let emission = Emission {
            sent,
            own,
            peer,
            context: Context::default(),
        };
        let mut case = Case::open(
            &closing::early_time_wait_exit::RULE,
            Stamp::of(seen, old),
            &emission,
            breach,
        );
        case.dwell = Some(dwell);
        self.cases.push(case);
        if let Some(notes) = self.notes.get_mut(old) {
            notes.watches.get_mut(seen.side).left = true;
        }
    }
}
