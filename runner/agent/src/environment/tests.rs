use super::*;
use crate::presets;

fn folders() -> Folders {
    Folders { tree: "/run/tree".into(), home: "/run/home".into(), temporary: "/run/temporary".into() }
}

fn host(variables: &[(&str, &str)]) -> Environment {
    variables.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

fn preset(name: &str) -> &'static Preset {
    presets::all().iter().find(|preset| preset.name == name).unwrap()
}

#[test]
fn sec_40_only_what_is_named_is_passed_on() {
    let host =
        host(&[("ANTHROPIC_API_KEY", "k"), ("OPENAI_API_KEY", "o"), ("MINE", "m"), ("OTHER", "x"), ("TZ", "UTC")]);
    let built = build(&host, preset("claude"), &["MINE".parse().unwrap()], &folders());
    let get = |name: &str| built.get(OsStr::new(name)).map(|value| value.to_str().unwrap());
    assert_eq!((get("ANTHROPIC_API_KEY"), get("MINE"), get("TZ")), (Some("k"), Some("m"), Some("UTC")));
    assert_eq!((get("OPENAI_API_KEY"), get("OTHER")), (None, None));
    assert_eq!(
        (get("HOME"), get("TMPDIR"), get("GIT_TERMINAL_PROMPT")),
        (Some("/run/home"), Some("/run/temporary"), Some("0"))
    );
    assert_eq!(get("GIT_CONFIG_GLOBAL"), Some("/run/temporary/pipemason.gitconfig"));
    assert_eq!(get("DISABLE_TELEMETRY"), Some("1"));
}

#[test]
fn sec_40_what_could_write_to_github_is_withheld_even_from_a_preset() {
    let named = ["GITHUB_TOKEN", "gh_token", "ACTIONS_RUNTIME_TOKEN", "GITHUB_ENV", "PIPEMASON_KEY", "KEY"];
    let mut preset = preset("custom").clone();
    preset.pass = named.map(str::to_owned).into();
    let built = build(&host(&named.map(|name| (name, "secret"))), &preset, &[], &folders());
    let secret: Vec<_> = built.iter().filter(|(_, value)| *value == "secret").map(|(name, _)| name).collect();
    assert_eq!(secret, ["KEY"]);
}

#[test]
fn sec_43_programs_are_not_looked_for_where_an_agent_writes() {
    let host = host(&[("PATH", "/usr/bin:.:bin:/run/tree/bin::/run/temporary:/run/treehouse:/run/tree")]);
    let built = build(&host, preset("claude"), &[], &folders());
    assert_eq!(built[OsStr::new("PATH")], "/usr/bin:/run/treehouse");
    let built = build(&Environment::new(), preset("claude"), &[], &folders());
    assert_eq!(built[OsStr::new("PATH")], "/usr/local/bin:/usr/bin:/bin");
}

#[test]
fn what_everybody_needs_is_sorted_and_not_withheld() {
    assert!(EVERYBODY.is_sorted());
    assert!(!EVERYBODY.iter().any(|name| is_withheld(name)));
}
