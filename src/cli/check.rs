//! `check` and `flows`: analyse every input, write the reports, judge. An input that cannot be read, or an output that cannot be
//! written, does not stop the others.

use super::exit::Status;
use super::inputs::files;
use super::output::{complain, print};
use super::outputs::step_summary;
use super::plan::Plan;
use super::source::Source;
use crate::analysis::{analyze_reader, look_closer};
use crate::error::Error;
use crate::finding::{Failure, Report};
use crate::report::Format;
use std::path::{Path, PathBuf};

pub(super) fn run(mut plan: Plan) -> anyhow::Result<Status> {
    let mut report = analyze(&plan);
    let said = plan.sift(&mut report)?;
    let (mut status, mut remarks) = plan.gate.judge(&report);
    remarks.splice(0..0, said);
    if !report.captures.is_empty() {
        print(plan.color, |out| {
            plan.format.write(&report, out)?;
            let statistics = plan.statistics.as_ref();
            statistics.map_or(Ok(()), |statistics| statistics.write(&report, out))
        })?;
    }
    remarks.iter().for_each(|remark| complain(remark));
    let outputs = plan.outputs.iter();
    let written = outputs.map(|(output, format)| output.write(&report, format.as_ref()));
    let summary = plan.step_summary.then(|| step_summary(&report));
    for error in written.chain(summary).filter_map(Result::err) {
        complain(&format!("{error:#}"));
        status = Status::Failed;
    }
    Ok(status)
}

/// The report on all that could be read.
fn analyze(plan: &Plan) -> Report {
    let mut report = Report::default();
    if plan.join {
        return joined(plan).unwrap_or_else(|error| {
            let first = plan.inputs.first().map_or(Path::new(""), PathBuf::as_path);
            fail(&mut report, first, &error);
            report
        });
    }
    for input in &plan.inputs {
        match files(input) {
            Ok(paths) => {
                for path in paths {
                    let mut source = Source::file(path, plan.progress);
                    if plan.verbose {
                        complain(&format!("reading {}", source.name));
                    }
                    match one(&mut source, plan) {
                        Ok(more) => report.append(more),
                        Err(error) => fail(&mut report, source.path(), &error),
                    }
                }
            }
            Err(error) => fail(&mut report, input, &error),
        }
    }
    report
}

/// The report on one capture in pieces. A piece that cannot be read leaves a hole, so nothing is said then.
fn joined(plan: &Plan) -> Result<Report, Error> {
    let mut paths = Vec::new();
    for input in &plan.inputs {
        paths.extend(files(input)?);
    }
    one(&mut Source::joined(paths, plan.progress), plan)
}

fn fail(report: &mut Report, path: &Path, error: &Error) {
    let name = path.display().to_string();
    let mut text = error.to_string();
    if path.to_str().is_some_and(super::is_command) && !path.exists() {
        text.push_str(" (a command comes before the options)");
    }
    complain(&text);
    let reason = text.strip_prefix(&format!("{name}: ")).unwrap_or(&text);
    report.failures.push(Failure {
        reason: reason.to_owned(),
        name,
    });
}

fn one(source: &mut Source, plan: &Plan) -> Result<Report, Error> {
    let settings = plan.settings(&source.name);
    let twice = plan.looks_closer();
    if twice {
        source.keep()?;
    }
    let mut report = analyze_reader(source.open()?, &source.name, &settings);
    if twice && !report.findings.is_empty() {
        look_closer(source.open()?, &settings, &mut report);
    }
    Ok(report)
}
