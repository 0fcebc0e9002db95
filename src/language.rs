//! The languages that Xtablo speaks.

use crate::text_enum::text_enum;

text_enum! {
    /// A language with all messages in `locales/`, by its BCP 47 tag.
    #[derive(Default)]
    Language {
        #[default]
        English = "en",
        German = "de",
    }
}

impl Language {
    /// The one of ours that an Accept-Language header likes best; English where it names none of them.
    pub fn negotiate(header: &str) -> Self {
        let wish = |part: &str| {
            let (tag, quality) = part.split_once(';').unwrap_or((part, "q=1"));
            let quality: f32 = quality.trim().strip_prefix("q=")?.trim().parse().ok()?;
            let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
            Some((Self::parse(&primary)?, quality)).filter(|(_, quality)| *quality > 0.0)
        };
        let mut best: Option<(Self, f32)> = None;
        for (language, quality) in header.split(',').filter_map(wish) {
            if best.is_none_or(|(_, before)| quality > before) {
                best = Some((language, quality));
            }
        }
        best.map(|(language, _)| language).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_with_the_highest_quality_is_spoken() {
        for (header, language) in [
            ("", Language::English),
            ("de", Language::German),
            ("de-AT,de;q=0.9,en;q=0.8", Language::German),
            ("en-US,en;q=0.9,de;q=0.8", Language::English),
            ("fr;q=1, de;q=0.4, en;q=0.3", Language::German),
            ("de;q=0, en", Language::English),
            ("fr, es", Language::English),
            ("de;q=x,;;,*", Language::English),
        ] {
            assert_eq!(Language::negotiate(header), language, "{header}");
        }
    }
}
