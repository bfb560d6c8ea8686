//! The files of a program: each reads back as it was written.

use pipemason_core::fields::Note;
use pipemason_core::follow_ups_md::{read_follow_ups_md, write_follow_ups_md};
use pipemason_core::program_md::{ProgramSections, read_program_md, write_program_md};
use pipemason_core::roadmap_md::{RoadmapMdError, read_roadmap_md, write_roadmap_md};

use super::{Promise, Target, is_in_text, lines_of, parts, promise, round_trip, seeds, text};

fn check_notes(notes: &[Note], file: &str) -> Promise {
    let lines = lines_of(file);
    notes.iter().try_for_each(|note| is_in_text(&note.text, note.line, lines))
}

pub(super) const ROADMAP: Target =
    Target { name: "roadmap_md", seeds: || seeds::of(seeds::ROADMAPS), run: run_roadmap };

fn run_roadmap(input: &[u8]) -> Promise {
    let text = text(input);
    let read = match read_roadmap_md(&text) {
        Ok(read) => read,
        Err(RoadmapMdError::File(error)) => return is_in_text(&error.message, error.line, lines_of(&text)),
        Err(RoadmapMdError::Roadmap { line, error }) => return is_in_text(&error.to_string(), line, lines_of(&text)),
    };
    check_notes(&read.notes, &text)?;
    let file = read.value;
    promise(file.views.len() == file.roadmap.len(), || "a story without a view".to_owned())?;
    promise(file.roadmap.dispatch_order().len() == file.roadmap.len(), || "a story has no turn".to_owned())?;
    let again = read_roadmap_md(&write_roadmap_md(&file)).map_err(|error| format!("cannot be read back: {error}"))?;
    promise(again.notes.is_empty(), || format!("what was written is not known: {:?}", again.notes))?;
    promise(again.value.roadmap.freeze_hash() == file.roadmap.freeze_hash(), || "the plan changes".to_owned())?;
    round_trip("ROADMAP.md", &file, &again.value)
}

pub(super) const PROGRAM: Target =
    Target { name: "program_md", seeds: || seeds::of(seeds::PROGRAMS), run: run_program };

fn run_program(input: &[u8]) -> Promise {
    let text = text(input);
    let mut texts = parts(&text);
    let (file, section) = (texts.next().unwrap_or_default(), texts.next().unwrap_or_default());
    let read = match read_program_md(file) {
        Ok(read) => read,
        Err(error) => return is_in_text(&error.message, error.line, lines_of(file)),
    };
    check_notes(&read.notes, file)?;
    let sections = ProgramSections { audit: Some(section.into()), ..ProgramSections::default() };
    let written = write_program_md(&read.value, &sections);
    let again = read_program_md(&written).map_err(|error| format!("cannot be read back: {error}"))?;
    promise(again.notes.is_empty(), || format!("what was written is not known: {:?}", again.notes))?;
    round_trip("PROGRAM.md", &read.value, &again.value)
}

pub(super) const FOLLOW_UPS: Target =
    Target { name: "follow_ups_md", seeds: || seeds::of(seeds::FOLLOW_UPS), run: run_follow_ups };

fn run_follow_ups(input: &[u8]) -> Promise {
    let text = text(input);
    let read = match read_follow_ups_md(&text) {
        Ok(read) => read,
        Err(error) => return is_in_text(&error.message, error.line, lines_of(&text)),
    };
    check_notes(&read.notes, &text)?;
    let again = read_follow_ups_md(&write_follow_ups_md(&read.value));
    let again = again.map_err(|error| format!("cannot be read back: {error}"))?;
    promise(again.notes.is_empty(), || format!("what was written is not known: {:?}", again.notes))?;
    round_trip("FOLLOW-UPS.md", &read.value, &again.value)
}
