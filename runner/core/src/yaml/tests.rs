use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

proptest! {
    #[test]
    fn a_quoted_text_reads_back_as_it_was(text in "\\PC*|[\\x00-\\x{10ffff}]*") {
        let document = format!("key: {}\nother: 1\n", quoted(&text));
        let read: BTreeMap<String, serde_json::Value> = read_yaml(&document).unwrap();
        prop_assert_eq!(read["key"].as_str(), Some(text.as_str()));
        prop_assert_eq!(&read["other"], 1);
    }
}

#[test]
fn a_quoted_text_is_one_printable_line() {
    assert_eq!(quoted("a\nb\u{85}\u{2028}\u{feff}\u{7f}\0€\"\\"), r#""a\nb\x85\u2028\ufeff\x7f\x00\u20ac\"\\""#);
}

#[test]
fn doubled_keys_and_yes_for_true_are_errors_with_a_place() {
    let doubled = read_yaml::<BTreeMap<String, u32>>("a: 1\nb: 2\na: 3\n").unwrap_err();
    assert_eq!((doubled.line, doubled.column), (3, 1), "{doubled}");
    assert!(read_yaml::<BTreeMap<String, bool>>("a: yes\n").is_err());
    assert!(read_yaml::<BTreeMap<String, u32>>("a: 1\n---\na: 2\n").is_err());
}

#[test]
fn hostile_documents_are_refused_quickly() {
    let laughs = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\n\
        d: &d [*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e]\n";
    assert!(read_yaml::<serde_json::Value>(laughs).is_err());
    assert!(read_yaml::<serde_json::Value>(&"[".repeat(100_000)).is_err());
    assert!(read_yaml::<serde_json::Value>(&"a: ".repeat(100_000)).is_err());
    assert!(read_yaml::<serde_json::Value>(&"x".repeat(MAX_YAML_BYTES + 1)).is_err());
}

#[test]
fn front_matter_ends_at_the_first_fence() {
    assert_eq!(split_front_matter("---\na: 1\n---\nbody\n---\n"), Ok(("a: 1\n", "body\n---\n")));
    assert_eq!(split_front_matter("\u{feff}---\r\na: 1\r\n---\r\nbody"), Ok(("a: 1\r\n", "body")));
    assert_eq!(split_front_matter("---\n---\n"), Ok(("", "")));
    assert_eq!(split_front_matter("a: 1\n"), Err(FrontMatterError::Missing));
    assert_eq!(split_front_matter("---\na: 1\n ---\n"), Err(FrontMatterError::Unclosed));
    assert_eq!(split_front_matter(""), Err(FrontMatterError::Missing));
}
