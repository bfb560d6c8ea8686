//! The flags of commands: which of them a comment may use, and what they mean.
//!
//! From a comment only flags are accepted that choose where the work goes or that make a limit tighter;
//! whether a limit is tighter is decided where the limits are known (see [`crate::trigger`]).

use std::collections::BTreeSet;

use super::words::{Line, Word};
use super::{CommandError, TypedFlag};
use crate::domain::Unit;
use crate::id::BranchName;
use crate::money::Usd;
use crate::nearest::nearest;
use crate::phase::Phase;

/// What a start may ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StartOptions {
    pub base: Option<BranchName>,
    /// Whether a pull request is asked for, whatever the configuration says.
    pub pull_request: bool,
    /// The phase after which the run rests; of `--scope` and `--stop-after` the earlier one.
    pub last_phase: Option<Phase>,
    /// The units to work on; empty where the run decides.
    pub units: BTreeSet<Unit>,
    /// A limit of the run, at most the configured one.
    pub budget_usd: Option<Usd>,
}

/// The kinds of programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProgramMode {
    GreenfieldSystem,
    GreenfieldMobile,
    BrownfieldUpgrade,
    BrownfieldExtension,
}

impl ProgramMode {
    /// All modes.
    pub const ALL: [Self; 4] =
        [Self::GreenfieldSystem, Self::GreenfieldMobile, Self::BrownfieldUpgrade, Self::BrownfieldExtension];

    /// Returns the name that people use.
    pub fn name(self) -> &'static str {
        match self {
            Self::GreenfieldSystem => "greenfield-system",
            Self::GreenfieldMobile => "greenfield-mobile",
            Self::BrownfieldUpgrade => "brownfield-upgrade",
            Self::BrownfieldExtension => "brownfield-extension",
        }
    }
}

/// What the start of a program may ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProgramOptions {
    pub mode: ProgramMode,
    pub base: Option<BranchName>,
    pub units: BTreeSet<Unit>,
    /// How many stories may be worked on at the same time.
    pub parallelism: Option<u32>,
    pub max_cost: Option<Usd>,
    pub max_daily_cost: Option<Usd>,
}

/// A flag that some command accepts from a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Flag {
    Base,
    PullRequest,
    Scope,
    StopAfter,
    Domain,
    BudgetUsd,
    Mode,
    Parallelism,
    MaxCost,
    MaxDailyCost,
}

impl Flag {
    pub(super) const OF_START: [Self; 6] =
        [Self::Base, Self::PullRequest, Self::Scope, Self::StopAfter, Self::Domain, Self::BudgetUsd];
    pub(super) const OF_RESUME: [Self; 1] = [Self::BudgetUsd];
    pub(super) const OF_PROGRAM_START: [Self; 6] =
        [Self::Mode, Self::Base, Self::Domain, Self::Parallelism, Self::MaxCost, Self::MaxDailyCost];

    fn name(self) -> &'static str {
        match self {
            Self::Base => "--base",
            Self::PullRequest => "--pr",
            Self::Scope => "--scope",
            Self::StopAfter => "--stop-after",
            Self::Domain => "--domain",
            Self::BudgetUsd => "--budget-usd",
            Self::Mode => "--mode",
            Self::Parallelism => "--parallelism",
            Self::MaxCost => "--max-cost",
            Self::MaxDailyCost => "--max-daily-cost",
        }
    }
}

/// Flags of the command line that would let a comment loosen something or reach the machine of the runner.
const COMMAND_LINE_ONLY: [&str; 14] = [
    "--stash",
    "--spec",
    "--skip-gate",
    "--dry-run",
    "--agent",
    "--label",
    "--no-cloud",
    "--json",
    "--answer",
    "--answer-file",
    "--watch",
    "--branch-strategy",
    "--from",
    "--force-new",
];

/// More stories at the same time than any account has runners for.
const MAX_PARALLELISM: u32 = 64;

/// The flags of one command, read.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    base: Option<BranchName>,
    pull_request: bool,
    scope: Option<Phase>,
    stop_after: Option<Phase>,
    units: BTreeSet<Unit>,
    pub(super) budget_usd: Option<Usd>,
    mode: Option<ProgramMode>,
    parallelism: Option<u32>,
    max_cost: Option<Usd>,
    max_daily_cost: Option<Usd>,
}

impl Options {
    /// Takes the flags out of `line` and returns them with the text that is left; `--` ends the flags.
    pub(super) fn read(mut line: Line<'_>, accepted: &[Flag]) -> Result<(Self, String), CommandError> {
        let mut options = Self::default();
        let mut seen = BTreeSet::new();
        let mut text = Vec::new();
        while let Some(word) = line.next() {
            let raw = line.raw(&word);
            if raw == "--" {
                while let Some(word) = line.next() {
                    text.push(word);
                }
            } else if raw.starts_with("--") {
                options.take_flag(&word, &mut line, accepted, &mut seen)?;
            } else if let Some(meant) = misspelled_flag(raw, accepted) {
                return Err(CommandError::UnknownFlag { flag: TypedFlag::of(raw), nearest: Some(meant) });
            } else {
                text.push(word);
            }
        }
        let text = line.text_of(&text);
        Ok((options, text))
    }

