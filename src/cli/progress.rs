//! How far reading is: a bar on standard error, drawn only where that is a terminal. It never touches standard output, and no report
//! depends on it.

use crate::report::escape;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressFinish, ProgressState, ProgressStyle};
use std::fmt::Write;
use std::fs::File;
use std::io::{self, IsTerminal, Read};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A line that fits 80 columns, whatever the captures are called.
const TEMPLATE: &str = "{msg:20!} [{wide_bar}] {bytes}/{total_bytes} {packets} packets/s {eta}";

/// Smaller captures are read before anybody could look.
const WORTH_IT: u64 = 8 * 1024 * 1024;

/// A bar for one reading of a capture, which goes away when it has been read.
pub(super) struct Progress {
    bar: ProgressBar,
    packets: Arc<AtomicU64>,
}

impl Progress {
    /// For these files, which are called so together; nothing unless they are regular files and large, and somebody looks.
    pub(super) fn of(paths: &[PathBuf], name: &str) -> Self {
        let packets = Arc::default();
        let length = |path: &PathBuf| {
            let known = std::fs::metadata(path).ok();
            known.filter(|it| it.is_file()).map_or(0, |it| it.len())
        };
        let octets = paths.iter().map(length).fold(0, u64::saturating_add);
        if octets < WORTH_IT || !io::stderr().is_terminal() {
            return Self::none();
        }
        let target = ProgressDrawTarget::stderr_with_hz(5);
        let bar = ProgressBar::with_draw_target(Some(octets), target)
            .with_style(style(&packets))
            .with_message(escape(last(name)).into_owned())
            .with_finish(ProgressFinish::AndClear);
        Self { bar, packets }
    }

    /// No bar.
    pub(super) fn none() -> Self {
        Self {
            bar: ProgressBar::hidden(),
            packets: Arc::default(),
        }
    }

    /// The file, whose octets count as soon as they are read.
    pub(super) fn watched(&self, file: File) -> impl Read + Send + 'static {
        Watched {
            file,
            bar: self.bar.clone(),
        }
    }

    /// Where the reader counts its packets.
    pub(super) fn packets(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.packets)
    }
}

/// A name without the directories before it: the end is what tells captures apart.
fn last(name: &str) -> &str {
    name.rsplit(std::path::MAIN_SEPARATOR)
        .next()
        .unwrap_or(name)
}

fn style(packets: &Arc<AtomicU64>) -> ProgressStyle {
    let packets = Arc::clone(packets);
    let rate = move |state: &ProgressState, out: &mut dyn Write| {
        let read = packets.load(Ordering::Relaxed);
        let elapsed = state.elapsed().as_millis().max(1);
        // Nowhere to tell that a line for a terminal could not be made.
        let _ = write!(out, "{}", u128::from(read) * 1_000 / elapsed);
    };
    ProgressStyle::with_template(TEMPLATE)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .with_key("packets", rate)
        .progress_chars("=> ")
}

struct Watched {
    file: File,
    bar: ProgressBar,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let octets = self.file.read(buffer)?;
        self.bar.inc(u64::try_from(octets).unwrap_or(0));
        Ok(octets)
    }
}
