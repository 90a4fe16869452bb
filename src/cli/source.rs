//! Where one capture comes from: a file, several as one, standard input; and as often as it is read.

use super::progress::Progress;
use crate::capture::{self, Reader};
use crate::error::Error;
use std::fs::File;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One capture, to be opened as often as it takes.
pub(super) struct Source {
    /// What reports call it.
    pub(super) name: String,
    paths: Vec<PathBuf>,
    joined: bool,
    progress: bool,
    /// Standard input, where it is read more than once.
    kept: Option<Arc<[u8]>>,
}

impl Source {
    /// One file, or `-`.
    pub(super) fn file(path: PathBuf, progress: bool) -> Self {
        Self {
            name: path.display().to_string(),
            paths: vec![path],
            joined: false,
            progress,
            kept: None,
        }
    }

    /// Files that are one capture together.
    pub(super) fn joined(paths: Vec<PathBuf>, progress: bool) -> Self {
        Self {
            name: capture::joined_name(&paths),
            paths,
            joined: true,
            progress,
            kept: None,
        }
    }

    /// The file, or the first one.
    pub(super) fn path(&self) -> &Path {
        self.paths.first().map_or(Path::new(""), PathBuf::as_path)
    }

    /// Makes sure that it can be opened more than once.
    pub(super) fn keep(&mut self) -> Result<(), Error> {
        if self.path() != Path::new("-") || self.kept.is_some() {
            return Ok(());
        }
        let mut octets = Vec::new();
        let read = std::io::stdin().lock().read_to_end(&mut octets);
        read.map_err(|source| Error::Io {
            path: "-".into(),
            source,
        })?;
        self.kept = Some(octets.into());
        Ok(())
    }

    /// Opens it; regular files show how far reading is.
    pub(super) fn open(&self) -> Result<Reader, Error> {
        let progress = Arc::new(if self.progress {
            Progress::of(&self.paths, &self.name)
        } else {
            Progress::none()
        });
        let packets = progress.packets();
        let mut reader = if self.joined {
            capture::open_joined_by(
                &self.paths,
                Box::new(move |path| open_file(path, &progress)),
            )?
        } else if let Some(octets) = &self.kept {
            Reader::new(Cursor::new(Arc::clone(octets)), self.path())?
        } else if self.path() == Path::new("-") {
            capture::open(self.path())?
        } else {
            open_file(self.path(), &progress)?
        };
        reader.count_into(packets);
        Ok(reader)
    }
}

fn open_file(path: &Path, progress: &Progress) -> Result<Reader, Error> {
    let file = File::open(path).map_err(|source| Error::Io {
        path: path.to_owned(),
        source,
    })?;
    Reader::new(progress.watched(file), path)
}
