//! What to type, and where: remedies, checks and ways back.

use std::fmt;

use serde::Serialize;

/// A command for one shell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// Where it is typed.
    pub shell: Shell,
    /// What is typed; several lines are typed one after the other.
    pub command: String,
}

/// A shell, or what stands in for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shell {
    /// Exchange Management Shell on that server.
    ExchangeManagementShell(String),
    /// Exchange Online PowerShell.
    ExchangeOnline,
    /// The console of the firewall; in the lab, its cmdlets.
    Firewall(String),
}

impl Shell {
    /// The computer it is opened on; none for what is not a computer of its own.
    pub fn computer(&self) -> Option<&str> {
        match self {
            Self::ExchangeManagementShell(server) => Some(server).filter(|name| !name.is_empty()),
            Self::ExchangeOnline | Self::Firewall(_) => None,
        }
        .map(String::as_str)
    }
}

impl fmt::Display for Shell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExchangeManagementShell(server) if server.is_empty() => {
                f.write_str("Exchange Management Shell")
            }
            Self::ExchangeManagementShell(server) => {
                write!(f, "Exchange Management Shell on {server}")
            }
            Self::ExchangeOnline => f.write_str("Exchange Online PowerShell"),
            Self::Firewall(name) if name.is_empty() => f.write_str("the firewall"),
            Self::Firewall(name) => write!(f, "the firewall {name}"),
        }
    }
}

impl Serialize for Shell {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl Command {
    /// A command for Exchange Management Shell on that server.
    pub fn exchange(server: &str, command: impl Into<String>) -> Self {
        let shell = Shell::ExchangeManagementShell(server.to_owned());
        Self { shell, command: command.into() }
    }

    /// A command for Exchange Online PowerShell.
    pub fn online(command: impl Into<String>) -> Self {
        Self { shell: Shell::ExchangeOnline, command: command.into() }
    }

    /// A command for a firewall.
    pub fn firewall(name: &str, command: impl Into<String>) -> Self {
        Self { shell: Shell::Firewall(name.to_owned()), command: command.into() }
    }
}

/// A text as a PowerShell literal: in single quotes, with single quotes doubled. The typographic
/// ones count as single quotes in PowerShell.
pub fn literal(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('\'');
    for letter in text.chars() {
        if matches!(letter, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}') {
            quoted.push(letter);
        }
        quoted.push(letter);
    }
    quoted.push('\'');
    quoted
}

/// Several texts as a PowerShell list of literals; `$null` for none.
pub fn literals<T: ToString>(texts: impl IntoIterator<Item = T>) -> String {
    let quoted: Vec<_> = texts.into_iter().map(|text| literal(&text.to_string())).collect();
    if quoted.is_empty() { "$null".to_owned() } else { quoted.join(",") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_in_a_literal_are_doubled() {
        assert_eq!(literal("Let's Encrypt"), "'Let''s Encrypt'");
        assert_eq!(literal("\u{2019}"), "'\u{2019}\u{2019}'");
    }

    #[test]
    fn no_values_are_null() {
        assert_eq!(literals(Vec::<String>::new()), "$null");
        assert_eq!(literals(["a", "b"]), "'a','b'");
    }
}
