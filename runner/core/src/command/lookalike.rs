//! Recognizes text that was meant as a command, or made to look like one, and is none.
//!
//! Such text is never executed. It is recognized so that it is not taken for an answer either: somebody who
//! wrote a command with a full-width slash did not mean to reply.

use unicode_normalization::UnicodeNormalization as _;

use super::COMMAND_WORD;

/// Says whether a line looks like a command to a person.
pub fn resembles_command(line: &str) -> bool {
    let seen: String = line
        .nfkc()
        .filter(|character| !is_invisible(*character))
        .skip_while(|character| character.is_whitespace() || "\\`*_~".contains(*character))
        .take(COMMAND_WORD.len())
        .flat_map(char::to_lowercase)
        .map(plain_letter)
        .collect();
    seen.starts_with(COMMAND_WORD)
}

/// Characters that people cannot see.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{e0000}'..='\u{e0fff}')
        || (character.is_control() && !character.is_whitespace())
}

/// Returns the ASCII letter that looks the same as a lower-case letter, for the letters of the command word.
fn plain_letter(character: char) -> char {
    match character {
        '\u{2044}' | '\u{2215}' | '\u{2571}' | '\u{29f8}' => '/',
        'р' | 'ρ' => 'p',
        'і' | 'ı' | 'ι' | 'ӏ' => 'i',
        'е' | 'ε' => 'e',
        'м' | 'μ' => 'm',
        'а' | 'α' => 'a',
        'ѕ' => 's',
        'о' | 'ο' => 'o',
        'п' | 'ո' | 'η' | 'ν' => 'n',
        other => other,
    }
}
