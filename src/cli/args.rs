//! The command line, as clap reads it. What the options mean together is in `plan`.

use super::plan;
use crate::analysis::{HostProfile, Tap, Watch};
use crate::time::Span;
use anstream::ColorChoice;
use clap::builder::{PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Tells who broke TCP: replays both endpoints of every captured connection through the RFC 9293 state machine
#[derive(Debug, Parser)]
#[command(
    name = "tcplint",
    version,
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true
)]
#[command(
    after_help = "Exit status: 0 nothing found at or above --fail-on, 1 findings, 2 the job could not be done."
)]
pub(super) struct Cli {
    /// The command; `check` where none is named
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    /// The options of `check`
    #[command(flatten)]
    pub(super) check: CheckArgs,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Report who broke TCP in these captures (the default command)
    Check(CheckArgs),
    /// List the connections, one row each
    Flows(FlowsArgs),
    /// Show a connection segment by segment, with the states that both endpoints may be in
    Show(ShowArgs),
    /// Explain a rule
    Explain(ExplainArgs),
    /// List all rules
    Rules(RulesArgs),
}

/// Options of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    #[command(flatten)]
    pub(super) gate: GateArgs,
    /// How to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    /// Print findings and verdict only
    #[arg(short, long)]
    pub(super) quiet: bool,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Options of `flows`.
#[derive(Debug, Args)]
pub(super) struct FlowsArgs {
    #[command(flatten)]
    pub(super) input: InputArgs,
    /// How to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Capture file, or - for standard input
    #[arg(value_name = "INPUT")]
    pub(super) input: PathBuf,
    /// The connection: its number in the report, or ADDRESS:PORT-ADDRESS:PORT in either order
    #[arg(value_name = "FLOW", value_parser = plan::watch)]
    pub(super) flow: Watch,
    /// Only the segments around this frame
    #[arg(long, value_name = "FRAME")]
    pub(super) around: Option<u64>,
    /// How to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// What is read, and what the user knows about it.
#[derive(Debug, Args)]
pub(super) struct InputArgs {
    /// Capture files, directories of them, patterns (* ? []), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    /// The implementation whose choices are taken as given: linux, or for one network 10.0.0.0/8=linux (repeatable; the
    /// narrowest counts)
    #[arg(long, value_name = "NAME", value_parser = plan::host_profile)]
    pub(super) profile: Vec<HostProfile>,
    /// Maximum segment lifetime, like 30s, 2m, 500ms
    #[arg(long, value_name = "DURATION", value_parser = plan::duration)]
    pub(super) msl: Option<Span>,
    /// Where the capture was taken
    #[arg(long, value_name = "WHERE", default_value = Tap::Auto.name(), value_parser = tap())]
    pub(super) tap: Tap,
    /// Threads; as many as there are processors, if not said
    #[arg(long, short, value_name = "N", value_parser = plan::jobs)]
    pub(super) jobs: Option<usize>,
    /// Memory for connections, like 64M or 2G; what was silent for longest is judged early, and the report says so
    #[arg(long, value_name = "SIZE", value_parser = plan::size)]
    pub(super) max_memory: Option<usize>,
    /// Take the files for one capture that was recorded in pieces; their first records tell the order
    #[arg(long)]
    pub(super) join: bool,
    /// List as notes what is otherwise told in one word for each connection: retransmissions, keep-alives, probes
    #[arg(long)]
    pub(super) notes: bool,
    /// Refuse (exit status 2) a capture that is cut short
    #[arg(long)]
    pub(super) strict_input: bool,
}

/// What makes the exit status red.
#[derive(Debug, Args)]
pub(super) struct GateArgs {
    /// The least severity that makes the exit status 1
    #[arg(long, value_enum, default_value_t, value_name = "SEVERITY")]
    pub(super) fail_on: FailOn,
    /// Exit with 0 whatever is found; 2 stays 2
    #[arg(long)]
    pub(super) exit_zero: bool,
    /// Exit with 2 where a capture holds fewer connections
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) min_flows: u64,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Code or name of a rule
    #[arg(value_name = "CODE|NAME")]
    pub(super) rule: String,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: RulesFormat,
    #[command(flatten)]
    pub(super) color: ColorArgs,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Args)]
pub(super) struct ColorArgs {
    /// When to use colour; NO_COLOR is honoured
    #[arg(long = "color", value_enum, default_value_t, value_name = "WHEN")]
    when: Color,
}

impl From<ColorArgs> for ColorChoice {
    fn from(args: ColorArgs) -> Self {
        match args.when {
            Color::Auto => Self::Auto,
            Color::Always => Self::Always,
            Color::Never => Self::Never,
        }
    }
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Formats of reports.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum Format {
    #[default]
    Table,
    Ndjson,
}

/// Formats of the list of rules.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum RulesFormat {
    #[default]
    Table,
    Json,
    Markdown,
}

/// Thresholds.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum FailOn {
    #[default]
    Error,
    Warning,
    Note,
    Never,
}

fn tap() -> impl TypedValueParser<Value = Tap> {
    PossibleValuesParser::new(Tap::ALL.map(Tap::name))
        .try_map(|name| Tap::from_name(&name).ok_or("no such tap"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn check_is_the_default_command() {
        let short = Cli::parse_from(["tcplint", "--min-flows", "1", "a.pcap"]);
        assert!(short.command.is_none());
        assert_eq!(short.check.input.inputs, [PathBuf::from("a.pcap")]);
        let long = Cli::parse_from(["tcplint", "check", "a.pcap"]);
        assert!(matches!(long.command, Some(Command::Check(_))));
        assert!(Cli::try_parse_from(["tcplint"]).is_err());
    }
}
