//! A rule's page: its title, its sections in order, and the traces in them.

use super::expect::Expectation;
use super::trace::{self, Trace};
use std::path::{Path, PathBuf};

/// Whether a trace must give the finding or must not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// It breaks the rule.
    Violates,
    /// It looks as if it did.
    Alike,
}

/// One `##` section.
#[derive(Clone, Debug)]
pub(crate) struct Section {
    pub(crate) heading: String,
    /// The text outside of fences.
    pub(crate) prose: String,
    pub(crate) traces: Vec<(Kind, Trace)>,
}

/// A page.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    /// Relative to the package, with forward slashes.
    pub(crate) path: String,
    /// The words of the `#` line: code and name.
    pub(crate) title: Vec<String>,
    pub(crate) sections: Vec<Section>,
}

/// All pages beside the rules, sorted by path.
pub(crate) fn all() -> Vec<Page> {
    let mut paths = Vec::new();
    collect(
        &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules"),
        &mut paths,
    );
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("the folder of the rules") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            paths.push(path);
        }
    }
}

fn read(path: &Path) -> Page {
    let text = std::fs::read_to_string(path).expect("a page is UTF-8");
    let relative = path
        .strip_prefix(env!("CARGO_MANIFEST_DIR"))
        .expect("inside the package");
    let relative: Vec<_> = relative
        .components()
        .map(|part| part.as_os_str().to_string_lossy())
        .collect();
    parse(&relative.join("/"), &text)
}

/// Takes a page apart and compiles its traces.
///
/// # Panics
///
/// Where the page cannot be read: with page, line number and reason.
pub(crate) fn parse(path: &str, text: &str) -> Page {
    let mut page = Page {
        path: path.to_owned(),
        title: Vec::new(),
        sections: Vec::new(),
    };
    let mut fence: Option<(usize, &str, String)> = None;
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        match (&mut fence, line.strip_prefix("```")) {
            (None, Some(info)) => fence = Some((number + 1, info.trim(), String::new())),
            (Some(_), Some(_)) => {
                let Some((first, info, body)) = fence.take() else {
                    continue;
                };
                page.fence(first, info, &body);
            }
            (Some((_, _, body)), None) => {
                body.push_str(line);
                body.push('\n');
            }
            (None, None) => page.prose(line),
        }
    }
    assert!(fence.is_none(), "{path}: a fence is not closed");
    page
}

impl Page {
    fn prose(&mut self, line: &str) {
        if let Some(heading) = line.strip_prefix("## ") {
            self.sections.push(Section {
                heading: heading.trim().to_owned(),
                prose: String::new(),
                traces: Vec::new(),
            });
        } else if let Some(title) = line.strip_prefix("# ") {
            self.title = title.split_whitespace().map(str::to_owned).collect();
        } else if let Some(section) = self.sections.last_mut() {
            section.prose.push_str(line);
            section.prose.push('\n');
        }
    }

    fn fence(&mut self, first: usize, info: &str, body: &str) {
        let kind = match info.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["trace", "violates"] => Kind::Violates,
            ["trace", "alike"] => Kind::Alike,
            ["trace", ..] => panic!("{}:{first}: a trace `violates` or is `alike`", self.path),
            _ => return,
        };
        let trace = trace::compile(&self.path, first, body);
        let Some(section) = self.sections.last_mut() else {
            panic!("{}:{first}: a trace stands in a section", self.path)
        };
        section.traces.push((kind, trace));
    }

    /// The traces of one kind, in order.
    pub(crate) fn traces(&self, wanted: Kind) -> impl Iterator<Item = &Trace> {
        let traces = self.sections.iter().flat_map(|section| &section.traces);
        traces
            .filter(move |(kind, _)| *kind == wanted)
            .map(|(_, trace)| trace)
    }
}

impl Trace {
    /// Whether some line expects a finding of this rule.
    pub(crate) fn expects(&self, rule: &str) -> bool {
        self.expectations.iter().any(|expectation| matches!(expectation, Expectation::Finding(wanted) if wanted.rule == rule))
    }
}
