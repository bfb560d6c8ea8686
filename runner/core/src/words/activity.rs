//! What a run is doing right now, in half a sentence for comments, `STATE.md` and the terminal.

use crate::phase::Phase;
use crate::run::{Brief, Interrupted, Run, RunState, Stage, Visit};
use crate::words::markdown::{Line, line};

/// Says what the run is doing, or where it came to rest; begins with a small letter.
pub fn activity(run: &Run) -> Line {
    match &run.state {
        RunState::Pending => line!("waiting for the repository or a runner to be ready"),
        RunState::Running { visit } => phase_activity(run, visit),
        RunState::Escalated { visit, .. } => line!("waiting for a person, in `{}`", visit.phase),
        RunState::Complete => line!("complete"),
        RunState::Failed { .. } => line!("failed"),
        RunState::Cancelled { .. } => line!("cancelled"),
    }
}

/// Says what goes on in a stay in a phase; begins with a small letter.
pub fn phase_activity(run: &Run, visit: &Visit) -> Line {
    match &visit.stage {
        Stage::Initializing => line!("looking at the configuration, the base and its tests"),
        Stage::Reserving => line!("setting aside the cost of the next turn"),
        Stage::Turns { .. } => turn(run, visit),
        Stage::Gate => gate(visit.phase),
        Stage::Publishing if run.origin.opens_pull_request => line!("pushing the branch and opening the pull request"),
        Stage::Publishing => line!("pushing the branch"),
        Stage::Parked { interrupted } => line!("waiting for a runner {}", interruption(*interrupted)),
    }
}

fn interruption(interrupted: Interrupted) -> &'static str {
    match interrupted {
        Interrupted::Initializing => "to begin",
        Interrupted::Turn => "to take the agent's turn again",
        Interrupted::Gate => "to evaluate the gate again",
        Interrupted::Publishing => "to push the branch again",
    }
}

fn turn(run: &Run, visit: &Visit) -> Line {
    let unit = match run.unit_of(visit) {
        Some(unit) => line!(" for `{}`", unit.clone()),
        None => Line::default(),
    };
    let (work, until) = agent_work(visit.phase);
    line!("{}{}{}{}", work, unit, until, because(visit.brief))
}

/// Says what an agent does in a phase, and to what end; the phases without an agent have a gate only.
fn agent_work(phase: Phase) -> (&'static str, &'static str) {
    match phase {
        Phase::Analyze => ("the agent writes the specification", ""),
        Phase::Contracts => ("the agent writes the contracts", ""),
        Phase::Architect => ("the agent plans decisions and tests", ""),
        Phase::Tdd => ("the agent writes tests", " that have to fail first"),
        Phase::Implement => ("the agent writes code", " until the failing tests pass"),
        Phase::E2e => ("the agent writes end-to-end tests", " that have to fail first"),
        Phase::Ui => ("the agent builds the user interface", " until the end-to-end tests pass"),
        Phase::Review => ("a reviewer who has not seen the work reads the whole change", ""),
        Phase::Init
        | Phase::ScreenshotDiff
        | Phase::Verify
        | Phase::RuntimeCheck
        | Phase::Rebase
        | Phase::Reverify
        | Phase::Recheck
        | Phase::Finalize => ("the engine works", ""),
    }
}

/// Says why the turn is taken, unless it is the first one.
fn because(brief: Brief) -> Line {
    match brief {
        Brief::First => Line::default(),
        Brief::Retry { class } => line!(", again because {}", class.meaning()),
        Brief::LoopBack { from, class } => line!(", again because `{}` found that {}", from, class.meaning()),
        Brief::Advice => line!(", with the advice it was given"),
        Brief::SecondReview => line!(", for a second opinion on a contested finding"),
    }
}

/// Says what the engine looks at in the gate of a phase.
fn gate(phase: Phase) -> Line {
    let work = match phase {
        Phase::Init => "looking at the configuration, the base and its tests",
        Phase::Analyze => "checking that each criterion of the specification can be tested",
        Phase::Contracts => "checking the contracts",
        Phase::Architect => "checking that each criterion has its tests planned",
        Phase::Tdd => "running the new tests, which have to fail by themselves",
        Phase::Implement => "running all tests, the linter and the type checks",
        Phase::E2e => "running the new end-to-end tests, which have to fail",
        Phase::Ui => "running the end-to-end tests",
        Phase::ScreenshotDiff => "comparing the screens with what is expected",
        Phase::Review => "weighing the reviewer's findings",
        Phase::Verify => "running tests, security and quality checks on the whole branch",
        Phase::RuntimeCheck => "starting the program and asking whether it answers",
        Phase::Rebase => "putting the branch on the newest base",
        Phase::Reverify => "running all checks again on the rebased branch",
        Phase::Recheck => "starting the rebased program and asking whether it answers",
        Phase::Finalize => "pushing the branch",
    };
    line!("{}", work)
}
