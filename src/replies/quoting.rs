//! Telling what a person typed from what their program quotes, and from what they sign every mail with.

/// What programs put before a signature that they add by themselves.
const SENT_FROM: [&str; 6] = [
    "Sent from my ",
    "Sent from Outlook",
    "Get Outlook for ",
    "Von meinem ",
    "Gesendet von ",
    "Gesendet mit ",
];

/// The words of a forwarded head, as Outlook writes it.
const FROM: [&str; 2] = ["From:", "Von:"];
const REST_OF_HEAD: [&str; 8] =
    ["Sent:", "Gesendet:", "Date:", "Datum:", "To:", "An:", "Subject:", "Betreff:"];

/// The text without signature and quoted text at its end. What is quoted between what was typed stays.
pub(super) fn said(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let end = (0..lines.len()).find(|at| is_end(&lines, *at)).unwrap_or(lines.len());
    let mut said = &lines[..end];
    // A quote at the end, and the line that says whose it is.
    let mut quoted = false;
    while let Some((last, rest)) = said.split_last() {
        if last.starts_with('>') {
            quoted = true;
        } else if !last.is_empty() {
            break;
        }
        said = rest;
    }
    if quoted && said.last().is_some_and(|line| line.ends_with(':')) {
        let names_somebody = |line: &str| ["On ", "Am ", "Le "].iter().any(|word| line.starts_with(word));
        let back = (1..=3.min(said.len())).find(|back| names_somebody(said[said.len() - back]));
        said = &said[..said.len() - back.unwrap_or(1)];
    }
    while let Some((last, rest)) = said.split_last() {
        if !last.is_empty() && !SENT_FROM.iter().any(|words| last.starts_with(words)) {
            break;
        }
        said = rest;
    }
    said.join("\n").trim().to_owned()
}

/// Whether all from this line on is signature or quoted.
fn is_end(lines: &[&str], at: usize) -> bool {
    let line = lines[at].trim();
    // The space of "-- " is gone by now; two dashes alone are no Markdown.
    let is_signature = line == "--";
    let is_rule = line.len() >= 20 && line.bytes().all(|byte| byte == b'_');
    let is_original = line.len() > 10
        && line.starts_with("-----")
        && line.ends_with("-----")
        && line.chars().any(char::is_alphabetic);
    let is_head = FROM.iter().any(|word| line.starts_with(word)) && {
        let next = lines.iter().skip(at + 1).take(3);
        let is_of_head = |line: &&&str| REST_OF_HEAD.iter().any(|word| line.trim().starts_with(word));
        next.filter(is_of_head).count() >= 2
    };
    is_signature || is_rule || is_original || is_head
}

/// HTML up to what it quotes.
pub(super) fn unquoted_html(html: &str) -> &str {
    let marks = [
        "<blockquote",
        "class=\"gmail_quote",
        "id=\"divrplyfwdmsg",
        "id=\"appendonsend",
        "id=\"mail-editor-reference",
    ];
    // ASCII alone is made small, so that every place is the same in both.
    let small = html.to_ascii_lowercase();
    let Some(end) = marks.iter().filter_map(|mark| small.find(mark)).min() else { return html };
    // An element's attributes stand after its beginning.
    let end = if small[end..].starts_with('<') { end } else { small[..end].rfind('<').unwrap_or(end) };
    &html[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_stays_and_what_was_quoted_goes() {
        for (text, is) in [
            ("Good idea.", "Good idea."),
            ("Good.\n\nOn Mon, 1 Dec 2026, Bob wrote:\n> Hm?\n>> Ha", "Good."),
            (
                "Good.\r\n\r\nOn Mon, 1 Dec 2026 at 10:00, Bob Builder\r\n<bob@example.com> wrote:\r\n\r\n> Hm?\r\n",
                "Good.",
            ),
            ("Gut.\n\nAm 01.12.26 um 10:00 schrieb Bob:\n> Hm?\n\n-- \nAda", "Gut."),
            ("Good.\n\n-- \nAda\n+49 1", "Good."),
            ("Good.\n\n-----Original Message-----\nFrom: Bob", "Good."),
            ("Good.\n\n________________________________\nVon: Bob", "Good."),
            ("Good.\n\nFrom: Bob\nSent: Monday\nTo: Ada\nSubject: x\n\nHm?", "Good."),
            ("Good.\n\nSent from my iPhone", "Good."),
            ("> Is it?\n\nYes.\n\n> And that?\n\nNo.", "> Is it?\n\nYes.\n\n> And that?\n\nNo."),
            ("One\n\n---\n\nTwo", "One\n\n---\n\nTwo"),
            ("From: here to there\nit is far", "From: here to there\nit is far"),
            ("These things:\n\n* one", "These things:\n\n* one"),
            ("> only quoted", ""),
            ("", ""),
        ] {
            assert_eq!(said(text), is, "{text}");
        }
    }

    #[test]
    fn html_ends_where_it_quotes() {
        assert_eq!(unquoted_html("<p>Ja</p><BLOCKQUOTE>Nein</BLOCKQUOTE>"), "<p>Ja</p>");
        assert_eq!(unquoted_html("<p>Ä</p><div class=\"gmail_quote\">x"), "<p>Ä</p>");
        assert_eq!(unquoted_html("<p>Ja</p>"), "<p>Ja</p>");
    }
}
