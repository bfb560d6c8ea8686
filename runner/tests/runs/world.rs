//! A repository with a remote, a script for the agent, and the program.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// The parts of a script that most stories share: a specification, no contract, a plan, red tests, code.
pub(crate) const ANALYZE: &str = include_str!("scripts/analyze.yml");
pub(crate) const CONTRACTS: &str = include_str!("scripts/contracts.yml");
pub(crate) const ARCHITECT: &str = include_str!("scripts/architect.yml");
pub(crate) const TDD: &str = include_str!("scripts/tdd.yml");
pub(crate) const IMPLEMENT: &str = include_str!("scripts/implement.yml");
pub(crate) const REVIEW: &str = include_str!("scripts/review.yml");

/// A repository of a small program in plain shell.
pub(crate) struct World {
    folder: TempDir,
}

/// What the program said, and how it ended.
pub(crate) struct Said {
    pub(crate) status: i32,
    pub(crate) output: String,
    pub(crate) errors: String,
}

impl World {
    /// Makes the repository with a remote.
    pub(crate) fn new() -> Self {
        let world = Self::without_remote();
        world.git_in(world.folder.path(), &["init", "--quiet", "--bare", "remote.git"]);
        let remote = world.folder.path().join("remote.git");
        world.git(&["remote", "add", "origin", remote.to_str().unwrap()]);
        world.git(&["push", "--quiet", "origin", "main"]);
        world
    }

    pub(crate) fn without_remote() -> Self {
        let world = Self { folder: tempfile::tempdir().unwrap() };
        std::fs::create_dir_all(world.folder.path().join("home")).unwrap();
        world.git_in(world.folder.path(), &["init", "--quiet", "--initial-branch", "main", "repository"]);
        world.write("greet.sh", "#!/bin/sh\ngreet() { echo \"hello $1\"; }\n");
        world.write("tests/run.sh", include_str!("scripts/run.sh"));
        world.write("tests/hello.test.sh", "ok \"greets by name\" \"$(greet world)\" \"hello world\"\n");
        world.write(".pipeline/config.yml", include_str!("scripts/config.yml"));
        world.commit("A greeter");
        world
    }

    pub(crate) fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    pub(crate) fn remote(&self) -> PathBuf {
        self.folder.path().join("remote.git")
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.repository().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", message]);
    }

    /// Runs git in the repository and returns what it wrote.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.repository(), arguments)
    }

    /// Runs git in the repository and says whether it succeeded.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> bool {
        self.program("git", &self.repository()).args(arguments).output().expect("git").status.success()
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.program("git", folder).args(arguments).output().expect("git");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    /// Writes the script of the agent: turns, one after the other.
    pub(crate) fn script(&self, turns: &[&str]) {
        let head = "version: 1\ndefaults: { usage: { input: 1000, output: 200, cost: 0.01 } }\nturns:\n";
        std::fs::write(self.folder.path().join("script.yml"), format!("{head}{}", turns.concat())).unwrap();
    }

    /// Calls the program in the repository.
    pub(crate) fn pipemason(&self, arguments: &[&str]) -> Said {
        let program = env!("CARGO_BIN_EXE_pipemason");
        let output = self.program(program, &self.repository()).args(arguments).output().expect("the program");
        Said::of(&output)
    }

    /// Starts a run with the scripted agent.
    pub(crate) fn start(&self, arguments: &[&str]) -> Said {
        let agent = self.agent();
        let mut all = vec!["start", "Say goodbye", "--agent", &agent];
        all.extend(arguments);
        self.pipemason(&all)
    }

    /// Resumes the newest run with the scripted agent.
    pub(crate) fn resume(&self, arguments: &[&str]) -> Said {
        let agent = self.agent();
        let mut all = vec!["resume", "--agent", &agent];
        all.extend(arguments);
        self.pipemason(&all)
    }

    pub(crate) fn agent(&self) -> String {
        format!("script:{}", self.folder.path().join("script.yml").display())
    }

    /// Returns the subjects of a branch's commits that `main` does not have, the oldest first.
    pub(crate) fn subjects(&self, branch: &str) -> Vec<String> {
        let log = self.git(&["log", "--reverse", "--format=%s", &format!("main..{branch}")]);
        log.lines().map(str::to_owned).collect()
    }

    /// Clones a branch of the remote, runs the project's own tests there, and says whether they pass.
    pub(crate) fn clone_passes(&self, branch: &str) -> bool {
        let folder = tempfile::tempdir().unwrap();
        let remote = self.remote();
        let clone = folder.path().join("clone");
        let arguments = ["clone", "--quiet", "--branch", branch, remote.to_str().unwrap(), clone.to_str().unwrap()];
        self.git_in(folder.path(), &arguments);
        self.program("sh", &clone).arg("tests/run.sh").output().expect("sh").status.success()
    }

    fn program(&self, program: &str, folder: &Path) -> Command {
        #[expect(clippy::disallowed_methods, reason = "what a person does at a terminal")]
        let mut command = Command::new(program);
        let programs = Path::new(env!("CARGO_BIN_EXE_pipemason")).parent().unwrap();
        assert!(
            programs.join("pipemason-scripted-agent").exists(),
            "the scripted agent is not built: `cargo build -p pipemason-scripted-agent`"
        );
        let home = self.folder.path().join("home");
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:/usr/local/bin:/usr/bin:/bin", programs.display()))
            .env("HOME", &home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_DATE", "2026-01-01T00:00:00Z")
            .env("GIT_COMMITTER_DATE", "2026-01-01T00:00:00Z");
        std::fs::write(home.join(".gitconfig"), "[user]\n\tname = A Person\n\temail = person@example.com\n").unwrap();
        command
    }
}

impl Said {
    fn of(output: &Output) -> Self {
        Self {
            status: output.status.code().unwrap_or(-1),
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Fails with everything that was said, unless the program ended with `status`.
    pub(crate) fn ends_with(&self, status: i32) -> &Self {
        assert_eq!(self.status, status, "{}\n{}", self.output, self.errors);
        self
    }

    /// Fails unless `words` were said.
    pub(crate) fn says(&self, words: &str) -> &Self {
        let all = format!("{}\n{}", self.output, self.errors);
        assert!(all.contains(words), "`{words}` was not said:\n{all}");
        self
    }
}
