//! What a turn may cost, set aside in the book of the day before anybody is asked.

use jiff::tz::TimeZone;
use pipemason_core::escalation::BudgetKind;
use pipemason_core::money::Usd;
use pipemason_core::run::{Event, Run};

use super::{WorkError, Workshop};
use crate::day::Day;

/// Sets aside the cost of `turns`.
pub(crate) fn reserve(shop: &Workshop, run: &Run, asked: u64, turns: u32, usd_each: Usd) -> Result<Event, WorkError> {
    let limit = shop.project().policy.limits.usd_per_day;
    let date = shop.now().to_zoned(TimeZone::UTC).date();
    // A run that began on an earlier day counts as a whole: never too little.
    let total = run.spend.usd.plus(usd_each.times(turns.into()));
    let day = Day::open(&shop.site.home.budget(), date)?;
    Ok(match day.set_aside(run.id, total, limit)? {
        Ok(()) => Event::Reserved { asked },
        Err(no_room) => Event::ReservationRefused { asked, budget: BudgetKind::UsdPerDay, spent: no_room.spent, limit },
    })
}
