//! The ways in: files, octets in memory, a reader; and one connection step by step.

use super::{Look, Settings, run};
use crate::capture::{self, Reader};
use crate::error::Error;
use crate::finding::Report;
use crate::flow::FourTuple;
use std::io::{Cursor, Read};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Analyses every input by itself (`-` is standard input) and reports on all of them, in the order given.
pub fn analyze_files(inputs: &[PathBuf], settings: &Settings) -> Result<Report, Error> {
    let mut report = Report::default();
    for path in inputs {
        let reader = capture::open(path)?;
        let name = path.display().to_string();
        report.append(analyze_reader(reader, &name, settings));
    }
    Ok(report)
}

/// Analyses several files as one capture, in the order of their first records: what a rotating recorder left. The frames
/// are numbered through; [`crate::finding::Said::parts`] says where each file begins.
pub fn analyze_joined(inputs: &[PathBuf], settings: &Settings) -> Result<Report, Error> {
    let reader = capture::open_joined(inputs)?;
    Ok(analyze_reader(
        reader,
        &capture::joined_name(inputs),
        settings,
    ))
}

/// Analyses a capture file from wherever its octets come: a file, a socket, a decompressor, a test. `name` is what reports and
/// errors call it.
///
/// ```
/// use tcplint::analysis::{Settings, analyze};
///
/// let file = std::fs::File::open("testdata/bad-reset.pcapng").unwrap();
/// let report = analyze(file, "bad-reset.pcapng", &Settings::default())?;
/// let finding = report.findings.first().unwrap();
/// assert_eq!((finding.rule.code, finding.rule.name), ("TCP501", "bad-reset"));
/// # Ok::<(), tcplint::error::Error>(())
/// ```
pub fn analyze(
    input: impl Read + Send + 'static,
    name: &str,
    settings: &Settings,
) -> Result<Report, Error> {
    let reader = Reader::new(input, Path::new(name))?;
    Ok(analyze_reader(reader, name, settings))
}

/// Analyses what `reader` gives, under that name.
pub fn analyze_reader(reader: Reader, name: &str, settings: &Settings) -> Report {
    let mut report = Report::default();
    run(reader, name, settings, Look::default(), &mut report);
    report
}

/// Which connection to watch step by step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watch {
    /// The one with this number in the report.
    Number(usize),
    /// The ones between these two addresses, in either order.
    Between(SocketAddr, SocketAddr),
}

/// Analyses a capture and keeps every step of one connection in [`Report::steps`]. No such connection: no steps. The capture is
/// read twice where the connection is named by its number, so `open` gives a reader each time.
pub fn timeline(
    open: impl Fn() -> Result<Reader, Error>,
    name: &str,
    settings: &Settings,
    watch: Watch,
) -> Result<Report, Error> {
    let tuple = match watch {
        Watch::Between(a, b) => Some((a, b)),
        Watch::Number(number) => {
            let report = analyze_reader(open()?, name, settings);
            let flow = number.checked_sub(1).and_then(|at| report.flows.get(at));
            flow.map(|flow| (flow.first, flow.second))
        }
    };
    let mut report = Report::default();
    let look = Look {
        watched: tuple
            .map(|(a, b)| FourTuple::of(a, b).0)
            .into_iter()
            .collect(),
        ..Look::default()
    };
    run(open()?, name, settings, look, &mut report);
    if let Watch::Number(number) = watch {
        report.steps.retain(|step| step.flow + 1 == number);
    }
    Ok(report)
}

/// Analyses a capture file held in memory.
pub fn analyze_bytes(name: &str, bytes: &[u8], settings: &Settings) -> Result<Report, Error> {
    analyze(Cursor::new(bytes.to_vec()), name, settings)
}
