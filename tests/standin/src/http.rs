//! The account behind a port of the loopback interface, and its registry below `/v2/` of the same port.

mod date;

use std::convert::Infallible;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::AUTHORIZATION;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::Notify;

use crate::aws::Aws;
use crate::ecr::distribution::Exchange;
use crate::wire::{Reply, Request, Response};

pub(crate) use date::date;

/// How time passes while the account is served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Clock {
    /// So many times as fast as real time.
    Real(f64),
    /// Only when a test says so.
    Manual,
    /// By this much before each call.
    Step(Duration),
}

/// An account that is being served. It stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// Where: `http://127.0.0.1:` and a port.
    pub url: String,
    thread: Option<std::thread::JoinHandle<()>>,
    stop: Arc<Notify>,
}

/// What all connections share.
#[derive(Debug)]
struct Shared {
    aws: Arc<Mutex<Aws>>,
    clock: Clock,
    /// The time of the account when it began to be served, and then.
    start: (Duration, Instant),
}

/// Serves an account on a port of the loopback interface, from a thread of its own.
///
/// # Errors
///
/// When no port can be had.
pub fn serve(aws: Arc<Mutex<Aws>>, clock: Clock) -> io::Result<Server> {
    let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, 0)))?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let start = (lock(&aws).now(), Instant::now());
    let shared = Arc::new(Shared { aws, clock, start });
    let stop = Arc::new(Notify::new());
    let stopped = Arc::clone(&stop);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let thread = std::thread::spawn(move || {
        runtime.block_on(async move {
            tokio::select! {
                () = accept(listener, shared) => {}
                () = stopped.notified() => {}
            }
        });
    });
    Ok(Server { url, thread: Some(thread), stop })
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.notify_one();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has said so itself.
            let _ = thread.join();
        }
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(connection(stream, Arc::clone(&shared)));
    }
}

/// Answers the calls of one connection.
async fn connection(stream: TcpStream, shared: Arc<Shared>) {
    let Ok((stream, spare)) = twice(stream) else { return };
    let service = service_fn(move |request| answer(Arc::clone(&shared), Arc::clone(&spare), request));
    // What goes wrong with a connection is its caller's to notice.
    let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// A second handle of a connection, by which it can be broken while the first is in use.
fn twice(stream: TcpStream) -> io::Result<(TcpStream, Arc<TcpStream>)> {
    let stream = stream.into_std()?;
    let spare = TcpStream::from_std(stream.try_clone()?)?;
    Ok((TcpStream::from_std(stream)?, Arc::new(spare)))
}

async fn answer(
    shared: Arc<Shared>,
    spare: Arc<TcpStream>,
    request: hyper::Request<Incoming>,
) -> Result<hyper::Response<Full<Bytes>>, io::Error> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let header = |name: &str| head.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if head.uri.path().starts_with("/v2/") {
        let exchange = Exchange {
            method: head.method.as_str(),
            path: head.uri.path(),
            query: head.uri.query().unwrap_or_default(),
            authorization: header(AUTHORIZATION.as_str()),
            content_type: header("content-type"),
            body: &body,
        };
        let response = lock(&shared.aws).distribute(&exchange);
        return response_of(response).map_err(io::Error::other);
    }
    let authorization = header(AUTHORIZATION.as_str());
    let request = if header("content-type").starts_with("application/x-www-form-urlencoded") {
        // Who signs for another service is not known here.
        let own = authorization.contains("/ec2/aws4_request").then(|| access_key(authorization)).flatten();
        Request::form(&body, own)
    } else {
        let access_key = access_key(authorization);
        Request { target: header("x-amz-target").to_owned(), body: body.to_vec(), access_key }
    };
    let outcome = shared.call(&request);
    tokio::time::sleep(shared.real(outcome.delay)).await;
    match outcome.reply {
        Reply::Respond(response) => response_of(response).map_err(io::Error::other),
        Reply::Silence => {
            let never = std::future::pending::<Result<Infallible, io::Error>>().await?;
            match never {}
        }
        Reply::Reset | Reply::Unreachable => {
            // Without lingering, closing the connection resets it.
            spare.set_zero_linger()?;
            Err(io::Error::from(io::ErrorKind::ConnectionReset))
        }
    }
}

impl Shared {
    fn call(&self, request: &Request) -> crate::wire::Outcome {
        let mut aws = lock(&self.aws);
        match self.clock {
            Clock::Real(factor) => {
                let (begin, instant) = self.start;
                aws.set_time(begin + instant.elapsed().mul_f64(factor));
            }
            Clock::Manual => {}
            Clock::Step(step) => aws.advance(step),
        }
        aws.call(request)
    }

    /// How long a delay really takes.
    fn real(&self, delay: Duration) -> Duration {
        match self.clock {
            Clock::Real(factor) => delay.div_f64(factor),
            Clock::Manual | Clock::Step(_) => delay,
        }
    }
}

/// A test that failed while it held the account does not keep others from it.
fn lock(aws: &Mutex<Aws>) -> MutexGuard<'_, Aws> {
    aws.lock().unwrap_or_else(PoisonError::into_inner)
}

fn response_of(response: Response) -> Result<hyper::Response<Full<Bytes>>, hyper::http::Error> {
    let mut builder = hyper::Response::builder().status(response.status);
    for (name, value) in response.headers {
        builder = builder.header(name, value);
    }
    builder.body(Full::new(Bytes::from(response.body)))
}

/// The access key id of an `Authorization` header: `AWS4-HMAC-SHA256 Credential=AKID/20260101/…`.
fn access_key(header: &str) -> Option<String> {
    let (_, rest) = header.split_once("Credential=")?;
    rest.split_once('/').map(|(key, _)| key.to_owned())
}
