//! What we post: whatever agents, tickets and tools say, only our own words mean something in it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use pipemason_core::actor::Actor;
use pipemason_core::config::BodyPart;
use pipemason_core::escalation::{Awaiting, Cause, ContestSubject, Escalation, Question};
use pipemason_core::failure::FailureClass;
use pipemason_core::gate::{Check, CheckOutcome, Finding, Severity};
use pipemason_core::id::{CommentId, CriterionId, EscalationId, IssueNumber, ProgramId, QuestionId};
use pipemason_core::phase::Phase;
use pipemason_core::policy::Limits;
use pipemason_core::program::{Board, Mode, Program, ProgramOrder, ProgramPolicy, ProgramState, Strategy};
use pipemason_core::reply::HeldWhy;
use pipemason_core::roadmap::{Risk, Roadmap, RoadmapPlan, Size, Story};
use pipemason_core::run::{CostSource, EffectKey, Origin, Run, RunState};
use pipemason_core::text::bound::{Limit, start_of};
use pipemason_core::text::redact::Redactor;
use pipemason_core::words::{
    ChecklistItem, CiReport, CommitView, CriterionProof, Decision, EscalationView, FailedCheck, HeldComment, Marker,
    MarkerKind, NotProven, Presence, ProgramView, PullRequestOutcome, PullRequestView, Requirement, RunView, Site,
    Surroundings, TestFigures, TestProof, check_run, checklist_comment, ci_comment, commit_message, ending_comment,
    escalation_comment, program_comment, pull_request_body, pull_request_title, status_comment, step_summary,
};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Promise, Target, parts, promise, seeds, text};
use crate::machine::{World, commit};

pub(super) const COMMENTS: Target =
    Target { name: "words_comments", seeds: || seeds::of(seeds::WORDS), run: run_comments };

/// Secret, and spoken in every text.
const SECRET: &str = "hunter2-v4lue";

/// GitHub takes no longer text, and an agent's is cut before.
const MAX_SAID: Limit = Limit::Characters(65_536);

/// All parts of a pull request.
const PARTS: [BodyPart; 6] = [
    BodyPart::SpecSummary,
    BodyPart::AcceptanceCriteria,
    BodyPart::TestSummary,
    BodyPart::Decisions,
    BodyPart::Gates,
    BodyPart::Cost,
];

/// Our repository; everything that we link to is there.
const PAGES: &str = "https://github.example/acme/shop/";

fn site() -> Result<Site, String> {
    let server = "https://github.example".parse().map_err(|error| format!("{error}"))?;
    let repository = "acme/shop".parse().map_err(|error| format!("{error}"))?;
    Ok(Site::new(server, repository))
}

/// A run whose ticket says nothing but `text`.
fn run_of(text: &str) -> Run {
    let run = World::new(&["api", "web"]).run;
    let mut origin = Origin::clone(&run.origin);
    origin.ticket.title = Arc::from(text);
    origin.ticket.body = Arc::from(text);
    origin.ticket.requested_by = Actor::GitHub { id: 7, login: Arc::from(text) };
    Run { origin: Arc::new(origin), pull_request: Some(IssueNumber(12)), ..run }
}

fn finding(text: &str) -> Finding {
    Finding {
        class: FailureClass::GateFailed,
        severity: Severity::High,
        rule: text.to_owned(),
        message: text.to_owned(),
        path: Some(text.to_owned()),
        line: Some(12),
        unit: None,
    }
}

fn causes(text: &str) -> Vec<Cause> {
    let words = || Arc::from(text);
    let questions: Vec<Question> = QuestionId::new(1).map(|id| Question { id, text: words() }).into_iter().collect();
    vec![
        Cause::OpenQuestions { questions },
        Cause::Contested { subject: ContestSubject::Test, id: words(), reason: words() },
        Cause::ProtectedPaths { paths: vec![words(), words()] },
        Cause::GateUnavailable { check: words(), why: words() },
        Cause::PushRejected { words: words() },
        Cause::Aborted { by: Actor::Local { name: words() } },
    ]
}

