//! From the configuration to what the machines need: the policy, the units and their commands.

use std::time::Duration;

use super::detect::DetectedCommands;
use super::sections::{Commands, Config, Preserving};
use super::values::Tokens;
use crate::domain::{Domain, Unit};
use crate::glob::Glob;
use crate::paths::TestPaths;
use crate::permission::{AccessRules, Ours};
use crate::policy::{Limits, Policy};
use crate::trigger::TriggerRules;

impl Config {
    /// Returns the policy of the machines; `detected` are the commands of the repository, if it has a known build.
    pub fn policy(&self, detected: Option<&DetectedCommands>) -> Policy {
        let downshift = &self.retry_tier_downshift;
        let cheap_classes = downshift.failure_classes.iter().copied().filter(|_| downshift.enabled);
        Policy {
            limits: self.policy_limits(),
            units: self.units(detected),
            cheap_classes: cheap_classes.collect(),
            review_enabled: self.review.enabled,
            review_block_at: self.review.block_at,
            block_on_high: self.security.block_on_high,
            preserving_allowed: match self.quality.preserving {
                Preserving::Ask => false,
                Preserving::Allow => true,
            },
        }
    }

    /// Returns who may do what on GitHub; `ours` is who we are there.
    pub fn access_rules(&self, ours: Ours) -> AccessRules {
        AccessRules {
            ours,
            roles: self.github.roles.clone(),
            self_approve: self.github.self_approve,
            allowed_bots: self.github.allowed_bots.iter().copied().collect(),
        }
    }

    /// Returns what follows from events on GitHub; `ours` is who we are there.
    pub fn trigger_rules(&self, ours: Ours) -> TriggerRules {
        TriggerRules {
            access: self.access_rules(ours),
            label: self.github.label.clone(),
            revise_on: self.github.revise_on,
            resume_on_reply: self.github.resume_on_reply,
            limits: self.policy_limits(),
        }
    }

    fn policy_limits(&self) -> Limits {
        let (limits, costs) = (&self.limits, &self.cost_controls);
        let tokens = |tokens: Option<Tokens>| tokens.map(|Tokens(tokens)| tokens);
        Limits {
            retries_per_class: limits.max_retries_per_failure_class.value.get(),
            retries_per_phase: limits.max_retries_per_phase.value.get(),
            iterations: limits.max_total_iterations.value.get(),
            phase_time: Duration::from_mins(limits.per_phase_timeout_minutes.value.get().into()),
            usd_per_turn: costs.max_usd_per_turn.value,
            usd_per_run: costs.max_usd_per_run.value,
            usd_per_day: costs.max_usd_per_day.value,
            usd_per_program: costs.max_usd_per_program,
            tokens_per_turn: tokens(costs.max_tokens_per_turn),
            tokens_per_run: tokens(Some(limits.context_budget_tokens.or_stricter(costs.max_tokens_per_run).value)),
            tokens_per_day: tokens(costs.max_tokens_per_day),
            allow_unmetered: costs.allow_unmetered,
            diff_lines: self.finalize.max_diff_lines.get(),
        }
    }

    /// Returns the units of the repository, in the order of `domains`; the services of a domain follow it.
    pub fn units(&self, detected: Option<&DetectedCommands>) -> Vec<Unit> {
        let mut units: Vec<Unit> = Vec::new();
        for domain in &self.domains {
            let services = self.services.iter().filter(|(_, service)| service.domain == *domain);
            let services: Vec<Unit> = services.map(|(name, _)| name.unit(*domain)).collect();
            // What was detected at the root speaks for a domain only where its services do not.
            let is_detected = detected.is_some_and(|found| !found.commands.is_empty()) && services.is_empty();
            if self.commands.get(domain).is_some() || is_detected {
                units.push(Unit::of(*domain));
            }
            units.extend(services);
        }
        // A domain that is listed twice is worked on once.
        let mut seen = std::collections::BTreeSet::new();
        units.retain(|unit| seen.insert(unit.clone()));
        units
    }

    /// Returns the commands of a unit; those of its entry, else what was detected.
    ///
    /// In an entry, a command that is left out is a gate that is off, as in the original product; only
    /// `setup`, which the original does not know, is then taken from what was detected. A service has
    /// only what is written.
    pub fn commands_of(&self, unit: &Unit, detected: Option<&DetectedCommands>) -> Option<Commands> {
        match unit.service() {
            Some(_) => self
                .services
                .iter()
                .find(|(name, service)| name.unit(service.domain) == *unit)
                .map(|(_, service)| service.commands.clone()),
            None => self.commands_of_domain(unit.domain(), detected),
        }
    }

    /// Returns the patterns of the test files: the configured ones, else the detected ones.
    pub fn test_paths(&self, detected: Option<&DetectedCommands>) -> TestPaths {
        let found = detected.iter().flat_map(|found| &found.test_paths);
        let found = || found.filter_map(|path| Glob::parse(path).ok()).collect();
        TestPaths(self.tests.paths.clone().unwrap_or_else(found))
    }

    fn commands_of_domain(&self, domain: Domain, detected: Option<&DetectedCommands>) -> Option<Commands> {
        let found = detected.map(DetectedCommands::to_commands);
        let Some(entry) = self.commands.get(&domain) else {
            return found;
        };
        let setup = entry.setup.clone().or_else(|| found.and_then(|found| found.setup));
        Some(Commands { setup, ..entry.clone() })
    }
}
