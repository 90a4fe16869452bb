//! From arguments and configuration to a validated plan: what is analysed how, what is reported, and what makes the exit status
//! red. Touches no capture.

use super::accept::{self, Baseline, suppress};
use super::args::{CheckArgs, FlowsArgs, ShowArgs};
use super::config::Config;
use super::exit::Gate;
use super::options::{Adopting, Format, Judging, Options, Progress, Selecting, Working, Writing};
use super::outputs::{self, Output, Style};
use super::select::keeps;
use crate::analysis::{Effort, Profiles, Settings};
use crate::finding::Report;
use crate::report::{self, Statistics};
use crate::rules::Severity;
use anstream::ColorChoice;
use anyhow::Context;
use std::path::PathBuf;

/// One run of the analysis.
pub(super) struct Plan {
    /// Files, directories, or `-`, as given.
    pub(super) inputs: Vec<PathBuf>,
    /// How the report is printed.
    pub(super) format: Box<dyn report::Format>,
    /// Whether the annotations of a step come with its summary.
    pub(super) step_summary: bool,
    /// Files that it is written to as well.
    pub(super) outputs: Vec<(Output, Box<dyn report::Format>)>,
    /// When it is coloured.
    pub(super) color: ColorChoice,
    /// Whether to say on stderr what is done.
    pub(super) verbose: bool,
    /// Whether connections are measured.
    measures: bool,
    working: Working,
    /// Whether connections without findings are only counted.
    counts_quiet: bool,
    /// Counts and measures, below a report for people.
    pub(super) statistics: Option<Statistics>,
    /// Whether there is a bar while reading.
    pub(super) progress: bool,
    /// What the exit status depends on.
    pub(super) gate: Gate,
    /// Whether the inputs are one capture.
    pub(super) join: bool,
    /// What the command line says about judging; it outranks what the configuration says about a path.
    judging: Judging,
    selecting: Selecting,
    adopting: Adopting,
    baseline: Option<Baseline>,
    config: Config,
}

/// Where the baseline is written, if nobody says.
const BASELINE: &str = "tcplint-baseline.json";

impl Plan {
    /// `check`, for a terminal of this width.
    pub(super) fn check(args: CheckArgs, width: u16) -> anyhow::Result<Self> {
        let config = Config::load(&args.configuring)?;
        let judging = args.options.judging.clone();
        let options = args.options.over(config.options.clone());
        let gate = gate(&options);
        let style = Style {
            width,
            quiet: options.writing.quiet,
            threshold: options.gating.fail_on.unwrap_or_default().severity(),
        };
        let format = options.writing.format.unwrap_or_default();
        let for_people = matches!(format, Format::Table | Format::Full);
        let write = |output: Output| {
            let format = outputs::findings(output.format, style);
            (output, format)
        };
        let counts_quiet = counts_quiet(format, &options.writing);
        let outputs = options.writing.output.into_iter().map(write).collect();
        Ok(Self {
            inputs: args.inputs,
            format: outputs::findings(format, style),
            step_summary: format == Format::Github,
            outputs,
            color: options.coloring.into(),
            verbose: options.writing.verbose,
            measures: options.writing.statistics,
            working: options.working,
            counts_quiet,
            statistics: (options.writing.statistics && for_people).then_some(Statistics { width }),
            progress: options.writing.progress != Some(Progress::Never),
            gate,
            join: judging.join,
            judging,
            selecting: options.selecting,
            baseline: baseline(&options.adopting)?,
            adopting: options.adopting,
            config,
        })
    }

    /// `flows`, for a terminal of this width. It lists and does not judge, so only what could not be done is red.
    pub(super) fn flows(args: FlowsArgs, width: u16) -> anyhow::Result<Self> {
        let config = Config::load(&args.configuring)?;
        let format = outputs::flows(args.format.unwrap_or_default(), width)
            .context("flows has the formats table, json, ndjson, csv, markdown")?;
        Ok(Self {
            color: args.coloring.into(),
            ..Self::looking(config, args.judging, args.working, args.inputs, format)
        })
    }

    /// `show`, for a terminal of this width.
    pub(super) fn show(args: ShowArgs, width: u16) -> anyhow::Result<Self> {
        let config = Config::load(&args.configuring)?;
        let around = args.around;
        let format = outputs::timeline(args.format.unwrap_or_default(), width, around)
            .context("show has the formats table, json, ndjson")?;
        let inputs = vec![args.input];
        Ok(Self {
            color: args.coloring.into(),
            ..Self::looking(config, args.judging, args.working, inputs, format)
        })
    }

