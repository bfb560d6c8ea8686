//! Dollars, exactly: whole millionths, never floating point.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// An amount of US dollars, never negative. Sums saturate: a sum too large to hold is still "too much".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Usd(u64);

const MICROS_PER_DOLLAR: u64 = 1_000_000;

/// Why a text is not an amount.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected dollars like 10 or 2.50, with at most six decimals")]
pub struct UsdError;

impl Usd {
    /// No money.
    pub const ZERO: Self = Self(0);

    /// Makes an amount of whole dollars.
    pub const fn dollars(dollars: u64) -> Self {
        Self(dollars.saturating_mul(MICROS_PER_DOLLAR))
    }

    /// Makes an amount of millionths of a dollar.
    pub const fn micros(micros: u64) -> Self {
        Self(micros)
    }

    /// Returns the amount in millionths of a dollar.
    pub const fn as_micros(self) -> u64 {
        self.0
    }

    /// Adds, saturating.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Returns what is left after taking `other` away, at least nothing.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// Multiplies, saturating.
    #[must_use]
    pub const fn times(self, factor: u64) -> Self {
        Self(self.0.saturating_mul(factor))
    }

    /// Returns `percent` hundredths of the amount, rounded down.
    #[must_use]
    pub const fn percent(self, percent: u64) -> Self {
        // Divided first where the product would not fit; the loss is below a millionth of the amount.
        match self.0.checked_mul(percent) {
            Some(product) => Self(product / 100),
            None => Self((self.0 / 100).saturating_mul(percent)),
        }
    }
}

/// Shows dollars and cents, rounded up: a cost is never shown smaller than it is.
impl fmt::Display for Usd {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cents = self.0.div_ceil(MICROS_PER_DOLLAR / 100);
        write!(formatter, "${}.{:02}", cents / 100, cents % 100)
    }
}

impl FromStr for Usd {
    type Err = UsdError;

    fn from_str(text: &str) -> Result<Self, UsdError> {
        let text = text.strip_prefix('$').unwrap_or(text);
        let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
        let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(whole) || !is_number(fraction) || fraction.len() > 6 {
            return Err(UsdError);
        }
        let whole: u64 = whole.parse().map_err(|_| UsdError)?;
        let micros: u64 = format!("{fraction:0<6}").parse().map_err(|_| UsdError)?;
        let total = whole.checked_mul(MICROS_PER_DOLLAR).and_then(|whole| whole.checked_add(micros));
        total.map(Self).ok_or(UsdError)
    }
}

/// Written as a decimal text, for example `"2.500000"`, so that no reader turns it into a float.
impl Serialize for Usd {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{}.{:06}", self.0 / MICROS_PER_DOLLAR, self.0 % MICROS_PER_DOLLAR))
    }
}

impl<'de> Deserialize<'de> for Usd {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_read_exactly() {
        for (text, micros) in [("0", 0), ("10", 10_000_000), ("2.5", 2_500_000), ("$0.000001", 1), ("1.50", 1_500_000)]
        {
            assert_eq!(text.parse::<Usd>(), Ok(Usd::micros(micros)), "{text}");
        }
        for text in
            ["", ".", "1.", ".5", "-1", "+1", "1e3", "1,5", "1.0000001", "NaN", "99999999999999999999", " 1", "$$1"]
        {
            assert_eq!(text.parse::<Usd>(), Err(UsdError), "{text}");
        }
    }

    #[test]
    fn a_cost_is_never_shown_smaller_than_it_is() {
        assert_eq!(Usd::micros(1).to_string(), "$0.01");
        assert_eq!(Usd::dollars(3).to_string(), "$3.00");
        assert_eq!(Usd::micros(1_234_567).to_string(), "$1.24");
    }

    #[test]
    fn sums_saturate() {
        let most = Usd::micros(u64::MAX);
        assert_eq!(most.plus(Usd::dollars(1)), most);
        assert_eq!(most.times(3), most);
        assert_eq!(Usd::dollars(1).minus(Usd::dollars(2)), Usd::ZERO);
        assert_eq!(Usd::dollars(10).percent(80), Usd::dollars(8));
        assert!(most.percent(80) < most);
    }

    #[test]
    fn an_amount_reads_back_as_it_was_written() {
        let text = serde_json::to_string(&Usd::micros(2_500_001)).unwrap();
        assert_eq!(text, "\"2.500001\"");
        assert_eq!(serde_json::from_str::<Usd>(&text).unwrap(), Usd::micros(2_500_001));
    }
}
