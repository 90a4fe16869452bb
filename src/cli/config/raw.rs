//! From the text of a configuration to options: the same values as on the command line, each with its line.

use super::{Config, Glob, HostRule, PathRule};
use crate::analysis::Tap;
use crate::cli::accept::Suppression;
use crate::cli::options::{Coloring, Gating, Judging, Options, Selecting, Working, Writing};
use crate::cli::outputs::{self, Output};
use crate::cli::select::{self, BLAMES, PROOFS};
use crate::cli::values;
use crate::filter::Net;
use crate::report::distance;
use clap::ValueEnum;
use serde::Deserialize;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use toml::Spanned;

type Text = Option<Spanned<String>>;
type Texts = Option<Spanned<Vec<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    profile: Text,
    msl: Text,
    tap: Text,
    filter: Text,
    notes: Option<Spanned<bool>>,
    strict_input: Option<Spanned<bool>>,
    select: Texts,
    ignore: Texts,
    blame: Texts,
    proof: Text,
    fail_on: Text,
    exit_zero: Option<Spanned<bool>>,
    min_flows: Option<Spanned<u64>>,
    baseline: Text,
    format: Text,
    output: Texts,
    statistics: Option<Spanned<bool>>,
    progress: Text,
    jobs: Option<Spanned<NonZeroUsize>>,
    max_memory: Text,
    quiet: Option<Spanned<bool>>,
    verbose: Option<Spanned<bool>>,
    color: Text,
    #[serde(default)]
    path: Vec<PathTable>,
    #[serde(default)]
    host: Vec<HostTable>,
    #[serde(default)]
    suppress: Vec<SuppressTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct PathTable {
    glob: Spanned<String>,
    profile: Text,
    msl: Text,
    tap: Text,
    filter: Text,
    #[serde(default)]
    notes: bool,
    #[serde(default)]
    strict_input: bool,
    select: Texts,
    ignore: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct HostTable {
    net: Spanned<String>,
    profile: Text,
    ignore: Texts,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct SuppressTable {
    rule: Text,
    fingerprint: Text,
    reason: Spanned<String>,
    expires: Text,
    path: Text,
    host: Text,
    port: Option<u16>,
}

/// Reads a configuration; an error is one line with its place.
pub(super) fn read(path: &Path, text: &str) -> Result<Config, String> {
    let place = Place { path, text };
    let file: File = toml::from_str(text).map_err(|error| place.explain(&error))?;
    let mut lines = std::collections::BTreeMap::new();
    let mut note = |key, span: Option<std::ops::Range<usize>>| {
        lines.extend(span.map(|span| (key, place.line(span.start))));
    };
    note("profile", file.profile.as_ref().map(Spanned::span));
    note("msl", file.msl.as_ref().map(Spanned::span));
    note("tap", file.tap.as_ref().map(Spanned::span));
    note("filter", file.filter.as_ref().map(Spanned::span));
    note("notes", file.notes.as_ref().map(Spanned::span));
    note(
        "strict-input",
        file.strict_input.as_ref().map(Spanned::span),
    );
    note("select", file.select.as_ref().map(Spanned::span));
    note("ignore", file.ignore.as_ref().map(Spanned::span));
    note("blame", file.blame.as_ref().map(Spanned::span));
    note("proof", file.proof.as_ref().map(Spanned::span));
    note("fail-on", file.fail_on.as_ref().map(Spanned::span));
    note("exit-zero", file.exit_zero.as_ref().map(Spanned::span));
    note("min-flows", file.min_flows.as_ref().map(Spanned::span));
    note("baseline", file.baseline.as_ref().map(Spanned::span));
    note("format", file.format.as_ref().map(Spanned::span));
    note("output", file.output.as_ref().map(Spanned::span));
    note("statistics", file.statistics.as_ref().map(Spanned::span));
    note("progress", file.progress.as_ref().map(Spanned::span));
    note("quiet", file.quiet.as_ref().map(Spanned::span));
    note("verbose", file.verbose.as_ref().map(Spanned::span));
    note("jobs", file.jobs.as_ref().map(Spanned::span));
    note("max-memory", file.max_memory.as_ref().map(Spanned::span));
    note("color", file.color.as_ref().map(Spanned::span));
    Ok(Config {
        path: Some(path.to_owned()),
        options: place.options(&file)?,
        lines,
        paths: place.each(&file.path, Place::path_rule)?,
        hosts: place.each(&file.host, Place::host_rule)?,
        suppressions: place.each(&file.suppress, Place::suppression)?,
    })
}

struct Place<'a> {
    path: &'a Path,
    text: &'a str,
}

fn is(flag: Option<&Spanned<bool>>) -> bool {
    flag.is_some_and(|flag| *flag.get_ref())
}

impl Place<'_> {
    fn options(&self, file: &File) -> Result<Options, String> {
        Ok(Options {
            judging: Judging {
                notes: is(file.notes.as_ref()),
                strict_input: is(file.strict_input.as_ref()),
                ..self.judging([&file.profile, &file.msl, &file.tap, &file.filter])?
            },
            selecting: Selecting {
                blame: self.list(file.blame.as_ref(), |text| named(&BLAMES, text))?,
                proof: self.one(file.proof.as_ref(), |text| named(&PROOFS, text))?,
                ..self.selecting(&file.select, &file.ignore)?
            },
            gating: Gating {
                fail_on: self.one(file.fail_on.as_ref(), enumerated)?,
                exit_zero: is(file.exit_zero.as_ref()),
                min_flows: file.min_flows.as_ref().map(|n| *n.get_ref()),
            },
            adopting: crate::cli::options::Adopting {
                baseline: file
                    .baseline
                    .as_ref()
                    .map(|path| self.beside(path.get_ref())),
                ..Default::default()
            },
            writing: Writing {
                format: self.one(file.format.as_ref(), enumerated)?,
                output: self.list(file.output.as_ref(), |text| {
                    let output = outputs::output(text)?;
                    let path = self.beside(&output.path);
                    Ok(Output { path, ..output })
                })?,
                statistics: is(file.statistics.as_ref()),
                progress: self.one(file.progress.as_ref(), enumerated)?,
                quiet: is(file.quiet.as_ref()),
                verbose: is(file.verbose.as_ref()),
            },
            working: Working {
                jobs: file.jobs.as_ref().map(|jobs| jobs.get_ref().get()),
                max_memory: self.one(file.max_memory.as_ref(), values::size)?,
            },
            coloring: Coloring {
                when: self.one(file.color.as_ref(), enumerated)?,
            },
        })
    }

    fn judging(&self, [profile, msl, tap, filter]: [&Text; 4]) -> Result<Judging, String> {
        let taps = Tap::ALL.map(|tap| (tap.name(), tap));
        Ok(Judging {
            profile: self
                .one(profile.as_ref(), values::host_profile)?
                .into_iter()
                .collect(),
            msl: self.one(msl.as_ref(), values::duration)?,
            tap: self.one(tap.as_ref(), |text| named(&taps, text))?,
            filter: self.one(filter.as_ref(), |text| {
                let filter: Result<_, crate::filter::FilterError> = text.parse();
                filter.map_err(|error| error.to_string())
            })?,
            join: false,
            notes: false,
            strict_input: false,
        })
    }

    fn selecting(&self, select: &Texts, ignore: &Texts) -> Result<Selecting, String> {
        Ok(Selecting {
            select: self.list(select.as_ref(), select::selector)?,
            ignore: self.list(ignore.as_ref(), select::selector)?,
            ..Selecting::default()
        })
    }

    fn path_rule(&self, table: &PathTable) -> Result<PathRule, String> {
        Ok(PathRule {
            line: self.line(table.glob.span().start),
            glob: self.glob(&table.glob)?,
            judging: Judging {
                notes: table.notes,
                strict_input: table.strict_input,
                ..self.judging([&table.profile, &table.msl, &table.tap, &table.filter])?
            },
            selecting: self.selecting(&table.select, &table.ignore)?,
        })
    }

    fn host_rule(&self, table: &HostTable) -> Result<HostRule, String> {
        let net: Net = self.value(&table.net, |text| text.parse())?;
        Ok(HostRule {
            line: self.line(table.net.span().start),
            net,
            profile: self.one(table.profile.as_ref(), |name| {
                values::host_profile(&format!("{net}={name}"))
            })?,
            ignore: self.list(table.ignore.as_ref(), select::selector)?,
        })
    }

    fn suppression(&self, table: &SuppressTable) -> Result<Suppression, String> {
        let at = table.reason.span().start;
        if table.reason.get_ref().trim().is_empty() {
            return Err(self.said(at, "a suppression needs a reason"));
        }
        if table.rule.is_none() && table.fingerprint.is_none() {
            return Err(self.said(at, "a suppression needs a rule or a fingerprint"));
        }
        Ok(Suppression {
            line: self.line(at),
            rule: self.one(table.rule.as_ref(), select::selector)?,
            fingerprint: table
                .fingerprint
                .as_ref()
                .map(|text| text.get_ref().clone()),
            reason: table.reason.get_ref().clone(),
            expires: self.one(table.expires.as_ref(), values::date)?,
            path: table
                .path
                .as_ref()
                .map(|glob| self.glob(glob))
                .transpose()?,
            host: self.one(table.host.as_ref(), |text| text.parse())?,
            port: table.port,
        })
    }

    fn glob(&self, text: &Spanned<String>) -> Result<Glob, String> {
        let glob = |text: &str| {
            let built = globset::GlobBuilder::new(text)
                .literal_separator(true)
                .build();
            built.map_err(|error| error.to_string())
        };
        Ok(Glob {
            matcher: self.value(text, glob)?.compile_matcher(),
            directory: self.directory(),
        })
    }

    fn each<T, U>(
        &self,
        tables: &[T],
        read: fn(&Self, &T) -> Result<U, String>,
    ) -> Result<Vec<U>, String> {
        tables.iter().map(|table| read(self, table)).collect()
    }

    fn one<T>(
        &self,
        text: Option<&Spanned<String>>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Option<T>, String> {
        text.map(|text| self.value(text, &read)).transpose()
    }

    fn list<T>(
        &self,
        texts: Option<&Spanned<Vec<String>>>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<Vec<T>, String> {
        let Some(texts) = texts else {
            return Ok(Vec::new());
        };
        let read = |text: &String| {
            read(text).map_err(|error| self.said(texts.span().start, &format!("'{text}': {error}")))
        };
        texts.get_ref().iter().map(read).collect()
    }

    fn value<T>(
        &self,
        text: &Spanned<String>,
        read: impl Fn(&str) -> Result<T, String>,
    ) -> Result<T, String> {
        read(text.get_ref()).map_err(|error| {
            let said = format!("'{}': {error}", text.get_ref());
            self.said(text.span().start, &said)
        })
    }

    /// A path of the file, which counts from the file's directory.
    fn beside(&self, path: impl AsRef<Path>) -> PathBuf {
        match self.path.parent() {
            Some(directory) => directory.join(path),
            None => path.as_ref().to_owned(),
        }
    }

    fn directory(&self) -> PathBuf {
        let whole = std::path::absolute(self.path).unwrap_or_else(|_| self.path.to_owned());
        whole.parent().unwrap_or(Path::new("")).to_owned()
    }

    fn line(&self, at: usize) -> usize {
        let before = self.text.get(..at).unwrap_or(self.text);
        before.matches('\n').count() + 1
    }

    fn said(&self, at: usize, what: &str) -> String {
        format!("{}:{}: {what}", self.path.display(), self.line(at))
    }

    /// What the parser refuses; for an unknown key also which one is meant.
    fn explain(&self, error: &toml::de::Error) -> String {
        let at = error.span().map_or(0, |span| span.start);
        let message = error.message();
        let Some(rest) = message.strip_prefix("unknown field `") else {
            return self.said(at, message.lines().next().unwrap_or_default());
        };
        let mut names = rest.split('`').step_by(2);
        let unknown = names.next().unwrap_or_default();
        let meant = names.min_by_key(|name| distance(name, unknown));
        let near =
            meant.filter(|name| distance(name, unknown) <= unknown.chars().count().div_ceil(2));
        let advice = near.map_or_else(String::new, |name| format!("; did you mean '{name}'?"));
        self.said(at, &format!("unknown key '{unknown}'{advice}"))
    }
}

fn named<T: Copy>(names: &[(&str, T)], text: &str) -> Result<T, String> {
    select::find(names, text).ok_or_else(|| {
        let all: Vec<_> = names.iter().map(|(name, _)| *name).collect();
        format!("one of {}", all.join(", "))
    })
}

fn enumerated<T: ValueEnum>(text: &str) -> Result<T, String> {
    T::from_str(text, false).map_err(|_| {
        let values = T::value_variants()
            .iter()
            .filter_map(ValueEnum::to_possible_value);
        let all: Vec<_> = values.map(|value| value.get_name().to_owned()).collect();
        format!("one of {}", all.join(", "))
    })
}
