//! `show`: one connection, segment by segment.

use super::args::ShowArgs;
use super::exit::Status;
use super::options::Format;
use super::output::print;
use crate::analysis::{Settings, timeline};
use crate::report::{self, TimelineDocument, TimelineRecords, TimelineTable};
use anyhow::{Context, bail};
use std::io::Read;
use std::path::Path;

pub(super) fn run(args: &ShowArgs, width: u16) -> anyhow::Result<Status> {
    let name = args.input.display().to_string();
    // The capture is read twice where the connection is named by its number, which standard input cannot be.
    let bytes = if args.input == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin().read_to_end(&mut bytes).context("-")?;
        bytes
    } else {
        std::fs::read(&args.input).with_context(|| name.clone())?
    };
    let report = timeline(&name, &bytes, &Settings::default(), args.flow)?;
    if report.steps.is_empty() {
        bail!(
            "{name}: no such connection ({} there; `tcplint flows` lists them)",
            report.flows.len()
        );
    }
    let format: Box<dyn report::Format> = match args.format.unwrap_or_default() {
        Format::Table => Box::new(TimelineTable {
            width,
            around: args.around,
        }),
        Format::Json => Box::new(TimelineDocument),
        Format::Ndjson => Box::new(TimelineRecords),
        _ => bail!("show has the formats table, json, ndjson"),
    };
    print(args.coloring.into(), |out| format.write(&report, out))?;
    Ok(Status::Green)
}
