//! Which findings are reported: by rule (code, prefix or name), by blame, by proof.

use super::options::Selecting;
use crate::finding::Finding;
use crate::report::closest;
use crate::rules::{Blame, Proof, RULES, Rule, find as find_rule};
use std::fmt;

/// Names on the command line.
pub(super) const BLAMES: [(&str, Blame); 5] = [
    ("endpoint", Blame::Endpoint),
    ("network", Blame::Network),
    ("capture", Blame::Capture),
    ("third-party", Blame::ThirdParty),
    ("unknown", Blame::Unknown),
];

/// Names on the command line.
pub(super) const PROOFS: [(&str, Proof); 3] = [
    ("certain", Proof::Certain),
    ("strong", Proof::Strong),
    ("weak", Proof::Weak),
];

/// The value of that name.
pub(super) fn find<T: Copy>(names: &[(&str, T)], name: &str) -> Option<T> {
    let named = names.iter().find(|(known, _)| *known == name);
    named.map(|(_, value)| *value)
}

/// Rules by what their codes begin with; a whole code is one rule, nothing is all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Selector {
    prefix: String,
    said: String,
}

impl Selector {
    pub(super) fn matches(&self, rule: &Rule) -> bool {
        rule.code.starts_with(&self.prefix)
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said)
    }
}

/// `ALL`, `TCP2`, `TCP201`, `ack-of-unsent`
pub(super) fn selector(text: &str) -> Result<Selector, String> {
    let upper = text.to_ascii_uppercase();
    let code = find_rule(text).map(|rule| rule.code.to_owned());
    let known = |prefix: &str| RULES.iter().any(|rule| rule.code.starts_with(prefix));
    let prefix = match code {
        Some(code) => code,
        None if upper == "ALL" => String::new(),
        None if upper.len() > 2 && known(&upper) => upper,
        None => {
            let advice = match closest(RULES, text) {
                Some(rule) => format!("did you mean {} ({})?", rule.name, rule.code),
                None => "`tcplint rules` lists them".to_owned(),
            };
            return Err(format!("no rule has this code, prefix or name; {advice}"));
        }
    };
    Ok(Selector {
        prefix,
        said: text.to_owned(),
    })
}

/// Whether a finding is reported.
pub(super) fn keeps(selecting: &Selecting, finding: &Finding) -> bool {
    let Selecting {
        select,
        ignore,
        blame,
        proof,
    } = selecting;
    let length = |selectors: &[Selector]| {
        let matching = selectors.iter().filter(|it| it.matches(finding.rule));
        matching.map(|it| it.prefix.len()).max()
    };
    let selected = if select.is_empty() {
        Some(0)
    } else {
        length(select)
    };
    selected.is_some()
        && length(ignore).is_none_or(|ignored| !select.is_empty() && selected > Some(ignored))
        && (blame.is_empty() || blame.contains(&finding.blame))
        && proof.is_none_or(|least| finding.proof >= least)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(texts: &[&str]) -> Vec<Selector> {
        texts.iter().map(|text| selector(text).unwrap()).collect()
    }

    fn codes(select: &[&str], ignore: &[&str]) -> usize {
        let selecting = Selecting {
            select: all(select),
            ignore: all(ignore),
            ..Selecting::default()
        };
        let kept = RULES
            .iter()
            .filter(|rule| keeps(&selecting, &finding(rule)));
        kept.count()
    }

    fn finding(rule: &'static Rule) -> Finding {
        Finding {
            capture: 0,
            flow: None,
            frame: None,
            time: None,
            offset: None,
            endpoint: None,
            role: None,
            rule,
            severity: rule.severity(rule.blame, Proof::Weak),
            blame: rule.blame,
            proof: Proof::Weak,
            message: String::new(),
            expected: None,
            seen: None,
            evidence: Vec::new(),
            alibi: None,
            alike: 0,
        }
    }

    #[test]
    fn the_more_specific_selector_wins() {
        assert_eq!(codes(&[], &[]), RULES.len());
        assert_eq!(codes(&["TCP201"], &[]), 1);
        assert_eq!(codes(&["ack-of-unsent", "tcp202"], &[]), 2);
        assert_eq!(codes(&["TCP201"], &["TCP2"]), 1);
        assert_eq!(codes(&["ALL"], &["TCP201"]), RULES.len() - 1);
        assert_eq!(codes(&["TCP2"], &["TCP2"]), 0);
        assert_eq!(codes(&[], &["ALL"]), 0);
        assert_eq!(codes(&["TCP9"], &["ALL"]), codes(&["TCP9"], &[]));
    }

    #[test]
    fn an_unknown_selector_gets_advice() {
        let said = selector("ack-of-unset").unwrap_err();
        assert!(
            said.ends_with("did you mean ack-of-unsent (TCP201)?"),
            "{said}"
        );
        assert!(selector("TC").is_err());
        assert!(selector("TCP0").is_err());
        assert!(selector("").is_err());
    }
}
