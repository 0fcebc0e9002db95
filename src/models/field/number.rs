//! Numbers as people write them, exact: no digit is lost, and none comes along.

use std::fmt;

use crate::language::Language;

/// Digits before the point.
const WHOLE_MOST: usize = 20;
/// Digits after it.
const FRACTION_MOST: usize = 10;

/// A decimal number: its digits as a whole number, and how many of them stand after the point. `2.50` stays `2.50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    digits: i128,
    scale: u32,
}

/// Why a text is no [`Number`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotANumber {
    /// Anything but digits with one point or comma and a sign; or more digits than are kept.
    Malformed,
    /// `1.000` in German and `1,000` in English: a thousand to one person, and one to the next.
    Grouped,
}

impl Number {
    /// Reads what a person who reads this language has typed. Both a point and a comma stand before decimals.
    ///
    /// # Errors
    /// [`NotANumber`].
    pub fn parse(text: &str, language: Language) -> Result<Self, NotANumber> {
        let group = match language {
            Language::English => ',',
            Language::German => '.',
        };
        let text = text.trim().replace('\u{2212}', "-");
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(&text);
        if let Some((whole, fraction)) = unsigned.split_once(group)
            && fraction.len() == 3
            && (1..=3).contains(&whole.len())
            && !whole.starts_with('0')
            && [whole, fraction].iter().all(|part| part.bytes().all(|byte| byte.is_ascii_digit()))
        {
            return Err(NotANumber::Grouped);
        }
        Self::read(&text.replace(',', ".")).ok_or(NotANumber::Malformed)
    }

    /// Reads what [`fmt::Display`] writes, among others; none for anything else.
    pub fn read(text: &str) -> Option<Self> {
        let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, ""));
        let is_written = !whole.is_empty() && (!fraction.is_empty() || !unsigned.contains('.'));
        let whole = whole.trim_start_matches('0');
        if !is_written || whole.len() > WHOLE_MOST || fraction.len() > FRACTION_MOST {
            return None;
        }
        let mut digits: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            // At most 30 of them.
            digits = digits * 10 + i128::from(byte - b'0');
        }
        let digits = if text.starts_with('-') { -digits } else { digits };
        Some(Self { digits, scale: u32::try_from(fraction.len()).ok()? })
    }

    /// The sum, exact, with as many decimals as the number that has most; none for no numbers at all. Of a board's 20,000 cards
    /// it has 35 digits at most, and a sum has room for 38.
    pub fn sum(numbers: impl IntoIterator<Item = Self>) -> Option<Self> {
        numbers.into_iter().reduce(|one, other| {
            let scale = one.scale.max(other.scale);
            let scaled = |number: Self| number.digits.saturating_mul(10_i128.pow(scale - number.scale));
            Self { digits: scaled(one).saturating_add(scaled(other)), scale }
        })
    }
}

/// The one form that a number is kept in: no sign but a minus, no zeros in front, a point before decimals.
impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let scale = self.scale as usize;
        let digits = format!("{:0>width$}", self.digits.unsigned_abs(), width = scale + 1);
        let (whole, fraction) = digits.split_at(digits.len() - scale);
        if fraction.is_empty() { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{fraction}") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parsed(text: &str, language: Language) -> Result<String, NotANumber> {
        Number::parse(text, language).map(|number| number.to_string())
    }

    #[test]
    fn a_number_has_one_form_and_loses_no_digit() {
        for (text, form) in [
            ("12", "12"),
            (" 2.50 ", "2.50"),
            ("2,5", "2.5"),
            ("+007", "7"),
            ("-0.10", "-0.10"),
            ("-0", "0"),
            ("\u{2212}3", "-3"),
            ("0,000", "0.000"),
            ("12345678901234567890.0123456789", "12345678901234567890.0123456789"),
        ] {
            for language in Language::ALL {
                assert_eq!(parsed(text, *language).as_deref(), Ok(form), "{text}");
            }
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for bad in [
            "",
            "NaN",
            "Infinity",
            "-Infinity",
            "1e5",
            "0x10",
            "1 000",
            "1.",
            ".5",
            "-",
            "1.2.3",
            "1,2,3",
            "1.000,5",
            "1,000.5",
            "--1",
            "1-",
            "٣",
            "123456789012345678901",
            "0.12345678901",
            "12345.",
            "1_000",
        ] {
            for language in Language::ALL {
                assert!(parsed(bad, *language).is_err(), "{bad:?}");
            }
        }
    }

    #[test]
    fn a_thousand_is_not_taken_for_one() {
        use Language::{English, German};
        for (text, in_english, in_german) in [
            ("1,000", Err(NotANumber::Grouped), Ok("1.000")),
            ("1.000", Ok("1.000"), Err(NotANumber::Grouped)),
            ("-12,500", Err(NotANumber::Grouped), Ok("-12.500")),
            ("0.125", Ok("0.125"), Ok("0.125")),
            ("1234,567", Ok("1234.567"), Ok("1234.567")),
        ] {
            let owned = |form: Result<&str, NotANumber>| form.map(str::to_owned);
            assert_eq!(parsed(text, English), owned(in_english), "{text}");
            assert_eq!(parsed(text, German), owned(in_german), "{text}");
        }
    }

    #[test]
    fn a_sum_is_exact() {
        let sum = |texts: &[&str]| {
            let numbers = texts.iter().map(|text| Number::read(text).expect("a number"));
            Number::sum(numbers).map(|sum| sum.to_string())
        };
        assert_eq!(sum(&[]), None);
        assert_eq!(sum(&["0.1", "0.2"]).as_deref(), Some("0.3"));
        assert_eq!(sum(&["1.5", "1.50", "-3"]).as_deref(), Some("0.00"));
        assert_eq!(sum(&["-0.05", "0.01"]).as_deref(), Some("-0.04"));
        let largest = "99999999999999999999.9999999999";
        assert_eq!(sum(&[largest; 20_000]).as_deref(), Some("1999999999999999999999999.9999980000"));
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(digits in -(10_i128.pow(30) - 1)..10_i128.pow(30), scale in 0_u32..=10) {
            // No more than 20 digits before the point.
            let digits = digits / 10_i128.pow(10 - scale);
            let number = Number { digits, scale };
            prop_assert_eq!(Number::read(&number.to_string()), Some(number));
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Number::parse(&text, Language::English);
        }
    }
}
