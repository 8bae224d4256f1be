//! The content of a message as servers treat it: a list of header fields and an opaque body.
//!
//! Servers only add fields on top, remove fields by name and read a few; what they do not touch
//! stays byte for byte as it came.
//!
//! Spec: RFC 5322 sections 2.2 and 3.6.7.

/// A message: header fields in order, and the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    fields: Vec<Field>,
    /// The empty line and everything after it; empty when the message is all header.
    rest: Vec<u8>,
}

/// One header field with its folded lines and line ending.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    name: String,
    raw: Vec<u8>,
}

impl Content {
    /// Reads a message. Anything is a message: bytes that are no header field begin the body.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        let mut rest = bytes;
        while let Some((line, after)) = split_line(rest) {
            let is_folded = matches!(line.first(), Some(b' ' | b'\t'));
            match (is_folded, fields.last_mut(), field_name(line)) {
                (true, Some(field), _) => field.raw.extend_from_slice(line),
                (false, _, Some(name)) => fields.push(Field { name, raw: line.to_vec() }),
                _ => break,
            }
            rest = after;
        }
        Self { fields, rest: rest.to_vec() }
    }

    /// The message as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        let size = self.fields.iter().map(|field| field.raw.len()).sum::<usize>() + self.rest.len();
        let mut bytes = Vec::with_capacity(size);
        for field in &self.fields {
            bytes.extend_from_slice(&field.raw);
        }
        bytes.extend_from_slice(&self.rest);
        bytes
    }

    /// Values of all fields of that name, unfolded, from the top.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = String> + 'a {
        self.fields.iter().filter(|field| field.is_named(name)).map(Field::value)
    }

    /// Value of the topmost field of that name.
    pub fn value(&self, name: &str) -> Option<String> {
        self.values(name).next()
    }

    /// Names and values of all fields whose name begins with that prefix, from the top.
    pub fn with_prefix<'a>(
        &'a self,
        prefix: &'a str,
    ) -> impl Iterator<Item = (&'a str, String)> + 'a {
        self.fields
            .iter()
            .filter(|field| has_prefix(&field.name, prefix))
            .map(|field| (field.name.as_str(), field.value()))
    }

    /// Adds a field on top, folded after at most 78 columns.
    pub fn prepend(&mut self, name: &str, value: &str) {
        self.fields.insert(0, Field::new(name, value));
    }

    /// Adds a field below all others.
    pub fn append(&mut self, name: &str, value: &str) {
        self.fields.push(Field::new(name, value));
    }

    /// Gives the topmost field of that name another value where it stands, or adds one below all others.
    pub fn set(&mut self, name: &str, value: &str) {
        match self.fields.iter_mut().find(|field| field.is_named(name)) {
            Some(field) => *field = Field::new(&field.name.clone(), value),
            None => self.append(name, value),
        }
    }

    /// Gives the fields of that name another name where they stand.
    pub fn rename(&mut self, name: &str, other: &str) {
        for field in self.fields.iter_mut().filter(|field| field.is_named(name)) {
            *field = Field::new(other, &field.value());
        }
    }

    /// Removes the fields of that name and says how many there were.
    pub fn remove(&mut self, name: &str) -> usize {
        let before = self.fields.len();
        self.fields.retain(|field| !field.is_named(name));
        before - self.fields.len()
    }

    /// Removes the fields whose name begins with that prefix and says how many there were.
    pub fn remove_prefix(&mut self, prefix: &str) -> usize {
        let before = self.fields.len();
        self.fields.retain(|field| !has_prefix(&field.name, prefix));
        before - self.fields.len()
    }

    /// Gives every field with that prefix another prefix.
    pub fn rename_prefix(&mut self, prefix: &str, other: &str) -> usize {
        let mut renamed = 0;
        for field in &mut self.fields {
            if has_prefix(&field.name, prefix) {
                let tail = field.name[prefix.len()..].to_owned();
                *field = Field::new(&format!("{other}{tail}"), &field.value());
                renamed += 1;
            }
        }
        renamed
    }

    /// How many parts say that they are attachments (RFC 2183).
    pub fn attachments(&self) -> usize {
        const SIGN: &[u8] = b"content-disposition: attachment";
        let lines = self.rest.split(|byte| *byte == b'\n');
        lines
            .filter(|line| {
                line.get(..SIGN.len()).is_some_and(|start| start.eq_ignore_ascii_case(SIGN))
            })
            .count()
    }

    /// The address in `From:`: `raghu@contoso.com` of `Raghu <raghu@contoso.com>`; nothing when there is none.
    pub fn from_address(&self) -> String {
        let from = self.value("From").unwrap_or_default();
        let bracketed = from.rsplit_once('<').and_then(|(_, rest)| rest.split_once('>'));
        bracketed.map_or(from.as_str(), |(address, _)| address).trim().to_owned()
    }

    /// The header, for reports.
    pub fn header(&self) -> Vec<u8> {
        self.fields.iter().flat_map(|field| field.raw.iter().copied()).collect()
    }
}

impl Field {
    fn new(name: &str, value: &str) -> Self {
        Self { name: name.to_owned(), raw: fold(&format!("{name}: {value}")).into_bytes() }
    }

