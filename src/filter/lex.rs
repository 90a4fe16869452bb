//! Words and signs of a filter, with their places. `&&`, `||` and `!` are the words that they stand for.

/// A word, a parenthesis or a bang, and how many characters come before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) column: usize,
}

/// The tokens of a filter, or the place of a character that belongs to none.
pub(super) fn tokens(text: &str) -> Result<Vec<Token<'_>>, (usize, String)> {
    let mut tokens = Vec::new();
    let mut rest = text;
    let mut column = 0;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            ' ' | '\t' | '\n' | '\r' => {
                (column, rest) = (column + 1, rest.get(1..).unwrap_or_default());
                continue;
            }
            '(' | ')' => 1,
            '!' if rest.starts_with("!=") => return Err(refused(column, c)),
            '!' => 1,
            '&' if rest.starts_with("&&") => 2,
            '|' if rest.starts_with("||") => 2,
            c if is_word(c) => rest.find(|c| !is_word(c)).unwrap_or(rest.len()),
            c => return Err(refused(column, c)),
        };
        let (token, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        let text = match token {
            "&&" => "and",
            "||" => "or",
            "!" => "not",
            word => word,
        };
        tokens.push(Token { text, column });
        column += length;
        rest = after;
    }
    Ok(tokens)
}

fn refused(column: usize, c: char) -> (usize, String) {
    let what = if "[]=<>&|+*/^".contains(c) {
        "octets of a packet are not compared here; the filter knows hosts, nets, ports and VLANs"
    } else {
        "no filter has this character"
    };
    (column, what.to_owned())
}

/// All of them are one octet long, so that columns and octets are the same within a word.
const fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '/' | '-' | '_' | '%' | '\\')
}
