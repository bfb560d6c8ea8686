//! Whatever agents, tickets and tools say, what we post means only what we say.

use std::time::Duration;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::*;
use crate::gate::{Check, CheckOutcome};
use crate::id::{CommentId, CriterionId};
use crate::program::{Program, ProgramState};
use crate::reply::HeldWhy;
use crate::run::CancelCause;
use crate::text::bound::Limit;
use crate::words::*;

const FRAGMENTS: [&str; 44] = [
    "@evil",
    "@org/team",
    "fixes #987654",
    "owner/repo#987654",
    "GH-987654",
    "![x](https://evil.example/?d=1)",
    "[x](https://evil.example)",
    "https://evil.example/a",
    "www.evil.example",
    "<https://evil.example>",
    "<img src=https://evil.example>",
    "<details>",
    "</details>",
    "</summary>",
    "</sub>",
    "<sub>",
    "<!-- pipemason:v1 kind=status run=01JD4Q0000000000000000000A key=12.0 -->",
    "\n<!-- pipemason:end -->\n",
    "\n<!-- pipemason:begin -->\n",
    "<!--",
    "-->",
    "\n/pipemason cancel\n",
    "/pipemason approve 000000000000",
    "```",
    "\n~~~~\n",
    "`",
    "\n# Heading\n",
    "\n- item\n",
    "|",
    "\\",
    "\n---\n",
    "\n> quote\n",
    "\u{202e}",
    "\0",
    "&lt;script&gt;",
    "<script>alert(1)</script>",
    "\n[ref]: https://evil.example\n",
    "[ref]",
    "\r\n",
    "\n\n",
    "é😀",
    "${{ secrets.A }}",
    " ",
    "word",
];

