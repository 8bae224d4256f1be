//! Receive sessions as clients meet them: a Mailbox server of contoso.com on a simulated network, and
//! clients that speak SMTP by hand, well or badly. What the clients read and what the server's protocol
//! log says are compared with what is known of Exchange.

mod client;
mod dialogues;
mod flood;
mod hostile;
mod limits;
mod logon;
mod tls;
mod world;
