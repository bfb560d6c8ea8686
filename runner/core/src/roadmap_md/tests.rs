use insta::assert_debug_snapshot;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert_eq, prop_oneof, proptest};

use super::*;
use crate::roadmap::samples::{any_roadmap, roadmap};
use crate::roadmap::{Epic, RoadmapPlan, Story};

const ORIGINAL: &str = include_str!("../../tests/fixtures/original/ROADMAP.md");

fn file(roadmap: Arc<Roadmap>) -> RoadmapFile {
    RoadmapFile {
        program_id: Some("01JKXW3M5S9T7RZ2QH8V4B6N1C".parse().unwrap()),
        mode: Some(Mode::GreenfieldSystem),
        status: RoadmapStatus::Ready,
        created: Some("2026-03-01T12:00:00.25Z".parse().unwrap()),
        views: vec![StoryView::default(); roadmap.len()],
        roadmap,
    }
}

fn notes(text: &str) -> Vec<String> {
    let notes = read_roadmap_md(text).unwrap().notes;
    notes.iter().map(|note| format!("{}: {}", note.line, note.text)).collect()
}

#[test]
fn a_roadmap_of_the_original_product_loads_and_what_is_not_known_is_noted() {
    let read = read_roadmap_md(ORIGINAL).unwrap();
    assert_debug_snapshot!((
        &read.value.status,
        &read.value.created,
        read.value.roadmap.epics(),
        read.value.roadmap.stories()
    ));
    assert_debug_snapshot!("the_views_of_an_original_roadmap", read.value.views);
    assert_debug_snapshot!("the_notes_of_an_original_roadmap", notes(ORIGINAL));
}

#[test]
fn what_was_read_from_the_original_product_reads_back_without_a_note() {
    let read = read_roadmap_md(ORIGINAL).unwrap().value;
    let again = read_roadmap_md(&write_roadmap_md(&read)).unwrap();
    assert_eq!((again.value, again.notes), (read, Vec::new()));
}

#[test]
fn the_file_is_readable() {
    let mut file = file(roadmap("1, 2 on 1 xl"));
    file.views[0].status = StoryStatus::Complete;
    file.views[0].branch = Some("123".parse().unwrap());
    file.views[0].parent_sha = Some("0".repeat(40).parse().unwrap());
    insta::assert_snapshot!(write_roadmap_md(&file));
    assert_eq!(read_roadmap_md(&write_roadmap_md(&file)).unwrap().value, file);
}

#[test]
fn sec_86_a_plan_that_cannot_be_carried_out_is_named_with_its_line() {
    let story = |id: &str, needs: &str| {
        format!("```yaml\nid: {id}\ntitle: x\ndepends_on: [{needs}]\nsize: s\nrisk: low\nstatus: pending\n```\n")
    };
    let text = |stories: &[String]| format!("---\nschema_version: 1\n---\n{}", stories.concat());
    let line = |stories: &[String]| match read_roadmap_md(&text(stories)) {
        Err(RoadmapMdError::Roadmap { line, .. }) => line,
        other => panic!("{other:?}"),
    };
    assert_eq!(line(&[story("S-A-1", "S-A-1")]), 5);
    assert_eq!(line(&[story("S-A-1", ""), story("S-A-2", "S-A-3")]), 13);
    assert_eq!(line(&[story("S-A-1", ""), story("S-A-1", "")]), 13);
    assert_eq!(line(&[story("S-A-1", ""), story("S-A-2", "S-A-3"), story("S-A-3", "S-A-2")]), 13);
    let epic = "```yaml\nid: S-A-1\nepic: E-9\ntitle: x\n```\n".to_owned();
    assert_eq!(line(&[epic]), 5);
}

