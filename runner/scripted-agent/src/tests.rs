use std::fs;

use crate::script::{Output, Reported, Stop, load, parse};

const PAGE: &str = include_str!("../../../docs/reference/scripted-agent.md");

/// Returns the names that are possible where `wrong` is not.
fn names(wrong: &str) -> Vec<String> {
    let error = parse(&format!("version: 1\nturns: [{wrong}]")).unwrap_err();
    let (_, expected) = error.split_once("expected one of ").unwrap();
    let (expected, _) = expected.split_once(" at line").unwrap();
    expected.split(", ").map(str::to_owned).collect()
}

#[test]
fn the_reference_names_everything_that_a_script_can_say() {
    for (wrong, least) in [
        ("{ do: [{ nothing: 1 }] }", 15),
        ("{ nothing: 1 }", 8),
        ("{ when: { nothing: 1 } }", 11),
        ("{ stop: nothing }", 8),
        ("{ do: [{ bad_frame: nothing }] }", 12),
        ("{ do: [{ ask_permission: { nothing: 1 } }] }", 4),
        ("{ usage: { nothing: 1 } }", 4),
    ] {
        let names = names(wrong);
        assert!(names.len() >= least, "{wrong}: {names:?}");
        for name in names {
            let ways = [format!("`{name}`"), format!("`{name}:"), format!("{{{name}"), format!(", {name}")];
            assert!(ways.iter().any(|way| PAGE.contains(way)), "the page does not name `{name}` of {wrong}");
        }
    }
}

#[test]
fn the_example_of_the_reference_is_a_script() {
    let (_, behind) = PAGE.split_once("```yaml\n").unwrap();
    let (example, _) = behind.split_once("```").unwrap();
    let script = parse(example).unwrap();
    assert_eq!(script.turns.len(), 4);
    assert_eq!(script.defaults.usage, Reported::default(), "the page shows the defaults");
    assert_eq!(script.turns[3].stop, Stop::Error("529 overloaded".into()));
}

#[test]
fn what_is_not_known_is_an_error_with_its_place() {
    for (text, place, word) in [
        ("version: 1\nturns:\n  - nmae: a\n", "line 3, column 5", "nmae"),
        ("version: 1\nturns:\n  - do: [{ say: a, think: b }]\n", "line 3, column 20", "end of mapping"),
        ("version: 1\nturns:\n  - do:\n      - shout: a\n", "line 4, column", "shout"),
        ("version: 1\nturns: [{ when: { prompt: '(' } }]\n", "line 2, column", "regex"),
        ("version: 1\nturns: [{ usage: some }]\n", "line 2, column", "some"),
        ("version: 1\nversion: 1\n", "line 2, column 1", "version"),
        ("turns: []\n", "", "version"),
        ("version: 1\nturns: [{ lie: yes }]\n", "line 2, column", "bool"),
    ] {
        let error = parse(text).unwrap_err();
        assert!(error.contains(place) && error.contains(word), "{text}: {error}");
    }
}

#[test]
fn an_output_is_written_in_one_of_four_ways() {
    let out = |text: &str| parse(&format!("version: 1\nturns: [{{ {text} }}]")).unwrap().turns.remove(0).out;
    assert_eq!(out(""), Output::Default);
    assert_eq!(out("out: none"), Output::None);
    assert_eq!(out("out: '{'"), Output::Text("{".into()));
    assert_eq!(out("out: { a: [1, x] }"), Output::Json(serde_json::json!({ "a": [1, "x"] })));
}

#[test]
fn scripts_include_others_relative_to_themselves() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    };
    write("shared/b.yml", "version: 1\ninclude: [c.yml]\nturns: [{ name: b }]");
    write("shared/c.yml", "version: 1\nturns: [{}]");
    let path = write("a.yml", "version: 1\ninclude: [shared/b.yml]\nturns: [{ name: a }]");
    let script = load(&path).unwrap();
    let names: Vec<_> = script.turns.iter().map(|turn| turn.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "turn 3"]);
    assert!(script.turns[0].folder.is_absolute() && script.turns[2].folder.ends_with("shared"));
    for (name, text, expected) in [
        ("ring.yml", "version: 1\ninclude: [ring.yml]", "included by itself"),
        ("far.yml", "version: 1\ninclude: [nowhere.yml]", "nowhere.yml"),
        ("new.yml", "version: 2", "version 2"),
    ] {
        let error = load(&write(name, text)).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}
