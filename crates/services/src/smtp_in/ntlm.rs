//! The messages of NTLM, as far as a server that lets nobody in needs them.
//!
//! Source: [MS-NLMP] sections 2.2.1.1 to 2.2.1.3 and 2.2.2.1, [MS-SMTPNTLM].
//!
//! Not modelled: any proof. Accounts of the lab have no passwords, so the response is never checked.

const SIGNATURE: &[u8] = b"NTLMSSP\0";
const UNICODE: u32 = 0x1;
const OEM: u32 = 0x2;
const REQUEST_TARGET: u32 = 0x4;
const TARGET_IS_DOMAIN: u32 = 0x0001_0000;
const TARGET_INFO: u32 = 0x0080_0000;
/// What is granted when the client asks for it: NTLM, always sign, extended session security, 128 and
/// 56 bits, key exchange.
const GRANTED: u32 = 0xE008_8200 | UNICODE | OEM | REQUEST_TARGET;

/// Names that a server shows in its challenge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Names<'a> {
    /// NetBIOS name of the server.
    pub(super) computer: &'a str,
    /// Its FQDN.
    pub(super) fqdn: &'a str,
}

/// The flags of a NEGOTIATE message (type 1); `None` when it is none.
pub(super) fn negotiated(message: &[u8]) -> Option<u32> {
    (kind(message)? == 1).then(|| u32_at(message, 12)).flatten()
}

/// A CHALLENGE message (type 2).
pub(super) fn challenge(names: Names<'_>, asked: u32, nonce: u64) -> Vec<u8> {
    const HEADER: u32 = 48;
    let domain = names.fqdn.split_once('.').map_or(names.fqdn, |(_, domain)| domain);
    let netbios = domain.split('.').next().unwrap_or_default().to_ascii_uppercase();
    let is_unicode = asked & UNICODE > 0;
    let target = if is_unicode { utf16(&netbios) } else { netbios.clone().into_bytes() };
    let charset = if is_unicode { OEM } else { UNICODE };
    let flags = (asked & GRANTED & !charset) | TARGET_IS_DOMAIN | TARGET_INFO;
    let mut info = Vec::new();
    let described = [(2u16, netbios.as_str()), (1, names.computer), (4, domain), (3, names.fqdn)];
    for (id, name) in described {
        let name = utf16(name);
        info.extend(id.to_le_bytes());
        info.extend(length(&name).to_le_bytes());
        info.extend(name);
    }
    info.extend([0; 4]);
    let mut message = [SIGNATURE, &2u32.to_le_bytes()].concat();
    message.extend(field(&target, HEADER));
    message.extend(flags.to_le_bytes());
    message.extend(nonce.to_be_bytes());
    message.extend([0; 8]);
    message.extend(field(&info, HEADER + u32::from(length(&target))));
    message.extend(target);
    message.extend(info);
    message
}

/// The account of an AUTHENTICATE message (type 3), `DOMAIN\user`; `None` when it is none.
pub(super) fn account(message: &[u8]) -> Option<String> {
    if kind(message)? != 3 {
        return None;
    }
    // Old clients send no flags; they write no Unicode either.
    let is_unicode = u32_at(message, 60).is_some_and(|flags| flags & UNICODE > 0);
    let text = |at| {
        let octets = part(message, at)?;
        Some(if is_unicode { from_utf16(octets) } else { String::from_utf8_lossy(octets).into() })
    };
    let (domain, user): (String, String) = (text(28)?, text(36)?);
    Some(if domain.is_empty() { user } else { format!("{domain}\\{user}") })
}

fn kind(message: &[u8]) -> Option<u32> {
    message.starts_with(SIGNATURE).then(|| u32_at(message, 8)).flatten()
}

fn u32_at(message: &[u8], at: usize) -> Option<u32> {
    let octets = message.get(at..at + 4)?;
    Some(u32::from_le_bytes(octets.try_into().ok()?))
}

/// What the length and offset at that place point to.
fn part(message: &[u8], at: usize) -> Option<&[u8]> {
    let length = u32_at(message, at)? & 0xFFFF;
    let begin = usize::try_from(u32_at(message, at + 4)?).ok()?;
    message.get(begin..begin.checked_add(usize::try_from(length).ok()?)?)
}

/// Length, length again and offset of a part.
fn field(part: &[u8], offset: u32) -> Vec<u8> {
    let length = length(part).to_le_bytes();
    [length.as_slice(), &length, &offset.to_le_bytes()].concat()
}

/// Names are far shorter than 64 KiB; a longer one would be cut to nothing.
fn length(part: &[u8]) -> u16 {
    u16::try_from(part.len()).unwrap_or_default()
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

fn from_utf16(octets: &[u8]) -> String {
    let units: Vec<u16> =
        octets.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NAMES: Names<'_> = Names { computer: "MBX01", fqdn: "mbx01.contoso.com" };

    /// A type 3 message of a client that knows Unicode.
    fn authenticate(domain: &str, user: &str) -> Vec<u8> {
        let (domain, user) = (utf16(domain), utf16(user));
        let mut message = [SIGNATURE, &3u32.to_le_bytes(), &[0; 16]].concat();
        message.extend(field(&domain, 64));
        message.extend(field(&user, 64 + u32::from(length(&domain))));
        message.extend([0; 16]);
        message.extend(UNICODE.to_le_bytes());
        [message, domain, user].concat()
    }

    #[test]
    fn a_challenge_names_the_domain_and_the_server() {
        let asked =
            negotiated(&[SIGNATURE, &1u32.to_le_bytes(), &0xA208_8207u32.to_le_bytes()].concat());
        let message = challenge(NAMES, asked.unwrap(), 0x0102_0304_0506_0708);
        assert_eq!(kind(&message), Some(2));
        assert_eq!(part(&message, 12).map(from_utf16).as_deref(), Some("CONTOSO"));
        assert_eq!(message.get(24..32), Some(&[1, 2, 3, 4, 5, 6, 7, 8][..]));
        assert_eq!(u32_at(&message, 20), Some(0xA089_8205));
        let info = part(&message, 40).unwrap();
        assert!(info.ends_with(&[0; 4]));
        assert_eq!(info.get(4..18).map(from_utf16).as_deref(), Some("CONTOSO"));
        assert!(String::from_utf8_lossy(info).replace('\0', "").contains("mbx01.contoso.com"));
    }

    #[test]
    fn a_client_without_unicode_is_answered_without() {
        let message = challenge(NAMES, OEM | REQUEST_TARGET, 7);
        assert_eq!(part(&message, 12), Some(&b"CONTOSO"[..]));
        assert_eq!(u32_at(&message, 20).map(|flags| flags & (UNICODE | OEM)), Some(OEM));
    }

    #[test]
    fn the_account_is_read() {
        assert_eq!(account(&authenticate("CONTOSO", "anna")).as_deref(), Some("CONTOSO\\anna"));
        assert_eq!(
            account(&authenticate("", "anna@contoso.com")).as_deref(),
            Some("anna@contoso.com")
        );
        assert_eq!(account(&challenge(NAMES, 0, 0)), None);
    }

    proptest! {
        #[test]
        fn any_octets_are_read_or_refused(mut octets: Vec<u8>, number in 0u8..4) {
            let _read = (negotiated(&octets), account(&octets));
            octets.splice(0..0, [SIGNATURE, &[number, 0, 0, 0]].concat());
            let _read = (negotiated(&octets), account(&octets));
        }
    }
}