#[test]
fn errors_carry_the_line_in_the_file() {
    let front = "---\nschema_version: 1\n---\n";
    for (text, message) in [
        ("", "line 1: the file does not start with a line `---`"),
        ("---\na: 1\n", "line 1: the front matter has no closing line `---`"),
        ("---\nschema_version: 2\n---\n", "line 2: `schema_version`: expected 1, got 2"),
        ("---\nschema_version: 1\nstatus: x: y\n---\n", "line 3: "),
        ("---\n- a: 1\n- b: 2\n---\n", "line 2: expected one block of `key: value` lines, got a list"),
        ("---\ntext\n---\n", "line 2: expected `key: value` lines"),
        (&format!("{front}\n```yaml\nid: S-A-1\n"), "line 5: the block that begins here is never closed"),
        (&format!("{front}```yaml\nid: S-A-1\nsize: s\n```\n"), "line 5: `title`: is missing"),
        (&format!("{front}```yaml\nid: 7\n```\n"), "line 5: `id`: `7` is not a story id"),
        (&format!("{front}```yaml\ntitle: x\nid: S-A-1\nsize: xxl\n```\n"), "line 7: `size`: `xxl` is not a size"),
        (&format!("{front}```yaml\nid: S-A-1\ntitle: [a]\n```\n"), "line 6: `title`: expected one value"),
        (&format!("{front}```yaml\nid: S-A-1\ntitle: a\ndomains: {{}}\n```\n"), "line 7: `domains`: expected a list"),
        (&format!("{front}```yaml\nid: S-A-1\ntitle: a\ndomains: [[]]\n```\n"), "line 7: `domains`: expected a list"),
        (&format!("{front}```yaml\nid: S-A-1\ntitle: a\ndomains: [x]\n```\n"), "line 7: `domains`: `x` is not"),
        (
            &format!("{front}```yaml\nid: S-A-1\ntitle: a\nparent_story: S-\n```\n"),
            "line 7: `parent_story`: `S-` is not",
        ),
        (&format!("{front}```yaml\n- id: S-A-1\n  title: a\n- id: S-A-2\n```\n"), "line 7: `title`: is missing"),
        (&format!("{front}```yaml\nid: E-1\n```\n```yaml\nid: E-1\n```\n"), "line 8: `id`: the epic E-1 appears twice"),
        (&format!("{front}# E-1\nOwning domains: api, x\n"), "line 5: `x` is not a domain"),
    ] {
        let error = read_roadmap_md(text).unwrap_err().to_string();
        assert!(error.starts_with(message), "{text}\n{error}");
    }
}

#[test]
fn a_missing_parent_is_the_only_dependency() {
    let parent = |keys: &str| {
        let stories = "```yaml\n- {id: S-A-1, title: a}\n- {id: S-A-2, title: b}\n";
        let text = format!("---\nschema_version: 1\n---\n{stories}- {{id: S-A-3, title: c, {keys}}}\n```\n");
        let parent = read_roadmap_md(&text).unwrap().value.roadmap.stories()[2].parent_story.clone();
        parent.map(|parent| parent.to_string())
    };
    assert_eq!(parent("depends_on: [S-A-1]").as_deref(), Some("S-A-1"));
    assert_eq!(parent("depends_on: [S-A-1, S-A-2]"), None);
    assert_eq!(parent("depends_on: []"), None);
    assert_eq!(parent("depends_on: [S-A-1], parent_story: null"), None);
    assert_eq!(parent("depends_on: [S-A-1], parent_story: main"), None);
    assert_eq!(parent("depends_on: [S-A-1], parent_story: S-A-2").as_deref(), Some("S-A-2"));
}

#[test]
fn a_story_heading_that_mentions_an_epic_begins_no_section() {
    let mut plan = crate::roadmap::samples::plan("1, 2");
    plan.stories[0].title = Arc::from("E-002 and Epic E-003");
    let file = file(Arc::new(Roadmap::new(plan).unwrap()));
    assert_eq!(read_roadmap_md(&write_roadmap_md(&file)).unwrap().value, file);
}

#[test]
fn another_heading_ends_the_section_of_an_epic() {
    let text = "---\nschema_version: 1\n---\n## E-1: one\n### more\n```yaml\nid: S-A-1\ntitle: a\n```\n## else\n```yaml\nid: S-A-2\ntitle: b\n```\n";
    let roadmap = read_roadmap_md(text).unwrap().value.roadmap;
    let epics: Vec<_> = roadmap.stories().iter().map(|story| (story.id.as_str(), story.epic.is_some())).collect();
    assert_eq!(epics, [("S-A-2", false), ("S-A-1", true)]);
    assert_eq!(&*roadmap.epics()[0].title, "one");
}

