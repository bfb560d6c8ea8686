//! A branch on a newer base.

use std::fs;

use pipemason_core::hash::CommitSha;
use pipemason_git::{Conflict, Rebase};

use crate::support::{World, by, lines};

/// Makes a branch `work` and a newer `main`, by two scripts, and returns their heads and where they part.
async fn parted(world: &World, work: &str, base: &str) -> (CommitSha, CommitSha, CommitSha) {
    let start = world.head("user").await;
    world.git("user", "checkout --quiet -b work").await;
    let head_after = async |script, next| {
        let said = world.shell("user", &format!("set -e; {script}")).await;
        assert!(said.is_success, "{}", said.text);
        let head = world.head("user").await;
        world.git("user", &format!("checkout --quiet {next}")).await;
        head
    };
    (head_after(work, "main").await, head_after(base, "work").await, start)
}

async fn rebase(world: &World, (head, onto, upstream): (CommitSha, CommitSha, CommitSha)) -> Rebase {
    world.store().await.rebase(head, upstream, onto, &by("engine")).await.expect("a rebase")
}

fn conflict(rebase: Rebase) -> Conflict {
    match rebase {
        Rebase::Conflict(conflict) => conflict,
        Rebase::Done { head } => panic!("no conflict: {head}"),
    }
}

const COMMIT: &str = "git add --all && git commit --quiet";

#[tokio::test]
async fn commits_move_with_their_authors_and_messages() {
    let world = World::new().await;
    let script = format!(
        "echo a > a && {COMMIT} -m 'add a\n\nbody' --author 'Bob <bob@example.com>'; echo b > b && {COMMIT} -m 'add b'"
    );
    let parted = parted(&world, &script, &format!("echo c > c && {COMMIT} -m 'add c'")).await;
    let Rebase::Done { head } = rebase(&world, parted).await else { panic!("a conflict") };
    let store = world.store().await;
    let log = "log --reverse --format='%an %ae %cn %s' ";
    let shown = world.git("user/.git/pipemason/store.git", &format!("{log} {}..{head}", parted.1)).await;
    assert_eq!(shown, "Bob bob@example.com engine add a\nAda ada@example.com engine add b");
    // The same as git itself makes of it, and as often as one likes.
    world.git("user", "rebase --quiet main work").await;
    assert_eq!(store.tree_of(head).expect("a tree"), store.tree_of(world.head("user").await).expect("a tree"));
    assert_eq!(rebase(&world, (head, parted.1, parted.1)).await, Rebase::Done { head });
}

#[tokio::test]
async fn a_commit_whose_change_is_there_already_is_left_out() {
    let world = World::new().await;
    let same = format!("echo same > same && {COMMIT} -m same");
    let parted = parted(&world, &format!("{same}; echo b > b && {COMMIT} -m 'add b'"), &same).await;
    let Rebase::Done { head } = rebase(&world, parted).await else { panic!("a conflict") };
    assert_eq!(world.store().await.parents_of(head).expect("a commit"), [parted.1]);
}

#[tokio::test]
async fn a_conflict_names_files_and_places() {
    let world = World::new().await;
    let work = format!("sed -i 's/line 7$/ours/' src/code.txt && {COMMIT} -m ours");
    let base = format!("sed -i 's/line 7$/theirs/' src/code.txt && {COMMIT} -m theirs");
    let parted = parted(&world, &work, &base).await;
    let found = conflict(rebase(&world, parted).await);
    assert_eq!((found.commit, found.files.len()), (parted.0, 1));
    let file = &found.files[0];
    assert_eq!(file.path, "src/code.txt");
    assert!(file.hunks.contains("\ntheirs\n=======\nours\n") && !file.hunks.contains("line 20"), "{}", file.hunks);
    assert!(found.words.contains("CONFLICT (content)"), "{}", found.words);
    let store = world.store().await;
    let merged = store.merge(parted.0, parted.1, &by("engine"), "merge").await.expect("a merge");
    assert_eq!(conflict(merged).files[0].path, "src/code.txt");
}

