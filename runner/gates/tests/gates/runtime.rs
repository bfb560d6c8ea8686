//! Programs that boot, answer and go; and those that do not.

use std::time::Duration;

use pipemason_core::gate::{Check, CheckOutcome};
use pipemason_core::phase::Phase;
use pipemason_gates::{GateCommand, Origin, RuntimeCommand, runtime_check};
use tokio::net::TcpListener;

use crate::support::{Ground, findings, is_installed, say_missing};

const SERVER: &str = "
const status = Number(process.argv[2] ?? 200);
const server = require('http').createServer((request, response) => response.writeHead(request.url === '/healthz' ? status : 404).end());
setTimeout(() => server.listen(process.env.PORT, '127.0.0.1', () => console.log('listening')), 50);
";

async fn booted(ground: &Ground, line: &str, health: Option<&str>, time: Duration) -> Check {
    let mut place = ground.place(Phase::RuntimeCheck);
    place.bounds.time = time;
    let health = health.map(|url| url.parse().expect("an address"));
    let command = GateCommand { line, origin: Origin::Configured };
    let wanted = RuntimeCommand { command, health: health.as_ref(), stay_up: Duration::from_millis(200) };
    runtime_check(&place, Some(wanted)).await.expect("nobody stops it")
}

const LONG: Duration = Duration::from_mins(1);
const HEALTH: Option<&str> = Some("http://127.0.0.1:$PORT/healthz");

#[tokio::test]
async fn a_program_that_answers_passes_and_is_gone_afterwards() {
    if !is_installed("node") {
        return say_missing("servers, because there is no `node`");
    }
    let ground = Ground::new([("server.js", SERVER)]);
    let check = booted(&ground, "node server.js", HEALTH, LONG).await;
    assert_eq!(check.result, CheckOutcome::Passed);
    assert!(
        ground
            .read(".pipeline/artifacts/gates/runtime_check-runtime_check.log")
            .contains("listening\n[ended from here after")
    );
    // As a child of its own, which the shell does not wait for.
    let check = booted(&ground, "setsid node server.js & sleep 60", HEALTH, LONG).await;
    assert_eq!(check.result, CheckOutcome::Passed);
}

#[tokio::test]
async fn a_program_that_answers_with_an_error_is_not_well() {
    if !is_installed("node") {
        return say_missing("servers, because there is no `node`");
    }
    let ground = Ground::new([("server.js", SERVER)]);
    let check = booted(&ground, "node server.js 503", HEALTH, Duration::from_secs(3)).await;
    assert!(findings(&check)[0].message.contains("status 503"), "{check:?}");
}

#[tokio::test]
async fn a_program_that_ends_or_never_answers_is_not_well() {
    let ground = Ground::new([]);
    let ended = booted(&ground, "echo 'no database'; exit 3", HEALTH, LONG).await;
    assert!(
        findings(&ended)[0].message.contains("ended with status 3 before it was well; it said: no database"),
        "{ended:?}"
    );
    let ended = booted(&ground, "exit 0", HEALTH, LONG).await;
    assert!(matches!(ended.result, CheckOutcome::Failed { .. }), "{ended:?}");
    let silent = booted(&ground, "sleep 60", HEALTH, Duration::from_millis(300)).await;
    assert!(findings(&silent)[0].message.contains("nothing answers at http://127.0.0.1:"), "{silent:?}");
    let missing = booted(&ground, "no-such-server", HEALTH, LONG).await;
    assert!(matches!(missing.result, CheckOutcome::Unavailable { .. }), "{missing:?}");
}

#[tokio::test]
async fn a_program_without_an_address_stays_up_or_does_its_work() {
    let ground = Ground::new([]);
    for (line, is_good) in [("sleep 60", true), ("echo done", true), ("exit 1", false), ("kill -9 $$", false)] {
        let check = booted(&ground, line, None, LONG).await;
        assert_eq!(check.result == CheckOutcome::Passed, is_good, "{line}: {check:?}");
    }
}

#[tokio::test]
async fn what_answered_before_is_not_the_program() {
    let other = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = other.local_addr().expect("an address").port();
    let ground = Ground::new([]);
    let check = booted(&ground, "touch started; sleep 60", Some(&format!("http://127.0.0.1:{port}/")), LONG).await;
    let CheckOutcome::Unavailable { reason } = &check.result else { panic!("{check:?}") };
    assert!(reason.contains(&format!("port {port} is already in use")), "{reason}");
    assert!(!ground.folder.path().join("tree/started").exists());
}

#[tokio::test]
async fn no_other_machine_is_asked() {
    let ground = Ground::new([]);
    let check = booted(&ground, "touch started", Some("http://169.254.169.254/"), LONG).await;
    assert!(matches!(check.result, CheckOutcome::Unavailable { .. }), "{check:?}");
    assert!(!ground.folder.path().join("tree/started").exists());
}
