//! The store itself: how it is made, its objects and refs, and what differs between trees.

use std::fs;
use std::os::unix::ffi::OsStrExt as _;

use pipemason_core::hash::{CommitSha, TreeHash};
use pipemason_core::run::History;
use pipemason_git::{Content, NewCommit, Store, Swap, TreeEdit};

use crate::support::{World, by, lines, names, snapshot};

fn put(store: &Store, tree: Option<TreeHash>, path: &str, text: impl AsRef<[u8]>) -> TreeHash {
    let content = Content { mode: 0o100_644, blob: store.write_blob(text.as_ref()).expect("a blob") };
    store.edit_tree(tree, &[TreeEdit::Put { path, content }]).expect("a tree")
}

fn commit(store: &Store, tree: TreeHash, parents: &[CommitSha], message: &str) -> CommitSha {
    let by = by("engine");
    store.commit(&NewCommit { tree, parents, author: &by, committer: &by, message }).expect("a commit")
}

#[tokio::test]
async fn a_store_that_was_half_made_or_changed_is_made_right() {
    let world = World::new().await;
    let store = world.store().await;
    let head = world.head("user").await;
    assert!(store.has_commit(head).expect("a store"));
    world.write("user/.git/pipemason/store.git/config", "[core]\n\tfsmonitor = /bin/false\n");
    fs::remove_file(store.folder().join("HEAD")).expect("a removal");
    fs::remove_file(store.folder().join("objects/info/alternates")).expect("a removal");
    let again = world.store().await;
    assert!(again.has_commit(head).expect("a store"));
    assert!(!world.read("user/.git/pipemason/store.git/config").contains("fsmonitor"));
}

#[tokio::test]
async fn a_tree_that_was_half_made_is_not_found() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let folder = tree.folder().to_owned();
    let found = store.open_tree(&folder).expect("a tree");
    assert_eq!(found.base(), tree.base());
    let desks = fs::read_dir(store.folder().join("trees")).expect("a folder");
    let desk = desks.flatten().next().expect("a desk").path();
    // What a call leaves behind that was killed.
    fs::write(desk.join("index.lock"), "").expect("a lock");
    assert_eq!(names(&store, &snapshot(&found).await), ["100644 README", "100644 src/code.txt"]);
    let index = fs::read(desk.join("index")).expect("an index");
    fs::write(desk.join("index"), vec![0; index.len()]).expect("an index");
    assert!(store.open_tree(&folder).is_none());
    fs::write(desk.join("index"), index).expect("an index");
    assert!(store.open_tree(&folder).is_some());
    fs::remove_file(desk.join("base")).expect("a removal");
    assert!(store.open_tree(&folder).is_none());
    assert_eq!(snapshot(&world.tree(&store).await).await.refused, []);
}

#[tokio::test]
async fn what_a_shallow_clone_does_not_have_ends_the_history_of_the_store() {
    let world = World::new().await;
    world.write("user/README", "second\n");
    world.commit("user", "second").await;
    let url = format!("file://{}", world.path("user").display());
    world.git(".", &format!("clone --quiet --depth 1 {url} shallow")).await;
    fs::rename(world.path("user"), world.path("upstream")).expect("a folder");
    fs::rename(world.path("shallow"), world.path("user")).expect("a folder");
    world.git("user", &format!("remote set-url origin {}", world.path("upstream").display())).await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    assert_eq!(store.parents_of(tree.base()).expect("a commit"), []);
    world.write("tree/new", "x");
    let taken = snapshot(&tree).await;
    let made = commit(&store, taken.tree, &[tree.base()], "third");
    let user = world.user().await;
    let remote = user.remote().await.expect("git").expect("a remote");
    let base = pipemason_git::Fetched::Fresh { commit: tree.base() };
    let fetched = store.fetch_base(&user, Some(&remote), &user.transport(), &"main".parse().expect("a name")).await;
    assert_eq!(fetched.expect("git"), base);
    let push = pipemason_git::Push { target: "refs/heads/x", commit: Some(made), lease: pipemason_git::Lease::Absent };
    let pushed = store.push(&remote.push, &user.transport(), &[push]).await.expect("git");
    assert_eq!(pushed, pipemason_git::Pushed::Done);
    assert_eq!(world.git("upstream", "log --format=%s x").await, "third\nsecond\nfirst");
}

#[tokio::test]
async fn trees_are_edited_and_listed() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = put(&store, None, "a/b/c.txt", "1");
    let tree = put(&store, Some(tree), "a/d.txt", "2");
    let tree = put(&store, Some(tree), "e.txt", "3");
    let paths = |tree, folder| {
        let files = store.files(tree, folder).expect("files");
        files.into_iter().map(|(path, _)| path).collect::<Vec<_>>()
    };
    assert_eq!(paths(tree, ""), ["a/b/c.txt", "a/d.txt", "e.txt"]);
    assert_eq!(paths(tree, "a/b"), ["a/b/c.txt"]);
    assert_eq!(paths(tree, "nothing"), [""; 0]);
    let edits = [TreeEdit::Remove { path: "a/b" }, TreeEdit::Remove { path: "not/there" }];
    assert_eq!(paths(store.edit_tree(Some(tree), &edits).expect("a tree"), ""), ["a/d.txt", "e.txt"]);
    assert_eq!(store.file(tree, "a").expect("a store"), None);
    assert_eq!(store.file(tree, "nothing").expect("a store"), None);
    assert_eq!(store.file(tree, "e.txt").expect("a store").expect("a file").bytes, b"3");
}

