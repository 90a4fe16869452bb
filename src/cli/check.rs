//! `check` and `flows`: analyse every input, write the reports, judge. An input that cannot be read, or an output that cannot be
//! written, does not stop the others.

use super::exit::Status;
use super::inputs::files;
use super::output::{complain, print};
use super::outputs::step_summary;
use super::plan::Plan;
use super::progress::watched;
use crate::analysis::{analyze_reader, look_closer};
use crate::capture::{self, Reader};
use crate::error::Error;
use crate::finding::{Failure, Report};
use crate::report::Format;
use std::io::{Cursor, Read};
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
                    match one(&path, plan) {
                        Ok(more) => report.append(more),
                        Err(error) => fail(&mut report, &path, &error),
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
    let name = capture::joined_name(&paths);
    let settings = plan.settings(&name);
    let mut report = analyze_reader(capture::open_joined(&paths)?, &name, &settings);
    if plan.looks_closer() && !report.findings.is_empty() {
        look_closer(capture::open_joined(&paths)?, &settings, &mut report);
    }
    Ok(report)
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

fn one(path: &PathBuf, plan: &Plan) -> Result<Report, Error> {
    let name = path.display().to_string();
    let settings = plan.settings(&name);
    if plan.verbose {
        complain(&format!("reading {name}"));
    }
    if !plan.looks_closer() {
        return Ok(analyze_reader(open(path, plan)?, &name, &settings));
    }
    // What is read twice has to be kept, where it is a stream.
    let kept = (path == Path::new("-")).then(read_all).transpose()?;
    let read = || match &kept {
        Some(octets) => Reader::new(Cursor::new(octets.clone()), path),
        None => open(path, plan),
    };
    let mut report = analyze_reader(read()?, &name, &settings);
    if !report.findings.is_empty() {
        look_closer(read()?, &settings, &mut report);
    }
    Ok(report)
}

/// Opens a capture; a regular file shows how far reading is.
fn open(path: &Path, plan: &Plan) -> Result<Reader, Error> {
    let length = std::fs::metadata(path).ok().filter(|it| it.is_file());
    let Some(length) = length.map(|it| it.len()).filter(|_| plan.progress) else {
        return capture::open(path);
    };
    let failed = |source| Error::Io {
        path: path.to_owned(),
        source,
    };
    let file = std::fs::File::open(path).map_err(failed)?;
    Reader::new(watched(file, &path.display().to_string(), length), path)
}

fn read_all() -> Result<Vec<u8>, Error> {
    let mut octets = Vec::new();
    let read = std::io::stdin().lock().read_to_end(&mut octets);
    read.map_err(|source| Error::Io {
        path: "-".into(),
        source,
    })?;
    Ok(octets)
}
