//! Agents that mean harm (SEC-41, SEC-43, SEC-62): nothing that they write into a tree ever runs, and no secret of the
//! user is ever where they could see it.

use std::fs;
use std::os::unix::fs::symlink;

use pipemason_git::{Address, AgentCommits, Fetched, Lease, NewCommit, Push, Pushed, Remote, SnapshotLimits};

use crate::support::{World, branch, by, impatient, make_program, snapshot};

/// Everything that makes git start a program, in one configuration.
fn poisoned(program: &str) -> String {
    format!(
        "[core]\n\trepositoryformatversion = 0\n\tbare = false\n\thooksPath = {program}.hooks\n\tfsmonitor = {program}\n\
         \tsshCommand = {program}\n\tpager = {program}\n\teditor = {program}\n\taskPass = {program}\n\
         \tattributesFile = {program}.attributes\n\tgitProxy = {program}\n\talternateRefsCommand = {program}\n\
         [include]\n\tpath = {program}.include\n[extensions]\n\tworktreeConfig = true\n\
         [credential]\n\thelper = !{program}\n[url \"file://{program}\"]\n\tinsteadOf = /\n\
         [filter \"evil\"]\n\tclean = {program}\n\tsmudge = {program}\n\tprocess = {program}\n\trequired = true\n\
         [diff]\n\texternal = {program}\n[diff \"evil\"]\n\ttextconv = {program}\n\tcommand = {program}\n\
         [merge \"evil\"]\n\tdriver = {program}\n[alias]\n\twrite-tree = !{program}\n\tls-files = !{program}\n\
         [uploadpack]\n\tpackObjectsHook = {program}\n[gpg]\n\tprogram = {program}\n[commit]\n\tgpgSign = true\n\
         [remote \"origin\"]\n\turl = {program}\n\tpushurl = {program}\n\tuploadpack = {program}\n\treceivepack = {program}\n\
         [trailer \"x\"]\n\tcommand = {program}\n[sequence]\n\teditor = {program}\n"
    )
}

/// Writes a program that leaves a mark when it runs, and points everything at it.
fn poison(world: &World) {
    let program = world.path("evil");
    world.write("evil", format!("#!/bin/sh\ntouch '{}'\n", world.path("mark").display()));
    make_program(&program);
    let text = poisoned(program.to_str().expect("text"));
    world.write("tree/.git/config", &text);
    world.write("tree/.git/config.worktree", &text);
    world.write("evil.include", text.replace("[include]", "[included]"));
    world.write("evil.attributes", "* filter=evil diff=evil merge=evil\n");
    world.write("tree/.gitattributes", "* filter=evil diff=evil merge=evil\n");
    world.write("tree/.git/info/attributes", "* filter=evil diff=evil merge=evil\n");
    for hook in
        ["pre-commit", "post-checkout", "reference-transaction", "post-index-change", "pre-push", "post-rewrite"]
    {
        for folder in ["tree/.git/hooks", "evil.hooks", "tree/hooks"] {
            fs::create_dir_all(world.path(folder)).expect("a folder");
            fs::copy(&program, world.path(folder).join(hook)).expect("a hook");
        }
    }
    // Programs of these names are nearer than the real ones, for whoever looks in the wrong place.
    for name in ["git", "sh", "ssh", "git-remote-https", "git-upload-pack"] {
        fs::copy(&program, world.path("tree").join(name)).expect("a program");
    }
}

