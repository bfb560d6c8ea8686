//! Small values for tests, and the words in which scripts are told.

use crate::hash::CommitSha;
use crate::id::RunId;
use crate::program::*;
use crate::roadmap::samples::story_id;

pub(super) fn run_id(number: u64) -> RunId {
    RunId(ulid::Ulid::from(u128::from(number)))
}

pub(super) fn sha(number: u32) -> CommitSha {
    format!("{number:040x}").parse().unwrap()
}

pub(super) fn person() -> Actor {
    Actor::Local { name: Arc::from("ada") }
}

pub(super) fn order(mode: Mode, strategy: Strategy) -> ProgramOrder {
    ProgramOrder {
        id: ProgramId(ulid::Ulid::from(1_u128)),
        mode,
        intent: Arc::from("build it"),
        base: "main".parse().unwrap(),
        strategy,
        from: None,
    }
}

pub(super) fn program_branch() -> Strategy {
    Strategy::ProgramBranch { branch: "program".parse().unwrap() }
}

fn short(story: &StoryId) -> String {
    story.as_str().trim_start_matches("S-E001-").trim_start_matches('0').to_owned()
}

fn list(stories: &[StoryId]) -> String {
    let ids: Vec<_> = stories.iter().map(short).collect();
    format!("[{}]", ids.join(" "))
}

fn commit(sha: Option<CommitSha>) -> String {
    sha.map_or(String::from("newest"), |sha| sha.to_string().trim_start_matches('0').to_owned())
}

fn run(run: Option<RunId>) -> String {
    run.map_or(String::from("none"), |run| run.to_string().trim_start_matches('0').to_owned())
}

pub(super) fn tell_effect(effect: &ProgramEffect) -> String {
    match effect {
        ProgramEffect::RunPhase { phase, attempt, answer } => {
            let answer = answer.as_ref().map_or(String::new(), |answer| format!(", told {answer:?}"));
            format!("run {phase}, attempt {attempt}{answer}")
        }
        ProgramEffect::StopPhase { phase, attempt } => format!("stop {phase}, attempt {attempt}"),
        ProgramEffect::FreezeRoadmap { .. } => String::from("freeze the roadmap"),
        ProgramEffect::CreateStoryIssues => String::from("create the issues of the stories"),
        ProgramEffect::Dispatch { story, work, base, run: previous, parent_sha, budget } => format!(
            "dispatch {} ({work:?}) on {} at {}, run before {}, cut at {}, for at most {budget}",
            short(story),
            base.branch,
            commit(base.sha),
            run(*previous),
            commit(*parent_sha),
        ),
        ProgramEffect::TellRestack { story, run: told, onto, parent_sha } => format!(
            "tell {} (run {}): rebase --onto {} at {}, from {}",
            short(story),
            run(Some(*told)),
            onto.branch,
            commit(onto.sha),
            commit(*parent_sha),
        ),
        ProgramEffect::MergeIntoProgramBranch { story, head, .. } => {
            format!("merge {} at {} into the program branch", short(story), commit(*head))
        }
        ProgramEffect::CheckMigrationGate { story } => format!("check the migration gate of {}", short(story)),
        ProgramEffect::LookUpRuns { stories } => format!("look up the runs of {}", list(stories)),
        ProgramEffect::Escalate { escalation } => format!(
            "escalate {} ({}, {}): {}",
            escalation.id,
            escalation.class,
            escalation.awaiting.name(),
            tell_cause(&escalation.cause)
        ),
        ProgramEffect::Announce { notice } => match notice {
            Notice::StoryComplete { story } => format!("say that {} is complete", short(story)),
            Notice::StoryStopped { story, class } => {
                format!("say that {} stopped ({})", short(story), class.map_or("cancelled", |class| class.name()))
            }
            Notice::BudgetNear { budget, spent, limit } => {
                format!("say that {spent} of {limit} are spent ({budget:?})")
            }
        },
        ProgramEffect::Pause { until } => format!("pause until {until}"),
        ProgramEffect::Continue => String::from("continue"),
        ProgramEffect::WriteFollowUps { findings } => format!("write {} follow-ups", findings.len()),
        ProgramEffect::Close { status } => format!("close: {status}"),
    }
}