    fn is_named(&self, name: &str) -> bool {
        self.name.eq_ignore_ascii_case(name)
    }

    /// The value without folds and surrounding blanks.
    fn value(&self) -> String {
        let text = String::from_utf8_lossy(&self.raw);
        let value = text.split_once(':').map_or("", |(_, value)| value);
        value.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

fn has_prefix(name: &str, prefix: &str) -> bool {
    name.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// The first line with its line ending, and what follows; `None` at the end.
fn split_line(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    if bytes.is_empty() {
        return None;
    }
    let end = bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1);
    Some(bytes.split_at(end))
}

/// The name of a header field (RFC 5322 section 2.2), if the line begins one.
fn field_name(line: &[u8]) -> Option<String> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    let name = line.get(..colon)?;
    let is_name = !name.is_empty() && name.iter().all(|byte| (33..=126).contains(byte));
    if is_name { String::from_utf8(name.to_vec()).ok() } else { None }
}

/// Folds at blanks so that lines stay within 78 columns where the words allow it.
pub(super) fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 8);
    let mut column = 0;
    for word in line.split(' ') {
        if column > 0 && column + 1 + word.len() > 78 {
            folded.push_str("\r\n ");
            column = 1;
        } else if column > 0 {
            folded.push(' ');
            column += 1;
        }
        folded.push_str(word);
        column += word.len();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const MAIL: &[u8] = b"Received: from a\r\n by b;\r\n\tdate\r\nSubject: Hi\r\nX-A: 1\r\nx-a: 2\r\n\r\nbody: no field\r\n";

    #[test]
    fn fields_are_read_unfolded_whatever_their_case() {
        let content = Content::parse(MAIL);
        assert_eq!(content.value("received").as_deref(), Some("from a by b; date"));
        assert_eq!(content.values("X-A").collect::<Vec<_>>(), ["1", "2"]);
        assert_eq!(content.value("body"), None);
        assert_eq!(content.to_bytes(), MAIL);
    }

    #[test]
    fn a_field_is_added_on_top_and_folded() {
        let mut content = Content::parse(b"Subject: Hi\r\n\r\nbody");
        content.prepend("Received", &"word ".repeat(30));
        let text = String::from_utf8(content.to_bytes()).unwrap();
        assert!(text.starts_with("Received: word word"));
        assert!(text.lines().all(|line| line.len() <= 78), "{text}");
        assert!(text.ends_with("Subject: Hi\r\n\r\nbody"));
    }

    #[test]
    fn a_field_is_changed_where_it_stands() {
        let mut content = Content::parse(MAIL);
        content.set("x-a", "3");
        content.rename("Subject", "Topic");
        content.set("X-B", "4");
        let text = String::from_utf8(content.to_bytes()).unwrap();
        assert!(text.contains("\r\nTopic: Hi\r\nX-A: 3\r\nx-a: 2\r\nX-B: 4\r\n\r\nbody"), "{text}");
    }

    #[test]
    fn the_address_of_a_sender_is_found_with_and_without_a_name() {
        let from =
            |from: &str| Content::parse(format!("From: {from}\r\n\r\n").as_bytes()).from_address();
        assert_eq!(from("Raghu <raghu@contoso.com>"), "raghu@contoso.com");
        assert_eq!(from("\"<R>\" <raghu@contoso.com>"), "raghu@contoso.com");
        assert_eq!(from("raghu@contoso.com "), "raghu@contoso.com");
        assert_eq!(from(""), "");
    }

    #[test]
    fn attachments_are_counted() {
        let mail = b"Subject: Hi\r\n\r\n--x\r\nContent-Disposition: attachment; filename=a\r\n\r\n--x\r\ncontent-disposition: Attachment\r\n";
        assert_eq!(Content::parse(mail).attachments(), 2);
        assert_eq!(Content::parse(MAIL).attachments(), 0);
    }

    #[test]
    fn prefixes_are_removed_and_renamed() {
        let mut content =
            Content::parse(b"X-MS-Exchange-Organization-AuthAs: Internal\r\nSubject: Hi\r\n\r\n");
        assert_eq!(
            content.rename_prefix("X-MS-Exchange-Organization-", "X-MS-Exchange-CrossPremises-"),
            1
        );
        assert_eq!(
            content.value("X-MS-Exchange-CrossPremises-AuthAs").as_deref(),
            Some("Internal")
        );
        assert_eq!(content.remove_prefix("x-ms-exchange-crosspremises-"), 1);
        assert_eq!(content.to_bytes(), b"Subject: Hi\r\n\r\n");
    }

    proptest! {
        #[test]
        fn any_bytes_are_kept(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(Content::parse(&bytes).to_bytes(), bytes);
        }

        #[test]
        fn an_added_field_is_read_back(value in "[a-z]{1,20}( [a-z]{1,20}){0,20}") {
            let mut content = Content::parse(b"Subject: Hi\r\n\r\n");
            content.prepend("X-Test", &value);
            let again = Content::parse(&content.to_bytes());
            prop_assert_eq!(again.value("X-Test"), Some(value));
        }
    }
}
