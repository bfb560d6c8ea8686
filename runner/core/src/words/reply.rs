//! Answers to commands: help, status, doctor. Each is one visible comment; what is refused is in `refusal`.

use crate::phase::Phase;
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
        "A command stands at the very start of a new comment. The label `pipemason` on an issue starts a run too, and a plain reply answers a question of the run."
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
