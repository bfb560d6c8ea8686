//! What a program has spent, and which ceiling it has reached. Counters are never lowered.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::ProgramPolicy;
use crate::escalation::BudgetKind;
use crate::money::Usd;

/// Share of a ceiling at which people are warned, in percent.
const WARN_AT_PERCENT: u64 = 80;

/// The money counters of a program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProgramSpend {
    pub total: Usd,
    /// The day (UTC) that `day_total` counts.
    pub day: Option<Date>,
    pub day_total: Usd,
    pub warned_total: bool,
    pub warned_day: bool,
    /// The ceiling of the program that a person has set, in place of the one of the policy.
    pub raised: Option<Usd>,
}

/// One ceiling, and how near it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ceiling {
    pub(super) budget: BudgetKind,
    pub(super) spent: Usd,
    pub(super) limit: Usd,
}

impl Ceiling {
    fn is_reached(self) -> bool {
        self.spent >= self.limit
    }

    fn is_near(self) -> bool {
        self.spent >= self.limit.percent(WARN_AT_PERCENT)
    }
}

impl ProgramSpend {
    /// Begins a new day's count if `now` is on a later day. A clock that goes back changes nothing.
    pub(super) fn turn_day(&mut self, now: Timestamp) {
        let today = utc_date(now);
        if self.day.is_none_or(|day| day < today) {
            self.day = Some(today);
            self.day_total = Usd::ZERO;
            self.warned_day = false;
        }
    }

    /// Counts `amount`, on the current day.
    pub(super) fn add(&mut self, amount: Usd) {
        self.total = self.total.plus(amount);
        self.day_total = self.day_total.plus(amount);
    }

    /// Returns what the program may spend in all: what a person set, else what the policy says.
    pub fn usd_limit(&self, policy: &ProgramPolicy) -> Option<Usd> {
        self.raised.or(policy.usd_per_program)
    }

    fn program_ceiling(&self, policy: &ProgramPolicy) -> Option<Ceiling> {
        let limit = self.usd_limit(policy)?;
        Some(Ceiling { budget: BudgetKind::UsdPerProgram, spent: self.total, limit })
    }

    fn day_ceiling(&self, policy: &ProgramPolicy) -> Option<Ceiling> {
        Some(Ceiling { budget: BudgetKind::UsdPerDay, spent: self.day_total, limit: policy.usd_per_day? })
    }

    /// Returns the ceiling of the program, if it is reached.
    pub(super) fn reached_program_ceiling(&self, policy: &ProgramPolicy) -> Option<Ceiling> {
        self.program_ceiling(policy).filter(|ceiling| ceiling.is_reached())
    }

    /// Returns the ceiling of the day, if it is reached.
    pub(super) fn reached_day_ceiling(&self, policy: &ProgramPolicy) -> Option<Ceiling> {
        self.day_ceiling(policy).filter(|ceiling| ceiling.is_reached())
    }

    /// Returns the ceilings that have come near since they were last asked for; each is told once.
    pub(super) fn take_warnings(&mut self, policy: &ProgramPolicy) -> Vec<Ceiling> {
        let mut warnings = Vec::new();
        if let Some(ceiling) = self.program_ceiling(policy).filter(|ceiling| ceiling.is_near())
            && !self.warned_total
        {
            self.warned_total = true;
            warnings.push(ceiling);
        }
        if let Some(ceiling) = self.day_ceiling(policy).filter(|ceiling| ceiling.is_near())
            && !self.warned_day
        {
            self.warned_day = true;
            warnings.push(ceiling);
        }
        warnings
    }

    /// Sets the ceiling of the program to `limit`; people are warned again when it comes near.
    pub(super) fn raise(&mut self, limit: Usd) {
        self.raised = Some(limit);
        self.warned_total = false;
    }

    /// Returns what one run may cost now: its own limit, or what the program has left.
    pub(super) fn run_budget(&self, policy: &ProgramPolicy) -> Usd {
        let left = self.program_ceiling(policy).map(|ceiling| ceiling.limit.minus(ceiling.spent));
        left.map_or(policy.usd_per_run, |left| left.min(policy.usd_per_run))
    }
}

fn utc_date(now: Timestamp) -> Date {
    now.to_zoned(TimeZone::UTC).date()
}

/// Returns the next midnight (UTC) after the day that is being counted.
///
/// After the last day that can be named there is none; then it is `now`, and the pause ends with the next event.
pub(super) fn midnight_after(day: Option<Date>, now: Timestamp) -> Timestamp {
    let tomorrow = day.unwrap_or_else(|| utc_date(now)).tomorrow();
    let midnight = tomorrow.and_then(|date| date.to_zoned(TimeZone::UTC));
    midnight.map_or(now, |midnight| midnight.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_day_ends_at_midnight_utc_and_never_begins_again() {
        let mut spend = ProgramSpend::default();
        spend.turn_day(at("2026-03-01T23:59:59.999Z"));
        spend.add(Usd::dollars(3));
        spend.turn_day(at("2026-03-01T23:59:59.999999999Z"));
        assert_eq!(spend.day_total, Usd::dollars(3));
        spend.turn_day(at("2026-03-02T00:00:00Z"));
        assert_eq!((spend.day_total, spend.total), (Usd::ZERO, Usd::dollars(3)));
        spend.add(Usd::dollars(1));
        spend.turn_day(at("2026-03-01T12:00:00Z"));
        assert_eq!(spend.day_total, Usd::dollars(1));
        assert_eq!(midnight_after(spend.day, at("2026-03-02T09:00:00Z")), at("2026-03-03T00:00:00Z"));
        assert_eq!(midnight_after(None, at("2026-12-31T09:00:00Z")), at("2027-01-01T00:00:00Z"));
        assert_eq!(midnight_after(Some(Date::MAX), Timestamp::MAX), Timestamp::MAX);
    }

    #[test]
    fn a_ceiling_is_reached_exactly_at_its_amount_and_warned_of_once() {
        let policy = ProgramPolicy {
            usd_per_program: Some(Usd::micros(100)),
            usd_per_day: Some(Usd::micros(50)),
            ..ProgramPolicy::default()
        };
        let mut spend = ProgramSpend::default();
        spend.add(Usd::micros(39));
        assert!(spend.take_warnings(&policy).is_empty());
        spend.add(Usd::micros(1));
        let warned: Vec<_> = spend.take_warnings(&policy).iter().map(|near| near.budget).collect();
        assert_eq!(warned, [BudgetKind::UsdPerDay]);
        spend.add(Usd::micros(9));
        assert_eq!(spend.reached_day_ceiling(&policy), None);
        spend.add(Usd::micros(1));
        assert!(spend.reached_day_ceiling(&policy).is_some());
        spend.add(Usd::micros(29));
        assert!(spend.take_warnings(&policy).is_empty());
        spend.add(Usd::micros(1));
        assert_eq!(spend.take_warnings(&policy).len(), 1);
        assert!(spend.take_warnings(&policy).is_empty());
        assert_eq!(spend.run_budget(&policy), Usd::micros(20));
        spend.add(Usd::micros(19));
        assert_eq!(spend.reached_program_ceiling(&policy), None);
        spend.add(Usd::micros(1));
        assert_eq!(spend.run_budget(&policy), Usd::ZERO);
        assert!(spend.reached_program_ceiling(&policy).is_some());
        spend.raise(Usd::micros(120));
        assert_eq!(spend.reached_program_ceiling(&policy), None);
        assert_eq!(spend.take_warnings(&policy).len(), 1);
    }
}
