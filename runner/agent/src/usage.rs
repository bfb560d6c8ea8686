//! What a turn used, from what agents say of it, each in its own way; and an upper bound where they say nothing.

use pipemason_core::config::Price;
use pipemason_core::money::Usd;
use pipemason_core::run::{CostSource, Usage};
use serde::Deserialize;
use serde_json::Value;

use crate::driver::Bounds;
use crate::error::UsedUp;

/// How an agent says what it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UsageKind {
    /// Each answer has the tokens of its turn; the cached ones are not part of the input.
    Turn,
    /// Each answer has the tokens of the last model call only, and the cost is told apart.
    LastStep,
    /// Each answer has the tokens of its turn in `_meta`; the cached ones are part of the input.
    GeminiMeta,
    /// Each answer has the tokens of the whole conversation.
    SessionTotal,
    /// Nothing is said.
    None,
}

/// Bytes that become one token. Code and English have three to four; two errs on the side of more tokens.
const BYTES_PER_TOKEN: u64 = 2;

/// What an agent adds to each model call and nobody sees: its instructions, and how its tools are described.
const UNSEEN_BYTES: u64 = 64 * 1024;

/// Tokens by what they cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Tokens {
    /// Read, and not from the cache.
    input: u64,
    /// Read from the cache.
    cached: u64,
    output: u64,
}

impl Tokens {
    fn read(self) -> u64 {
        self.input.saturating_add(self.cached)
    }

    fn minus(self, before: Self) -> Self {
        Self {
            input: self.input.saturating_sub(before.input),
            cached: self.cached.saturating_sub(before.cached),
            output: self.output.saturating_sub(before.output),
        }
    }

    fn cost(self, price: &Price) -> Usd {
        let part = |tokens: u64, per_million: Usd| u128::from(tokens) * u128::from(per_million.as_micros());
        let sum = part(self.input, price.input)
            + part(self.cached, price.cached_input.unwrap_or(price.input))
            + part(self.output, price.output);
        Usd::micros(u64::try_from(sum.div_ceil(1_000_000)).unwrap_or(u64::MAX))
    }
}

/// What is remembered of a conversation from one turn to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Totals {
    cost: Option<Usd>,
    tokens: Tokens,
    /// Bytes that the model sees with each call.
    context: u64,
}

/// Measures one turn.
#[derive(Clone, Debug)]
pub(crate) struct Meter {
    kind: UsageKind,
    price: Option<Price>,
    before: Totals,
    now: Totals,
    /// What the answer said.
    told: Option<Tokens>,
    /// Most tokens that were in the memory of the model at once.
    most_used: u64,
    /// Upper bound, in bytes.
    read_bytes: u64,
    written_bytes: u64,
}

impl Meter {
    /// Begins a turn with a prompt of so many bytes.
    pub(crate) fn new(kind: UsageKind, price: Option<Price>, before: Totals, prompt_bytes: usize) -> Self {
        let mut meter =
            Self { kind, price, before, now: before, told: None, most_used: 0, read_bytes: 0, written_bytes: 0 };
        meter.now.context = meter.now.context.saturating_add(prompt_bytes as u64);
        meter.call();
        meter
    }

    /// Counts a call of the model, which reads all there is.
    fn call(&mut self) {
        self.read_bytes = self.read_bytes.saturating_add(self.now.context).saturating_add(UNSEEN_BYTES);
    }

    /// Counts what the agent says or thinks.
    pub(crate) fn said(&mut self, bytes: usize) {
        self.written_bytes = self.written_bytes.saturating_add(bytes as u64);
        self.now.context = self.now.context.saturating_add(bytes as u64);
    }

    /// Counts a tool that the agent uses: the model wrote the call, and is called again with the result.
    pub(crate) fn stepped(&mut self, bytes: usize) {
        self.said(bytes);
        self.call();
    }

    /// Counts what a tool answers.
    pub(crate) fn saw(&mut self, bytes: usize) {
        self.now.context = self.now.context.saturating_add(bytes as u64);
    }

    /// Takes in an update of the usage.
    pub(crate) fn updated(&mut self, update: &Value) {
        let used = update.get("used").and_then(Value::as_u64).unwrap_or_default();
        self.most_used = self.most_used.max(used);
        let cost = update.get("cost");
        let is_usd = cost.and_then(|cost| cost.get("currency")?.as_str()) == Some("USD");
        if let Some(usd) = cost.and_then(|cost| usd(cost.get("amount")?.as_f64()?)).filter(|_| is_usd) {
            // The cost is that of the whole conversation and never falls.
            self.now.cost = Some(self.now.cost.map_or(usd, |before| before.max(usd)));
        }
    }

    /// Takes in the answer that ends the turn.
    pub(crate) fn ended(&mut self, answer: &Value) {
        let told = match self.kind {
            UsageKind::Turn | UsageKind::LastStep | UsageKind::SessionTotal => answer.get("usage").and_then(tokens),
            UsageKind::GeminiMeta => answer.pointer("/_meta/quota/token_count").and_then(gemini_tokens),
            UsageKind::None => None,
        };
        self.told = match (self.kind, told) {
            (UsageKind::SessionTotal, Some(total)) => {
                self.now.tokens = total;
                Some(total.minus(self.before.tokens))
            }
            (_, told) => told,
        };
    }

