//! The cmdlets, one file each; one table for each shell.
//!
//! A cmdlet is a `static` that names its parameters and how it runs, so that help, completion and
//! binding come from the table. It stands in the table of its folder's `mod.rs`; here the tables are
//! put together.

use crate::language::cmdlet::Cmdlet;
use crate::language::view::View;

pub mod dns_server;
pub mod exchange;
pub mod exchange_online;
pub mod lab;
pub mod powershell;
pub mod windows;

pub use dns_server::DNS_SERVER;
pub use exchange::{EDGE_SHELL, MANAGEMENT_SHELL};
pub use exchange_online::EXCHANGE_ONLINE;
pub use lab::LAB;
pub use powershell::POWERSHELL;
pub use windows::WINDOWS;

/// The tables, with the name of the shell.
pub static SHELLS: &[(&str, &[&Cmdlet])] = &[
    ("Windows PowerShell", POWERSHELL),
    ("Windows", WINDOWS),
    ("Exchange Management Shell", MANAGEMENT_SHELL),
    ("Exchange Management Shell on an Edge server", EDGE_SHELL),
    ("Exchange Online PowerShell", EXCHANGE_ONLINE),
    ("DNS server", DNS_SERVER),
    ("Lab", LAB),
];

/// How the objects of all of them are shown.
pub static VIEWS: &[&[&View]] = &[
    exchange::VIEWS,
    exchange_online::VIEWS,
    dns_server::VIEWS,
    windows::VIEWS,
    windows::dns_record::VIEWS,
    lab::VIEWS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use ::exchange::value::Value;

    use super::*;
    use crate::language::cmdlet::{COMMON_PARAMETERS, Parameter};
    use crate::language::view::view_for;
    use crate::testing_world::output_of;

    /// The approved verbs that a shell of the lab may need, and what the product has beside them.
    /// Source: Microsoft Learn, "Approved Verbs for PowerShell Commands".
    const VERBS: &[&str] = &[
        "Add",
        "Clear",
        "Convert",
        "ConvertFrom",
        "ConvertTo",
        "Copy",
        "Disable",
        "Enable",
        "Export",
        "ForEach",
        "Format",
        "Get",
        "Group",
        "Import",
        "Invoke",
        "Join",
        "Measure",
        "Move",
        "New",
        "Out",
        "Pop",
        "Push",
        "Read",
        "Receive",
        "Redirect",
        "Register",
        "Remove",
        "Rename",
        "Request",
        "Reset",
        "Resolve",
        "Restart",
        "Restore",
        "Resume",
        "Retry",
        "Select",
        "Save",
        "Send",
        "Set",
        "Show",
        "Sort",
        "Split",
        "Start",
        "Stop",
        "Suspend",
        "Sync",
        "Tee",
        "Test",
        "Trace",
        "Update",
        "Validate",
        "Wait",
        "Where",
        "Write",
    ];

    fn all() -> impl Iterator<Item = (&'static str, &'static Cmdlet)> {
        SHELLS.iter().flat_map(|(shell, table)| table.iter().map(move |cmdlet| (*shell, *cmdlet)))
    }

    #[test]
    fn every_cmdlet_has_a_synopsis_an_approved_verb_and_a_noun() {
        for (shell, Cmdlet { name, synopsis, .. }) in all() {
            let (verb, noun) = name.split_once('-').unwrap_or((name, ""));
            assert!(VERBS.contains(&verb), "{shell}: {name} has no approved verb");
            let is_noun = noun.starts_with(char::is_uppercase)
                && noun.chars().all(|c| c.is_ascii_alphanumeric());
            assert!(is_noun, "{shell}: {name} has no noun");
            let is_sentence = synopsis.starts_with(char::is_uppercase) && synopsis.ends_with('.');
            assert!(is_sentence, "{shell}: the synopsis of {name} is no sentence: {synopsis:?}");
        }
    }

    #[test]
    fn no_shell_has_a_cmdlet_twice() {
        for (shell, table) in SHELLS {
            let mut names = BTreeSet::new();
            for cmdlet in *table {
                let is_new = names.insert(cmdlet.name.to_ascii_lowercase());
                assert!(is_new, "{shell} has {} twice", cmdlet.name);
            }
        }
    }

    #[test]
    fn no_cmdlet_has_two_parameters_of_one_name_and_every_parameter_has_help() {
        for (shell, cmdlet) in all() {
            let mut names = BTreeSet::new();
            let own = cmdlet.parameters.iter();
            for Parameter { name, aliases, help, .. } in own.chain(COMMON_PARAMETERS) {
                for name in std::iter::once(name).chain(*aliases) {
                    let is_new = names.insert(name.to_ascii_lowercase());
                    assert!(is_new, "{shell}: {} has -{name} twice", cmdlet.name);
                }
                assert!(!help.is_empty(), "{shell}: -{name} of {} has no help", cmdlet.name);
            }
        }
    }

    /// What makes that there is something of every noun.
    const SOMETHING: &[(&str, &str)] = &[
        (
            "MBX01",
            "New-SendConnector Internet -AddressSpaces '*'
             New-AcceptedDomain fabrikam.com -DomainName fabrikam.com
             New-RemoteDomain Tenant -DomainName contoso.onmicrosoft.com
             New-Mailbox Divya
             New-RemoteMailbox Meera -RemoteRoutingAddress meera@contoso.mail.onmicrosoft.com
             New-MailUser Anna -ExternalEmailAddress anna@fabrikam.com",
        ),
        (
            "ExchangeOnline",
            "New-RemoteDomain Fabrikam -DomainName fabrikam.com
             New-Mailbox Ramki
             New-MailUser Bo -ExternalEmailAddress bo@fabrikam.com
             New-InboundConnector In -SenderDomains '*'
             New-OutboundConnector Out -RecipientDomains contoso.com",
        ),
    ];

    /// Cmdlets whose table was not found in public; their objects are shown as lists.
    const WITHOUT_VIEW: &[&str] = &["Get-FrontendTransportService", "Get-MailboxTransportService"];

    #[test]
    fn whatever_a_get_cmdlet_puts_out_has_a_view() {
        let tables = [
            ("MBX01", MANAGEMENT_SHELL),
            ("EDGE01", EDGE_SHELL),
            ("ExchangeOnline", EXCHANGE_ONLINE),
            ("DC01", DNS_SERVER),
            ("MBX01", WINDOWS),
            ("MBX01", LAB),
        ];
        let views: Vec<&View> = VIEWS.iter().flat_map(|views| views.iter().copied()).collect();
        for (place, table) in tables {
            let asks = |cmdlet: &&&Cmdlet| {
                cmdlet.name.starts_with("Get-")
                    && !WITHOUT_VIEW.contains(&cmdlet.name)
                    && !cmdlet.parameters.iter().any(|own| own.mandatory)
            };
            for cmdlet in table.iter().filter(asks) {
                let scripts = SOMETHING.iter().copied().chain([(place, cmdlet.name)]);
                for value in output_of(&scripts.collect::<Vec<_>>()) {
                    let Value::Object(object) = value else { continue };
                    // So few are shown as a table without one.
                    if object.properties.len() <= 4 {
                        continue;
                    }
                    let types = &object.type_names;
                    let view = view_for(&views, &object);
                    assert!(view.is_some(), "{place}: {} has no view for {types:?}", cmdlet.name);
                }
            }
        }
    }
}