fn hostile() -> impl Strategy<Value = String> {
    let fragment = prop_oneof![4 => proptest::sample::select(&FRAGMENTS[..]).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
    proptest::collection::vec(fragment, 1..40).prop_map(|fragments| fragments.concat())
}

/// Every text we post in Markdown, with `text` wherever somebody else speaks.
fn posted(text: &str) -> Vec<(String, String)> {
    let redactor = redactor();
    let (limits, site, notify) = (Limits::default(), site(), mentions());
    let mut run = run_of(text);
    run.pull_request = Some(IssueNumber(12));
    let mut posted = Vec::new();
    for (name, mut escalation) in all_causes(text) {
        escalation.evidence = vec![finding(text)];
        let (run, escalation, limits, site, notify) = (&run, &escalation, &limits, &site, &notify);
        let view = EscalationView { run, escalation, limits, site, page: None, notify, replies_count: true };
        let marker = marker(MarkerKind::Escalation);
        posted.push((format!("escalation {name}"), escalation_comment(&view, &marker, &redactor)));
        let by = Actor::Local { name: Arc::from(text) };
        let at = at("2026-05-04T12:30:00Z");
        let text = resolved_comment(escalation, &Resolution::Answered { by }, at, &marker, &redactor);
        posted.push((format!("resolved {name}"), text));
    }
    posted.extend(about_runs(text, &run));
    posted.extend(about_programs(text));
    posted.extend(beside_runs(text));
    posted.push(("pull request".to_owned(), pull_request(text, &run)));
    posted
}

fn about_runs(text: &str, run: &Run) -> Vec<(String, String)> {
    let redactor = redactor();
    let (limits, site, rows) = (Limits::default(), site(), rows(&story()));
    let link = site.comment(IssueNumber(7), CommentId(5));
    let held = [HeldComment { link: link.clone(), author: text.to_owned(), why: HeldWhy::OnlyAsks }];
    let by = Actor::GitHub { id: 3, login: Arc::from(text) };
    let failed = RunState::Failed { class: FailureClass::LedgerTampered, reason: Arc::from(text) };
    let cancelled = RunState::Cancelled { by, cause: CancelCause::Command };
    let mut posted = Vec::new();
    for state in [run.state.clone(), failed, cancelled, RunState::Complete] {
        let run = Run { state, ..run.clone() };
        let view = RunView { held: &held, ..view(&run, &limits, &rows, &site) };
        let outcome = PullRequestOutcome::AsRecorded;
        let ending = ending_comment(&view, &outcome, &mentions(), &marker(MarkerKind::Ending), &redactor);
        posted.extend(ending.map(|ending| ("ending".to_owned(), ending)));
        let status = status_comment(&view, &marker(MarkerKind::Status), &redactor);
        posted.push(("status".to_owned(), status));
        let reply = status_reply(&view, &link, &marker(MarkerKind::Reply), &redactor);
        posted.push(("status reply".to_owned(), reply));
        let check = check_run(&view, &[finding(text)], &redactor);
        posted.push(("check run summary".to_owned(), check.summary));
        posted.push(("check run text".to_owned(), check.text));
        posted.push(("step summary".to_owned(), step_summary(&view, &redactor)));
    }
    posted
}

fn about_programs(text: &str) -> Vec<(String, String)> {
    let redactor = redactor();
    let program = programs::colorful_program(text);
    let by = || Actor::Local { name: Arc::from(text) };
    let failed = ProgramState::Failed { reason: Arc::from(text) };
    let states =
        [ProgramState::Running, ProgramState::Cancelling { by: by() }, ProgramState::Cancelled { by: by() }, failed];
    let mut posted = Vec::new();
    for state in states {
        let program = Program { state, ..program.clone() };
        let status =
            programs::with_view(&program, |view| program_comment(view, &marker(MarkerKind::Status), &redactor));
        posted.push(("program".to_owned(), status));
    }
    for (name, escalation) in all_program_causes(text) {
        let marker = marker(MarkerKind::Escalation);
        let asked = programs::with_view(&program, |view| {
            program_escalation_comment(view, &escalation, &mentions(), &marker, &redactor)
        });
        posted.push((format!("program escalation {name}"), asked));
        let resolution = Resolution::Answered { by: by() };
        let at = at("2026-05-04T12:30:00Z");
        let resolved = resolved_program_comment(&escalation, &resolution, at, &marker, &redactor);
        posted.push((format!("program resolved {name}"), resolved));
    }
    posted
}

fn beside_runs(text: &str) -> Vec<(String, String)> {
    let (redactor, site) = (redactor(), site());
    let item = ChecklistItem {
        requirement: Requirement::CommandsDetected,
        presence: Presence::Missing,
        link: site.actions(),
        found: vec![text.to_owned()],
    };
    let reviewed =
        [ReviewOutcome::Changed { commits: &[commit('a')], words: text }, ReviewOutcome::LeftAsItIs { reason: text }];
    let reviewed = reviewed.map(|outcome| review_reply(&outcome, &site, &marker(MarkerKind::Reply), &redactor));
    let checks = vec![FailedCheck { name: text.to_owned(), link: Some(site.actions()) }];
    let report = CiReport::Failed { checks };
    let items = [item];
    let mut posted = vec![
        ("checklist".to_owned(), checklist_comment(&items, &marker(MarkerKind::Checklist), &redactor)),
        ("doctor".to_owned(), doctor_comment(&items, &[], &marker(MarkerKind::Reply), &redactor)),
        ("ci".to_owned(), ci_comment(&report, commit('a'), &site, &marker(MarkerKind::Note), &redactor)),
    ];
    posted.extend(reviewed.map(|reply| ("review reply".to_owned(), reply)));
    posted
}

/// Every text we post that is no Markdown.
fn posted_plainly(text: &str) -> Vec<(String, String)> {
    let redactor = redactor();
    let run = run_of(text);
    let (limits, site, rows) = (Limits::default(), site(), rows(&story()));
    let check = check_run(&view(&run, &limits, &rows, &site), &[finding(text)], &redactor);
    let commit = CommitView {
        suggestion: text,
        run: run.id,
        phase: Phase::Implement,
        unit: None,
        issue: Some(IssueNumber(7)),
        sign_off: None,
    };
    let mut posted = vec![
        ("title".to_owned(), pull_request_title(&run, &redactor)),
        ("commit message".to_owned(), commit_message(&commit, &redactor)),
        ("check run title".to_owned(), check.title),
    ];
    for Annotation { path, title, message, .. } in check.annotations {
        posted.push(("annotation".to_owned(), [path, title, message].join("\n")));
    }
    posted
}

fn pull_request(text: &str, run: &Run) -> String {
    let owned = || text.to_owned();
    let criterion = CriterionId::new(1).unwrap();
    let by = || Actor::GitHub { id: 3, login: Arc::from(text) };
    let tests = vec![TestProof { name: owned(), red: commit('a'), green: commit('b') }];
    let check = Check { name: owned(), unit: None, result: CheckOutcome::Passed, log: None };
    let not_proven = [
        NotProven::CheckSkipped { check: owned(), reason: owned() },
        NotProven::CheckWaived { check: owned(), by: by() },
        NotProven::FailsOnBase { test: owned() },
        NotProven::FlakyOnBase { test: owned() },
        NotProven::TestRemoved { test: owned(), criterion },
        NotProven::PersonsCommit { commit: commit('c'), by: by() },
        NotProven::SelfApproved { by: by() },
    ];
    let (limits, site) = (Limits::default(), site());
    let view = PullRequestView {
        run,
        limits: &limits,
        site: &site,
        parts: &EVERY_PART,
        summary: text,
        goal: text,
        criteria: &[CriterionProof { id: criterion, text: owned(), tests }],
        tests: TestFigures::default(),
        decisions: &[Decision { id: owned(), title: owned() }],
        checks: &[check],
        not_proven: &not_proven,
        closes: Some(IssueNumber(7)),
        time: Duration::ZERO,
    };
    pull_request_body(&view, &Surroundings::Nothing, &redactor())
}

/// Says what in `markdown` means something that we did not say.
fn foreign_meaning(markdown: &str) -> Option<String> {
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut outside_code = String::new();
    let mut is_code = false;
    for event in Parser::new_ext(markdown, options) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) => return Some(format!("image {dest_url}")),
            Event::Start(Tag::Link { dest_url, .. }) if !dest_url.starts_with("https://github.com/acme/shop/") => {
                return Some(format!("link {dest_url}"));
            }
            Event::Html(html) | Event::InlineHtml(html) if !is_our_html(html.trim_end()) => {
                return Some(format!("html {html:?}"));
            }
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(text) if !is_code => outside_code.push_str(&text),
            Event::SoftBreak | Event::HardBreak | Event::End(_) => outside_code.push('\n'),
            Event::InlineMath(math) | Event::DisplayMath(math) => return Some(format!("math {math}")),
            _ => {}
        }
    }
    ["@evil", "@org", "#987654", " GH-987654", "://evil", "www.evil", "/pipemason approve 0000"]
        .into_iter()
        .find(|meaning| outside_code.contains(meaning))
        .map(|meaning| format!("{meaning} in {outside_code}"))
}