    /// Says whether the agent told of any token that it used.
    pub(crate) fn has_told(&self) -> bool {
        self.told.is_some_and(|told| told != Tokens::default())
    }

    /// Returns what is remembered for the next turn of the conversation.
    pub(crate) fn totals(&self) -> Totals {
        self.now
    }

    /// Returns what the turn used, as far as it is known, and how well.
    pub(crate) fn used(&self) -> (Usage, CostSource) {
        let tokens = match (self.kind, self.told) {
            // One step of several: a lower bound, together with the fullest memory.
            (UsageKind::LastStep, Some(told)) => {
                Tokens { input: told.input.max(self.most_used.saturating_sub(told.cached)), ..told }
            }
            (_, Some(told)) => told,
            (_, None) => self.bound(),
        };
        let told_cost = self.now.cost.map(|now| now.minus(self.before.cost.unwrap_or_default()));
        let is_whole = match self.kind {
            UsageKind::Turn | UsageKind::GeminiMeta | UsageKind::SessionTotal => self.told.is_some(),
            UsageKind::LastStep | UsageKind::None => false,
        };
        let (usd, source) = match (told_cost, &self.price) {
            (Some(usd), _) if is_whole => (Some(usd), CostSource::Reported),
            (Some(usd), None) => (Some(usd), CostSource::Estimated),
            (Some(usd), Some(price)) => (Some(usd.max(self.seen_cost(tokens, price))), CostSource::Estimated),
            (None, Some(price)) => (Some(tokens.cost(price)), CostSource::Estimated),
            (None, None) => (None, CostSource::Unknown),
        };
        (Usage { tokens_in: tokens.read(), tokens_out: tokens.output, usd }, source)
    }

    /// A told cost is not corrected by bounds that are far above it.
    fn seen_cost(&self, tokens: Tokens, price: &Price) -> Usd {
        if self.told.is_some() { tokens.cost(price) } else { Usd::ZERO }
    }

    /// Returns what is certainly used already. Where an agent says nothing, the upper bound counts as certain, so that
    /// its turn is bounded at all.
    pub(crate) fn used_by_now(&self) -> Usage {
        let told_cost = self.now.cost.map(|now| now.minus(self.before.cost.unwrap_or_default()));
        match self.kind {
            UsageKind::None => self.used().0,
            UsageKind::Turn | UsageKind::LastStep | UsageKind::GeminiMeta | UsageKind::SessionTotal => {
                Usage { tokens_in: self.most_used, tokens_out: 0, usd: told_cost }
            }
        }
    }

    /// Returns what is used up, if anything is.
    pub(crate) fn over(&self, bounds: &Bounds) -> Option<UsedUp> {
        let Usage { tokens_in, tokens_out, usd } = self.used_by_now();
        if usd.is_some_and(|usd| usd > bounds.usd) {
            Some(UsedUp::Usd)
        } else if tokens_in.saturating_add(tokens_out) > bounds.tokens {
            Some(UsedUp::Tokens)
        } else {
            None
        }
    }

    fn bound(&self) -> Tokens {
        let input = self.read_bytes.div_ceil(BYTES_PER_TOKEN).max(self.most_used);
        Tokens { input, cached: 0, output: self.written_bytes.div_ceil(BYTES_PER_TOKEN) }
    }
}

/// Reads dollars, rounded up; agents have them as floating point numbers.
fn usd(amount: f64) -> Option<Usd> {
    if !amount.is_finite() || amount < 0.0 {
        return None;
    }
    // A cast of a number that is too large gives the largest; the rounding swallows noise below a millionth.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "finite and not negative; saturates")]
    let micros = (amount * 1_000_000.0 - 1e-6).ceil().max(0.0) as u64;
    Some(Usd::micros(micros))
}

/// Reads the usage of an answer.
fn tokens(usage: &Value) -> Option<Tokens> {
    let count = |name: &str| usage.get(name).and_then(Value::as_u64);
    let (input, output) = (count("inputTokens")?, count("outputTokens")?);
    // Written to the cache is read once, at about the price of input. Thoughts are written like the rest.
    let written = count("cachedWriteTokens").unwrap_or_default();
    let thoughts = count("thoughtTokens").unwrap_or_default();
    let cached = count("cachedReadTokens").unwrap_or_default();
    Some(Tokens { input: input.saturating_add(written), cached, output: output.saturating_add(thoughts) })
}

fn gemini_tokens(counts: &Value) -> Option<Tokens> {
    let count = |names: [&str; 2]| names.iter().find_map(|name| counts.get(*name)?.as_u64());
    let input = count(["input_tokens", "inputTokens"])?;
    let cached = count(["cached_tokens", "cachedTokens"]).unwrap_or_default().min(input);
    let output = count(["output_tokens", "outputTokens"])?;
    Some(Tokens { input: input - cached, cached, output })
}

#[cfg(test)]
mod tests;
