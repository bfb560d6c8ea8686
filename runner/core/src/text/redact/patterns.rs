//! What secrets look like. One pass over the text; nothing is looked at more than a few times.

use std::ops::Range;

use super::{Secret, SecretKind, assignments};

/// A token that begins with a word of its maker.
struct Prefix {
    text: &'static str,
    kind: SecretKind,
    /// Characters besides letters and digits.
    others: &'static [u8],
    /// Fewest characters after the prefix.
    at_least: usize,
}

const fn prefix(text: &'static str, kind: SecretKind, others: &'static [u8], at_least: usize) -> Prefix {
    Prefix { text, kind, others, at_least }
}

/// Longer prefixes first where one begins with another.
const PREFIXES: &[Prefix] = &[
    prefix("ghs_", SecretKind::GitHubToken, b"._-", 20),
    prefix("ghp_", SecretKind::GitHubToken, b"._-", 20),
    prefix("gho_", SecretKind::GitHubToken, b"._-", 20),
    prefix("ghu_", SecretKind::GitHubToken, b"._-", 20),
    prefix("ghr_", SecretKind::GitHubToken, b"._-", 20),
    prefix("github_pat_", SecretKind::GitHubToken, b"_", 20),
    prefix("sk-", SecretKind::ModelKey, b"_-", 20),
    prefix("gsk_", SecretKind::ModelKey, b"", 20),
    prefix("hf_", SecretKind::ModelKey, b"", 30),
    prefix("AKIA", SecretKind::CloudKey, b"", 16),
    prefix("ASIA", SecretKind::CloudKey, b"", 16),
    prefix("AIza", SecretKind::CloudKey, b"_-", 30),
    prefix("ya29.", SecretKind::CloudKey, b"_-", 20),
    prefix("dop_v1_", SecretKind::CloudKey, b"", 32),
    prefix("xoxb-", SecretKind::ServiceToken, b"-", 10),
    prefix("xoxp-", SecretKind::ServiceToken, b"-", 10),
    prefix("xoxa-", SecretKind::ServiceToken, b"-", 10),
    prefix("xoxr-", SecretKind::ServiceToken, b"-", 10),
    prefix("xoxs-", SecretKind::ServiceToken, b"-", 10),
    prefix("xapp-", SecretKind::ServiceToken, b"-", 10),
    prefix("npm_", SecretKind::ServiceToken, b"", 30),
    prefix("pypi-", SecretKind::ServiceToken, b"_-", 32),
    prefix("glpat-", SecretKind::ServiceToken, b"_-", 20),
    prefix("sk_live_", SecretKind::ServiceToken, b"", 16),
    prefix("sk_test_", SecretKind::ServiceToken, b"", 16),
    prefix("rk_live_", SecretKind::ServiceToken, b"", 16),
    prefix("whsec_", SecretKind::ServiceToken, b"+/=", 20),
    prefix("shpat_", SecretKind::ServiceToken, b"", 24),
    prefix("SG.", SecretKind::ServiceToken, b"._-", 40),
    prefix("AGE-SECRET-KEY-1", SecretKind::PrivateKey, b"", 20),
    prefix("pmt_", SecretKind::ServiceToken, b"_-", 20),
];

/// Returns everything in `text` that looks like a secret, in no particular order.
pub(super) fn find_in(text: &str) -> Vec<Secret> {
    let mut secrets = private_keys(text);
    secrets.extend(tokens(text));
    secrets.extend(url_passwords(text));
    secrets.extend(authorizations(text));
    secrets.extend(assignments::find_in(text));
    secrets
}

fn is_word_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Returns the end of the run of bytes from `start` on that are `wanted`.
pub(super) fn run_end(bytes: &[u8], start: usize, wanted: impl Fn(u8) -> bool) -> usize {
    let rest = bytes.get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len())
}

fn tokens(text: &str) -> Vec<Secret> {
    let bytes = text.as_bytes();
    let mut secrets = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let begins_word = at == 0 || !bytes.get(at - 1).is_some_and(|byte| is_word_byte(*byte));
        let rest = bytes.get(at..).unwrap_or_default();
        let found = if begins_word { token_at(rest).or_else(|| json_web_token_at(rest)) } else { None };
        if let Some((kind, length)) = found {
            secrets.push(Secret { kind, place: at..at + length });
            at += length;
        } else {
            at += 1;
        }
    }
    secrets
}

/// Returns the token that `bytes` begin with.
fn token_at(bytes: &[u8]) -> Option<(SecretKind, usize)> {
    let prefix = PREFIXES.iter().find(|prefix| bytes.starts_with(prefix.text.as_bytes()))?;
    let start = prefix.text.len();
    let end = run_end(bytes, start, |byte| byte.is_ascii_alphanumeric() || prefix.others.contains(&byte));
    (end - start >= prefix.at_least).then_some((prefix.kind, end))
}

