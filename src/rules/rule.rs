//! What a rule is: its place in the registry, its page, and the words that findings share.

use super::emission::{Breach, Emission};
use super::trigger::Trigger;
use super::variable::Variable;
use std::fmt;

/// Who is to blame. Only [`Blame::Endpoint`] can be an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Blame {
    /// One of the two TCP endpoints.
    Endpoint,
    /// The path: loss, retransmission, reordering, duplication.
    Network,
    /// The recording: missed segments, swaps, snap length, offload, mid-stream.
    Capture,
    /// Somebody who forged a segment in an endpoint's name.
    ThirdParty,
    /// It cannot be told.
    Unknown,
}

/// How strong the proof is (model: self-contradiction, absence, obligation).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Proof {
    /// A hint: some evidence of loss, or an obligation that the path may have hidden.
    Weak,
    /// Nothing on the record explains it, and nothing hints at loss in that direction.
    Strong,
    /// Segments on the record contradict each other; no missing segment could acquit.
    Certain,
}

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Network, capture, hazards, conventions.
    Note,
    /// Weak proof, or a SHOULD, or what no state produces though no rule forbids it.
    Warning,
    /// An endpoint broke a MUST, and the proof is certain or strong.
    Error,
}

/// How binding the clause is that a rule rests on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// A MUST, or an unnumbered wire rule.
    Must,
    /// A SHOULD.
    Should,
    /// No rule forbids it in words, but no state of the machine produces it.
    Anomaly,
    /// Not a requirement: a story, a hazard, a note.
    Note,
}

/// A place in an RFC, printed `RFC 9293 3.10.7.4`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cite {
    /// The RFC's number.
    pub rfc: u16,
    /// Section, as the RFC numbers it.
    pub section: &'static str,
}

impl Cite {
    /// A section of an RFC.
    pub const fn rfc(rfc: u16, section: &'static str) -> Self {
        Self { rfc, section }
    }
}

impl fmt::Display for Cite {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RFC {} {}", self.rfc, self.section)
    }
}

/// Since when a rule reports by default.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Reports by default since this version.
    Stable {
        /// The version that brought it.
        since: &'static str,
    },
}

/// Refuses a segment that no state of its sender may emit.
pub type Guard = fn(&Emission<'_>) -> Result<(), Breach>;

/// How a rule is asked.
#[derive(Clone, Copy, Debug)]
pub enum Check {
    /// Its guard judges every segment with one of these traits.
    Emission {
        /// The traits.
        when: Trigger,
        /// The guard.
        guard: Guard,
    },
    /// The replay judges it over several segments.
    Story,
    /// The tag of this name says it; listed as a note only on demand.
    Tag,
}

/// One entry of the registry. Everything that documents a rule is derived from it.
#[derive(Debug)]
pub struct Rule {
    /// `TCP` and three digits, the hundred naming the family; never reused.
    pub code: &'static str,
    /// Kebab-case, names the fault, reads well after "allow".
    pub name: &'static str,
    /// One line: what the guilty one does.
    pub summary: &'static str,
    /// Whom the rule can blame.
    pub blame: Blame,
    /// How binding its clause is.
    pub level: Level,
    /// Since when it reports.
    pub status: Status,
    /// What its faults contradict.
    pub variable: Variable,
    /// The clauses.
    pub cites: &'static [Cite],
    /// Requirement numbers of RFC 9293 Appendix B, or the project's own for unnumbered wire rules.
    pub requirements: &'static [&'static str],
    /// What other tools call the nearest thing.
    pub also_known_as: &'static [&'static str],
    /// Where the guard is asked.
    pub check: Check,
    /// The page, Markdown, whose traces run as tests.
    pub page: &'static str,
}

impl Rule {
    /// A fault of an endpoint against a MUST, to be filled in: `..Rule::FAULT`.
    pub const FAULT: Self = Self {
        code: "",
        name: "",
        summary: "",
        blame: Blame::Endpoint,
        level: Level::Must,
        status: Status::Stable { since: "0.1.0" },
        variable: Variable::Own,
        cites: &[],
        requirements: &[],
        also_known_as: &[],
        check: Check::Story,
        page: "",
    };

    /// A note that accuses no endpoint, to be filled in: `..Rule::NOTE`.
    pub const NOTE: Self = Self {
        blame: Blame::Network,
        level: Level::Note,
        ..Self::FAULT
    };

    /// The severity of a finding of this rule with this proof and blame.
    pub fn severity(&self, blame: Blame, proof: Proof) -> Severity {
        match (blame, self.level, proof) {
            (Blame::Endpoint, Level::Must, Proof::Certain | Proof::Strong) => Severity::Error,
            (Blame::Endpoint, Level::Must | Level::Should | Level::Anomaly, _) => Severity::Warning,
            _ => Severity::Note,
        }
    }

    /// The family, from the code's hundred.
    pub fn family(&self) -> &'static str {
        match self.code.as_bytes().get(3) {
            Some(b'1') => "handshake",
            Some(b'2') => "numbers",
            Some(b'3') => "window",
            Some(b'4') => "closing and TIME-WAIT",
            Some(b'5') => "reset",
            Some(b'6') => "options and flags",
            Some(b'7') => "timing",
            Some(b'8') => "network",
            _ => "capture",
        }
    }
}

impl PartialEq for Rule {
    fn eq(&self, other: &Self) -> bool {
        self.code == other.code
    }
}

impl Eq for Rule {}
