//! Is there room for another turn? Asked before each one; every answer comes from counters that only rise.

use std::time::Duration;

use super::Draft;
use crate::escalation::{Awaiting, BudgetKind, Cause};
use crate::failure::FailureClass;
use crate::money::Usd;
use crate::phase::Phase;
use crate::run::{Announcement, CostSource, Effect, RUNS_PER_TICKET, Record, Visit};

/// The part of the run's money, in percent, at which people are warned.
const WARN_AT_PERCENT: u64 = 80;

/// What a turn may use at most.
pub(super) struct Allowance {
    pub(super) usd_each: Usd,
    pub(super) tokens_each: u64,
}

impl Draft<'_> {
    /// Returns what the run may spend: its limit, or what a person raised it to.
    pub(super) fn usd_limit(&self) -> Usd {
        self.run.spend.usd_limit(&self.policy.limits)
    }

    /// Returns what each of `turns` turns may use, or why there is no room for them.
    pub(super) fn allowance(&self, visit: &Visit, turns: u32) -> Result<Allowance, (Cause, Awaiting)> {
        let (limits, spend) = (&self.policy.limits, &self.run.spend);
        if self.run.cost_source == CostSource::Unknown && !limits.allow_unmetered {
            return Err((Cause::UnmeteredAgent, Awaiting::Change));
        }
        if spend.iterations.saturating_add(turns) > spend.iteration_limit(limits) {
            return Err((Cause::IterationsExhausted { iterations: spend.iterations }, Awaiting::Change));
        }
        if self.time_left(visit).is_zero() {
            let minutes = u32::try_from(visit.used.as_secs() / 60).unwrap_or(u32::MAX);
            return Err((Cause::TimeExhausted { minutes }, Awaiting::Change));
        }
        let usd_left = self.usd_left()?;
        let tokens_left = self.tokens_left()?;
        let share = u64::from(turns.max(1));
        Ok(Allowance {
            usd_each: limits.usd_per_turn.min(Usd::micros(usd_left.as_micros() / share)),
            tokens_each: limits.tokens_per_turn.unwrap_or(u64::MAX).min(tokens_left / share),
        })
    }

    /// Returns why a turn was stopped by its budget: nothing is left for any turn, or only for this one.
    pub(super) fn over_budget(&self) -> (Cause, Awaiting) {
        let (spent, limit) = (self.run.spend.usd, self.policy.limits.usd_per_turn);
        let only_this = (Cause::BudgetExhausted { budget: BudgetKind::UsdPerTurn, spent, limit }, Awaiting::Change);
        self.usd_left().err().or_else(|| self.tokens_left().err()).unwrap_or(only_this)
    }

    fn usd_left(&self) -> Result<Usd, (Cause, Awaiting)> {
        let spent = self.run.spend.usd;
        let limit = self.usd_limit();
        let ticket_spent = self.run.origin.spent_before.plus(spent);
        let ticket_limit = limit.times(RUNS_PER_TICKET);
        if spent >= limit {
            return Err(exhausted(BudgetKind::UsdPerRun, spent, limit));
        }
        if ticket_spent >= ticket_limit {
            return Err(exhausted(BudgetKind::UsdPerTicket, ticket_spent, ticket_limit));
        }
        Ok(limit.minus(spent).min(ticket_limit.minus(ticket_spent)))
    }

    fn tokens_left(&self) -> Result<u64, (Cause, Awaiting)> {
        let spent = self.run.spend.tokens();
        match self.policy.limits.tokens_per_run {
            None => Ok(u64::MAX),
            Some(limit) if spent < limit => Ok(limit - spent),
            Some(_) => Err(exhausted(BudgetKind::TokensPerRun, self.run.spend.usd, self.usd_limit())),
        }
    }

    /// Returns what is left of the phase's time.
    pub(super) fn time_left(&self, visit: &Visit) -> Duration {
        let times = visit.extensions.saturating_add(1);
        self.policy.limits.phase_time.saturating_mul(times).saturating_sub(visit.used)
    }

    /// Says whether `class` may fail once more.
    pub(super) fn class_has_room(&self, class: FailureClass) -> bool {
        let spend = &self.run.spend;
        spend.failures.get(class) <= spend.class_limit(class, &self.policy.limits)
    }

    /// Says whether `phase` may fail once more.
    pub(super) fn phase_has_room(&self, phase: Phase) -> bool {
        let spend = &self.run.spend;
        *spend.phase_failures.get(phase) <= spend.phase_limit(phase, &self.policy.limits)
    }

    /// Warns once when most of the money is gone.
    pub(super) fn warn_about_money(&mut self) {
        let (spent, limit) = (self.run.spend.usd, self.usd_limit());
        if !self.run.spend.warned && spent >= limit.percent(WARN_AT_PERCENT) {
            self.run.spend.warned = true;
            self.record(Record::BudgetWarned { spent, limit });
            self.effect(Effect::Announce { announcement: Announcement::BudgetWarning { spent, limit } });
        }
    }
}

fn exhausted(budget: BudgetKind, spent: Usd, limit: Usd) -> (Cause, Awaiting) {
    (Cause::BudgetExhausted { budget, spent, limit }, Awaiting::Budget { budget })
}
