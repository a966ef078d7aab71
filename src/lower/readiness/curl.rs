//! `curl -fs http://host/path`: <https://curl.se/docs/manpage.html>.

use super::flags::{Flags, Line, Order};
use super::idiom::http;
use super::question::{Prober, Question};
use super::wait::{Scheme, Target};

/// `curl`.
pub(super) const PROBER: Prober = Prober { name: "curl", replies: &["52", "(52)"], recognise };

/// The options that change neither what is asked nor what it leaves behind.
const FLAGS: Flags = Flags {
    switches: &[
        "-s",
        "--silent",
        "-S",
        "--show-error",
        "-f",
        "--fail",
        "-k",
        "--insecure",
        "-L",
        "--location",
        "-I",
        "--head",
        "-i",
        "--include",
        "-v",
        "--verbose",
        "-4",
        "-6",
        "-G",
    ],
    valued: &[
        "-o",
        "--output",
        "-m",
        "--max-time",
        "--connect-timeout",
        "-u",
        "--user",
        "-H",
        "--header",
        "-X",
        "--request",
        "--cacert",
        "-w",
        "--write-out",
    ],
    order: Order::Anywhere,
};

/// It succeeds on any answer, or with `-f` on a good one. What is no HTTP gets an empty reply, which is error 52.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["curl"])?)?;
    let [address] = line.operands.as_slice() else { return None };
    let quiet = line.value(&["-o", "--output"]).is_none_or(|file| file == "/dev/null");
    let reads = line.value(&["-X", "--request"]).is_none_or(|method| matches!(method, "GET" | "HEAD"));
    let target = http(address).filter(|_| quiet && reads)?;
    match question.reply {
        None => Some(target),
        Some(_) if !tells_error(&line, question) => None,
        Some(_) => {
            let text = target.text.rsplit('/').next()?.to_owned();
            Some(Target { scheme: Scheme::Tcp, text, ..target })
        }
    }
}

/// Whether an error is among what the next command reads.
fn tells_error(line: &Line<'_>, question: Question<'_>) -> bool {
    let talks = !line.has(&["-s", "--silent"]) || line.has(&["-S", "--show-error"]);
    talks && question.condition.joins_errors && !line.has(&["-f", "--fail"])
}
