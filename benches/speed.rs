//! `convert` and `config` from text to JSON, in one process: `cargo bench`. Needs python3 for the inputs.

use std::hint::black_box;
use std::process::Command;

use compose2ecs::compose::load::load;
use compose2ecs::config::{self, ConfigOptions, Format};
use compose2ecs::options::{LoadOptions, LowerOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs::{backend, translate};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// The Compose file of a world.
const FILE: &str = "/bench/compose.yml";

/// Translates inputs of several sizes and shapes.
fn convert(criterion: &mut Criterion) {
    let inputs = [(10, "tier"), (100, "tier"), (1_000, "tier"), (5_000, "tier"), (1_000, "chain")];
    measure(criterion, "convert", &inputs, |world| {
        let lower = LowerOptions { region: Some("eu-west-1".to_owned()), ..LowerOptions::default() };
        let translation = translate(world, &[FILE.into()], &Options { lower, ..Options::default() });
        backend::document(&translation.stack.expect("the input translates"))
    });
}

/// Reads inputs of several sizes, and prints the model.
fn config(criterion: &mut Criterion) {
    measure(criterion, "config", &[(10, "tier"), (1_000, "tier"), (5_000, "tier")], |world| {
        let loaded = load(world, &[FILE.into()], &LoadOptions::default());
        let project = loaded.reported.product.expect("the input can be read");
        config::document(&project, ConfigOptions { format: Format::Json, ..ConfigOptions::default() })
    });
}

/// Measures what makes a document of a world, on inputs of so many services and such shapes.
fn measure(criterion: &mut Criterion, name: &str, inputs: &[(u32, &str)], document: fn(&MemoryWorld) -> String) {
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for (services, shape) in inputs {
        let input = input(*services, shape);
        group.throughput(Throughput::Bytes(input.len().try_into().unwrap_or(u64::MAX)));
        let world = world(input);
        group.bench_with_input(BenchmarkId::new(*shape, services), &world, |bencher, world| {
            bencher.iter(|| black_box(document(world)));
        });
    }
    group.finish();
}

/// A world with one Compose file.
fn world(input: Vec<u8>) -> MemoryWorld {
    let files = [(FILE.into(), input)].into();
    MemoryWorld { files, current_dir: "/bench".into(), ..MemoryWorld::default() }
}

/// A Compose file of so many services.
fn input(services: u32, shape: &str) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/generate.py");
    let output = Command::new("python3").args([script, &services.to_string(), "--deps", shape]).output();
    output.expect("python3 is there").stdout
}

criterion_group!(benches, convert, config);
criterion_main!(benches);
