//! What each command does at each stage of a program.

use super::admit::check_tighter;
use super::facts::{Place, ProgramStage};
use super::{Decider, Intent, Refusal};
use crate::command::ProgramOptions;
use crate::money::Usd;
use crate::permission::Action;

impl Decider<'_> {
    /// Starts a program, where the issue has none that goes on.
    pub(super) fn start_program(
        &self,
        intent: Option<String>,
        options: Option<ProgramOptions>,
    ) -> Result<Intent, Refusal> {
        self.admit_work(Action::Start)?;
        match self.program {
            Some(ProgramStage::Active) => return Err(Refusal::ProgramIsActive),
            Some(ProgramStage::Stopped) => return Err(Refusal::ProgramIsStopped),
            Some(ProgramStage::Ended) | None => {}
        }
        if self.facts.place != Place::Issue {
            return Err(Refusal::NotOurPullRequest);
        }
        self.check_new_run(None)?;
        if let Some(options) = &options {
            let limits = &self.rules.limits;
            check_tighter("--max-cost", options.max_cost, limits.usd_per_program)?;
            check_tighter("--max-daily-cost", options.max_daily_cost, Some(limits.usd_per_day))?;
        }
        Ok(Intent::StartProgram { intent, options })
    }

    /// Lets a stopped program go on. Whether its money suffices, and whether it takes an answer, it decides itself.
    pub(super) fn resume_program(&self, answer: Option<String>, budget_usd: Option<Usd>) -> Result<Intent, Refusal> {
        self.admit_work(Action::Resume)?;
        if budget_usd.is_some() {
            self.permit(Action::RaiseBudget)?;
        }
        match self.program {
            None => Err(Refusal::NoProgram),
            Some(ProgramStage::Active) => Err(Refusal::ProgramIsActive),
            Some(ProgramStage::Stopped) => Ok(Intent::ResumeProgram { answer, budget_usd }),
            Some(ProgramStage::Ended) => Err(Refusal::ProgramIsOver),
        }
    }

    pub(super) fn cancel_program(&self) -> Result<Intent, Refusal> {
        self.permit(Action::Cancel)?;
        match self.program {
            None => Err(Refusal::NoProgram),
            Some(ProgramStage::Active | ProgramStage::Stopped) => Ok(Intent::CancelProgram),
            Some(ProgramStage::Ended) => Err(Refusal::ProgramIsOver),
        }
    }
}
