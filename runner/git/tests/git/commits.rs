//! The commits of agents, taken as suggestions.

use std::fs;

use pipemason_git::{AgentCommits, RecreatedCommit, SnapshotLimits, Store, Suggestion, Tree};

use crate::support::{World, by, snapshot};

async fn suggestions(tree: &Tree) -> Vec<Suggestion> {
    match read(tree, &SnapshotLimits::default()).await {
        AgentCommits::Linear(suggestions) => suggestions,
        AgentCommits::Unusable { words } => panic!("{words}"),
    }
}

async fn unusable(tree: &Tree) -> String {
    match read(tree, &SnapshotLimits::default()).await {
        AgentCommits::Unusable { words } => words,
        AgentCommits::Linear(suggestions) => panic!("{suggestions:?}"),
    }
}

async fn read(tree: &Tree, limits: &SnapshotLimits) -> AgentCommits {
    tree.agent_commits(limits).await.expect("the agent's commits")
}

fn paths(store: &Store, suggestion: &Suggestion) -> Vec<String> {
    store.files(suggestion.tree, "").expect("files").into_iter().map(|(path, _)| path).collect()
}

async fn agent(world: &World, script: &str) {
    let said = world.shell("tree", &format!("set -e; {script}")).await;
    assert!(said.is_success, "{script}: {}", said.text);
}

const COMMIT: &str = "git add --all && git commit --quiet";

#[tokio::test]
async fn sec_53_linear_commits_are_made_again_by_whom_the_engine_says() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    assert_eq!(suggestions(&tree).await, []);
    agent(&world, &format!("echo a > a; {COMMIT} -m 'add a' --author 'Linus <l@example.com>'")).await;
    agent(&world, &format!("git tag v1; git notes add -m note; git branch main; echo b > b; {COMMIT} -m 'add b'"))
        .await;
    agent(&world, "git gc --quiet; git pack-refs --all; echo c > c").await;
    let found = suggestions(&tree).await;
    let messages: Vec<_> = found.iter().map(|suggestion| suggestion.message.as_str()).collect();
    assert_eq!(messages, ["add a\n", "add b\n"]);
    assert_eq!(paths(&store, &found[1]), ["README", "a", "b", "src/code.txt"]);
    let taken = snapshot(&tree).await;
    let step = |tree, message: &str| RecreatedCommit { tree, message: message.to_owned() };
    let steps = [
        step(found[0].tree, "add a"),
        step(found[0].tree, "empty"),
        step(found[1].tree, "add b"),
        step(taken.tree, "the rest"),
    ];
    let head = store.recreate(tree.base(), &steps, &by("engine")).expect("commits");
    let bare = "user/.git/pipemason/store.git";
    let log = world.git(bare, &format!("log --reverse --format='%an %cn %s' {}..{head}", tree.base())).await;
    assert_eq!(log, "engine engine add a\nengine engine add b\nengine engine the rest");
    assert_eq!(world.git(bare, "for-each-ref").await, "");
    // The store needs nothing of the tree.
    let commit = tree.base();
    tree.remove().await.expect("a removal");
    assert_eq!(world.git(bare, &format!("rev-list --objects --count {commit}..{head}")).await, "9");
}

#[tokio::test]
async fn sec_54_a_history_that_is_not_simple_is_not_used() {
    let cases = [
        (
            "git checkout -q -b side; echo s > s; COMMIT -m s; git checkout -q -; echo t > t; COMMIT -m t; git merge -q side",
            "merge",
        ),
        ("git checkout -q --orphan new; COMMIT -m orphan", "do not go on from the base"),
        ("echo x > x; COMMIT --amend -m amended", "do not go on from the base"),
        ("git checkout -q --orphan empty", "without commits"),
        ("echo x > x; COMMIT -m x; git replace HEAD HEAD~1; git update-ref -d refs/heads/feature/x", "without commits"),
        ("for i in $(seq 1 201); do git commit -q --allow-empty -m $i; done", "more than 200"),
        ("echo nonsense > .git/HEAD", "names no commit"),
        ("echo 'ref: ../../secret' > .git/HEAD", "no branch"),
        ("rm -rf .git", "cannot be read"),
        ("rm .git/HEAD; ln -s ../README .git/HEAD", "cannot be read"),
        ("echo 1111111111111111111111111111111111111111 > .git/HEAD", "cannot be read"),
    ];
    for (script, expected) in cases {
        let world = World::new().await;
        let store = world.store().await;
        let tree = world.tree(&store).await;
        agent(&world, &script.replace("COMMIT", COMMIT)).await;
        let words = unusable(&tree).await;
        assert!(words.contains(expected), "{script}: {words}");
        // The files count all the same.
        assert_eq!(snapshot(&tree).await.refused, []);
    }
}

#[tokio::test]
async fn sec_54_grafts_and_replaced_objects_hide_nothing() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    agent(&world, &format!("echo evil > evil; {COMMIT} -m evil; rm evil; {COMMIT} -m good")).await;
    let base = tree.base();
    agent(
        &world,
        &format!("echo \"$(git rev-parse HEAD) {base}\" > .git/info/grafts; git replace HEAD~1 {base} || true"),
    )
    .await;
    let found = suggestions(&tree).await;
    assert_eq!(found.iter().map(|suggestion| suggestion.message.as_str()).collect::<Vec<_>>(), ["evil\n", "good\n"]);
    assert_eq!(paths(&store, &found[0]), ["README", "evil", "src/code.txt"]);
}

