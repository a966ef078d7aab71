//! Serves an account with the cluster `default` until it is stopped, so many times as fast as real time:
//! `cargo run -p compose2ecs-standin --example serve -- 10`.

#![expect(clippy::print_stdout, reason = "it says where it listens")]

use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use compose2ecs_standin::{Aws, Clock, Request, Settings, serve};
use serde_json::json;

fn main() -> std::io::Result<()> {
    let factor = std::env::args().nth(1).and_then(|factor| factor.parse().ok()).unwrap_or(1.0);
    let epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let mut aws = Aws::new(Settings { epoch, ..Settings::default() });
    let cluster = json!({"clusterName": "default", "capacityProviders": ["FARGATE", "FARGATE_SPOT"]});
    aws.call(&Request::ecs("CreateCluster", &cluster));
    let server = serve(Arc::new(Mutex::new(aws)), Clock::Real(factor))?;
    println!("{}", server.url);
    loop {
        std::thread::park();
    }
}