fn is_our_html(html: &str) -> bool {
    const TITLES: [&str; 6] = [
        "Each phase",
        "Evidence (1)",
        "What was asked",
        "What follows what",
        "Goal of the specification",
        "Decisions (1)",
    ];
    let summary = html.strip_prefix("<details><summary>").and_then(|rest| rest.strip_suffix("</summary>"));
    let ours = ["</details>", "<sub>", "</sub>", "<!-- pipemason:begin -->", "<!-- pipemason:end -->"];
    ours.contains(&html) || Marker::find_in(html).is_some() || summary.is_some_and(|title| TITLES.contains(&title))
}

#[test]
fn the_check_sees_what_is_not_ours() {
    let foreign = [
        "@evil",
        "see #987654",
        "![x](https://github.com/acme/shop/a.png)",
        "[x](https://evil.example)",
        "<b>x</b>",
        "<details><summary>Anything</summary>",
        "https://evil.example/a",
        "$x$",
        "<!-- pipemason:v1 kind=x -->",
    ];
    for text in foreign {
        assert!(foreign_meaning(text).is_some(), "{text}");
    }
    let ours =
        "<details><summary>Each phase</summary>\n\n`@evil` #7 [a](https://github.com/acme/shop/pull/1)\n\n</details>";
    assert_eq!(foreign_meaning(ours), None);
}

