//! How much is too much: commands of one person, and loops that bots make.

use super::facts::Counts;
use super::refusal::Refusal;

/// More commands in an hour than a busy person gives (SEC-20).
pub const MAX_COMMANDS_PER_HOUR: u32 = 30;

/// More runs in an hour than one ticket needs, retries and answers included (SEC-73).
pub const MAX_RUNS_PER_HOUR: u32 = 10;

/// One bot asks, another answers, a third reacts; what goes on after that is a loop (SEC-73).
pub const MAX_BOT_CHAIN: u32 = 3;

/// Refuses a command of somebody who gave [`MAX_COMMANDS_PER_HOUR`] already.
pub fn rate_limit(counts: Counts) -> Result<(), Refusal> {
    if counts.commands_last_hour >= MAX_COMMANDS_PER_HOUR { Err(Refusal::TooManyCommands) } else { Ok(()) }
}

/// Refuses what would make a ticket run for the eleventh time in an hour, or goes on a chain of bots.
pub fn loop_breaker(counts: Counts) -> Result<(), Refusal> {
    if counts.bot_chain > MAX_BOT_CHAIN {
        Err(Refusal::BotLoop)
    } else if counts.runs_last_hour >= MAX_RUNS_PER_HOUR {
        Err(Refusal::TooManyRuns)
    } else {
        Ok(())
    }
}
