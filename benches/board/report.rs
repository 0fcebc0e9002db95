//! The figures, printed as they come, and what they are to each other and to the goals.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::load::Outcome;

#[derive(Default)]
pub struct Report {
    /// By name: CPU milliseconds a request, web and PostgreSQL together.
    cpu: BTreeMap<String, f64>,
    start: Option<f64>,
    idle: Option<f64>,
}

/// Name, most CPU milliseconds a request.
const GOALS: [(&str, f64); 8] = [
    ("page, 500 cards", 1.5),
    ("page, 500 cards, a team of 20", 1.5),
    ("with labels, dates, checklists", 1.9),
    ("page, unchanged", 0.11),
    ("the same, unchanged", 0.11),
    ("card, 2,000 comments", 5.0),
    ("move, plain form", 1.0),
    ("move, htmx", 1.2),
];

const RATIOS: [(&str, &str); 5] = [
    ("page, 500 cards", "bare axum, the page's bytes"),
    ("page, 500 cards", "pgbench, the page's SQL"),
    ("page, unchanged", "bare axum, no bytes"),
    ("move, plain form", "pgbench, a move's SQL"),
    ("page, 5,000 cards", "page, 500 cards"),
];

impl Report {
    pub fn start(&mut self, middle: Duration) {
        self.start = Some(ms(middle));
        println!("start to the first 200 on /healthz: {:.0} ms", ms(middle));
    }

    pub fn memory(&mut self, when: &str, mb: f64) {
        self.idle.get_or_insert(mb);
        println!("resident memory {when}: {mb:.1} MB");
    }

    /// CPU time of web and of PostgreSQL, as far as they had a part in it.
    pub fn load(&mut self, name: &str, outcome: &Outcome, web: Option<Duration>, postgres: Option<Duration>) {
        if self.cpu.is_empty() {
            println!(
                "\n{:<30}{:>10}{:>9}{:>12}{:>10}{:>9}{:>9}{:>10}",
                "", "requests/s", "web ms", "postgres ms", "CPU ms", "p50 ms", "p99 ms", "bytes"
            );
        }
        let each = |cpu: Option<Duration>| cpu.map(|cpu| ms(cpu) / outcome.requests as f64);
        let shown = |figure: Option<f64>| figure.map_or("-".to_owned(), |figure| format!("{figure:.3}"));
        let (web, postgres) = (each(web), each(postgres));
        let cpu = web.unwrap_or(0.0) + postgres.unwrap_or(0.0);
        println!(
            "{name:<30}{:>10.0}{:>9}{:>12}{cpu:>10.3}{:>9}{:>9}{:>10}",
            outcome.requests as f64 / outcome.elapsed.as_secs_f64(),
            shown(web),
            shown(postgres),
            shown(outcome.p50.map(ms)),
            shown(outcome.p99.map(ms)),
            outcome.bytes,
        );
        self.cpu.insert(name.to_owned(), cpu);
    }

    pub fn conclude(&self) {
        println!("\nCPU milliseconds a request, as ratios");
        for (one, other) in RATIOS {
            if let (Some(a), Some(b)) = (self.cpu.get(one), self.cpu.get(other)) {
                println!("{one} / {other}: {:.1}", a / b);
            }
        }
        println!("\nGoals");
        for (name, most) in GOALS {
            goal(name, "ms of CPU", self.cpu.get(name).copied(), most);
        }
        goal("start", "ms", self.start, 100.0);
        goal("idle memory", "MB", self.idle, 30.0);
    }
}

fn goal(name: &str, unit: &str, figure: Option<f64>, most: f64) {
    if let Some(figure) = figure {
        let verdict = if figure <= most { "met" } else { "MISSED" };
        println!("{name}: {figure:.2} of {most} {unit}: {verdict}");
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
