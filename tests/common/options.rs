//! TCP options as tcpdump prints them: `mss 1460,sackOK,TS val 1 ecr 0,nop,wscale 7`, `sack 5:9 11:20`, `tfo cookiereq`,
//! `tfo cookie 0011223344556677`, `eol`, and `unknown-KIND HEX` for all others.

use super::line::number;

/// The octets of an option list, without the angle brackets and without padding.
pub(crate) fn options(list: &str) -> Result<Vec<u8>, String> {
    let mut out: Vec<u8> = Vec::new();
    for option in list.split(',') {
        let words: Vec<&str> = option.split_whitespace().collect();
        match words.as_slice() {
            ["nop"] => out.push(1),
            ["eol"] => out.push(0),
            ["mss", size] => {
                out.extend([2, 4]);
                out.extend(number::<u16>(size)?.to_be_bytes());
            }
            ["wscale", shift] => out.extend([3, 3, number(shift)?]),
            ["sackOK"] => out.extend([4, 2]),
            ["sack", edges @ ..] => {
                out.extend([
                    5,
                    u8::try_from(2 + 8 * edges.len()).map_err(|_| "too many SACK blocks")?,
                ]);
                for edge in edges {
                    let (left, right) = edge
                        .split_once(':')
                        .ok_or("a SACK block reads LEFT:RIGHT")?;
                    out.extend(number::<u32>(left)?.to_be_bytes());
                    out.extend(number::<u32>(right)?.to_be_bytes());
                }
            }
            ["TS", "val", val, "ecr", ecr] => {
                out.extend([8, 10]);
                out.extend(number::<u32>(val)?.to_be_bytes());
                out.extend(number::<u32>(ecr)?.to_be_bytes());
            }
            ["tfo", "cookiereq"] => out.extend([34, 2]),
            ["tfo", "cookie", cookie] => kind(&mut out, 34, cookie)?,
            [name, data] if name.starts_with("unknown-") => {
                kind(&mut out, number(&name[8..])?, data)?
            }
            _ => return Err(format!("`{}` is no option", option.trim())),
        }
    }
    if out.len() > 40 {
        return Err(format!(
            "{} octets of options do not fit into 40",
            out.len()
        ));
    }
    Ok(out)
}

fn kind(out: &mut Vec<u8>, kind: u8, data: &str) -> Result<(), String> {
    let data = hex(data)?;
    out.extend([
        kind,
        u8::try_from(data.len() + 2).map_err(|_| "an option is too long")?,
    ]);
    out.extend(data);
    Ok(())
}

/// Octets in hexadecimal digits.
pub(crate) fn hex(text: &str) -> Result<Vec<u8>, String> {
    if !text.is_ascii() || !text.len().is_multiple_of(2) {
        return Err(format!("`{text}` is not a row of hexadecimal octets"));
    }
    let octet = |at: usize| {
        u8::from_str_radix(&text[at..at + 2], 16).map_err(|error| format!("`{text}`: {error}"))
    };
    (0..text.len()).step_by(2).map(octet).collect()
}
