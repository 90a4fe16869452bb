//! The command: hands the arguments to the library and leaves with its status.

use std::process::ExitCode;

fn main() -> ExitCode {
    tcplint::cli::run(std::env::args_os()).into()
}
