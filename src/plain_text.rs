//! Text as people type and paste it: composed, and without what nobody sees.

use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Letters and marks that show nothing although they are no format characters: fillers of Hangul and Braille, the joiner of
/// graphemes, variation selectors.
const INVISIBLE: [std::ops::RangeInclusive<char>; 9] = [
    '\u{34f}'..='\u{34f}',
    '\u{115f}'..='\u{1160}',
    '\u{17b4}'..='\u{17b5}',
    '\u{180b}'..='\u{180f}',
    '\u{2800}'..='\u{2800}',
    '\u{3164}'..='\u{3164}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{ffa0}'..='\u{ffa0}',
    '\u{e0100}'..='\u{e01ef}',
];

/// A line: composed (NFC), what breaks or moves it a space, other control characters gone, trimmed; nothing where it has
/// only what nobody sees.
pub fn line(text: &str) -> String {
    let spaced = text.chars().map(|c| if is_break(c) { ' ' } else { c });
    let line: String = spaced.filter(|c| !c.is_control()).nfc().collect();
    if line.chars().all(is_invisible) { String::new() } else { line.trim().to_owned() }
}

/// Several lines: composed, ended by `\n` alone, without control characters but the tab.
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || ['\n', '\t'].contains(c)).nfc().collect()
}

fn is_break(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\u{b}' | '\u{c}' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}')
}

fn is_invisible(c: char) -> bool {
    let hidden = [GeneralCategory::Format, GeneralCategory::Control, GeneralCategory::Unassigned];
    c.is_whitespace()
        || hidden.contains(&c.general_category())
        || INVISIBLE.iter().any(|range| range.contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_cleaned_and_not_refused() {
        for (typed, line_of_it) in [
            ("  Plan\tthe\r\nlaunch ", "Plan the  launch"),
            ("a\u{0}b\u{7}c\u{1b}[0m", "abc[0m"),
            ("Zoe\u{308}", "Zoë"),
            ("👩\u{200d}🚀 \u{2764}\u{fe0f}", "👩\u{200d}🚀 \u{2764}\u{fe0f}"),
        ] {
            assert_eq!(line(typed), line_of_it, "{typed:?}");
        }
        for nothing in
            ["", " \t\n", "\u{200b}\u{200d}", "\u{202e}\u{2066}", "\u{3164}", "\u{2800} \u{ad}", "\u{0}\u{1}"]
        {
            assert_eq!(line(nothing), "", "{nothing:?}");
        }
    }

    #[test]
    fn a_text_keeps_its_lines_and_tabs() {
        assert_eq!(lines("a\r\nb\rc\n\td\u{0}\u{8}"), "a\nb\nc\n\td");
    }
}
