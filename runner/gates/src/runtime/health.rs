//! Asking a program on this machine whether it is well. No other machine is ever asked.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use pipemason_core::config::HealthUrl;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep, timeout};

use crate::error::GateError;

/// Longest that one answer may take; a program that is well answers sooner.
const ANSWER_TIME: Duration = Duration::from_secs(5);
/// How long the port may still be taken after everything was killed.
const RELEASE_TIME: Duration = Duration::from_secs(2);
/// Time between two looks at the port.
const BETWEEN_LOOKS: Duration = Duration::from_millis(20);
/// Enough to see the status of an answer.
const ANSWER_BYTES: usize = 64;

/// The addresses of this machine that only it can reach.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

/// Where a program answers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HealthAddress {
    /// As people know it.
    pub(super) shown: String,
    pub(super) port: u16,
    host: String,
    addresses: Vec<IpAddr>,
    path: String,
    is_encrypted: bool,
}

impl HealthAddress {
    /// Reads an address of this machine; `free_port` stands for `$PORT`.
    pub(super) fn read(url: &HealthUrl, free_port: u16) -> Result<Self, GateError> {
        let port = free_port.to_string();
        let shown = url.as_str().replace("${PORT}", &port).replace("$PORT", &port);
        let not_read = || {
            let words =
                format!("the address `{shown}` in `health` is not one of this machine, like http://127.0.0.1:8080/");
            GateError::Unavailable(words)
        };
        let (scheme, rest) = shown.split_once("://").ok_or_else(not_read)?;
        let is_encrypted = scheme == "https";
        let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, port.parse().map_err(|_| not_read())?),
            Some(_) | None => (authority, if is_encrypted { 443 } else { 80 }),
        };
        let addresses = match host.trim_matches(['[', ']']) {
            // What a program is told to listen on is not where it is asked.
            "localhost" | "0.0.0.0" | "::" => LOOPBACK.to_vec(),
            host => host.parse().into_iter().filter(IpAddr::is_loopback).collect(),
        };
        if addresses.is_empty() {
            return Err(not_read());
        }
        let (host, path) = (authority.to_owned(), format!("/{path}"));
        Ok(Self { shown, port, host, addresses, path, is_encrypted })
    }

    /// Asks once. Of an encrypted address only that somebody listens is known.
    pub(super) async fn ask(&self) -> Result<(), String> {
        for address in &self.addresses {
            let connecting = timeout(ANSWER_TIME, TcpStream::connect(SocketAddr::new(*address, self.port)));
            let Ok(Ok(stream)) = connecting.await else { continue };
            if self.is_encrypted {
                return Ok(());
            }
            let status = timeout(ANSWER_TIME, self.status(stream)).await.ok().flatten();
            return match status {
                Some(200..=399) => Ok(()),
                Some(status) => Err(format!("it answers with status {status}")),
                None => Err("it answers with something that is not HTTP".to_owned()),
            };
        }
        Err("nothing answers".to_owned())
    }

    /// Sends a request and reads the status of the answer.
    async fn status(&self, mut stream: TcpStream) -> Option<u16> {
        let Self { path, host, .. } = self;
        let request = format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nUser-Agent: pipemason\r\nAccept: */*\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await.ok()?;
        let mut answer = Vec::new();
        while answer.len() < ANSWER_BYTES && !answer.contains(&b'\n') {
            let mut part = [0; ANSWER_BYTES];
            let count = stream.read(&mut part).await.ok().filter(|count| *count > 0)?;
            answer.extend_from_slice(part.get(..count)?);
        }
        let line = String::from_utf8_lossy(&answer);
        let mut words = line.split(' ');
        words.next().filter(|version| version.starts_with("HTTP/1."))?;
        words.next()?.trim().parse().ok()
    }
}

/// Finds a port that nobody uses.
pub(super) async fn free_port() -> Result<u16, GateError> {
    let listening = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await;
    let port = listening.and_then(|listener| listener.local_addr()).map(|address| address.port());
    port.map_err(|error| GateError::Unavailable(format!("no port is free: {error}")))
}

/// Says whether somebody listens on the port.
pub(super) async fn is_taken(port: u16) -> bool {
    for address in LOOPBACK {
        if let Ok(Ok(_)) = timeout(ANSWER_TIME, TcpStream::connect(SocketAddr::new(address, port))).await {
            return true;
        }
    }
    false
}

/// Waits until nobody listens on the port any more.
pub(super) async fn is_released(port: u16) -> bool {
    let deadline = Instant::now() + RELEASE_TIME;
    while is_taken(port).await {
        if Instant::now() >= deadline {
            return false;
        }
        sleep(BETWEEN_LOOKS).await;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(url: &str) -> Option<(u16, String, usize)> {
        let address = HealthAddress::read(&url.parse().unwrap(), 4321).ok()?;
        Some((address.port, address.path, address.addresses.len()))
    }

    #[test]
    fn only_addresses_of_this_machine_are_read() {
        assert_eq!(read("http://127.0.0.1:8080/healthz"), Some((8080, "/healthz".to_owned(), 1)));
        assert_eq!(read("http://localhost:$PORT"), Some((4321, "/".to_owned(), 2)));
        assert_eq!(read("http://[::1]:${PORT}/a?b=c"), Some((4321, "/a?b=c".to_owned(), 1)));
        assert_eq!(read("http://[::1]/"), Some((80, "/".to_owned(), 1)));
        assert_eq!(read("https://0.0.0.0/x"), Some((443, "/x".to_owned(), 2)));
        for url in [
            "http://169.254.169.254/latest",
            "http://example.com:80/",
            "http://10.0.0.1/",
            "http://localhost:99999/",
            "http://localhost.example.com/",
            "http://127.0.0.1@example.com/",
            "http://user:pw@127.0.0.1/",
        ] {
            assert_eq!(read(url), None, "{url}");
        }
    }
}
