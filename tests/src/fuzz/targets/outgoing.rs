//! Texts on their way out: whatever they say, they are shown and mean nothing, and they fit.

use pipemason_core::text::{bound, inert};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{Promise, Target, parts, promise, seeds, text};

pub(super) const INERT: Target = Target { name: "text_inert", seeds: || seeds::of(seeds::WORDS), run: run_inert };

/// Characters that a text may have before it is cut; small enough to be reached.
const ROOM: usize = 400;

/// Room in which no text of a mutation is cut.
const LARGE_ROOM: usize = 100_000;

fn run_inert(input: &[u8]) -> Promise {
    let text = text(input);
    check_lines(&text, ROOM)?;
    check_paragraphs(&text, ROOM)?;
    if text.len() > LARGE_ROOM {
        return Ok(());
    }
    check_lines(&text, LARGE_ROOM)?;
    check_paragraphs(&text, LARGE_ROOM)?;
    let plain = inert::plain(&text, LARGE_ROOM);
    let again = inert::plain(plain.as_str(), 2 * LARGE_ROOM);
    promise(again == plain, || format!("{plain:?} becomes {again:?}"))
}

/// Everything that GitHub understands, and more; it has no raised and lowered text.
fn options() -> Options {
    Options::all() - Options::ENABLE_SMART_PUNCTUATION - Options::ENABLE_SUPERSCRIPT - Options::ENABLE_SUBSCRIPT
}

/// Returns what `markdown` shows, if that is nothing but text and code.
fn shown(markdown: &str) -> Result<String, String> {
    let mut shown = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(text) | Event::Code(text) => shown.push_str(&text),
            Event::SoftBreak | Event::End(TagEnd::Paragraph) => shown.push('\n'),
            Event::Start(Tag::Paragraph | Tag::CodeBlock(_)) | Event::End(_) => {}
            other => return Err(format!("{other:?} in {markdown:?}")),
        }
    }
    Ok(shown)
}

/// Says whether GitHub would find somebody to notify, or an address, in a text outside of code.
fn means_something(text: &str) -> bool {
    let mut pairs = text.chars().zip(text.chars().skip(1));
    pairs.any(|(one, other)| one == '@' && other.is_ascii_alphanumeric() || one == '#' && other.is_ascii_digit())
        || ["://", "<!-", "${{"].iter().any(|meaning| text.contains(meaning))
}

fn check_lines(text: &str, room: usize) -> Promise {
    let (line, code) = (inert::inline(text, room), inert::inline_code(text, room));
    let plain = inert::plain_line(text, room);
    for line in [line.as_str(), code.as_str(), plain.as_str()] {
        promise(!line.contains(char::is_control), || format!("{line:?} is not one line"))?;
    }
    let seen = shown(line.as_str())?;
    promise(!means_something(&seen), || format!("{seen:?} means something"))?;
    promise(!means_something(plain.as_str()), || format!("{plain:?} means something"))?;
    let words = |text: &str| text.replace('\u{200b}', "").trim().to_owned();
    promise(words(&seen) == words(plain.as_str()), || format!("{seen:?} and {plain:?} are different words"))?;
    promise(words(&shown(code.as_str())?) == words(plain.as_str()), || format!("{code:?} shows other words"))?;
    for cell in [line.as_str(), code.as_str()] {
        let table = format!("| a | b |\n|---|---|\n| {cell} | last |\n\nafter");
        let events = Parser::new_ext(&table, Options::ENABLE_TABLES | Options::ENABLE_GFM);
        let cells = events.filter(|event| *event == Event::Start(Tag::TableCell)).count();
        promise(cells == 4, || format!("{cells} cells of four in {table:?}"))?;
    }
    Ok(())
}

fn check_paragraphs(text: &str, room: usize) -> Promise {
    let (prose, block, plain) = (inert::prose(text, room), inert::block(text, room), inert::plain(text, room));
    let is_shown = |character: char| "\n\t".contains(character) || !character.is_control();
    for paragraphs in [prose.as_str(), block.as_str(), plain.as_str()] {
        promise(paragraphs.chars().all(is_shown), || format!("{paragraphs:?} has control characters"))?;
    }
    let seen = shown(prose.as_str())?;
    promise(!means_something(&seen), || format!("{seen:?} means something"))?;
    promise(block.as_str().len() <= room, || format!("the block has {} bytes", block.as_str().len()))?;
    let page = format!("before\n\n{block}\n\nafter");
    let events = Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_GFM);
    let kinds = events.filter_map(|event| match event {
        Event::Start(Tag::Paragraph) => Some('p'),
        Event::Start(Tag::CodeBlock(_)) => Some('c'),
        Event::Text(_) | Event::End(TagEnd::Paragraph | TagEnd::CodeBlock) => None,
        _ => Some('?'),
    });
    let kinds: String = kinds.collect();
    let is_one = kinds == "pcp" || block.is_empty() && kinds == "pp";
    promise(is_one, || format!("{page:?} is more than one block of code: {kinds}"))
}

pub(super) const BOUND: Target = Target { name: "text_bound", seeds: || seeds::of(seeds::WORDS), run: run_bound };

fn run_bound(input: &[u8]) -> Promise {
    let text = text(input);
    let text = parts(&text).next().unwrap_or_default();
    for amount in [0, 1, 3, 40, ROOM, 4000] {
        for limit in [bound::Limit::Characters(amount), bound::Limit::Bytes(amount)] {
            for cut in [bound::shortened(text, limit), bound::cut(text, limit)] {
                promise(limit.admits(&cut), || format!("{cut:?} is beyond {limit:?}"))?;
                promise(*cut == *text || !limit.admits(text), || format!("{limit:?} admits the text, and it was cut"))?;
            }
            // What is open is closed even where nothing is cut, so this one may change a short text.
            let closed = bound::markdown(text, limit);
            promise(limit.admits(&closed), || format!("{closed:?} is beyond {limit:?}"))?;
            promise(text.starts_with(bound::start_of(text, limit)), || "a start is no start".to_owned())?;
        }
    }
    let excerpt = bound::excerpt(text, bound::Excerpt::LOG);
    let most = bound::Excerpt::LOG.first_lines + bound::Excerpt::LOG.last_lines + 1;
    promise(excerpt.lines().count() <= most, || "an excerpt has too many lines".to_owned())?;
    check_closed(text)
}

/// What we write is closed where it is cut: a paragraph after it is a paragraph.
fn check_closed(text: &str) -> Promise {
    let (block, line) = (inert::block(text, ROOM), inert::inline(text, ROOM));
    let message = format!("<details><summary>{line}</summary>\n\n{block}\n\n</details>\n\n- {line}\n\n> {line}\n");
    for amount in [120, ROOM, 3 * ROOM] {
        let closed = bound::markdown(&message, bound::Limit::Characters(amount));
        let page = format!("{closed}\n\nthe next words\n");
        let mut events = Parser::new_ext(&page, Options::ENABLE_TABLES | Options::ENABLE_GFM);
        let is_words = |event: Event<'_>| matches!(event, Event::Text(text) if &*text == "the next words");
        let is_told = events.any(is_words) && events.next() == Some(Event::End(TagEnd::Paragraph));
        promise(is_told, || format!("{page:?} swallows what follows"))?;
    }
    Ok(())
}
