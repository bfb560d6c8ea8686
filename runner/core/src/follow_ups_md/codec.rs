//! Reading and writing `FOLLOW-UPS.md`.

use std::sync::Arc;

use super::{FollowUp, FollowUpCategory, FollowUpId, FollowUpSeverity, FollowUpSource, FollowUpStatus, FollowUpsFile};
use crate::fields::{
    Fields, FileError, Mapping, Note, Noted, Piece, SCHEMA_VERSION, optional, pieces, plain, quoted, quoted_list,
    read_front_matter, read_mappings,
};

pub(super) fn read(text: &str) -> Result<Noted<FollowUpsFile>, FileError> {
    let mut notes = Vec::new();
    let (mut front, body, body_line) = read_front_matter(text, &mut notes)?;
    let program_id = front.lenient("program_id");
    let generated = front.lenient("generated");
    let total: Option<usize> = front.lenient("total");
    let total_line = front.line_of("total");
    front.finish();
    let mut items = Vec::new();
    for mapping in mappings(body, body_line)? {
        items.push(item(mapping, &mut notes)?);
    }
    if let Some(total) = total.filter(|total| *total != items.len()) {
        let text = format!("`total` is {total}, and there are {} items", items.len());
        crate::fields::note(&mut notes, total_line, text);
    }
    Ok(Noted { value: FollowUpsFile { program_id, generated, items }, notes })
}

/// Returns the items: in YAML blocks, or as bare YAML below `## Items`.
fn mappings(body: &str, body_line: u64) -> Result<Vec<Mapping<'_>>, FileError> {
    let mut mappings = Vec::new();
    let mut has_block = false;
    for piece in pieces(body, body_line)? {
        if let Piece::Yaml(block) = piece {
            has_block = true;
            mappings.extend(read_mappings(block.text, block.first_line)?);
        }
    }
    if has_block {
        return Ok(mappings);
    }
    let (mut offset, mut line) = (0, body_line);
    for content in body.split_inclusive('\n') {
        offset += content.len();
        line += 1;
        if content.trim_end() == "## Items" {
            let rest = body.get(offset..).unwrap_or_default();
            let is_list = rest.lines().find(|line| !line.trim().is_empty()).is_some_and(|line| line.starts_with("- "));
            return if is_list { read_mappings(rest, line) } else { Ok(mappings) };
        }
    }
    Ok(mappings)
}

fn item(mapping: Mapping<'_>, notes: &mut Vec<Note>) -> Result<FollowUp, FileError> {
    let mut fields = Fields::of(mapping, notes);
    let id: FollowUpId = fields.parsed("id")?.ok_or_else(|| fields.error("id", "is missing"))?;
    let item = FollowUp {
        id,
        source: FollowUpSource::from(fields.text("source")?.unwrap_or_default().as_str()),
        raised_at: fields.lenient("raised_at"),
        severity: word(&mut fields, "severity", FollowUpSeverity::Med),
        category: word(&mut fields, "category", FollowUpCategory::Other),
        title: Arc::from(fields.required_text("title")?),
        description: Arc::from(fields.text("description")?.unwrap_or_default()),
        evidence: fields.list("evidence")?.into_iter().map(Arc::from).collect(),
        suggested_action: Arc::from(fields.text("suggested_action")?.unwrap_or_default()),
        status: word(&mut fields, "status", FollowUpStatus::Open),
    };
    fields.finish();
    Ok(item)
}

/// Takes one of a list of words; what is missing or not known is noted.
fn word<T: std::str::FromStr<Err: std::fmt::Display> + std::fmt::Display>(
    fields: &mut Fields<'_>,
    key: &str,
    default: T,
) -> T {
    if fields.has(key) {
        return fields.lenient_or(key, default);
    }
    fields.note(key, format!("`{key}` is missing; read as {default}"));
    default
}

pub(super) fn write(file: &FollowUpsFile) -> String {
    let mut text = String::from("---\n");
    plain(&mut text, "schema_version", SCHEMA_VERSION);
    optional(&mut text, "program_id", file.program_id.as_ref());
    optional(&mut text, "generated", file.generated.as_ref());
    plain(&mut text, "total", file.items.len());
    text.push_str("---\n\n# Follow-ups\n\n## Items\n");
    for item in &file.items {
        text.push_str("\n```yaml\n");
        plain(&mut text, "id", item.id);
        quoted(&mut text, "source", &item.source.to_string());
        optional(&mut text, "raised_at", item.raised_at.as_ref());
        plain(&mut text, "severity", item.severity);
        plain(&mut text, "category", item.category);
        quoted(&mut text, "title", &item.title);
        quoted(&mut text, "description", &item.description);
        quoted_list(&mut text, "evidence", &item.evidence);
        quoted(&mut text, "suggested_action", &item.suggested_action);
        plain(&mut text, "status", item.status);
        text.push_str("```\n");
    }
    text
}
