//! `wget -q --spider http://host/path`: <https://www.gnu.org/software/wget/manual/wget.html>.

use super::flags::{Flags, Order};
use super::idiom::http;
use super::question::{Prober, Question};
use super::wait::Target;

/// `wget`.
pub(super) const PROBER: Prober = Prober { name: "wget", replies: &[], recognise };

/// The options that do not change what success means.
const FLAGS: Flags = Flags {
    switches: &[
        "-q",
        "--quiet",
        "--spider",
        "-S",
        "--server-response",
        "--no-check-certificate",
        "-nv",
        "--no-verbose",
        "-4",
        "-6",
        "-c",
    ],
    valued: &["-O", "--output-document", "-T", "--timeout", "-t", "--tries", "--header", "--user", "--password"],
    order: Order::Anywhere,
};

/// It succeeds on a good answer, which must not become a file.
fn recognise(question: Question<'_>) -> Option<Target> {
    let line = FLAGS.read(question.arguments(&["wget"])?)?;
    let [address] = line.operands.as_slice() else { return None };
    let output = line.value(&["-O", "--output-document"]);
    let leaves_nothing = line.has(&["--spider"]) || matches!(output, Some("-" | "/dev/null"));
    http(address).filter(|_| leaves_nothing)
}
