//! The phases of a program, and which mode has which.

use crate::roadmap::named_words;

named_words! {
    /// One step of a program.
    ProgramPhase, "a program phase (program_init, audit, program_plan, … program_verify)";
    ProgramInit = "program_init",
    /// Looks at what is there; in both brownfield modes.
    Audit = "audit",
    /// Writes the roadmap.
    ProgramPlan = "program_plan",
    /// Plans the migration; when an existing system is upgraded.
    MigrationPlan = "migration_plan",
    /// Designs what all stories share; in both greenfield modes.
    DesignSystem = "design_system",
    /// Carries out the stories.
    Iterate = "iterate",
    /// Runs the gates on all branches merged together.
    ProgramVerify = "program_verify",
}

named_words! {
    /// What kind of undertaking a program is.
    Mode, "a mode (greenfield-system, greenfield-mobile, brownfield-upgrade, brownfield-extension)";
    GreenfieldSystem = "greenfield-system",
    GreenfieldMobile = "greenfield-mobile",
    BrownfieldUpgrade = "brownfield-upgrade",
    BrownfieldExtension = "brownfield-extension",
}

impl Mode {
    /// Returns the phases of this mode, in order.
    pub fn phases(self) -> &'static [ProgramPhase] {
        use ProgramPhase::{Audit, DesignSystem, Iterate, MigrationPlan, ProgramInit, ProgramPlan, ProgramVerify};
        match self {
            Self::GreenfieldSystem | Self::GreenfieldMobile => {
                &[ProgramInit, ProgramPlan, DesignSystem, Iterate, ProgramVerify]
            }
            Self::BrownfieldUpgrade => &[ProgramInit, Audit, ProgramPlan, MigrationPlan, Iterate, ProgramVerify],
            Self::BrownfieldExtension => &[ProgramInit, Audit, ProgramPlan, Iterate, ProgramVerify],
        }
    }

    /// Returns the phase of this mode that follows `phase`.
    pub fn phase_after(self, phase: ProgramPhase) -> Option<ProgramPhase> {
        self.phases().iter().copied().find(|later| *later > phase)
    }
}
