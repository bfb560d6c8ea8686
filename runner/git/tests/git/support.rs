//! Repositories in temporary folders, with an environment of their own.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use pipemason_core::hash::CommitSha;
use pipemason_core::id::BranchName;
use pipemason_git::{
    Endurance, Git, Identity, NewTree, Signature, Snapshot, SnapshotLimits, Store, Transport, Tree, UserRepository,
};
use pipemason_process::{Bounds, Program, run};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// A folder with a repository of a user in `user`, and place for everything else.
pub(crate) struct World {
    folder: TempDir,
}

/// Output of a program, and whether it succeeded.
pub(crate) struct Said {
    pub(crate) text: String,
    pub(crate) is_success: bool,
}

impl World {
    /// Makes a repository with one commit on `main`: `README` and `src/code.txt`.
    pub(crate) async fn new() -> Self {
        let world = Self { folder: tempfile::tempdir().expect("a temporary folder") };
        fs::create_dir_all(world.path("user")).expect("a folder");
        fs::create_dir_all(world.path("home")).expect("a folder");
        world.write("home/.gitconfig", "[user]\n\tname = Ada\n\temail = ada@example.com\n");
        world.git("user", "init --quiet --initial-branch main").await;
        world.write("user/README", "read me\n");
        world.write("user/src/code.txt", lines(1..=20));
        world.commit("user", "first").await;
        world
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().expect("the temporary folder").join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("a folder above")).expect("a folder");
        fs::write(&path, content).expect("a file");
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).expect("a file")
    }

    pub(crate) fn environment(&self) -> BTreeMap<OsString, OsString> {
        let home = self.path("home");
        [("PATH", "/usr/local/bin:/usr/bin:/bin".into()), ("HOME", home.into_os_string())]
            .into_iter()
            .map(|(name, value)| (name.into(), value))
            .collect()
    }

    /// Runs a shell script as a user would.
    pub(crate) async fn shell(&self, folder: &str, script: &str) -> Said {
        let program = Program::new("/bin/sh", self.path(folder))
            .arguments(["-c", script])
            .variables(self.environment())
            .variables([("GIT_CONFIG_NOSYSTEM", "1"), ("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")])
            .variables([("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z"), ("LC_ALL", "C")]);
        let bounds = Bounds::time(Duration::from_mins(1));
        let ended = run(&program, b"", &bounds, &CancellationToken::new(), |_, _| ()).await.expect("a shell");
        Said { text: ended.output.text() + &ended.errors.text(), is_success: ended.is_success() }
    }

    /// Runs git as a user would; it has to succeed.
    pub(crate) async fn git(&self, folder: &str, arguments: &str) -> String {
        let said = self.shell(folder, &format!("git {arguments}")).await;
        assert!(said.is_success, "git {arguments}: {}", said.text);
        said.text.trim_end().to_owned()
    }

    /// Commits everything in a folder.
    pub(crate) async fn commit(&self, folder: &str, message: &str) -> CommitSha {
        self.git(folder, "add --all").await;
        self.git(folder, &format!("commit --quiet --message '{message}'")).await;
        self.head(folder).await
    }

    pub(crate) async fn head(&self, folder: &str) -> CommitSha {
        self.git(folder, "rev-parse HEAD").await.parse().expect("a commit")
    }

    /// Makes a bare repository that the user has as `origin`.
    pub(crate) async fn remote(&self) {
        self.git(".", "clone --quiet --bare user remote.git").await;
        let url = self.path("remote.git");
        self.git("user", &format!("remote add origin {}", url.display())).await;
        self.git("user", "fetch --quiet origin").await;
    }

    pub(crate) async fn program(&self) -> Git {
        Git::find(&self.environment(), CancellationToken::new()).await.expect("git")
    }

    pub(crate) async fn user(&self) -> UserRepository {
        UserRepository::open(&self.program().await, &self.path("user")).await.expect("the user's repository")
    }

    pub(crate) async fn store(&self) -> Store {
        Store::open(&self.user().await).expect("the store")
    }

    /// Makes a tree of the user's head in `tree`.
    pub(crate) async fn tree(&self, store: &Store) -> Tree {
        let commit = self.head("user").await;
        let new = NewTree {
            folder: &self.path("tree"),
            commit,
            branch: &branch("feature/x"),
            identity: &Identity { name: "Ada".to_owned(), email: "ada@example.com".to_owned() },
        };
        store.make_tree(&new).await.expect("a tree")
    }
}

pub(crate) fn branch(name: &str) -> BranchName {
    name.parse().expect("the name of a branch")
}

pub(crate) fn by(name: &str) -> Signature {
    let identity = Identity { name: name.to_owned(), email: format!("{name}@example.com") };
    Signature { identity, at: Timestamp::from_second(1_750_000_000).expect("a time") }
}

pub(crate) fn lines(numbers: impl IntoIterator<Item = u32>) -> String {
    numbers.into_iter().fold(String::new(), |text, number| text + &format!("line {number}\n"))
}

pub(crate) async fn snapshot(tree: &Tree) -> Snapshot {
    tree.snapshot(&SnapshotLimits::default()).await.expect("a snapshot")
}

/// The paths of a tree, with their modes.
pub(crate) fn names(store: &Store, snapshot: &Snapshot) -> Vec<String> {
    let files = store.files(snapshot.tree, "").expect("the files of a tree");
    files.into_iter().map(|(path, content)| format!("{:o} {path}", content.mode)).collect()
}

/// The user's ways to the network, without patience.
pub(crate) fn impatient(user: &UserRepository) -> Transport {
    let mut transport = user.transport();
    transport.endurance = Endurance { time: Duration::from_millis(500), attempts: 2, pause: Duration::from_millis(1) };
    transport
}

#[cfg(unix)]
pub(crate) fn make_program(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("a program");
}
