//! Files put back, whatever stands in their place.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::support::{World, branch, make_program, names, snapshot};

#[tokio::test]
async fn sec_45_files_come_back_byte_for_byte_and_mode_for_mode() {
    let world = World::new().await;
    world.write("user/tests/run.sh", "#!/bin/sh\r\nexit 1\n");
    make_program(&world.path("user/tests/run.sh"));
    world.write("user/tests/deep/a.txt", "a");
    symlink("deep/a.txt", world.path("user/tests/link")).expect("a link");
    world.commit("user", "tests").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    let paths = ["tests/run.sh", "tests/deep/a.txt", "tests/link", "tests/added.txt", "not/there/at-all"];
    let restored = async || {
        tree.restore(before.tree, &paths).await.expect("a restoration");
        assert_eq!(snapshot(&tree).await, before);
    };
    world.write("tree/tests/run.sh", "exit 0\n");
    fs::set_permissions(world.path("tree/tests/run.sh"), fs::Permissions::from_mode(0o600)).expect("a mode");
    world.write("tree/tests/added.txt", "x");
    fs::remove_file(world.path("tree/tests/link")).expect("a removal");
    restored().await;
    let mode = fs::metadata(world.path("tree/tests/run.sh")).expect("a file").permissions().mode();
    assert_eq!(mode & 0o111, 0o111);
    // Folders in the place of files, and files in the place of folders.
    fs::remove_file(world.path("tree/tests/run.sh")).expect("a removal");
    world.write("tree/tests/run.sh/inside/file", "x");
    fs::remove_dir_all(world.path("tree/tests/deep")).expect("a removal");
    world.write("tree/tests/deep", "a file");
    restored().await;
    fs::remove_dir_all(world.path("tree/tests")).expect("a removal");
    restored().await;
}

#[tokio::test]
async fn sec_45_nothing_is_written_through_a_link() {
    let world = World::new().await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let before = snapshot(&tree).await;
    world.write("outside/code.txt", "outside\n");
    fs::remove_dir_all(world.path("tree/src")).expect("a removal");
    symlink(world.path("outside"), world.path("tree/src")).expect("a link");
    fs::remove_file(world.path("tree/README")).expect("a removal");
    symlink(world.path("outside/code.txt"), world.path("tree/README")).expect("a link");
    // What is not in the tree is removed, but not through the link.
    tree.restore(before.tree, &["src/new.txt"]).await.expect("a restoration");
    world.write("outside/new.txt", "outside\n");
    tree.restore(before.tree, &["src/new.txt", "src/code.txt", "README"]).await.expect("a restoration");
    assert_eq!(world.read("outside/code.txt"), "outside\n");
    assert_eq!(world.read("outside/new.txt"), "outside\n");
    assert_eq!(snapshot(&tree).await, before);
    for path in ["../outside/code.txt", "/etc/x", ".git/config", "a/../../x"] {
        assert!(tree.restore(before.tree, &[path]).await.is_err(), "{path}");
    }
}

#[tokio::test]
async fn a_reset_leaves_ignored_files_and_the_record_and_nothing_else() {
    let world = World::new().await;
    world.write("user/.gitignore", "target/\n");
    let second = world.commit("user", "ignore").await;
    let store = world.store().await;
    let mut tree = world.tree(&store).await;
    world.write("tree/target/built", "x");
    world.write("tree/.pipeline/STATE.md", "live");
    world.write("tree/new/file", "x");
    world.write("tree/README", "changed\n");
    fs::remove_dir_all(world.path("tree/src")).expect("a removal");
    symlink(world.path("user"), world.path("tree/src")).expect("a link");
    world.shell("tree", "git init -q nested && git checkout -q -b other && git stash -q").await;
    let identity = world.user().await.identity().expect("an identity");
    tree.reset_to(second, &branch("feature/y"), &identity).await.expect("a reset");
    assert_eq!(names(&store, &snapshot(&tree).await), ["100644 .gitignore", "100644 README", "100644 src/code.txt"]);
    assert_eq!((world.read("tree/target/built"), world.read("tree/.pipeline/STATE.md")), ("x".into(), "live".into()));
    assert!(!world.path("tree/nested").exists() && !world.path("tree/new").exists());
    assert_eq!(world.git("tree", "symbolic-ref HEAD").await, "refs/heads/feature/y");
    assert_eq!(world.git("tree", "status --porcelain").await, "");
    assert_eq!(world.read("user/README"), "read me\n");
}
