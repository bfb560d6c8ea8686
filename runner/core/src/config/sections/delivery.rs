//! Keys about what leaves a run: the pull request, the talk on GitHub, the record.

use crate::config::sections::project::Switch;
use crate::config::setting::{Reader, Row, Setting, child, choice, default_of, one_of, record, section, word};
use crate::config::tree::{Node, Value};
use crate::config::values::{Count, Name};
use crate::failure::FailureClass;
use crate::permission::Right;

choice! {
    /// Where the record of a run stays.
    pub enum RecordPlace {
        /// On the branch, and under `refs/pipemason`.
        Branch = "branch",
        /// Only under `refs/pipemason`.
        Ref = "ref",
    }
}

choice! {
    /// How a published branch takes up a fresh base.
    pub enum UpdateMethod {
        Merge = "merge",
        Rebase = "rebase",
    }
}

choice! {
    /// A part of the pull request's text.
    pub enum BodyPart {
        SpecSummary = "spec_summary",
        AcceptanceCriteria = "acceptance_criteria",
        TestSummary = "test_summary",
        Decisions = "decisions",
        Gates = "gates",
        Cost = "cost",
    }
}

section! {
    /// What happens at the end.
    pub struct Finalize {
        /// Whether a pull request is opened; `auto` is yes for a run that came from GitHub, and no for one started on the command line. The branch is pushed in any case.
        create_pr: Switch = Switch::Auto,
        /// Whether the pull request is a draft.
        pr_draft: bool = true,
        /// Where the record of the run stays: on the `branch`, or only under `refs/pipemason` (`ref`).
        record: RecordPlace = RecordPlace::Branch,
        /// How a branch with a pull request takes up a fresh base.
        update: UpdateMethod = UpdateMethod::Merge,
        /// How many changed lines a pull request may have before a person is asked.
        max_diff_lines: Count<1, 1_000_000> = Count::new(2000),
        /// Whether commits are signed; `auto` does what the rules of the repository want.
        sign: Switch = Switch::Auto,
        /// The parts of the pull request's text, in order.
        pr_body_includes: Vec<BodyPart> = vec![
            BodyPart::SpecSummary,
            BodyPart::AcceptanceCriteria,
            BodyPart::TestSummary,
            BodyPart::Decisions,
            BodyPart::Gates,
            BodyPart::Cost,
        ],
    }
}

/// The rights that a role can ask for; below them anybody may.
const ROLES: [Right; 4] = [Right::Triage, Right::Write, Right::Maintain, Right::Admin];

impl Setting for Right {
    fn expected() -> String {
        one_of(&ROLES.map(Self::name))
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        let name = word(reader, path, node, &ROLES.map(Self::name))?;
        ROLES.into_iter().find(|right| right.name() == name)
    }

    fn to_yaml(&self) -> String {
        self.name().to_owned()
    }
}

section! {
    /// Who may do what.
    pub struct Roles {
        /// Who may start a run.
        start: Right = Right::Write,
        /// Who may answer an escalation.
        resume: Right = Right::Write,
        /// Who may cancel a run.
        cancel: Right = Right::Write,
        /// Who may approve, raise a budget or skip a gate.
        approve: Right = Right::Maintain,
    }
}

choice! {
    /// Whether whoever asked for a run may approve for it.
    pub enum SelfApproval {
        /// Only where nobody else has the right.
        Auto = "auto",
        Never = "never",
        Always = "always",
    }
}

choice! {
    /// What follows when the checks of the repository fail on a pushed branch.
    pub enum CiReaction {
        /// It is said.
        Report = "report",
        /// A person is asked.
        Ask = "ask",
        /// A follow-up run starts.
        Fix = "fix",
    }
}

choice! {
    /// What makes a run go on after a review.
    pub enum ReviseTrigger {
        /// Only `/pipemason revise`.
        Command = "command",
        /// A review that requests changes, too.
        ChangesRequested = "changes_requested",
    }
}

/// Whom an escalation mentions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notify {
    /// Whoever started the run.
    Requester,
    Nobody,
    /// These people or teams.
    Names(Vec<Name>),
}

impl Setting for Notify {
    fn expected() -> String {
        "`requester`, `nobody`, or a list of people and teams like [octocat, acme/reviewers]".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        match &node.value {
            Value::List(_) => Vec::read(reader, path, node).map(Self::Names),
            Value::Scalar { text, .. } if text == "requester" => Some(Self::Requester),
            Value::Scalar { text, .. } if text == "nobody" => Some(Self::Nobody),
            Value::Scalar { .. } | Value::Map(_) => {
                reader.wrong(path, node, &Self::expected(), None);
                None
            }
        }
    }

    fn to_yaml(&self) -> String {
        match self {
            Self::Requester => "requester".to_owned(),
            Self::Nobody => "nobody".to_owned(),
            Self::Names(names) => names.to_yaml(),
        }
    }
}

section! {
    /// How people and Pipemason talk on GitHub.
    pub struct GitHub {
        /// The label that starts a run.
        label: String = "pipemason".to_owned(),
        /// Whether a plain reply to an escalation resumes the run.
        resume_on_reply: bool = true,
        /// The right in the repository that each action needs.
        roles: Roles = Roles::default(),
        /// Whether whoever asked for a run may approve for it; `auto` only where nobody else has the right.
        self_approve: SelfApproval = SelfApproval::Auto,
        /// Whom an escalation mentions.
        notify: Notify = Notify::Requester,
        /// What follows when the checks of the repository fail on the pushed branch: it is said (`report`), a person is asked (`ask`), or a follow-up run starts (`fix`).
        on_ci_failure: CiReaction = CiReaction::Ask,
        /// What makes a run go on after a review: only `/pipemason revise` (`command`), or also a review that requests changes (`changes_requested`).
        revise_on: ReviseTrigger = ReviseTrigger::Command,
        /// The bots that may give commands, by their numeric ids.
        allowed_bots: Vec<u64> = Vec::new(),
        /// After how many days an escalation that nobody answered is brought up again, once.
        stale_days: Count<1, 365> = Count::new(7),
    }
}

section! {
    /// What is kept about a run.
    pub struct Record {
        /// How many days the refs of a run are kept after its end.
        keep_days: Count<1, 3650> = Count::new(90),
        /// Whether what the agent was told and what it said is kept in full.
        transcripts: bool = false,
    }
}

choice! {
    /// What happens to changes that are not committed.
    pub enum StashPolicy {
        /// The run does not start.
        Refuse = "refuse",
        /// They are stashed, and restored once the run has its own clone.
        Stash = "stash",
    }
}

section! {
    /// What happens to changes that are not committed.
    pub struct Stash {
        /// What happens to changes that are not committed when a run starts: it refuses (`refuse`), or they are stashed and restored (`stash`).
        policy: StashPolicy = StashPolicy::Refuse,
    }
}

section! {
    /// When a cheaper model may repair something.
    pub struct Downshift {
        /// Whether a cheaper model may be used for cheap repairs.
        enabled: bool = true,
        /// The classes of failure that are cheap to repair.
        failure_classes: Vec<FailureClass> = FailureClass::ALL.into_iter().filter(|class| class.is_cheap()).collect(),
        /// The model or tier to use, in the words of the agent; the agent's cheapest where it is left out.
        target_tier: Option<Name> = None,
    }
}
