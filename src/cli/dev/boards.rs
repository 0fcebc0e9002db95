//! What stands on the demo's boards: the work of a small team that relaunches its shop.

use crate::models::color::Color;

pub struct DemoBoard {
    pub title: &'static str,
    pub color: Color,
    pub starred: bool,
    pub columns: &'static [DemoColumn],
}

pub struct DemoColumn {
    pub title: &'static str,
    pub wip_limit: Option<i32>,
    pub cards: &'static [DemoCard],
}

pub struct DemoCard {
    pub title: &'static str,
    /// Markdown.
    pub body: &'static str,
    /// The column in which it was made, if it has come along since.
    pub from: Option<&'static str>,
}

const fn card(title: &'static str, body: &'static str) -> DemoCard {
    DemoCard { title, body, from: None }
}

const fn moved(title: &'static str, from: &'static str, body: &'static str) -> DemoCard {
    DemoCard { title, body, from: Some(from) }
}

pub const BOARDS: &[DemoBoard] = &[
    DemoBoard {
        title: "Reading list",
        color: Color::Amber,
        starred: false,
        columns: &[
            DemoColumn {
                title: "To read",
                wip_limit: None,
                cards: &[
                    card(
                        "Kanban: what a limit on work in progress is for",
                        "Short version: start less, finish more.",
                    ),
                    card("PostgreSQL: how an index-only scan works", ""),
                ],
            },
            DemoColumn {
                title: "Reading",
                wip_limit: Some(1),
                cards: &[moved("WCAG 2.2: what is new since 2.1", "To read", WCAG)],
            },
            DemoColumn { title: "Read", wip_limit: None, cards: &[] },
        ],
    },
    DemoBoard {
        title: "Customer questions",
        color: Color::Teal,
        starred: false,
        columns: &[
            DemoColumn {
                title: "New",
                wip_limit: None,
                cards: &[
                    card(
                        "Invoice shows the old address",
                        "> We moved in October, the invoice still goes to the old office.\n\n\
                         Change it by hand for now, and see whether the shop's form keeps it.",
                    ),
                    card("Can I order ten at once?", ""),
                ],
            },
            DemoColumn {
                title: "Waiting for an answer",
                wip_limit: Some(5),
                cards: &[moved(
                    "Parcel arrived damaged",
                    "New",
                    "Asked for a photo of the box on Monday. Replacement is **set aside** until then.",
                )],
            },
            DemoColumn {
                title: "Answered",
                wip_limit: None,
                cards: &[
                    moved("هل تشحنون إلى القاهرة؟", "New", "نعم، خلال خمسة أيام عمل."),
                    moved(
                        "Where do I find my order number?",
                        "New",
                        "In the subject of the confirmation mail.",
                    ),
                ],
            },
        ],
    },
    DemoBoard {
        title: "Shop relaunch",
        color: Color::Blue,
        starred: true,
        columns: &[
            DemoColumn {
                title: "Ideas",
                wip_limit: None,
                cards: &[
                    card(
                        "Gift wrapping at checkout",
                        "A checkbox, a short message, 2.50 more. Nothing else.",
                    ),
                    card("Show how many are left in stock", ""),
                    card(
                        "Dark mode for the shop",
                        "Many people read the shop in the evening. The colors are variables already.",
                    ),
                    card("Newsletter: once a month, not once a week", ""),
                ],
            },
            DemoColumn {
                title: "Ready",
                wip_limit: Some(6),
                cards: &[
                    moved("Search finds words with typing errors", "Ideas", SEARCH),
                    card(
                        "Write the delivery times in plain words",
                        "“Thursday or Friday” instead of “2–3 working days”.",
                    ),
                    card("Product photos: one light, one background", PHOTOS),
                    card(
                        "Redirect the old links",
                        "The 40 most visited ones; the list is in the statistics.",
                    ),
                ],
            },
            DemoColumn {
                title: "In progress",
                wip_limit: Some(3),
                cards: &[
                    moved("Checkout on one page", "Ready", CHECKOUT),
                    moved("Faster start page on a phone", "Ready", SPEED),
                    moved("Cart survives closing the browser", "Ready", ""),
                    card(
                        "Fix: total is wrong with two vouchers",
                        "**Urgent.** Two vouchers of 10 % give 20 %, it should be 19 %.\n\n\
                         ```\ntotal = price × 0.9 × 0.9\n```",
                    ),
                ],
            },
            DemoColumn {
                title: "Review",
                wip_limit: Some(3),
                cards: &[
                    moved("New order confirmation mail", "In progress", MAIL),
                    moved(
                        "Keyboard can reach every filter",
                        "In progress",
                        "Tab order, visible focus, Escape closes.",
                    ),
                ],
            },
            DemoColumn {
                title: "Done",
                wip_limit: None,
                cards: &[
                    moved("Choose the new payment provider", "Review", PAYMENT),
                    moved("Ask ten customers what annoys them", "Review", CUSTOMERS),
                    moved("Draw the new product page", "Review", ""),
                    card(
                        "Agree on a date for the relaunch",
                        "The **first Monday of the month**, early in the morning.",
                    ),
                ],
            },
        ],
    },
];

const WCAG: &str = "\
The new criteria that matter to us:

- *Dragging movements*: everything that is dragged can be done without dragging
- *Target size*: at least 24 by 24 pixels
- *Accessible authentication*: no puzzles to sign in";

const SEARCH: &str = "\
Today **“keyborad”** finds nothing. It should find keyboards.

1. Measure how often a search finds nothing
2. Try `pg_trgm` on product names
3. Compare the two numbers after a week";

const PHOTOS: &str = "\
- [x] Borrow the light tent
- [x] Twelve best sellers
- [ ] The other thirty
- [ ] Write down the camera's settings, so that the next ones match";

const CHECKOUT: &str = "\
Three pages lose a third of the people. **One page**, with everything in sight.

| Step | now | goal |
| --- | ---: | ---: |
| Address | 100 % | 100 % |
| Delivery | 81 % | 95 % |
| Payment | 66 % | 90 % |

- [x] Address and delivery side by side
- [x] Errors beside their fields
- [ ] Pay without an account
- [ ] Try it on the oldest phone in the office";

const SPEED: &str = "\
The start page takes 6 seconds on a cheap phone. Goal: **under 2**.

- [x] Pictures in the size they are shown
- [ ] Load the map only when it is scrolled to
- [ ] No more than one font";

const MAIL: &str = "\
What people look for, in this order:

1. Has it worked?
2. When does it come?
3. Whom do I ask?

Please read it aloud once before it goes out.";

const PAYMENT: &str = "\
Compared three on fees, refunds and how their support answers on a Saturday.
The decision and the reasons are in the minutes.";

const CUSTOMERS: &str = "\
What we heard most:

> I never know when it will arrive.

> Why do I need an account to buy a cable?

Both have become cards of their own.";
