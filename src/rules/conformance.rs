//! The requirements that the rules are measured by, and what no capture can show of them. Data; `report` draws the table.

use super::rule::Rule;

/// One requirement: a number of RFC 9293 Appendix B, or the project's own for a wire rule without one.
#[derive(Clone, Copy, Debug)]
pub struct Requirement {
    /// `MUST-15`, `U-06`.
    pub id: &'static str,
    /// Whether the record can show a breach: `H` by itself, `E` with evidence that something was received, `-` not by itself.
    pub class: &'static str,
    /// RFC and section, as in `9293 3.1`.
    pub place: &'static str,
    /// What it says, in short.
    pub says: &'static str,
    /// What of it no capture can show, and why; empty where its rules show it all.
    pub open: &'static str,
}

impl Requirement {
    /// All requirements, in the order of the document.
    pub fn all() -> impl Iterator<Item = Self> {
        include_str!("requirements.txt")
            .lines()
            .filter_map(Self::read)
    }

    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split('|').map(str::trim);
        let id = fields.next().filter(|id| !id.starts_with('#'))?;
        Some(Self {
            id,
            class: fields.next()?,
            place: fields.next()?,
            says: fields.next()?,
            open: fields.next()?,
        })
    }

    /// The rules that rest on it.
    pub fn rules<'a>(
        &self,
        rules: &'a [&'static Rule],
    ) -> impl Iterator<Item = &'static Rule> + use<'a> {
        let id = self.id;
        rules
            .iter()
            .copied()
            .filter(move |rule| rule.requirements.contains(&id))
    }
}
