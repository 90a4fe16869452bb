//! `check` and `flows`: analyse every input, print one report, judge it. An input that cannot be read does not stop the others.

use super::exit::Status;
use super::inputs::files;
use super::output::{complain, print};
use super::plan::Plan;
use crate::analysis::{analyze_files, analyze_joined};
use crate::error::Error;
use crate::finding::Report;
use std::path::PathBuf;

pub(super) fn run(plan: &Plan) -> anyhow::Result<Status> {
    let (report, unreadable) = analyze(plan);
    let (status, remarks) = plan.gate.judge(&report);
    if !report.captures.is_empty() {
        print(plan.color, |out| plan.format.write(&report, out))?;
    }
    remarks.iter().for_each(|remark| complain(remark));
    Ok(if unreadable { Status::Failed } else { status })
}

/// The report on all that could be read, and whether something could not.
fn analyze(plan: &Plan) -> (Report, bool) {
    if plan.join {
        return match joined(plan) {
            Ok(report) => (report, false),
            Err(error) => {
                complain(&error.to_string());
                (Report::default(), true)
            }
        };
    }
    let mut report = Report::default();
    let mut unreadable = false;
    for input in &plan.inputs {
        let (paths, error) = match files(input) {
            Ok(paths) => (paths, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let results = paths.into_iter().map(|path| one(path, plan));
        for result in results.chain(error.map(|error| Err(error.to_string()))) {
            match result {
                Ok(more) => report.append(more),
                Err(error) => {
                    complain(&error);
                    unreadable = true;
                }
            }
        }
    }
    (report, unreadable)
}

/// The report on one capture in pieces. A piece that cannot be read leaves a hole, so nothing is said then.
fn joined(plan: &Plan) -> Result<Report, Error> {
    let mut paths = Vec::new();
    for input in &plan.inputs {
        paths.extend(files(input)?);
    }
    analyze_joined(&paths, &plan.settings)
}

fn one(path: PathBuf, plan: &Plan) -> Result<Report, String> {
    let misplaced = path.to_str().is_some_and(super::is_command) && !path.exists();
    analyze_files(&[path], &plan.settings).map_err(|error| {
        if misplaced {
            format!("{error} (a command comes before the options)")
        } else {
            error.to_string()
        }
    })
}
