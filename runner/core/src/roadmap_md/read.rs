//! Reading `ROADMAP.md`.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{RoadmapFile, RoadmapMdError, RoadmapStatus, StoryView};
use crate::domain::Unit;
use crate::fields::{
    Block, Fields, FileError, Heading, Note, Noted, Piece, note, pieces, read_front_matter, read_mappings,
};
use crate::id::{EpicId, StoryId};
use crate::program::StoryStatus;
use crate::roadmap::{Epic, Risk, Roadmap, RoadmapError, RoadmapPlan, Size, Story};

/// What has been read so far.
#[derive(Default)]
struct Reading {
    plan: RoadmapPlan,
    /// Where each epic is in the plan.
    places: BTreeMap<EpicId, usize>,
    /// The epics that have a block of their own.
    epic_blocks: BTreeSet<EpicId>,
    views: BTreeMap<StoryId, StoryView>,
    lines: BTreeMap<StoryId, u64>,
    /// The epic whose section this is, with the level of its heading.
    epic: Option<(EpicId, usize)>,
    is_definition_of_done: bool,
    notes: Vec<Note>,
}

pub(super) fn read(text: &str) -> Result<Noted<RoadmapFile>, RoadmapMdError> {
    let mut notes = Vec::new();
    let (mut front, body, body_line) = read_front_matter(text, &mut notes)?;
    let program_id = front.lenient("program_id");
    let mode = front.lenient("mode");
    let status = front.lenient_or("status", RoadmapStatus::Draft);
    let created = front.lenient("created");
    for total in ["total_epics", "total_stories", "longest_chain", "parallelizable_branches"] {
        // They follow from the plan.
        front.take(total);
    }
    front.finish();
    let mut reading = Reading { notes, ..Reading::default() };
    for piece in pieces(body, body_line)? {
        match piece {
            Piece::Heading(heading) => reading.heading(heading),
            Piece::Yaml(block) => reading.block(block)?,
            Piece::Line { text, line } => reading.line(text, line)?,
        }
    }
    let lines = reading.lines;
    let roadmap = Roadmap::new(reading.plan).map_err(|error| RoadmapMdError::Roadmap {
        line: story_of(&error).and_then(|story| lines.get(story)).copied().unwrap_or(1),
        error,
    })?;
    let mut views = reading.views;
    let views = roadmap.stories().iter().map(|story| views.remove(&story.id).unwrap_or_default()).collect();
    Ok(Noted {
        value: RoadmapFile { program_id, mode, status, created, roadmap: Arc::new(roadmap), views },
        notes: reading.notes,
    })
}

/// Returns the story at which to look first.
fn story_of(error: &RoadmapError) -> Option<&StoryId> {
    match error {
        RoadmapError::DoubledStory { story }
        | RoadmapError::UnknownEpic { story, .. }
        | RoadmapError::UnknownDependency { story, .. }
        | RoadmapError::SelfDependency { story }
        | RoadmapError::NotStacked { story, .. } => Some(story),
        RoadmapError::Ring { ring } => ring.first(),
        RoadmapError::NoStories
        | RoadmapError::TooManyStories { .. }
        | RoadmapError::DoubledEpic { .. }
        | RoadmapError::UnknownStart { .. }
        | RoadmapError::UnknownCutover { .. } => None,
    }
}

impl Reading {
    /// A heading with the id of an epic begins its section; another one of that level or above ends it.
    fn heading(&mut self, heading: Heading<'_>) {
        self.is_definition_of_done = heading.text.eq_ignore_ascii_case("definition of done");
        let text = heading.text.strip_prefix("Epic ").unwrap_or(heading.text).trim_start();
        let (name, title) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        if let Ok(id) = name.trim_end_matches([':', '.', ',']).parse::<EpicId>() {
            let title = title.trim_start_matches(['—', '–', '-', ':', ' ']);
            if !self.places.contains_key(&id) {
                self.push_epic(Epic {
                    id: id.clone(),
                    title: Arc::from(title),
                    why: Arc::from(""),
                    domains: Vec::new(),
                    definition_of_done: Vec::new(),
                });
            }
            self.epic = Some((id, heading.level));
        } else if self.epic.as_ref().is_some_and(|(_, level)| heading.level <= *level) {
            self.epic = None;
        }
    }

    fn push_epic(&mut self, epic: Epic) {
        self.places.insert(epic.id.clone(), self.plan.epics.len());
        self.plan.epics.push(epic);
    }

    fn epic_mut(&mut self, id: &EpicId) -> Option<&mut Epic> {
        self.plan.epics.get_mut(*self.places.get(id)?)
    }

