//! Where a report goes: standard output in one format, files in others. A file appears whole or not at all.

use super::options::Format;
use crate::finding::Report;
use crate::report::{self, escape};
use crate::report::{Annotations, CodeQuality, FindingCsv, FindingDocument, FindingMarkdown};
use crate::report::{FindingRecords, FindingTable, Junit, Sarif};
use crate::report::{FlowCsv, FlowDocument, FlowMarkdown, FlowRecords, FlowTable};
use crate::report::{TimelineDocument, TimelineRecords, TimelineTable};
use crate::rules::Severity;
use anyhow::Context;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// What decides how a format draws.
#[derive(Clone, Copy, Debug)]
pub(super) struct Style {
    /// Columns of the terminal.
    pub(super) width: u16,
    /// Findings and verdict only.
    pub(super) quiet: bool,
    /// What fails a case.
    pub(super) threshold: Option<Severity>,
}

/// `FORMAT=PATH`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Output {
    pub(super) format: Format,
    pub(super) path: PathBuf,
}

/// The writer of findings.
pub(super) fn findings(format: Format, style: Style) -> Box<dyn report::Format> {
    let table = |full| FindingTable {
        width: style.width,
        quiet: style.quiet,
        full,
    };
    match format {
        Format::Table => Box::new(table(false)),
        Format::Full => Box::new(table(true)),
        Format::Json => Box::new(FindingDocument),
        Format::Ndjson => Box::new(FindingRecords),
        Format::Csv => Box::new(FindingCsv),
        Format::Sarif => Box::new(Sarif),
        Format::Junit => Box::new(Junit {
            threshold: style.threshold,
        }),
        Format::Github => Box::new(Annotations),
        Format::Gitlab => Box::new(CodeQuality),
        Format::Markdown => Box::new(FindingMarkdown),
    }
}

/// The writer of connections; not every format has rows for them.
pub(super) fn flows(format: Format, width: u16) -> Option<Box<dyn report::Format>> {
    Some(match format {
        Format::Table => Box::new(FlowTable { width }),
        Format::Json => Box::new(FlowDocument),
        Format::Ndjson => Box::new(FlowRecords),
        Format::Csv => Box::new(FlowCsv),
        Format::Markdown => Box::new(FlowMarkdown),
        _ => return None,
    })
}

/// The writer of one connection's steps, all or those around a frame.
pub(super) fn timeline(
    format: Format,
    width: u16,
    around: Option<u64>,
) -> Option<Box<dyn report::Format>> {
    Some(match format {
        Format::Table => Box::new(TimelineTable { width, around }),
        Format::Json => Box::new(TimelineDocument),
        Format::Ndjson => Box::new(TimelineRecords),
        _ => return None,
    })
}

impl std::fmt::Display for Output {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let format = <Format as clap::ValueEnum>::to_possible_value(&self.format);
        let format = format.as_ref().map_or("", |value| value.get_name());
        write!(f, "{format}={}", self.path.display())
    }
}

impl Output {
    /// Writes the report: into a file beside the path first, so that whoever reads the path never sees half of one.
    pub(super) fn write(&self, report: &Report, format: &dyn report::Format) -> anyhow::Result<()> {
        let path = &self.path;
        let name = || escape(&path.display().to_string()).into_owned();
        if is_special(path) {
            let file = fs::OpenOptions::new().write(true).open(path);
            let written = file.and_then(|file| plain(report, format, file));
            return written.with_context(name);
        }
        let mut beside = path.clone().into_os_string();
        beside.push(".part");
        let beside = PathBuf::from(beside);
        let written = fs::File::create(&beside)
            .and_then(|file| plain(report, format, file))
            .and_then(|()| fs::rename(&beside, path));
        if written.is_err() {
            let _not_there_either = fs::remove_file(&beside);
        }
        written.with_context(name)
    }
}

/// A pipe or a device, which cannot be replaced by a file.
fn is_special(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|there| !there.is_file() && !there.is_dir())
}

fn plain(report: &Report, format: &dyn report::Format, file: fs::File) -> io::Result<()> {
    let file: Box<dyn Write> = Box::new(BufWriter::new(file));
    let mut out = anstream::StripStream::new(file);
    format.write(report, &mut out)?;
    out.flush()
}

/// The summary of a step in GitHub Actions, which offers a file for it.
pub(super) fn step_summary(report: &Report) -> anyhow::Result<()> {
    let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let file = fs::OpenOptions::new().create(true).append(true).open(path);
    file.and_then(|file| plain(report, &FindingMarkdown, file))
        .context("the file that GITHUB_STEP_SUMMARY names")
}

/// `sarif=out.sarif`
pub(super) fn output(text: &str) -> Result<Output, String> {
    let (format, path) = text
        .split_once('=')
        .filter(|(_, path)| !path.is_empty())
        .ok_or("write FORMAT=PATH, like sarif=tcplint.sarif")?;
    let format = <Format as clap::ValueEnum>::from_str(format, false)
        .map_err(|_| format!("no format '{format}'"))?;
    Ok(Output {
        format,
        path: path.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_output_is_a_format_and_a_path() {
        let sarif = output("sarif=a=b.sarif").unwrap();
        assert_eq!(
            (sarif.format, sarif.path),
            (Format::Sarif, "a=b.sarif".into())
        );
        for wrong in ["sarif", "sarif=", "=x", "pdf=x"] {
            assert!(output(wrong).is_err(), "{wrong}");
        }
    }
}
