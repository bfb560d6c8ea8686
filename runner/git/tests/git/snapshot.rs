//! What a snapshot sees, and what it does not take in.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::os::unix::net::UnixListener;

use pipemason_git::{Entry, Reason, SnapshotLimits};

use crate::support::{World, make_program, names, snapshot};

#[tokio::test]
async fn a_tree_that_nobody_touched_is_that_of_its_commit() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = store.tree_of(tree.base()).expect("a tree");
    assert_eq!(snapshot(&tree).await.tree, before);
    assert_eq!(world.git("tree", "status --porcelain").await, "");
}

#[tokio::test]
async fn every_kind_of_change_is_seen() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    world.write("tree/src/code.txt", "changed\r\n");
    world.write("tree/new/deep/€ 😀.txt", "new");
    make_program(&world.path("tree/new/deep/€ 😀.txt"));
    symlink("deep", world.path("tree/new/link")).expect("a link");
    fs::remove_file(world.path("tree/README")).expect("a removal");
    let taken = snapshot(&tree).await;
    assert_eq!(taken.refused, []);
    assert_eq!(names(&store, &taken), ["100755 new/deep/€ 😀.txt", "120000 new/link", "100644 src/code.txt"]);
    let file = store.file(taken.tree, "src/code.txt").expect("a store").expect("a file");
    assert_eq!(file.bytes, b"changed\r\n");
    let changes = store.tree_changes(Some(store.tree_of(tree.base()).expect("a tree")), taken.tree).expect("changes");
    let kinds: Vec<_> = changes
        .files
        .iter()
        .map(|change| match change.entry {
            Entry::Added(_) => ("added", &*change.path),
            Entry::Deleted(_) => ("deleted", &*change.path),
            Entry::Modified { .. } => ("modified", &*change.path),
        })
        .collect();
    let expected =
        [("deleted", "README"), ("added", "new/deep/€ 😀.txt"), ("added", "new/link"), ("modified", "src/code.txt")];
    assert_eq!(kinds, expected);
}

#[tokio::test]
async fn files_become_folders_and_folders_files() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    fs::remove_file(world.path("tree/README")).expect("a removal");
    world.write("tree/README/inside", "x");
    fs::remove_dir_all(world.path("tree/src")).expect("a removal");
    world.write("tree/src", "a file now");
    let taken = snapshot(&tree).await;
    assert_eq!(
        (taken.refused.len(), names(&store, &taken)),
        (0, vec!["100644 README/inside".into(), "100644 src".into()])
    );
}

#[tokio::test]
async fn a_change_of_the_mode_alone_and_one_of_the_same_length_are_seen() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let first = snapshot(&tree).await;
    make_program(&world.path("tree/README"));
    let second = snapshot(&tree).await;
    assert_ne!(first.tree, second.tree);
    // Many times, so that some of them fall into one tick of the clock of the file system.
    for round in 0..40_u32 {
        let content = format!("{round:08}");
        world.write("tree/README", &content);
        let taken = snapshot(&tree).await;
        let file = store.file(taken.tree, "README").expect("a store").expect("a file");
        assert_eq!(String::from_utf8_lossy(&file.bytes), content);
    }
}

#[tokio::test]
async fn ignored_files_and_the_record_are_not_part_of_it() {
    let world = World::new().await;
    world.write("user/.pipeline/config.yml", "version: 1\n");
    world.write("user/.pipeline/runs/old/spec.md", "old\n");
    world.write("user/.gitignore", "target/\n");
    world.commit("user", "second").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    world.write("tree/target/out", "built");
    world.write("tree/.pipeline/STATE.md", "live");
    world.write("tree/.pipeline/runs/old/spec.md", "rewritten");
    fs::remove_dir_all(world.path("tree/.pipeline/runs")).expect("a removal");
    assert_eq!(snapshot(&tree).await, before);
    world.write("tree/.pipeline/config.yml", "version: 1 # mine\n");
    let after = snapshot(&tree).await;
    let changes = store.tree_changes(Some(before.tree), after.tree).expect("changes");
    assert_eq!(changes.files.iter().map(|change| &*change.path).collect::<Vec<_>>(), [".pipeline/config.yml"]);
}