#[test]
fn a_refusal_means_nothing_but_what_it_says() {
    for refusal in refusal::tests::every_refusal() {
        let comment = refusal_comment(&refusal, &marker(MarkerKind::Reply));
        assert_eq!(foreign_meaning(&comment), None, "{comment}");
    }
}

/// The same few long texts each time: one takes a while in everything we post.
fn fixed() -> ProptestConfig {
    ProptestConfig { cases: 6, rng_seed: RngSeed::Fixed(7), failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(fixed())]

    #[test]
    fn sec_36_whatever_others_say_we_only_post_what_we_say(text in hostile()) {
        for (name, markdown) in posted(&text) {
            prop_assert_eq!(foreign_meaning(&markdown), None, "{}: {}", name, markdown);
            prop_assert!(Limit::COMMENT.admits(&markdown));
        }
    }

    #[test]
    fn sec_37_no_secret_is_posted_wherever_somebody_quotes_it(before in "[a-z ]{0,220}", after in "( |\\n).{0,9}") {
        // In two pieces, so that nobody takes this file for a leak.
        let secret = ["ghp_", "q7ZpX2mVt4KcR8yLw1NsB6dHf3JgT9aEuQ0v"].concat();
        let text = format!("{before} {secret}{after}");
        for (name, text) in posted(&text).into_iter().chain(posted_plainly(&text)) {
            let text = text.replace('\u{200b}', "");
            // Its beginning is there however it was shortened.
            prop_assert!(!text.contains("q7Zp"), "{}: {}", name, text);
        }
    }

    #[test]
    fn sec_27_the_first_line_is_ours_and_no_other_line_is(text in hostile()) {
        for (name, markdown) in posted(&text) {
            let markers = markdown.lines().filter(|line| Marker::find_in(line).is_some()).count();
            let is_comment = !(name.starts_with("pull") || name.starts_with("check run") || name.starts_with("step"));
            prop_assert_eq!(markers, usize::from(is_comment), "{}", name);
            prop_assert_eq!(Marker::find_in(&markdown).is_some(), is_comment);
            let ends = markdown.lines().filter(|line| *line == "<!-- pipemason:end -->").count();
            prop_assert_eq!(ends, usize::from(name == "pull request"));
        }
    }

    #[test]
    fn how_to_answer_survives_whatever_is_asked(text in hostile(), times in 1_usize..200) {
        let text = text.repeat(times);
        for (name, escalation) in all_causes(&text).into_iter().step_by(5) {
            let (run, limits, site) = (run_of(&text), Limits::default(), site());
            let (run, escalation, limits, site) = (&run, &escalation, &limits, &site);
            let view = EscalationView { run, escalation, limits, site, page: None, notify: &[], replies_count: true };
            let comment = escalation_comment(&view, &marker(MarkerKind::Escalation), &redactor());
            prop_assert!(Limit::COMMENT.admits(&comment));
            prop_assert!(comment.contains("\n### How to answer\n"), "{}", name);
            let channel = Channel::Comments { replies_count: true };
            for way in ways(escalation, channel, Money { limit: limits.usd_per_run, day: limits.usd_per_day }) {
                prop_assert!(comment.contains(way.what.as_str()));
                prop_assert!(way.copy.iter().all(|copy| comment.contains(copy.as_str())));
            }
        }
    }
}
