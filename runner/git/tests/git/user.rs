//! The repository that the user stands in.

use std::fs;

use pipemason_git::{GitError, Shown, Store, Unstashed, UserRepository};

use crate::support::{World, branch, by};

async fn refusal(world: &World, folder: &str) -> String {
    match UserRepository::open(&world.program().await, &world.path(folder)).await {
        Err(GitError::Unsupported(words)) => words,
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn it_is_found_from_a_folder_below_and_from_a_linked_work_tree() {
    let world = World::new().await;
    world.git("user", "worktree add --quiet -b other ../linked").await;
    let git = world.program().await;
    let below = UserRepository::open(&git, &world.path("user/src")).await.expect("a repository");
    assert_eq!((below.work_tree(), below.common_git_dir()), (&*world.path("user"), &*world.path("user/.git")));
    assert_eq!(below.current_branch(), Some(branch("main")));
    let linked = UserRepository::open(&git, &world.path("linked")).await.expect("a repository");
    assert_eq!((linked.work_tree(), linked.common_git_dir()), (&*world.path("linked"), &*world.path("user/.git")));
    assert_eq!(linked.current_branch(), Some(branch("other")));
    let identity = linked.identity().expect("an identity");
    assert_eq!((identity.name.as_str(), identity.email.as_str()), ("Ada", "ada@example.com"));
}

#[tokio::test]
async fn what_is_no_repository_to_work_in_is_refused_with_what_to_do() {
    let world = World::new().await;
    world.git(".", "init --quiet --bare bare.git").await;
    assert!(refusal(&world, "bare.git").await.contains("go to a clone"));
    assert!(refusal(&world, "home").await.contains("git init"));
    world.git(".", "init --quiet --object-format sha256 other").await;
    let other = UserRepository::open(&world.program().await, &world.path("other")).await;
    let refused = other.expect_err("another kind of hash").to_string();
    assert!(refused.contains("SHA-1"), "{refused}");
    world.git("user", "config remote.origin.promisor true").await;
    let user = world.user().await;
    let refused = Store::open(&user).expect_err("a partial clone").to_string();
    assert!(refused.contains("--refetch"), "{refused}");
}

#[tokio::test]
async fn without_git_or_with_an_old_one_nothing_starts() {
    let world = World::new().await;
    let mut environment = world.environment();
    world.write("bin/git", "#!/bin/sh\necho git version 2.34.1\n");
    crate::support::make_program(&world.path("bin/git"));
    environment.insert("PATH".into(), world.path("bin").into());
    let stop = tokio_util::sync::CancellationToken::new();
    let old = pipemason_git::Git::find(&environment, stop.clone()).await.expect_err("an old git").to_string();
    assert_eq!(old, "git 2.34.1 is too old: install git 2.41 or newer");
    environment.insert("PATH".into(), "/nowhere:relative".into());
    let none = pipemason_git::Git::find(&environment, stop).await.expect_err("no git").to_string();
    assert_eq!(none, "git is not in `PATH`: install git 2.41 or newer");
}

#[tokio::test]
async fn the_base_is_the_remotes_choice_or_one_that_is_usual() {
    let world = World::new().await;
    world.git("user", "branch trunk").await;
    world.git("user", "checkout --quiet -b topic").await;
    assert_eq!(world.user().await.default_base(None).expect("a base"), Some(branch("main")));
    world.git("user", "config init.defaultBranch trunk").await;
    assert_eq!(world.user().await.default_base(None).expect("a base"), Some(branch("trunk")));
    world.git("user", "branch -M main other").await;
    world.git("user", "branch -D trunk").await;
    assert_eq!(world.user().await.default_base(None).expect("a base"), Some(branch("topic")));
    world.git("user", "checkout --quiet other").await;
    world.remote().await;
    world.git("user", "remote set-head origin other").await;
    world.git("user", "checkout --quiet topic").await;
    let user = world.user().await;
    let remote = user.remote().await.expect("git");
    assert_eq!(user.default_base(remote.as_ref()).expect("a base"), Some(branch("other")));
}

#[tokio::test]
async fn changes_that_are_not_committed_are_named_but_those_of_the_record() {
    let world = World::new().await;
    world.write("user/.gitignore", "target/\n");
    world.commit("user", "ignore").await;
    assert!(world.user().await.dirty_files().await.expect("git").is_clean());
    world.write("user/target/x", "x");
    world.write("user/.pipeline/STATE.md", "x");
    world.write("user/.pipelines", "x");
    world.write("user/src/new €.txt", "x");
    world.write("user/README", "changed");
    fs::remove_file(world.path("user/src/code.txt")).expect("a removal");
    let dirty = world.user().await.dirty_files().await.expect("git");
    assert_eq!((dirty.names.len(), dirty.count, dirty.has_configuration), (4, 4, false));
    assert!(dirty.names.contains(&"src/new €.txt".to_owned()), "{dirty:?}");
    world.write("user/.pipeline/config.yml", "version: 1\n");
    for number in 0..100 {
        world.write(&format!("user/many/{number}"), "x");
    }
    let dirty = world.user().await.dirty_files().await.expect("git");
    assert_eq!((dirty.names.len(), dirty.count, dirty.has_configuration), (50, 104, true));
}

#[tokio::test]
async fn what_is_stashed_comes_back_as_it_was() {
    let world = World::new().await;
    let user = world.user().await;
    assert_eq!(user.stash("pipemason run 1").await.expect("git"), None);
    world.write("user/README", "staged\n");
    world.git("user", "add README").await;
    world.write("user/README", "staged and changed\n");
    world.write("user/new", "untracked\n");
    world.write("user/.pipeline/STATE.md", "live");
    fs::remove_file(world.path("user/src/code.txt")).expect("a removal");
    let before = world.git("user", "status --porcelain=v2 --untracked-files=all").await;
    let stash = user.stash("pipemason run 1").await.expect("git").expect("a stash");
    assert!(user.dirty_files().await.expect("git").is_clean());
    assert_eq!(world.read("user/.pipeline/STATE.md"), "live");
    // Once more, as after a crash.
    assert_eq!(user.stash("pipemason run 1").await.expect("git"), Some(stash));
    world.write("user/later", "x");
    world.git("user", "stash push --quiet --include-untracked -- later").await;
    assert_eq!(user.unstash(&stash).await.expect("git"), Unstashed::Done);
    assert_eq!(world.git("user", "status --porcelain=v2 --untracked-files=all").await, before);
    assert_eq!(world.git("user", "stash list").await.lines().count(), 1);
    assert_eq!(user.unstash(&stash).await.expect("git"), Unstashed::Done);
}

#[tokio::test]
async fn what_does_not_fit_any_more_stays_in_the_stash_by_its_name() {
    let world = World::new().await;
    let user = world.user().await;
    world.write("user/README", "mine\n");
    world.write("user/new", "mine\n");
    let stash = user.stash("pipemason run 1").await.expect("git").expect("a stash");
    world.write("user/README", "yours\n");
    let Unstashed::Kept { name, .. } = user.unstash(&stash).await.expect("git") else { panic!("kept") };
    assert_eq!(name, "stash@{0}");
    assert_eq!(world.git("user", "show stash@{0}:README").await, "mine");
    assert_eq!(world.git("user", "show stash@{0}^3:new").await, "mine");
    assert_eq!(world.read("user/README"), "yours\n");
}

#[tokio::test]
async fn a_branch_of_the_store_becomes_visible_without_a_checkout() {
    let world = World::new().await;
    let store = world.store().await;
    let user = world.user().await;
    let base = world.head("user").await;
    let blob = store.write_blob(b"new\n").expect("a blob");
    let content = pipemason_git::Content { mode: 0o100_644, blob };
    let edit = pipemason_git::TreeEdit::Put { path: "a/b.txt", content };
    let tree = store.edit_tree(Some(store.tree_of(base).expect("a tree")), &[edit]).expect("a tree");
    let (by, parents) = (by("engine"), [base]);
    let new = |message| pipemason_git::NewCommit { tree, parents: &parents, author: &by, committer: &by, message };
    let (first, second) = (store.commit(&new("one")).expect("a commit"), store.commit(&new("two")).expect("a commit"));
    let name = branch("feature/x");
    assert_eq!(user.show_branch(&store, &name, None, first).await.expect("git"), Shown::Done);
    assert_eq!(world.git("user", "show feature/x:a/b.txt").await, "new");
    assert_eq!(world.git("user", "fsck --strict").await, "");
    assert_eq!(user.show_branch(&store, &name, None, first).await.expect("git"), Shown::Done);
    let lost = user.show_branch(&store, &name, None, second).await.expect("git");
    assert_eq!(lost, Shown::Lost { found: Some(first) });
    assert_eq!(user.show_branch(&store, &name, Some(first), second).await.expect("git"), Shown::Done);
    world.git("user", "worktree add --quiet ../linked feature/x").await;
    let refused = user.show_branch(&store, &name, Some(second), first).await.expect("git");
    assert_eq!(refused, Shown::CheckedOut);
    assert_eq!(user.branch(&name).expect("git"), Some(second));
}
