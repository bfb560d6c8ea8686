use proptest::prelude::*;

use super::*;

const RUN: &str = "01ARZ3NDEKTSV4RRFFQ69G5FAV";

fn rules(pattern: &str) -> Branch {
    Branch { pattern: pattern.parse().unwrap(), ..Branch::default() }
}

fn parts<'a>(title: &'a str, ticket: Option<&'a str>) -> NameParts<'a> {
    NameParts { run: RUN.parse().unwrap(), title, ticket, story: None, epic: None, program: None, user: None }
}

fn named(title: &str, ticket: Option<&str>) -> String {
    branch_name(&Branch::default(), &parts(title, ticket)).to_string()
}

fn branch(name: &str) -> BranchName {
    name.parse().unwrap()
}

#[test]
fn a_branch_is_named_after_its_ticket() {
    for (title, ticket, expected) in [
        ("Add a /healthz endpoint", Some("#7"), "feature/7-add-a-healthz-endpoint"),
        ("Add a /healthz endpoint", None, "feature/add-a-healthz-endpoint"),
        ("Fix: crash on start", Some("PROJ-12"), "bug/PROJ-12-fix-crash-on-start"),
        ("Don't panic", None, "feature/dont-panic"),
        ("Größe der Übersicht, naïve façade", None, "feature/grosse-der-ubersicht-naive-facade"),
        ("Łódź æther Øre", None, "feature/lodz-aether-ore"),
        ("добавить healthz", Some("#7"), "feature/7-healthz"),
        ("добавить", Some("#7"), "feature/7"),
        ("  spaces   and\ttabs ", None, "feature/spaces-and-tabs"),
        ("snake_case.and.dots", None, "feature/snake-case-and-dots"),
        ("ﬁne ½ ① ²", None, "feature/fine-1-2-1-2"),
    ] {
        assert_eq!(named(title, ticket), expected, "{title}");
    }
}

#[test]
fn a_keyword_counts_as_a_whole_word_and_the_last_type_wins() {
    for (title, expected) in [
        ("fix it", "bug"),
        ("FIX it", "bug"),
        ("a bug.", "bug"),
        ("prefix it", "feature"),
        ("fixed it", "feature"),
        ("fix_it", "feature"),
        ("fixé", "feature"),
        ("prefix and fix", "bug"),
        ("nothing", "feature"),
    ] {
        assert_eq!(named(title, Some("#1")).split('/').next(), Some(expected), "{title}");
    }
    let mut rules = rules("{type}/{ticket}");
    rules.types.push(crate::config::BranchType {
        name: "Chore & Co".to_owned(),
        keywords: vec![String::new(), "dependency update".to_owned()],
    });
    let name = |title| branch_name(&rules, &parts(title, Some("#1"))).to_string();
    assert_eq!(name("fix the dependency update"), "Chore-Co/1");
    assert_eq!(name("fix the dependency"), "bug/1");
    rules.types.clear();
    assert_eq!(branch_name(&rules, &parts("fix", Some("#1"))).as_str(), "1");
}

#[test]
fn empty_placeholders_vanish_with_their_separators() {
    for (pattern, expected) in [
        ("{type}/{ticket}-{description}", "feature/x-y"),
        ("{epic}/{story}/{description}", "x-y"),
        ("{user}-{epic}-{description}_{program}", "x-y"),
        ("agent/{epic}//{description}/", "agent/x-y"),
        ("a--b..c/{description}", "a-b.c/x-y"),
        ("{description}.lock", "x-y-lock"),
        ("{description}.LOCK/a", "x-y-lock/a"),
        ("-{description}", "x-y"),
        ("ü {description}~^:?*[", "x-y"),
        ("refs/{description}", "pipemason/run-01arz3ndektsv4rrffq69g5fav"),
        ("static", "static-run-q69g5fav"),
        ("{type}", "feature-run-q69g5fav"),
    ] {
        assert_eq!(branch_name(&rules(pattern), &parts("X Y", None)).as_str(), expected, "{pattern}");
    }
    let all = NameParts {
        story: Some("S-E001-001"),
        epic: Some("E-001"),
        program: Some("shop"),
        user: Some("octo.cat"),
        ..parts("X Y", Some("#7"))
    };
    let pattern = "{user}/{program}/{epic}/{story}/{ticket}/{type}/{description}";
    assert_eq!(branch_name(&rules(pattern), &all).as_str(), "octo-cat/shop/E-001/S-E001-001/7/feature/x-y");
    let story = NameParts { ticket: None, ..all };
    assert_eq!(branch_name(&Branch::default(), &story).as_str(), "feature/S-E001-001-x-y");
}

