//! What goes to remotes, and what is looked at before.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use pipemason_core::hash::CommitSha;
use pipemason_core::paths::PathRules;
use pipemason_git::{
    Address, Approved, Content, Lease, NewCommit, Problem, Push, PushRules, Pushed, Reason, Refused, SnapshotLimits,
    Store, TreeEdit, UserRepository,
};

use crate::support::{World, by, impatient, make_program};

struct Pair {
    world: World,
    store: Store,
    user: UserRepository,
    address: Address,
}

impl Pair {
    async fn new() -> Self {
        let world = World::new().await;
        world.remote().await;
        let (store, user) = (world.store().await, world.user().await);
        let address = user.remote().await.expect("git").expect("a remote").push;
        Self { world, store, user, address }
    }

    /// Makes a commit that puts `files` on `parent`.
    fn commit(&self, parent: CommitSha, message: &str, files: &[(&str, &str)]) -> CommitSha {
        let put = |(path, text): &(&'static str, &str)| {
            let content = Content { mode: 0o100_644, blob: self.store.write_blob(text.as_bytes()).expect("a blob") };
            TreeEdit::Put { path, content }
        };
        let files: Vec<(&'static str, &str)> =
            files.iter().map(|(path, text)| (&*path.to_string().leak(), *text)).collect();
        let edits: Vec<_> = files.iter().map(put).collect();
        let tree = self.store.edit_tree(Some(self.store.tree_of(parent).expect("a tree")), &edits).expect("a tree");
        let by = by("engine");
        let new = NewCommit { tree, parents: &[parent], author: &by, committer: &by, message };
        self.store.commit(&new).expect("a commit")
    }

    async fn push(&self, pushes: &[Push<'_>]) -> Pushed {
        self.store.push(&self.address, &impatient(&self.user), pushes).await.expect("git")
    }

    async fn remote(&self, arguments: &str) -> String {
        self.world.git("remote.git", arguments).await
    }
}

#[tokio::test]
async fn exactly_what_is_named_is_pushed_and_twice_is_harmless() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let first = pair.commit(base, "first", &[("a", "1")]);
    let second = pair.commit(first, "second", &[("a", "2")]);
    pair.store.swap_reference("refs/heads/secret", None, Some(second)).await.expect("git");
    let push = |commit, lease| [Push { target: "refs/heads/feature/x", commit: Some(commit), lease }];
    for _ in 0..2 {
        assert_eq!(pair.push(&push(first, Lease::Absent)).await, Pushed::Done);
    }
    assert_eq!(pair.push(&push(second, Lease::At(first))).await, Pushed::Done);
    assert_eq!(pair.push(&push(second, Lease::At(first))).await, Pushed::Done);
    let refs = pair.remote("for-each-ref --format='%(refname)'").await;
    assert_eq!(refs.lines().collect::<Vec<_>>(), ["refs/heads/feature/x", "refs/heads/main"]);
    assert_eq!(pair.remote("rev-parse feature/x").await, second.to_string());
    assert_eq!(pair.push(&[]).await, Pushed::Done);
}

#[tokio::test]
async fn sec_54_a_lease_that_is_lost_changes_nothing() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let (ours, theirs) = (pair.commit(base, "ours", &[("a", "1")]), pair.commit(base, "theirs", &[("a", "2")]));
    let push = |commit, lease| [Push { target: "refs/heads/x", commit: Some(commit), lease }];
    assert_eq!(pair.push(&push(theirs, Lease::Absent)).await, Pushed::Done);
    for lease in [Lease::Absent, Lease::At(base)] {
        let pushed = pair.push(&push(ours, lease)).await;
        assert!(matches!(pushed, Pushed::LeaseLost { .. }), "{pushed:?}");
    }
    let other = Push { target: "refs/pipemason/work/1", commit: Some(ours), lease: Lease::Absent };
    let [lost] = push(ours, Lease::Absent);
    let pushed = pair.push(&[other, lost]).await;
    assert!(matches!(pushed, Pushed::LeaseLost { .. }), "{pushed:?}");
    assert_eq!(pair.remote("for-each-ref refs/pipemason").await, "");
    assert_eq!(pair.remote("rev-parse x").await, theirs.to_string());
    // With what is really there, a rewritten history takes its place.
    assert_eq!(pair.push(&push(ours, Lease::At(theirs))).await, Pushed::Done);
}

