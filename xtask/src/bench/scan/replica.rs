//! One more hour of a log: the rows of the lab's own hour, with other times and ids of the same length.
//!
//! Times move by whole hours; session ids, which are times in ticks, move with them. Message ids,
//! network message ids and record numbers become others, the same in every file of that hour, so that
//! all logs still join.
//!
//! Not modelled: the times in greetings and mail headers, which stay.

/// The day and hour of the lab's own rows.
pub(super) const DAY: &[u8] = b"2026-05-01T";
pub(super) const HOUR: u32 = 6;

/// Ticks of 100 ns in an hour, which session ids count.
const HOUR_TICKS: u64 = 36_000_000_000;

/// Changes the rows into those of so many hours later.
pub(super) fn shift(log: &mut [u8], hours: u32) {
    if hours == 0 {
        return;
    }
    let mut at = 0;
    while let Some(rest) = log.get_mut(at..).filter(|rest| !rest.is_empty()) {
        let length = match rest[0] {
            b'2' => time(rest, hours),
            b'<' => message_id(rest, hours),
            b'0'..=b'9' | b'a'..=b'f' | b'A'..=b'F' => token(rest, hours),
            _ => None,
        };
        at += length.unwrap_or(1);
    }
}

/// The name of the log so many hours later: `RECV2026050106-1.LOG` with another hour.
pub(super) fn renamed(name: &str, hours: u32) -> String {
    const STAMP: &str = "20260501";
    let own = name.find(STAMP).and_then(|at| {
        let stamp = name.get(at..at + STAMP.len() + 2)?;
        Some((stamp, stamp.get(STAMP.len()..)?.parse::<u32>().ok()?.checked_sub(HOUR)?))
    });
    let Some((stamp, own)) = own else { return name.to_owned() };
    let (day, hour) = day_and_hour(own + hours);
    name.replace(stamp, &format!("202605{day:02}{hour:02}"))
}

fn day_and_hour(hours: u32) -> (u32, u32) {
    (1 + (HOUR + hours) / 24, (HOUR + hours) % 24)
}

fn time(rest: &mut [u8], hours: u32) -> Option<usize> {
    if !rest.starts_with(DAY) {
        return token(rest, hours);
    }
    let own = std::str::from_utf8(rest.get(DAY.len()..DAY.len() + 2)?).ok()?.parse::<u32>().ok()?;
    let (day, hour) = day_and_hour(own.checked_sub(HOUR)? + hours);
    rest.get_mut(8..10)?.copy_from_slice(format!("{day:02}").as_bytes());
    rest.get_mut(11..13)?.copy_from_slice(format!("{hour:02}").as_bytes());
    Some(13)
}

/// A session id, a GUID or a record number; the length of whatever word stands there.
fn token(rest: &mut [u8], hours: u32) -> Option<usize> {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let length = rest.iter().take_while(|byte| is_part(byte)).count().max(1);
    let word = rest.get_mut(..length)?;
    match length {
        16 if word.starts_with(b"08DE") => {
            let id = u64::from_str_radix(std::str::from_utf8(word).ok()?, 16).ok()?;
            let moved = id + u64::from(hours) * HOUR_TICKS;
            word.copy_from_slice(format!("{moved:016X}").as_bytes());
        }
        36 if [8, 13, 18, 23].iter().all(|at| word[*at] == b'-') => {
            hexadecimal(&mut word[..8], hours);
        }
        14 if word.starts_with(b"6807") && word.iter().all(u8::is_ascii_digit) => {
            let number: u64 = std::str::from_utf8(word).ok()?.parse().ok()?;
            let moved = number + u64::from(hours) * 1_000_000;
            word.copy_from_slice(format!("{moved:014}").as_bytes());
        }
        _ => {}
    }
    Some(length)
}

/// `<`, a long local part that ends in hexadecimal digits, `@`: a message id, not an address.
fn message_id(rest: &mut [u8], hours: u32) -> Option<usize> {
    let end = rest.iter().take(80).position(|byte| *byte == b'@')?;
    let local = rest.get_mut(1..end)?;
    let is_id =
        local.len() >= 24 && local.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    if is_id {
        let from = local.len() - 6;
        hexadecimal(&mut local[from..], hours);
    }
    Some(if is_id { end } else { 1 })
}

/// Other hexadecimal digits of the same case.
fn hexadecimal(digits: &mut [u8], hours: u32) {
    let Some(number) =
        std::str::from_utf8(digits).ok().and_then(|it| u64::from_str_radix(it, 16).ok())
    else {
        return;
    };
    let width = digits.len();
    // Odd, so that no two hours give the same number.
    let moved = (number + u64::from(hours) * 0x0005_bd1d) & ((1 << (4 * width)) - 1);
    let text = format!("{moved:0width$x}");
    let is_upper = digits.iter().any(u8::is_ascii_uppercase);
    digits.copy_from_slice(text.as_bytes());
    if is_upper {
        digits.make_ascii_uppercase();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shifted(row: &str, hours: u32) -> String {
        let mut bytes = row.as_bytes().to_vec();
        shift(&mut bytes, hours);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn times_sessions_and_ids_move_together_and_nothing_else_does() {
        let row = "2026-05-01T06:00:00.842Z,08DEA73E7F600800;2026-05-01T06:59:00.602Z;1,MAIL FROM:<raghu@contoso.com>,<53a10c8842a1b56c7f55eab539676b8c@MBX01.contoso.com>,f0b3d080-a6e2-43c2-84a8-08dea746e124,68079526608897,2026-04-01T18:30:00.000Z,192.168.1.13:25";
        assert_eq!(shifted(row, 0), row);
        let later = shifted(row, 19);
        assert!(later.starts_with("2026-05-02T01:00:00.842Z,08DEA7DDC0F3C000;2026-05-02T01:59:00.602Z;1,MAIL FROM:<raghu@contoso.com>,<53a10c8842a1b56c7f55eab539"), "{later}");
        assert!(
            later.ends_with(",68079545608897,2026-04-01T18:30:00.000Z,192.168.1.13:25"),
            "{later}"
        );
        assert_eq!(later.len(), row.len());
        assert_ne!(shifted(row, 1), shifted(row, 2));
    }

    #[test]
    fn the_hour_in_a_name_moves() {
        assert_eq!(renamed("MSGTRKMD2026050106-1.LOG", 42), "MSGTRKMD2026050300-1.LOG");
        assert_eq!(renamed("RECV2026050107-2.LOG", 2), "RECV2026050109-2.LOG");
    }
}