    /// In files of the original product the epic is described in words: `**Why:** …`.
    fn line(&mut self, text: &str, line: u64) -> Result<(), FileError> {
        let Some(id) = self.epic.as_ref().map(|(id, _)| id.clone()) else {
            return Ok(());
        };
        let is_definition_of_done = self.is_definition_of_done;
        let Some(epic) = self.epic_mut(&id) else { return Ok(()) };
        let plain = text.trim().trim_start_matches(['-', '*', ' ']).replace("**", "");
        let (key, value) = plain.split_once(':').unwrap_or((&plain, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "why" => epic.why = Arc::from(value),
            "owning domains" => {
                let names = value.split(',').map(|name| name.trim().trim_matches('`')).filter(|name| !name.is_empty());
                let domains: Result<Vec<Unit>, _> = names.map(str::parse).collect();
                epic.domains = domains.map_err(|error| FileError { line, message: error.to_string() })?;
            }
            "definition of done" => {
                epic.definition_of_done.extend((!value.is_empty()).then(|| Arc::from(value)));
                self.is_definition_of_done = true;
            }
            "stories" => self.is_definition_of_done = false,
            _ => {
                let is_item = text.trim_start().starts_with(['-', '*']);
                let item = text.trim().trim_start_matches(['-', '*', ' ']).trim_start_matches("[ ] ");
                if is_definition_of_done && is_item {
                    epic.definition_of_done.push(Arc::from(item));
                }
            }
        }
        Ok(())
    }

    fn block(&mut self, block: Block<'_>) -> Result<(), FileError> {
        self.is_definition_of_done = false;
        let mut notes = std::mem::take(&mut self.notes);
        for mapping in read_mappings(block.text, block.first_line)? {
            let Some(id) = mapping.values.get("id").map(|id| id.as_str().unwrap_or_default()) else {
                let text = String::from("a block without an `id` is not known");
                note(&mut notes, mapping.first_line, text);
                continue;
            };
            let is_epic = id.starts_with("E-");
            let mut fields = Fields::of(mapping, &mut notes);
            if is_epic {
                self.epic(&mut fields)?;
            } else {
                self.story(&mut fields)?;
            }
            fields.finish();
        }
        self.notes = notes;
        Ok(())
    }

    fn epic(&mut self, fields: &mut Fields<'_>) -> Result<(), FileError> {
        let id: EpicId = fields.parsed("id")?.ok_or_else(|| fields.error("id", "is missing"))?;
        let epic = Epic {
            title: Arc::from(fields.text("title")?.unwrap_or_default()),
            why: Arc::from(fields.text("why")?.unwrap_or_default()),
            domains: fields.parsed_list("domains")?,
            definition_of_done: fields.list("definition_of_done")?.into_iter().map(Arc::from).collect(),
            id: id.clone(),
        };
        let level = self.epic.as_ref().map_or(2, |(_, level)| *level);
        if !self.epic_blocks.insert(id.clone()) {
            return Err(fields.error("id", format!("the epic {id} appears twice")));
        }
        match self.epic_mut(&id) {
            Some(known) => *known = epic,
            None => self.push_epic(epic),
        }
        self.epic = Some((id, level));
        Ok(())
    }

    fn story(&mut self, fields: &mut Fields<'_>) -> Result<(), FileError> {
        let id: StoryId = fields.parsed("id")?.ok_or_else(|| fields.error("id", "is missing"))?;
        let depends_on: Vec<StoryId> = fields.parsed_list("depends_on")?;
        let named_epic: Option<EpicId> = fields.parsed("epic")?;
        let named_epic = named_epic.or(fields.parsed("epic_id")?);
        let section = self.epic.as_ref().map(|(id, _)| id.clone());
        let story = Story {
            epic: named_epic.or(section),
            title: Arc::from(fields.required_text("title")?),
            acceptance_criteria: fields.list("acceptance_criteria")?.into_iter().map(Arc::from).collect(),
            domains: fields.parsed_list("domains")?,
            parent_story: parent_story(fields, &depends_on)?,
            depends_on,
            size: or_noted(fields, "size", Size::M)?,
            risk: or_noted(fields, "risk", Risk::Med)?,
            agent: fields.text("agent")?.map(Arc::from),
            id: id.clone(),
        };
        let view = StoryView {
            status: status(fields)?,
            branch: fields.lenient("branch"),
            parent_branch: fields.lenient("parent_branch"),
            run_id: fields.lenient("run_id"),
            parent_sha: fields.lenient("parent_sha"),
            failure_class: fields.lenient("failure_class"),
        };
        self.lines.insert(id.clone(), fields.line_of("id"));
        self.views.insert(id, view);
        self.plan.stories.push(story);
        Ok(())
    }
}

/// Takes the parent. Where the key is absent, the only dependency is the parent; `main` or null mean the base.
fn parent_story(fields: &mut Fields<'_>, depends_on: &[StoryId]) -> Result<Option<StoryId>, FileError> {
    if !fields.has("parent_story") {
        return Ok(match depends_on {
            [only] => Some(only.clone()),
            [] | [..] => None,
        });
    }
    match fields.text("parent_story")? {
        Some(name) if name.starts_with("S-") => {
            let parent = name.parse();
            parent.map(Some).map_err(|error| fields.error("parent_story", error))
        }
        Some(_) | None => Ok(None),
    }
}

/// Takes a plan column that old files may lack.
fn or_noted<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Display>(
    fields: &mut Fields<'_>,
    key: &str,
    default: T,
) -> Result<T, FileError> {
    if let Some(value) = fields.parsed(key)? {
        return Ok(value);
    }
    fields.note(key, format!("`{key}` is missing; read as {default}"));
    Ok(default)
}

/// Takes the status, in any of the spellings people use; it is only shown.
fn status(fields: &mut Fields<'_>) -> Result<StoryStatus, FileError> {
    let Some(text) = fields.text("status")? else {
        fields.note("status", String::from("`status` is missing; read as pending"));
        return Ok(StoryStatus::Pending);
    };
    let name = text.trim().to_ascii_lowercase().replace([' ', '-'], "_");
    let name = if name == "done" { "complete" } else { &name };
    Ok(name.parse().unwrap_or_else(|error| {
        fields.note("status", format!("{error}; read as pending"));
        StoryStatus::Pending
    }))
}
