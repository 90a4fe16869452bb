//! `rules` and `explain`: what the registry says.

use super::args::{ExplainArgs, RulesArgs, RulesFormat};
use super::exit::Status;
use super::output::{complain, print, width};
use crate::report::{closest, docs, explain, rules_json, rules_table};
use crate::rules::{RULES, find};

pub(super) fn list(args: &RulesArgs) -> anyhow::Result<Status> {
    let text = match args.format {
        RulesFormat::Table => rules_table(RULES, width()),
        RulesFormat::Json => rules_json(RULES)? + "\n",
        RulesFormat::Markdown => docs::rule_table(RULES),
    };
    print(args.coloring.into(), |out| out.write_all(text.as_bytes()))?;
    Ok(Status::Green)
}

pub(super) fn one(args: &ExplainArgs) -> anyhow::Result<Status> {
    let Some(rule) = find(&args.rule) else {
        let advice = match closest(RULES, &args.rule) {
            Some(rule) => format!("did you mean {} {}?", rule.code, rule.name),
            None => "`tcplint rules` lists them all".to_owned(),
        };
        complain(&format!("no rule '{}'; {advice}", args.rule));
        return Ok(Status::Failed);
    };
    let text = explain(rule, width());
    print(args.coloring.into(), |out| out.write_all(text.as_bytes()))?;
    Ok(Status::Green)
}
