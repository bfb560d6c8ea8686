//! Writing `ROADMAP.md`. Every text is quoted on one line, so none can end its block.

use std::fmt::Display;

use super::{RoadmapFile, StoryView};
use crate::fields::{SCHEMA_VERSION, line, optional, plain, plain_list, quoted, quoted_list};
use crate::id::EpicId;
use crate::roadmap::{Epic, Story};

/// Longest heading; the whole title is in the block below it.
const MAX_HEADING_CHARACTERS: usize = 120;

pub(super) fn write(file: &RoadmapFile) -> String {
    let roadmap = &file.roadmap;
    let mut text = format!("---\nschema_version: {SCHEMA_VERSION}\n");
    optional(&mut text, "program_id", file.program_id.as_ref());
    optional(&mut text, "mode", file.mode.as_ref());
    plain(&mut text, "status", file.status);
    optional(&mut text, "created", file.created.as_ref());
    plain(&mut text, "total_epics", roadmap.epics().len());
    plain(&mut text, "total_stories", roadmap.len());
    plain(&mut text, "longest_chain", roadmap.longest_chain());
    plain(&mut text, "parallelizable_branches", roadmap.parallelizable_branches());
    text.push_str("---\n\n# Roadmap\n");
    let mut views = file.views.iter();
    let mut rows = roadmap.stories().iter().map(|story| (story, views.next())).peekable();
    while let Some((story, view)) = rows.next_if(|(story, _)| story.epic.is_none()) {
        write_story(&mut text, story, view);
    }
    for epic in roadmap.epics() {
        write_epic(&mut text, epic);
        let belongs = |id: &Option<EpicId>| id.as_ref() == Some(&epic.id);
        while let Some((story, view)) = rows.next_if(|(story, _)| belongs(&story.epic)) {
            write_story(&mut text, story, view);
        }
    }
    text
}

fn write_epic(text: &mut String, epic: &Epic) {
    heading(text, "##", &epic.id, &epic.title);
    text.push_str("```yaml\n");
    plain(text, "id", &epic.id);
    quoted(text, "title", &epic.title);
    quoted(text, "why", &epic.why);
    plain_list(text, "domains", &epic.domains);
    quoted_list(text, "definition_of_done", &epic.definition_of_done);
    text.push_str("```\n");
}

fn write_story(text: &mut String, story: &Story, view: Option<&StoryView>) {
    heading(text, "###", &story.id, &story.title);
    text.push_str("```yaml\n");
    plain(text, "id", &story.id);
    quoted(text, "title", &story.title);
    quoted_list(text, "acceptance_criteria", &story.acceptance_criteria);
    plain_list(text, "domains", &story.domains);
    plain_list(text, "depends_on", &story.depends_on);
    optional(text, "parent_story", story.parent_story.as_ref());
    plain(text, "size", story.size);
    plain(text, "risk", story.risk);
    if let Some(agent) = &story.agent {
        quoted(text, "agent", agent);
    }
    let view = view.cloned().unwrap_or_default();
    plain(text, "status", view.status);
    optional(text, "branch", view.branch.as_ref());
    optional(text, "parent_branch", view.parent_branch.as_ref());
    optional(text, "run_id", view.run_id.as_ref());
    optional(text, "parent_sha", view.parent_sha.as_ref());
    optional(text, "failure_class", view.failure_class.as_ref());
    text.push_str("```\n");
}

/// A heading for people: letters, digits and plain punctuation only. What is read back is in the block below.
fn heading(text: &mut String, marks: &str, id: &dyn Display, title: &str) {
    let is_plain = |character: char| character.is_alphanumeric() || " .,:;'()/+-".contains(character);
    let title: String = title.chars().filter(|character| is_plain(*character)).take(MAX_HEADING_CHARACTERS).collect();
    line(text, format_args!("\n{marks} {id}: {}", title.trim()));
    text.push('\n');
}
