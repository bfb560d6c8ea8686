//! What mail programs and habit add to a reply.

use crate::reply::clean::Cleaned;

fn cleaned(body: &str) -> String {
    Cleaned::of(body, "pipemason").text().trim().to_owned()
}

#[test]
fn what_a_mail_program_adds_goes() {
    for body in [
        "use 8080",
        "use 8080\r\n",
        "> Which port?\nuse 8080",
        ">Which port?\n\nuse 8080\n\n   > more",
        "use 8080\n\n-- \nJane\nCompany",
        "use 8080\n\n--\nJane",
        "use 8080\n\nSent from my iPhone",
        "use 8080\n\nSENT FROM MY phone\n\n",
        "use 8080\n\nGet Outlook for iOS",
        "use 8080\n\nOn Mon, 3 Nov 2025 at 10:00, x <x@example.com> wrote:\n> Which port?\n>\n> thanks",
        "use 8080\n\nOn Mon, 3 Nov 2025 at 10:00,\nsomebody <x@example.com>\nwrote:\n\n> Which port?",
        "use 8080\n\nSent from my iPhone\n\nOn Mon, x wrote:\n> Which port?",
        "On Mon, x wrote:\n\n> Which port?\n\nuse 8080",
        "use 8080\n\nOn Mon, x wrote:",
        "use 8080\nJane <a@b.c>:\n> x",
        "use 8080\n\nAm Mo., 3. Nov. 2025 um 10:00 Uhr schrieb X <x@example.com>:\n> Which port?",
        "use 8080\n\nAm Mo., 3. Nov. 2025 um 10:00 Uhr schrieb X <\nx@example.com>:\n> Which port?",
    ] {
        assert_eq!(cleaned(body), "use 8080", "{body:?}");
    }
}

#[test]
fn what_only_looks_like_a_mail_tail_stays() {
    for body in [
        "On Monday we wrote:\nuse 8080",
        "On a\nb\nc\nwrote:\n> x",
        "On Monday I\n\nwrote:\n> x",
        "Jane wrote:\n> x",
        "mail <a@b.c>: use it",
        "see <a b@c>:\n> x",
        "see <@c>:\n> x",
        "Title\n--\nuse 8080",
        "a\n\n---\n\nb",
        "Sent from my phone is what it printed\nuse 8080",
        "```\n> kept\n-- \nOn x wrote:\n```",
        "~~~\n> kept\n```\n-- \n~~~",
        "````\n```\n> kept\n````",
        "````\n``` \n> kept\n````",
        "``` not`a fence\n```\n> kept",
        "~~ no fence\n> x",
        "    > kept",
        "a > b",
    ] {
        let kept: Vec<&str> = body.lines().filter(|line| *line != "> x").collect();
        assert_eq!(cleaned(body), kept.join("\n").trim(), "{body:?}");
    }
    assert_eq!(cleaned("```\ncode\n```\n> quoted\nuse 8080"), "```\ncode\n```\n\nuse 8080");
    assert_eq!(cleaned("```\n    ```\n> kept\n"), "```\n    ```\n> kept");
}

#[test]
fn a_leading_mention_of_us_goes() {
    for body in [
        "@pipemason use 8080",
        "@PipeMason, use 8080",
        "@pipemason[bot]: use 8080",
        "  @pipemason\nuse 8080",
        "> x\n@pipemason; use 8080",
    ] {
        assert_eq!(cleaned(body), "use 8080", "{body:?}");
    }
    for body in ["@pipemason-dev x", "@pipemasonx x", "@pipemason/team x", "@jane x", "x @pipemason", "@pipe"] {
        assert_eq!(cleaned(body), body, "{body:?}");
    }
}
