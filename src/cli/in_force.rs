//! `config`: which options hold here, and who says so.

use super::args::ConfigArgs;
use super::config::{Config, PathRule};
use super::exit::Status;
use super::options::{FailOn, Format, Options};
use super::output::print;
use super::select::{BLAMES, PROOFS};
use super::values;
use crate::analysis::HostProfile;
use crate::report::escape;
use clap::ValueEnum;
use std::fmt::Display;

type Said = fn(&Options) -> Option<String>;

/// Each option: its name, what a set of options says about it, and what holds where nobody says anything.
const ROWS: &[(&str, Said, &str)] = &[
    ("profile", |o| profiles(&o.judging.profile), "none"),
    (
        "msl",
        |o| Some(o.judging.msl?.to_string()),
        "that of the profile",
    ),
    ("tap", |o| Some(o.judging.tap?.name().to_owned()), "auto"),
    (
        "filter",
        |o| Some(o.judging.filter.as_ref()?.text().to_owned()),
        "none",
    ),
    ("notes", |o| flag(o.judging.notes), "false"),
    ("strict-input", |o| flag(o.judging.strict_input), "false"),
    ("select", |o| list(&o.selecting.select), "ALL"),
    ("ignore", |o| list(&o.selecting.ignore), "none"),
    (
        "blame",
        |o| {
            let named = |blame| {
                BLAMES
                    .iter()
                    .find(|(_, it)| it == blame)
                    .map(|(name, _)| name)
            };
            list(
                &o.selecting
                    .blame
                    .iter()
                    .filter_map(named)
                    .collect::<Vec<_>>(),
            )
        },
        "anybody",
    ),
    (
        "proof",
        |o| {
            let least = o.selecting.proof?;
            PROOFS
                .iter()
                .find(|(_, it)| *it == least)
                .map(|(name, _)| (*name).to_owned())
        },
        "weak",
    ),
    ("fail-on", |o| name::<FailOn>(o.gating.fail_on), "error"),
    ("exit-zero", |o| flag(o.gating.exit_zero), "false"),
    ("min-flows", |o| Some(o.gating.min_flows?.to_string()), "0"),
    (
        "baseline",
        |o| Some(o.adopting.baseline.as_ref()?.display().to_string()),
        "none",
    ),
    ("format", |o| name::<Format>(o.writing.format), "table"),
    ("output", |o| list(&o.writing.output), "none"),
    ("statistics", |o| flag(o.writing.statistics), "false"),
    ("progress", |o| name(o.writing.progress), "auto"),
    (
        "jobs",
        |o| Some(o.working.jobs?.to_string()),
        "one for each processor",
    ),
    (
        "max-memory",
        |o| Some(values::size_text(o.working.max_memory?)),
        "64M",
    ),
    ("quiet", |o| flag(o.writing.quiet), "false"),
    ("verbose", |o| flag(o.writing.verbose), "false"),
    ("color", |o| name(o.coloring.when), "auto"),
];

pub(super) fn show(args: &ConfigArgs) -> anyhow::Result<Status> {
    let config = Config::load(&args.configuring)?;
    let path = config
        .path
        .as_ref()
        .map(|path| escape(&path.display().to_string()).into_owned());
    let place = |line: usize| format!("{}:{line}", path.as_deref().unwrap_or_default());
    let mut text = format!("# configuration: {}\n", path.as_deref().unwrap_or("none"));
    let mut row = |name: &str, value: &str, source: &str| {
        let value = escape(value);
        text.push_str(&format!("{:<40} # {source}\n", format!("{name} = {value}")));
    };
    for (name, said, default) in ROWS {
        match (said(&args.options), said(&config.options)) {
            (Some(value), _) => row(name, &value, "command line"),
            (None, Some(value)) => {
                row(
                    name,
                    &value,
                    &place(config.lines.get(name).copied().unwrap_or(1)),
                );
            }
            (None, None) => row(name, default, "default"),
        }
    }
    for rule in &config.paths {
        row("path", &path_rule(rule), &place(rule.line));
    }
    for rule in &config.hosts {
        let profile = rule
            .profile
            .map(|it| format!("profile {}", it.profile.name()));
        let ignored = list(&rule.ignore).map(|rules| format!("ignore {rules}"));
        let said: Vec<_> = profile.into_iter().chain(ignored).collect();
        row(
            "host",
            &format!("{}: {}", rule.net, said.join(", ")),
            &place(rule.line),
        );
    }
    for suppression in &config.suppressions {
        row(
            "suppress",
            &suppression.to_string(),
            &place(suppression.line),
        );
    }
    print(args.options.coloring.into(), |out| {
        out.write_all(text.as_bytes())
    })?;
    Ok(Status::Green)
}

fn path_rule(rule: &PathRule) -> String {
    let options = Options {
        judging: rule.judging.clone(),
        selecting: rule.selecting.clone(),
        ..Options::default()
    };
    let said = ROWS
        .iter()
        .filter_map(|(name, said, _)| Some(format!("{name} {}", said(&options)?)));
    format!(
        "{}: {}",
        rule.glob.text(),
        said.collect::<Vec<_>>().join(", ")
    )
}

fn profiles(profiles: &[HostProfile]) -> Option<String> {
    let text = |one: &HostProfile| match one.network {
        Some((address, bits)) => format!("{address}/{bits}={}", one.profile.name()),
        None => one.profile.name().to_owned(),
    };
    list(&profiles.iter().map(text).collect::<Vec<_>>())
}

fn flag(set: bool) -> Option<String> {
    set.then(|| "true".to_owned())
}

fn list<T: Display>(values: &[T]) -> Option<String> {
    let texts: Vec<_> = values.iter().map(T::to_string).collect();
    (!texts.is_empty()).then(|| texts.join(","))
}

fn name<T: ValueEnum>(value: Option<T>) -> Option<String> {
    Some(value?.to_possible_value()?.get_name().to_owned())
}
