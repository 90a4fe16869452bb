//! The options of `check`, as the command line and the configuration file name them. All are optional, so that each can
//! come from either; what holds where neither says anything is in `plan`.

use super::outputs::{self, Output};
use super::select::{self, Selector};
use super::values;
use crate::analysis::{HostProfile, Tap};
use crate::filter::Filter;
use crate::rules::{Blame, Proof, Severity};
use crate::time::Span;
use anstream::ColorChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// What is read, and what the user knows about it.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Judging")]
pub(super) struct Judging {
    /// The implementation whose choices are taken as given: linux, or for one network 10.0.0.0/8=linux (repeatable; the
    /// narrowest counts)
    #[arg(long, value_name = "NAME", value_parser = values::host_profile)]
    pub(super) profile: Vec<HostProfile>,
    /// Maximum segment lifetime, like 30s, 2m, 500ms
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub(super) msl: Option<Span>,
    /// Where the capture was taken (default: auto)
    #[arg(long, value_name = "WHERE", value_parser = tap())]
    pub(super) tap: Option<Tap>,
    /// Look only at the segments that this selects, in tcpdump's spelling: host net port portrange src dst ip ip6 vlan tcp and or not ( )
    #[arg(long, value_name = "EXPR")]
    pub(super) filter: Option<Filter>,
    /// Take the files for one capture that was recorded in pieces; their first records tell the order
    #[arg(long)]
    pub(super) join: bool,
    /// List as notes what is otherwise told in one word for each connection: retransmissions, keep-alives, probes
    #[arg(long)]
    pub(super) notes: bool,
    /// Refuse (exit status 2) a capture that is cut short or damaged
    #[arg(long)]
    pub(super) strict_input: bool,
}

/// How the work is done; nothing here changes what is said of a connection that memory suffices for.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Work")]
pub(super) struct Working {
    /// Threads (default: as many as there are processors)
    #[arg(long, short, value_name = "N", value_parser = values::jobs)]
    pub(super) jobs: Option<usize>,
    /// Memory for connections, like 64M or 2G; what was silent for longest is judged early, and the report says so (default: 64M)
    #[arg(long, value_name = "SIZE", value_parser = values::size)]
    pub(super) max_memory: Option<usize>,
}

impl Working {
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            jobs: self.jobs.or(below.jobs),
            max_memory: self.max_memory.or(below.max_memory),
        }
    }
}

/// Which findings are reported.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Selecting findings")]
pub(super) struct Selecting {
    /// Only rules with these codes, prefixes of codes, or names (default: ALL)
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = select::selector)]
    pub(super) select: Vec<Selector>,
    /// Not these rules; of --select and --ignore the more specific wins
    #[arg(long, value_name = "RULES", value_delimiter = ',', value_parser = select::selector)]
    pub(super) ignore: Vec<Selector>,
    /// Only findings that blame one of these
    #[arg(long, value_name = "WHOM", value_delimiter = ',', value_parser = blame())]
    pub(super) blame: Vec<Blame>,
    /// Only findings with at least this proof
    #[arg(long, value_name = "PROOF", value_parser = proof())]
    pub(super) proof: Option<Proof>,
}

/// What makes the exit status red.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Exit status")]
pub(super) struct Gating {
    /// The least severity that makes the exit status 1 (default: error)
    #[arg(long, value_enum, value_name = "SEVERITY")]
    pub(super) fail_on: Option<FailOn>,
    /// Exit with 0 whatever is found; 2 stays 2
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Exit with 2 where a capture holds fewer connections (default: 0)
    #[arg(long, value_name = "N")]
    pub(super) min_flows: Option<u64>,
}

/// What is known and accepted.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Adopting")]
pub(super) struct Adopting {
    /// Findings of this file are accepted; they match by rule, role, port and kind of event, with counts
    #[arg(long, value_name = "FILE")]
    pub(super) baseline: Option<PathBuf>,
    /// Accept what is found now: write the baseline (default: tcplint-baseline.json)
    #[arg(long)]
    pub(super) write_baseline: bool,
    /// Take out of the baseline what is not found any more
    #[arg(long, conflicts_with = "write_baseline")]
    pub(super) prune_baseline: bool,
    /// The day, like 2026-12-31, that suppressions have to outlast; else only the day of the capture counts
    #[arg(long, value_name = "DATE", value_parser = values::date)]
    pub(super) today: Option<jiff::civil::Date>,
}

/// How reports are written.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Writing {
    /// How to print (default: table)
    #[arg(long, value_enum, value_name = "FORMAT")]
    pub(super) format: Option<Format>,
    /// Write the report to a file as well; may be repeated
    #[arg(long, value_name = "FORMAT=PATH", value_parser = outputs::output)]
    pub(super) output: Vec<Output>,
    /// Count findings per rule, and measure every connection: round trips, segments sent again, octets seen late
    #[arg(long)]
    pub(super) statistics: bool,
    /// Whether to show on stderr how far reading is, if that is a terminal (default: auto)
    #[arg(long, value_enum, value_name = "WHEN")]
    pub(super) progress: Option<Progress>,
    /// Print findings and verdict only
    #[arg(short, long)]
    pub(super) quiet: bool,
    /// Say on stderr what is read, and what is not reported
    #[arg(short, long)]
    pub(super) verbose: bool,
}

