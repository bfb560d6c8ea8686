//! What is said when something is refused, how often, and the limits.

use std::collections::BTreeSet;

use super::*;
use crate::command::tests::every_command_error;
use crate::money::Usd;
use crate::permission::tests::EVERY_DENIAL;

/// Returns one of each kind, and of each wording.
pub(crate) fn every_refusal() -> Vec<Refusal> {
    let own = [
        Refusal::TooManyCommands,
        Refusal::TooManyRuns,
        Refusal::BotLoop,
        Refusal::NoRun,
        Refusal::RunIsPending,
        Refusal::RunIsRunning,
        Refusal::RunHasNotBegun,
        Refusal::RunIsFinalizing,
        Refusal::RunIsEscalated,
        Refusal::RunIsOver,
        Refusal::AskedSince,
        Refusal::OptionsTooLate,
        Refusal::RetryTooLate { stopped_in: Phase::Verify },
        Refusal::NothingToApprove,
        Refusal::WrongHash { awaited: ContentHash::of(b"") },
        Refusal::ApprovalVoid,
        Refusal::ReviseNeedsPullRequest,
        Refusal::NotOurPullRequest,
        Refusal::ForkPullRequest,
        Refusal::IssueIsClosed,
        Refusal::RepositoryIsArchived,
        Refusal::LooserLimit { flag: "--budget-usd", limit: Usd::dollars(10) },
        Refusal::BudgetAboveDay { limit: Usd::dollars(40) },
        Refusal::NoProgram,
        Refusal::ProgramIsActive,
        Refusal::ProgramIsStopped,
        Refusal::ProgramIsOver,
    ];
    let of_commands = every_command_error().into_iter().map(Refusal::Command);
    let denials = EVERY_DENIAL.into_iter().map(Refusal::Denied);
    own.into_iter().chain(of_commands).chain(denials).collect()
}

#[test]
fn each_refusal_has_a_code_of_its_own() {
    let mut kinds_by_code = std::collections::BTreeMap::<_, BTreeSet<String>>::new();
    for refusal in every_refusal() {
        let code = refusal.code();
        let is_plain = code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(is_plain && !code.is_empty(), "{code}");
        let kind = match &refusal {
            Refusal::Command(error) => format!("{error:?}"),
            Refusal::Denied(denial) => format!("{denial:?}"),
            other => format!("{other:?}"),
        };
        let kind = kind.split([' ', '{', '(']).next().unwrap().to_owned();
        kinds_by_code.entry(code).or_default().insert(kind);
    }
    assert_eq!(kinds_by_code.len(), 27 + 15 + 9);
    for (code, kinds) in kinds_by_code {
        assert_eq!(kinds.len(), 1, "{code}: {kinds:?}");
    }
}

#[test]
fn each_sentence_says_what_to_do_next() {
    // One of these leads every way out.
    let ways_out = [
        "write ",
        "start one ",
        "start another ",
        "ask ",
        "try ",
        "start it ",
        "can start ",
        "comment ",
        "close ",
        "reply ",
        "put ",
        "add ",
        "copy ",
        "correct ",
        "see ",
        "use ",
        "leave it out",
        "reopen ",
        "unarchive ",
        "list ",
        "can copy ",
        "close it",
    ];
    for refusal in every_refusal() {
        let sentence = refusal.sentence();
        assert!(sentence.ends_with('.') && !sentence.contains('\n'), "{sentence}");
        assert!(sentence.len() < 240, "{sentence}");
        let (_, way_out) = sentence.split_once([';', ',']).unwrap_or_else(|| panic!("{sentence}"));
        assert!(ways_out.iter().any(|way| way_out.contains(way)), "{sentence}");
        assert!(!sentence.contains('@') && !sentence.contains("fixes"), "{sentence}");
    }
}

#[test]
fn a_refusal_is_spoken_once_per_person_and_issue() {
    for (was_refused_before, is_spoken) in [(false, true), (true, false)] {
        let facts = Facts { was_refused_before, ..facts(comment("/pipemason stauts")) };
        let Decision::Refuse(refused) = decision(&facts) else {
            panic!("not refused");
        };
        assert_eq!(refused.is_spoken, is_spoken);
        assert_eq!((refused.confused_at, refused.take_label_off), (Some(COMMENT), None));
    }
}

#[test]
fn sec_20_a_person_gives_so_many_commands_an_hour_and_can_always_cancel() {
    for (commands_last_hour, is_refused) in [(0, false), (29, false), (30, true), (31, true)] {
        let counts = Counts { commands_last_hour, ..Counts::default() };
        assert_eq!(rate_limit(counts).is_err(), is_refused);
        let say = |body: &str| {
            word(&Facts {
                counts,
                run: Some(run(stopped(Awaiting::Change))),
                program: Some(program(ProgramStage::Stopped)),
                ..facts(comment(body))
            })
        };
        for body in ["start", "resume", "retry", "status", "help", "doctor", "program status", "program resume"] {
            assert_eq!(say(&format!("/pipemason {body}")) == "too_many_commands", is_refused, "{body}");
        }
        assert_eq!(say("/pipemason cancel"), "Cancel");
        assert_eq!(say("/pipemason program cancel"), "CancelProgram");
    }
}

#[test]
fn sec_73_loops_are_broken_with_a_sentence() {
    let say =
        |counts, body: &str| word(&Facts { counts, run: Some(run(stopped(Awaiting::Change))), ..facts(comment(body)) });
    let chain = |bot_chain| Counts { bot_chain, ..Counts::default() };
    let runs = |runs_last_hour| Counts { runs_last_hour, ..Counts::default() };
    for body in ["/pipemason start", "/pipemason resume"] {
        assert_eq!(say(chain(3), body), "resume");
        assert_eq!(say(chain(4), body), "bot_loop");
        assert_eq!(say(runs(9), body), "resume");
        assert_eq!(say(runs(10), body), "too_many_runs");
    }
    assert_eq!(say(chain(4), "/pipemason cancel"), "Cancel");
    assert_eq!(say(runs(10), "/pipemason status"), "ShowStatus");
    assert_eq!(loop_breaker(Counts { bot_chain: 4, ..runs(10) }), Err(Refusal::BotLoop));
}