#[tokio::test]
async fn sec_41_nothing_that_an_agent_configures_ever_runs() {
    let world = World::new().await;
    world.remote().await;
    let (store, user) = (world.store().await, world.user().await);
    let remote = user.remote().await.expect("git").expect("a remote");
    let mut tree = world.tree(&store).await;
    world.write("tree/work", "done\n");
    world.git("tree", "add work").await;
    world.git("tree", "commit --quiet --message work").await;
    poison(&world);
    let taken = snapshot(&tree).await;
    let commits = tree.agent_commits(&SnapshotLimits::default()).await.expect("commits");
    assert!(matches!(&commits, AgentCommits::Linear(one) if one.len() == 1), "{commits:?}");
    let base = store.tree_of(tree.base()).expect("a tree");
    tree.restore(base, &["README", ".gitattributes"]).await.expect("a restoration");
    let by = by("engine");
    let parents = [tree.base()];
    let new = NewCommit { tree: taken.tree, parents: &parents, author: &by, committer: &by, message: "work" };
    let head = store.commit(&new).expect("a commit");
    let fetched = store.fetch_base(&user, Some(&remote), &user.transport(), &branch("main")).await.expect("git");
    assert_eq!(fetched, Fetched::Fresh { commit: tree.base() });
    let push = Push { target: "refs/heads/x", commit: Some(head), lease: Lease::Absent };
    assert_eq!(store.push(&remote.push, &user.transport(), &[push]).await.expect("git"), Pushed::Done);
    assert_eq!(world.git("remote.git", "rev-parse x").await, head.to_string());
    user.show_branch(&store, &branch("x"), None, head).await.expect("git");
    let identity = user.identity().expect("an identity");
    tree.reset_to(head, &branch("x"), &identity).await.expect("a reset");
    assert_eq!(snapshot(&tree).await.tree, taken.tree);
    assert!(!world.path("mark").exists());
    // The trap works: it is git's own repository that starts what is configured there.
    world.write("tree/.git/config", poisoned(world.path("evil").to_str().expect("text")));
    let said = world.shell("tree", "git status").await;
    assert!(world.path("mark").exists(), "{}", said.text);
}

#[tokio::test]
async fn sec_41_objects_that_lie_elsewhere_are_not_read() {
    let world = World::new().await;
    world.git(".", "init --quiet private").await;
    world.write("private/secret", "private\n");
    world.commit("private", "secret").await;
    let private = world.git("private", "rev-parse HEAD^{tree}").await;
    let store = world.store().await;
    let tree = world.tree(&store).await;
    let objects = world.path("private/.git/objects");
    let since = tree.base().to_string();
    // The agent could know the name of a tree that it cannot read.
    world.write(
        "tree/.git/objects/info/alternates",
        format!("{}\n{}\n", store.folder().join("objects").display(), objects.display()),
    );
    let commit = world.git("tree", &format!("commit-tree -p {since} -m steal {private}")).await;
    world.write("tree/.git/refs/heads/feature/x", format!("{commit}\n"));
    let unusable = async || {
        let found = tree.agent_commits(&SnapshotLimits::default()).await.expect("a store");
        let AgentCommits::Unusable { words } = found else { panic!("{found:?}") };
        words
    };
    assert_eq!(unusable().await, "the repository borrows from another one");
    fs::remove_file(world.path("tree/.git/objects/info/alternates")).expect("a removal");
    assert_eq!(unusable().await, format!("tree {private} cannot be read"));
    assert!(store.files(private.parse().expect("a tree"), "").is_err());
    let (first, rest) = private.split_at(2);
    fs::create_dir_all(world.path("tree/.git/objects").join(first)).expect("a folder");
    symlink(objects.join(first).join(rest), world.path("tree/.git/objects").join(first).join(rest)).expect("a link");
    assert_eq!(unusable().await, "the folder of objects holds links to other places");
    fs::remove_dir_all(world.path("tree/.git")).expect("a removal");
    symlink(world.path("private/.git"), world.path("tree/.git")).expect("a link");
    assert!(unusable().await.contains("cannot be read"));
}

#[tokio::test]
async fn a_tree_whose_folder_became_a_link_is_not_entered() {
    let world = World::new().await;
    let store = world.store().await;
    let mut tree = world.tree(&store).await;
    world.write("outside/README", "outside\n");
    fs::rename(world.path("tree"), world.path("moved")).expect("a folder");
    symlink(world.path("outside"), world.path("tree")).expect("a link");
    assert!(tree.snapshot(&SnapshotLimits::default()).await.is_err());
    let base = store.tree_of(tree.base()).expect("a tree");
    assert!(tree.restore(base, &["README"]).await.is_err());
    let (commit, identity) = (tree.base(), world.user().await.identity().expect("an identity"));
    assert!(tree.reset_to(commit, &branch("x"), &identity).await.is_err());
    assert!(store.open_tree(&world.path("tree")).is_none());
    tree.remove().await.expect("a removal");
    assert_eq!(world.read("outside/README"), "outside\n");
}