/// One of everything that is posted as a comment of its own.
fn run_comments(input: &[u8]) -> Promise {
    let text = text(input);
    let text = format!("{}{SECRET}", start_of(&text, MAX_SAID));
    let (run, limits, site, redactor) = (run_of(&text), Limits::default(), site()?, Redactor::new([SECRET]));
    let marker = |kind| Marker::of_effect(kind, EffectKey { run: run.id, seq: 12, index: 0 });
    let notify = ["maintainer".parse().map_err(|error| format!("{error}"))?];
    // Which cause it is follows from the input: all of them are too many for each.
    let mut causes = causes(&text);
    let cause = causes.swap_remove(input.len() % causes.len());
    let escalation = Escalation {
        id: EscalationId::FIRST,
        phase: Phase::Implement,
        unit: None,
        class: FailureClass::GateFailed,
        cause,
        awaiting: Awaiting::Change,
        at: run.started_at,
        tree: None,
        evidence: vec![finding(&text)],
    };
    let view = EscalationView {
        run: &run,
        escalation: &escalation,
        limits: &limits,
        site: &site,
        page: None,
        notify: &notify,
        replies_count: true,
    };
    let asked = escalation_comment(&view, &marker(MarkerKind::Escalation), &redactor);
    check_comment(&asked, &marker(MarkerKind::Escalation))?;
    let link = site.comment(IssueNumber(7), CommentId(5));
    let held = [HeldComment { link, author: text.clone(), why: HeldWhy::OnlyAsks }];
    let reason = Arc::from(text.as_str());
    let failed = Run { state: RunState::Failed { class: FailureClass::LedgerTampered, reason }, ..run.clone() };
    let view = RunView {
        run: &failed,
        limits: &limits,
        rows: &[],
        site: &site,
        page: None,
        job: None,
        problem: None,
        held: &held,
        replies_count: true,
        now: run.started_at,
    };
    check_comment(&status_comment(&view, &marker(MarkerKind::Status), &redactor), &marker(MarkerKind::Status))?;
    let ending =
        ending_comment(&view, &PullRequestOutcome::AsRecorded, &notify, &marker(MarkerKind::Ending), &redactor);
    ending.map_or(Ok(()), |ending| check_comment(&ending, &marker(MarkerKind::Ending)))?;
    let check = check_run(&view, &[finding(&text)], &redactor);
    for words in [check.summary, check.text, step_summary(&view, &redactor)] {
        check_words(&words)?;
    }
    let checks = vec![FailedCheck { name: text.clone(), link: Some(site.actions()) }];
    let noted = ci_comment(&CiReport::Failed { checks }, commit(1), &site, &marker(MarkerKind::Note), &redactor);
    check_comment(&noted, &marker(MarkerKind::Note))?;
    let item = ChecklistItem {
        requirement: Requirement::CommandsDetected,
        presence: Presence::Missing,
        link: site.actions(),
        found: vec![text.clone()],
    };
    let needed = checklist_comment(&[item], &marker(MarkerKind::Checklist), &redactor);
    check_comment(&needed, &marker(MarkerKind::Checklist))?;
    let program = program(&text, &run, &site, &marker(MarkerKind::Status), &redactor)?;
    check_comment(&program, &marker(MarkerKind::Status))
}

fn program(text: &str, run: &Run, site: &Site, marker: &Marker, redactor: &Redactor) -> Result<String, String> {
    let story = Story {
        id: "S-E001-001".parse().map_err(|error| format!("{error}"))?,
        epic: None,
        title: Arc::from(text),
        acceptance_criteria: vec![Arc::from(text)],
        domains: run.units.to_vec(),
        depends_on: Vec::new(),
        parent_story: None,
        size: Size::M,
        risk: Risk::Low,
        agent: None,
    };
    let roadmap = Roadmap::new(RoadmapPlan { epics: Vec::new(), stories: vec![story] });
    let order = ProgramOrder {
        id: ProgramId(run.id.0),
        mode: Mode::GreenfieldSystem,
        intent: Arc::from(text),
        base: run.origin.branch.clone(),
        strategy: Strategy::Stacked,
        from: None,
    };
    let mut program = Program::new(order, run.started_at);
    program.board = Board::new(Arc::new(roadmap.map_err(|error| format!("{error:?}"))?));
    program.state = ProgramState::Failed { reason: Arc::from(text) };
    let view = ProgramView {
        program: &program,
        policy: &ProgramPolicy::default(),
        places: &BTreeMap::new(),
        cost_source: CostSource::Unknown,
        site,
        page: None,
        now: run.started_at,
    };
    Ok(program_comment(&view, marker, redactor))
}

/// A comment is found again by its marker, and by no other one.
fn check_comment(comment: &str, marker: &Marker) -> Promise {
    promise(Marker::find_in(comment).as_ref() == Some(marker), || format!("{comment:?} has another marker"))?;
    promise(comment.matches("<!-- pipemason").count() == 1, || format!("{comment:?} has two markers"))?;
    check_words(comment)
}

/// Nothing of a text is a link, a picture or an element; what is secret is gone, and all of it fits.
fn check_words(markdown: &str) -> Promise {
    promise(Limit::COMMENT.admits(markdown), || "a comment does not fit".to_owned())?;
    promise(!markdown.contains(SECRET), || format!("a secret is left in {markdown:?}"))?;
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM;
    let mut is_code = false;
    for event in Parser::new_ext(markdown, options) {
        let is_ours = match &event {
            Event::Start(Tag::CodeBlock(_)) | Event::End(TagEnd::CodeBlock) => {
                is_code = !is_code;
                true
            }
            Event::Start(Tag::Link { dest_url, .. }) => dest_url.starts_with(PAGES),
            Event::Start(Tag::Image { .. } | Tag::FootnoteDefinition(_)) => false,
            Event::Html(html) | Event::InlineHtml(html) => is_our_element(html),
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => false,
            Event::Text(text) => is_code || !text.contains("://"),
            _ => true,
        };
        promise(is_ours, || format!("{event:?} in {markdown:?}"))?;
    }
    Ok(())
}

