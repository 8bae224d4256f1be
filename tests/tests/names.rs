//! Nothing hangs on a name: the incidents are told again with other names and addresses, in another
//! order, amid other mail, and the same causes are found.

use lab::story::Story;
use libtest_mimic::Arguments;
use tests::{Played, play, played, root, trial};

const INCIDENTS: [&str; 4] = [
    "eop-ranges-blocked",
    "mail-loop",
    "edge-presents-wrong-certificate",
    "send-connector-missing-address-space",
];

/// A name or address of the stories, and what stands in its place. Longer ones come before what they
/// begin with.
const WORDS: [(&str, &str); 30] = [
    ("CMHYBD01", "NLMAIL7"),
    ("cmhybd01", "nlmail7"),
    ("CMEDGE01", "BORDER"),
    ("cmedge01", "border"),
    ("FW01", "GATEKEEPER"),
    ("MDB01", "North"),
    ("cloudmonkeys-xyz", "nwtraders-nl"),
    ("cloudmonkeys.xyz", "nwtraders.nl"),
    ("cloudfield", "northwind2026"),
    ("fabrikam.com", "treyresearch.net"),
    ("192.168.1.", "10.99.3."),
    ("27.7.57.241", "198.51.100.77"),
    ("203.0.113.20", "203.0.113.199"),
    ("raghu", "willem"),
    ("divya", "fleur"),
    ("meera", "saskia"),
    ("ramki", "joost"),
    ("anna@", "iris@"),
    ("bo@", "kees@"),
    ("Outbound to Office 365", "To Microsoft"),
    ("Connector Internet", "Connector Everywhere"),
    ("-Name Internet", "-Name Everywhere"),
    ("EOP inbound", "mail from the cloud"),
    ("5d1c0f5e-2a6b-4d0e-9a52-7e3f0c1b8a44", "0a8f6e1d-93b4-4c57-8d21-b6c4e5f70912"),
    ("Let's Encrypt", "Woodgrove Bank"),
    ("CN=R11,", "CN=Woodgrove TLS 4,"),
    ("INDPRD01", "EURPRD07"),
    ("PR01MB", "P195MB"),
    ("40.93.131.26", "40.93.7.201"),
    ("+05:30", "-03:00"),
];

fn main() {
    let arguments = Arguments::from_args();
    let trials = INCIDENTS.into_iter().flat_map(|name| {
        [
            trial(format!("other_names::{name}"), move || with_other_names(name)),
            trial(format!("another_order::{name}"), move || in_another_order(name)),
            trial(format!("amid_other_mail::{name}"), move || amid_other_mail(name)),
        ]
    });
    libtest_mimic::run(&arguments, trials.collect()).exit();
}

fn with_other_names(name: &str) -> Vec<String> {
    let words: Vec<_> = WORDS.into_iter().filter(|(from, _)| is_told(name, from)).collect();
    let retold = retold(name, &words);
    let mut faults = differing(name, &retold);
    for (path, content) in &retold.incident.evidence.0 {
        let text = format!("{path}\n{}", String::from_utf8_lossy(content));
        // A time zone's offset can be part of any time.
        for (word, _) in words.iter().filter(|(word, _)| *word != "+05:30" && text.contains(word)) {
            faults.push(format!("{path} still has {word}"));
        }
    }
    faults
}

fn in_another_order(name: &str) -> Vec<String> {
    let text = baseline(name);
    let created: Vec<_> =
        text.lines().filter(|line| line.starts_with("New-SendConnector ")).collect();
    let [first, second] = created[..] else {
        return vec![format!("{} Send connectors are created", created.len())];
    };
    let forward = format!("{first}\n{second}");
    let backward = format!("{second}\n{first}");
    let mut story =
        load(name).retold(&[(&forward, &backward)]).unwrap_or_else(|error| panic!("{error}"));
    assert!(text.contains(&forward), "the connectors are created one after the other");
    for mail in &mut story.scenario.mails {
        mail.to.reverse();
    }
    differing(name, &play(story))
}

fn amid_other_mail(name: &str) -> Vec<String> {
    let others = [
        ("raghu@cloudmonkeys.xyz", "anna@fabrikam.com", 9),
        ("anna@fabrikam.com", "ramki@cloudfield.onmicrosoft.com", 7),
        ("meera@cloudmonkeys.xyz", "ramki@cloudfield.onmicrosoft.com", 6),
        ("bo@fabrikam.com", "nobody.of.that.name@cloudmonkeys.xyz", 3),
    ];
    let mails = others.iter().zip(1..).map(|((from, to, count), number)| {
        format!(
            "[[mail]]\nfrom = \"{from}\"\nto = [\"{to}\"]\nsubject = \"Something else {number}\"\n\
             at = \"-{number}0m\"\ncount = {count}\nevery = \"{}m\"\nbackground = true\n",
            10 + number
        )
    });
    let collect = mails.collect::<String>() + "[collect]";
    differing(name, &retold(name, &[("[collect]", &collect)]))
}

/// What is found in the retold story and was not in the usual one, or the other way round.
fn differing(name: &str, retold: &Played) -> Vec<String> {
    let (usual, now) = (played(name).rules(), retold.rules());
    if usual == now && !usual.is_empty() {
        return Vec::new();
    }
    vec![format!("{now:?} are found, and {usual:?} usually")]
}

fn load(name: &str) -> Story {
    Story::load(name).unwrap_or_else(|error| panic!("{error}"))
}

fn retold(name: &str, words: &[(&str, &str)]) -> Played {
    play(load(name).retold(words).unwrap_or_else(|error| panic!("{error}")))
}

/// Whether the story or its baseline has the word.
fn is_told(name: &str, word: &str) -> bool {
    text(&format!("{name}.toml")).contains(word) || baseline(name).contains(word)
}

fn baseline(name: &str) -> String {
    text(&format!("baselines/{}.toml", load(name).scenario.extends.get_ref()))
}

fn text(path: &str) -> String {
    let path = root().join("scenarios").join(path);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
