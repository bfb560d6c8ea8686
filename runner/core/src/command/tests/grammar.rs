//! What each command takes.

use super::*;
use crate::domain::{Domain, Unit};

#[test]
fn each_command_is_known_by_its_word() {
    let resume = |answer: Option<&str>, budget_usd| Command::Resume { answer: answer.map(str::to_owned), budget_usd };
    let resume_program = |answer: Option<&str>, budget_usd| {
        Command::Program(ProgramCommand::Resume { answer: answer.map(str::to_owned), budget_usd })
    };
    let hash = "0123456789abcdef";
    for (comment, expected) in [
        ("/pipemason", Command::Help),
        ("/pipemason help", Command::Help),
        ("/pipemason status", Command::Status),
        ("/pipemason cancel", Command::Cancel),
        ("/pipemason doctor", Command::Doctor),
        ("/pipemason start", start("", StartOptions::default())),
        ("/pipemason resume", resume(None, None)),
        ("/pipemason resume 8080", resume(Some("8080"), None)),
        ("/pipemason resume --budget-usd 20", resume(None, Some(Usd::dollars(20)))),
        ("/pipemason resume --budget-usd=2.50 go on", resume(Some("go on"), Some(Usd::micros(2_500_000)))),
        ("/pipemason retry", Command::Retry { phase: None }),
        ("/pipemason retry runtime_check", Command::Retry { phase: Some(Phase::RuntimeCheck) }),
        ("/pipemason approve 0123456789ABCDEF", Command::Approve { hash: TypedHash(hash.to_owned()) }),
        ("/pipemason revise", Command::Revise { text: None }),
        ("/pipemason revise rename it", Command::Revise { text: Some("rename it".to_owned()) }),
        ("/pipemason program status", Command::Program(ProgramCommand::Status)),
        ("/pipemason program resume", resume_program(None, None)),
        ("/pipemason program resume\nQ-1: the old one", resume_program(Some("Q-1: the old one"), None)),
        ("/pipemason program resume --budget-usd 200", resume_program(None, Some(Usd::dollars(200)))),
        ("/pipemason program cancel", Command::Program(ProgramCommand::Cancel)),
    ] {
        assert_eq!(command(comment), expected, "{comment}");
    }
}

#[test]
fn a_start_takes_the_flags_that_comments_may_use_wherever_they_stand() {
    let options = StartOptions {
        base: Some("release/2".parse().unwrap()),
        pull_request: true,
        last_phase: Some(Phase::Tdd),
        units: [Unit::of(Domain::Api), "web.shop".parse().unwrap()].into(),
        budget_usd: Some(Usd::dollars(3)),
    };
    for comment in [
        "/pipemason start --base release/2 --pr --scope tdd --domain api --domain web.shop --budget-usd 3 add a thing",
        "/pipemason start add a thing --base=release/2 --pr --stop-after=tdd --domain api,web.shop --budget-usd=$3",
        "/pipemason start --pr add --base 'release/2' a --scope \"tdd\" thing --domain=web.shop,api --budget-usd 3.00",
        "/pipemason  start\t--pr --base=\"release/2\" --scope iterate --stop-after tdd --domain web.shop --domain api \
         --budget-usd 3 \"add a thing\"",
    ] {
        assert_eq!(command(comment), start("add a thing", options.clone()), "{comment}");
    }
}

#[test]
fn a_scope_names_the_last_phase() {
    for (scope, phase) in [
        ("analyze", Phase::Analyze),
        ("architect", Phase::Architect),
        ("tdd", Phase::Tdd),
        ("red-green", Phase::Implement),
        ("iterate", Phase::Recheck),
        ("full", Phase::Finalize),
    ] {
        let options = StartOptions { last_phase: Some(phase), ..StartOptions::default() };
        assert_eq!(command(&format!("/pipemason start --scope {scope}")), start("", options));
    }
    let both = "/pipemason start --scope tdd --stop-after contracts";
    let options = StartOptions { last_phase: Some(Phase::Contracts), ..StartOptions::default() };
    assert_eq!(command(both), start("", options));
}

