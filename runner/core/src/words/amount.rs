//! Amounts as people read them: money, time, counts.

use std::time::Duration;

use jiff::Timestamp;

use crate::money::Usd;
use crate::run::CostSource;
use crate::words::markdown::{Line, line};

/// Says what something cost, of what it may, and how that is known: `$3.20 of $10.00 (reported)`.
pub fn cost_of(spent: Usd, limit: Usd, source: CostSource) -> Line {
    line!("{} of {} ({})", spent, limit, source.name())
}

/// Says what something cost, and how that is known: `$3.20 (reported)`.
pub fn cost(spent: Usd, source: CostSource) -> Line {
    line!("{} ({})", spent, source.name())
}

/// Says how long something took: `45 s`, `12 min`, `2 h 5 min`, `3 d`.
pub fn duration(duration: Duration) -> Line {
    let seconds = duration.as_secs();
    let (minutes, hours, days) = (seconds / 60, seconds / 3600, seconds / 86_400);
    match () {
        () if seconds < 60 => line!("{} s", seconds),
        () if minutes < 60 => line!("{} min", minutes),
        () if hours < 24 => Line::joined([line!("{} h", hours), unless_zero(minutes % 60, "min")], " "),
        () => Line::joined([line!("{} d", days), unless_zero(hours % 24, "h")], " "),
    }
}

fn unless_zero(amount: u64, unit: &'static str) -> Line {
    if amount == 0 { Line::default() } else { line!("{} {}", amount, unit) }
}

/// Says when something was, to the minute: `2026-05-04 13:37 UTC`.
pub fn moment(at: Timestamp) -> Line {
    Line::checked(at.strftime("%Y-%m-%d %H:%M UTC").to_string())
}

/// Counts things: `1 question`, `3 questions`.
pub(crate) fn counted(count: usize, thing: &'static str) -> Line {
    if count == 1 { line!("1 {}", thing) } else { line!("{} {}s", count, thing) }
}

/// Says which one: `1st`, `2nd`, `11th`.
pub(crate) fn ordinal(number: u32) -> Line {
    let ending = match (number % 10, number % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        (_, _) => "th",
    };
    line!("{}{}", number, ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_shown_in_the_unit_that_fits() {
        let shown = |seconds| duration(Duration::from_secs(seconds)).to_string();
        let expected = [
            (0, "0 s"),
            (59, "59 s"),
            (60, "1 min"),
            (3599, "59 min"),
            (3600, "1 h"),
            (3660, "1 h 1 min"),
            (86_399, "23 h 59 min"),
            (86_400, "1 d"),
            (90_000, "1 d 1 h"),
        ];
        for (seconds, text) in expected {
            assert_eq!(shown(seconds), text);
        }
    }

    #[test]
    fn counts_and_places_are_spelled_right() {
        let places: Vec<_> = [1, 2, 3, 4, 11, 12, 13, 21, 102, 111].map(|number| ordinal(number).to_string()).into();
        assert_eq!(places, ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "102nd", "111th"]);
        assert_eq!(counted(0, "test").to_string(), "0 tests");
        assert_eq!(counted(1, "test").to_string(), "1 test");
        assert_eq!(counted(2, "test").to_string(), "2 tests");
    }

    #[test]
    fn a_cost_always_says_how_it_is_known() {
        let known = [CostSource::Metered, CostSource::Reported, CostSource::Estimated, CostSource::Unknown];
        let shown = known.map(|source| cost_of(Usd::dollars(3), Usd::dollars(10), source).to_string());
        assert_eq!(
            shown,
            [
                "$3.00 of $10.00 (metered)",
                "$3.00 of $10.00 (reported)",
                "$3.00 of $10.00 (estimated)",
                "$3.00 of $10.00 (unknown)"
            ]
        );
        assert_eq!(cost(Usd::dollars(3), CostSource::Reported).to_string(), "$3.00 (reported)");
    }
}