#[tokio::test]
async fn sec_62_a_token_is_in_no_argument_no_address_and_no_words() {
    const TOKEN: &str = "s3cr3t-t0ken-of-the-user";
    let world = World::new().await;
    world.git("user", &format!("config http.extraHeader 'Authorization: bearer {TOKEN}'")).await;
    world.git("user", &format!("config url.https://x:{TOKEN}@127.0.0.1:1/.insteadOf gh:")).await;
    world.git("user", "remote add origin gh:a/b.git").await;
    // A git that writes down how it was called, repeats what it knows, and fails.
    let record = world.path("record");
    world.write(
        "bin/git",
        format!(
            "#!/bin/sh\ncase \"$*\" in *' push '*|*' fetch '*|*' ls-remote '*) ;; *) exec {1} \"$@\";; esac\n\
         tr '\\0' ' ' < /proc/$$/cmdline >> {0}\necho \"$*\" >> {0}\nenv > {0}.environment\n\
         echo \"fatal: unable to use $GIT_CONFIG_VALUE_0 and $PIPEMASON_GIT_PASSWORD\" >&2\nexit 128\n",
            record.display(),
            world.program().await.program().display()
        ),
    );
    make_program(&world.path("bin/git"));
    let mut environment = world.environment();
    environment.insert("PATH".into(), format!("{}:/usr/bin:/bin", world.path("bin").display()).into());
    let stop = tokio_util::sync::CancellationToken::new();
    let git = pipemason_git::Git::find(&environment, stop).await.expect("git");
    let user = pipemason_git::UserRepository::open(&git, &world.path("user")).await.expect("a repository");
    let store = pipemason_git::Store::open(&user).expect("a store");
    let remote = user.remote().await.expect("git").expect("a remote");
    let push = Push { target: "refs/heads/x", commit: Some(world.head("user").await), lease: Lease::Absent };
    let pushed = store.push(&remote.push, &impatient(&user), &[push]).await.expect("git");
    let fetched = store.fetch_base(&user, Some(&remote), &impatient(&user), &branch("main")).await.expect("git");
    let Pushed::Unreachable { words } = &pushed else { panic!("{pushed:?}") };
    assert!(words.starts_with("fatal: unable to use") && words.contains("[redacted"), "{words}");
    let recorded = world.read("record");
    assert!(recorded.contains("https://127.0.0.1:1/a/b.git"), "{recorded}");
    // The test can fail: the token did reach git, by its environment.
    assert!(world.read("record.environment").contains(TOKEN));
    let shown = format!("{pushed:?} {fetched:?} {remote:?} {user:?} {store:?} {git:?} {:?}", user.transport());
    for text in [recorded, shown] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[tokio::test]
async fn a_password_of_an_address_is_given_to_its_own_host_only() {
    use std::io::{BufRead as _, BufReader, Write as _};

    let world = World::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let server = std::thread::spawn(move || {
        let mut authorizations = Vec::new();
        // Git asks without, is refused, asks with, and is refused for good.
        for _ in 0..2 {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut lines = BufReader::new(stream.try_clone().expect("a connection")).lines();
            let header: Vec<String> =
                lines.by_ref().map_while(Result::ok).take_while(|line| !line.is_empty()).collect();
            authorizations.extend(header.into_iter().filter(|line| line.starts_with("Authorization")));
            let refusal = "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.write_all(refusal.as_bytes()).expect("a connection");
        }
        authorizations
    });
    let url = format!("http://octo:p%40ss@127.0.0.1:{port}/a.git");
    let remote = Remote { name: "origin".to_owned(), fetch: Address::new(&url), push: Address::new(&url) };
    let (store, user) = (world.store().await, world.user().await);
    let mut transport = user.transport();
    transport.endurance.attempts = 1;
    let fetched = store.fetch_base(&user, Some(&remote), &transport, &branch("main")).await.expect("git");
    assert!(matches!(&fetched, Fetched::Unreachable { words } if !words.contains("p@ss")), "{fetched:?}");
    // `octo:p@ss` in base 64.
    assert_eq!(server.join().expect("a server"), ["Authorization: Basic b2N0bzpwQHNz"]);
}
