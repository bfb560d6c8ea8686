//! Lines of every origin.

use proptest::prelude::*;

use super::*;
use crate::document::tests::hostile_text;

const ORIGINAL: &[u8] = include_bytes!("../../tests/fixtures/original/iterations.log");

fn at(millisecond: i64) -> Timestamp {
    Timestamp::from_millisecond(millisecond).unwrap()
}

fn entry_of(line: &[u8]) -> Option<LogEntry> {
    let lines: Vec<_> = read(line).collect();
    match lines.as_slice() {
        [LogLine { content: LogContent::Entry(entry), .. }] => Some(entry.as_ref().clone()),
        _ => None,
    }
}

fn why_foreign(line: &str) -> String {
    match read(format!("{line}\n").as_bytes()).next().unwrap().content {
        LogContent::Foreign { text, why } => {
            assert_eq!(text, line.trim());
            why
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_original_log_loads_and_keeps_what_is_strange_in_the_notes() {
    let entries: Vec<_> = read(ORIGINAL)
        .map(|line| match line.content {
            LogContent::Entry(entry) => *entry,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(entries.len(), 12);
    assert!(entries.iter().zip(1..).all(|(entry, number)| entry.seq == number));
    assert!(entries.windows(2).all(|pair| pair[1].disorder_behind(&pair[0]).is_none()));
    assert_eq!(entries[1].outcome.as_deref(), Some("ok"));
    assert_eq!((entries[3].event, entries[3].agent.as_deref()), (LogEvent::AgentProgress, Some("analyst")));
    assert_eq!(entries[5].failure_class, Some(FailureClass::E2eNotRed));
    assert_eq!(entries[6].notes, "red for the missing code; red_suites=6");
    assert_eq!(entries[9].notes, "done; green_tests=32; lint=clean; typecheck=clean");
    assert_eq!(entries[11].notes, r#"domain=all; vitest={"failed":0,"passed":32}"#);
    for entry in entries {
        assert_eq!(entry_of(entry.to_line().as_bytes()), Some(entry));
    }
}

#[test]
fn lines_that_are_no_entries_are_handed_on() {
    let good = LogEntry::new(at(0), 1, LogEvent::RunStarted).to_line();
    let log = format!("{}\r\n\n  \nnot json\n{good}{{\"v\":1,\"se", good.trim());
    let kinds: Vec<_> = read(log.as_bytes())
        .map(|line| match line.content {
            LogContent::Entry(_) => (line.number, "entry"),
            LogContent::Foreign { .. } => (line.number, "foreign"),
            LogContent::Torn { .. } => (line.number, "torn"),
        })
        .collect();
    assert_eq!(kinds, [(1, "entry"), (4, "foreign"), (5, "entry"), (6, "torn")]);
    assert!(entry_of(good.trim().as_bytes()).is_some(), "a whole entry without its line end is one");
    let torn: Vec<_> = read(b"{\"v\":1,\"notes\":\"\xe2\x82").collect();
    assert!(matches!(&torn[0].content, LogContent::Torn { text } if text.ends_with('\u{fffd}')));
}

#[test]
fn our_lines_are_read_strictly() {
    let base = r#""v":1,"seq":1,"ts":"2026-01-02T03:04:05Z","event":"push""#;
    assert!(entry_of(format!("{{{base}}}").as_bytes()).is_some());
    assert!(entry_of(format!("{{{base},\"phase\":null}}").as_bytes()).is_some());
    for (more, why) in [
        (r#","status":"ok""#, "`status` is not a field of the log"),
        (r#","phase":"done""#, "`phase` cannot be read"),
        (r#","domain":"all""#, "`domain` cannot be read"),
        (r#","tokens_in":-1"#, "`tokens_in` cannot be read"),
        (r#","tokens_in":1.5"#, "`tokens_in` cannot be read"),
        (r#","failure_class":"x""#, "`failure_class` cannot be read"),
        (r#","commit_sha":"abc""#, "`commit_sha` cannot be read"),
        (r#","run_id":"1""#, "`run_id` cannot be read"),
        (r#","cost_usd":"-1""#, "`cost_usd` cannot be read"),
        (r#","notes":1"#, "`notes` cannot be read"),
    ] {
        assert_eq!(why_foreign(&format!("{{{base}{more}}}")), why);
    }
    for (line, why) in [
        (base.replace("\"v\":1", "\"v\":2"), "`v` is 2; this pipemason reads 1"),
        (base.replace("\"seq\":1,", ""), "`seq` is missing"),
        (base.replace("push", "shove"), "`event` cannot be read"),
        (base.replace("2026", "no"), "`ts` cannot be read"),
        (base.replace("ts", "time"), "`ts` is missing"),
        (base.replace("event", "what"), "`event` is missing or unknown"),
    ] {
        assert_eq!(why_foreign(&format!("{{{line}}}")), why);
    }
    for text in ["[1]", "\"x\"", "1", "{", "{}}", "null"] {
        assert!(why_foreign(text).starts_with("no JSON object"), "{text}");
    }
    assert_eq!(why_foreign(r#"{"event":"x","ts":"2026-01-02T03:04:05Z"}"#), "`event` is missing or unknown");
}

#[test]
fn an_amount_may_be_a_number_in_the_original() {
    let cost = |cost: &str| {
        entry_of(format!(r#"{{"ts":"2026-01-02T03:04:05Z","event":"budget","cost_usd":{cost}}}"#).as_bytes()).unwrap()
    };
    assert_eq!(cost("0.12").cost_usd, Some(Usd::micros(120_000)));
    assert_eq!(cost("3").cost_usd, Some(Usd::dollars(3)));
    assert_eq!((cost("-1").cost_usd, cost("-1").notes.as_str()), (None, "cost_usd=-1"));
    assert_eq!(cost("true").notes, "cost_usd=true");
}

#[test]
fn hostile_lines_are_read_in_time() {
    let deep = "[".repeat(100_000);
    for line in
        [deep.clone(), format!("{{\"v\":{deep}"), "\"".repeat(100_000), "\0".repeat(100_000), "{\"a\":".repeat(100_000)]
    {
        why_foreign(&format!("{line}x"));
    }
    let long = "x".repeat(1024 * 1024 + 1);
    assert!(why_foreign(long.get(1..).unwrap()).starts_with("no JSON object"));
    assert!(why_foreign(&long).starts_with("the line has"));
    assert_eq!(read(&b"x\n".repeat(100_000)).count(), 100_000);
    assert_eq!(read("\n".repeat(100_000).as_bytes()).count(), 0);
}

#[test]
fn order_is_by_number_and_time() {
    let entry = |seq, millisecond| LogEntry::new(at(millisecond), seq, LogEvent::Retry);
    let disorder = |next: LogEntry| next.disorder_behind(&entry(5, 1000));
    assert_eq!(disorder(entry(6, 1000)), None);
    assert_eq!(disorder(entry(9, 1001)), None);
    assert_eq!(disorder(entry(6, 999)), Some(Disorder::Time));
    assert_eq!(disorder(entry(5, 1001)), Some(Disorder::Sequence));
    assert_eq!(disorder(entry(4, 999)), Some(Disorder::Sequence));
}

#[test]
fn a_line_is_never_longer_than_the_limit() {
    let entry = |notes: String| LogEntry { notes, ..LogEntry::new(at(0), 1, LogEvent::Retry) };
    let room = MAX_LINE_BYTES - entry("x".to_owned()).to_line().len() + 1;
    let full = entry("x".repeat(room));
    assert_eq!(full.to_line().len(), MAX_LINE_BYTES);
    assert_eq!(entry_of(full.to_line().as_bytes()), Some(full));
    let cut = entry_of(entry("x".repeat(room + 1)).to_line().as_bytes()).unwrap();
    assert_eq!(cut.notes, "x".repeat(room - 6) + "…");
    for notes in ["\0", "😀", "é", "\"", "\n"] {
        let huge = Some(notes.repeat(20_000));
        let entry =
            LogEntry { agent: huge.clone(), outcome: huge.clone(), command: huge, ..entry(notes.repeat(20_000)) };
        let line = entry.to_line();
        assert!(line.len() <= MAX_LINE_BYTES && line.len() > MAX_LINE_BYTES - 16, "{}", line.len());
        let read = entry_of(line.as_bytes()).unwrap();
        assert!(
            read.notes.ends_with('…') && read.command.unwrap().ends_with('…') && read.agent.unwrap().starts_with(notes)
        );
    }
}

#[test]
fn each_event_has_one_name() {
    for event in LogEvent::ALL {
        assert_eq!(event.name().parse::<LogEvent>(), Ok(event));
    }
    assert!("progress".parse::<LogEvent>().is_err());
}

fn some_entry() -> impl Strategy<Value = LogEntry> {
    let words = (
        hostile_text(),
        prop::option::of(hostile_text()),
        prop::option::of(hostile_text()),
        prop::option::of(hostile_text()),
    );
    let numbers =
        (any::<u64>(), prop::option::of(any::<u64>()), prop::option::of(any::<u64>()), prop::option::of(any::<u64>()));
    let kinds = (
        prop::sample::select(LogEvent::ALL.to_vec()),
        prop::option::of(prop::sample::select(Phase::ALL.to_vec())),
        prop::option::of(prop::sample::select(FailureClass::ALL.to_vec())),
        prop::option::of(prop::sample::select(vec!["api", "web.shop"])),
    );
    let names = (prop::option::of(any::<u128>()), prop::option::of("[0-9a-f]{40}"), prop::option::of(any::<u64>()));
    (0..4_000_000_000_000_i64, words, numbers, kinds, names).prop_map(
        |(
            millisecond,
            (notes, agent, outcome, command),
            (seq, duration_ms, tokens_in, tokens_out),
            (event, phase, failure_class, unit),
            names,
        )| LogEntry {
            run_id: names.0.map(|number| RunId(ulid::Ulid(number))),
            phase,
            unit: unit.map(|unit| unit.parse().unwrap()),
            agent,
            outcome,
            failure_class,
            duration_ms,
            command,
            commit_sha: names.1.map(|sha| sha.parse().unwrap()),
            tokens_in,
            tokens_out,
            cost_usd: names.2.map(Usd::micros),
            notes,
            ..LogEntry::new(at(millisecond), seq, event)
        },
    )
}

proptest! {
    #[test]
    fn sec_28_an_entry_is_one_printable_line_that_reads_back(entry in some_entry()) {
        let line = entry.to_line();
        prop_assert!(line.len() <= MAX_LINE_BYTES);
        let body = line.strip_suffix('\n').unwrap();
        let is_hidden = |character: char| character.is_control() || "\u{2028}\u{2029}\u{feff}".contains(character);
        prop_assert!(!body.contains(is_hidden));
        prop_assert_eq!(entry_of(line.as_bytes()), Some(entry));
    }

    #[test]
    fn any_bytes_are_lines_in_order(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let numbers: Vec<_> = read(&bytes).map(|line| line.number).collect();
        prop_assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