#[tokio::test]
async fn a_file_in_a_folder_that_the_base_renamed_is_a_conflict() {
    let world = World::new().await;
    for name in ["a", "b", "c"] {
        world.write(&format!("user/old/{name}.txt"), lines(1..=30) + name);
    }
    world.commit("user", "old").await;
    let work = format!("echo new > old/new.txt && {COMMIT} -m new");
    let parted = parted(&world, &work, &format!("git mv old renamed && {COMMIT} -m rename")).await;
    let found = conflict(rebase(&world, parted).await);
    assert!(found.words.contains("file location"), "{}", found.words);
    assert_eq!(found.files[0].path, "renamed/new.txt");
}

#[tokio::test]
async fn what_only_one_way_of_merging_can_do_is_a_conflict() {
    let world = World::new().await;
    // With this attribute git takes both sides; nobody decided that here.
    world.write("user/.gitattributes", "CHANGES merge=union\nlock -merge\n");
    world.write("user/CHANGES", "one\n");
    world.write("user/lock", lines(1..=20));
    world.commit("user", "attributes").await;
    let edit = |line: u32, text: &str| format!("sed -i 's/line {line}$/{text}/' lock && {COMMIT} -m {text}");
    let parted_lock = parted(&world, &edit(2, "ours"), &edit(19, "theirs")).await;
    assert_eq!(conflict(rebase(&world, parted_lock).await).files[0].path, "lock");
    world.git("user", "checkout --quiet main").await;
    world.git("user", "branch -D work").await;
    let append = |text: &str| format!("echo {text} >> CHANGES && {COMMIT} -m {text}");
    let parted_changes = parted(&world, &append("ours"), &append("theirs")).await;
    conflict(rebase(&world, parted_changes).await);
}

#[tokio::test]
async fn every_kind_of_conflict_is_one() {
    let cases = [
        ("rm README", "echo more >> README"),
        ("echo a > new", "echo b > new"),
        ("rm README && mkdir README && echo x > README/x", "echo more >> README"),
        ("git mv README ours", "git mv README theirs"),
        ("ln -sf a link", "ln -sf b link"),
        ("printf 'a\\0' > binary", "printf 'b\\0' > binary"),
        ("chmod +x README; echo a > README", "echo b > README"),
    ];
    for (work, base) in cases {
        let world = World::new().await;
        let parted = parted(&world, &format!("{work}; {COMMIT} -m ours"), &format!("{base}; {COMMIT} -m theirs")).await;
        let found = conflict(rebase(&world, parted).await);
        assert!(!found.files.is_empty(), "{work}: {found:?}");
    }
}

#[tokio::test]
async fn a_conflict_of_a_thousand_large_files_is_shown_in_part() {
    let world = World::new().await;
    fs::create_dir(world.path("user/many")).expect("a folder");
    let script =
        |text: &str| format!("for i in $(seq 1 200); do seq -f '{text} %g' 1 500 > many/f$i; done; {COMMIT} -m {text}");
    let parted = parted(&world, &script("ours"), &format!("mkdir -p many; {}", script("theirs"))).await;
    let found = conflict(rebase(&world, parted).await);
    assert_eq!(found.files.len(), 50);
    assert!(found.files.iter().all(|file| file.hunks.len() < 5000 && file.hunks.ends_with("[…]\n")));
    assert!(found.words.chars().count() <= 4000);
}

#[tokio::test]
async fn a_merge_keeps_the_published_history() {
    let world = World::new().await;
    let add = |name: &str| format!("echo {name} > {name} && {COMMIT} -m {name}");
    let (head, onto, start) = parted(&world, &add("ours"), &add("theirs")).await;
    let store = world.store().await;
    let merge = async |head, onto| store.merge(head, onto, &by("engine"), "merge main").await.expect("a merge");
    let Rebase::Done { head: merged } = merge(head, onto).await else { panic!("a conflict") };
    assert_eq!(store.parents_of(merged).expect("a commit"), [head, onto]);
    assert_eq!(merge(merged, onto).await, Rebase::Done { head: merged });
    // A branch with merges is not put on another base.
    let refused =
        store.rebase(merged, start, store.recreate(onto, &[], &by("x")).expect("a commit"), &by("engine")).await;
    assert_eq!(refused.expect("a rebase"), Rebase::Done { head: merged });
    world.git("user", "checkout --quiet main").await;
    world.write("user/later", "x");
    let later = world.commit("user", "later").await;
    let refused = conflict(store.rebase(merged, start, later, &by("engine")).await.expect("a rebase"));
    assert!(refused.files.is_empty() && refused.words.contains("merges"));
}
