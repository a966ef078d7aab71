//! A graph as a Mermaid flowchart, which GitHub, GitLab and many editors draw.
//! <https://mermaid.js.org/syntax/flowchart.html>

use std::fmt::{self, Write as _};

use super::words::Words;
use crate::graph::{Edge, Graph, Lifetime, Node, NodeId, Task};
use crate::source::Sources;

/// Draws a graph: waves from the top, arrows from who needs to who is needed.
pub(super) fn draw(graph: &Graph, sources: &Sources) -> String {
    let mut text = String::new();
    write(graph, sources, &mut text).expect("a text takes everything");
    text
}

fn write(graph: &Graph, sources: &Sources, text: &mut String) -> fmt::Result {
    let Graph { project: _, waves, outside, edges } = graph;
    // From the bottom: who needs something stands below it.
    writeln!(text, "flowchart BT")?;
    let mut once = Vec::new();
    let mut number = 0;
    for (tasks, wave) in waves.iter().zip(1..) {
        writeln!(text, "  subgraph wave{wave}[\"wave {wave}\"]")?;
        for task in tasks {
            number += 1;
            write_task(task, number, &mut once, text)?;
        }
        writeln!(text, "  end")?;
    }
    for Node { id, name, lifetime: _, origin: _ } in outside {
        writeln!(text, "  {}[(\"{}\")]", name_of(*id), escaped(name))?;
    }
    let words = Words::new(graph, sources);
    for edge in edges {
        let Edge { from, to, reasons: _ } = edge;
        let lines: Vec<String> = words.lines(edge).iter().map(|line| escaped(line)).collect();
        let arrow = if edge.is_needed() { "-->" } else { "-.->" };
        writeln!(text, "  {} {arrow}|\"{}\"| {}", name_of(*from), lines.join("<br/>"), name_of(*to))?;
    }
    if !once.is_empty() {
        writeln!(text, "  classDef once stroke-dasharray: 6 4\n  class {} once", once.join(","))?;
    }
    Ok(())
}

/// Draws a task with its containers. What ends by itself is also a member of `once`.
fn write_task(task: &Task, number: usize, once: &mut Vec<String>, text: &mut String) -> fmt::Result {
    let Task { name, lifetime, containers } = task;
    let kind = match lifetime {
        Lifetime::Lasting => "task",
        Lifetime::Once => {
            once.push(format!("task{number}"));
            "one-off task"
        }
    };
    writeln!(text, "    subgraph task{number}[\"{kind} {}\"]", escaped(name))?;
    for Node { id, name, lifetime, origin: _ } in containers {
        let (id, name) = (name_of(*id), escaped(name));
        match lifetime {
            Lifetime::Lasting => writeln!(text, "      {id}[\"{name}\"]")?,
            Lifetime::Once => {
                writeln!(text, "      {id}([\"{name}\"])")?;
                once.push(id);
            }
        }
    }
    writeln!(text, "    end")
}

/// What a node is called, which is never a word of Mermaid.
fn name_of(NodeId(id): NodeId) -> String {
    format!("node{id}")
}

/// A text within quotes. Only letters, digits and harmless signs stay: what else there is, Mermaid may take for HTML,
/// Markdown, a comment or the end of the text.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        if letter.is_alphanumeric() || " .,:/-_()=+@?".contains(letter) {
            escaped.push(letter);
        } else if letter.is_control() {
            escaped.push(' ');
        } else {
            escaped.extend(["#", &u32::from(letter).to_string(), ";"]);
        }
    }
    // Mermaid takes the last `;` from a line with one of the first two, and the third for the name of an icon.
    escaped.replace("style", "#115;tyle").replace("classDef", "#99;lassDef").replace(":fa-", "#58;fa-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(escaped(text), expected);
    }

    #[test]
    fn what_mermaid_would_read_is_told_by_its_number() {
        check("tcp://db-1:5432 (x), a_b=c", "tcp://db-1:5432 (x), a_b=c");
        check("a \"b\" `c` [d] {e}", "a #34;b#34; #96;c#96; #91;d#93; #123;e#125;");
        check("<br/> & #quot; | %%", "#60;br/#62; #38; #35;quot#59; #124; #37;#37;");
        check("é 日本\n\tπ", "é 日本  π");
        check("styles:#1 classDef fa:fa-car", "#115;tyles:#35;1 #99;lassDef fa#58;fa-car");
    }

    proptest::proptest! {
        #[test]
        fn no_text_ends_its_quotes(text in ".{0,40}") {
            let harmful = ['"', '`', '<', '>', '&', '|', '%', '[', ']', '{', '}', '\n'];
            proptest::prop_assert_eq!(escaped(&text).find(harmful), None);
        }
    }
}
