//! A graph in the DOT language of Graphviz. <https://graphviz.org/doc/info/lang.html>

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
    let Graph { project, waves, outside, edges } = graph;
    writeln!(text, "digraph {} {{", quoted(project))?;
    // From the bottom: who needs something stands below it.
    writeln!(text, "  rankdir=BT\n  node [shape=box]")?;
    let mut number = 0;
    for (tasks, wave) in waves.iter().zip(1..) {
        writeln!(text, "  subgraph cluster_wave{wave} {{\n    label=\"wave {wave}\"\n    style=solid")?;
        for task in tasks {
            number += 1;
            write_task(task, number, text)?;
        }
        writeln!(text, "  }}")?;
    }
    for Node { id, name, lifetime: _, origin: _ } in outside {
        writeln!(text, "  {} [label={} shape=cylinder]", name_of(*id), quoted(name))?;
    }
    let words = Words::new(graph, sources);
    for edge in edges {
        let Edge { from, to, reasons: _ } = edge;
        let label = quoted(&words.lines(edge).join("\n"));
        let style = if edge.is_needed() { "" } else { " style=dotted" };
        writeln!(text, "  {} -> {} [label={label}{style}]", name_of(*from), name_of(*to))?;
    }
    writeln!(text, "}}")
}

/// Draws a task with its containers. What ends by itself has a dashed line around it.
fn write_task(task: &Task, number: usize, text: &mut String) -> fmt::Result {
    let Task { name, lifetime, containers } = task;
    let (kind, style) = match lifetime {
        Lifetime::Lasting => ("task", "solid"),
        Lifetime::Once => ("one-off task", "dashed"),
    };
    let label = quoted(&format!("{kind} {name}"));
    writeln!(text, "    subgraph cluster_task{number} {{\n      label={label}\n      style={style}")?;
    for Node { id, name, lifetime, origin: _ } in containers {
        let style = match lifetime {
            Lifetime::Lasting => "",
            Lifetime::Once => " style=\"rounded,dashed\"",
        };
        writeln!(text, "      {} [label={}{style}]", name_of(*id), quoted(name))?;
    }
    writeln!(text, "    }}")
}

/// What a node is called, which is never a word of DOT.
fn name_of(NodeId(id): NodeId) -> String {
    format!("node{id}")
}

/// A text in quotes, in which Graphviz reads `\` and entities of HTML.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' | '\\' => quoted.extend(['\\', letter]),
            '&' => quoted.push_str("&amp;"),
            '\n' => quoted.push_str("\\n"),
            letter if letter.is_control() => quoted.push(' '),
            letter => quoted.push(letter),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(quoted(text), expected);
    }

    #[test]
    fn what_graphviz_would_read_stays_text() {
        check("tcp://db:5432 <b> [c] {d} -> é", "\"tcp://db:5432 <b> [c] {d} -> é\"");
        check("a \"b\" \\N c\\", r#""a \"b\" \\N c\\""#);
        check("a &lt; b\nc\td", r#""a &amp;lt; b\nc d""#);
    }
}
