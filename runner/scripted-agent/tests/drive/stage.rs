//! A stage for one agent: folders of its own, a script, and what was heard.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use pipemason_agent::environment::{self, Environment};
use pipemason_agent::presets::{self, Chosen};
use pipemason_agent::{
    AgentEvent, Bounds, Driver, Folders, FrameLog, Launch, Meta, Role, Talk, Times, TurnEnd, TurnRequest, open,
};
use pipemason_core::money::Usd;
use pipemason_core::phase::Phase;
use pipemason_core::run::Brief;
use pipemason_core::text::redact::Redactor;
use pipemason_process::Patience;
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What a test waits for at most; nothing here takes a tenth of it.
pub(crate) const LONG: Duration = Duration::from_secs(30);

/// Where an agent plays.
pub(crate) struct Stage {
    folder: TempDir,
    /// Variables of the engine.
    pub(crate) host: Environment,
    pub(crate) role: Role,
    pub(crate) times: Times,
    pub(crate) secrets: Vec<&'static str>,
    /// Hears the events, too.
    pub(crate) on_event: Option<Hears>,
    events: Arc<Mutex<Vec<AgentEvent>>>,
    log: Shared,
}

pub(crate) type Hears = Arc<dyn Fn(&AgentEvent) + Send + Sync>;

/// A log that can be read while it is written.
#[derive(Clone, Default)]
pub(crate) struct Shared(Arc<Mutex<Vec<u8>>>);

impl Write for Shared {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.0.lock().expect("nobody panicked").extend_from_slice(part);
        Ok(part.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Stage {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for name in ["tree", "home", "temporary"] {
            fs::create_dir(folder.path().join(name)).expect("a folder");
        }
        let scripted = Path::new(env!("CARGO_BIN_EXE_pipemason-scripted-agent")).parent().expect("a folder");
        let path =
            std::env::join_paths([scripted, Path::new("/usr/local/bin"), Path::new("/usr/bin"), Path::new("/bin")]);
        let host = BTreeMap::from([(OsString::from("PATH"), path.expect("a path"))]);
        let patience = Patience { after_input: Duration::from_millis(300), after_request: Duration::from_millis(100) };
        let times = Times {
            handshake: LONG,
            after_cancel: Duration::from_millis(500),
            patience,
            provider: [Duration::ZERO; 3],
        };
        let (events, log) = (Arc::default(), Shared::default());
        Self { folder, host, role: Role::Worker, times, secrets: Vec::new(), on_event: None, events, log }
    }

    pub(crate) fn tree(&self) -> PathBuf {
        self.folder.path().join("tree")
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.tree().join(name)).expect("a text file")
    }

    /// Returns an agent that plays `turns`.
    pub(crate) fn play(&self, turns: &str) -> Box<dyn Driver> {
        open(self.launch(self.scripted(turns)))
    }

    pub(crate) fn scripted(&self, turns: &str) -> Chosen {
        let script = self.path("script.yml");
        fs::write(&script, format!("version: 1\n{turns}")).expect("a script");
        presets::named(&format!("script:{}", script.display()), &self.host).expect("the scripted agent")
    }

    /// Returns an agent that is a shell script and speaks the protocol as it likes.
    pub(crate) fn shell(&self, script: &str) -> Chosen {
        self.shell_as("custom", script)
    }

    pub(crate) fn shell_as(&self, preset: &str, script: &str) -> Chosen {
        let path = self.path("agent.sh");
        fs::write(&path, format!("{HELPERS}{script}")).expect("a script");
        presets::named(&format!("{preset}:/bin/sh {}", path.display()), &self.host).expect("a shell")
    }

    pub(crate) fn folders(&self) -> Folders {
        Folders { tree: self.tree(), home: self.path("home"), temporary: self.path("temporary") }
    }

    pub(crate) fn launch(&self, chosen: Chosen) -> Launch {
        let folders = self.folders();
        let events = Arc::clone(&self.events);
        let on_event = self.on_event.clone();
        let redactor = Redactor::new(self.secrets.iter().copied());
        Launch {
            environment: environment::build(&self.host, chosen.preset, &[], &folders),
            chosen,
            role: self.role,
            model: None,
            price: None,
            folders,
            times: self.times,
            listener: Arc::new(move |event| {
                if let Some(on_event) = &on_event {
                    on_event(&event);
                }
                events.lock().expect("nobody panicked").push(event);
            }),
            log: Arc::new(Mutex::new(FrameLog::new(redactor, 1024 * 1024, self.log.clone()))),
        }
    }

    pub(crate) fn events(&self) -> Vec<AgentEvent> {
        self.events.lock().expect("nobody panicked").clone()
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8(self.log.0.lock().expect("nobody panicked").clone()).expect("text")
    }
}

/// What shell scripts need to speak the protocol.
const HELPERS: &str = r#"
hear() { IFS= read -r line || exit 0; id=$(printf '%s' "$line" | sed -n 's/.*"id":\("[^"]*"\|[0-9]*\).*/\1/p'); }
answer() { printf '{"jsonrpc":"2.0","id":%s,"result":%s}\n' "$id" "$1"; }
update() { printf '{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":"s","update":%s}}\n' "$1"; }
greet() { hear; answer '{"protocolVersion":1,"agentInfo":{"name":"rude","version":"0"}}'; hear; answer '{"sessionId":"s"}'; hear; }
tool() { update '{"sessionUpdate":"tool_call","toolCallId":"1","title":"work","kind":"execute"}'; }
end() { answer '{"stopReason":"end_turn"}'; }
"#;

pub(crate) fn bounds() -> Bounds {
    Bounds { time: LONG, silence: LONG, usd: Usd::dollars(8), tokens: 1_000_000_000, steps: 100 }
}

pub(crate) fn meta(phase: Phase) -> Meta {
    Meta {
        run: "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().expect("a name"),
        story: None,
        phase,
        unit: None,
        attempt: 1,
        iteration: 1,
        role: Role::Worker,
        brief: Brief::First,
        repair: 0,
    }
}

/// Takes a turn of `implement`.
pub(crate) async fn turn(driver: &mut dyn Driver, bounds: Bounds) -> TurnEnd {
    turn_until(driver, bounds, &CancellationToken::new()).await
}

pub(crate) async fn turn_until(driver: &mut dyn Driver, bounds: Bounds, stop: &CancellationToken) -> TurnEnd {
    let meta = meta(Phase::Implement);
    driver.turn(&TurnRequest { prompt: "Do it.", meta: &meta, talk: Talk::New, bounds }, stop).await
}