#[test]
fn a_description_is_cut_at_a_whole_word() {
    for (length, expected) in [(8, "abcd-efg"), (11, "abcd-efg"), (12, "abcd-efg-hij"), (13, "abcd-efg-hij")] {
        let rules = Branch { max_slug_length: crate::config::Count::new(length), ..rules("{description}") };
        assert_eq!(branch_name(&rules, &parts("abcd efg hij", None)).as_str(), expected);
        let long = branch_name(&rules, &parts(&"é".repeat(100), None));
        assert_eq!(long.as_str().len(), usize::try_from(length).unwrap());
    }
}

#[test]
fn sec_29_hostile_titles_become_plain_names() {
    let long = "x".repeat(300);
    let tags = "\u{e0041}\u{200b}\u{202e}\u{fe0f}";
    for (title, expected) in [
        ("a\nb\r\nc", "feature/a-b-c"),
        ("\"; $(touch x)", "feature/touch-x"),
        ("`id`", "feature/id"),
        ("${{ github.token }}", "feature/github-token"),
        ("--upload-pack=evil", "feature/upload-pack-evil"),
        ("-x", "feature/x"),
        ("../../etc/passwd", "feature/etc-passwd"),
        (".git/config", "feature/git-config"),
        ("x.lock", "feature/x-lock"),
        ("HEAD", "feature/head"),
        ("@{u}", "feature/u"),
        ("a\0b\u{1b}[31m", "feature/a-b-31m"),
        ("🎉 party 🎉", "feature/party"),
        (&long, &format!("feature/{}", "x".repeat(60))),
        ("🎉🎉", "feature/run-q69g5fav"),
        ("", "feature/run-q69g5fav"),
        (tags, "feature/run-q69g5fav"),
    ] {
        assert_eq!(named(title, None), expected, "{title:?}");
    }
    assert_eq!(named("🎉", Some("#7")), "feature/7");
    let no_ticket = branch_name(&rules("{type}/{description}"), &parts("🎉", Some("#7")));
    assert_eq!(no_ticket.as_str(), "feature/ticket-7");
    assert_eq!(named("x", Some("$(id)/../-x")), "feature/id-x-x");
}

#[test]
fn a_taken_name_gets_a_number() {
    let taken = |names: &[&str]| names.iter().map(|name| branch(name)).collect::<BTreeSet<_>>();
    for (name, names, expected) in [
        ("a/b", &[][..], "a/b"),
        ("a/b", &["a/c", "a/bc", "a/b-2", "b"], "a/b"),
        ("a/b", &["a/b"], "a/b-2"),
        ("a/b", &["a/b", "a/b-2", "a/b-4"], "a/b-3"),
        ("a/b", &["A/B", "a/B-2"], "a/b-3"),
        ("a/b", &["a/b/c"], "a/b-2"),
        ("a/b", &["a/b-1", "a/b/c", "a/b-2/x"], "a/b-3"),
        ("a/b", &["a"], "a-b"),
        ("a/b", &["A", "a-b"], "a-b-2"),
        ("a/b/c", &["a/b"], "a-b-c"),
    ] {
        assert_eq!(untaken(&branch(name), &taken(names)).as_str(), expected, "{name} {names:?}");
    }
    let long = branch(&"x".repeat(244));
    let other = untaken(&long, &BTreeSet::from([long.clone()]));
    assert_eq!(other.as_str(), format!("{}-2", "x".repeat(200)));
}

#[test]
fn patterns_read_back_as_they_were_written_and_wrong_ones_are_refused() {
    for text in ["{type}/{ticket}-{description}", "x", "{user}", "a{epic}b{program}c{story}"] {
        assert_eq!(text.parse::<BranchPattern>().unwrap().to_string(), text);
    }
    assert_eq!(BranchPattern::default(), "{type}/{ticket}-{description}".parse().unwrap());
    for (text, error) in [
        ("{name}", PatternError::UnknownPlaceholder { name: "name".to_owned() }),
        ("{}", PatternError::UnknownPlaceholder { name: String::new() }),
        ("{type", PatternError::LooseBrace),
        ("type}", PatternError::LooseBrace),
        ("{type}}", PatternError::LooseBrace),
        ("", PatternError::Length),
    ] {
        assert_eq!(text.parse::<BranchPattern>(), Err(error), "{text}");
    }
    assert!("x".repeat(200).parse::<BranchPattern>().is_ok());
    assert_eq!("x".repeat(201).parse::<BranchPattern>(), Err(PatternError::Length));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn sec_29_any_title_gives_a_name(title in "\\PC{0,80}|[\\x00-\\x{10ffff}]{0,20}", ticket in "\\PC{0,12}", pattern in "[a-z/._ -]{0,6}\\{(type|ticket|description|user)\\}[a-z/.@~-]{0,6}") {
        let name = branch_name(&rules(&pattern), &parts(&title, Some(&ticket)));
        prop_assert!(name.as_str().parse::<BranchName>().is_ok());
        prop_assert!(name.as_str().is_ascii());
        let other = untaken(&name, &BTreeSet::from([name.clone()]));
        prop_assert!(name != other);
    }
}
