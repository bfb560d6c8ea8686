//! Every key of the configuration, with its type, its default and its meaning.
//!
//! The doc comment of a field is what the reference page says about the key, so it is written for the
//! people who configure. What follows from a key is decided elsewhere.

mod delivery;
mod project;
mod work;

pub use delivery::{
    BodyPart, CiReaction, Downshift, Finalize, GitHub, Notify, Record, RecordPlace, ReviseTrigger, Roles, SelfApproval,
    Stash, StashPolicy, UpdateMethod,
};
pub use project::{Branch, BranchType, Commands, Reports, Service, Setup, Switch, Tests};
pub use work::{
    Agent, CostControls, LimitKeys, MatchMode, Preserving, Price, Quality, Region, Review, Screenshot, Security,
    Viewport,
};

use super::setting::{Reader, Row, Setting, child, default_of, record, section};
use super::tree::Node;
use super::values::{Count, Named, ServiceName};
use crate::domain::Domain;

section! {
    /// What a repository says in `.pipeline/config.yml`, with a default for everything it does not say.
    pub struct Config {
        /// The version of this format.
        version: Count<1, 1> = Count::new(1),
        /// How branches are named and what they grow from.
        branch: Branch = Branch::default(),
        /// The technology surfaces of the repository, in the order in which they are worked on. One is on only if it is listed here and has commands.
        domains: Vec<Domain> = vec![Domain::Api],
        /// The commands of each domain. A domain without an entry gets the detected commands; in an entry, a command that is left out is a gate that is off, except for `setup`, which is then detected.
        commands: Named<Domain, Commands> = Named::default(),
        /// The parts of a monorepo that have commands of their own; each is worked on by itself.
        services: Named<ServiceName, Service> = Named::default(),
        /// Where tests are.
        tests: Tests = Tests::default(),
        /// Where the commands leave their reports.
        reports: Reports = Reports::default(),
        /// Who writes.
        agent: Agent = Agent::default(),
        /// How often and how long a run may try.
        limits: LimitKeys = LimitKeys::default(),
        /// How much a run may cost.
        cost_controls: CostControls = CostControls::default(),
        /// What is checked for safety.
        security: Security = Security::default(),
        /// What is checked for quality.
        quality: Quality = Quality::default(),
        /// The review by an agent that has not seen the work.
        review: Review = Review::default(),
        /// The comparison of screens.
        screenshot: Screenshot = Screenshot::default(),
        /// What happens at the end.
        finalize: Finalize = Finalize::default(),
        /// How people and Pipemason talk on GitHub.
        github: GitHub = GitHub::default(),
        /// What is kept about a run.
        record: Record = Record::default(),
        /// What happens to changes that are not committed.
        stash: Stash = Stash::default(),
        /// When a cheaper model may repair something.
        retry_tier_downshift: Downshift = Downshift::default(),
    }
}
