//! What each command does at each stage.

use super::*;
use crate::command::StartOptions;
use crate::money::Usd;

#[test]
fn a_start_begins_a_run_goes_on_with_one_or_follows_one_up() {
    let expected =
        ["CheckReadiness", "run_is_running", "run_is_running", "resume", "follow up", "follow up", "follow up"];
    for place in [Place::Issue, PULL_REQUEST] {
        assert_eq!(at_each_stage("/pipemason start", place), expected);
        assert_eq!(at_each_stage("/pipemason retry", place), expected);
    }
    let labeled = |stage| word(&Facts { run: Some(run(stage)), ..facts(label("pipemason")) });
    assert_eq!(stages().map(labeled), expected);
    assert_eq!(word(&facts(comment("/pipemason start"))), "start");
    assert_eq!(word(&facts(label("pipemason"))), "start");
    assert_eq!(word(&facts(comment("/pipemason retry"))), "no_run");
}

#[test]
fn a_follow_up_names_the_run_before_and_keeps_text_and_options() {
    let facts = Facts {
        run: Some(run(Stage::Ended(End::Complete))),
        ..facts(comment("/pipemason start --pr also log it\nin full"))
    };
    let Decision::Act(act) = decision(&facts) else {
        panic!("nothing is done");
    };
    let intent = Intent::Start {
        text: Some("also log it\nin full".to_owned()),
        options: StartOptions { pull_request: true, ..StartOptions::default() },
        previous: Some(run(Stage::Pending).id),
    };
    assert_eq!(act.intent, intent);
    assert_eq!(act.by, facts.sender.actor());
    assert_eq!((act.acknowledge, act.take_label_off), (Some(COMMENT), None));
}

#[test]
fn a_start_never_loses_what_was_said_with_it() {
    let say = |body: &str, stage| word(&Facts { run: Some(run(stage)), ..facts(comment(body)) });
    assert_eq!(say("/pipemason start more", Stage::Pending), "run_is_pending");
    assert_eq!(say("/pipemason start --pr", Stage::Pending), "run_is_pending");
    assert_eq!(say("/pipemason start --pr", stopped(Awaiting::Change)), "options_too_late");
    let Decision::Act(act) =
        decision(&Facts { run: Some(run(stopped(Awaiting::Change))), ..facts(comment("/pipemason start use 8080")) })
    else {
        panic!("nothing is done");
    };
    let intent =
        Intent::Resume { escalation: escalation(2), from: None, answer: Some("use 8080".to_owned()), budget_usd: None };
    assert_eq!(act.intent, intent);
}

#[test]
fn a_retry_goes_back_but_never_past_the_phase_that_stopped() {
    let retry = |phase: Phase| {
        word(&Facts {
            run: Some(run(stopped(Awaiting::Change))),
            ..facts(comment(&format!("/pipemason retry {phase}")))
        })
    };
    assert_eq!(retry(Phase::Implement), "resume from implement");
    assert_eq!(retry(Phase::Verify), "resume from verify");
    assert_eq!(retry(Phase::RuntimeCheck), "retry_too_late");
    assert_eq!(retry(Phase::Finalize), "retry_too_late");
}

#[test]
fn sec_84_only_a_stopped_run_resumes() {
    let expected = [
        "run_has_not_begun",
        "run_is_running",
        "run_is_running",
        "resume",
        "run_is_over",
        "run_is_over",
        "run_is_over",
    ];
    assert_eq!(at_each_stage("/pipemason resume", Place::Issue), expected);
    assert_eq!(at_each_stage("/pipemason resume 8080", PULL_REQUEST), expected);
    assert_eq!(word(&facts(comment("/pipemason resume"))), "no_run");
}

#[test]
fn a_budget_is_raised_by_who_may_approve_and_never_above_the_day() {
    let resume = |budget: &str, right| {
        let facts = Facts {
            run: Some(run(stopped(Awaiting::Change))),
            sender: user(OTHER, right),
            ..facts(comment(&format!("/pipemason resume --budget-usd {budget} go on")))
        };
        word(&facts)
    };
    assert_eq!(resume("20", Right::Maintain), "resume");
    assert_eq!(resume("40", Right::Maintain), "resume");
    assert_eq!(resume("40.000001", Right::Maintain), "budget_above_day");
    assert_eq!(resume("20", Right::Write), "too_few_rights");
    let Decision::Act(act) = decision(&Facts {
        run: Some(run(stopped(Awaiting::Change))),
        ..facts(comment("/pipemason resume --budget-usd 20 go on"))
    }) else {
        panic!("nothing is done");
    };
    let intent = Intent::Resume {
        escalation: escalation(2),
        from: None,
        answer: Some("go on".to_owned()),
        budget_usd: Some(Usd::dollars(20)),
    };
    assert_eq!(act.intent, intent);
}

