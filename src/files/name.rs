//! A file's name: kept, shown, and part of an address. It is never part of a path on a disk.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Characters.
pub const NAME_MOST: usize = 255;

/// For a file whose name has nothing in it that may be kept.
const NAMELESS: &str = "file";

/// Characters. What stands behind the last dot and is longer than this is no extension.
const EXTENSION_MOST: usize = 16;

/// A name as it is kept, from any name that a browser or a person gave: the last part of a path, one line, no
/// character that is invisible or turns the others around, at most [`NAME_MOST`] characters. Too long a name loses
/// its middle and keeps its extension. A name that was cleaned stays as it is.
pub fn clean(given: &str) -> String {
    let last = given.rsplit(['/', '\\']).find(|part| !part.trim().is_empty()).unwrap_or("");
    let kept: String = last.chars().filter(|c| !is_hidden(*c)).collect();
    // Any white space is one space; some systems drop a dot or a space at the end, and none likes one before.
    let mut name = kept.split_whitespace().collect::<Vec<_>>().join(" ");
    name.truncate(name.trim_end_matches(['.', ' ']).len());
    if name.is_empty() {
        return NAMELESS.to_owned();
    }
    shorten(name)
}

/// What stands behind the last dot, with the dot; empty where that is nothing or no extension.
pub fn extension(name: &str) -> &str {
    match name.rfind('.') {
        Some(dot) if dot > 0 && name[dot..].chars().count() <= EXTENSION_MOST => &name[dot..],
        _ => "",
    }
}

/// The name as the last part of an address.
pub fn in_url(name: &str) -> String {
    const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    utf8_percent_encode(name, KEEP).to_string()
}

/// Bytes of a name in an archive: with the folders before it, every file system takes it.
const IN_ARCHIVE_MOST: usize = 120;

/// Names that Windows keeps for devices, whatever their extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A kept name as one that every file system takes, for a file in an archive.
pub fn in_archive(name: &str) -> String {
    let is_refused =
        |c: char| matches!(c, '<' | '>' | ':' | '"' | '/' | '\\' | '|' | '?' | '*') || c.is_control();
    let plain: String = name.chars().map(|c| if is_refused(c) { '_' } else { c }).collect();
    let stem = plain.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let is_port = |word: &str| {
        stem.strip_prefix(word)
            .is_some_and(|rest| rest.chars().count() == 1 && rest.chars().all(char::is_numeric))
    };
    let is_device = DEVICES.contains(&stem.as_str()) || is_port("com") || is_port("lpt");
    let mut name = if is_device { format!("_{plain}") } else { plain };
    if name.len() > IN_ARCHIVE_MOST {
        let extension = extension(&name).to_owned();
        let extension = if extension.len() < IN_ARCHIVE_MOST / 2 { extension } else { String::new() };
        let mut end = IN_ARCHIVE_MOST - extension.len();
        while !name.is_char_boundary(end) {
            end -= 1;
        }
        name.truncate(end);
        name = format!("{}{extension}", name.trim_end_matches(['.', ' ']));
    }
    if name.trim_matches(['.', ' ']).is_empty() { NAMELESS.to_owned() } else { name }
}

fn shorten(name: String) -> String {
    if name.chars().count() <= NAME_MOST {
        return name;
    }
    let extension = extension(&name);
    let room = NAME_MOST - 1 - extension.chars().count();
    let stem: String = name.chars().take(room).collect();
    format!("{}\u{2026}{extension}", stem.trim_end())
}

/// Control characters that are no white space, and those that hide or reorder what stands beside them. The two joiners
/// stay: Persian and emoji are written with them.
fn is_hidden(c: char) -> bool {
    (c.is_control() && !c.is_whitespace())
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn an_ordinary_name_stays_as_it_is() {
        for name in
            ["plan.pdf", "Bericht (neu) – 2.odt", "合同.docx", "عقد.pdf", "a\"b'c;d%20.txt", ".env", "👩‍💻.png"]
        {
            assert_eq!(clean(name), name);
        }
    }

    #[test]
    fn what_is_no_name_is_taken_off() {
        for (given, kept) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\fakepath\\cat.png", "cat.png"),
            ("photos/", "photos"),
            ("a\r\nSet-Cookie: b=c.txt", "a Set-Cookie: b=c.txt"),
            ("a\0b\u{7f}.txt", "ab.txt"),
            ("invoice\u{202e}fdp.exe", "invoicefdp.exe"),
            ("\u{feff} plan\u{a0}\u{2028}b.txt  ", "plan b.txt"),
            ("plan. . ", "plan"),
            ("", "file"),
            ("..", "file"),
            (" / . / ", "file"),
            ("\u{200b}\u{202e}", "file"),
        ] {
            assert_eq!(clean(given), kept, "{given:?}");
        }
    }

    #[test]
    fn too_long_a_name_keeps_its_extension() {
        let name = clean(&format!("{}.tar.gz", "ü".repeat(300)));
        assert_eq!(name.chars().count(), NAME_MOST);
        assert!(name.ends_with("ü….gz"));
        let name = clean(&format!("a.{}", "b".repeat(300)));
        assert_eq!(name.chars().count(), NAME_MOST);
        assert!(name.ends_with("b…"));
    }

    #[test]
    fn a_name_in_an_address_says_nothing_but_itself() {
        assert_eq!(in_url("a b/ü?#%.txt"), "a%20b%2F%C3%BC%3F%23%25.txt");
    }

    #[test]
    fn a_name_in_an_archive_is_one_for_every_file_system() {
        for (name, kept) in [
            ("plan.pdf", "plan.pdf"),
            ("合同.docx", "合同.docx"),
            ("a:b?c*d|e<f>g\"h.txt", "a_b_c_d_e_f_g_h.txt"),
            ("con", "_con"),
            ("NUL.txt", "_NUL.txt"),
            ("lpt1.log", "_lpt1.log"),
            ("console.log", "console.log"),
            ("lpt12.log", "lpt12.log"),
        ] {
            assert_eq!(in_archive(name), kept);
        }
        let long = in_archive(&format!("{}.tar.gz", "ü".repeat(200)));
        assert!(long.len() <= IN_ARCHIVE_MOST && long.ends_with("ü.gz"), "{long}");
    }

    proptest! {
        #[test]
        fn any_kept_name_has_one_in_an_archive(given in any::<String>()) {
            let name = in_archive(&clean(&given));
            prop_assert!(!name.is_empty() && name.len() <= IN_ARCHIVE_MOST);
            prop_assert!(!name.contains(['/', '\\', ':']) && name != "." && name != "..");
        }

        #[test]
        fn any_name_becomes_one_that_may_be_kept(given in any::<String>()) {
            let name = clean(&given);
            prop_assert!(!name.is_empty() && name.chars().count() <= NAME_MOST);
            prop_assert!(!name.contains(['/', '\\']) && !name.chars().any(char::is_control));
            prop_assert!(name.trim() == name && name != "." && name != "..");
            prop_assert_eq!(clean(&name), name);
        }

        #[test]
        fn a_name_of_the_hardest_characters_too(given in "[ ./\\\\\u{202e}\u{200b}\u{2026}a\n]{0,600}") {
            let name = clean(&given);
            prop_assert!(!name.is_empty() && name.chars().count() <= NAME_MOST && name.trim() == name);
            prop_assert_eq!(clean(&name), name);
        }
    }
}
