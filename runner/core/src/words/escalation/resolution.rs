//! What the comment of an escalation becomes once it is resolved: short, with the question folded away.

use std::time::Duration;

use jiff::Timestamp;

use super::{evidence, shown};
use crate::actor::Actor;
use crate::escalation::Escalation;
use crate::failure::FailureClass;
use crate::gate::Finding;
use crate::hash::ContentHash;
use crate::id::{EscalationId, QuestionId};
use crate::money::Usd;
use crate::text::bound::Limit;
use crate::text::redact::Redactor;
use crate::words::amount::{duration, moment};
use crate::words::markdown::{Block, Line, Message, line};
use crate::words::marker::Marker;
use crate::words::mention::name_of;
use crate::words::quote::Quote;
use crate::words::reason::{Detail, details, reason};
use crate::words::recovery::MAX_QUESTIONS;

/// How an escalation was resolved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Resolution {
    Answered {
        by: Actor,
    },
    Approved {
        by: Actor,
        hash: ContentHash,
    },
    BudgetRaised {
        by: Actor,
        to: Usd,
    },
    Resumed {
        by: Actor,
    },
    /// An answer left questions open; a new escalation asks them.
    PartlyAnswered {
        by: Actor,
        open: Vec<QuestionId>,
        next: EscalationId,
    },
    /// The condition still held; a new escalation says so.
    StillHolds {
        by: Actor,
        next: EscalationId,
    },
    /// What was in the way is gone, without an answer.
    ByItself,
    /// The run or program ended without an answer.
    Ended {
        by: Actor,
    },
}

/// Writes what the comment of a run's escalation becomes once it is resolved.
pub fn resolved_comment(
    escalation: &Escalation,
    resolution: &Resolution,
    at: Timestamp,
    marker: &Marker,
    redactor: &Redactor,
) -> String {
    let asked = Asked {
        what: "run",
        id: escalation.id,
        phase: escalation.phase.name(),
        class: escalation.class,
        at: escalation.at,
        reason: reason(escalation),
        details: details(escalation),
        evidence: &escalation.evidence,
    };
    asked.resolved(resolution, at, marker, redactor)
}

/// What was asked, of a run or a program.
pub(crate) struct Asked<'a> {
    /// What had stopped: a run or a program.
    pub(crate) what: &'static str,
    pub(crate) id: EscalationId,
    pub(crate) phase: &'static str,
    pub(crate) class: FailureClass,
    pub(crate) at: Timestamp,
    pub(crate) reason: Line,
    pub(crate) details: Vec<Detail>,
    pub(crate) evidence: &'a [Finding],
}

impl Asked<'_> {
    /// Writes the comment as it is once that is resolved.
    pub(crate) fn resolved(
        self,
        resolution: &Resolution,
        at: Timestamp,
        marker: &Marker,
        redactor: &Redactor,
    ) -> String {
        let quote = Quote::without_secrets(redactor);
        let mut message = Message::marked(marker);
        let waited = Duration::try_from(at.duration_since(self.at)).unwrap_or_default();
        message.essential(Block::paragraph(outcome(self.what, self.phase, resolution, quote)));
        let details = self.details.iter().map(|detail| shown(detail, quote).1);
        message.body(Block::folded("What was asked", 0, [Block::paragraph(self.reason)].into_iter().chain(details)));
        message.evidence(evidence(self.evidence, quote));
        let after = line!("{}, after {}", moment(at), duration(waited));
        message.body(Block::small(&line!("{} · phase `{}` · `{}` · {}", self.id, self.phase, self.class, after)));
        message.finish(Limit::COMMENT)
    }
}

fn outcome(what: &'static str, phase: &'static str, resolution: &Resolution, quote: Quote<'_>) -> Line {
    let went_on = line!("the {} went on in `{}`", what, phase);
    match resolution {
        Resolution::Answered { by } => line!("✓ **Answered** by {}; {}.", name_of(by, quote), went_on),
        Resolution::Approved { by, hash } => {
            line!("✓ **Approved** by {} (`{}`); {}.", name_of(by, quote), Line::short_hash(*hash), went_on)
        }
        Resolution::BudgetRaised { by, to } => {
            line!("✓ **Budget raised** to {} by {}; {}.", *to, name_of(by, quote), went_on)
        }
        Resolution::Resumed { by } => line!("✓ **Resumed** by {}; {}.", name_of(by, quote), went_on),
        Resolution::PartlyAnswered { by, open, next } => {
            let open = Line::joined(open.iter().take(MAX_QUESTIONS).map(|question| line!("{}", *question)), ", ");
            line!("✓ **Answered in part** by {}. Still open: {}; see {} below.", name_of(by, quote), open, *next)
        }
        Resolution::StillHolds { by, next } => {
            line!("↻ **Looked at again** for {}, and it still holds; see {} below.", name_of(by, quote), *next)
        }
        Resolution::ByItself => line!("✓ **No longer in the way;** {}.", went_on),
        Resolution::Ended { by } => line!("– **No longer needed:** the {} was ended by {}.", what, name_of(by, quote)),
    }
}
