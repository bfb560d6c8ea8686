use super::*;

#[test]
fn names_read_back_as_they_were_written() {
    let run: RunId = "01ARZ3NDEKTSV4RRFFQ69G5FAV".parse().unwrap();
    assert_eq!(run.to_string(), "01ARZ3NDEKTSV4RRFFQ69G5FAV");
    for text in ["S-E001-001", "S-FOUND-001", "S-MIG-FLAG-001"] {
        assert_eq!(text.parse::<StoryId>().unwrap().to_string(), text);
    }
    for text in ["owner/name", "a-b/c.d_e"] {
        assert_eq!(text.parse::<RepoName>().unwrap().to_string(), text);
    }
    for text in ["AC-1", "AC-4294967295"] {
        assert_eq!(text.parse::<CriterionId>().unwrap().to_string(), text);
    }
    assert_eq!(EscalationId::FIRST.next().to_string(), "esc-2");
}

#[test]
fn names_that_are_not_names_are_refused() {
    for text in ["", "S-", "S-1", "s-e001-001", "S-E001-", "S--1", "S-E001-001\n", "S-É-1", "E-001"] {
        assert!(text.parse::<StoryId>().is_err(), "{text}");
    }
    for text in ["", "owner", "/name", "owner/", "a/b/c", "a/..", "./b", "a b/c", "é/x"] {
        assert!(text.parse::<RepoName>().is_err(), "{text}");
    }
    for text in ["", "AC-", "AC-0", "AC--1", "AC-+1", "AC-4294967296", "ac-1", "AC-1 "] {
        assert!(text.parse::<CriterionId>().is_err(), "{text}");
    }
    assert!("not-a-ulid".parse::<RunId>().is_err());
    assert!("é".repeat(13).parse::<RunId>().is_err());
}

#[test]
fn sec_29_a_branch_name_is_safe_for_git_and_shells() {
    for text in ["main", "feature/7-add-healthz", "release/1.2", "a@b", "größe/ünïcode", "feature/x_y"] {
        assert_eq!(text.parse::<BranchName>().unwrap().to_string(), text);
    }
    for text in [
        "",
        "@",
        "HEAD",
        "-x",
        "a/-b",
        "--upload-pack=x",
        "a..b",
        "../a",
        "a/../b",
        "a//b",
        "/a",
        "a/",
        "a.",
        ".a",
        "a/.b",
        "a.lock",
        "a.lock/b",
        "a b",
        "a\nb",
        "a~1",
        "a^",
        "a:b",
        "a?",
        "a*",
        "a[",
        "a\\b",
        "a@{1}",
        "$(touch x)",
        "`x`",
        "a\"b",
        "a'b",
        "${{ x }}",
        "refs/heads/a",
        "a\u{a0}b",
        "a\u{7f}",
    ] {
        assert!(text.parse::<BranchName>().is_err(), "{text:?}");
    }
    assert!("a".repeat(245).parse::<BranchName>().is_err());
}
