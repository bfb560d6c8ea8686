//! Keys about the repository: branches, commands, services, tests, reports.

use crate::config::setting::{Reader, Row, Setting, child, choice, default_of, record, section};
use crate::config::tree::Node;
use crate::config::values::{Auto, Count, HealthUrl, RepoPath, VariableName};
use crate::domain::Domain;
use crate::glob::Glob;
use crate::id::BranchName;
use crate::naming::BranchPattern;

choice! {
    /// Yes, no, or whatever suits.
    pub enum Switch {
        Auto = "auto",
        Yes = "true",
        No = "false",
    }
}

section! {
    /// How branches are named and what they grow from.
    pub struct Branch {
        /// The branch that runs start from and pull requests go to; `auto` asks the repository for its default branch.
        base: Auto<BranchName> = Auto::Auto,
        /// How a branch is named. Placeholders are `{type}`, `{description}`, `{ticket}`, `{story}`, `{epic}`, `{program}` and `{user}`; those that are empty vanish together with a stray separator.
        pattern: BranchPattern = BranchPattern::default(),
        /// What `{type}` can be. The first entry is the default; a later one wins if one of its keywords is in the title.
        types: Vec<BranchType> = vec![
            BranchType::new("feature", &[]),
            BranchType::new("bug", &["bug", "fix", "hotfix", "regression"]),
        ],
        /// Longest `{description}`, in characters; it is cut at a whole word.
        max_slug_length: Count<8, 120> = Count::new(60),
    }
}

record! {
    /// A kind of change, as branch names call it.
    pub struct BranchType {
        /// The word in the branch name.
        name: String,
        /// Words in the title that choose this type.
        keywords: Vec<String> = Vec::new(),
    }
}

impl BranchType {
    fn new(name: &str, keywords: &[&str]) -> Self {
        Self { name: name.to_owned(), keywords: keywords.iter().map(|keyword| (*keyword).to_owned()).collect() }
    }
}

section! {
    /// The commands of a domain or service. Each is one line of shell.
    pub struct Commands {
        /// Prepares a fresh copy of the repository, before any agent works in it.
        setup: Option<Setup> = None,
        /// Runs the tests. Without it nothing can be proven, and a run refuses to start.
        test: Option<String> = None,
        /// Runs the linter.
        lint: Option<String> = None,
        /// Checks the types.
        typecheck: Option<String> = None,
        /// Builds.
        build: Option<String> = None,
        /// Runs the tests and measures their coverage.
        coverage: Option<String> = None,
        /// Starts the program, for the check that it boots and answers.
        run: Option<String> = None,
        /// Where the started program answers when it is well.
        health: Option<HealthUrl> = None,
        /// Runs the end-to-end tests.
        e2e: Option<String> = None,
    }
}

record! {
    /// The command that prepares a fresh copy of the repository.
    pub struct Setup {
        /// The command.
        run: String,
        /// The environment variables that the command may see, such as a token of a package registry.
        env: Vec<VariableName> = Vec::new(),
        /// The files that make the command run again when they change, such as lock files.
        inputs: Vec<Glob> = Vec::new(),
    }
}

record! {
    /// A part of a monorepo.
    pub struct Service {
        /// The folder of the service.
        path: RepoPath,
        /// The domain that the service belongs to.
        domain: Domain = Domain::Api,
        /// The commands of the service, run in its folder.
        commands: Commands = Commands::default(),
    }
}

section! {
    /// Where tests are.
    pub struct Tests {
        /// The files that are tests; detected where this is left out. They are frozen once they are red.
        paths: Option<Vec<Glob>> = None,
    }
}

section! {
    /// Where the commands leave their reports.
    pub struct Reports {
        /// XML files in the format of `JUnit` that the test command writes; they name each test.
        junit: Option<Glob> = None,
        /// SARIF files that the lint command writes.
        sarif: Option<Glob> = None,
        /// The LCOV file that the coverage command writes.
        coverage: Option<Glob> = None,
    }
}
