use proptest::prelude::*;

use crate::config::{CONFIG_PATH, Gravity, MAX_CONFIG_BYTES, read_config};

#[test]
fn a_text_over_the_limit_is_refused() {
    let text = format!("# {}\n", "x".repeat(MAX_CONFIG_BYTES - 3));
    assert_eq!(text.len(), MAX_CONFIG_BYTES);
    assert!(read_config(&text).is_ok());
    let error = read_config(&format!("{text}\n")).unwrap_err();
    assert_eq!(error.errors[0].message, "the file has 65537 bytes; at most 65536 are read");
    assert!(read_config(&"€".repeat(400_000)).is_err());
}

#[test]
fn hostile_documents_are_refused_or_bounded() {
    for text in [
        "[".repeat(60_000),
        "{a: ".repeat(15_000),
        "a: ".repeat(20_000),
        "- ".repeat(30_000),
        (0..300).map(|depth| " ".repeat(depth) + "a:\n").collect(),
        "a: &a [x,x]\nb: &b [*a,*a]\nc: [*b,*b]\n".to_owned(),
        "<<: {version: 2}\nversion: [".to_owned(),
        "%YAML 1.2\n---\nversion: 1\n".to_owned(),
        "? [a]\n: b\n".to_owned(),
        "version: \"1".to_owned(),
        "\0".to_owned(),
        "version: 1\u{0}".to_owned(),
        "commands: {api: {test: \"a\\0b\"}}".to_owned(),
    ] {
        let error = read_config(&text).unwrap_err();
        assert!(!error.errors.is_empty());
        assert!(error.to_string().contains(CONFIG_PATH));
    }
}

#[test]
fn of_very_many_problems_some_are_listed_and_the_rest_is_counted() {
    let unknown = |count: usize| (0..count).map(|key| ["k", &key.to_string(), ": 1\n"].concat()).collect::<String>();
    let help = |count| {
        let warnings = read_config(&unknown(count)).unwrap().warnings;
        (warnings.len(), warnings.last().and_then(|last| last.help.clone()))
    };
    assert_eq!(help(50), (50, None));
    assert_eq!(help(51), (50, Some("there are 1 more like these".to_owned())));
    assert_eq!(help(5000).1, Some("there are 4950 more like these".to_owned()));
    let wrong = format!("domains: [{}]", "x,".repeat(5_000));
    let error = read_config(&wrong).unwrap_err();
    assert_eq!(error.errors.len(), 50);
    assert!(error.errors.iter().all(|problem| problem.gravity == Gravity::Error));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_is_read_or_refused_and_never_a_panic(text in "\\PC{0,200}|[\\x00-\\x{10ffff}]{0,60}|([a-z_]{1,10}: ?[\\[\\]{}&*!,'\"|>#%@`a-z0-9€\n-]{0,12}\n ?){0,12}") {
        match read_config(&text) {
            Ok(loaded) => prop_assert!(loaded.warnings.iter().all(|warning| warning.gravity == Gravity::Warning)),
            Err(error) => {
                prop_assert!(!error.errors.is_empty());
                for problem in error.errors.iter().chain(&error.warnings) {
                    prop_assert!(problem.line >= 1 && problem.column >= 1);
                    let moves_the_cursor = problem.to_string().contains('\u{1b}');
                    prop_assert!(!moves_the_cursor);
                }
            }
        }
    }

    #[test]
    fn a_wrong_value_anywhere_is_an_error_at_its_place(key in 0usize..200, value in prop::sample::select(vec!["[[x]]", "{? : }", "[{}]"])) {
        let rows = crate::config::reference::rows();
        let leaves: Vec<_> = rows.iter().filter(|row| !row.is_section && !row.path.contains(['<', '['])).collect();
        let row = leaves[key % leaves.len()];
        prop_assume!(!row.expected.contains("list") || value == "{? : }");
        let segments: Vec<&str> = row.path.split('.').collect();
        let depth = segments.len();
        let lines = segments.iter().enumerate().map(|(indent, segment)| format!("{}{segment}:", "  ".repeat(indent)));
        let mut text = lines.collect::<Vec<_>>().join("\n") + " ";
        let column = text.rsplit('\n').next().unwrap().len() + 1;
        text += value;
        let error = read_config(&text).unwrap_err();
        prop_assert_eq!((&error.errors[0].key, error.errors[0].line, error.errors[0].column), (&row.path, depth, column));
    }
}
