//! Rendering off the async threads, a few texts at a time, and each text once.

use std::sync::Arc;

use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::Semaphore;

use super::{tasks, to_html};

/// Bytes of texts and of their HTML that are kept: some thousand descriptions.
const KEPT: u64 = 16 << 20;

/// Before a line, so that nothing in it stands at the beginning of a text. Emphasis, addresses and names may follow it.
const OPENING: char = '(';

/// Texts rendered at once, each on a thread of its own.
const AT_ONCE: usize = 2;

/// Renders Markdown, and keeps what it rendered for as long as the process runs. A newer version of the program is a new
/// process, so that no HTML of an older one is shown.
pub struct Renderer {
    kept: Cache<Arc<str>, Arc<str>, Bytes>,
    permits: Arc<Semaphore>,
}

impl Default for Renderer {
    fn default() -> Self {
        Self { kept: Cache::with_weighter(4096, KEPT, Bytes), permits: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Renderer {
    /// The HTML of a text. Readers that want the same text at once wait for one rendering.
    pub async fn render(&self, text: &str) -> anyhow::Result<Arc<str>> {
        if text.is_empty() {
            return Ok("".into());
        }
        let text: Arc<str> = text.into();
        self.kept.get_or_insert_async(&text, self.render_anew(Arc::clone(&text))).await
    }

    /// The HTML of a text of one line, as it stands in a line: a sign at its beginning makes neither a heading nor a list of
    /// it.
    pub async fn render_line(&self, line: &str) -> anyhow::Result<Arc<str>> {
        let html = self.render(&format!("{OPENING}{line}")).await?;
        let inner = html.strip_prefix("<p>").and_then(|html| html.strip_prefix(OPENING));
        let inner = inner.and_then(|html| html.trim_end().strip_suffix("</p>"));
        Ok(inner.map_or_else(|| Arc::clone(&html), Arc::from))
    }

    /// The text with one of its tasks done or undone, by its place in it.
    pub async fn set_task(
        &self,
        text: &str,
        task: usize,
        of: usize,
        done: bool,
    ) -> anyhow::Result<Option<String>> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let text = text.to_owned();
        let set = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            tasks::set(&text, task, of, done)
        });
        Ok(set.await?)
    }

    async fn render_anew(&self, text: Arc<str>) -> anyhow::Result<Arc<str>> {
        let permit = Arc::clone(&self.permits).acquire_owned().await?;
        let html = tokio::task::spawn_blocking(move || {
            // Belongs to the work: a client that hangs up does not let another text begin.
            let _permit = permit;
            to_html(&text).into()
        });
        Ok(html.await?)
    }
}

#[derive(Clone)]
struct Bytes;

impl Weighter<Arc<str>, Arc<str>> for Bytes {
    fn weight(&self, text: &Arc<str>, html: &Arc<str>) -> u64 {
        (text.len() + html.len()) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn readers_of_one_text_share_one_rendering() {
        let renderer = Renderer::default();
        let text = ">".repeat(2_000);
        let (one, other) = tokio::join!(renderer.render(&text), renderer.render(&text));
        let (one, other) = (one.expect("HTML"), other.expect("HTML"));
        assert!(Arc::ptr_eq(&one, &other));
        assert!(Arc::ptr_eq(&one, &renderer.render(&text).await.expect("HTML")));
    }

    #[tokio::test]
    async fn a_line_is_no_heading_and_no_list() {
        let renderer = Renderer::default();
        for (line, html) in [
            ("# 42", "# 42"),
            ("- [ ] one", "- [ ] one"),
            ("1. one", "1. one"),
            ("> quoted", "&gt; quoted"),
            (
                "[x]: https://example.com",
                "[x]: <a href=\"https://example.com\" rel=\"noopener noreferrer nofollow\">https://example.com</a>",
            ),
            ("_so_ **it** `is`", "<em>so</em> <strong>it</strong> <code>is</code>"),
            ("<script>x</script>", "&lt;script&gt;x&lt;/script&gt;"),
            ("", ""),
        ] {
            assert_eq!(&*renderer.render_line(line).await.expect("HTML"), html, "{line}");
        }
        let names = renderer.render_line("@ada and #7").await.expect("HTML");
        let named = crate::markdown::references::Named::of([&*names]);
        assert_eq!((named.handles.len(), named.numbers.len()), (1, 1), "{names}");
    }

    #[tokio::test]
    async fn what_is_kept_is_bounded() {
        let renderer = Renderer::default();
        let long = "a ".repeat(25_000);
        for number in 0..300 {
            renderer.render(&format!("{number} {long}")).await.expect("HTML");
        }
        assert!(renderer.kept.weight() <= KEPT);
    }
}
