//! What keeps a run from starting, in words, each with the click that helps.

use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::counted;
use crate::words::link::{Link, Site};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::quote::Quote;

/// Why a dispatched job does not work on the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StartProblem {
    /// Too long in the queue.
    Queued {
        minutes: u32,
    },
    /// GitHub could not start the job at all.
    StartupFailure,
    /// GitHub waits for somebody to allow the job.
    ActionRequired,
    WorkflowDisabled,
    WorkflowMissing,
    ActionsDisabled,
}

impl StartProblem {
    /// Says what is in the way, and what to do about it.
    pub fn words(self, site: &Site) -> Line {
        let jobs = Line::link(&line!("Open the jobs"), &site.actions());
        let settings = Line::link(&line!("Open the settings"), &site.settings("actions"));
        match self {
            Self::Queued { minutes } => line!(
                "The job has been in the queue for {}: no runner has taken it. {} and see whether one is free; the run starts by itself as soon as it is.",
                counted(minutes as usize, "minute"),
                jobs
            ),
            Self::StartupFailure => line!(
                "GitHub could not start the job. {}: the newest one says what is wrong with the workflow file.",
                jobs
            ),
            Self::ActionRequired => {
                line!("GitHub waits for somebody to allow the job. {} and choose *Approve and run*.", jobs)
            }
            Self::WorkflowDisabled => {
                line!("The workflow `pipemason.yml` is switched off. {}, choose it, and then *Enable workflow*.", jobs)
            }
            Self::WorkflowMissing => line!(
                "The workflow `pipemason.yml` is not on the default branch any more. `/pipemason doctor` has a link that adds it."
            ),
            Self::ActionsDisabled => {
                line!("GitHub Actions is switched off for this repository. {} and allow it.", settings)
            }
        }
    }
}

/// Something that a repository needs before a run can start.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Requirement {
    ActionsEnabled,
    WorkflowOnDefaultBranch,
    ModelSecret,
    CommandsDetected,
    RunnerAvailable,
}

impl Requirement {
    fn title(self) -> &'static str {
        match self {
            Self::ActionsEnabled => "GitHub Actions",
            Self::WorkflowOnDefaultBranch => "the workflow on the default branch",
            Self::ModelSecret => "the key of the agent's model",
            Self::CommandsDetected => "the commands of the project",
            Self::RunnerAvailable => "a free runner",
        }
    }

    fn remedy(self) -> &'static str {
        match self {
            Self::ActionsEnabled => "Allow it in the settings",
            Self::WorkflowOnDefaultBranch => "Add the file: it is filled in already, only commit it",
            Self::ModelSecret => "Add it as a secret",
            Self::CommandsDetected => "Say in the configuration how tests are run",
            Self::RunnerAvailable => "See which runners there are",
        }
    }
}

/// Whether something that is needed is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Presence {
    There,
    Missing,
    /// It could not be looked up; the job itself will see.
    Unknown,
}

/// One line of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChecklistItem {
    pub requirement: Requirement,
    pub presence: Presence,
    /// Where it is put right.
    pub link: Link,
    /// What exactly was found or is needed: the name of a secret, a command.
    pub found: Vec<String>,
}

/// Writes the comment that says what a repository still needs before its first run.
pub fn checklist_comment(items: &[ChecklistItem], marker: &Marker, redactor: &Redactor) -> String {
    let mut message = Message::marked(marker);
    let missing = items.iter().filter(|item| item.presence == Presence::Missing).count();
    let title = if missing == 0 {
        line!("**Everything is ready.** The run starts now.")
    } else {
        line!("**Almost ready: {} left.** The run starts by itself when the list is done.", counted(missing, "step"))
    };
    message.essential(Block::paragraph(title));
    message.essential(checklist(items, Quote::without_secrets(redactor)));
    message.body(Block::small(&line!("This comment is kept up to date. `/pipemason cancel` ends the run.")));
    message.finish(Limit::COMMENT)
}

/// More than this many commands or names on a line are not read.
const MAX_FOUND: usize = 6;

/// Lists what is there and what is missing.
pub(crate) fn checklist(items: &[ChecklistItem], quote: Quote<'_>) -> Block {
    Block::list(items.iter().map(|item| {
        let found = item.found.iter().take(MAX_FOUND).map(|found| line!("{}", quote.code(found)));
        let found = Line::joined(found, ", ");
        let found = if found.is_empty() { found } else { line!(" ({})", found) };
        let remedy = Line::link(&line!("{}", item.requirement.remedy()), &item.link);
        let title = item.requirement.title();
        match item.presence {
            Presence::There => line!("✓ there: {}{}", title, found),
            Presence::Missing => line!("✗ **missing:** {}{}. {}.", title, found, remedy),
            Presence::Unknown => line!("– not known: {}{}. {}.", title, found, remedy),
        }
    }))
}

#[cfg(test)]
mod tests;