/// Where more options come from.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Configuration")]
pub(super) struct Configuring {
    /// Read this file instead of the tcplint.toml found upward from here
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Read no tcplint.toml
    #[arg(long, conflicts_with = "config")]
    pub(super) isolated: bool,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, Args)]
#[command(next_help_heading = "Output")]
pub(super) struct Coloring {
    /// When to use colour; NO_COLOR and CLICOLOR_FORCE are honoured (default: auto)
    #[arg(long = "color", value_enum, value_name = "WHEN")]
    pub(super) when: Option<Color>,
}

impl From<Coloring> for ColorChoice {
    fn from(args: Coloring) -> Self {
        match args.when {
            None | Some(Color::Auto) => Self::Auto,
            Some(Color::Always) => Self::Always,
            Some(Color::Never) => Self::Never,
        }
    }
}

/// All options that a configuration may hold.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct Options {
    #[command(flatten)]
    pub(super) judging: Judging,
    #[command(flatten)]
    pub(super) selecting: Selecting,
    #[command(flatten)]
    pub(super) gating: Gating,
    #[command(flatten)]
    pub(super) adopting: Adopting,
    #[command(flatten)]
    pub(super) writing: Writing,
    #[command(flatten)]
    pub(super) working: Working,
    #[command(flatten)]
    pub(super) coloring: Coloring,
}

impl Options {
    /// These, and where they say nothing, those of `below`.
    pub(super) fn over(self, below: Self) -> Self {
        fn list<T>(above: Vec<T>, below: Vec<T>) -> Vec<T> {
            if above.is_empty() { below } else { above }
        }
        Self {
            judging: self.judging.over(below.judging),
            selecting: Selecting {
                select: list(self.selecting.select, below.selecting.select),
                ignore: list(self.selecting.ignore, below.selecting.ignore),
                blame: list(self.selecting.blame, below.selecting.blame),
                proof: self.selecting.proof.or(below.selecting.proof),
            },
            gating: Gating {
                fail_on: self.gating.fail_on.or(below.gating.fail_on),
                exit_zero: self.gating.exit_zero || below.gating.exit_zero,
                min_flows: self.gating.min_flows.or(below.gating.min_flows),
            },
            adopting: Adopting {
                baseline: self.adopting.baseline.or(below.adopting.baseline),
                ..self.adopting
            },
            writing: Writing {
                format: self.writing.format.or(below.writing.format),
                output: list(self.writing.output, below.writing.output),
                statistics: self.writing.statistics || below.writing.statistics,
                progress: self.writing.progress.or(below.writing.progress),
                quiet: self.writing.quiet || below.writing.quiet,
                verbose: self.writing.verbose || below.writing.verbose,
            },
            working: self.working.over(below.working),
            coloring: Coloring {
                when: self.coloring.when.or(below.coloring.when),
            },
        }
    }
}

impl Judging {
    pub(super) fn over(self, below: Self) -> Self {
        Self {
            // All of them count: of equals the last.
            profile: [below.profile, self.profile].concat(),
            msl: self.msl.or(below.msl),
            tap: self.tap.or(below.tap),
            filter: self.filter.or(below.filter),
            join: self.join || below.join,
            notes: self.notes || below.notes,
            strict_input: self.strict_input || below.strict_input,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Whether there is a bar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Progress {
    #[default]
    Auto,
    Never,
}

/// Formats of reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// A table that fits the terminal
    #[default]
    Table,
    /// The table with evidence and a short ladder
    Full,
    /// One JSON document
    Json,
    /// One JSON record a line
    Ndjson,
    /// One row per finding
    Csv,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Annotations of GitHub Actions, and the summary of the step
    Github,
    /// GitLab code quality
    Gitlab,
    /// For issues and merge requests
    Markdown,
}

/// Thresholds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(super) enum FailOn {
    #[default]
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// The least severity that is red.
    pub(super) const fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Never => None,
        }
    }
}

fn tap() -> impl TypedValueParser<Value = Tap> {
    PossibleValuesParser::new(Tap::ALL.map(Tap::name))
        .try_map(|name| Tap::from_name(&name).ok_or("no such tap"))
}

fn blame() -> impl TypedValueParser<Value = Blame> {
    PossibleValuesParser::new(select::BLAMES.map(|(name, _)| name))
        .try_map(|name| select::find(&select::BLAMES, &name).ok_or("nobody to blame"))
}

fn proof() -> impl TypedValueParser<Value = Proof> {
    PossibleValuesParser::new(select::PROOFS.map(|(name, _)| name))
        .try_map(|name| select::find(&select::PROOFS, &name).ok_or("no such proof"))
}