#[tokio::test]
async fn a_remote_that_refuses_is_heard_in_its_own_words() {
    let pair = Pair::new().await;
    let hook = "#!/bin/sh\necho 'GH013: Repository rule violations found' >&2\nexit 1\n";
    pair.world.write("remote.git/hooks/pre-receive", hook);
    make_program(&pair.world.path("remote.git/hooks/pre-receive"));
    let commit = pair.commit(pair.world.head("user").await, "first", &[("a", "1")]);
    let push = Push { target: "refs/heads/x", commit: Some(commit), lease: Lease::Absent };
    let pushed = pair.push(&[push]).await;
    let Pushed::Rejected { words } = &pushed else { panic!("{pushed:?}") };
    assert_eq!(words, "GH013: Repository rule violations found\n[remote rejected] (pre-receive hook declined)");
    fs::remove_dir_all(pair.world.path("remote.git")).expect("a removal");
    let pushed = pair.push(&[push]).await;
    assert!(matches!(pushed, Pushed::Unreachable { .. }), "{pushed:?}");
}

#[tokio::test]
async fn a_remote_that_knows_nobody_refuses_at_once() {
    use std::io::{BufRead as _, BufReader, Write as _};

    let pair = Pair::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://127.0.0.1:{}/a.git", listener.local_addr().expect("an address").port());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let lines = BufReader::new(stream.try_clone().expect("a connection")).lines().map_while(Result::ok);
        lines.take_while(|line| !line.is_empty()).for_each(drop);
        let refusal = "HTTP/1.1 403 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        stream.write_all(refusal.as_bytes()).expect("a connection");
    });
    let commit = pair.world.head("user").await;
    let push = Push { target: "refs/heads/x", commit: Some(commit), lease: Lease::Absent };
    let pushed = pair.store.push(&Address::new(&url), &pair.user.transport(), &[push]).await.expect("git");
    assert!(matches!(&pushed, Pushed::Rejected { words } if words.contains("403")), "{pushed:?}");
    server.join().expect("a server");
}

fn rules(approved: &[Approved]) -> PushRules {
    let limits = SnapshotLimits { max_file_bytes: 1000, max_files: 4 };
    PushRules { paths: PathRules::with_protected(&[]), approved: approved.iter().cloned().collect(), limits }
}

#[tokio::test]
async fn sec_46_a_protected_path_needs_an_approval_of_exactly_its_content() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let head = pair.commit(base, "ci", &[(".github/workflows/ci.yml", "on: push\n"), ("a", "1")]);
    let tree = pair.store.tree_of(head).expect("a tree");
    let content = pair.store.file(tree, ".github/workflows/ci.yml").expect("a store").expect("a file").content;
    let path: Arc<str> = ".github/workflows/ci.yml".into();
    let check =
        async |approved: &[Approved]| pair.store.before_push(base, head, &rules(approved)).await.expect("a check");
    let expected = [Problem::Protected { path: Arc::clone(&path), content: Some(content) }];
    assert_eq!(check(&[]).await, expected);
    let yes = Approved { path: Arc::clone(&path), content: Some(content) };
    assert_eq!(check(std::slice::from_ref(&yes)).await, []);
    let as_program = Content { mode: 0o100_755, ..content };
    for wrong in [None, Some(as_program)] {
        assert_eq!(check(&[Approved { path: Arc::clone(&path), content: wrong }]).await, expected);
    }
    let changes = pair.store.tree_changes(Some(pair.store.tree_of(base).expect("a tree")), tree).expect("changes");
    let named = changes.protected(&PathRules::with_protected(&[])).expect("a protected change");
    assert_eq!(named.paths, [path]);
    let other = pair.commit(base, "ci", &[(".github/workflows/ci.yml", "on: pull\n")]);
    let other = pair.store.tree_of(other).expect("a tree");
    let changes = pair.store.tree_changes(Some(pair.store.tree_of(base).expect("a tree")), other).expect("changes");
    assert_ne!(changes.protected(&PathRules::with_protected(&[])).expect("a change").hash, named.hash);
}

const SECRET: &str = "ghp_abcdefghijklmnopqrstuvwxyz0123456789";

#[tokio::test]
async fn sec_54_a_secret_that_a_later_commit_removes_is_found() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let leak = pair.commit(base, "one", &[("src/code.txt", &format!("\0first\nx\nkey = {SECRET}\n"))]);
    let gone = pair.commit(leak, &format!("remove {SECRET}"), &[("src/code.txt", "gone\n")]);
    let problems = pair.store.before_push(base, gone, &rules(&[])).await.expect("a check");
    let found: BTreeSet<String> = problems.iter().map(ToString::to_string).collect();
    let expected = [
        format!("line 3 of `src/code.txt` in commit {} holds a github token", leak.short()),
        format!("the message of commit {} holds a github token", gone.short()),
    ];
    assert_eq!(found, expected.into());
    assert!(!format!("{problems:?}").contains(SECRET));
}

