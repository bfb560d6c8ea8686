//! The report that each turn leaves in `.pipeline/out/`, written for scripts that say nothing about it.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::player::Meta;
use crate::script::{Output, Stop, Turn};

/// Writes what the turn says of itself.
pub(crate) fn write(turn: &Turn, meta: &Meta, folder: &Path) -> Result<(), String> {
    let ends_well = match &turn.stop {
        Stop::EndTurn | Stop::MaxTokens | Stop::MaxTurnRequests | Stop::Unknown(_) => true,
        Stop::Refusal | Stop::Hang | Stop::Error(_) | Stop::Crash(_) => false,
    };
    let text = match &turn.out {
        Output::None => return Ok(()),
        Output::Default if !ends_well || name(meta).is_none() => return Ok(()),
        Output::Default => json!({ "status": "done", "summary": format!("Played “{}”.", turn.name) }).to_string(),
        Output::Text(text) => text.clone(),
        Output::Json(value) => format!("{value:#}\n"),
    };
    let name = name(meta).ok_or("`out` needs a prompt that names its phase")?;
    let path = folder.join(".pipeline/out").join(name);
    let written = path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, text));
    written.map_err(|error| format!("{}: {error}", path.display()))
}

/// Returns the name of the report, like `implement.api.json`.
fn name(meta: &Meta) -> Option<String> {
    let word = |name: &str| meta.get(name).and_then(Value::as_str);
    let phase = word("phase")?;
    Some(word("domain").map_or_else(|| format!("{phase}.json"), |domain| format!("{phase}.{domain}.json")))
}
