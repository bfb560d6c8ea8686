//! Programs as they really behave: well, badly, and not at all.
#![expect(clippy::expect_used, reason = "test helpers")]

use std::path::Path;
use std::time::Duration;

use pipemason_process::{Bounds, Ended, Ending, Patience, Program, Stream, adopt_orphans, find_program, run, start};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

const LONG: Duration = Duration::from_mins(1);

fn shell(script: &str, folder: &Path) -> Program {
    Program::new("/bin/sh", folder).arguments(["-c", script]).variable("PATH", "/usr/bin:/bin")
}

fn folder() -> TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

async fn ended(script: &str, bounds: &Bounds) -> Ended {
    let folder = folder();
    run(&shell(script, folder.path()), b"", bounds, &CancellationToken::new(), |_, _| ()).await.expect("a shell")
}

/// Says whether the process `number` is there, and is not only waiting to be noticed.
fn is_alive(number: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, behind)| !behind.starts_with('Z'))
}

#[tokio::test]
async fn a_program_gets_what_is_written_down_for_it_and_nothing_else() {
    let ended = ended("env; pwd >&2; exit 3", &Bounds::time(LONG)).await;
    let environment = ended.output.text();
    let mut names: Vec<&str> = environment.lines().filter_map(|line| Some(line.split_once('=')?.0)).collect();
    names.retain(|name| !["PWD", "OLDPWD", "SHLVL", "_"].contains(name));
    names.sort_unstable();
    assert_eq!(names, ["PATH", "PIPEMASON_PROGRAM"]);
    assert_eq!(ended.ending, Ending::Exited(3));
    assert!(!ended.is_success());
}

#[tokio::test]
async fn input_is_given_and_output_is_shown_as_it_comes() {
    let folder = folder();
    let mut seen = Vec::new();
    let input = "x".repeat(1_000_000);
    let ended = run(
        &shell("cat; echo done >&2", folder.path()),
        input.as_bytes(),
        &Bounds { kept_bytes: 10, ..Bounds::time(LONG) },
        &CancellationToken::new(),
        |stream, part| seen.push((stream, part.len())),
    )
    .await
    .expect("a shell");
    let of = |wanted| seen.iter().filter(|(stream, _)| *stream == wanted).map(|(_, length)| length).sum::<usize>();
    assert_eq!((of(Stream::Output), of(Stream::Errors)), (1_000_000, 5));
    assert_eq!((ended.output.first.len(), ended.output.last.len(), ended.output.left_out), (5, 5, 999_990));
    assert_eq!(ended.errors.text(), "done\n");
}

#[tokio::test]
async fn a_program_that_does_not_read_its_input_does_not_hang() {
    let folder = folder();
    let input = vec![b'x'; 10_000_000];
    let ended =
        run(&shell("exit 0", folder.path()), &input, &Bounds::time(LONG), &CancellationToken::new(), |_, _| ()).await;
    assert!(ended.expect("a shell").is_success());
}

#[tokio::test]
async fn a_program_that_takes_too_long_is_ended() {
    let bounds = Bounds::time(Duration::from_millis(100));
    let ended = ended("echo begun; sleep 60", &bounds).await;
    assert_eq!((ended.ending, ended.output.text()), (Ending::TimedOut, "begun\n".to_owned()));
}

#[tokio::test]
async fn a_program_that_says_nothing_for_too_long_is_ended() {
    let bounds = Bounds { silence: Some(Duration::from_millis(100)), ..Bounds::time(LONG) };
    assert_eq!(ended("sleep 60", &bounds).await.ending, Ending::Silent);
}

#[tokio::test]
async fn a_program_is_ended_when_nobody_wants_it_any_more() {
    let folder = folder();
    let stop = CancellationToken::new();
    let on_output = stop.clone();
    let program = shell("echo begun; sleep 60", folder.path());
    let ended = run(&program, b"", &Bounds::time(LONG), &stop, |_, _| on_output.cancel()).await;
    assert_eq!(ended.expect("a shell").ending, Ending::Stopped);
}

#[tokio::test]
async fn a_signal_from_elsewhere_is_told_apart() {
    assert_eq!(ended("kill -9 $$", &Bounds::time(LONG)).await.ending, Ending::Killed(9));
}

#[tokio::test]
async fn sec_52_a_program_that_ignores_the_request_to_end_is_killed() {
    let patience = Patience { after_request: Duration::from_millis(100), ..Patience::default() };
    let bounds = Bounds { patience, ..Bounds::time(Duration::from_millis(200)) };
    let ended = ended("trap '' TERM INT HUP; while :; do :; done", &bounds).await;
    assert_eq!(ended.ending, Ending::TimedOut);
}

#[tokio::test]
async fn sec_52_an_endless_output_is_bounded() {
    let bounds = Bounds { kept_bytes: 1000, ..Bounds::time(Duration::from_millis(300)) };
    let ended = ended("yes", &bounds).await;
    assert_eq!((ended.ending, ended.output.first.len() + ended.output.last.len()), (Ending::TimedOut, 1000));
    assert!(ended.output.left_out > 0);
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sec_44_what_leaves_its_group_and_its_parent_is_killed() {
    assert!(adopt_orphans());
    for (time, hide) in [(7001, "setsid sleep"), (7002, "(setsid sleep"), (7003, "env -i /usr/bin/setsid /bin/sleep")] {
        let folder = folder();
        let close = if hide.starts_with('(') { " &)" } else { "" };
        let script = format!("{hide} {time}{close} & until pgrep -f '[s]leep {time}' >number; do :; done");
        let program = shell(&script, folder.path());
        let ended = run(&program, b"", &Bounds::time(LONG), &CancellationToken::new(), |_, _| ()).await;
        assert!(ended.expect("a shell").is_success(), "{hide}");
        let numbers = std::fs::read_to_string(folder.path().join("number")).expect("numbers");
        assert!(numbers.lines().count() >= 1);
        for number in numbers.lines() {
            assert!(!is_alive(number), "{hide}");
        }
    }
}

#[tokio::test]
async fn a_program_under_way_can_be_spoken_to_and_ended() {
    use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

    let folder = folder();
    let mut running = start(&shell("while read line; do echo \"$line!\"; done", folder.path())).expect("a shell");
    let mut input = running.take_input().expect("its input");
    let mut output = BufReader::new(running.take_output().expect("its output")).lines();
    input.write_all(b"hello\n").await.expect("a reader");
    assert_eq!(output.next_line().await.expect("a line").as_deref(), Some("hello!"));
    assert_eq!(running.end(Patience::default()).await.expect("an end"), Ending::Stopped);
}

#[tokio::test]
async fn what_cannot_be_started_is_named() {
    let folder = folder();
    let error =
        start(&Program::new("/no/such/program", folder.path()).variable("KEY", "secret")).expect_err("no program");
    assert!(error.to_string().contains("/no/such/program"), "{error}");
    assert!(!format!("{error:?}").contains("secret"));
}

#[test]
fn sec_43_programs_are_found_in_absolute_folders_only() {
    assert_eq!(find_program("sh", "bin:.:/bin".as_ref()), Some("/bin/sh".into()));
    assert_eq!(find_program("sh", "bin:.".as_ref()), None);
    assert_eq!(find_program("./sh", "/bin".as_ref()), None);
    assert_eq!(find_program("/bin/sh", "".as_ref()), Some("/bin/sh".into()));
}

#[test]
fn values_of_variables_are_not_shown() {
    let program = Program::new("/bin/true", "/").variable("NAME", "value");
    let shown = format!("{program:?}");
    assert!(shown.contains("NAME") && !shown.contains("value"), "{shown}");
}
