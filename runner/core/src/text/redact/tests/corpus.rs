//! Tables of secrets, and of what only looks like one.

use crate::text::redact::{Redactor, SecretKind, scan};

fn kinds(text: &str) -> Vec<SecretKind> {
    Redactor::default().secrets_in(text).into_iter().map(|secret| secret.kind).collect()
}

/// Tokens are put together here, so that no scanner takes this file for a leak.
fn token(prefix: &str, length: usize) -> String {
    prefix.chars().chain("a1B2c3D4e5F6g7H8i9J0".chars().cycle().take(length)).collect()
}

#[test]
fn sec_37_tokens_of_known_makers_are_taken_out_whatever_their_length() {
    let cases = [
        ("ghs_", SecretKind::GitHubToken),
        ("ghp_", SecretKind::GitHubToken),
        ("gho_", SecretKind::GitHubToken),
        ("ghu_", SecretKind::GitHubToken),
        ("ghr_", SecretKind::GitHubToken),
        ("github_pat_", SecretKind::GitHubToken),
        ("sk-", SecretKind::ModelKey),
        ("sk-ant-api03-", SecretKind::ModelKey),
        ("AKIA", SecretKind::CloudKey),
        ("AIza", SecretKind::CloudKey),
        ("xoxb-", SecretKind::ServiceToken),
        ("npm_", SecretKind::ServiceToken),
        ("pypi-", SecretKind::ServiceToken),
        ("sk_live_", SecretKind::ServiceToken),
        ("glpat-", SecretKind::ServiceToken),
        ("pmt_", SecretKind::ServiceToken),
    ];
    for (prefix, kind) in cases {
        for length in [40, 520] {
            let text = format!("before {} after", token(prefix, length));
            assert_eq!(kinds(&text), [kind], "{prefix}");
            let redacted = Redactor::default().redact(&text).into_owned();
            assert_eq!(redacted, format!("before [redacted: {}] after", kind.name()));
        }
    }
}

#[test]
fn sec_37_a_token_with_the_parts_of_a_json_web_token_goes_whole() {
    let long = format!("{}.{}.{}", token("ghs_1234_eyJ", 60), token("eyJ", 300), token("", 86));
    assert_eq!(Redactor::default().redact(&format!("x={long};")), "x=[redacted: github token];");
    let web = format!("{}.{}.{}", token("eyJ", 30), token("eyJ", 80), token("", 43));
    assert_eq!(kinds(&web), [SecretKind::JsonWebToken]);
    assert_eq!(kinds(&format!("{}.{}", token("eyJ", 30), token("eyJ", 80))), [SecretKind::JsonWebToken]);
}

#[test]
fn what_only_looks_like_a_token_stays() {
    for text in [
        "ghp_short",
        "the ghs_ prefix",
        "task-force-a1B2c3D4e5F6g7H8i9J0k1L2",
        "disk-a1B2c3D4e5F6g7H8i9J0",
        "eyJ.eyJ.eyJ",
        "eyJhbGciOi is the start of one",
        "AKIAIOSFOD",
        "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "0123456789abcdef0123456789abcdef01234567",
        "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "https://example.com/a:b@c",
        "git@github.com:owner/name.git",
        "token = get_token()",
        "password: String",
        "tokens_in: 123456, tokens_out: 78",
        "let secret = SecretString::from(value);",
        "bearer of bad news",
    ] {
        assert_eq!(kinds(text), [], "{text}");
        assert_eq!(Redactor::default().redact(text), text);
    }
}

#[test]
fn sec_37_private_keys_go_with_their_frames_closed_or_not() {
    let frame = |word: &str, kind: &str| format!("-----{word} {kind}PRIVATE KEY-----");
    let body = "MIIEowIBAAKCAQEA\nq1w2e3r4\n";
    for kind in ["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "] {
        let closed = format!("a\n{}\n{body}{}\nb", frame("BEGIN", kind), frame("END", kind));
        assert_eq!(Redactor::default().redact(&closed), "a\n[redacted: private key]\nb", "{kind}");
        let open = format!("a\n{}\n{body}", frame("BEGIN", kind));
        assert_eq!(Redactor::default().redact(&open), "a\n[redacted: private key]", "{kind}");
        let escaped = format!("KEY=\"{}\\nMIIE\\n{}\\n\"", frame("BEGIN", kind), frame("END", kind));
        assert_eq!(Redactor::default().redact(&escaped), "KEY=\"[redacted: private key]\\n\"", "{kind}");
    }
    let open_then_text = format!("{}\n{body}what follows is not a key!\n", frame("BEGIN", ""));
    assert_eq!(Redactor::default().redact(&open_then_text), "[redacted: private key]what follows is not a key!\n");
    assert_eq!(kinds("-----BEGIN PUBLIC KEY-----\nMIIE\n-----END PUBLIC KEY-----"), []);
}