fn tell_cause(cause: &ProgramCause) -> String {
    match cause {
        ProgramCause::OpenQuestions { questions } => format!("{} open questions", questions.len()),
        ProgramCause::RoadmapInvalid { error } => error.to_string(),
        ProgramCause::RoadmapUnconfirmed { stories } => format!("roadmap of {stories} unconfirmed"),
        ProgramCause::PhaseExhausted { failures, words } => format!("{failures} failures, the last one: {words}"),
        ProgramCause::NothingCanGoOn { stopped, gated, unmet } => {
            format!("nothing can go on; stopped {}, gated {}, unmet {}", list(stopped), list(gated), list(unmet))
        }
        ProgramCause::VerificationFailed { problem, stories } => format!("{problem:?} in {}", list(stories)),
        ProgramCause::BudgetExhausted { spent, limit } => format!("{spent} of {limit} are spent"),
        ProgramCause::Aborted { by } => format!("aborted by {by}"),
        ProgramCause::CoordinatorLost { times } => format!("coordinator lost {times} times"),
    }
}

pub(super) fn tell_program(program: &Program) -> String {
    let statuses = program.board.statuses();
    let stories = program.board.roadmap().stories().iter().zip(statuses);
    let stories: Vec<_> = stories.map(|(story, status)| format!("{}:{status}", short(&story.id))).collect();
    let cancelling = matches!(program.state, ProgramState::Cancelling { .. });
    let cancelling = if cancelling { " (cancelling)" } else { "" };
    format!("{}{cancelling} in {} {}", program.status(), program.phase, stories.join(" ")).trim_end().to_owned()
}

pub(super) fn tell_event(event: &ProgramEvent) -> String {
    match event {
        ProgramEvent::Started => String::from("started"),
        ProgramEvent::PhaseReported { attempt, outcome, .. } => {
            let words = format!("{outcome:?}");
            let name: String = words.chars().take_while(|letter| letter.is_alphanumeric()).collect();
            format!("attempt {attempt}: {name}")
        }
        ProgramEvent::StoryStarted { story, run: started, .. } => {
            format!("{} has run {}", short(story), run(Some(*started)))
        }
        ProgramEvent::StoryNotStarted { story, class } => format!("{} could not start: {class}", short(story)),
        ProgramEvent::StoryReported { story, report } => {
            let head = report.head.map_or(String::new(), |head| format!(" at {}", commit(Some(head))));
            let on = report.parent_sha.map_or(String::new(), |sha| format!(" on {}", commit(Some(sha))));
            format!("{} run {}: {}{head}{on}", short(story), run(Some(report.run)), report.status)
        }
        ProgramEvent::StoryMerged { story } => format!("{} merged", short(story)),
        ProgramEvent::StoryMoved { story, head } => format!("{} moved to {}", short(story), commit(Some(*head))),
        ProgramEvent::ProgramBranchReported { story, outcome } => {
            format!("{} into the program branch: {outcome:?}", short(story))
        }
        ProgramEvent::MigrationGateReported { story, is_met } => {
            format!("migration gate of {}: met {is_met}", short(story))
        }
        ProgramEvent::StoryApproved { story, .. } => format!("{} approved", short(story)),
        ProgramEvent::Resumed { escalation, answer, approval, budget, .. } => format!(
            "resumed {escalation}{}{}{}",
            answer.as_ref().map_or(String::new(), |answer| format!(" with {answer:?}")),
            approval.map_or("", |_| " with an approval"),
            budget.map_or(String::new(), |budget| format!(" with {budget}")),
        ),
        ProgramEvent::StoriesResumed { .. } => String::from("stories resumed"),
        ProgramEvent::CancelRequested { .. } => String::from("cancel"),
        ProgramEvent::Aborted { .. } => String::from("aborted"),
        ProgramEvent::CoordinatorLost => String::from("coordinator lost"),
        ProgramEvent::LedgerBroken { words } => format!("ledger broken: {words}"),
        ProgramEvent::ClockTicked => String::from("tick"),
    }
}

pub(super) fn id(number: usize) -> StoryId {
    story_id(number)
}
