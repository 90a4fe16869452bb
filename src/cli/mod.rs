//! What people type: arguments to a plan, a plan to a report and an exit status. Errors end here, one line each.

mod accept;
mod args;
mod check;
mod config;
mod exit;
mod in_force;
mod inputs;
mod options;
mod output;
mod outputs;
mod pages;
mod plan;
mod progress;
mod rules;
mod select;
mod show;
mod source;
mod values;

pub use exit::Status;

use crate::filter::FilterError;
use anstream::ColorChoice;
use args::{Cli, Command};
use clap::error::ErrorKind;
use clap::{CommandFactory, Parser};
use output::{complain, point, print, width};
use plan::Plan;
use std::ffi::OsString;

/// Does what the arguments (the program's name first) ask for.
pub fn run(args: impl IntoIterator<Item = OsString>) -> Status {
    let done = match Cli::try_parse_from(args) {
        Ok(cli) => dispatch(cli),
        Err(error) => refuse(&error),
    };
    done.unwrap_or_else(|error| {
        complain(&format!("{error:#}"));
        Status::Failed
    })
}

fn dispatch(cli: Cli) -> anyhow::Result<Status> {
    match cli
        .command
        .unwrap_or_else(|| Command::Check(Box::new(cli.check)))
    {
        Command::Check(args) => check::run(Plan::check(*args, width())?),
        Command::Flows(args) => check::run(Plan::flows(*args, width())?),
        Command::Show(args) => {
            let flow = args.flow;
            show::run(&Plan::show(*args, width())?, flow)
        }
        Command::Explain(args) => rules::one(&args),
        Command::Rules(args) => rules::list(&args),
        Command::Config(args) => in_force::show(&args),
        Command::Completions(args) => pages::completions(&args),
        Command::Man(args) => pages::man(&args),
    }
}

/// Help and version go to standard output; a wrong command line becomes one line, advice included.
fn refuse(error: &clap::Error) -> anyhow::Result<Status> {
    if matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion
    ) {
        print(ColorChoice::Auto, |out| {
            write!(out, "{}", error.render().ansi())
        })?;
        return Ok(Status::Green);
    }
    let reason = std::error::Error::source(error);
    if let Some(reason) = reason.and_then(|reason| reason.downcast_ref::<FilterError>()) {
        complain(&format!(
            "invalid value for '--filter <EXPR>': {}",
            reason.reason
        ));
        point(&reason.text, reason.column);
        return Ok(Status::Failed);
    }
    let text = error.render().to_string();
    let words: Vec<_> = text
        .lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with("Usage:") && !line.starts_with("For more information"))
        .filter(|line| !line.is_empty())
        .collect();
    let line = words.join(" ").replace(" tip: ", "; ");
    complain(&format!(
        "{} (see --help)",
        line.strip_prefix("error: ").unwrap_or(&line)
    ));
    Ok(Status::Failed)
}

fn is_command(word: &str) -> bool {
    Cli::command().find_subcommand(word).is_some()
}