    /// Looks at connections and judges nothing, so only what could not be done is red.
    fn looking(
        config: Config,
        judging: Judging,
        working: Working,
        inputs: Vec<PathBuf>,
        format: Box<dyn report::Format>,
    ) -> Self {
        let effective = judging.clone().over(config.options.judging.clone());
        Self {
            inputs,
            format,
            step_summary: false,
            outputs: Vec::new(),
            color: ColorChoice::Auto,
            verbose: false,
            measures: false,
            working: working.over(config.options.working),
            counts_quiet: false,
            statistics: None,
            progress: config.options.writing.progress != Some(Progress::Never),
            gate: Gate {
                strict_input: effective.strict_input,
                ..Gate::default()
            },
            join: effective.join,
            judging,
            selecting: Selecting::default(),
            adopting: Adopting::default(),
            baseline: None,
            config: Config {
                suppressions: Vec::new(),
                hosts: Vec::new(),
                ..config
            },
        }
    }

    /// How one capture is judged.
    pub(super) fn settings(&self, capture: &str) -> Settings {
        let judging = self.config.judging(capture, &self.judging);
        Settings {
            profiles: Profiles {
                hosts: judging.profile,
                msl: judging.msl,
            },
            tap: judging.tap.unwrap_or_default(),
            filter: judging.filter,
            notes: judging.notes,
            statistics: self.measures,
            effort: Effort {
                jobs: self.working.jobs.unwrap_or_else(processors),
                memory: self.working.max_memory.unwrap_or(Effort::MEMORY),
                counts_quiet: self.counts_quiet,
                ..Effort::LEAST
            },
        }
    }

    /// Whether any format has more to say after a closer look.
    pub(super) fn looks_closer(&self) -> bool {
        let outputs = self.outputs.iter().map(|(_, format)| format);
        outputs
            .chain([&self.format])
            .any(|format| format.looks_closer())
    }

    /// Leaves in the report what is to be reported of it. Returns what has to be said about the rest.
    pub(super) fn sift(&mut self, report: &mut Report) -> anyhow::Result<Vec<String>> {
        let all = report.findings.len();
        self.select(report);
        let mut remarks = suppress(report, &self.config.suppressions, self.adopting.today);
        let unselected = all.saturating_sub(report.findings.len() + report.accepted.len());
        if self.verbose && unselected > 0 {
            remarks.push(format!("{unselected} findings are not selected"));
        }
        if self.adopting.write_baseline {
            let path = self.baseline_path();
            let mut known = Baseline::of(report, accept::least(self.gate.threshold));
            known.write(&path)?;
            remarks.push(format!(
                "{}: {} written",
                path.display(),
                report::count(known.len(), "finding")
            ));
            known.apply(report);
        } else if let Some(mut known) = self.baseline.take() {
            let path = self.baseline_path();
            let gone = known.apply(report);
            if self.adopting.prune_baseline {
                known.write(&path)?;
                let gone = report::count(gone, "finding");
                remarks.push(format!("{}: {gone} taken out", path.display()));
            } else if gone > 0 {
                let name = path.display();
                remarks.push(format!(
                    "{name}: {gone} of its findings are gone; --prune-baseline takes them out"
                ));
            }
        }
        Ok(remarks)
    }

    fn select(&self, report: &mut Report) {
        let names: Vec<_> = report.captures.iter().map(|it| it.name.clone()).collect();
        report.findings.retain(|finding| {
            let name = names.get(finding.capture).map_or("", String::as_str);
            let host = |rule: &&super::config::HostRule| {
                let endpoint = finding
                    .endpoint
                    .is_some_and(|it| rule.net.contains(it.ip()));
                endpoint
                    && rule
                        .ignore
                        .iter()
                        .any(|ignore| ignore.matches(finding.rule))
            };
            let mut paths = self
                .config
                .paths
                .iter()
                .filter(|rule| rule.glob.matches(name));
            keeps(&self.selecting, finding)
                && paths.all(|rule| keeps(&rule.selecting, finding))
                && !self.config.hosts.iter().any(|rule| host(&rule))
        });
    }

    fn baseline_path(&self) -> PathBuf {
        let named = self.adopting.baseline.clone();
        named.unwrap_or_else(|| BASELINE.into())
    }
}

/// Whether all that is written lists the connections with findings alone, and counts the others.
fn counts_quiet(format: Format, writing: &Writing) -> bool {
    let mut formats = writing.output.iter().map(|it| it.format).chain([format]);
    !writing.statistics && formats.all(|format| format == Format::Table)
}

/// As many threads as the machine runs at once.
fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}

/// The baseline that the options name; one that is about to be written need not be there.
fn baseline(adopting: &Adopting) -> anyhow::Result<Option<Baseline>> {
    if adopting.write_baseline {
        return Ok(None);
    }
    let asked = adopting.prune_baseline.then(|| BASELINE.into());
    let path = adopting.baseline.clone().or(asked);
    path.map(|path| Baseline::read(&path)).transpose()
}

fn gate(options: &Options) -> Gate {
    let threshold = options.gating.fail_on.unwrap_or_default().severity();
    Gate {
        threshold: threshold.filter(|_: &Severity| !options.gating.exit_zero),
        min_flows: options.gating.min_flows.unwrap_or(0),
        strict_input: options.judging.strict_input,
    }
}
