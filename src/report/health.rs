//! The health of a capture in words: what was recorded, from where, how completely. Printed before any verdict, because every proof rests
//! on it.

use super::text::{count, escape, percent, percent_at_most, rfc3339};
use crate::finding::{CaptureRecord, Said, Skipped};

/// Label and text of each line of a capture's header.
pub(super) fn lines(capture: &CaptureRecord) -> Vec<(&'static str, String)> {
    let mut lines = vec![
        ("capture", escape(&capture.name).into_owned()),
        ("format", format(capture)),
        ("packets", packets(capture)),
        (
            "tap",
            format!(
                "{}{}; swaps up to {} are tolerated",
                capture.tap,
                basis(capture.tap_basis),
                capture.epsilon
            ),
        ),
        ("complete", completeness(capture)),
        ("drops", drops(capture.dropped)),
    ];
    if !capture.skipped.is_empty() {
        let reasons: Vec<_> = capture.skipped.iter().map(skipped).collect();
        lines.push(("not TCP", reasons.join(", ")));
    }
    if let (connections @ 1.., accusations) = capture.given_up {
        let dropped = match accusations {
            0 => String::new(),
            n => format!(", {} dropped with them", count(n, "accusation")),
        };
        let text = format!(
            "{} judged before their end (--max-memory): verdicts on them are partial{dropped}",
            count(connections, "connection")
        );
        lines.push(("memory", text));
    }
    lines.extend(said(&capture.said));
    if !capture.tags.is_empty() {
        let tags: Vec<_> = capture.tags.iter().copied().collect();
        lines.push(("facts", tags.join(", ")));
    }
    lines
}

/// What a tap position rests on.
fn basis(name: &str) -> &'static str {
    match name {
        "option" => " (as told)",
        "frames" => " (the frames show it)",
        "handshakes" => " (by handshake timing)",
        _ => "",
    }
}

fn format(capture: &CaptureRecord) -> String {
    let mut parts = vec![escape(&capture.format).into_owned()];
    if !capture.link_types.is_empty() {
        let names: Vec<_> = capture.link_types.iter().map(|name| escape(name)).collect();
        parts.push(names.join(", "));
    }
    if let Some(snaplen) = capture.snaplen {
        parts.push(format!("snap length {snaplen}"));
    }
    parts.join("; ")
}

fn packets(capture: &CaptureRecord) -> String {
    let mut text = format!(
        "{}, {}",
        count(capture.frames, "packet"),
        count(capture.segments, "TCP segment")
    );
    match capture.times {
        Some((first, last)) => {
            let span = last.since(first);
            text.push_str(&format!("; {span} from {}", rfc3339(first)));
        }
        None if capture.frames > 0 => text.push_str("; no timestamps"),
        None => {}
    }
    text
}

/// Octets that peers acknowledged against octets recorded; without a trace of loss, the bound that n segments allow (rule of three).
fn completeness(capture: &CaptureRecord) -> String {
    let octets = if capture.acknowledged == 0 {
        "nothing was acknowledged".to_owned()
    } else {
        let share = percent(capture.acknowledged_seen, capture.acknowledged);
        format!(
            "{} of {} acknowledged octets recorded ({share})",
            capture.acknowledged_seen, capture.acknowledged
        )
    };
    let loss = match (capture.loss_evidence, capture.sequence_bearing) {
        (0, 0) => return octets,
        (0, n @ 1..=3) => format!(
            "no sign of loss in {}, too few for a bound",
            count(n, "sequence-bearing segment")
        ),
        (0, n) => {
            let most = percent_at_most(3, n);
            format!(
                "no sign of loss in {}, so at most 3/{n} = {most} went missing (95 % bound)",
                count(n, "sequence-bearing segment")
            )
        }
        (1, _) => "1 sign of segments that the capture missed".to_owned(),
        (signs, _) => format!("{signs} signs of segments that the capture missed"),
    };
    format!("{octets}; {loss}")
}

fn drops(dropped: Option<u64>) -> String {
    match dropped {
        None => "the file does not say".to_owned(),
        Some(0) => "none reported".to_owned(),
        Some(n) => format!("{} reported by the capturing machine", count(n, "packet")),
    }
}

/// Files, names and comments, of many the first ones.
fn said(said: &Said) -> Vec<(&'static str, String)> {
    const SHOWN: usize = 8;
    let line = |label: &'static str, texts: Vec<String>, more: u64| {
        let shown = texts.len().min(SHOWN);
        let hidden = more.saturating_add(u64::try_from(texts.len() - shown).unwrap_or(u64::MAX));
        let mut texts: Vec<String> = texts.into_iter().take(SHOWN).collect();
        texts.extend((hidden > 0).then(|| format!("and {hidden} more")));
        (!texts.is_empty()).then(|| (label, texts.join(", ")))
    };
    let parts = said.parts.iter();
    let parts = parts.map(|(name, frame)| format!("{} from frame {frame}", escape(name)));
    let names = said.names.iter();
    let names = names.map(|(address, name)| format!("{address} {}", escape(name)));
    let comments = said.comments.iter();
    let comments = comments.map(|(frame, text)| match frame {
        Some(frame) => format!("frame {frame}: {}", escape(text)),
        None => escape(text).into_owned(),
    });
    [
        line("files", parts.collect(), 0),
        line("names", names.collect(), 0),
        line("comments", comments.collect(), said.more_comments),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn skipped(skipped: &Skipped) -> String {
    let hint = if skipped.lossy { " (may hide TCP)" } else { "" };
    format!("{}× {}{hint}", skipped.frames, escape(&skipped.reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_loss_the_bound_is_three_by_n() {
        let capture = CaptureRecord {
            acknowledged: 1000,
            acknowledged_seen: 1000,
            sequence_bearing: 12,
            ..CaptureRecord::default()
        };
        assert_eq!(
            completeness(&capture),
            "1000 of 1000 acknowledged octets recorded (100.00 %); \
             no sign of loss in 12 sequence-bearing segments, so at most 3/12 = 25.00 % went missing (95 % bound)"
        );
    }

    #[test]
    fn evidence_of_loss_replaces_the_bound() {
        let capture = CaptureRecord {
            acknowledged: 3,
            acknowledged_seen: 2,
            sequence_bearing: 12,
            loss_evidence: 1,
            ..CaptureRecord::default()
        };
        assert_eq!(
            completeness(&capture),
            "2 of 3 acknowledged octets recorded (66.66 %); 1 sign of segments that the capture missed"
        );
    }
}