#[test]
fn sec_83_a_cancel_ends_what_has_not_begun_to_publish() {
    let expected = ["Cancel", "Cancel", "run_is_finalizing", "Cancel", "run_is_over", "run_is_over", "ShowStatus"];
    assert_eq!(at_each_stage("/pipemason cancel", Place::Issue), expected);
    assert_eq!(word(&facts(comment("/pipemason cancel"))), "no_run");
}

#[test]
fn status_help_and_doctor_work_at_every_stage() {
    assert_eq!(at_each_stage("/pipemason status", Place::Issue), ["ShowStatus"; 7]);
    assert_eq!(at_each_stage("/pipemason help", Place::Issue), ["ShowHelp"; 7]);
    assert_eq!(at_each_stage("/pipemason doctor", Place::Issue), ["RunDoctor"; 7]);
    assert_eq!(word(&facts(comment("/pipemason status"))), "no_run");
    assert_eq!(word(&facts(comment("/pipemason"))), "ShowHelp");
    assert_eq!(word(&facts(comment("/pipemason doctor"))), "RunDoctor");
}

#[test]
fn a_revision_follows_up_an_ended_run_on_its_pull_request() {
    let expected =
        ["run_is_running", "run_is_running", "run_is_running", "run_is_escalated", "revise", "revise", "revise"];
    assert_eq!(at_each_stage("/pipemason revise", PULL_REQUEST), expected);
    assert_eq!(at_each_stage("/pipemason revise", Place::Issue), ["revise_needs_pull_request"; 7]);
    let alone = Facts { place: PULL_REQUEST, ..facts(comment("/pipemason revise")) };
    assert_eq!(word(&alone), "not_our_pull_request");
}

#[test]
fn one_review_starts_one_follow_up_however_many_of_its_comments_ask() {
    let review = ReviewId(30);
    let ask = |kind, from_review| {
        let event = Event::Created(Remark {
            kind,
            author: OTHER,
            body: "/pipemason revise rename it".to_owned(),
            requests_changes: false,
        });
        Facts {
            place: PULL_REQUEST,
            run: Some(RunFacts { review: from_review, ..run(Stage::Ended(End::Complete)) }),
            ..facts(event)
        }
    };
    let inline = RemarkKind::Inline { comment: CommentId(31), review };
    for kind in [RemarkKind::Review(review), inline] {
        let Decision::Act(act) = decision(&ask(kind, None)) else {
            panic!("nothing is done");
        };
        let intent = Intent::Revise {
            text: Some("rename it".to_owned()),
            previous: run(Stage::Pending).id,
            review: Some(review),
        };
        assert_eq!((act.intent, act.acknowledge), (intent, Some(kind)));
        assert_eq!(word(&ask(kind, Some(review))), "ReviewAlreadyTaken");
        assert_eq!(word(&ask(kind, Some(ReviewId(29)))), "revise");
    }
    assert_eq!(word(&ask(COMMENT, None)), "revise");
    let mut running = ask(inline, Some(review));
    running.run = running.run.map(|run| RunFacts { stage: Stage::Running, ..run });
    assert_eq!(word(&running), "ReviewAlreadyTaken");
}

#[test]
fn a_limit_from_a_comment_is_at_most_the_configured_one() {
    assert_eq!(word(&facts(comment("/pipemason start --budget-usd 10"))), "start");
    assert_eq!(word(&facts(comment("/pipemason start --budget-usd 10.000001"))), "looser_limit");
    let program = |flags: &str, usd_per_program| {
        let body = format!("/pipemason program start --mode greenfield-system {flags}");
        let mut rules = rules();
        rules.limits.usd_per_program = usd_per_program;
        match decide(&facts(comment(&body)), &rules).decision {
            Decision::Act(_) => "start",
            Decision::Refuse(refused) => refused.refusal.code(),
            Decision::Later(_) | Decision::Ignore(_) => "nothing",
        }
    };
    let limit = Some(Usd::dollars(100));
    assert_eq!(program("--max-cost 100 --max-daily-cost 40", limit), "start");
    assert_eq!(program("--max-cost 101", limit), "looser_limit");
    assert_eq!(program("--max-cost 101", None), "start");
    assert_eq!(program("--max-daily-cost 41", limit), "looser_limit");
}

