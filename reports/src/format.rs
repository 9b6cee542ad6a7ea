//! Numbers as text: three significant digits and a unit that fits.

use wasmark_results::summary::Unit;

/// What stands where a number is not there.
pub const DASH: &str = "–";

/// `value` with three significant digits, without an exponent.
pub fn digits(value: f64) -> String {
    if !value.is_finite() {
        return DASH.into();
    }
    // The exponent after rounding: 9.996 is 10.0 and not 10.00.
    let text = format!("{value:.2e}");
    let exponent = text.rsplit('e').next().and_then(|exponent| exponent.parse::<i32>().ok()).unwrap_or(0);
    let decimals = (2 - exponent).clamp(0, 9) as usize;
    format!("{value:.decimals$}")
}

/// The largest of `steps` that is not above `value` divides it and names it.
fn scaled(value: f64, steps: &[(f64, &str)]) -> String {
    // A value that rounds up to the next step is shown in it: 999.9 ns is 1.00 µs.
    let fits = |step: f64| value.abs() * 1.0005 >= step;
    let (step, unit) =
        steps.iter().rev().find(|(step, _)| fits(*step)).or(steps.first()).unwrap_or(&(1.0, ""));
    format!("{}\u{a0}{unit}", digits(value / step))
}

/// Nanoseconds as ns, µs, ms or s.
pub fn time(nanoseconds: f64) -> String {
    scaled(nanoseconds, &[(1.0, "ns"), (1e3, "µs"), (1e6, "ms"), (1e9, "s")])
}

/// Bytes as B, KiB, MiB, GiB or TiB.
pub fn bytes(bytes: f64) -> String {
    const K: f64 = 1024.0;
    if bytes.abs() < K {
        return format!("{}\u{a0}B", if bytes.fract() == 0.0 { format!("{bytes}") } else { digits(bytes) });
    }
    scaled(bytes, &[(K, "KiB"), (K * K, "MiB"), (K * K * K, "GiB"), (K * K * K * K, "TiB")])
}

/// A count: whole where it is whole, with thin spaces between thousands.
pub fn count(value: f64) -> String {
    if value.fract() != 0.0 || value.abs() >= 1e15 {
        return digits(value);
    }
    let plain = format!("{:.0}", value.abs());
    let mut grouped = String::from(if value < 0.0 { "−" } else { "" });
    for (index, digit) in plain.chars().enumerate() {
        if index > 0 && (plain.len() - index) % 3 == 0 {
            grouped.push('\u{202f}');
        }
        grouped.push(digit);
    }
    grouped
}

/// A count to three digits, which is as exact as what it was calculated from.
pub fn rounded(value: f64) -> String {
    if value < 1000.0 {
        return count(value.round());
    }
    let unit = 10_f64.powf(value.log10().floor() - 2.0);
    count((value / unit).round() * unit)
}

/// A ratio: `1.23×`.
pub fn factor(ratio: f64) -> String {
    format!("{}×", digits(ratio))
}

/// A value in its unit.
pub fn value(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Nanoseconds | Unit::NanosecondsPerUnit => time(value),
        Unit::Bytes => bytes(value),
        Unit::Count => count(value),
        Unit::PerSecond => format!("{}\u{a0}/s", rounded(value)),
        Unit::Factor => factor(value),
        Unit::Share => percent(value),
    }
}

/// The ends of an interval, by the formatter of its value; one text where both look the same.
pub fn interval(low: f64, high: f64, format: impl Fn(f64) -> String) -> String {
    let (low, high) = (format(low), format(high));
    if low == high {
        return low;
    }
    // The unit once, where both have the same.
    match (low.split_once('\u{a0}'), high.split_once('\u{a0}')) {
        (Some((number, unit)), Some((_, same))) if unit == same => format!("{number}–{high}"),
        _ => format!("{low}–{high}"),
    }
}

/// A share as whole per cent, never rounded up: 0.9999 is not 100 %.
pub fn percent(share: f64) -> String {
    format!("{:.0}\u{a0}%", (share * 100.0).floor())
}

/// A number on an axis: without the zeros that show how exact a measured one is.
pub fn tick(text: &str) -> String {
    let Some(end) = text.find(|c: char| !c.is_ascii_digit() && c != '.') else {
        return text.to_owned();
    };
    let (number, unit) = text.split_at(end);
    let number =
        if number.contains('.') { number.trim_end_matches('0').trim_end_matches('.') } else { number };
    format!("{number}{unit}")
}

/// `1 process`, `2 processes`.
pub fn plural(number: u64, one: &str, many: &str) -> String {
    format!("{}\u{a0}{}", count(number as f64), if number == 1 { one } else { many })
}

/// The same for a terminal, whose lines break at any space and whose numbers are searched for.
pub fn counted(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// A number rounded to six significant digits.
pub fn six_digits(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_is_singular() {
        assert_eq!(
            [0, 1, 2_000].map(|number| plural(number, "process", "processes")),
            ["0\u{a0}processes", "1\u{a0}process", "2\u{202f}000\u{a0}processes"]
        );
        assert_eq!(
            [0, 1, 2_000].map(|number| counted(number, "run", "runs")),
            ["0 runs", "1 run", "2000 runs"]
        );
    }

    #[test]
    fn picks_the_unit_that_fits() {
        for (nanoseconds, text) in [
            (0.0, "0.00 ns"),
            (14.23, "14.2 ns"),
            (999.9, "1.00 µs"),
            (1_523.0, "1.52 µs"),
            (2.5e6, "2.50 ms"),
            (6.1e10, "61.0 s"),
        ] {
            assert_eq!(time(nanoseconds).replace('\u{a0}', " "), text);
        }
        for (size, text) in [
            (0.0, "0 B"),
            (1023.0, "1023 B"),
            (9_216.0, "9.00 KiB"),
            (8.4e9, "7.82 GiB"),
            (-4096.0, "-4.00 KiB"),
        ] {
            assert_eq!(bytes(size).replace('\u{a0}', " "), text);
        }
    }

    #[test]
    fn keeps_three_digits() {
        for (value, text) in
            [(9.996, "10.0"), (0.01234, "0.0123"), (123_456.0, "123456"), (1.0, "1.00"), (f64::NAN, "–")]
        {
            assert_eq!(digits(value), text);
        }
        assert_eq!(count(1_048_576.0), "1\u{202f}048\u{202f}576");
        assert_eq!(count(2.5), "2.50");
        assert_eq!(
            (tick("10.0\u{a0}ms"), tick("100×"), tick("0.100×")),
            ("10\u{a0}ms".into(), "100×".into(), "0.1×".into())
        );
        assert_eq!(percent(0.996), "99\u{a0}%");
        assert_eq!([435_771.0, 999.0, 1_005.4].map(rounded), ["436\u{202f}000", "999", "1\u{202f}010"]);
    }

    #[test]
    fn shows_the_unit_of_an_interval_once() {
        assert_eq!(interval(1_480.0, 1_600.0, time), "1.48–1.60\u{a0}µs");
        assert_eq!(interval(900.0, 1_600.0, time), "900\u{a0}ns–1.60\u{a0}µs");
        assert_eq!(interval(5.0, 5.0, count), "5");
        assert_eq!(interval(1.2, 1.3, factor), "1.20×–1.30×");
    }
}
