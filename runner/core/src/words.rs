//! Every text that people read from us: comments, pull requests, check runs, commit messages, labels.
//!
//! Pure functions from what happened to what is posted. Our own sentences and what others wrote are different
//! types from the first word to the last, so that raw text of an agent or a ticket cannot get into a comment
//! by mistake (SEC-36, SEC-37): see `markdown` and `quote` inside. Every text is bounded, and says
//! what happened, and then what to do.
//!
//! What is *not* here: when something is posted, where, and whether it was posted before.

mod activity;
mod amount;
mod check_run;
mod commands;
mod commit;
mod ending;
mod escalation;
pub mod label;
mod link;
mod markdown;
mod marker;
mod mention;
mod note;
mod program;
mod progress;
mod pull_request;
mod quote;
mod reason;
mod recovery;
mod refusal;
mod reply;
mod review;
mod startup;
mod status;

#[cfg(test)]
mod tests;

pub use activity::{activity, phase_activity};
pub use amount::{cost, cost_of, duration, moment};
pub use check_run::{
    Annotation, AnnotationLevel, CheckRun, CheckRunState, MAX_ANNOTATIONS_PER_REQUEST, check_run, step_summary,
};
pub use commands::{ALL_COMMANDS, Reply, replies_now};
pub use commit::{CommitView, commit_message};
pub use ending::{PullRequestOutcome, ending_comment};
pub use escalation::{
    EscalationView, Resolution, command_hint, escalation_comment, reminder_comment, resolved_comment,
};
pub use link::{Link, LinkError, Site};
pub use markdown::Line;
pub use marker::{About, Marker, MarkerKey, MarkerKind};
pub use mention::{Mention, MentionError};
pub use note::{CiReport, FailedCheck, ci_comment, restack_note, steering_too_late};
pub use program::{
    ProgramView, StoryPlace, program_comment, program_details, program_escalation_comment, program_headline,
    program_reason, program_recovery, program_replies_now, program_ways, resolved_program_comment,
};
pub use progress::{PhaseRow, Standing, phase_rows};
pub use pull_request::{
    CriterionProof, Decision, NotProven, PullRequestView, Surroundings, TestFigures, TestProof, pull_request_body,
    pull_request_title,
};
pub use reason::{Detail, details, headline, reason};
pub use recovery::{Channel, Money, Way, recovery, suggested_total, ways};
pub use refusal::{Refusal, refusal_comment};
pub use reply::{MissingPermission, doctor_comment, help_comment, status_reply};
pub use review::{ReviewOutcome, review_reply};
pub use startup::{ChecklistItem, Presence, Requirement, StartProblem, checklist_comment};
pub use status::{HeldComment, RunView, held_because, skipped_because, status_comment};