    fn take_flag(
        &mut self,
        word: &Word,
        line: &mut Line<'_>,
        accepted: &[Flag],
        seen: &mut BTreeSet<Flag>,
    ) -> Result<(), CommandError> {
        let text = line.text(word);
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (text.as_str(), None),
        };
        let Some(flag) = accepted.iter().copied().find(|flag| flag.name() == name) else {
            return Err(refuse_flag(name, accepted));
        };
        if !seen.insert(flag) && flag != Flag::Domain {
            return Err(CommandError::RepeatedFlag { flag: flag.name() });
        }
        if flag == Flag::PullRequest {
            self.pull_request = true;
            return match attached {
                None => Ok(()),
                Some(_) => Err(bad_value(flag, "no value")),
            };
        }
        let is_value = |next: &&Word| !line.raw(next).starts_with("--");
        let value = match attached {
            Some(value) => Some(value),
            None if line.peek().as_ref().is_some_and(is_value) => line.take_first(),
            None => None,
        };
        let value = value.filter(|value| !value.is_empty()).ok_or(CommandError::MissingValue { flag: flag.name() })?;
        self.set(flag, &value)
    }

    fn set(&mut self, flag: Flag, value: &str) -> Result<(), CommandError> {
        let phase = || value.parse().ok();
        let usd = || value.parse().ok();
        let expected = match flag {
            Flag::PullRequest => return Err(bad_value(flag, "no value")),
            Flag::Base => read_into(&mut self.base, value.parse().ok(), "the name of a branch"),
            Flag::Scope => {
                read_into(&mut self.scope, phase_of_scope(value), "analyze, architect, tdd, red-green, iterate or full")
            }
            Flag::StopAfter => read_into(&mut self.stop_after, phase(), "the name of a phase"),
            Flag::BudgetUsd => read_into(&mut self.budget_usd, usd(), EXPECTED_USD),
            Flag::MaxCost => read_into(&mut self.max_cost, usd(), EXPECTED_USD),
            Flag::MaxDailyCost => read_into(&mut self.max_daily_cost, usd(), EXPECTED_USD),
            Flag::Parallelism => read_into(
                &mut self.parallelism,
                value.parse().ok().filter(|count| (1..=MAX_PARALLELISM).contains(count)),
                "a number from 1 to 64",
            ),
            Flag::Mode => {
                read_into(&mut self.mode, ProgramMode::ALL.into_iter().find(|mode| mode.name() == value), EXPECTED_MODE)
            }
            Flag::Domain => match value.split(',').map(str::parse).collect::<Result<Vec<Unit>, _>>() {
                Ok(units) => {
                    self.units.extend(units);
                    None
                }
                Err(_) => Some("domains like api or web, or units like api.billing"),
            },
        };
        expected.map_or(Ok(()), |expected| Err(bad_value(flag, expected)))
    }

    /// Returns what a start may ask for.
    pub(super) fn into_start(self) -> StartOptions {
        let last_phase = self.scope.into_iter().chain(self.stop_after).min();
        StartOptions {
            base: self.base,
            pull_request: self.pull_request,
            last_phase,
            units: self.units,
            budget_usd: self.budget_usd,
        }
    }

    /// Returns what the start of a program may ask for.
    pub(super) fn into_program(self) -> Result<ProgramOptions, CommandError> {
        Ok(ProgramOptions {
            mode: self.mode.ok_or(CommandError::MissingMode)?,
            base: self.base,
            units: self.units,
            parallelism: self.parallelism,
            max_cost: self.max_cost,
            max_daily_cost: self.max_daily_cost,
        })
    }
}

const EXPECTED_USD: &str = "dollars like 10 or 2.50";
pub(super) const EXPECTED_MODE: &str =
    "greenfield-system, greenfield-mobile, brownfield-upgrade or brownfield-extension";

/// Puts `value` into `place`, or returns what was expected.
fn read_into<T>(place: &mut Option<T>, value: Option<T>, expected: &'static str) -> Option<&'static str> {
    let is_missing = value.is_none();
    *place = value;
    is_missing.then_some(expected)
}

fn bad_value(flag: Flag, expected: &'static str) -> CommandError {
    CommandError::BadValue { flag: flag.name(), expected }
}

fn refuse_flag(name: &str, accepted: &[Flag]) -> CommandError {
    match COMMAND_LINE_ONLY.into_iter().find(|known| *known == name) {
        Some(flag) => CommandError::CommandLineOnly { flag },
        None => CommandError::UnknownFlag {
            flag: TypedFlag::of(name),
            nearest: nearest(name, accepted.iter().map(|flag| flag.name())),
        },
    }
}

/// Recognizes `-pr` and `—pr`, which some keyboards make of `--pr`.
fn misspelled_flag(raw: &str, accepted: &[Flag]) -> Option<&'static str> {
    let name = raw.strip_prefix(['-', '–', '—'])?.split('=').next()?;
    accepted.iter().map(|flag| flag.name()).find(|known| known.strip_prefix("--") == Some(name))
}

/// Returns the last phase of a `--scope`.
fn phase_of_scope(scope: &str) -> Option<Phase> {
    match scope {
        "analyze" => Some(Phase::Analyze),
        "architect" => Some(Phase::Architect),
        "tdd" => Some(Phase::Tdd),
        "red-green" => Some(Phase::Implement),
        "iterate" => Some(Phase::Recheck),
        "full" => Some(Phase::Finalize),
        _ => None,
    }
}