#[tokio::test]
async fn sec_50_a_commit_that_holds_what_is_refused_is_not_used() {
    let cases = [
        ("ln -s /etc/passwd link; COMMIT -m link", "`link` is a link to `/etc/passwd`"),
        ("ln -s /etc/passwd link; COMMIT -m link; rm link; COMMIT -m gone", "`link` is a link to `/etc/passwd`"),
        (
            "git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),module; git commit -q -m module",
            "`module` is a repository",
        ),
        ("printf 'a\\tb' > \"$(printf 'a\\tb')\"; COMMIT -m tab", "control characters"),
        ("printf x > \"$(printf 'caf\\351')\"; COMMIT -m latin", "no text"),
        ("echo payload > a.bin; COMMIT -m payload; rm a.bin; COMMIT -m gone", "`a.bin` passes through `filter=lfs`"),
        ("head -c 3000 /dev/zero > large; COMMIT -m large", "`large` has 3000 bytes"),
        ("for i in $(seq 1 21); do echo $i > f$i; done; COMMIT -m many", "too many files"),
    ];
    let limits = SnapshotLimits { max_file_bytes: 2000, max_files: 20 };
    for (script, expected) in cases {
        let world = World::new().await;
        world.write("user/.gitattributes", "*.bin filter=lfs\n");
        world.commit("user", "attributes").await;
        let store = world.store().await;
        let tree = world.tree(&store).await;
        agent(&world, &script.replace("COMMIT", COMMIT)).await;
        let AgentCommits::Unusable { words } = read(&tree, &limits).await else { panic!("{script}") };
        assert!(words.contains(expected), "{script}: {words}");
    }
}

#[tokio::test]
async fn sec_50_a_tree_with_names_that_git_would_refuse_is_not_used() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    // As somebody writes it who does not ask git: `mktree` checks nothing.
    for name in [".git", "..", ".GIT", "git~1"] {
        let script = format!(
            "blob=$(echo x | git hash-object -w --stdin); t=$(printf '100644 blob %s\\t{name}\\n' $blob | git mktree); \
             c=$(git commit-tree -m evil -p {} $t); git update-ref refs/heads/feature/x $c",
            tree.base()
        );
        agent(&world, &script).await;
        let words = unusable(&tree).await;
        assert!(words.contains("git keeps for itself") || words.contains("cannot be read"), "{name}: {words}");
    }
}

#[tokio::test]
async fn broken_objects_are_not_used() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    agent(&world, &format!("echo new > new; {COMMIT} -m new; git rev-parse HEAD:new HEAD:README > ../names")).await;
    let names = world.read("names");
    let (new, known) = names.trim_end().split_once('\n').expect("two names");
    let path = |name: &str| {
        let (first, rest) = name.split_at(2);
        world.path("tree/.git/objects").join(first).join(rest)
    };
    let good = fs::read(path(new)).expect("an object");
    fs::remove_file(path(new)).expect("a removal");
    assert!(unusable(&tree).await.contains("cannot be read"));
    // Another content under that name, and under one that the store knows.
    agent(&world, "echo evil > evil; git hash-object -w evil > ../evil").await;
    let evil = fs::read(path(world.read("evil").trim_end())).expect("an object");
    fs::write(path(new), &evil).expect("an object");
    assert!(unusable(&tree).await.contains("cannot be read"));
    fs::remove_file(path(new)).expect("a removal");
    fs::write(path(new), good).expect("an object");
    fs::create_dir_all(path(known).parent().expect("a folder")).expect("a folder");
    fs::write(path(known), &evil).expect("an object");
    let found = suggestions(&tree).await;
    let file = store.file(found[0].tree, "README").expect("a store").expect("a file");
    assert_eq!(file.bytes, b"read me\n");
}

#[tokio::test]
async fn sec_45_the_record_in_a_commit_is_that_of_the_base() {
    let world = World::new().await;
    world.write("user/.pipeline/runs/old/spec.md", "old\n");
    world.write("user/.pipeline/config.yml", "version: 1\n");
    world.commit("user", "record").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    agent(
        &world,
        &format!(
            "echo forged > .pipeline/runs/old/spec.md; echo live > .pipeline/STATE.md; echo x > .pipeline/config.yml; \
             git add --force --all; {COMMIT} -m forged"
        ),
    )
    .await;
    let [found] = &suggestions(&tree).await[..] else { panic!("one commit") };
    let text = |path| {
        store.file(found.tree, path).expect("a store").map(|file| String::from_utf8_lossy(&file.bytes).into_owned())
    };
    assert_eq!(text(".pipeline/runs/old/spec.md").as_deref(), Some("old\n"));
    assert_eq!(text(".pipeline/STATE.md"), None);
    assert_eq!(text(".pipeline/config.yml").as_deref(), Some("x\n"));
    assert_eq!(snapshot(&tree).await.tree, found.tree);
}
