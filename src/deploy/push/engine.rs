//! The programs that build images and push them.

use std::io;
use std::process::Stdio;

use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use crate::deploy::problem::Problem;

/// A program that builds images.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Program {
    /// Docker, with buildx where that is there.
    Docker,
    /// Podman.
    Podman,
    /// Buildah.
    Buildah,
}

impl Program {
    /// All, in the order in which they are looked for.
    pub const ALL: [Self; 3] = [Self::Docker, Self::Podman, Self::Buildah];

    /// What is typed to run it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Docker => "docker",
            Self::Podman => "podman",
            Self::Buildah => "buildah",
        }
    }
}

/// A program that is there.
#[derive(Debug, Clone)]
pub struct Engine {
    program: Program,
    /// Whether Docker has buildx.
    has_buildx: bool,
    /// Variables that it gets beside those of this process.
    variables: Vec<(String, String)>,
}

/// What a program is told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// Its arguments.
    pub arguments: Vec<String>,
    /// Variables of this call alone: what stands there is no argument that everyone on the machine can see.
    pub variables: Vec<(String, String)>,
    /// Its standard input.
    pub input: Option<String>,
}

/// What becomes of the output of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Output {
    /// The user sees it.
    Shown,
    /// The user sees how far it is; what it complains about is kept.
    Followed,
    /// It is kept.
    Kept,
}

/// How a program ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Ended {
    pub(super) success: bool,
    /// What it wrote to its standard output, if that was kept.
    pub(super) output: String,
    /// What it wrote to its standard error, if that was kept.
    pub(super) complaint: String,
}

impl Engine {
    /// Finds the program that is wanted, or the first one that is there.
    ///
    /// # Errors
    ///
    /// When it is not there, or none is.
    pub async fn find(wanted: Option<Program>) -> Result<Self, Problem> {
        for program in Program::ALL.into_iter().filter(|program| wanted.is_none_or(|wanted| wanted == *program)) {
            let engine = Self { program, has_buildx: false, variables: Vec::new() };
            if engine.answers(&["--version"]).await {
                let has_buildx = program == Program::Docker && engine.answers(&["buildx", "version"]).await;
                return Ok(Self { has_buildx, ..engine });
            }
        }
        let hint = "install docker, podman or buildah, or push the images otherwise and name them with `image`";
        Err(match wanted {
            Some(program) => Problem::new(format!("`{}` is not there to build images", program.as_str())).hint(hint),
            None => Problem::new("there is no program that builds images: docker, podman or buildah").hint(hint),
        })
    }

    /// Which program it is.
    #[must_use]
    pub const fn program(&self) -> Program {
        self.program
    }

    /// The same program with more variables.
    pub(super) fn with(self, variables: impl IntoIterator<Item = (String, String)>) -> Self {
        Self { variables: self.variables.into_iter().chain(variables).collect(), ..self }
    }

    /// The words that begin a build.
    pub(super) const fn build(&self) -> &'static [&'static str] {
        match (self.program, self.has_buildx) {
            // What is built must be where `push` finds it.
            (Program::Docker, true) => &["buildx", "build", "--load"],
            (Program::Docker | Program::Podman | Program::Buildah, _) => &["build"],
        }
    }

    /// The words that print what an image is known by on this machine.
    pub(super) const fn identify(&self) -> &'static [&'static str] {
        match self.program {
            Program::Docker | Program::Podman => &["image", "inspect", "--format", "{{.Id}}"],
            Program::Buildah => &["inspect", "--type", "image", "--format", "{{.FromImageID}}"],
        }
    }

    /// The words that print the digests that an image has in registries, each behind its repository.
    pub(super) const fn digests(&self) -> &'static [&'static str] {
        match self.program {
            Program::Docker | Program::Podman => {
                &["image", "inspect", "--format", "{{range .RepoDigests}}{{println .}}{{end}}"]
            }
            Program::Buildah => &["images", "--format", "{{.Name}}@{{.Digest}}"],
        }
    }

    /// Whether it can be run with these words.
    async fn answers(&self, words: &[&str]) -> bool {
        let ended = Command::new(self.program.as_str())
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .status();
        ended.await.is_ok_and(|status| status.success())
    }

    /// Runs it to its end. It is ended, too, when nobody waits for it any more.
    pub(super) async fn run(&self, call: &Call, output: Output) -> Result<Ended, Problem> {
        let cannot = |err: io::Error| Problem::new(format!("cannot run `{}`: {err}", self.program.as_str()));
        let Call { arguments, variables, input } = call;
        let kept = |is_kept: bool| if is_kept { Stdio::piped() } else { Stdio::from(io::stderr()) };
        let mut child = Command::new(self.program.as_str())
            .args(arguments)
            .envs(self.variables.iter().chain(variables).map(|(name, value)| (name, value)))
            .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
            .stdout(kept(output == Output::Kept))
            .stderr(kept(output != Output::Shown))
            .kill_on_drop(true)
            .spawn()
            .map_err(cannot)?;
        if let (Some(input), Some(mut stdin)) = (input, child.stdin.take()) {
            // A program that does not read to the end says itself what it lacks.
            let _unread = stdin.write_all(input.as_bytes()).await;
        }
        let ended = child.wait_with_output().await.map_err(cannot)?;
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
        Ok(Ended { success: ended.status.success(), output: text(&ended.stdout), complaint: text(&ended.stderr) })
    }
}
