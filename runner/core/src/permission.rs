//! Who may do what: rights as GitHub's API states them, and the refusals that follow.
//!
//! Nobody is known by a name, an association or a suffix: accounts count by their number, their kind is what
//! the API says, and a right that could not be read is no right (SEC-12 to SEC-15).
//!
//! Looking anything up is not here, and neither is what people may ask for (see [`crate::trigger`]).

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::actor::Actor;
use crate::config::{Roles, SelfApproval};

mod denial;

pub use denial::Denial;

/// What somebody may do in a repository, in GitHub's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    None,
    Read,
    Triage,
    Write,
    Maintain,
    Admin,
}

/// The booleans of `user.permissions`; the ones in `Option` do not exist on every server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    pub pull: bool,
    pub triage: Option<bool>,
    pub push: bool,
    pub maintain: Option<bool>,
    pub admin: bool,
}

impl Right {
    /// Returns the right that `permissions` state: the highest step of the ladder with no step missing below it.
    ///
    /// A step that does not exist on the server is stepped over, so that `admin` stands for `maintain`.
    pub fn of(permissions: Permissions) -> Self {
        let ladder = [
            (Some(permissions.pull), Self::Read),
            (permissions.triage, Self::Triage),
            (Some(permissions.push), Self::Write),
            (permissions.maintain, Self::Maintain),
            (Some(permissions.admin), Self::Admin),
        ];
        let steps = ladder.into_iter().filter_map(|(has, right)| has.map(|has| (has, right)));
        steps.take_while(|(has, _)| *has).last().map_or(Self::None, |(_, right)| right)
    }

    /// Returns GitHub's word for the right.
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Triage => "triage",
            Self::Write => "write",
            Self::Maintain => "maintain",
            Self::Admin => "admin",
        }
    }
}

/// Why a right is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Uncertainty {
    /// The server answered with this status.
    Status(u16),
    /// The server answered 200 and nothing that can be understood.
    Unreadable,
    /// The server did not answer in time, or not at all.
    NoAnswer,
}

/// What asking for somebody's right brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    Known(Right),
    /// No, for now: worth asking again.
    Uncertain(Uncertainty),
}

impl Lookup {
    /// Reads an answer of the API; anything but 200 with all the booleans is uncertain (SEC-14).
    pub fn of_answer(status: u16, permissions: Option<Permissions>) -> Self {
        match (status, permissions) {
            (200, Some(permissions)) => Self::Known(Right::of(permissions)),
            (200, None) => Self::Uncertain(Uncertainty::Unreadable),
            (status, _) => Self::Uncertain(Uncertainty::Status(status)),
        }
    }
}

/// What an account is, by the `type` of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountKind {
    User,
    Bot,
    /// An organization, a mannequin, or a kind that did not exist when this was written.
    Other,
}

impl AccountKind {
    /// Reads the `type` of the API.
    pub fn of_type(kind: &str) -> Self {
        match kind {
            "User" => Self::User,
            "Bot" => Self::Bot,
            _ => Self::Other,
        }
    }
}

/// An account on GitHub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// What the account is known by.
    pub id: u64,
    /// What the account is called, for people to read.
    pub login: Arc<str>,
    pub kind: AccountKind,
}

/// Whoever did something on GitHub, with the right they have just now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    pub account: Account,
    /// The App that acted in the account's name (`performed_via_github_app`).
    pub through_app: Option<u64>,
    pub right: Lookup,
}

impl Person {
    /// Returns the person as the record names them.
    pub fn actor(&self) -> Actor {
        Actor::GitHub { id: self.account.id, login: Arc::clone(&self.account.login) }
    }
}

/// Who we are ourselves. There is no guessing it: where asking fails, nothing is decided (SEC-27).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ours {
    pub app_id: u64,
    /// The number of the account that our comments carry.
    pub account_id: u64,
    /// The name people mention us by, without `@` and without `[bot]`.
    pub slug: Arc<str>,
}

impl Ours {
    /// Says whether we did it ourselves; a text that looks like ours says nothing (SEC-15, SEC-27).
    pub fn did(&self, account_id: u64, through_app: Option<u64>) -> bool {
        account_id == self.account_id || through_app == Some(self.app_id)
    }
}

/// What a repository says about who may do what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessRules {
    pub ours: Ours,
    /// The right that each kind of action takes.
    pub roles: Roles,
    /// Whether whoever asked for a run may approve what it asks.
    pub self_approve: SelfApproval,
    /// Bots that count as people with their rights, by number.
    pub allowed_bots: BTreeSet<u64>,
}

/// Whether somebody else could approve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherApprovers {
    Exist,
    Nobody,
    Uncertain,
}

/// Something that takes a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// To see what everybody who sees the repository may see.
    Look,
    /// To start a run or a program, or a follow-up of one.
    Start,
    Resume,
    Cancel,
    Approve {
        /// Whether it is their own request.
        is_requester: bool,
        others: OtherApprovers,
    },
    /// To give a run more money; takes the role of who approves.
    RaiseBudget,
}

/// How somebody came to be allowed something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    ByRight,
    /// An approval of one's own request; it is put on record.
    SelfApproved,
}

/// Says whether `person` may do `action`.
pub fn may(action: Action, person: &Person, rules: &AccessRules) -> Result<Grant, Denial> {
    check_account(action, person, rules)?;
    let needed = match action {
        Action::Look => Right::Read,
        Action::Start => rules.roles.start,
        Action::Resume => rules.roles.resume,
        Action::Cancel => rules.roles.cancel,
        Action::Approve { .. } | Action::RaiseBudget => rules.roles.approve,
    };
    match person.right {
        Lookup::Known(right) if right >= needed && right > Right::None => {}
        Lookup::Known(_) => return Err(Denial::TooFewRights { needed }),
        Lookup::Uncertain(_) => return Err(Denial::RightUnknown),
    }
    match action {
        Action::Approve { is_requester: true, others } => self_approval(rules.self_approve, others),
        Action::Approve { is_requester: false, .. }
        | Action::Look
        | Action::Start
        | Action::Resume
        | Action::Cancel
        | Action::RaiseBudget => Ok(Grant::ByRight),
    }
}

/// Says whether an account may act at all, whatever its right.
fn check_account(action: Action, person: &Person, rules: &AccessRules) -> Result<(), Denial> {
    let is_for_people = matches!(action, Action::Approve { .. } | Action::RaiseBudget);
    if rules.ours.did(person.account.id, person.through_app) {
        return Err(Denial::Ourselves);
    }
    match person.account.kind {
        AccountKind::User if person.through_app.is_some() => Err(Denial::ThroughApp),
        AccountKind::User => Ok(()),
        AccountKind::Bot if !rules.allowed_bots.contains(&person.account.id) => Err(Denial::UnlistedBot),
        AccountKind::Bot if is_for_people => Err(Denial::BotApproval),
        AccountKind::Bot => Ok(()),
        AccountKind::Other => Err(Denial::NotAPerson),
    }
}

fn self_approval(rule: SelfApproval, others: OtherApprovers) -> Result<Grant, Denial> {
    match (rule, others) {
        (SelfApproval::Always, _) | (SelfApproval::Auto, OtherApprovers::Nobody) => Ok(Grant::SelfApproved),
        (SelfApproval::Auto, OtherApprovers::Uncertain) => Err(Denial::OthersUnknown),
        (SelfApproval::Auto, OtherApprovers::Exist) | (SelfApproval::Never, _) => Err(Denial::OwnRequest),
    }
}

#[cfg(test)]
pub(crate) mod tests;