#[tokio::test]
async fn sec_50_what_is_refused_is_named_and_nothing_of_it_is_in_the_tree() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    for (target, link) in [("/etc/passwd", "absolute"), ("../../secret", "src/climbing"), (".git/config", "into")] {
        symlink(target, world.path("tree").join(link)).expect("a link");
    }
    fs::remove_file(world.path("tree/README")).expect("a removal");
    symlink("/etc/hostname", world.path("tree/README")).expect("a link");
    for name in [".GIT/config", "git~1", "a/.Git ", "tab\there", "back\\.git\\x"] {
        world.write(&format!("tree/{name}"), "x");
    }
    fs::write(world.path("tree").join(not_text()), "x").expect("a file");
    let said =
        world.shell("tree", "git init --quiet nested && cd nested && touch x && git add x && git commit -qm x").await;
    assert!(said.is_success, "{}", said.text);
    world.write("tree/large.bin", vec![0; 2001]);
    world.write("tree/fits.bin", vec![0; 2000]);
    let limits = SnapshotLimits { max_file_bytes: 2000, ..SnapshotLimits::default() };
    let taken = tree.snapshot(&limits).await.expect("a snapshot");
    let changes = store.tree_changes(Some(before.tree), taken.tree).expect("changes");
    assert_eq!(changes.files.iter().map(|change| &*change.path).collect::<Vec<_>>(), ["fits.bin"]);
    let mut refused: Vec<_> = taken.refused.iter().map(|refused| (refused.path.as_str(), &refused.reason)).collect();
    refused.sort();
    let leads = |target: &str| Reason::LinkLeadsOut { target: target.to_owned() };
    let expected = [
        (".GIT/config", Reason::GitName),
        ("README", leads("/etc/hostname")),
        ("a/.Git ", Reason::GitName),
        ("absolute", leads("/etc/passwd")),
        ("back\\.git\\x", Reason::GitName),
        ("caf\u{fffd}", Reason::Unnameable),
        ("git~1", Reason::GitName),
        ("into", leads(".git/config")),
        ("large.bin", Reason::TooLarge { bytes: 2001 }),
        ("nested", Reason::Repository),
        ("src/climbing", leads("../../secret")),
        ("tab\there", Reason::ControlCharacter),
    ];
    assert_eq!(refused, expected.iter().map(|(path, reason)| (*path, reason)).collect::<Vec<_>>());
}

fn not_text() -> std::ffi::OsString {
    use std::os::unix::ffi::OsStringExt as _;

    std::ffi::OsString::from_vec(b"caf\xe9".to_vec())
}

#[tokio::test]
async fn sec_50_pipes_sockets_and_files_that_cannot_be_read_are_refused() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    fs::remove_file(world.path("tree/README")).expect("a removal");
    let _socket = UnixListener::bind(world.path("tree/README")).expect("a socket");
    let said = world.shell("tree", "rm src/code.txt && mkfifo src/code.txt loose").await;
    assert!(said.is_success, "{}", said.text);
    let taken = snapshot(&tree).await;
    let refused: Vec<_> = taken.refused.iter().map(|refused| (refused.path.as_str(), &refused.reason)).collect();
    assert_eq!(refused, [("README", &Reason::NotAFile), ("src/code.txt", &Reason::NotAFile)]);
    assert_eq!(taken.tree, before.tree);
}

#[tokio::test]
async fn sec_50_too_many_files_are_refused_together() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    for number in 0..11 {
        world.write(&format!("tree/many/{number}"), "x");
    }
    let at_most = |max_files| SnapshotLimits { max_files, ..SnapshotLimits::default() };
    let taken = tree.snapshot(&at_most(10)).await.expect("a snapshot");
    assert_eq!(
        taken.refused.iter().map(|refused| &refused.reason).collect::<Vec<_>>(),
        [&Reason::TooMany { count: 11 }]
    );
    assert_eq!(taken.tree, before.tree);
    assert_eq!(tree.snapshot(&at_most(11)).await.expect("a snapshot").refused, []);
}

