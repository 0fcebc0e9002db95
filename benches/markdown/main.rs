//! The texts that take longest to render, of the length that a description may have. `script/bench markdown` runs it.

mod monotonous;

use std::time::Instant;

use xtablo::markdown::to_html;
use xtablo::models::card::BODY_MOST;

fn main() {
    let mut results: Vec<_> = monotonous::texts(BODY_MOST)
        .into_iter()
        .map(|text| {
            let began = Instant::now();
            let bytes = to_html(&text).len();
            (began.elapsed(), bytes, text.chars().take(20).collect::<String>())
        })
        .collect();
    results.sort_by_key(|result| std::cmp::Reverse(result.0));
    println!("{} texts of {BODY_MOST} characters; the slowest:", results.len());
    for (time, bytes, text) in results.iter().take(5) {
        println!("{:6.1} ms {bytes:8} bytes of HTML: {text:?}", time.as_secs_f64() * 1000.0);
    }
    let largest = results.iter().map(|(_, bytes, _)| bytes).max();
    println!("the largest HTML: {} bytes", largest.copied().unwrap_or_default());
}
