//! The account behind a port.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;

use crate::testing::{Bed, seconds};
use crate::{Applied, Clock, Fault, Server, serve};

/// What comes back for `ListClusters`: the answer, or what happened to the connection.
fn list_clusters(server: &Server) -> Result<String, ErrorKind> {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let request = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\nconnection: close\r\n\
                   x-amz-target: AmazonEC2ContainerServiceV20141113.ListClusters\r\n\
                   authorization: AWS4-HMAC-SHA256 Credential=AKID/20260101/eu-west-1/ecs/aws4_request\r\n\r\n{}";
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map(|_| answer).map_err(|error| error.kind())
}

#[test]
fn faults_are_real_on_the_wire() {
    let mut bed = Bed::new();
    bed.aws.faults().on("ListClusters").nth(2).then(Fault::Reset { applied: Applied::No });
    bed.aws.faults().on("ListClusters").nth(3).then(Fault::Timeout { applied: Applied::No });
    bed.aws.faults().on("ListClusters").nth(4).then(Fault::Throttle);
    let aws = Arc::new(Mutex::new(bed.aws));
    let server = serve(Arc::clone(&aws), Clock::Step(seconds(1))).unwrap();
    let answer = list_clusters(&server).unwrap();
    let body = json!({"clusterArns": ["arn:aws:ecs:eu-west-1:123456789012:cluster/prod"]}).to_string();
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.ends_with(&body), "{answer}");
    assert!(answer.contains("date: Thu, 01 Jan 2026 00:00:01 GMT\r\n"), "{answer}");
    assert_eq!(list_clusters(&server), Err(ErrorKind::ConnectionReset));
    assert_eq!(list_clusters(&server), Err(ErrorKind::WouldBlock));
    let throttled = list_clusters(&server).unwrap();
    assert!(throttled.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{throttled}");
    assert!(throttled.contains("x-amzn-errortype: ThrottlingException\r\n"), "{throttled}");
    drop(server);
    let aws = aws.lock().unwrap();
    let outcomes: Vec<_> = aws.calls().iter().skip(1).map(|call| call.outcome.as_str()).collect();
    assert_eq!((outcomes, aws.now()), (vec!["ok", "reset", "timeout", "ThrottlingException"], seconds(4)));
}

/// What the registry answers: the status, and the body or what is in a header.
fn registry(server: &Server, request: &str, body: &str) -> String {
    let address = server.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).unwrap();
    let head =
        format!("{request} HTTP/1.1\r\nhost: localhost\r\ncontent-length: {}\r\nconnection: close\r\n", body.len());
    stream.write_all(format!("{head}authorization: Basic QVdTOnN0YW5kaW4=\r\n\r\n{body}").as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let status = answer.split(' ').nth(1).unwrap_or_default().to_owned();
    let location = answer.lines().find_map(|line| line.strip_prefix("location: ")).map(str::trim).unwrap_or_default();
    let body = answer.split_once("\r\n\r\n").map(|(_, body)| body).unwrap_or_default();
    format!("{status} {location}{body}").trim().to_owned()
}

#[test]
fn images_can_be_pushed() {
    let mut bed = Bed::new();
    bed.aws.add_repository("shop/api").immutable = true;
    let aws = Arc::new(Mutex::new(bed.aws));
    let server = serve(Arc::clone(&aws), Clock::Manual).unwrap();
    let config = r#"{"os":"linux","architecture":"arm64"}"#;
    let digest = "sha256:0b7a9b5e6e5b6c3f";
    assert_eq!(registry(&server, "GET /v2/", ""), "200");
    assert!(registry(&server, "POST /v2/other/blobs/uploads/", "").starts_with("404"));
    let begun = registry(&server, "POST /v2/shop/api/blobs/uploads/", "");
    let upload = begun.strip_prefix("202 ").unwrap().to_owned();
    assert_eq!(registry(&server, &format!("PATCH {upload}"), config), begun);
    let refused = registry(&server, &format!("PUT {upload}?digest={digest}"), "");
    assert!(refused.starts_with("400 ") && refused.contains("DIGEST_INVALID"), "{refused}");
    let begun = registry(&server, "POST /v2/shop/api/blobs/uploads/", "");
    let upload = begun.strip_prefix("202 ").unwrap().to_owned();
    let digest = sha256(config);
    let put = registry(&server, &format!("PUT {upload}?digest={digest}"), config);
    assert_eq!(put, format!("201 /v2/shop/api/blobs/{digest}"));
    let manifest = json!({"schemaVersion": 2, "config": {"digest": digest}}).to_string();
    let whole = sha256(&manifest);
    let path = "/v2/shop/api/manifests/1.9";
    assert_eq!(registry(&server, &format!("PUT {path}"), &manifest), format!("201 /v2/shop/api/manifests/{whole}"));
    assert_eq!(registry(&server, &format!("GET {path}"), ""), format!("200 {manifest}"));
    let other = registry(&server, &format!("PUT {path}"), "{}");
    assert!(other.contains("cannot be overwritten because the repository is immutable"), "{other}");
    let aws = aws.lock().unwrap();
    let image = aws.repository("shop/api").unwrap().images.first().unwrap();
    assert_eq!((&image.digest, image.platforms.as_slice()), (&whole, ["linux/arm64".to_owned()].as_slice()));
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text.as_bytes()).iter().fold("sha256:".to_owned(), |text, byte| text + &format!("{byte:02x}"))
}
