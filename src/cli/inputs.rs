//! From what the user named to the files that are read: directories are searched for captures, patterns that no shell
//! has replaced are matched, both in sorted order.

use crate::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// How the names of capture files end, in lower case; each also numbered, as `tcpdump -C` does it, and with `.gz` or `.zst`.
const ENDINGS: &[&str] = &["pcap", "pcapng", "cap"];

const COMPRESSED: &[&str] = &[".gz", ".zst"];

/// Deeper than any directory of captures, and a way out of a cycle that the file system may hold.
const DEEPEST: usize = 64;

/// The files behind one input. A file is taken as it is, whatever its name; `-` is standard input.
pub(super) fn files(input: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut found = Vec::new();
    if input.is_dir() {
        search(input, 0, &mut found)?;
    } else if let Some(pattern) = pattern(input) {
        for path in matching(input, pattern)? {
            if path.is_dir() {
                search(&path, 0, &mut found)?;
            } else {
                found.push(path);
            }
        }
    } else {
        return Ok(vec![input.to_owned()]);
    }
    if found.is_empty() {
        return Err(Error::NoCaptures {
            path: input.to_owned(),
        });
    }
    found.sort();
    Ok(found)
}

/// A pattern, where no file has that very name.
fn pattern(input: &Path) -> Option<&str> {
    let text = input.to_str()?;
    (text.contains(['*', '?', '[']) && !input.exists()).then_some(text)
}

fn matching(input: &Path, pattern: &str) -> Result<Vec<PathBuf>, Error> {
    let failed = |source: io::Error| Error::Io {
        path: input.to_owned(),
        source,
    };
    let paths = glob::glob(pattern)
        .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidInput, error)))?;
    let paths: Vec<PathBuf> = paths
        .collect::<Result<_, _>>()
        .map_err(|error| failed(error.into()))?;
    if paths.is_empty() {
        return Err(failed(io::Error::new(
            io::ErrorKind::NotFound,
            "no file matches this pattern",
        )));
    }
    Ok(paths)
}

/// Symbolic links are followed to files, not to directories: those could lead in circles.
fn search(directory: &Path, depth: usize, found: &mut Vec<PathBuf>) -> Result<(), Error> {
    let failed = |source: io::Error| Error::Io {
        path: directory.to_owned(),
        source,
    };
    for entry in fs::read_dir(directory).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let path = entry.path();
        if entry.file_type().map_err(failed)?.is_dir() {
            if depth < DEEPEST {
                search(&path, depth + 1, found)?;
            }
        } else if is_capture(&path) && path.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn is_capture(path: &Path) -> bool {
    let Some(name) = path.file_name() else {
        return false;
    };
    let name = name.to_string_lossy().to_lowercase();
    let name = COMPRESSED
        .iter()
        .find_map(|ending| name.strip_suffix(ending))
        .unwrap_or(&name);
    name.rsplit_once('.').is_some_and(|(stem, ending)| {
        let ending = ending.trim_end_matches(|c: char| c.is_ascii_digit());
        !stem.is_empty() && ENDINGS.contains(&ending)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captures_are_known_by_their_endings() {
        for yes in [
            "a.pcap",
            "d/A.PCAPNG",
            "a.b.cap",
            "a.pcap.gz",
            "a.cap.zst",
            "a.pcap12",
        ] {
            assert!(is_capture(Path::new(yes)), "{yes}");
        }
        for no in ["a.txt", "pcap", ".pcap", "a.pcap.json", "a.gz", ".."] {
            assert!(!is_capture(Path::new(no)), "{no}");
        }
    }
}
