//! Words that are searched for as they stand, in names and texts.

/// Characters. What is searched for beyond them is left out.
pub(super) const WORDS_LIMIT: usize = 200;

/// A search as a person typed it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// May be empty: then everything is found.
    pub text: String,
}

impl Words {
    pub fn parse(typed: &str) -> Self {
        // PostgreSQL's text has no NUL.
        Self { text: typed.trim().replace('\0', "").chars().take(WORDS_LIMIT).collect() }
    }

    /// For `ILIKE`: what contains these words, whatever stands in them.
    pub fn pattern(&self) -> String {
        format!("%{}%", self.escaped())
    }

    /// For `ILIKE`: what begins with these words.
    pub fn beginning(&self) -> String {
        format!("{}%", self.escaped())
    }

    fn escaped(&self) -> String {
        self.text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_of_patterns_are_words_like_others() {
        assert_eq!(Words::parse(" 100%_\\ \0").pattern(), "%100\\%\\_\\\\ %");
        assert_eq!(Words::parse(&"x".repeat(500)).text.len(), WORDS_LIMIT);
    }
}
