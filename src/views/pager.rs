//! A list too long for one page, and the ways to the pages beside this one.

use serde::Serialize;

#[derive(Clone, Debug, Default, Serialize)]
pub struct Pager {
    /// Addresses; none on the first page and on the last.
    pub previous: Option<String>,
    pub next: Option<String>,
}

/// One page of a list.
#[derive(Debug)]
pub struct Page {
    /// Rows before it.
    pub offset: i64,
    pub pager: Pager,
}

impl Page {
    /// The page of this number, from 1, of `count` rows, `size` on each; the last one where there are not so many. `path`
    /// gives a page's address.
    pub fn new(number: i64, count: i64, size: i64, path: impl Fn(i64) -> String) -> Self {
        let pages = (count + size - 1) / size;
        let number = number.clamp(1, pages.max(1));
        let previous = (number > 1).then(|| path(number - 1));
        let next = (number < pages).then(|| path(number + 1));
        Self { offset: (number - 1) * size, pager: Pager { previous, next } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_knows_those_beside_it() {
        for (number, count, offset, previous, next) in [
            (1, 0, 0, None, None),
            (1, 10, 0, None, None),
            (1, 11, 0, None, Some("2")),
            (2, 11, 10, Some("1"), None),
            (2, 30, 10, Some("1"), Some("3")),
            (99, 30, 20, Some("2"), None),
            (-5, 30, 0, None, Some("2")),
            (i64::MAX, 0, 0, None, None),
        ] {
            let page = Page::new(number, count, 10, |number| number.to_string());
            assert_eq!(page.offset, offset, "{number} of {count}");
            assert_eq!(page.pager.previous.as_deref(), previous, "{number} of {count}");
            assert_eq!(page.pager.next.as_deref(), next, "{number} of {count}");
        }
    }
}
