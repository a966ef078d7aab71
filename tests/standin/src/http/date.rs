//! The date as HTTP writes it.

use std::time::Duration;

const DAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// A time since 1970: `Thu, 01 Jan 2026 00:00:00 GMT`.
pub(crate) fn date(since_1970: Duration) -> String {
    let seconds = since_1970.as_secs();
    let (days, time) = (seconds / 86_400, seconds % 86_400);
    let name = |names: &[&'static str], place: u64| {
        usize::try_from(place).ok().and_then(|place| names.get(place)).copied().unwrap_or_default()
    };
    let weekday = name(&DAYS, days % 7);
    let (mut year, mut day) = (1970, days);
    while day >= length(year) {
        day -= length(year);
        year += 1;
    }
    let mut month = 0;
    while day >= month_length(year, month) {
        day -= month_length(year, month);
        month += 1;
    }
    let (hours, minutes, seconds) = (time / 3600, time / 60 % 60, time % 60);
    format!("{weekday}, {:02} {} {year} {hours:02}:{minutes:02}:{seconds:02} GMT", day + 1, name(&MONTHS, month))
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn length(year: u64) -> u64 {
    if is_leap(year) { 366 } else { 365 }
}

fn month_length(year: u64, month: u64) -> u64 {
    match month {
        1 if is_leap(year) => 29,
        1 => 28,
        3 | 5 | 8 | 10 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(seconds: u64, expected: &str) {
        assert_eq!(date(Duration::from_secs(seconds)), expected);
    }

    #[test]
    fn dates_are_written_as_http_wants() {
        check(0, "Thu, 01 Jan 1970 00:00:00 GMT");
        check(951_827_696, "Tue, 29 Feb 2000 12:34:56 GMT");
        check(1_767_225_599, "Wed, 31 Dec 2025 23:59:59 GMT");
        check(1_767_225_600, "Thu, 01 Jan 2026 00:00:00 GMT");
    }
}
