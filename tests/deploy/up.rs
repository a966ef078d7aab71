//! What `up` does when nothing goes wrong.

use compose2ecs::deploy::options::UpOptions;

use crate::bed::Bed;

const SHOP: &str = "
  db: {image: 'postgres:16', healthcheck: {test: pg_isready, interval: 5s}}
  web: {image: 'nginx:1', depends_on: {db: {condition: service_healthy}}, ports: [80]}
";

#[tokio::test(start_paused = true)]
async fn a_project_goes_up_wave_by_wave_and_then_nothing_changes() {
    let bed = Bed::new();
    let run = bed.up(SHOP, &UpOptions::default()).await;
    assert_eq!(run.problems, []);
    assert_eq!(
        run.lines,
        [
            "db registered shop-db:1",
            "web registered shop-web:1",
            "wave 0",
            "db creating",
            "db deployed",
            "wave 1",
            "web creating",
            "web deployed",
        ]
    );
    assert_eq!(run.changes(), ["RegisterTaskDefinition", "RegisterTaskDefinition", "CreateService", "CreateService"]);
    assert_eq!(run.exit, 0);

    let again = bed.up(SHOP, &UpOptions::default()).await;
    assert_eq!(again.changes(), [""; 0]);
    assert_eq!(again.lines, ["wave 0", "db no change", "wave 1", "web no change"]);
    assert_eq!(again.exit, 0);
}
