//! `Start-ADSyncSyncCycle`: copies the recipients on premises into the tenant at once.
//!
//! Every recipient becomes what [`synchronized`] makes of it; copies of recipients that are gone go
//! too. Recipients made in the tenant stay as they are.
//!
//! Not modelled: the half-hourly schedule (the lab synchronizes when it is told to), filters, conflicts
//! of addresses, soft matching. The module is on every computer of the domain.
//!
//! Source: Microsoft Learn, "Microsoft Entra Connect Sync: Scheduler".

use exchange::directory::{Organization, synchronized};
use exchange::nouns::recipient::Recipient;
use exchange::value::{Object, Value};

use crate::language::cmdlet::{Cmdlet, Kind, Parameter};
use crate::place::Place;

static PARAMETERS: [Parameter; 1] =
    [Parameter::new("PolicyType", Kind::String, "Delta, or Initial for everything.")];

/// The cmdlet.
pub static START_AD_SYNC_SYNC_CYCLE: Cmdlet = Cmdlet {
    name: "Start-ADSyncSyncCycle",
    synopsis: "Synchronizes the directory on premises with the tenant.",
    class: "",
    parameters: &PARAMETERS,
    run: |invocation| {
        Box::pin(async move {
            let place = invocation.world::<Place>()?;
            let recipients = place
                .organization()
                .read(|organization: &Organization| organization.recipients.clone());
            place.tenant().change(|tenant| {
                let copies: Vec<Recipient> =
                    recipients.iter().map(|recipient| synchronized(recipient, tenant)).collect();
                tenant.recipients.retain(|recipient| !recipient.is_dir_synced);
                tenant.recipients.extend(copies);
            });
            let mut result = Object::new("System.Management.Automation.PSCustomObject");
            result.properties.push(("Result".into(), Value::from("Success")));
            Ok(vec![Value::from(result)])
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing_world::shown_in_turn;

    #[test]
    fn recipients_on_premises_appear_in_the_tenant_and_go_again() {
        let shown = shown_in_turn(&[
            (
                "MBX01",
                "New-Mailbox raghu -PrimarySmtpAddress raghu@contoso.com | Out-Null
                 Start-ADSyncSyncCycle -PolicyType Delta",
            ),
            ("ExchangeOnline", "(Get-Recipient raghu).RecipientTypeDetails"),
        ]);
        assert_eq!(shown.trim(), "MailUser");
        let shown = shown_in_turn(&[
            (
                "MBX01",
                "New-Mailbox raghu -PrimarySmtpAddress raghu@contoso.com | Out-Null
                 Start-ADSyncSyncCycle
                 Remove-Mailbox raghu -Confirm:$false
                 Start-ADSyncSyncCycle",
            ),
            ("ExchangeOnline", "@(Get-Recipient -ErrorAction SilentlyContinue).Count"),
        ]);
        assert_eq!(shown.trim(), "0");
    }
}
