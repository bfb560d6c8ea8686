//! Why somebody may not, each with a code for machines and a sentence for people.

use super::Right;

/// Why somebody may not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    TooFewRights {
        needed: Right,
    },
    /// The right could not be read: no, for now.
    RightUnknown,
    /// Whether somebody else could approve could not be read: no, for now.
    OthersUnknown,
    /// It is their own request, and they may not approve that.
    OwnRequest,
    /// A bot that is not listed by its number.
    UnlistedBot,
    /// Bots neither approve nor raise budgets, listed or not.
    BotApproval,
    /// A person's account, but an App acted in its name (SEC-17).
    ThroughApp,
    /// Neither a user nor a bot.
    NotAPerson,
    /// It was us.
    Ourselves,
}

impl Denial {
    /// Returns the name of the denial that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::TooFewRights { .. } => "too_few_rights",
            Self::RightUnknown => "right_unknown",
            Self::OthersUnknown => "other_approvers_unknown",
            Self::OwnRequest => "own_request",
            Self::UnlistedBot => "unlisted_bot",
            Self::BotApproval => "bot_approval",
            Self::ThroughApp => "through_app",
            Self::NotAPerson => "not_a_person",
            Self::Ourselves => "ourselves",
        }
    }

    /// Returns who may, and what to do next.
    pub fn sentence(self) -> String {
        let text = match self {
            Self::TooFewRights { needed } => {
                return format!(
                    "This takes the {} right in this repository; ask somebody who has it to do it.",
                    needed.name()
                );
            }
            Self::RightUnknown => "GitHub did not tell me what you may do here; try again in a few minutes.",
            Self::OthersUnknown => "GitHub did not tell me who else may approve this; try again in a few minutes.",
            Self::OwnRequest => "This is your own request; ask somebody else who may approve to look at it.",
            Self::UnlistedBot => {
                "Bots may not do this; list the number of the bot in `github.allowed_bots`, or ask a person."
            }
            Self::BotApproval => "Only people approve and raise budgets; ask somebody who may.",
            Self::ThroughApp => "This came through another App; write it yourself on GitHub.",
            Self::NotAPerson => "Only people may do this; ask somebody with a GitHub account of their own.",
            Self::Ourselves => "I do not follow my own words; ask a person.",
        };
        text.to_owned()
    }

    /// Says whether the answer may be another one when asked again.
    pub fn is_retryable(self) -> bool {
        match self {
            Self::RightUnknown | Self::OthersUnknown => true,
            Self::TooFewRights { .. }
            | Self::OwnRequest
            | Self::UnlistedBot
            | Self::BotApproval
            | Self::ThroughApp
            | Self::NotAPerson
            | Self::Ourselves => false,
        }
    }
}
