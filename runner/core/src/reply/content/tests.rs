//! Tests of what a text says.

use super::*;

fn content(text: &str) -> Content {
    Content::of(text)
}

#[test]
fn only_words_and_code_say_something() {
    for text in [
        "8080",
        "yes",
        "`8080`",
        "```\nPORT=8080\n```",
        "    PORT=8080",
        "ja, 日本",
        "see [this](https://example.com)",
        "[this](https://example.com) 8080",
        "![this](https://example.com/x.png) 8080",
        "> quoted\n\n8080",
        ":日本:",
        "👍 yes",
        "+1",
        "8080.",
        "1.",
        "1)",
        "0. x",
        "- [x] done",
        "| a |\n|---|\n| b |",
        "# Title",
    ] {
        assert!(content(text).says_something, "{text:?}");
    }
    for text in [
        "",
        " \n ",
        "👍",
        "👍🏽 🎉",
        ":+1:",
        ":shipit: :tada:",
        "- [x] 👍",
        "1️⃣",
        "🅰️ ⓜ️ 🇩🇪",
        "…",
        "?",
        "> quoted",
        "- > quoted",
        "![yes](https://example.com/x.png)",
        "[yes](https://example.com)",
        "<https://example.com>",
        "https://example.com/a?b",
        "http://example.com www.example.com",
        "<!-- yes -->",
        "<img src=\"x\">",
        "---",
        "```\n\n```",
    ] {
        assert!(!content(text).says_something, "{text:?}");
    }
}

#[test]
fn a_text_of_questions_only_asks() {
    for text in [
        "Which port?",
        "which port",
        "Why? And how?",
        "Really?!",
        "Really!?",
        "(Which port?)",
        "Which port, e.g. 8080?",
        "Which one, i.e. MySQL?",
        "Which port? 🤔",
        "Which port? https://example.com",
        "どのポート？",
        "Why does this fail?\n```\nlog\n```",
        "```\nlog\n```\nWhy does this fail?",
        "Is *that* or **this** right?",
        "Is 1.5 right?",
        "- Which port?\n- Which host?",
        "1. Which port?\n2. Which host?",
        "- Which port?\n  1. Which host?\n-",
        "Is `a.b?c` right?",
        "I was wondering whether you could please tell me once again what\nyou mean by that?",
    ] {
        let asks = text.contains(QUESTION_MARKS);
        assert_eq!(content(text).only_asks, asks, "{text:?}");
    }
    for text in [
        "8080. Is that fine?",
        "1.\n\nIs that fine?",
        "It is 8080. Is that fine?",
        "8080! Is that fine?",
        "Plan B. Is that fine?",
        "127.0.0.1. Is that fine?",
        "| Port | Right? |\n|---|---|",
        "8080\nok?",
        "Is that fine? Use 8080.",
        "Is that fine?\n\nUse 8080",
        "`8080`",
        "",
        "https://example.com/?",
        "a?b",
    ] {
        assert!(!content(text).only_asks, "{text:?}");
    }
}

#[test]
fn a_line_that_a_mail_program_broke_goes_on() {
    let line = |length: usize| format!("{}\nor not?", "a".repeat(length));
    assert!(!content(&line(59)).only_asks);
    assert!(content(&line(60)).only_asks);
    let lines = format!("{}\nwhat\nor not?", "a".repeat(60));
    assert!(!content(&lines).only_asks, "each line is as long as it is, whatever stood before it");
}

#[test]
fn mentions_are_those_that_github_would_notify() {
    for (text, expected) in [
        ("@jane", vec!["jane"]),
        ("ask @jane, @joe-x and (@org/team-a.b)", vec!["jane", "joe-x", "org/team-a.b"]),
        ("**@jane** _@joe_", vec!["jane", "joe"]),
        ("\\@jane", vec!["jane"]),
        ("@jane/ x", vec!["jane"]),
        ("@@jane", vec!["jane"]),
        ("- @jane\n- x", vec!["jane"]),
        ("<div>@jane</div>", vec!["jane"]),
        ("```\n@joe\n```\n@jane", vec!["jane"]),
        ("@pipemason[bot] x", vec!["pipemason"]),
    ] {
        assert_eq!(content(text).mentions, expected, "{text:?}");
    }
    for text in [
        "`@jane`",
        "```\n@jane\n```",
        "jane@example.com",
        "a_@jane",
        "@",
        "@-x",
        "@é",
        "> @jane",
        "[@jane](https://example.com)",
        "@`code`",
    ] {
        assert_eq!(content(text).mentions, Vec::<String>::new(), "{text:?}");
    }
}
