//! The built-in search for secrets in text that should be pushed.

use super::{Secret, SecretKind, merged, patterns};

/// A secret in a text, without the secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SecretFinding {
    pub kind: SecretKind,
    /// Counted from 1.
    pub line: u32,
    /// In characters, counted from 1.
    pub column: u32,
}

/// Words that say that a value only shows where a secret would stand.
const PLACEHOLDERS: &[&str] =
    &["example", "placeholder", "changeme", "change-me", "your-", "your_", "dummy", "xxxx", "****", "....", "0000000"];

/// Returns the secrets in `text`, in order. What only shows where a secret would stand does not count.
pub fn scan(text: &str) -> Vec<SecretFinding> {
    let secrets = merged(patterns::find_in(text));
    let mut findings = Vec::new();
    let (mut line, mut column, mut at) = (1_u32, 1_u32, 0);
    let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
    for secret in secrets.iter().filter(|secret| !is_placeholder(text, secret)) {
        // Each part of the text is counted once, also where thousands of secrets stand on one line.
        let between = text.get(at..secret.place.start).unwrap_or_default();
        at = secret.place.start;
        let (lines, last) = between.rsplit_once('\n').map_or((None, between), |(lines, last)| (Some(lines), last));
        if let Some(lines) = lines {
            line = line.saturating_add(count(lines.matches('\n').count() + 1));
            column = 1;
        }
        column = column.saturating_add(count(last.chars().count()));
        findings.push(SecretFinding { kind: secret.kind, line, column });
    }
    findings
}

fn is_placeholder(text: &str, secret: &Secret) -> bool {
    let value = text.get(secret.place.clone()).unwrap_or_default();
    if secret.kind == SecretKind::PrivateKey {
        return false;
    }
    let lower = value.to_ascii_lowercase();
    let is_reference = ["$", "{{", "<", "%("].iter().any(|start| value.starts_with(start));
    is_reference || PLACEHOLDERS.iter().any(|word| lower.contains(word))
}
