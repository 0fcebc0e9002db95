//! What stands between Xtablo and a store, and goes wrong when it is told to.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What happens to connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// They are closed at once.
    Refuse,
    /// Every request is answered with 500.
    Fail,
    /// Every request is answered with this status, and this body.
    Answer(&'static str, &'static str),
    /// Nothing goes on any more, and nothing ends.
    Stall,
    /// Each is cut when this much has gone up on it.
    CutAfter(usize),
}

/// A proxy for TCP.
#[derive(Clone)]
pub struct Faults {
    pub address: String,
    fault: watch::Sender<Fault>,
    /// How many connections the fault is still for; nothing: for all.
    times: Arc<Mutex<Option<usize>>>,
    /// Bytes that have gone up.
    sent: watch::Sender<usize>,
    /// What was asked, by method and path.
    asked: Arc<Mutex<Vec<String>>>,
}

impl Faults {
    pub async fn before(target: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let faults = Self {
            address: listener.local_addr().expect("bound").to_string(),
            fault: watch::channel(Fault::None).0,
            times: Arc::default(),
            sent: watch::channel(0).0,
            asked: Arc::default(),
        };
        let (own, target) = (faults.clone(), target.to_owned());
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (own, target) = (own.clone(), target.clone());
                tokio::spawn(async move { own.serve(client, &target).await });
            }
        });
        faults
    }

    /// From now on, also on connections that are open.
    pub fn set(&self, fault: Fault) {
        *self.times.lock().expect("no panic") = None;
        self.fault.send_replace(fault);
    }

    /// The next `times` connections on which it can happen, and then never again.
    pub fn set_for(&self, fault: Fault, times: usize) {
        *self.times.lock().expect("no panic") = Some(times);
        self.fault.send_replace(fault);
    }

    /// Waits until so much has gone up since the beginning.
    pub async fn has_sent(&self, bytes: usize) {
        self.sent.subscribe().wait_for(|sent| *sent >= bytes).await.expect("it goes on");
    }

    /// The requests so far of this method, as method, path and version.
    pub fn asked(&self, method: &str) -> Vec<String> {
        let asked = self.asked.lock().expect("no panic");
        asked.iter().filter(|line| line.split(' ').next() == Some(method)).cloned().collect()
    }

    /// Notes a request that begins with these bytes.
    fn note(&self, bytes: &[u8]) {
        let line = bytes.split(|byte| *byte == b'\r').next().unwrap_or_default();
        if line.ends_with(b" HTTP/1.1") {
            self.asked.lock().expect("no panic").push(String::from_utf8_lossy(line).into_owned());
        }
    }

    /// The fault that is to happen now, which is counted.
    fn take(&self, current: Fault) -> Fault {
        let mut times = self.times.lock().expect("no panic");
        match times.as_mut() {
            None => current,
            Some(0) => Fault::None,
            Some(times) => {
                *times -= 1;
                current
            }
        }
    }

    async fn serve(&self, mut client: TcpStream, target: &str) {
        let mut fault = self.fault.subscribe();
        let Ok(mut server) = TcpStream::connect(target).await else { return };
        let (mut up, mut down, mut gone_up) = (vec![0; 16 * 1024], vec![0; 16 * 1024], 0);
        loop {
            let now = *fault.borrow_and_update();
            if now == Fault::Stall {
                if fault.changed().await.is_err() {
                    return;
                }
                continue;
            }
            tokio::select! {
                changed = fault.changed() => if changed.is_err() { return },
                read = client.read(&mut up) => {
                    let Ok(count @ 1..) = read else { return };
                    gone_up += count;
                    self.note(&up[..count]);
                    let broken = match now {
                        Fault::None | Fault::Stall => false,
                        Fault::CutAfter(bytes) => gone_up >= bytes,
                        Fault::Refuse | Fault::Fail | Fault::Answer(..) => true,
                    };
                    if broken && self.take(now) != Fault::None {
                        match now {
                            Fault::Fail => answer(&mut client, "500 Internal Server Error", "").await,
                            Fault::Answer(status, body) => answer(&mut client, status, body).await,
                            _ => {}
                        }
                        return;
                    }
                    if server.write_all(&up[..count]).await.is_err() {
                        return;
                    }
                    self.sent.send_modify(|sent| *sent += count);
                }
                read = server.read(&mut down) => {
                    let Ok(count @ 1..) = read else { return };
                    if client.write_all(&down[..count]).await.is_err() {
                        return;
                    }
                }
            }
        }
    }
}

/// Answers, and reads what is still coming, so that the answer is heard.
async fn answer(client: &mut TcpStream, status: &str, body: &str) {
    let length = body.len();
    let answer = format!("HTTP/1.1 {status}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}");
    if client.write_all(answer.as_bytes()).await.is_ok() && client.shutdown().await.is_ok() {
        let mut rest = [0; 4096];
        while let Ok(1..) = client.read(&mut rest).await {}
    }
}
