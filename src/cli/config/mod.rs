//! `tcplint.toml`: found upward from the working directory, read strictly. What is wrong is said with file, line and advice.

mod raw;
#[cfg(test)]
mod tests;

use super::accept::Suppression;
use super::options::{Configuring, Judging, Options, Selecting};
use super::select::Selector;
use crate::analysis::HostProfile;
use crate::filter::Net;
use anyhow::Context;
use globset::GlobMatcher;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// The name that is looked for.
pub(super) const NAME: &str = "tcplint.toml";

/// A configuration as it was read.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// The file; `None` where there is none.
    pub(super) path: Option<PathBuf>,
    pub(super) options: Options,
    /// On which line each key stands.
    pub(super) lines: BTreeMap<&'static str, usize>,
    pub(super) paths: Vec<PathRule>,
    pub(super) hosts: Vec<HostRule>,
    pub(super) suppressions: Vec<Suppression>,
}

/// What holds for the captures that a glob names.
#[derive(Debug)]
pub(super) struct PathRule {
    pub(super) line: usize,
    pub(super) glob: Glob,
    pub(super) judging: Judging,
    pub(super) selecting: Selecting,
}

/// What holds for the endpoints of a net.
#[derive(Debug)]
pub(super) struct HostRule {
    pub(super) line: usize,
    pub(super) net: Net,
    pub(super) profile: Option<HostProfile>,
    pub(super) ignore: Vec<Selector>,
}

/// A glob, relative to the directory of the configuration.
#[derive(Clone, Debug)]
pub(super) struct Glob {
    matcher: GlobMatcher,
    directory: PathBuf,
}

impl Glob {
    /// Whether it names this capture, as the command line calls it.
    pub(super) fn matches(&self, capture: &str) -> bool {
        let path = std::path::absolute(capture).unwrap_or_else(|_| capture.into());
        let below = path.strip_prefix(&self.directory);
        self.matcher.is_match(below.unwrap_or(&path))
    }

    pub(super) fn text(&self) -> &str {
        self.matcher.glob().glob()
    }
}

impl Config {
    /// The configuration that holds here.
    pub(super) fn load(configuring: &Configuring) -> anyhow::Result<Self> {
        let found = match &configuring.config {
            _ if configuring.isolated => None,
            Some(path) => Some(path.clone()),
            None => std::env::current_dir().ok().and_then(|here| upward(&here)),
        };
        let Some(path) = found else {
            return Ok(Self::default());
        };
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        raw::read(&path, &text).map_err(anyhow::Error::msg)
    }

    /// Options for one capture: a later rule outranks an earlier one, and each outranks the rest of the file.
    pub(super) fn judging(&self, capture: &str, arguments: &Judging) -> Judging {
        let mut judging = self.options.judging.clone();
        let hosts = self.hosts.iter().filter_map(|rule| rule.profile);
        judging.profile.extend(hosts);
        for rule in self.paths.iter().filter(|rule| rule.glob.matches(capture)) {
            judging = rule.judging.clone().over(judging);
        }
        arguments.clone().over(judging)
    }
}

fn upward(from: &Path) -> Option<PathBuf> {
    let candidates = from.ancestors().map(|directory| directory.join(NAME));
    let mut found = candidates.filter(|path| path.is_file());
    found.next()
}
