//! The whole pipeline: read, split into connections, replay, collect in frame order.

use crate::error::Error;
use crate::finding::{CaptureRecord, Report};
use crate::tcp::Profile;
use crate::time::Span;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Where the capture was taken, seen from the connections in it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tap {
    /// Concluded from the capture.
    #[default]
    Auto,
    /// At the host that opens the connections.
    Client,
    /// At the host that is connected to.
    Server,
    /// Between them.
    Middle,
}

impl Tap {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Auto, Self::Client, Self::Server, Self::Middle];

    /// The name on the command line.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Client => "client",
            Self::Server => "server",
            Self::Middle => "middle",
        }
    }

    /// The tap of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|tap| tap.name() == name)
    }
}

/// What a user knows better than the capture tells.
#[derive(Clone, Copy, Debug, Default)]
pub struct Settings {
    /// The implementation whose choices are taken as given.
    pub profile: Option<Profile>,
    /// The maximum segment lifetime; outranks the profile's.
    pub msl: Option<Span>,
    /// Where the capture was taken.
    pub tap: Tap,
}

/// Analyses every input by itself (`-` is standard input) and reports on all of them, in the order given.
pub fn analyze_files(inputs: &[PathBuf], _settings: &Settings) -> Result<Report, Error> {
    let mut report = Report::default();
    for path in inputs {
        report.captures.push(placeholder(path)?);
    }
    Ok(report)
}

/// Stands in until the reader is there: opens the input and looks at the first octets.
fn placeholder(path: &Path) -> Result<CaptureRecord, Error> {
    let failed = |source: io::Error| Error::Io {
        path: path.to_owned(),
        source,
    };
    let mut start = Vec::new();
    if path == Path::new("-") {
        io::stdin()
            .take(4)
            .read_to_end(&mut start)
            .map_err(failed)?;
    } else {
        std::fs::File::open(path)
            .and_then(|file| file.take(4).read_to_end(&mut start))
            .map_err(failed)?;
    }
    let format = match start.as_slice() {
        [0xa1, 0xb2, 0xc3, 0xd4 | 0x3c] | [0xd4 | 0x4d, 0xc3 | 0x3c, 0xb2, 0xa1] => "pcap",
        [0x0a, 0x0d, 0x0d, 0x0a] => "pcapng",
        [] => return Err(no_capture(path, "the file is empty")),
        _ => return Err(no_capture(path, "neither pcap nor pcapng")),
    };
    Ok(CaptureRecord {
        name: path.display().to_string(),
        format: format.to_owned(),
        tap: "unknown",
        ..CaptureRecord::default()
    })
}

fn no_capture(path: &Path, reason: &str) -> Error {
    Error::NotACapture {
        path: path.to_owned(),
        reason: reason.to_owned(),
    }
}
