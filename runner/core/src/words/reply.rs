//! Answers to commands: help, refusals, status, doctor. Each is one visible comment.

use crate::permission::Right;
use crate::phase::Phase;
use crate::run::Rejection;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::counted;
use crate::words::commands::{ALL_COMMANDS, Reply, replies_now};
use crate::words::link::Link;
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::quote::Quote;
use crate::words::startup::{ChecklistItem, Presence, checklist};
use crate::words::status::{RunView, figures, standing};

/// Writes the answer to `help`.
pub fn help_comment(marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(line!(
        "A command is the first word of a new comment. The label `pipemason` on an issue starts a run too, and a plain reply answers a question of the run."
    )));
    message.essential(Block::list(ALL_COMMANDS.map(|(say, effect)| line!("`{}` {}", say, effect))));
    let phases = Phase::ALL.into_iter().filter(|phase| *phase != Phase::Init).map(|phase| line!("{}", phase));
    message.body(Block::small(&line!("Phases: {}", Line::joined(phases, ", "))));
    message.finish(Limit::COMMENT)
}

/// Writes the answer to `status`; `status` is the status comment, which has more.
pub fn status_reply(view: &RunView<'_>, status: &Link, marker: &Marker, redactor: &Redactor) -> String {
    let quote = Quote::without_secrets(redactor);
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(standing(view, quote)));
    message.essential(Block::paragraph(figures(view, quote)));
    message.essential(Block::list(replies_now(view.run, view.limits, view.replies_count).into_iter().map(Reply::line)));
    message.body(Block::small(&line!("{}, which is always up to date", Line::link(&line!("Status comment"), status))));
    message.finish(Limit::COMMENT)
}

/// Why a command was not carried out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person lacks a right.
    NotAllowed {
        needs: Right,
    },
    /// The label came from somebody who may not start a run.
    LabelNotAllowed {
        needs: Right,
    },
    /// The rights could not be looked up.
    RightsUnknown,
    Bot,
    /// The requester cannot approve where somebody else can.
    SelfApproval,
    /// The pull request comes from a fork.
    Fork,
    /// There is no run here.
    NoRun,
    /// Too many commands in an hour.
    TooMany {
        per_hour: u32,
    },
    /// The run refused it.
    Run(Rejection),
}

impl Refusal {
    /// Says what was refused and what to do about it.
    pub fn sentence(&self) -> Line {
        match self {
            Self::NotAllowed { needs } => line!(
                "This needs the *{}* right in this repository, and you do not have it here. Somebody who has it can give the same command.",
                needs.name()
            ),
            Self::LabelNotAllowed { needs } => line!(
                "The label starts a run only when somebody with the *{}* right adds it. Somebody who has it can add it again, or comment `/pipemason start`.",
                needs.name()
            ),
            Self::RightsUnknown => line!(
                "GitHub did not say whether you may do this, so nothing was done. Please try again in a few minutes."
            ),
            Self::Bot => line!(
                "Commands of bots are not taken, unless the configuration lists them by number (`github.allowed_bots`)."
            ),
            Self::SelfApproval => line!(
                "You asked for this run, and somebody else here may approve it; please ask them. The setting is `github.self_approve`."
            ),
            Self::Fork => line!(
                "This pull request comes from a fork, where Pipemason cannot push. Copy it to a branch of this repository, and start from an issue."
            ),
            Self::NoRun => line!("There is no run here yet. `/pipemason start` on an issue begins one."),
            Self::TooMany { per_hour } => line!(
                "That is more than {} in an hour. Please give the others time, and try again later.",
                counted(*per_hour as usize, "command")
            ),
            Self::Run(rejection) => line!("{}", rejection.clone()),
        }
    }
}

/// Writes a refusal; it is spoken once per person and issue.
pub fn refusal_comment(refusal: &Refusal, marker: &Marker) -> String {
    let mut message = Message::marked(marker);
    message.essential(Block::paragraph(refusal.sentence()));
    message.finish(Limit::COMMENT)
}

/// A permission that the App lacks, and the one feature that this switches off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MissingPermission {
    pub permission: &'static str,
    pub feature: &'static str,
}

/// Writes the answer to `doctor`.
pub fn doctor_comment(
    items: &[ChecklistItem],
    missing: &[MissingPermission],
    marker: &Marker,
    redactor: &Redactor,
) -> String {
    let mut message = Message::marked(marker);
    let to_do = items.iter().filter(|item| item.presence == Presence::Missing).count();
    let title = match (to_do, missing.len()) {
        (0, 0) => line!("**This repository has all that a run needs.**"),
        (0, _) => line!("**This repository can run.** Some features are off."),
        (_, _) => line!("**{} left before a run can start.**", counted(to_do, "step")),
    };
    message.essential(Block::paragraph(title));
    message.essential(checklist(items, Quote::without_secrets(redactor)));
    if !missing.is_empty() {
        message.essential(Block::paragraph(line!(
            "Permissions that the App was not given, and what is off without them:"
        )));
        let lines = missing.iter().map(|lack| line!("`{}`: {}", lack.permission, lack.feature));
        message.essential(Block::list(lines));
    }
    message.finish(Limit::COMMENT)
}

#[cfg(test)]
mod tests;
