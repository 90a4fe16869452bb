//! How far reading is: a bar on standard error, drawn only where that is a terminal. It never touches standard output, and no report
//! depends on it.

use crate::report::escape;
use indicatif::{ProgressBar, ProgressBarIter, ProgressDrawTarget, ProgressFinish, ProgressStyle};
use std::io::{IsTerminal, Read};

/// Smaller files are read before anybody could look.
const WORTH_IT: u64 = 8 * 1024 * 1024;

const TEMPLATE: &str = "{msg} [{wide_bar}] {bytes}/{total_bytes} {bytes_per_sec} {eta}";

/// An input of so many octets, with a bar that goes away when it has been read.
pub(super) fn watched<R: Read>(input: R, name: &str, octets: u64) -> ProgressBarIter<R> {
    if octets < WORTH_IT || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden().wrap_read(input);
    }
    let target = ProgressDrawTarget::stderr_with_hz(5);
    let style = ProgressStyle::with_template(TEMPLATE)
        .unwrap_or_else(|_| ProgressStyle::default_bar())
        .progress_chars("=> ");
    let bar = ProgressBar::with_draw_target(Some(octets), target)
        .with_style(style)
        .with_message(escape(name).into_owned())
        .with_finish(ProgressFinish::AndClear);
    bar.wrap_read(input)
}
