//! Completions and manual pages, generated from the one definition of the command line.

use super::args::{Cli, CompletionsArgs, ManArgs};
use super::exit::Status;
use super::output::print;
use anstream::ColorChoice;
use anyhow::Context;
use clap::CommandFactory;
use std::fs;

pub(super) fn completions(args: &CompletionsArgs) -> anyhow::Result<Status> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "tcplint", &mut script);
    print(ColorChoice::Never, |out| out.write_all(&script))?;
    Ok(Status::Green)
}

pub(super) fn man(args: &ManArgs) -> anyhow::Result<Status> {
    let Some(directory) = &args.output else {
        let mut page = Vec::new();
        clap_mangen::Man::new(Cli::command()).render(&mut page)?;
        print(ColorChoice::Never, |out| out.write_all(&page))?;
        return Ok(Status::Green);
    };
    let name = || directory.display().to_string();
    fs::create_dir_all(directory).with_context(name)?;
    clap_mangen::generate_to(Cli::command(), directory).with_context(name)?;
    Ok(Status::Green)
}
