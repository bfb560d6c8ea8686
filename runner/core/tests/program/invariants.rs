//! What holds for every step of every program.

use pipemason_core::id::StoryId;
use pipemason_core::program::{
    Board, Consent, MigrationGate, Program, ProgramEffect, ProgramPhase, ProgramPolicy, ProgramState, ProgramStatus,
    ProgramTransition, StoryState, StoryStatus, Work,
};
use pipemason_core::roadmap::StoryIndex;

/// Checks a step from `before`; says what is wrong.
pub(crate) fn check(before: &Program, transition: &ProgramTransition, policy: &ProgramPolicy) -> Result<(), String> {
    check_end(before, transition)?;
    check_dispatch(transition, policy)?;
    check_statuses(&transition.program.board)?;
    check_rest(&transition.program)?;
    if transition.program.spend.total < before.spend.total {
        return Err(String::from("a counter was lowered"));
    }
    let is_new = transition.program.last_escalation != before.last_escalation;
    let is_told = transition.effects.iter().any(|effect| matches!(effect, ProgramEffect::Escalate { .. }));
    if is_new != is_told {
        return Err(String::from("an escalation and its effect differ"));
    }
    Ok(())
}

fn check_end(before: &Program, transition: &ProgramTransition) -> Result<(), String> {
    let (old, new) = (before.status(), transition.program.status());
    if old.is_final() && transition.program.state != before.state {
        return Err(format!("{old} became {new}"));
    }
    let closes = transition.effects.iter().filter(|effect| matches!(effect, ProgramEffect::Close { .. })).count();
    let ends = usize::from(new.is_final() && !old.is_final());
    if closes == ends { Ok(()) } else { Err(format!("{closes} closes for {ends} ends")) }
}

fn check_dispatch(transition: &ProgramTransition, policy: &ProgramPolicy) -> Result<(), String> {
    let program = &transition.program;
    let dispatched: Vec<(&StoryId, Work)> = transition.effects.iter().filter_map(dispatched).collect();
    if dispatched.is_empty() {
        return Ok(());
    }
    let limits = [
        (program.spend.total, program.spend.raised.or(policy.usd_per_program)),
        (program.spend.day_total, policy.usd_per_day),
    ];
    if limits.iter().any(|(spent, limit)| limit.is_some_and(|limit| *spent >= limit)) {
        return Err(String::from("something was dispatched after a ceiling was reached"));
    }
    if program.board.in_flight() > policy.parallelism.get() {
        return Err(format!("{} stories are in flight", program.board.in_flight()));
    }
    for (story, work) in dispatched {
        let index = program.board.roadmap().index_of(story).ok_or("an unknown story was dispatched")?;
        let record = program.board.record(index);
        let may = match program.status() {
            ProgramStatus::Running => program.phase == ProgramPhase::Iterate,
            ProgramStatus::Complete => work == Work::Restack,
            ProgramStatus::Pending
            | ProgramStatus::Paused
            | ProgramStatus::Escalated
            | ProgramStatus::Failed
            | ProgramStatus::Cancelled => false,
        };
        let is_open = matches!(record.migration_gate, MigrationGate::None | MigrationGate::Met);
        if !may || !is_open || record.consent == Consent::Needed {
            return Err(format!("{story} was dispatched ({work:?}) while the program is {}", program.status()));
        }
        if !upstream(&program.board, index).all(|dependency| program.board.record(dependency).is_complete()) {
            return Err(format!("{story} was dispatched before what it depends on is complete"));
        }
    }
    Ok(())
}

fn dispatched(effect: &ProgramEffect) -> Option<(&StoryId, Work)> {
    match effect {
        ProgramEffect::Dispatch { story, work, .. } => Some((story, *work)),
        ProgramEffect::MergeIntoProgramBranch { .. }
        | ProgramEffect::RunPhase { .. }
        | ProgramEffect::StopPhase { .. }
        | ProgramEffect::FreezeRoadmap { .. }
        | ProgramEffect::CreateStoryIssues
        | ProgramEffect::TellRestack { .. }
        | ProgramEffect::CheckMigrationGate { .. }
        | ProgramEffect::LookUpRuns { .. }
        | ProgramEffect::Escalate { .. }
        | ProgramEffect::Announce { .. }
        | ProgramEffect::Pause { .. }
        | ProgramEffect::Continue
        | ProgramEffect::WriteFollowUps { .. }
        | ProgramEffect::Close { .. } => None,
    }
}

fn upstream(board: &Board, index: StoryIndex) -> impl Iterator<Item = StoryIndex> {
    board.roadmap().dependencies(index).iter().copied()
}

/// Says by walking upstream whether a story waits for one that failed, escalated or was cancelled.
fn is_blocked(board: &Board, index: StoryIndex) -> bool {
    upstream(board, index).any(|dependency| match board.record(dependency).state {
        StoryState::Failed | StoryState::Cancelled | StoryState::Escalated { .. } => true,
        StoryState::Waiting { .. } => is_blocked(board, dependency),
        StoryState::InFlight { .. } | StoryState::Merging | StoryState::Complete => false,
    })
}

fn check_statuses(board: &Board) -> Result<(), String> {
    for (index, status) in board.roadmap().indices().zip(board.statuses()) {
        let is_waiting = matches!(board.record(index).state, StoryState::Waiting { .. });
        if (status == StoryStatus::Blocked) != (is_waiting && is_blocked(board, index)) {
            return Err(format!("story {index:?} is {status}"));
        }
    }
    let counts = board.counts();
    let is_counted = counts.in_progress == board.in_flight();
    if is_counted { Ok(()) } else { Err(format!("{counts:?} for {} in flight", board.in_flight())) }
}

/// Checks that a program that is running has something to run, and that a stopped one says so.
fn check_rest(program: &Program) -> Result<(), String> {
    let board = &program.board;
    let is_checking = board.roadmap().indices().any(|index| {
        let record = board.record(index);
        record.migration_gate == MigrationGate::Checking && matches!(record.state, StoryState::Waiting { .. })
    });
    let is_busy = program.phase_is_under_way || board.in_flight() > 0;
    match &program.state {
        ProgramState::Running if !is_busy && !is_checking => Err(String::from("it runs, and nothing happens")),
        ProgramState::Cancelling { .. } if board.in_flight() == 0 => Err(String::from("it waits for nobody to end")),
        ProgramState::Cancelled { .. } | ProgramState::Failed { .. } if program.phase_is_under_way => {
            Err(String::from("it has ended, and somebody works on"))
        }
        ProgramState::Pending
        | ProgramState::Running
        | ProgramState::Cancelling { .. }
        | ProgramState::Paused { .. }
        | ProgramState::Escalated { .. }
        | ProgramState::Complete
        | ProgramState::Failed { .. }
        | ProgramState::Cancelled { .. } => Ok(()),
    }
}
