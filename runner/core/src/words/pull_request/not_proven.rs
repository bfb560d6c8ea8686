//! What a pull request does not prove. A reviewer has to see it first, so it is never left out.

use std::collections::BTreeMap;

use crate::actor::Actor;
use crate::hash::CommitSha;
use crate::id::CriterionId;
use crate::ticket::TicketKind;
use crate::words::markdown::{Block, Line, line};
use crate::words::mention::name_of;
use crate::words::quote::Quote;

/// One thing that the gates did not prove.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotProven {
    /// A check was skipped, because there was nothing to check or no tool.
    CheckSkipped { check: String, reason: String },
    /// A person switched a check off for this run.
    CheckWaived { check: String, by: Actor },
    /// The tests could not be read by name, so their files and exit status stand for them.
    WeakProof { criterion: CriterionId },
    /// No test fails without the code.
    NoTest { criterion: CriterionId },
    /// Failing already on the base.
    FailsOnBase { test: String },
    /// Passing and failing by turns, on the base too.
    FlakyOnBase { test: String },
    /// A test of the base that the plan removed.
    TestRemoved { test: String, criterion: CriterionId },
    /// A commit that a person pushed.
    PersonsCommit { commit: CommitSha, by: Actor },
    /// An approval by the requester, where nobody else could give it.
    SelfApproved { by: Actor },
    /// The pull request is no draft, because the repository has none.
    NoDrafts,
}

/// More names than this are counted, not listed.
const MAX_NAMES: usize = 8;
/// Longest reason for a check that did not run.
const MAX_REASON_CHARACTERS: usize = 100;

/// What belongs together, the weightiest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    NoTest,
    WeakProof,
    Waived,
    Skipped,
    Removed,
    FailsOnBase,
    FlakyOnBase,
    PersonsCommits,
    SelfApproved,
    NoDrafts,
}

impl Group {
    fn title(self) -> &'static str {
        match self {
            Self::NoTest => "No test fails without the code:",
            Self::WeakProof => "Proven by files and exit status only, because the tests have no readable names:",
            Self::Waived => "Checks that a person switched off:",
            Self::Skipped => "Checks that did not run:",
            Self::Removed => "Tests of the base that were removed:",
            Self::FailsOnBase => "Failing on the base already:",
            Self::FlakyOnBase => "Passing and failing by turns, on the base too:",
            Self::PersonsCommits => "Commits by people, which the gates saw and the agent did not write:",
            Self::SelfApproved => "Approved by the requester, because nobody else could:",
            Self::NoDrafts => "This is no draft, because the repository has no drafts.",
        }
    }
}

/// Writes the section.
pub(super) fn section(kind: TicketKind, items: &[NotProven], quote: Quote<'_>) -> Block {
    let mut groups = BTreeMap::<Group, Vec<Line>>::new();
    for item in items {
        let (group, name) = shown(item, quote);
        groups.entry(group).or_default().push(name);
    }
    let groups = groups.into_iter().map(|(group, names)| listed(group, names));
    let lines: Vec<_> = kind_line(kind).into_iter().chain(groups).collect();
    if lines.is_empty() {
        return Block::paragraph(line!(
            "**Not proven:** nothing that the gates know of is missing. Whether it is the right change is for you to say."
        ));
    }
    Block::paragraph(line!("**Not proven:**")).followed_by(Block::list(lines))
}

fn kind_line(kind: TicketKind) -> Option<Line> {
    match kind {
        TicketKind::Behavior => None,
        TicketKind::Preserving => Some(line!(
            "This change promises to alter no behavior (`preserving`): no test failed first, the same tests pass before and after."
        )),
        TicketKind::NoCode => Some(line!("This change holds no code (`no_code`): the test phases were skipped.")),
    }
}

/// Says where an item belongs, and how it is named there.
fn shown(item: &NotProven, quote: Quote<'_>) -> (Group, Line) {
    match item {
        NotProven::NoTest { criterion } => (Group::NoTest, line!("{}", *criterion)),
        NotProven::WeakProof { criterion } => (Group::WeakProof, line!("{}", *criterion)),
        NotProven::CheckWaived { check, by } => {
            (Group::Waived, line!("{} by {}", quote.code(check), name_of(by, quote)))
        }
        NotProven::CheckSkipped { check, reason } => {
            (Group::Skipped, line!("{} ({})", quote.code(check), quote.inline_up_to(reason, MAX_REASON_CHARACTERS)))
        }
        NotProven::TestRemoved { test, criterion } => {
            (Group::Removed, line!("{} for {}", quote.code(test), *criterion))
        }
        NotProven::FailsOnBase { test } => (Group::FailsOnBase, line!("{}", quote.code(test))),
        NotProven::FlakyOnBase { test } => (Group::FlakyOnBase, line!("{}", quote.code(test))),
        NotProven::PersonsCommit { commit, by } => {
            (Group::PersonsCommits, line!("`{}` by {}", Line::short_commit(*commit), name_of(by, quote)))
        }
        NotProven::SelfApproved { by } => (Group::SelfApproved, name_of(by, quote)),
        NotProven::NoDrafts => (Group::NoDrafts, Line::default()),
    }
}

fn listed(group: Group, names: Vec<Line>) -> Line {
    let more = names.len().saturating_sub(MAX_NAMES);
    let more = if more == 0 { Line::default() } else { line!("and {} more", more) };
    let names = Line::joined(names.into_iter().take(MAX_NAMES), ", ");
    Line::joined([line!("{}", group.title()), names, more], " ")
}