#[test]
fn a_program_takes_its_mode_and_tighter_limits() {
    let comment = "/pipemason program start --mode greenfield-system --base main --domain api --parallelism 2 \
                   --max-cost 50 --max-daily-cost 10 a shop\nwith a cart";
    let expected = ProgramOptions {
        mode: ProgramMode::GreenfieldSystem,
        base: Some("main".parse().unwrap()),
        units: [Unit::of(Domain::Api)].into(),
        parallelism: Some(2),
        max_cost: Some(Usd::dollars(50)),
        max_daily_cost: Some(Usd::dollars(10)),
    };
    let Command::Program(ProgramCommand::Start { intent, options }) = command(comment) else {
        panic!("not the start of a program");
    };
    assert_eq!((intent.as_deref(), options), (Some("a shop\nwith a cart"), expected));
    for mode in ProgramMode::ALL {
        let comment = format!("/pipemason program start --mode {}", mode.name());
        let Command::Program(ProgramCommand::Start { options, .. }) = command(&comment) else {
            panic!("not the start of a program");
        };
        assert_eq!(options.mode, mode);
    }
}

#[test]
fn text_stays_as_it_was_typed() {
    for (comment, text) in [
        ("/pipemason start don't use `C:\\temp`", "don't use `C:\\temp`"),
        ("/pipemason start two  blanks   stay ", "two  blanks   stay"),
        ("/pipemason start \"one quoted text\"", "one quoted text"),
        ("/pipemason start 'say \"hi\" \\n'", "say \"hi\" \\n"),
        ("/pipemason start \"a \\\"b\\\" c\\\\d \\n\"", "a \"b\" c\\d \\n"),
        ("/pipemason start \"quoted\" and not", "\"quoted\" and not"),
        ("/pipemason start \"quoted\"tail", "\"quoted\"tail"),
        ("/pipemason start 5\" and 6' wide", "5\" and 6' wide"),
        ("/pipemason start x=\"5", "x=\"5"),
        ("/pipemason start - a dash - and — another", "- a dash - and — another"),
        ("/pipemason start \"--pr\" 'is' \\--pr", "\"--pr\" 'is' \\--pr"),
        ("/pipemason start -- --skip-gate  --base x", "--skip-gate  --base x"),
        ("/pipemason start a --pr b", "a b"),
        ("/pipemason start ends with \\", "ends with \\"),
        ("/pipemason start héllo 日本 🦀\nzweite Zeile", "héllo 日本 🦀\nzweite Zeile"),
        ("/pipemason start title\n\n  - kept\n\nend\n\n", "title\n\n  - kept\n\nend"),
        ("/pipemason start\n\n    code first\nthen --base x \"open", "    code first\nthen --base x \"open"),
        ("/pipemason start \"quoted\"\nmore", "quoted\nmore"),
        ("/pipemason start a\n/pipemason cancel", "a\n/pipemason cancel"),
    ] {
        let Command::Start { text: found, .. } = command(comment) else {
            panic!("not a start: {comment}");
        };
        assert_eq!(found.as_deref(), Some(text), "{comment}");
    }
    for blank in ["/pipemason start", "/pipemason start   \n \n", "/pipemason start ''", "/pipemason start --"] {
        assert_eq!(command(blank), start("", StartOptions::default()), "{blank:?}");
    }
}

#[test]
fn a_backslash_takes_the_meaning_from_the_character_after_it() {
    assert_eq!(command("/pipemason \\cancel"), Command::Cancel);
    assert_eq!(error("/pipemason cancel now").code(), "unexpected_text");
    assert_eq!(error("/pipemason cancel\\ now").code(), "unknown_command", "the blank is part of the word");
    let options = StartOptions { base: Some("release/2".parse().unwrap()), ..StartOptions::default() };
    assert_eq!(command("/pipemason start --base release\\/2"), start("", options));
}

#[test]
fn commands_without_text_allow_remarks_on_later_lines() {
    assert_eq!(command("/pipemason cancel\n\nno longer needed, thanks"), Command::Cancel);
    assert_eq!(command("/pipemason status\n> /pipemason cancel"), Command::Status);
    assert_eq!(command("/pipemason\nadd a thing"), Command::Help);
}

#[test]
fn a_typed_hash_names_by_twelve_digits_or_more_in_any_case() {
    let hash = ContentHash::of(b"diff");
    let digits = hash.to_string();
    for (length, names) in [(11, false), (12, true), (13, true), (63, true), (64, true)] {
        let typed = TypedHash::read(digits.get(..length).unwrap());
        assert_eq!(typed.is_some_and(|typed| typed.names(&hash)), names, "{length}");
    }
    let upper = TypedHash::read(&digits.to_uppercase()).unwrap();
    assert_eq!(upper.as_str(), digits);
    assert!(upper.names(&hash) && !upper.names(&ContentHash::of(b"other")));
    for wrong in ["", "0123456789ag", &format!("{digits}0")] {
        assert_eq!(TypedHash::read(wrong), None, "{wrong}");
    }
}