fn is_our_element(html: &str) -> bool {
    const OURS: [&str; 6] = ["<details>", "</details>", "<sub>", "</sub>", "<!-- pipemason", "<details><summary>"];
    OURS.iter().any(|start| html.starts_with(start)) && html.matches('<').count() <= 3
}

pub(super) const PULL_REQUEST: Target =
    Target { name: "words_pull_request", seeds: || seeds::of(seeds::BODIES), run: run_pull_request };

/// The text of people around our part is never touched, and our part never doubled.
fn run_pull_request(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(start_of(&text, MAX_SAID));
    let (around, said) = (texts.next().unwrap_or_default(), format!("{}{SECRET}", texts.next().unwrap_or_default()));
    let (run, limits, site, redactor) = (run_of(&said), Limits::default(), site()?, Redactor::new([SECRET]));
    let title = pull_request_title(&run, &redactor);
    promise(!title.is_empty() && !title.contains(char::is_control), || format!("{title:?} is no title"))?;
    let tests = vec![TestProof { name: said.clone(), red: commit(1), green: commit(2) }];
    let criteria: Vec<CriterionProof> =
        CriterionId::new(1).map(|id| CriterionProof { id, text: said.clone(), tests }).into_iter().collect();
    let check = Check { name: said.clone(), unit: None, result: CheckOutcome::Passed, log: None };
    let not_proven = [
        NotProven::CheckSkipped { check: said.clone(), reason: said.clone() },
        NotProven::FailsOnBase { test: said.clone() },
        NotProven::PersonsCommit { commit: commit(3), by: Actor::Local { name: Arc::from(said.as_str()) } },
    ];
    let view = PullRequestView {
        run: &run,
        limits: &limits,
        site: &site,
        parts: &PARTS,
        summary: &said,
        goal: &said,
        criteria: &criteria,
        tests: TestFigures::default(),
        decisions: &[Decision { id: said.clone(), title: said.clone() }],
        checks: &[check],
        not_proven: &not_proven,
        closes: Some(IssueNumber(7)),
        time: Duration::ZERO,
    };
    let alone = pull_request_body(&view, &Surroundings::Nothing, &redactor);
    check_words(&alone)?;
    for surroundings in [Surroundings::Template(around), Surroundings::Body(around)] {
        let body = pull_request_body(&view, &surroundings, &redactor);
        let again = pull_request_body(&view, &Surroundings::Body(&body), &redactor);
        promise(again == body, || format!("{body:?} becomes {again:?}"))?;
        promise(body == around || Limit::COMMENT.admits(&body), || "a body does not fit".to_owned())?;
    }
    Ok(())
}

pub(super) const COMMIT: Target = Target { name: "words_commit", seeds: || seeds::of(seeds::COMMITS), run: run_commit };

/// Only our own lines are trailers, and no line starts something in git.
fn run_commit(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(start_of(&text, MAX_SAID));
    let (suggestion, sign_off) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let suggestion = format!("{suggestion}{SECRET}");
    let run = World::new(&["api"]).run;
    let view = CommitView {
        suggestion: &suggestion,
        run: run.id,
        phase: Phase::Implement,
        unit: run.units.first(),
        issue: Some(IssueNumber(7)),
        sign_off: Some(sign_off),
    };
    let message = commit_message(&view, &Redactor::new([SECRET]));
    promise(!message.contains(SECRET), || format!("a secret is left in {message:?}"))?;
    let is_shown = |character: char| "\n\t".contains(character) || !character.is_control();
    promise(message.chars().all(is_shown), || format!("{message:?} has control characters"))?;
    let (words, trailers) = message.trim_end().rsplit_once("\n\n").unwrap_or_default();
    promise(trailers.starts_with("Pipemason-Run: "), || format!("{trailers:?} are not ours"))?;
    promise(trailers.lines().count() <= 5, || format!("{trailers:?} are more than ours"))?;
    let is_trailer = |line: &str| {
        let key = line.split(':').next().filter(|key| *key != line).unwrap_or_default().to_lowercase();
        let is_key = key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        is_key && (key.starts_with("pipemason-") || key.ends_with("-by"))
    };
    let started = words.lines().find(|line| line.starts_with('#') || line.starts_with("---") || is_trailer(line));
    promise(started.is_none(), || format!("{started:?} means something to git"))?;
    promise(!words.contains("://"), || format!("{words:?} has an address"))?;
    let subject = words.lines().next().unwrap_or_default().replace('\u{200b}', "");
    promise((1..=72).contains(&subject.chars().count()), || format!("{subject:?} is no subject"))
}