#[tokio::test]
async fn commits_carry_what_they_were_given() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = put(&store, None, "a", "1");
    let mut author = by("Ada <x> \n");
    author.identity.email = String::new();
    let message = "subject €\n\nbody\0";
    let new = NewCommit { tree, parents: &[], author: &author, committer: &by("engine"), message };
    let made = store.commit(&new).expect("a commit");
    assert_eq!(store.message_of(made).expect("a commit"), "subject €\n\nbody\u{fffd}");
    let found = store.author_of(made).expect("a commit");
    assert_eq!((found.identity.name.as_str(), found.identity.email.as_str()), ("Ada x", "pipemason@localhost"));
    assert_eq!(found.at, author.at);
}

#[tokio::test]
async fn refs_change_only_from_what_was_seen() {
    let world = World::new().await;
    let store = world.store().await;
    let first = world.head("user").await;
    let second = commit(&store, store.tree_of(first).expect("a tree"), &[first], "second");
    let name = "refs/pipemason/runs/1";
    let lost = |found| Swap::Lost { found };
    let swap = async |before, after| store.swap_reference(name, before, after).await.expect("git");
    assert_eq!(swap(Some(first), Some(second)).await, lost(None));
    assert_eq!(swap(None, Some(first)).await, Swap::Done);
    assert_eq!(swap(None, Some(first)).await, Swap::Done);
    assert_eq!(swap(None, Some(second)).await, lost(Some(first)));
    assert_eq!(swap(Some(first), Some(second)).await, Swap::Done);
    assert_eq!(store.references("refs/pipemason/").expect("refs").len(), 1);
    assert_eq!(swap(Some(first), None).await, lost(Some(second)));
    assert_eq!(swap(Some(second), None).await, Swap::Done);
    assert_eq!(store.reference(name).expect("a ref"), None);
    for bad in ["main", "refs/a..b", "refs/heads/-x:y", "refs/a b", "--all"] {
        assert!(store.swap_reference(bad, None, Some(first)).await.is_err(), "{bad}");
    }
}

#[tokio::test]
async fn lines_are_numbered_and_counted_whatever_a_file_claims_to_be() {
    let world = World::new().await;
    let store = world.store().await;
    let before = put(&store, None, "code", lines(1..=10));
    let before = put(&store, Some(before), "gone", "1\n2\n");
    let after = store.edit_tree(Some(before), &[TreeEdit::Remove { path: "gone" }]).expect("a tree");
    let after = put(&store, Some(after), "code", lines(1..=4) + "new\r\n" + &lines(6..=10) + "last");
    let after = put(&store, Some(after), "binary", b"\0a\nb\xff\n");
    let changes = store.line_changes(Some(before), after).await.expect("changes");
    assert!(!changes.is_cut);
    let added: Vec<_> = changes
        .files
        .iter()
        .flat_map(|file| file.added.iter().map(move |line| (&*file.path, line.number, line.text.as_str())))
        .collect();
    let expected = [("binary", 1, "\0a"), ("binary", 2, "b\u{fffd}"), ("code", 5, "new\r"), ("code", 11, "last")];
    assert_eq!(added, expected);
    assert_eq!(changes.total(), 2 + 1 + 2);
    let text = store.diff_text(Some(before), after, 1_000_000).await.expect("a diff");
    assert!(text.contains("-line 5\n+new\r\n") && text.contains("Binary files"), "{text}");
    let short = store.diff_text(Some(before), after, 200).await.expect("a diff");
    assert!(short.ends_with("more changed files left out …]\n") && short.len() < 300, "{short}");
    let stat = store.diff_stat(Some(before), after).await.expect("a diff");
    assert!(stat.contains("3 files changed"), "{stat}");
}

#[tokio::test]
async fn a_path_that_is_no_text_is_told_apart() {
    let world = World::new().await;
    let before = world.head("user").await;
    fs::write(world.path("user").join(std::ffi::OsStr::from_bytes(b"caf\xe9")), "x").expect("a file");
    let after = world.commit("user", "second").await;
    let store = world.store().await;
    let trees = [before, after].map(|commit| store.tree_of(commit).expect("a tree"));
    let changes = store.tree_changes(Some(trees[0]), trees[1]).expect("changes");
    assert_eq!((changes.files.len(), changes.unnameable), (0, vec!["caf\u{fffd}".to_owned()]));
}

#[tokio::test]
async fn a_history_goes_on_where_it_is_the_same_a_descendant_or_a_rebase() {
    let world = World::new().await;
    let store = world.store().await;
    let base = world.head("user").await;
    let tree = store.tree_of(base).expect("a tree");
    let one = put(&store, Some(tree), "one", "1\n");
    let two = put(&store, Some(one), "two", "2\n");
    let first = commit(&store, one, &[base], "one");
    let recorded = commit(&store, two, &[first], "two");
    let moved = put(&store, Some(tree), "base", "moved\n");
    let new_base = commit(&store, moved, &[base], "base moved");
    let rebased_one = commit(&store, put(&store, Some(moved), "one", "1\n"), &[new_base], "one");
    let both = put(&store, Some(put(&store, Some(moved), "one", "1\n")), "two", "2\n");
    let rebased = commit(&store, both, &[rebased_one], "two, reworded");
    let by_person = commit(&store, put(&store, Some(both), "three", "3\n"), &[rebased], "three");
    let squashed = commit(&store, two, &[base], "one and two");
    let relation = async |found| store.history_relation(base, recorded, found).await.expect("a history");
    for found in [recorded, commit(&store, two, &[recorded], "empty"), rebased, by_person] {
        assert_eq!(relation(found).await, History::Continued);
    }
    for found in [base, first, squashed, new_base, rebased_one] {
        assert_eq!(relation(found).await, History::Rewritten);
    }
}
