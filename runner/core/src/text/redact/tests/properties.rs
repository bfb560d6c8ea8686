//! No known secret survives, in no form.

use proptest::prelude::*;

use crate::text::redact::{RedactedStream, Redactor};

const STANDARD: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const URL_SAFE: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Base64 as every program writes it.
fn base64(bytes: &[u8], alphabet: &[u8], is_padded: bool) -> String {
    let mut encoded = String::new();
    for group in bytes.chunks(3) {
        let value = group.iter().fold(0_u32, |value, byte| value << 8 | u32::from(*byte)) << (8 * (3 - group.len()));
        for place in 0..=group.len() {
            encoded.push(char::from(alphabet[(value >> (18 - 6 * place) & 63) as usize]));
        }
        if is_padded {
            encoded.push_str(&"=".repeat(3 - group.len()));
        }
    }
    encoded
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

fn percent(bytes: &[u8]) -> String {
    let escape = |byte: &u8| {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(byte) {
            char::from(*byte).to_string()
        } else {
            format!("%{byte:02X}")
        }
    };
    bytes.iter().map(escape).collect::<Vec<_>>().concat()
}

/// The secret in every form, with something around it.
fn forms(secret: &str, before: &str) -> Vec<String> {
    let around = format!("{before}{secret} after");
    let every_third: Vec<String> = secret.chars().map(|character| format!("{character}\n")).collect();
    let colored: Vec<String> = secret.chars().map(|character| format!("\u{1b}[31m{character}\u{1b}[0m")).collect();
    vec![
        around.clone(),
        base64(around.as_bytes(), STANDARD, true),
        base64(around.as_bytes(), URL_SAFE, false),
        format!("{before}{}", hex(secret.as_bytes())),
        format!("{before}{}", hex(secret.as_bytes()).to_uppercase()),
        format!("{before}{}", percent(secret.as_bytes())),
        format!("{before}{}", percent(secret.as_bytes()).to_lowercase().replace(&secret.to_lowercase(), secret)),
        secret.chars().rev().collect(),
        serde_json::to_string(&around).unwrap(),
        every_third.concat(),
        colored.concat(),
    ]
}

/// Secrets that are not all of one case where lower case changes more than escapes.
fn secret() -> impl Strategy<Value = String> {
    "[a-z0-9+/=!\"\\\\$ €-]{0,3}[a-z0-9]{9}[a-z0-9+/=!\"\\\\$ €-]{0,12}"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sec_37_no_form_of_a_known_value_survives(secret in secret(), before in "[a-z]{0,4}") {
        let redactor = Redactor::new([secret.as_str()]);
        for text in forms(secret.trim(), &before) {
            let redacted = redactor.redact(&text).into_owned();
            prop_assert!(redacted.contains("[redacted: "), "{text:?} -> {redacted:?}");
            prop_assert!(!redacted.contains(secret.trim()), "{text:?} -> {redacted:?}");
        }
    }

    #[test]
    fn what_is_redacted_is_redacted_for_good(text in "\\PC{0,200}", secret in secret()) {
        let redactor = Redactor::new([secret.as_str()]);
        let once = redactor.redact(&text).into_owned();
        prop_assert_eq!(redactor.redact(&once).into_owned(), once);
    }

    #[test]
    fn sec_37_a_secret_cut_in_two_is_found(secret in "[a-z0-9]{12,40}", at in 0_usize..60_000, pieces in 1_usize..9_000) {
        let redactor = Redactor::new([secret.as_str()]);
        let line = "an ordinary line of output\n";
        let mut text = line.repeat(60_000 / line.len());
        text.insert_str(at.min(text.len()), &secret);
        let mut stream = RedactedStream::new(redactor.clone());
        let mut out = String::new();
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(pieces.min(rest.len()));
            out.push_str(&stream.push(piece));
            rest = after;
        }
        out.push_str(&stream.finish());
        prop_assert_eq!(out, redactor.redact(&text).into_owned());
    }
}

#[test]
fn a_stream_gives_back_ordinary_text_as_it_was() {
    let text = "€ and é\n".repeat(20_000);
    let mut stream = RedactedStream::new(Redactor::default());
    let mut out = String::new();
    for line in text.split_inclusive('\n') {
        out.push_str(&stream.push(line));
    }
    assert!(out.len() > text.len() / 2, "most of it comes out on the way");
    out.push_str(&stream.finish());
    assert_eq!(out, text);
}

#[test]
fn a_key_that_never_ends_is_not_held_for_ever() {
    let mut stream = RedactedStream::new(Redactor::default());
    let mut out = stream.push("-----BEGIN PRIVATE KEY-----\n");
    for _ in 0..40_000 {
        out.push_str(&stream.push("MIIEowIBAAKCAQEAMIIEowIBAAKCAQEAMIIEowIBAAKCAQEA\n"));
    }
    assert!(out.starts_with("[redacted: private key]"), "{}", out.len());
}

/// Each is taken out when a text is made visible, which would put the secret together again.
const HIDDEN: [&str; 10] = [
    "\u{200b}",
    "\u{e0041}",
    "\u{fe0f}",
    "\u{61c}",
    "\u{3164}",
    "\0",
    "\u{1b}[31m",
    "\u{9b}1m",
    "\u{1b}]0;title\u{7}",
    "\u{1b}P1\u{1b}\\",
];

#[test]
fn sec_37_a_secret_with_something_hidden_in_it_is_found() {
    let known = "hunter2-v4lue";
    let token: String = "ghp_".chars().chain("a1B2c3D4e5F6".chars().cycle().take(36)).collect();
    let redactor = Redactor::new([known]);
    for hidden in HIDDEN {
        for (secret, name) in [(known, "secret"), (&token, "github token")] {
            for at in 0..=secret.len() {
                let (before, after) = secret.split_at(at);
                let redacted = redactor.redact(&format!("a {before}{hidden}{after} b")).replace(hidden, "");
                assert_eq!(redacted, format!("a [redacted: {name}] b"), "{hidden:?} at {at}");
            }
        }
    }
}

#[test]
fn sec_37_a_secret_that_completes_a_terminal_code_is_found() {
    let redactor = Redactor::new(["hunter2-v4lue"]);
    for code in ["\u{1b}", "\u{1b}[", "\u{1b}[1;", "\u{9b}", "\u{1b}]", "\u{1b}("] {
        let redacted = redactor.redact(&format!("{code}hunter2-v4lue")).into_owned();
        assert_eq!(redacted, format!("{code}[redacted: secret]"));
        let both = redactor.redact(&format!("{code}hunter2\u{1b}[1m-v4lue")).into_owned();
        assert!(!both.contains("v4lue"), "{both:?}");
    }
}

#[test]
fn our_own_words_are_no_names_of_secrets() {
    let token: String = "ghp_".chars().chain("a1B2c3D4e5F6".chars().cycle().take(36)).collect();
    let once = Redactor::default().redact(&format!("{token}:a1B2c3D4e5F6")).into_owned();
    assert_eq!(once, "[redacted: github token]:a1B2c3D4e5F6");
    assert_eq!(Redactor::default().redact(&once), once);
    assert_eq!(
        Redactor::default().redact("[redacted: token=a1B2c3D4e5F6"),
        "[redacted: token=[redacted: assigned secret]"
    );
}
