//! Switches, counts, tokens, money and shares: what is written without quotes.

use std::str::FromStr;

use super::texts::TextError;
use crate::config::setting::{Reader, Setting};
use crate::config::tree::{Node, Value};
use crate::money::Usd;

/// A whole number between two bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Count<const LEAST: u32, const MOST: u32>(u32);

impl<const LEAST: u32, const MOST: u32> Count<LEAST, MOST> {
    /// Makes a count; what is out of bounds becomes the nearest bound.
    pub const fn new(number: u32) -> Self {
        if number < LEAST {
            Self(LEAST)
        } else if number > MOST {
            Self(MOST)
        } else {
            Self(number)
        }
    }

    /// Returns the number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl<const LEAST: u32, const MOST: u32> FromStr for Count<LEAST, MOST> {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let number = digits(text).filter(|number| (LEAST..=MOST).contains(number));
        number.map(Self).ok_or(TextError)
    }
}

/// A number of tokens; a trillion is beyond what anybody can pay for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tokens(pub u64);

const MAX_TOKENS: u64 = 1_000_000_000_000;

impl FromStr for Tokens {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let tokens = digits(text).filter(|tokens| (1..=MAX_TOKENS).contains(tokens));
        tokens.map(Self).ok_or(TextError)
    }
}

/// A share of 100, in hundredths of a percent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Percent(u32);

impl Percent {
    /// Nothing of it.
    pub const ZERO: Self = Self(0);

    /// Returns the share in hundredths of a percent: 10,000 is everything.
    pub const fn as_hundredths(self) -> u32 {
        self.0
    }
}

/// Reads a scalar that was written without quotes and that `parse` understands.
fn plain<T>(
    reader: &mut Reader<'_>,
    path: &str,
    node: &Node,
    expected: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let parsed = match &node.value {
        Value::Scalar { text, is_plain: true } => parse(text),
        Value::Scalar { .. } | Value::List(_) | Value::Map(_) => None,
    };
    if parsed.is_none() {
        reader.wrong(path, node, expected, None);
    }
    parsed
}

/// Reads a whole number: digits, and nothing else.
fn digits<T: FromStr>(text: &str) -> Option<T> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok()).flatten()
}

impl Setting for bool {
    fn expected() -> String {
        "`true` or `false`".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), |text| text.parse().ok())
    }

    fn to_yaml(&self) -> String {
        self.to_string()
    }
}

impl<const LEAST: u32, const MOST: u32> Setting for Count<LEAST, MOST> {
    fn expected() -> String {
        if LEAST == MOST { LEAST.to_string() } else { format!("a whole number from {LEAST} to {MOST}") }
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), |text| text.parse().ok())
    }

    fn to_yaml(&self) -> String {
        self.0.to_string()
    }
}

impl Setting for Tokens {
    fn expected() -> String {
        "a number of tokens like 1500000".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), |text| text.parse().ok())
    }

    fn to_yaml(&self) -> String {
        self.0.to_string()
    }
}

impl Setting for u64 {
    fn expected() -> String {
        "a whole number".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), digits)
    }

    fn to_yaml(&self) -> String {
        self.to_string()
    }
}

impl Setting for Usd {
    fn expected() -> String {
        "dollars like 10 or 2.50".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), |text| text.parse().ok())
    }

    fn to_yaml(&self) -> String {
        decimal(self.as_micros(), 1_000_000, 6)
    }
}

impl Setting for Percent {
    fn expected() -> String {
        "a percentage from 0 to 100, like 80 or 0.25".to_owned()
    }

    fn read(reader: &mut Reader<'_>, path: &str, node: &Node) -> Option<Self> {
        plain(reader, path, node, &Self::expected(), |text| {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
            let whole: u32 = digits(whole).filter(|whole| *whole <= 100)?;
            let fraction: u32 = digits::<u32>(fraction).and_then(|_| digits(&format!("{fraction:0<2}")))?;
            let hundredths = whole * 100 + Some(fraction).filter(|fraction| *fraction < 100)?;
            (hundredths <= 10_000).then_some(Self(hundredths))
        })
    }

    fn to_yaml(&self) -> String {
        decimal(self.0.into(), 100, 2)
    }
}

/// Writes `amount / unit` with as many decimals as it needs.
fn decimal(amount: u64, unit: u64, decimals: usize) -> String {
    let text = format!("{}.{:0decimals$}", amount / unit, amount % unit);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
