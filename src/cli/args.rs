//! The command line, as clap reads it: the commands and what each takes. The options of `check` are in `options`; what they mean
//! together is in `plan`.

use super::options::{Coloring, Configuring, Format, Judging, Options, Working};
use super::values;
use crate::analysis::Watch;
use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;
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
    Check(Box<CheckArgs>),
    /// List the connections, one row each
    Flows(Box<FlowsArgs>),
    /// Show a connection segment by segment, with the states that both endpoints may be in
    Show(Box<ShowArgs>),
    /// Explain a rule
    Explain(ExplainArgs),
    /// List all rules
    Rules(RulesArgs),
    /// Print which options are in force here, and from where
    Config(Box<ConfigArgs>),
    /// Print the completions of a shell
    Completions(CompletionsArgs),
    /// Print the manual page, or write all of them into a directory
    Man(ManArgs),
}

/// Options of `check`.
#[derive(Debug, Args)]
pub(super) struct CheckArgs {
    /// Capture files, directories of them, patterns (* ? []), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) options: Options,
    #[command(flatten)]
    pub(super) configuring: Configuring,
}

/// Options of `flows`.
#[derive(Debug, Args)]
pub(super) struct FlowsArgs {
    /// Capture files, directories of them, patterns (* ? []), or - for standard input
    #[arg(required = true, value_name = "INPUT")]
    pub(super) inputs: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) judging: Judging,
    #[command(flatten)]
    pub(super) working: Working,
    /// How to print: table, json, ndjson, csv or markdown (default: table)
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output",
        hide_possible_values = true
    )]
    pub(super) format: Option<Format>,
    #[command(flatten)]
    pub(super) coloring: Coloring,
    #[command(flatten)]
    pub(super) configuring: Configuring,
}

/// Options of `show`.
#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Capture file, or - for standard input; with --join a directory or a pattern
    #[arg(value_name = "INPUT")]
    pub(super) input: PathBuf,
    /// The connection: its number in the report, or ADDRESS:PORT-ADDRESS:PORT in either order
    #[arg(value_name = "FLOW", value_parser = values::watch)]
    pub(super) flow: Watch,
    /// Only the segments around this frame
    #[arg(long, value_name = "FRAME")]
    pub(super) around: Option<u64>,
    #[command(flatten)]
    pub(super) judging: Judging,
    #[command(flatten)]
    pub(super) working: Working,
    /// How to print: table, json or ndjson (default: table)
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        help_heading = "Output",
        hide_possible_values = true
    )]
    pub(super) format: Option<Format>,
    #[command(flatten)]
    pub(super) coloring: Coloring,
    #[command(flatten)]
    pub(super) configuring: Configuring,
}

/// Options of `explain`.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Code or name of a rule
    #[arg(value_name = "CODE|NAME")]
    pub(super) rule: String,
    #[command(flatten)]
    pub(super) coloring: Coloring,
}

/// Options of `rules`.
#[derive(Debug, Args)]
pub(super) struct RulesArgs {
    /// How to print
    #[arg(long, value_enum, default_value_t, value_name = "FORMAT")]
    pub(super) format: RulesFormat,
    #[command(flatten)]
    pub(super) coloring: Coloring,
}

/// Options of `config`: those of `check`, to see what they would come to.
#[derive(Debug, Args)]
pub(super) struct ConfigArgs {
    #[command(flatten)]
    pub(super) options: Options,
    #[command(flatten)]
    pub(super) configuring: Configuring,
}

/// Options of `completions`.
#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// The shell
    pub(super) shell: Shell,
}

/// Options of `man`.
#[derive(Debug, Args)]
pub(super) struct ManArgs {
    /// Write the pages of all commands into this directory
    #[arg(long, value_name = "DIRECTORY")]
    pub(super) output: Option<PathBuf>,
}

/// Formats of the list of rules.
#[derive(Clone, Copy, Debug, Default, ValueEnum)]
pub(super) enum RulesFormat {
    #[default]
    Table,
    Json,
    Markdown,
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
        assert_eq!(short.check.inputs, [PathBuf::from("a.pcap")]);
        let long = Cli::parse_from(["tcplint", "check", "a.pcap"]);
        assert!(matches!(long.command, Some(Command::Check(_))));
        assert!(Cli::try_parse_from(["tcplint"]).is_err());
    }
}
