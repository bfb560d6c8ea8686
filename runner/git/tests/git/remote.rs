//! What comes from remotes, good ones and others.

use std::net::TcpListener;

use pipemason_git::{Address, Fetched, Published, Remote};

use crate::support::{World, branch, by, impatient};

#[tokio::test]
async fn the_base_is_that_of_the_remote_as_it_is_now() {
    let world = World::new().await;
    world.remote().await;
    world.git(".", "clone --quiet remote.git colleague").await;
    world.write("colleague/new", "x");
    let fresh = world.commit("colleague", "theirs").await;
    world.git("colleague", "push --quiet origin HEAD:main").await;
    let store = world.store().await;
    let user = world.user().await;
    let remote = user.remote().await.expect("git");
    let fetch =
        async |name| store.fetch_base(&user, remote.as_ref(), &user.transport(), &branch(name)).await.expect("git");
    assert_eq!(fetch("main").await, Fetched::Fresh { commit: fresh });
    assert!(store.has_commit(fresh).expect("a store"));
    // The user's own repository does not notice.
    assert_ne!(world.git("user", "rev-parse origin/main").await, fresh.to_string());
    assert_eq!(fetch("nothing").await, Fetched::Missing);
    world.git("user", "branch only-here").await;
    assert_eq!(fetch("only-here").await, Fetched::Local { commit: world.head("user").await });
    // A base that was rewritten on the remote is what it is now.
    world.git("colleague", "reset --quiet --hard HEAD~1").await;
    world.git("colleague", "push --quiet --force origin HEAD:main").await;
    assert_eq!(fetch("main").await, Fetched::Fresh { commit: world.head("colleague").await });
}

#[tokio::test]
async fn without_a_remote_the_base_is_the_local_branch() {
    let world = World::new().await;
    let (store, user) = (world.store().await, world.user().await);
    assert_eq!(user.remote().await.expect("git"), None);
    let found = store.fetch_base(&user, None, &user.transport(), &branch("main")).await.expect("git");
    assert_eq!(found, Fetched::Local { commit: world.head("user").await });
}

#[tokio::test]
async fn a_remote_that_never_answers_or_is_not_there_is_unreachable() {
    let world = World::new().await;
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (store, user) = (world.store().await, world.user().await);
    for (url, expected) in [
        (format!("http://127.0.0.1:{port}/a.git"), "no answer within 0.5 seconds"),
        (format!("git://127.0.0.1:{port}/a.git"), "no answer within 0.5 seconds"),
        (format!("file://{}", world.path("nowhere").display()), "does not appear to be a git repository"),
    ] {
        let remote = Remote { name: "origin".to_owned(), fetch: Address::new(&url), push: Address::new(&url) };
        let found = store.fetch_base(&user, Some(&remote), &impatient(&user), &branch("main")).await.expect("git");
        assert!(matches!(&found, Fetched::Unreachable { words } if words.contains(expected)), "{url}: {found:?}");
        let refs = store.fetch_refs(&remote.fetch, &impatient(&user), "refs/pipemason/*").await.expect("git");
        assert!(matches!(&refs, Published::Unreachable { words } if words.contains(expected)), "{refs:?}");
    }
}

#[tokio::test]
async fn the_refs_of_other_machines_are_found_and_touch_no_own_ones() {
    let world = World::new().await;
    world.remote().await;
    let (store, user) = (world.store().await, world.user().await);
    let address = user.remote().await.expect("git").expect("a remote").fetch;
    let fetch = async || match store.fetch_refs(&address, &user.transport(), "refs/pipemason/*").await.expect("git") {
        Published::Found(found) => found,
        Published::Unreachable { words } => panic!("{words}"),
    };
    assert!(fetch().await.is_empty());
    let first = world.head("user").await;
    let tree = store.tree_of(first).expect("a tree");
    let by = by("engine");
    let parents = [first];
    let new = pipemason_git::NewCommit { tree, parents: &parents, author: &by, committer: &by, message: "ledger" };
    let ledger = store.commit(&new).expect("a commit");
    let name = "refs/pipemason/runs/1";
    let push = pipemason_git::Push { target: name, commit: Some(ledger), lease: pipemason_git::Lease::Absent };
    store.push(&address, &user.transport(), &[push]).await.expect("git");
    assert_eq!(fetch().await, [(name.to_owned(), ledger)].into());
    assert_eq!(store.reference(name).expect("a ref"), None);
    let remove = pipemason_git::Push { target: name, commit: None, lease: pipemason_git::Lease::At(ledger) };
    for _ in 0..2 {
        let pushed = store.push(&address, &user.transport(), &[remove]).await.expect("git");
        assert_eq!(pushed, pipemason_git::Pushed::Done);
    }
    assert!(fetch().await.is_empty());
}

#[tokio::test]
async fn addresses_are_rewritten_as_the_user_configured_it() {
    let world = World::new().await;
    world.git("user", "config url.https://octo:secret@example.com/.insteadOf gh:").await;
    world.git("user", "config url.ssh://git@example.com/.pushInsteadOf gh:").await;
    world.git("user", "remote add origin gh:a/b.git").await;
    let remote = world.user().await.remote().await.expect("git").expect("a remote");
    assert_eq!(remote.fetch.url(), "https://example.com/a/b.git");
    assert_eq!(remote.push.url(), "ssh://git@example.com/a/b.git");
    assert!(!format!("{remote:?}").contains("secret"));
    world.git("user", "remote set-url origin ../up.git").await;
    world.git("user", "config --unset url.ssh://git@example.com/.pushInsteadOf").await;
    let remote = world.user().await.remote().await.expect("git").expect("a remote");
    assert_eq!(std::path::Path::new(remote.push.url()), world.path("user").join("../up.git"));
    world.git("user", "remote add other /elsewhere").await;
    assert_eq!(world.user().await.remote().await.expect("git").map(|remote| remote.name), Some("origin".to_owned()));
    world.git("user", "remote rename origin third").await;
    assert_eq!(world.user().await.remote().await.expect("git"), None);
}
