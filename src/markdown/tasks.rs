//! The tasks of a text, `- [ ]` and `- [x]`: done or not, by their place in it.

use comrak::nodes::NodeValue;
use comrak::{Arena, parse_document};

use super::{options_for, references, tree};

/// The text with a task done or undone; none where it has no such task, or not as many as the reader saw.
pub fn set(source: &str, task: usize, of: usize, done: bool) -> Option<String> {
    let source = &*references::without_marks(source);
    let arena = Arena::new();
    let root = parse_document(&arena, source, options_for(source));
    // What is beyond the bounds is shown as text, and no box.
    tree::tame(&arena, root, source);
    let marks: Vec<_> = root
        .descendants()
        .filter_map(|node| match &node.data().value {
            NodeValue::TaskItem(item) => Some(item.symbol_sourcepos.start),
            _ => None,
        })
        .collect();
    let mark = marks.get(task).filter(|_| marks.len() == of)?;
    let line = source.split_inclusive('\n').nth(mark.line.checked_sub(1)?)?;
    let before = line.as_ptr() as usize - source.as_ptr() as usize;
    let at = before + mark.column.checked_sub(1)?;
    let is_mark = matches!(source.get(at..=at)?, " " | "x" | "X");
    is_mark.then(|| format!("{}{}{}", &source[..at], if done { "x" } else { " " }, &source[at + 1..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_task_is_done_and_undone_where_it_stands() {
        let text = "Ö:\n\n- [ ] one\n  - [x] two *ä*\n\n> 1. [ ] three\n\n`- [ ] none`\n";
        assert_eq!(set(text, 0, 3, true), Some(text.replace("[ ] one", "[x] one")));
        assert_eq!(set(text, 1, 3, false), Some(text.replace("[x] two", "[ ] two")));
        assert_eq!(set(text, 2, 3, true), Some(text.replace("[ ] three", "[x] three")));
        assert_eq!(set(text, 1, 3, true).as_deref(), Some(text));
        assert_eq!(set(text, 3, 3, true), None);
        assert_eq!(set(text, 0, 2, true), None, "the reader saw another text");
        assert_eq!(set("", 0, 0, true), None);
        let crlf = "- [ ] one\r\n- [ ] two\r\n";
        assert_eq!(set(crlf, 1, 2, true).as_deref(), Some("- [ ] one\r\n- [x] two\r\n"));
    }

    proptest::proptest! {
        #[test]
        fn any_text_keeps_all_but_one_sign(text in "([-*>1. ]{0,3}\\[[ xX]\\] ?[a-zä`\\n-]{0,6}|\\PC{0,8}|\\n){0,12}", task in 0..4_usize) {
            for of in 0..6 {
                if let Some(done) = set(&text, task, of, true) {
                    let differing = text.bytes().zip(done.bytes()).filter(|(one, other)| one != other).count();
                    proptest::prop_assert!(done.len() == text.len() && differing <= 1);
                }
            }
        }
    }
}
