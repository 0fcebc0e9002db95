//! Texts of nothing but one thing: what a parser is slowest at.

pub fn texts(length: usize) -> Vec<String> {
    let signs: Vec<char> = (' '..='~').filter(|sign| !sign.is_alphanumeric()).collect();
    let printable = (' '..='~').flat_map(|one| [format!("{one}"), format!("{one} "), format!("{one}\n")]);
    let pairs = signs.iter().flat_map(|a| {
        signs.iter().flat_map(move |b| [format!("{a}{b}"), format!("{a}{b} "), format!("{a}{b}\n")])
    });
    let named = [
        "<kbd>",
        "<details>\n\n",
        "<details>",
        "<!--",
        "<a",
        "- ",
        "1. a\n",
        "  ",
        "> - ",
        "- a\n  ",
        "**a ",
        "a **b",
        "*a_ ",
        "a*b_c ",
        "[a](",
        "![",
        "![a](b)",
        "[a][b]",
        "[a]: b\n",
        "[^1]",
        "[^1]: a\n",
        "|a",
        "|-",
        "www.a.b ",
        "a@b.c ",
        "&#x41;",
        "`a`",
        "~~a",
        "é",
        "\u{1f469}\u{200d}",
        "\t",
    ];
    let units = printable.chain(pairs).chain(named.map(str::to_owned));
    let repeated = units.map(|unit| unit.chars().cycle().take(length).collect());
    repeated
        .chain([10, 200, 1_000].map(|columns| table(columns, length)))
        .chain([quotes(length), ticks(length)])
        .collect()
}

/// Rows of one cell under a head of many.
fn table(columns: usize, length: usize) -> String {
    let head = format!("{}\n{}\n", "|a".repeat(columns), "|-".repeat(columns));
    head.clone() + &"a\n".repeat(length.saturating_sub(head.len()) / 2)
}

fn quotes(length: usize) -> String {
    (">".repeat(60) + "\n").chars().cycle().take(length).collect()
}

/// Openings of code, none of which is closed.
fn ticks(length: usize) -> String {
    let openings: String = (1..400).map(|count| "`".repeat(count) + " ").collect();
    openings.chars().take(length).collect()
}
