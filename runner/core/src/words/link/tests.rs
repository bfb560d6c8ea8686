//! Addresses.

use super::*;
use crate::words::tests::{assert_text, commit, site};

#[test]
fn only_plain_web_addresses_are_links() {
    for text in ["https://github.com", "http://127.0.0.1:8080/runs/1?a=b&c=%20#x", "https://[x"] {
        assert_eq!(text.parse::<Link>().is_ok(), !text.contains('['), "{text}");
    }
    let long = format!("https://a/{}", "x".repeat(MAX_LINK_BYTES - 10));
    assert!(long.parse::<Link>().is_ok());
    for text in [
        "",
        "javascript:alert(1)",
        "https://",
        "https:///a",
        "//a",
        "https://a b",
        "https://a)b",
        "https://a\nb",
        "https://a<b>",
        "https://é",
        "https://a&copy;b",
        &format!("{long}x"),
    ] {
        assert_eq!(text.parse::<Link>(), Err(LinkError), "{text}");
    }
}

#[test]
fn sec_36_whatever_a_branch_is_called_its_page_is_an_address() {
    let site = site();
    let branch: BranchName = "feature/ä,@b_=+".parse().unwrap();
    let pages = [
        site.branch(&branch),
        site.file(&branch, "a b/(c).md"),
        site.issue(IssueNumber(7)),
        site.pull_request(IssueNumber(8)),
        site.comment(IssueNumber(7), CommentId(9)),
        site.commit(commit('a')),
        site.compare(&branch, &branch),
        site.new_file(&branch, ".github/workflows/pipemason.yml", "on: x\n  é"),
        site.settings("actions"),
        site.actions(),
    ];
    let pages: Vec<_> = pages.iter().map(ToString::to_string).collect();
    for page in &pages {
        assert!(page.parse::<Link>().is_ok(), "{page}");
    }
    assert_text!("pages", pages.join("\n"));
}

#[test]
fn a_file_too_large_for_an_address_is_opened_by_its_name() {
    let branch: BranchName = "main".parse().unwrap();
    let link = site().new_file(&branch, "a.yml", &"x".repeat(MAX_LINK_BYTES));
    assert_eq!(link.as_str(), "https://github.com/acme/shop/new/main?filename=a.yml");
}
