//! What a configuration says about who may do what on GitHub, and what follows from events there.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::config;
use crate::config::{Config, ReviseTrigger, SelfApproval};
use crate::permission::{Ours, Right};
use crate::trigger::TriggerRules;

fn ours() -> Ours {
    Ours { app_id: 7, account_id: 700, slug: Arc::from("pipemason") }
}

#[test]
fn without_a_word_writers_work_maintainers_approve_and_commands_revise() {
    let rules = Config::default().trigger_rules(ours());
    let roles = &rules.access.roles;
    assert_eq!(
        [roles.start, roles.resume, roles.cancel, roles.approve],
        [Right::Write, Right::Write, Right::Write, Right::Maintain]
    );
    assert_eq!((rules.access.self_approve, rules.access.allowed_bots.len()), (SelfApproval::Auto, 0));
    assert_eq!((rules.label.as_str(), rules.program_label().as_str()), ("pipemason", "pipemason:program"));
    assert_eq!((rules.revise_on, rules.resume_on_reply), (ReviseTrigger::Command, true));
    assert_eq!(rules.limits, Config::default().policy(None).limits);
    assert_eq!(rules.access.ours, ours());
}

#[test]
fn every_key_about_rights_and_triggers_counts() {
    let rules = |text: &str| -> TriggerRules { config(text).trigger_rules(ours()) };
    let roles = rules("github: {roles: {start: triage, resume: maintain, cancel: write, approve: admin}}").access.roles;
    assert_eq!(
        [roles.start, roles.resume, roles.cancel, roles.approve],
        [Right::Triage, Right::Maintain, Right::Write, Right::Admin]
    );
    for (word, expected) in
        [("auto", SelfApproval::Auto), ("never", SelfApproval::Never), ("always", SelfApproval::Always)]
    {
        assert_eq!(rules(&format!("github: {{self_approve: {word}}}")).access.self_approve, expected);
    }
    assert_eq!(rules("github: {allowed_bots: [9, 8, 9]}").access.allowed_bots, BTreeSet::from([8, 9]));
    assert_eq!(rules("github: {label: mason}").program_label(), "mason:program");
    assert!(!rules("github: {resume_on_reply: false}").resume_on_reply);
    assert_eq!(rules("github: {revise_on: changes_requested}").revise_on, ReviseTrigger::ChangesRequested);
    let limits = rules("cost_controls: {max_usd_per_run: 3}").limits;
    assert_eq!(limits, config("cost_controls: {max_usd_per_run: 3}").policy(None).limits);
}

#[test]
fn sec_12_a_role_below_triage_cannot_be_asked_for() {
    for right in ["read", "none", "write ", "owner"] {
        let text = format!("github: {{roles: {{start: \"{right}\"}}}}");
        assert!(crate::config::read_config(&text).is_err(), "{right}");
    }
}
