//! Standard output and standard error: colour, width, and one line per complaint.

use crate::report::escape;
use anstream::{AutoStream, ColorChoice};
use anyhow::Context;
use std::io::{self, BufWriter, Write};

/// Where nothing says how wide the output may be.
const DEFAULT_WIDTH: u16 = 80;

/// Writes to standard output, locked and buffered; ANSI sequences pass or are stripped as `color` says. A closed pipe is no error:
/// whoever reads has seen enough (`tcplint … | head`).
pub(super) fn print(
    color: ColorChoice,
    write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> anyhow::Result<()> {
    let mut out = BufWriter::new(AutoStream::new(io::stdout().lock(), color));
    match write(&mut out).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        done => done.context("standard output"),
    }
}

/// Columns to draw for: `COLUMNS` if it is set, else those of the terminal behind standard output, else 80.
pub(super) fn width() -> u16 {
    let variable = std::env::var("COLUMNS")
        .ok()
        .and_then(|text| text.parse().ok());
    let terminal = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| width.0);
    variable
        .or_else(terminal)
        .filter(|&width| width > 0)
        .unwrap_or(DEFAULT_WIDTH)
}

/// Says something on standard error, on one line. If that is closed, there is nobody to tell.
pub(super) fn complain(text: &str) {
    let _nobody_to_tell = writeln!(io::stderr().lock(), "tcplint: {}", escape(text));
}

/// Shows a text on standard error, and a place in it.
pub(super) fn point(text: &str, column: usize) {
    let (before, after): (String, String) = (
        text.chars().take(column).collect(),
        text.chars().skip(column).collect(),
    );
    let (before, after) = (escape(&before), escape(&after));
    let blank = " ".repeat(before.chars().count());
    let _nobody_to_tell = writeln!(io::stderr().lock(), "  {before}{after}\n  {blank}^");
}