/// Returns the JSON web token that `bytes` begin with: three parts, the first two being objects.
fn json_web_token_at(bytes: &[u8]) -> Option<(SecretKind, usize)> {
    const SHORTEST_PART: usize = 10;
    if !bytes.starts_with(b"eyJ") {
        return None;
    }
    let part = |start: usize| run_end(bytes, start, |byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte));
    let head = part(0);
    let body = part(head + 1);
    let is_token = bytes.get(head) == Some(&b'.') && head >= SHORTEST_PART && body - head > SHORTEST_PART;
    if !is_token {
        return None;
    }
    let end = if bytes.get(body) == Some(&b'.') { part(body + 1) } else { body };
    Some((SecretKind::JsonWebToken, end))
}

/// Returns private keys with their frames; one that is never closed goes to the end of its lines of key.
fn private_keys(text: &str) -> Vec<Secret> {
    const END: &str = "PRIVATE KEY-----";
    let last_end = text.rfind("-----END ").unwrap_or(0);
    let mut secrets = Vec::new();
    let mut at = 0;
    while let Some(found) = text.get(at..).and_then(|rest| rest.find("-----BEGIN ")) {
        let start = at + found;
        let label = start + "-----BEGIN ".len();
        at = label;
        let Some(rest) = text.get(label..) else { break };
        let line = rest.get(..rest.find('\n').unwrap_or(rest.len())).unwrap_or_default();
        // A key on one line, as in an environment variable, has its line ends written out.
        let Some(head) = line.find(END).filter(|head| *head < 40) else { continue };
        let body = label + head + END.len();
        let closing = if body < last_end { text.get(body..).and_then(|rest| rest.find("-----END ")) } else { None };
        let end = match closing {
            Some(closing) => {
                let closing = body + closing;
                let after = text.get(closing..).unwrap_or_default();
                closing + after.find(END).filter(|end| *end < 60).map_or(after.len().min(9), |end| end + END.len())
            }
            None => body + key_lines(text.get(body..).unwrap_or_default()),
        };
        secrets.push(Secret { kind: SecretKind::PrivateKey, place: start..end });
        at = end;
    }
    secrets
}

/// Returns the length of the lines of `text` that a key can be made of.
fn key_lines(text: &str) -> usize {
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=\\\r:,- ".contains(&byte);
    let mut length = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim_end_matches('\n').bytes().all(is_key) {
            break;
        }
        length += line.len();
    }
    length
}

/// Returns passwords in addresses: what stands between `://name:` and `@`, or before `@` if it is long.
fn url_passwords(text: &str) -> Vec<Secret> {
    const LONG_NAME: usize = 16;
    let bytes = text.as_bytes();
    let ends_authority =
        |byte: u8| byte.is_ascii_whitespace() || byte.is_ascii_control() || b"/?#\"'<>`)]}|".contains(&byte);
    let mut secrets = Vec::new();
    for (found, _) in text.match_indices("://") {
        let start = found + 3;
        let end = run_end(bytes, start, |byte| !ends_authority(byte));
        let Some(authority) = text.get(start..end) else { continue };
        let Some((user, _)) = authority.rsplit_once('@') else { continue };
        let place = match user.split_once(':') {
            Some((name, password)) if !password.is_empty() => start + name.len() + 1..start + user.len(),
            None if user.len() >= LONG_NAME => start..start + user.len(),
            Some(_) | None => continue,
        };
        secrets.push(Secret { kind: SecretKind::UrlPassword, place });
    }
    secrets
}

/// Returns what follows `Authorization:` on its line, and what follows `Bearer` anywhere.
fn authorizations(text: &str) -> Vec<Secret> {
    const SHORTEST_BEARER: usize = 16;
    let bytes = text.as_bytes();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"._~+/=-".contains(&byte);
    let mut secrets = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        let rest = bytes.get(at..).unwrap_or_default();
        // The first letters of all words that are looked for; most bytes need no closer look.
        if !rest.first().is_some_and(|first| b"abpx".contains(&first.to_ascii_lowercase())) {
            at += 1;
            continue;
        }
        if let Some(place) = header_value(rest) {
            secrets.push(Secret { kind: SecretKind::Authorization, place: at + place.start..at + place.end });
            at += place.end.max(1);
        } else if starts_with_word(rest, b"bearer ") {
            let start = at + "bearer ".len();
            let end = run_end(bytes, start, is_token);
            if end - start >= SHORTEST_BEARER {
                secrets.push(Secret { kind: SecretKind::Authorization, place: start..end });
            }
            at = end.max(start);
        } else {
            at += 1;
        }
    }
    secrets
}

fn starts_with_word(bytes: &[u8], word: &[u8]) -> bool {
    bytes.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
}

/// Returns where the value of the header stands that `bytes` begin with.
fn header_value(bytes: &[u8]) -> Option<Range<usize>> {
    let name: &[u8] = [b"proxy-authorization".as_slice(), b"authorization", b"x-api-key"]
        .into_iter()
        .find(|name| starts_with_word(bytes, name))?;
    let after_quote = run_end(bytes, name.len(), |byte| b"\"' ".contains(&byte));
    if !matches!(bytes.get(after_quote), Some(b':' | b'=')) {
        return None;
    }
    let start = run_end(bytes, after_quote + 1, |byte| b" \t\"'".contains(&byte));
    let end = run_end(bytes, start, |byte| !byte.is_ascii_control() && !b"\"'".contains(&byte));
    (start < end).then_some(start..end)
}
