//! What a turn does, one step at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use agent_client_protocol::UntypedMessage;
use agent_client_protocol::v1::schema::{
    PermissionOption, Plan, PlanEntry, PlanEntryPriority, PlanEntryStatus, RequestPermissionOutcome,
    RequestPermissionRequest, SessionUpdate, ToolCallLocation, ToolCallUpdate, ToolCallUpdateFields, ToolKind,
};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::process::Command;

use crate::raw;
use crate::scene::{Scene, words};
use crate::script::{AskPermission, Commit, Replace, Require, Run, Step, Write};

/// Whether the turn goes on after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Went {
    On,
    Cancelled,
    /// A permission was not given.
    Refused,
}

impl Scene<'_> {
    /// Takes one step.
    pub(crate) async fn take(&self, step: &Step) -> Result<Went, String> {
        match step {
            Step::Say(text) => self.say(text, SessionUpdate::AgentMessageChunk).await?,
            Step::Think(text) => self.say(text, SessionUpdate::AgentThoughtChunk).await?,
            Step::Plan(entries) => self.plan(entries)?,
            Step::Require(require) => self.require(require)?,
            Step::Write(write) => self.write(write)?,
            Step::Replace(replace) => self.replace(replace)?,
            Step::Delete(path) => self.delete(path)?,
            Step::FilesFrom(path) => self.files_from(path)?,
            Step::Run(run) => self.run(run).await?,
            Step::Commit(commit) => self.commit(commit).await?,
            Step::AskPermission(ask) => return self.ask(ask).await,
            Step::Sleep(milliseconds) => tokio::time::sleep(Duration::from_millis(*milliseconds)).await,
            Step::Usage(amounts) => self.use_up(*amounts)?,
            Step::Emit(update) => self.emit(update)?,
            Step::BadFrame(frame) => raw::write_bad(*frame, &self.session.0).map_err(words)?,
        }
        Ok(Went::On)
    }

    fn plan(&self, entries: &[String]) -> Result<(), String> {
        let entry = |text: &String| PlanEntry::new(text, PlanEntryPriority::Medium, PlanEntryStatus::Pending);
        self.update(SessionUpdate::Plan(Plan::new(entries.iter().map(entry).collect())))
    }

    fn require(&self, require: &Require) -> Result<(), String> {
        let Require { path, contains } = require;
        self.show(&format!("Read {}", path.display()), ToolKind::Read, Some(path))?;
        let text = fs::read(self.folder.join(path)).map_err(|error| format!("{}: {error}", path.display()))?;
        if String::from_utf8_lossy(&text).contains(contains) {
            Ok(())
        } else {
            Err(format!("{} does not contain `{contains}`", path.display()))
        }
    }

    fn write(&self, write: &Write) -> Result<(), String> {
        let Write { path, text, executable } = write;
        self.show(&format!("Write {}", path.display()), ToolKind::Edit, Some(path))?;
        if self.turn.lie {
            return Ok(());
        }
        let whole = self.folder.join(path);
        let written = whole.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&whole, text));
        let written = if *executable { written.and_then(|()| make_executable(&whole)) } else { written };
        written.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn replace(&self, replace: &Replace) -> Result<(), String> {
        let Replace { path, find, with } = replace;
        self.show(&format!("Edit {}", path.display()), ToolKind::Edit, Some(path))?;
        if self.turn.lie {
            return Ok(());
        }
        let whole = self.folder.join(path);
        let in_path = |message: String| format!("{}: {message}", path.display());
        let text = fs::read_to_string(&whole).map_err(|error| in_path(error.to_string()))?;
        match text.matches(find.as_str()).count() {
            1 => fs::write(&whole, text.replacen(find, with, 1)).map_err(|error| in_path(error.to_string())),
            count => Err(in_path(format!("`{find}` is there {count} times, not once"))),
        }
    }

    fn delete(&self, path: &Path) -> Result<(), String> {
        self.show(&format!("Delete {}", path.display()), ToolKind::Delete, Some(path))?;
        if self.turn.lie {
            return Ok(());
        }
        let whole = self.folder.join(path);
        let is_folder = whole.symlink_metadata().is_ok_and(|file| file.is_dir());
        let deleted = if is_folder { fs::remove_dir_all(&whole) } else { fs::remove_file(&whole) };
        deleted.map_err(|error| format!("{}: {error}", path.display()))
    }

    fn files_from(&self, path: &Path) -> Result<(), String> {
        self.show(&format!("Copy {}", path.display()), ToolKind::Edit, Some(Path::new("")))?;
        if self.turn.lie {
            return Ok(());
        }
        let mut folders = vec![PathBuf::new()];
        let from = self.turn.folder.join(path);
        while let Some(folder) = folders.pop() {
            copy(&from, self.folder, &folder, &mut folders)
                .map_err(|error| format!("{}: {error}", from.join(&folder).display()))?;
        }
        Ok(())
    }

    async fn run(&self, run: &Run) -> Result<(), String> {
        self.show(&run.cmd, ToolKind::Execute, None)?;
        if self.turn.lie {
            return Ok(());
        }
        let mut command = Command::new("sh");
        command.arg("-c").arg(&run.cmd);
        let status = self.finish(command).await?;
        match run.expect {
            Some(expected) if status != Some(expected) => {
                Err(format!("`{}` ended with {status:?}, not with {expected}", run.cmd))
            }
            Some(_) | None => Ok(()),
        }
    }

    async fn commit(&self, commit: &Commit) -> Result<(), String> {
        let Commit { message, paths } = commit;
        self.show(&format!("git commit -m “{message}”"), ToolKind::Execute, None)?;
        if self.turn.lie {
            return Ok(());
        }
        let everything = [".".to_owned()];
        let paths = if paths.is_empty() { &everything } else { paths.as_slice() };
        let person = ["-c", "user.name=Scripted Agent", "-c", "user.email=agent@localhost"];
        let mut add = Command::new("git");
        add.args(["add", "--all", "--"]).args(paths);
        let mut make = Command::new("git");
        make.args(person).args(["commit", "--quiet", "--allow-empty", "-m", message]);
        for command in [add, make] {
            if self.finish(command).await? != Some(0) {
                return Err(format!("committing “{message}” did not work"));
            }
        }
        Ok(())
    }

    /// Runs a command in the folder of the session; what it says goes where complaints go.
    async fn finish(&self, mut command: Command) -> Result<Option<i32>, String> {
        command.current_dir(self.folder).stdin(Stdio::null()).stdout(std::io::stderr()).kill_on_drop(true);
        let status = command.status().await.map_err(words)?;
        Ok(status.code())
    }

    async fn ask(&self, ask: &AskPermission) -> Result<Went, String> {
        let AskPermission { title, kind, path, options } = ask;
        let locations = path.iter().map(|path| ToolCallLocation::new(self.folder.join(path))).collect::<Vec<_>>();
        let fields =
            ToolCallUpdateFields::new().title(title.clone()).kind(word::<ToolKind>(kind)?).locations(locations);
        let call = ToolCallUpdate::new(format!("{}-ask", self.turn.name), fields);
        let options = options
            .iter()
            // The names are such that nobody can choose by them.
            .enumerate()
            .map(|(place, kind)| Ok(PermissionOption::new(format!("option-{place}"), "?", word(kind)?)))
            .collect::<Result<Vec<_>, String>>()?;
        let kinds: Vec<_> = options.iter().map(|option| (option.option_id.clone(), json!(option.kind))).collect();
        let request = RequestPermissionRequest::new(self.session.clone(), call, options);
        let response = self.cx.send_request(request).block_task().await.map_err(words)?;
        let is_allowed = match response.outcome {
            RequestPermissionOutcome::Selected(selected) => kinds.iter().any(|(id, kind)| {
                *id == selected.option_id && kind.as_str().is_some_and(|kind| kind.starts_with("allow"))
            }),
            _ => false,
        };
        Ok(if is_allowed { Went::On } else { Went::Refused })
    }

    fn emit(&self, update: &Value) -> Result<(), String> {
        let params = json!({ "sessionId": self.session.0, "update": update });
        let message = UntypedMessage::new("session/update", params).map_err(words)?;
        self.cx.send_notification(message).map_err(words)
    }
}

/// Reads a word of the protocol.
fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(Value::from(text)).map_err(words)
}

/// Copies the files of one folder; the folders in it are left in `folders`.
fn copy(from: &Path, to: &Path, folder: &Path, folders: &mut Vec<PathBuf>) -> std::io::Result<()> {
    fs::create_dir_all(to.join(folder))?;
    for entry in fs::read_dir(from.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            folders.push(path);
        } else {
            fs::copy(entry.path(), to.join(path))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
fn make_executable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
}

#[cfg(not(unix))]
fn make_executable(_path: &Path) -> std::io::Result<()> {
    Ok(())
}