#[test]
fn hostile_files_are_read_or_refused_quickly() {
    let front = "---\nschema_version: 1\n---\n";
    let megabyte = 1 << 20;
    let one = "```yaml\n[]\n```\n".repeat(megabyte / 140);
    let item = |number: u32| format!("- id: S-A-{number}\n  title: x\n  odd{number}: 1\n");
    let list = (0..9_000).map(item).collect::<Vec<_>>().concat();
    for body in [
        "[".repeat(100_000),
        format!("```yaml\n{}\n```\n", "[".repeat(100_000)),
        format!("```yaml\n{}\n```\n", "a: ".repeat(100_000)),
        "`".repeat(megabyte),
        "```\n".repeat(megabyte / 4),
        "# E-1\r\n\0€\u{feff}".repeat(megabyte / 16),
        (0..80_000).map(|number| format!("# E-{number}\n")).collect::<Vec<_>>().concat(),
        one,
        format!("```yaml\n{list}```\n"),
    ] {
        drop(read_roadmap_md(&format!("{front}{body}")));
        drop(read_roadmap_md(&body));
    }
    let crlf = write_roadmap_md(&file(roadmap("1, 2 on 1"))).replace('\n', "\r\n");
    assert_eq!(read_roadmap_md(&format!("\u{feff}{crlf}")).unwrap().value, file(roadmap("1, 2 on 1")));
}

#[test]
fn a_text_of_a_megabyte_reads_back() {
    let mut plan = crate::roadmap::samples::plan("1");
    plan.stories[0].title = Arc::from("€\n```\n---\n🙂\0".repeat(60_000));
    let file = file(Arc::new(Roadmap::new(plan).unwrap()));
    assert_eq!(read_roadmap_md(&write_roadmap_md(&file)).unwrap().value, file);
}

/// Texts that try to end a block, a front matter or a line.
fn hostile() -> impl Strategy<Value = Arc<str>> {
    let traps =
        ["\n```\n", "\n---\n", "~~~", "id: S-X-1", "<!--", "\"", "\\", "\u{2028}", "null", "- a", "# E-9", "🙂\r"];
    let trap = proptest::sample::select(traps.to_vec()).prop_map(str::to_owned);
    let part = prop_oneof![trap, "\\PC{0,8}", "[\\x00-\\x{10ffff}]{0,4}"];
    proptest::collection::vec(part, 0..4).prop_map(|parts| Arc::from(parts.concat()))
}

fn any_file() -> impl Strategy<Value = RoadmapFile> {
    let texts = proptest::collection::vec(hostile(), 8);
    (any_roadmap(6), texts, any::<bool>()).prop_map(|(roadmap, texts, is_known)| {
        let mut plan = RoadmapPlan::from((*roadmap).clone());
        let text = |number: usize| Arc::clone(&texts[number % texts.len()]);
        let fill_epic = |epic: &mut Epic| {
            epic.title = text(0);
            epic.why = text(1);
            epic.definition_of_done = vec![text(2), text(3)];
        };
        let fill_story = |(number, story): (usize, &mut Story)| {
            story.title = text(number);
            story.acceptance_criteria = vec![text(number + 1); number % 3];
            story.agent = is_known.then(|| text(number + 2));
            story.epic = story.epic.take().filter(|_| number % 2 == 0);
        };
        plan.epics.iter_mut().for_each(fill_epic);
        plan.stories.iter_mut().enumerate().for_each(fill_story);
        let mut file = file(Arc::new(Roadmap::new(plan).unwrap()));
        for (number, view) in file.views.iter_mut().enumerate() {
            view.status = StoryStatus::ALL[number % StoryStatus::ALL.len()];
            view.failure_class = is_known.then_some(FailureClass::GateFailed);
            view.run_id = is_known.then(|| "01JKXW3M5S9T7RZ2QH8V4B6N1C".parse().unwrap());
            view.branch = is_known.then(|| "1e5".parse().unwrap());
            view.parent_branch = is_known.then(|| "main".parse().unwrap());
        }
        if !is_known {
            (file.program_id, file.mode, file.created) = (None, None, None);
        }
        file
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn reading_back_gives_the_same_roadmap_whatever_is_in_its_texts(file in any_file()) {
        let read = read_roadmap_md(&write_roadmap_md(&file)).unwrap();
        prop_assert_eq!(read.value, file);
        prop_assert_eq!(read.notes, Vec::new());
    }

    #[test]
    fn reading_never_panics(text in "(---\nschema_version: 1\n---\n)?([ -~\n€]|```yaml\n|```\n|id: S-A-1\n|title: a\n|- |# E-1 ){0,40}") {
        drop(read_roadmap_md(&text));
    }
}
