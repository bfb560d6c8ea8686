use super::*;

/// All that can be read, by name, each with a change of it.
fn changes() -> [(&'static str, Inputs); 7] {
    let hash = Some(ContentHash::of(b"something"));
    let object = || "0123456789012345678901234567890123456789".parse().unwrap();
    let nothing = Inputs::default();
    [
        ("tree", Inputs { tree: Some(TreeHash(object())), ..nothing }),
        ("spec", Inputs { spec: hash, ..nothing }),
        ("contracts", Inputs { contracts: hash, ..nothing }),
        ("plan", Inputs { plan: hash, ..nothing }),
        ("proposed_config", Inputs { proposed_config: hash, ..nothing }),
        ("config", Inputs { config: hash, ..nothing }),
        ("base", Inputs { base: Some(CommitSha(object())), ..nothing }),
    ]
}

/// Returns what makes a difference to `phase`.
fn read_by(phase: Phase) -> Vec<&'static str> {
    let differs = |changed: &Inputs| changed.read_by(phase) != Inputs::default().read_by(phase);
    changes().into_iter().filter(|(_, changed)| differs(changed)).map(|(name, _)| name).collect()
}

#[test]
fn each_phase_reads_what_its_outcome_depends_on_and_nothing_else() {
    let all = ["tree", "spec", "contracts", "plan", "proposed_config", "config", "base"];
    let expected: [(&[Phase], &[&str]); 10] = [
        (&[Phase::Init, Phase::Analyze], &[]),
        (&[Phase::Contracts], &["spec"]),
        (&[Phase::Architect], &["spec", "contracts"]),
        (&[Phase::Tdd, Phase::E2e], &["spec", "contracts", "plan"]),
        (&[Phase::Implement, Phase::Ui], &["tree", "spec", "contracts", "plan", "proposed_config", "config"]),
        (&[Phase::Review], &["tree", "spec", "contracts"]),
        (&[Phase::ScreenshotDiff, Phase::RuntimeCheck, Phase::Recheck], &["tree", "config"]),
        (&[Phase::Verify, Phase::Reverify], &["tree", "config", "base"]),
        (&[Phase::Rebase], &["tree", "base"]),
        (&[Phase::Finalize], &all),
    ];
    let phases = expected.iter().map(|(phases, _)| phases.len()).sum::<usize>();
    assert_eq!(phases, Phase::ALL.len());
    for (phases, fields) in expected {
        for phase in phases {
            assert_eq!(read_by(*phase), fields, "{phase}");
        }
    }
}

#[test]
fn phases_that_repeat_another_one_share_its_pass() {
    let shared: Vec<_> = Phase::ALL.into_iter().filter(|phase| pass_slot(*phase) != *phase).collect();
    assert_eq!(shared, [Phase::Reverify, Phase::Recheck]);
    assert_eq!((pass_slot(Phase::Reverify), pass_slot(Phase::Recheck)), (Phase::Verify, Phase::RuntimeCheck));
}
