//! The targets: every parser and every sanitizer, with seeds and with what each promises.

use pipemason_core::{
    command, config, coverage, decisions, failure::FailureClass, glob, ledger, log, report, sarif, spec, state_md,
    test_plan, turn_output, yaml,
};

mod seeds;

/// A parser or sanitizer under fire.
#[derive(Clone, Copy)]
pub struct Target {
    pub name: &'static str,
    pub seeds: &'static [&'static [u8]],
    /// Does the work; the error is a promise that was broken.
    pub run: fn(&[u8]) -> Result<(), String>,
}

/// Reads `input` as text, as every reader of files does.
fn text(input: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(input)
}

/// Says that reading back what was written gives something else.
fn round_trip<T: PartialEq>(name: &str, read: &T, again: &T) -> Result<(), String> {
    if read == again { Ok(()) } else { Err(format!("{name}: what was written reads back as something else")) }
}

/// All targets.
pub const TARGETS: &[Target] = &[
    Target {
        name: "command",
        seeds: seeds::COMMENTS,
        run: |input| {
            let text = text(input);
            let is_command = command::parse(&text).is_some();
            let quoted = format!("> {text}");
            if is_command && command::parse(&quoted).is_some() {
                return Err("a quoted command is a command".to_owned());
            }
            Ok(())
        },
    },
    Target {
        name: "config",
        seeds: seeds::CONFIGS,
        run: |input| {
            match config::read_config(&text(input)) {
                Ok(loaded) => drop(loaded.config.policy(None)),
                Err(error) => drop(error.to_string()),
            }
            Ok(())
        },
    },
    Target {
        name: "glob",
        seeds: &[b"**/*.rs", b"a/{b,c}/[de]?.txt", b"tests/**"],
        run: |input| {
            if let Ok(glob) = glob::Glob::parse(&text(input)) {
                glob.matches(&text(input));
                glob.matches("tests/a/b/c.rs");
            }
            Ok(())
        },
    },
    Target {
        name: "report",
        seeds: seeds::REPORTS,
        run: |input| {
            report::read(input);
            Ok(())
        },
    },
    Target {
        name: "sarif",
        seeds: seeds::SARIF,
        run: |input| {
            drop(sarif::read_sarif(input, FailureClass::SecurityFinding, "/repository"));
            Ok(())
        },
    },
    Target {
        name: "lcov",
        seeds: &[b"SF:src/a.rs\nDA:1,1\nDA:2,0\nend_of_record\n"],
        run: |input| {
            drop(coverage::Coverage::read_lcov(&text(input), "/repository"));
            Ok(())
        },
    },
    Target {
        name: "spec",
        seeds: seeds::SPECS,
        run: |input| {
            let read = spec::Spec::read(&text(input));
            round_trip("spec", &read.value, &spec::Spec::read(&read.value.write()).value)
        },
    },
    Target {
        name: "test_plan",
        seeds: seeds::TEST_PLANS,
        run: |input| {
            let read = test_plan::TestPlan::read(&text(input));
            round_trip("test plan", &read.value, &test_plan::TestPlan::read(&read.value.write()).value)
        },
    },
    Target {
        name: "decisions",
        seeds: seeds::DECISIONS,
        run: |input| {
            let read = decisions::read(&text(input));
            round_trip("decisions", &read, &decisions::read(&decisions::write(&read)))
        },
    },
    Target {
        name: "iterations_log",
        seeds: seeds::LOGS,
        run: |input| {
            for line in log::read(input) {
                drop(line);
            }
            Ok(())
        },
    },
    Target {
        name: "state_md",
        seeds: seeds::STATES,
        run: |input| {
            let Ok(read) = state_md::read(&text(input)) else { return Ok(()) };
            let written = read.state.write(state_md::Activity { phases: &[], events: &[] });
            match state_md::read(&written) {
                Ok(again) => round_trip("STATE.md", &read.state, &again.state),
                Err(error) => Err(format!("STATE.md: what was written cannot be read: {error}")),
            }
        },
    },
    Target {
        name: "turn_output",
        seeds: &[
            br#"{"status":"done","summary":"done"}"#,
            br#"{"status":"needs_context","questions":["which port?"]}"#,
        ],
        run: |input| {
            drop(turn_output::read(&text(input)));
            Ok(())
        },
    },
    Target {
        name: "ledger",
        seeds: &[b"0000000000000000000000000000000000000000000000000000000000000000 {\"v\":1}\n"],
        run: |input| {
            drop(ledger::read(&text(input)));
            Ok(())
        },
    },
    Target {
        name: "yaml_text",
        seeds: &["text with \u{85} and €".as_bytes()],
        run: |input| {
            let text = text(input);
            let document = format!("key: {}\n", yaml::quoted(&text));
            match yaml::read_yaml::<std::collections::BTreeMap<String, String>>(&document) {
                Ok(read) if read.get("key").map(String::as_str) == Some(&*text) => Ok(()),
                Ok(_) => Err("a quoted text reads back as something else".to_owned()),
                Err(error) => Err(format!("a quoted text cannot be read: {error}")),
            }
        },
    },
    Target {
        name: "front_matter",
        seeds: &[b"---\na: 1\n---\nbody\n"],
        run: |input| {
            let _: Result<_, _> = yaml::split_front_matter(&text(input));
            drop(yaml::read_yaml::<serde_json::Value>(&text(input)));
            Ok(())
        },
    },
];
