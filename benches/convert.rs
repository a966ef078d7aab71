//! `convert` from text to JSON, in one process: `cargo bench`. Needs python3 for the inputs.

use std::hint::black_box;
use std::process::Command;

use camino::Utf8PathBuf;
use compose2ecs::options::{LowerOptions, Options};
use compose2ecs::world::MemoryWorld;
use compose2ecs::{backend, translate};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

/// Translates inputs of several sizes and shapes.
fn convert(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("convert");
    group.sample_size(10);
    for (services, shape) in [(10, "tier"), (100, "tier"), (1_000, "tier"), (5_000, "tier"), (1_000, "chain")] {
        let input = input(services, shape);
        group.throughput(Throughput::Bytes(input.len().try_into().unwrap_or(u64::MAX)));
        let world = world(input);
        group.bench_with_input(BenchmarkId::new(shape, services), &world, |bencher, world| {
            bencher.iter(|| black_box(document(world)));
        });
    }
    group.finish();
}

/// The document of a world with one Compose file.
fn document(world: &MemoryWorld) -> String {
    let lower = LowerOptions { region: Some("eu-west-1".to_owned()), ..LowerOptions::default() };
    let options = Options { lower, ..Options::default() };
    let files = [Utf8PathBuf::from("/bench/compose.yml")];
    let translation = translate(world, &files, &options);
    backend::document(&translation.stack.expect("the input translates"))
}

/// A world with one Compose file.
fn world(input: Vec<u8>) -> MemoryWorld {
    let files = [(Utf8PathBuf::from("/bench/compose.yml"), input)].into();
    MemoryWorld { files, current_dir: "/bench".into(), ..MemoryWorld::default() }
}

/// A Compose file of so many services.
fn input(services: u32, shape: &str) -> Vec<u8> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/generate.py");
    let output = Command::new("python3").args([script, &services.to_string(), "--deps", shape]).output();
    output.expect("python3 is there").stdout
}

criterion_group!(benches, convert);
criterion_main!(benches);
