//! The one form of all spellings of a word, to show where a text has what was searched for.
//!
//! What is found is decided by `search_fold` in the database; this is the same for the page.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Folded.
    pub text: String,
    /// Where it stands, in bytes.
    pub range: std::ops::Range<usize>,
}

/// The words of a text. A letter of a script without spaces is a word by itself.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut goes_on = false;
    for (at, letter) in text.char_indices() {
        let range = at..at + letter.len_utf8();
        if is_combining_mark(letter) || matches!(letter, '\u{ad}' | '\u{640}' | '\u{200b}'..='\u{200f}') {
            if let Some(word) = words.last_mut().filter(|_| goes_on) {
                word.range.end = range.end;
            }
            continue;
        }
        if !letter.is_alphanumeric() {
            goes_on = false;
            continue;
        }
        let folded = fold(letter);
        match words.last_mut().filter(|_| goes_on && !stands_alone(letter)) {
            Some(word) => {
                word.text.push_str(&folded);
                word.range.end = range.end;
            }
            None => words.push(Word { text: folded, range }),
        }
        goes_on = !stands_alone(letter);
    }
    words
}

fn fold(letter: char) -> String {
    let plain = |c: char| match c {
        'ß' => "ss".to_owned(),
        'æ' => "ae".to_owned(),
        'œ' => "oe".to_owned(),
        'þ' => "th".to_owned(),
        'ø' => "o".to_owned(),
        'ł' => "l".to_owned(),
        'đ' | 'ð' => "d".to_owned(),
        'ı' => "i".to_owned(),
        'ħ' => "h".to_owned(),
        'ŧ' => "t".to_owned(),
        'ى' => "ي".to_owned(),
        'ٱ' => "ا".to_owned(),
        c => c.to_string(),
    };
    std::iter::once(letter)
        .nfkd()
        .filter(|c| !is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(plain)
        .collect()
}

/// Whether it is of a script that puts no spaces between words.
fn stands_alone(letter: char) -> bool {
    matches!(letter,
        '\u{e00}'..='\u{eff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{2e80}'..='\u{2fff}'
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' | '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn spellings_of_a_word_are_one() {
        assert_eq!(folded("Straße STRASSE"), ["strasse", "strasse"]);
        assert_eq!(folded("Café Cafe\u{301} CAFÉ"), ["cafe", "cafe", "cafe"]);
        assert_eq!(folded("Łódź Æther ﬁn"), ["lodz", "aether", "fin"]);
        assert_eq!(folded("مُحَمَّد محمد أحمد احمد"), ["محمد", "محمد", "احمد", "احمد"]);
        assert_eq!(folded("Silben\u{ad}trennung"), ["silbentrennung"]);
    }

    #[test]
    fn signs_part_words_and_some_scripts_have_a_word_a_letter() {
        assert_eq!(folded("foo-bar v1.2.3 a/b_c"), ["foo", "bar", "v1", "2", "3", "a", "b", "c"]);
        assert_eq!(folded("検索iPhone"), ["検", "索", "iphone"]);
        assert_eq!(folded("!!! %_ … 🚀"), [""; 0]);
    }

    #[test]
    fn a_word_knows_where_it_stands() {
        let text = "Ein Café, bitte";
        let ranges: Vec<&str> = words(text).into_iter().map(|word| &text[word.range]).collect();
        assert_eq!(ranges, ["Ein", "Café", "bitte"]);
    }
}
