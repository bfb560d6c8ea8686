use super::*;

fn tree() -> tempfile::TempDir {
    let tree = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(tree.path().join("src")).unwrap();
    tree
}

#[test]
fn edits_stay_in_the_tree_wherever_links_lead() {
    let (tree, other) = (tree(), tree());
    #[cfg(unix)]
    std::os::unix::fs::symlink(other.path(), tree.path().join("link")).unwrap();
    let outside = other.path().join("a").display().to_string();
    for (path, verdict) in [
        ("src/a.rs", Verdict::Allowed),
        ("src/new/folder/a.rs", Verdict::Allowed),
        ("src/../b", Verdict::Allowed),
        (".github/workflows/a.yml", Verdict::Allowed),
        (".gitignore", Verdict::Allowed),
        ("", Verdict::Allowed),
        ("../a", Verdict::Rejected),
        ("src/../../a", Verdict::Rejected),
        ("link/a", Verdict::Rejected),
        ("link/not/there/a", Verdict::Rejected),
        (".git/config", Verdict::Rejected),
        ("src/../.git/hooks/a", Verdict::Rejected),
        (&outside, Verdict::Rejected),
        ("/../../../../..", Verdict::Rejected),
    ] {
        let paths = [PathBuf::from("src/b.rs"), path.into()];
        assert_eq!(decide(Role::Worker, ToolKind::Edit, &paths, tree.path()), verdict, "{path}");
    }
}

#[test]
fn every_kind_has_an_answer_for_every_role() {
    let tree = tree();
    let outside = [PathBuf::from("/etc/passwd")];
    for (kind, worker, reviewer, far) in [
        ("read", true, true, true),
        ("search", true, true, true),
        ("think", true, true, true),
        ("fetch", true, true, true),
        ("execute", true, true, true),
        ("edit", true, true, false),
        ("move", true, true, false),
        ("delete", true, true, false),
        ("switch_mode", false, false, false),
        ("other", true, false, false),
        ("dance", true, false, false),
    ] {
        let kind = ToolKind::of(kind);
        let allows = |role, paths: &[PathBuf]| decide(role, kind, paths, tree.path()) == Verdict::Allowed;
        assert_eq!((allows(Role::Worker, &[]), allows(Role::Reviewer, &[])), (worker, reviewer), "{kind:?}");
        assert_eq!(allows(Role::Worker, &outside), far, "{kind:?}");
        assert_eq!(ToolKind::of(kind.name()), kind);
    }
}

#[test]
fn options_are_chosen_by_their_kind() {
    let option = |id: &str, kind: &str| json!({ "optionId": id, "name": "Allow", "kind": kind });
    let all = [
        option("1", "reject_always"),
        option("2", "allow_always"),
        option("3", "allow_once"),
        option("4", "reject_once"),
    ];
    let chosen = |verdict, options: &[Value]| {
        let (verdict, reply) = answer(verdict, options);
        (verdict, reply.pointer("/outcome/optionId").and_then(Value::as_str).map(str::to_owned))
    };
    assert_eq!(chosen(Verdict::Allowed, &all), (Verdict::Allowed, Some("3".into())));
    assert_eq!(chosen(Verdict::Rejected, &all), (Verdict::Rejected, Some("4".into())));
    assert_eq!(chosen(Verdict::Allowed, &all[..1]), (Verdict::Rejected, Some("1".into())));
    assert_eq!(chosen(Verdict::Rejected, &all[1..3]), (Verdict::Unanswerable, None));
    assert_eq!(chosen(Verdict::Allowed, &[json!(7), json!({ "kind": "allow_once" })]), (Verdict::Unanswerable, None));
    assert_eq!(chosen(Verdict::Unanswerable, &all), (Verdict::Unanswerable, None));
}
