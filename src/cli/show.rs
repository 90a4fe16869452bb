//! `show`: one connection, segment by segment.

use super::exit::Status;
use super::inputs::files;
use super::output::{complain, print};
use super::plan::Plan;
use super::source::Source;
use crate::analysis::{Watch, timeline};
use anyhow::{anyhow, bail};
use std::path::PathBuf;

pub(super) fn run(plan: &Plan, watch: Watch) -> anyhow::Result<Status> {
    let mut source = source(plan)?;
    let settings = plan.settings(&source.name);
    if matches!(watch, Watch::Number(_)) {
        source.keep()?;
    }
    let report = timeline(|| source.open(), &source.name, &settings, watch)
        // It names its cause itself.
        .map_err(|error| anyhow!("{error}"))?;
    if report.steps.is_empty() {
        bail!(
            "{}: no such connection ({} there; `tcplint flows` lists them)",
            source.name,
            report.flows.len()
        );
    }
    print(plan.color, |out| plan.format.write(&report, out))?;
    let (status, remarks) = plan.gate.judge(&report);
    remarks.iter().for_each(|remark| complain(remark));
    Ok(status)
}

/// A connection is in one capture: one file, or several that are one.
fn source(plan: &Plan) -> anyhow::Result<Source> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for input in &plan.inputs {
        paths.extend(files(input)?);
    }
    let several = paths.len();
    match (paths.pop(), plan.join) {
        (Some(path), false) if paths.is_empty() => Ok(Source::file(path, plan.progress)),
        (Some(path), true) => {
            paths.push(path);
            Ok(Source::joined(paths, plan.progress))
        }
        _ => bail!(
            "show looks at one capture, and there are {several} files; --join takes them for one"
        ),
    }
}
