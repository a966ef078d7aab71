//! Deployments to a fake ECS in this process, on a clock that jumps: `cargo bench --bench deploy`. What is measured is our
//! own part of them, with the SDK and the fake.

#![expect(clippy::unwrap_used, reason = "a measurement fails loudly")]

#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/deploy/bed.rs"]
mod bed;
#[expect(dead_code, reason = "tests need more of it")]
#[path = "../tests/deploy/line.rs"]
mod line;

use bed::{Bed, Interruption, release};
use compose2ecs::deploy::options::UpOptions;
use compose2ecs::deploy::release::Release;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use tokio::runtime::{Builder, Runtime};

/// Services side by side, or each behind the one before.
#[derive(Clone, Copy)]
enum Shape {
    Wide,
    Chain,
}

/// A release of so many services.
fn services(count: u32, shape: Shape) -> Release {
    let service = |number: u32| {
        let needs = match (shape, number.checked_sub(1)) {
            (Shape::Chain, Some(before)) => format!(", depends_on: [s{before}]"),
            (Shape::Chain | Shape::Wide, _) => String::new(),
        };
        format!("  s{number}: {{image: 'app:1'{needs}}}\n")
    };
    release(&(0..count).map(service).collect::<Vec<_>>().concat())
}

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_time().start_paused(true).build().unwrap()
}

/// Runs `up`, which must succeed.
async fn up(bed: &Bed, release: &Release) {
    let run = bed.up_until(release, &UpOptions::default(), Interruption::Never).await;
    assert_eq!(run.exit, 0, "{run:#?}");
}

/// Deploys everything to an account without anything.
fn first(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("first up");
    group.sample_size(10);
    for (count, shape, name) in [
        (10, Shape::Wide, "wide"),
        (100, Shape::Wide, "wide"),
        (1000, Shape::Wide, "wide"),
        (10, Shape::Chain, "chain"),
        (100, Shape::Chain, "chain"),
    ] {
        let release = services(count, shape);
        group.throughput(Throughput::Elements(count.into()));
        group.bench_with_input(BenchmarkId::new(name, count), &release, |bencher, release| {
            bencher.iter(|| runtime().block_on(async { up(&Bed::new(), release).await }));
        });
    }
    group.finish();
}

/// Finds that there is nothing to do.
fn second(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("second up");
    group.sample_size(10);
    for count in [10, 100, 1000] {
        let release = services(count, Shape::Wide);
        group.throughput(Throughput::Elements(count.into()));
        group.bench_with_input(BenchmarkId::new("wide", count), &release, |bencher, release| {
            let deployed = || {
                let runtime = runtime();
                let bed = runtime.block_on(async {
                    let bed = Bed::new();
                    up(&bed, release).await;
                    bed
                });
                (runtime, bed)
            };
            bencher.iter_batched(
                deployed,
                |(runtime, bed)| runtime.block_on(up(&bed, release)),
                BatchSize::PerIteration,
            );
        });
    }
    group.finish();
}

criterion_group!(benches, first, second);
criterion_main!(benches);
