//! Several files as one capture: what a recorder left that begins a new file now and then.

use super::reader::{Opener, Reader, open};
use crate::error::Error;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Opens files as one capture, in the order of their first records; those that have no times come last, in the order
/// given. A file that is named twice counts once; standard input cannot be among them, because all are opened twice.
pub fn open_joined(paths: &[PathBuf]) -> Result<Reader, Error> {
    open_joined_by(paths, Box::new(open))
}

/// The same, where each file is opened by `opener` when its turn has come.
pub fn open_joined_by(paths: &[PathBuf], opener: Opener) -> Result<Reader, Error> {
    let mut files = Vec::with_capacity(paths.len());
    let mut named = BTreeSet::new();
    for path in paths.iter().filter(|path| named.insert(*path)) {
        if path.as_os_str() == "-" {
            return Err(Error::NotACapture {
                path: path.clone(),
                reason: "standard input cannot be joined with other files".into(),
            });
        }
        let first = open(path)?.next_frame().and_then(|frame| frame.time);
        files.push((first.is_none(), first, path.clone()));
    }
    files.sort_by_key(|(timeless, first, _)| (*timeless, *first));
    let paths = files.into_iter().map(|(.., path)| path).collect();
    Reader::joined(paths, opener)
}

/// What a joined capture is called: its first and last file, as given.
pub fn joined_name(paths: &[PathBuf]) -> String {
    match paths {
        [] => String::new(),
        [only] => only.display().to_string(),
        [first, .., last] => format!(
            "{} to {} ({} files)",
            first.display(),
            last.file_name().map_or(last.as_path(), Path::new).display(),
            paths.len()
        ),
    }
}
