//! The status comment, as people see it while a run goes on.

use std::sync::Arc;

use super::*;
use crate::actor::Actor;
use crate::failure::FailureClass;
use crate::id::{CommentId, IssueNumber};
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{Brief, CostSource, Interrupted, Record, Stage};
use crate::words::tests::{alice, assert_text, commit, escalation_of, marker, redactor, rows, run, site, story, visit};
use crate::words::{MarkerKind, tests};

fn rendered(run: &Run, story: &[Record], change: impl FnOnce(&mut RunView<'_>)) -> String {
    let (limits, rows, site) = (Limits::default(), rows(story), site());
    let mut view = tests::view(run, &limits, &rows, &site);
    change(&mut view);
    status_comment(&view, &marker(MarkerKind::Status), &redactor())
}

fn rendered_holding(run: &Run, held: &[HeldComment]) -> String {
    let (limits, rows, site) = (Limits::default(), rows(&story()), site());
    let view = RunView { held, ..tests::view(run, &limits, &rows, &site) };
    status_comment(&view, &marker(MarkerKind::Status), &redactor())
}

#[test]
fn a_working_run_shows_phase_attempt_iteration_cost_and_what_can_be_said() {
    let mut run = run();
    let brief = Brief::LoopBack { from: Phase::Verify, class: FailureClass::GateFailed };
    run.state = RunState::Running { visit: visit(Phase::Implement, tests::working(), brief) };
    run.pushed = Some(commit('a'));
    run.pull_request = Some(IssueNumber(12));
    *run.spend.phase_failures.get_mut(Phase::Implement) = 2;
    let text = rendered(&run, &story(), |view| {
        view.page = Some("https://pipemason.example/runs/1".parse().unwrap());
        view.job = Some("https://github.com/acme/shop/actions/runs/5".parse().unwrap());
    });
    assert_text!("status_working", text);
}

#[test]
fn a_warned_run_says_what_happens_at_the_limit() {
    let mut run = run();
    run.spend.warned = true;
    run.spend.usd = Usd::dollars(8);
    run.cost_source = CostSource::Estimated;
    assert_text!("status_warned", rendered(&run, &story(), |_| ()));
}

#[test]
fn an_escalated_run_says_which_replies_work_now() {
    for name in ["open_questions", "protected_paths", "contested_test", "budget_usd_per_run", "rebase_conflict"] {
        let mut run = run();
        let escalation = escalation_of(name);
        let visit = visit(escalation.phase, Stage::Gate, Brief::First);
        run.state = RunState::Escalated { escalation: Arc::new(escalation), visit };
        let mut story = story();
        story.push(Record::Escalated { escalation: crate::id::EscalationId::FIRST, class: FailureClass::GateFailed });
        assert_text!(format!("status_escalated_{name}"), rendered(&run, &story, |_| ()));
        let by_command = rendered(&run, &story, |view| view.replies_count = false);
        assert!(!by_command.contains("A comment"), "{by_command}");
    }
}

#[test]
fn comments_that_were_not_taken_are_listed() {
    let site = site();
    let reasons = [
        HeldWhy::MentionsSomebody,
        HeldWhy::SaysNothing,
        HeldWhy::OnlyAsks,
        HeldWhy::MayNot,
        HeldWhy::RightUnknown,
        HeldWhy::EditedByAnother,
        HeldWhy::LooksLikeCommand,
        HeldWhy::AnswersAnother,
        HeldWhy::TooSoon,
        HeldWhy::RepliesOff,
        HeldWhy::TakesCommand,
    ];
    let link = site.comment(IssueNumber(7), CommentId(5));
    let held = reasons.map(|why| HeldComment { link: link.clone(), author: "bob".to_owned(), why });
    let mut run = run();
    let escalation = escalation_of("open_questions");
    let visit = visit(escalation.phase, Stage::Gate, Brief::First);
    run.state = RunState::Escalated { escalation: Arc::new(escalation), visit };
    let text = rendered_holding(&run, &held);
    assert_text!("status_held", text);
    let many: Vec<_> = (0..30).map(|_| held[0].clone()).collect();
    let text = rendered_holding(&run, &many);
    assert_eq!(text.matches("[comment](").count(), MAX_HELD);
}

#[test]
fn each_end_is_told() {
    let cancelled = |by, cause| RunState::Cancelled { by, cause };
    let causes = [
        CancelCause::Command,
        CancelCause::IssueClosed,
        CancelCause::IssueDeleted,
        CancelCause::IssueTransferred,
        CancelCause::PullRequestClosed,
        CancelCause::BranchDeleted,
        CancelCause::InstallationRemoved,
    ];
    let mut said = Vec::new();
    for cause in causes {
        let mut run = run();
        run.state = cancelled(alice(), cause);
        said.push(first_sentence(&run));
    }
    let mut failed = run();
    let class = FailureClass::LedgerTampered;
    failed.state = RunState::Failed { class, reason: Arc::from("hash 3 does not follow from hash 2") };
    said.push(first_sentence(&failed));
    for outcome in [None, Some(Outcome::Merged), Some(Outcome::Closed), Some(Outcome::Deleted)] {
        for pull_request in [None, Some(IssueNumber(12))] {
            let mut run = run();
            run.state = RunState::Complete;
            (run.outcome, run.pull_request) = (outcome, pull_request);
            said.push(first_sentence(&run));
        }
    }
    assert_text!("status_ends", said.join("\n"));
}

fn first_sentence(run: &Run) -> String {
    let text = rendered(run, &[], |_| ());
    text.lines().nth(1).unwrap().to_owned()
}

#[test]
fn everything_that_goes_on_has_words_of_its_own() {
    let stages = [
        Stage::Initializing,
        Stage::Reserving,
        Stage::Publishing,
        Stage::Parked { interrupted: Interrupted::Initializing },
        Stage::Parked { interrupted: Interrupted::Turn },
        Stage::Parked { interrupted: Interrupted::Gate },
        Stage::Parked { interrupted: Interrupted::Publishing },
    ];
    let run = run();
    let mut said: Vec<_> = Vec::new();
    for stage in stages {
        said.push(phase_activity(&run, &visit(Phase::Implement, stage, Brief::First)).to_string());
    }
    for phase in Phase::ALL {
        said.push(format!("{phase}: {}", phase_activity(&run, &visit(phase, Stage::Gate, Brief::First))));
        if phase.has_agent() {
            said.push(format!("{phase}: {}", phase_activity(&run, &visit(phase, tests::working(), Brief::First))));
        }
    }
    let class = FailureClass::NoChange;
    let briefs = [
        Brief::Retry { class },
        Brief::LoopBack { from: Phase::Verify, class: FailureClass::LintError },
        Brief::Advice,
        Brief::SecondReview,
    ];
    for brief in briefs {
        said.push(phase_activity(&run, &visit(Phase::Implement, tests::working(), brief)).to_string());
    }
    assert_text!("activities", said.join("\n"));
}

#[test]
fn a_run_that_is_being_published_cannot_be_cancelled_any_more() {
    let mut run = run();
    run.state = RunState::Running { visit: visit(Phase::Finalize, Stage::Publishing, Brief::First) };
    let text = rendered(&run, &[], |_| ());
    assert!(!text.contains("/pipemason cancel"), "{text}");
    assert!(text.contains("pushing the branch and opening the pull request"));
}

#[test]
fn a_run_that_cannot_start_says_what_helps() {
    let mut run = run();
    run.state = RunState::Pending;
    let text = rendered(&run, &[], |view| view.problem = Some(StartProblem::Queued { minutes: 15 }));
    assert_text!("status_queued", text);
    run.state = RunState::Cancelled { by: Actor::Engine, cause: CancelCause::Command };
    assert!(!rendered(&run, &[], |_| ()).contains("/pipemason cancel"));
}

#[test]
fn every_standing_of_a_phase_has_a_mark_and_words() {
    let run = run();
    let (limits, site) = (Limits::default(), site());
    let why = Arc::from("no such command");
    let standings = [
        Standing::Passed,
        Standing::Unchanged,
        Standing::Skipped { reason: SkipReason::NoUserInterface },
        Standing::Skipped { reason: SkipReason::ReviewDisabled },
        Standing::Skipped { reason: SkipReason::NoCode },
        Standing::Skipped { reason: SkipReason::Preserving },
        Standing::Skipped { reason: SkipReason::NothingToCheck { why } },
        Standing::Working,
        Standing::Waiting,
        Standing::Ended,
        Standing::Again,
        Standing::Ahead,
    ];
    let rows = standings.iter().zip(rows(&[])).map(|(standing, row)| PhaseRow { standing: standing.clone(), ..row });
    let rows: Vec<_> = rows.collect();
    let status = status_comment(&tests::view(&run, &limits, &rows, &site), &marker(MarkerKind::Status), &redactor());
    assert_text!("status_standings", status);
}

#[test]
fn what_can_be_said_fits_where_the_run_stands() {
    let ended = |outcome, pull_request| Run { state: RunState::Complete, outcome, pull_request, ..run() };
    let escalated = |name: &str| {
        let escalation = Arc::new(escalation_of(name));
        let visit = visit(Phase::Implement, Stage::Gate, Brief::First);
        Run { state: RunState::Escalated { escalation, visit }, ..run() }
    };
    let runs = [
        ("pending", Run { state: RunState::Pending, ..run() }),
        ("running", run()),
        ("answer", escalated("open_questions")),
        ("change", escalated("rebase_conflict")),
        ("approval", escalated("protected_paths")),
        ("contest", escalated("contested_test")),
        ("money", escalated("budget_usd_per_run")),
        ("day", escalated("budget_usd_per_day")),
        ("complete", ended(None, None)),
        ("reviewable", ended(None, Some(IssueNumber(12)))),
        ("merged", ended(Some(Outcome::Merged), Some(IssueNumber(12)))),
    ];
    let mut said = Vec::new();
    for (name, run) in &runs {
        for replies_count in [true, false] {
            let replies = replies_now(run, &Limits::default(), replies_count);
            let replies: Vec<_> = replies.into_iter().map(|reply| reply.line().to_string()).collect();
            said.push(format!("{name}, replies count: {replies_count}\n  {}", replies.join("\n  ")));
        }
    }
    assert_text!("replies_now", said.join("\n"));
}
