//! The reply by which a Transport service takes a message, as each version words it.
//!
//! | 2010 | `250 2.6.0 <id> [InternalId=110] Queued mail for delivery` |
//! |---|---|
//! | 2013 | `250 2.6.0 <id> [InternalId=…, Hostname=…] Queued mail for delivery` |
//! | 2016 and later | `… Hostname=…] 3454 bytes in 0.777, 4.338 KB/sec Queued mail for delivery` |
//!
//! The second number follows the server's culture (`109,173` on a German server), the first does not.
//! Source: real samples (Exchange 2010, 2016, 2019); for 2013 the reply to a shadow copy (15.0.1104).

use exchange::directory::Build;
use exchange::product::Product;
use jiff::SignedDuration;

use crate::computer::Computer;
use crate::message::item::MailItem;

/// The reply to a message that took so long to take, for delivery or for redundancy.
pub(crate) fn text(
    item: &MailItem,
    what_for: &str,
    taken: SignedDuration,
    computer: &Computer,
    build: Build,
) -> String {
    let number = match build.product() {
        Product::Exchange2010 => format!("[InternalId={}]", item.internal_id),
        _ => format!("[InternalId={}, Hostname={}]", item.internal_id, computer.fqdn),
    };
    let rate = match build.product() {
        Product::Exchange2010 | Product::Exchange2013 => String::new(),
        _ => {
            let size = item.size;
            let seconds = taken.as_secs_f64().max(0.001);
            #[expect(clippy::cast_precision_loss, reason = "a rate with three decimals")]
            let rate = computer.culture.language.decimal(size as f64 / 1024.0 / seconds, 3);
            format!(" {size} bytes in {seconds:.3}, {rate} KB/sec")
        }
    };
    format!("250 2.6.0 {} {number}{rate} Queued mail {what_for}", item.message_id)
}