#[test]
fn nothing_starts_on_a_closed_issue_or_in_an_archived_repository() {
    let closed = TicketState { issue: IssueState::Closed { at: at(5) }, ..OPEN };
    for event in [comment("/pipemason start"), label("pipemason"), label("pipemason:program")] {
        let facts = Facts { state: closed, ..facts(event) };
        assert_eq!(word(&facts), "issue_is_closed");
    }
    let on_pull_request = Facts {
        state: closed,
        place: PULL_REQUEST,
        run: Some(run(Stage::Ended(End::Complete))),
        ..facts(comment("/pipemason start"))
    };
    assert_eq!(word(&on_pull_request), "follow up");
    let archived =
        Facts { state: TicketState { repository: Repository::Archived, ..OPEN }, ..facts(comment("/pipemason start")) };
    assert_eq!(word(&archived), "repository_is_archived");
    let foreign = Facts { place: PULL_REQUEST, ..facts(comment("/pipemason start")) };
    assert_eq!(word(&foreign), "not_our_pull_request");
}

#[test]
fn program_commands_follow_the_stage_of_the_program() {
    let say = |body: &str| {
        [None, Some(ProgramStage::Active), Some(ProgramStage::Stopped), Some(ProgramStage::Ended)]
            .map(|stage| word(&Facts { program: stage.map(program), ..facts(comment(body)) }))
    };
    assert_eq!(
        say("/pipemason program status"),
        ["no_program", "ShowProgramStatus", "ShowProgramStatus", "ShowProgramStatus"]
    );
    assert_eq!(
        say("/pipemason program resume"),
        ["no_program", "program_is_active", "resume program", "program_is_over"]
    );
    assert_eq!(say("/pipemason program cancel"), ["no_program", "CancelProgram", "CancelProgram", "program_is_over"]);
    let started = say("/pipemason program start --mode greenfield-system a shop");
    assert!(started[0].starts_with("StartProgram { intent: Some(\"a shop\"), options: Some("));
    assert_eq!(started[1..3], ["program_is_active", "program_is_stopped"]);
    assert_eq!(started[3], started[0]);
    let on_pull_request =
        Facts { place: PULL_REQUEST, ..facts(comment("/pipemason program start --mode greenfield-system")) };
    assert_eq!(word(&on_pull_request), "not_our_pull_request");
}

#[test]
fn the_money_of_a_program_is_raised_by_who_may_approve() {
    for (right, answer) in [(Right::Write, "too_few_rights"), (Right::Maintain, "resume program")] {
        let program = Some(program(ProgramStage::Stopped));
        let body = "/pipemason program resume --budget-usd 200";
        let facts = Facts { program, sender: user(OTHER, right), ..facts(comment(body)) };
        assert_eq!(word(&facts), answer);
    }
}

#[test]
fn sec_26_what_was_said_before_the_open_question_does_not_answer_it() {
    let say = |body: &str, second, asked_at, number| {
        let stage = Stage::Escalated(StoppedRun {
            escalation: escalation(number),
            phase: Phase::Verify,
            awaiting: Awaiting::Change,
            asked_at,
            covered_now: None,
        });
        word(&Facts { at: at(second), run: Some(run(stage)), ..facts(comment(body)) })
    };
    for body in ["/pipemason resume 8080", "/pipemason resume", "/pipemason start 8080", "/pipemason retry"] {
        let asked_at = Some(at(50));
        assert_eq!(say(body, 49, asked_at, 2), "asked_since");
        assert_eq!(say(body, 50, asked_at, 2), "resume");
        assert_eq!(say(body, 49, asked_at, 1), "asked_since");
        assert_eq!(say(body, 60, None, 2), "asked_since");
        assert_eq!(say(body, 60, None, 1), "resume");
    }
}