#[tokio::test]
async fn sec_50_a_link_in_the_place_of_a_folder_is_not_followed() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    world.write("outside/code.txt", "secret");
    fs::remove_dir_all(world.path("tree/src")).expect("a removal");
    symlink(world.path("outside"), world.path("tree/src")).expect("a link");
    let taken = snapshot(&tree).await;
    assert_eq!(names(&store, &taken), ["100644 README"]);
    assert!(matches!(&taken.refused[..], [refused] if refused.path == "src"), "{:?}", taken.refused);
}

#[tokio::test]
async fn sec_50_a_change_of_a_file_that_passes_through_a_filter_is_refused() {
    let world = World::new().await;
    world.write("user/.gitattributes", "*.bin filter=lfs diff=lfs -text\n*.u16 working-tree-encoding=UTF-16\n");
    world.commit("user", "attributes").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    world.write("tree/a.bin", "payload");
    world.write("tree/b.u16", "text");
    world.write("tree/c.txt", "text");
    // Taking the attribute away does not help.
    world.write("tree/.gitattributes", "");
    let taken = snapshot(&tree).await;
    let refused: Vec<_> = taken.refused.iter().map(|refused| refused.path.as_str()).collect();
    assert_eq!(refused, ["a.bin", "b.u16"]);
    assert!(names(&store, &taken).contains(&"100644 c.txt".to_owned()));
}

#[tokio::test]
async fn a_file_is_taken_byte_for_byte_whatever_the_attributes_say() {
    let world = World::new().await;
    world.write("user/.gitattributes", "* text=auto eol=crlf ident\n");
    world.commit("user", "attributes").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    assert_eq!(world.read("tree/README"), "read me\n");
    world.write("tree/README", "a\r\nb\n$Id: x$\n");
    let taken = snapshot(&tree).await;
    let file = store.file(taken.tree, "README").expect("a store").expect("a file");
    assert_eq!(file.bytes, b"a\r\nb\n$Id: x$\n");
}

#[tokio::test]
async fn sec_44_what_changes_after_a_gate_changes_the_hash() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    // With the old times put back, as somebody would who wants to hide it.
    let said =
        world.shell("tree", "touch -r README ../old && printf 'ReaD me\\n' > README && touch -r ../old README").await;
    assert!(said.is_success, "{}", said.text);
    assert_ne!(snapshot(&tree).await.tree, before.tree);
}

#[tokio::test]
async fn a_submodule_that_was_never_fetched_stays_as_it_is() {
    let world = World::new().await;
    let commit = world.head("user").await;
    world.git("user", &format!("update-index --add --cacheinfo 160000,{commit},module")).await;
    world.git("user", "commit --quiet --message module").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    assert_eq!(before.tree, store.tree_of(tree.base()).expect("a tree"));
    fs::remove_dir_all(world.path("tree/module")).expect("an empty folder");
    assert_eq!(snapshot(&tree).await, before);
    let said = world.shell("tree", "git init -q module && cd module && touch x && git add x && git commit -qm x").await;
    assert!(said.is_success, "{}", said.text);
    let taken = snapshot(&tree).await;
    assert_eq!((taken.tree, taken.refused.len()), (before.tree, 1));
}

#[tokio::test]
async fn a_tree_that_an_agent_made_read_only_can_be_removed() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    world.write("tree/cache/deep/file", "x");
    for folder in ["cache/deep", "cache"] {
        let path = world.path("tree").join(folder);
        fs::set_permissions(path, fs::Permissions::from_mode(0o500)).expect("permissions");
    }
    let folder = tree.folder().to_owned();
    tree.remove().await.expect("a removal");
    assert!(!folder.exists());
    assert!(store.open_tree(&folder).is_none());
}