#[test]
fn sec_37_headers_addresses_and_assignments() {
    let redactor = Redactor::default();
    for (text, redacted) in [
        ("Authorization: Basic dXNlcjpwYXNz\nnext", "Authorization: [redacted: authorization]\nnext"),
        ("{\"authorization\": \"token abc\"}", "{\"authorization\": \"[redacted: authorization]\"}"),
        ("x-api-key: abc", "x-api-key: [redacted: authorization]"),
        ("curl -H 'Bearer abcdefghijklmnop'", "curl -H 'Bearer [redacted: authorization]'"),
        ("https://user:p@ss@host/x", "https://user:[redacted: password in a url]@host/x"),
        (
            "https://x-access-token:abc@github.com/o/r",
            "https://x-access-token:[redacted: password in a url]@github.com/o/r",
        ),
        ("https://a1b2c3d4e5f6g7h8@host/", "https://[redacted: password in a url]@host/"),
        ("PASSWORD=hunter2-Hunt3r!", "PASSWORD=[redacted: assigned secret]"),
        ("client_secret: \"a1b2c3d4e5f6\"", "client_secret: \"[redacted: assigned secret]\""),
        (
            "aws_secret_access_key = wJalrXUtnFEMIK7MDENGbPxRfiCYzzz",
            "aws_secret_access_key = [redacted: assigned secret]",
        ),
        ("export API_KEY := 'a1b2c3d4e5f6'", "export API_KEY := '[redacted: assigned secret]'"),
    ] {
        assert_eq!(redactor.redact(text), redacted);
        assert_eq!(redactor.redact(redacted), redacted, "what is redacted stays as it is");
    }
}

#[test]
fn an_assigned_value_has_to_be_long_and_varied() {
    assert_eq!(kinds("password=a1b2c3d4e5f"), [], "eleven characters");
    assert_eq!(kinds("password=a1b2c3d4e5f6"), [SecretKind::Assignment], "twelve characters");
    assert_eq!(kinds("password=abcdefghijkl"), [], "no digit");
    assert_eq!(kinds("password=123456789012"), [], "no letter");
    assert_eq!(kinds("password=aaaaaaaaaaa1"), [], "no variety");
    assert_eq!(kinds("passphrase a1b2c3d4e5f6"), [], "nothing is assigned");
    let long_name = format!("{}password=a1b2c3d4e5f6", "x".repeat(57));
    assert_eq!(kinds(&long_name), [], "no name is that long");
}

#[test]
fn sec_37_the_scan_names_places_and_leaves_placeholders_alone() {
    let text = format!("é\n  key = {}\npassword=a1b2c3d4e5f6\n", token("ghp_", 36));
    let found: Vec<_> = scan(&text).into_iter().map(|finding| (finding.kind, finding.line, finding.column)).collect();
    assert_eq!(found, [(SecretKind::GitHubToken, 2, 9), (SecretKind::Assignment, 3, 10)]);
    let two = format!("{} {}", token("ghp_", 36), token("npm_", 36));
    let columns: Vec<_> = scan(&two).into_iter().map(|finding| finding.column).collect();
    assert_eq!(columns, [1, 42]);
    for text in
        ["password=example12345", "token: your-token-a1b2c3", "API_KEY=${API_KEY_1234567}", "secret=xxxx1234xxxx5678"]
    {
        assert_eq!(scan(text), [], "{text}");
    }
    assert_eq!(scan("https://user:$PASSWORD@host/"), []);
    assert_eq!(scan("-----BEGIN PRIVATE KEY-----\nexample\n").len(), 1);
}

#[test]
fn sec_62_debug_shows_no_secret() {
    let redactor = Redactor::new(["correct horse battery staple", "abc"]);
    let shown = format!("{redactor:?}");
    assert!(!shown.contains("horse"), "{shown}");
    assert_eq!((redactor.known.count(), redactor.ignored_values()), (1, 1));
    let mut stream = crate::text::redact::RedactedStream::new(redactor);
    assert_eq!(stream.push("correct horse"), "");
    assert!(!format!("{stream:?}").contains("horse"));
}

#[test]
fn short_known_values_are_not_looked_for() {
    assert_eq!(Redactor::new(["12345"]).redact("12345"), "12345");
    assert_eq!(Redactor::new(["123456"]).redact("123456"), "[redacted: secret]");
    assert_eq!(Redactor::new(["", "  "]).ignored_values(), 0);
}