#[tokio::test]
async fn sec_50_what_no_tree_takes_in_is_not_pushed_either() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let base_tree = pair.store.tree_of(base).expect("a tree");
    let target = pair.store.write_blob(b"/etc/passwd").expect("a blob");
    let large = pair.store.write_blob(&[b'x'; 1001]).expect("a blob");
    let link = pair.world.head("user").await;
    let edits = [
        TreeEdit::Put { path: "link", content: Content { mode: 0o120_000, blob: target } },
        TreeEdit::Put { path: "large", content: Content { mode: 0o100_644, blob: large } },
        TreeEdit::Put {
            path: "module",
            content: Content { mode: 0o160_000, blob: link.to_string().parse().expect("a name") },
        },
    ];
    let tree = pair.store.edit_tree(Some(base_tree), &edits).expect("a tree");
    let by = by("engine");
    let new = NewCommit { tree, parents: &[base], author: &by, committer: &by, message: "evil" };
    let head = pair.store.commit(&new).expect("a commit");
    let problems = pair.store.before_push(base, head, &rules(&[])).await.expect("a check");
    let refused = |path: &str, reason| Problem::Refused(Refused { path: path.to_owned(), reason });
    let expected = [
        refused("large", Reason::TooLarge { bytes: 1001 }),
        refused("link", Reason::LinkLeadsOut { target: "/etc/passwd".to_owned() }),
        refused("module", Reason::Repository),
    ];
    assert_eq!(problems, expected);
    let many: Vec<String> = (0..5).map(|number| format!("many/{number}")).collect();
    let files: Vec<(&str, &str)> = many.iter().map(|path| (path.as_str(), "x")).collect();
    let head = pair.commit(base, "many", &files);
    let problems = pair.store.before_push(base, head, &rules(&[])).await.expect("a check");
    assert_eq!(problems, [refused("", Reason::TooMany { count: 5 })]);
}

#[tokio::test]
async fn what_a_merge_of_the_base_brings_is_nobodys_problem() {
    let pair = Pair::new().await;
    let base = pair.world.head("user").await;
    let ours = pair.commit(base, "ours", &[("ours", "1")]);
    let upstream = pair.commit(base, "upstream", &[(".github/ci.yml", "x"), ("key", &format!("{SECRET}\n"))]);
    let merged = pair.store.merge(ours, upstream, &by("engine"), "merge").await.expect("a merge");
    let pipemason_git::Rebase::Done { head } = merged else { panic!("{merged:?}") };
    assert_eq!(pair.store.before_push(upstream, head, &rules(&[])).await.expect("a check"), []);
}

#[tokio::test]
async fn sec_29_names_that_mean_something_else_are_never_pushed() {
    let pair = Pair::new().await;
    let commit = pair.world.head("user").await;
    for target in [
        "--upload-pack=touch x",
        "-x",
        "main",
        "refs/heads/a b",
        "refs/heads/../x",
        "refs/heads/a:refs/heads/main",
        "refs/heads/*",
    ] {
        let push = Push { target, commit: Some(commit), lease: Lease::Absent };
        assert!(pair.store.push(&pair.address, &impatient(&pair.user), &[push]).await.is_err(), "{target}");
    }
    let evil = Address::new("--upload-pack=touch x");
    let push = Push { target: "refs/heads/x", commit: Some(commit), lease: Lease::Absent };
    let pushed = pair.store.push(&evil, &impatient(&pair.user), &[push]).await;
    assert!(!matches!(pushed, Ok(Pushed::Done)), "{pushed:?}");
    // A branch of the strangest title, from the ticket to the remote.
    for title in
        ["\"; $(touch x)\n`id` ${{ x }} --upload-pack ../..", "-😀-", "€".repeat(300).as_str(), "HEAD", "@{-1}"]
    {
        let rules = pipemason_core::config::Config::default().branch;
        let run = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().expect("a run");
        let parts = pipemason_core::naming::NameParts {
            run,
            title,
            ticket: None,
            story: None,
            epic: None,
            program: None,
            user: None,
        };
        let name = pipemason_core::naming::branch_name(&rules, &parts);
        let target = format!("refs/heads/{name}");
        pair.remote(&format!("check-ref-format {target}")).await;
        let push = Push { target: &target, commit: Some(commit), lease: Lease::Absent };
        assert_eq!(pair.push(&[push]).await, Pushed::Done);
        assert_eq!(pair.remote(&format!("rev-parse {target}")).await, commit.to_string());
    }
}
