//! A host that runs smoltcp, a TCP that nobody of this project wrote, on the simulator's clock.

use super::packet::ADDRESSES;
use super::path::{Host, MILLI, SECOND, START};
use super::reference::{App, Deed};
use super::rng::Rng;
use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{self, Device, DeviceCapabilities, Medium};
use smoltcp::socket::tcp::{Socket, SocketBuffer, State};
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{HardwareAddress, IpAddress, IpCidr, Ipv4Address};
use std::cell::Cell;
use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    /// smoltcp asks a plain function for the time of its timestamps.
    static NOW: Cell<u64> = const { Cell::new(0) };
}

fn tsval() -> u32 {
    (NOW.get() / MILLI) as u32
}

fn instant(now: u64) -> Instant {
    Instant::from_micros((now / 1_000) as i64)
}

/// Queues instead of a wire.
#[derive(Debug)]
struct Wire {
    arrived: VecDeque<Vec<u8>>,
    sent: Vec<Vec<u8>>,
    mtu: usize,
}

struct Arrived(Vec<u8>);
struct Send<'a>(&'a mut Vec<Vec<u8>>);

impl phy::RxToken for Arrived {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, read: F) -> R {
        read(&self.0)
    }
}

impl phy::TxToken for Send<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, write: F) -> R {
        let mut packet = vec![0; len];
        let result = write(&mut packet);
        self.0.push(packet);
        result
    }
}

impl Device for Wire {
    type RxToken<'a> = Arrived;
    type TxToken<'a> = Send<'a>;

    fn receive(&mut self, _now: Instant) -> Option<(Arrived, Send<'_>)> {
        let packet = self.arrived.pop_front()?;
        Some((Arrived(packet), Send(&mut self.sent)))
    }

    fn transmit(&mut self, _now: Instant) -> Option<Send<'_>> {
        Some(Send(&mut self.sent))
    }

    fn capabilities(&self) -> DeviceCapabilities {
        let mut capabilities = DeviceCapabilities::default();
        capabilities.medium = Medium::Ip;
        capabilities.max_transmission_unit = self.mtu;
        capabilities
    }
}

/// One host with one socket.
pub struct Smol {
    me: usize,
    wire: Wire,
    interface: Interface,
    sockets: SocketSet<'static>,
    handle: SocketHandle,
    app: App,
    rng: Rng,
    opens: u32,
    size: i64,
    next: Option<u64>,
    open_at: Option<u64>,
    app_at: u64,
    closed: bool,
    tame: bool,
    dead: bool,
}

impl Smol {
    /// `tame` keeps the program from what smoltcp is known to do wrong (see the discoveries in `honest`).
    pub fn new(me: usize, opens: u32, size: i64, tame: bool, mut rng: Rng) -> Self {
        let mut wire = Wire {
            arrived: VecDeque::new(),
            sent: Vec::new(),
            mtu: rng.pick(&[1_500, 1_500, 576, 256]),
        };
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = rng.next();
        let mut interface = Interface::new(config, &mut wire, instant(START));
        let [a, b, c, d] = ADDRESSES[me].0;
        interface.update_ip_addrs(|addresses| {
            let own = IpCidr::new(IpAddress::v4(a, b, c, d), 24);
            addresses.push(own).unwrap();
        });
        let buffer = |rng: &mut Rng| {
            let size = rng.pick(&[200, 1_000, 5_000, 60_000, 200_000]);
            SocketBuffer::new(vec![0; size])
        };
        let mut socket = Socket::new(buffer(&mut rng), buffer(&mut rng));
        if rng.chance(0.5) {
            socket.set_tsval_generator(Some(tsval));
        }
        socket.set_nagle_enabled(rng.chance(0.5));
        if rng.chance(0.3) {
            let interval = Duration::from_secs(rng.between(1, 20));
            socket.set_keep_alive(Some(interval));
        }
        socket.set_ack_delay(
            rng.chance(0.7)
                .then_some(Duration::from_millis(rng.between(1, 400))),
        );
        if rng.chance(0.3) {
            socket.set_timeout(Some(Duration::from_secs(rng.between(5, 60))));
        }
        let mut sockets = SocketSet::new(Vec::new());
        let handle = sockets.add(socket);
        Self {
            me,
            wire,
            interface,
            sockets,
            handle,
            app: App::random(&mut rng, size),
            opens,
            size,
            next: Some(START),
            open_at: Some(START + rng.below(20 * MILLI)),
            app_at: START,
            closed: false,
            tame,
            dead: false,
            rng,
        }
    }

    /// smoltcp 0.12 can fall over an old duplicate (arithmetic in its sequence numbers); a host that crashed is silent.
    fn settle(&mut self, now: u64, out: &mut Vec<Vec<u8>>) {
        let survived = !self.dead && catch_unwind(AssertUnwindSafe(|| self.live(now, out))).is_ok();
        if !survived {
            self.dead = true;
            self.next = None;
        }
    }

    fn live(&mut self, now: u64, out: &mut Vec<Vec<u8>>) {
        NOW.set(now);
        self.run_app(now);
        // One poll may leave work behind.
        for _ in 0..4 {
            self.interface
                .poll(instant(now), &mut self.wire, &mut self.sockets);
        }
        out.append(&mut self.wire.sent);
        let at_rest = self.sockets.get::<Socket<'_>>(self.handle).state() == State::Closed;
        let due = self.interface.poll_at(instant(now), &self.sockets);
        // It rounds to microseconds; a moment that is past is served a little later.
        self.next = due
            .filter(|_| !at_rest)
            .map(|at| (at.total_micros().max(0) as u64 * 1_000).max(now + 2 * MILLI));
        if self.app_at <= now {
            // Without a connection the program only looks now and then whether there is one.
            self.app_at = self
                .app
                .at
                .filter(|at| *at > now)
                .unwrap_or(now + 50 * MILLI);
        }
    }

    fn run_app(&mut self, now: u64) {
        let socket = self.sockets.get_mut::<Socket<'_>>(self.handle);
        if socket.state() == State::Closed {
            let pause = self.rng.pick(&[MILLI, SECOND, 20 * SECOND]);
            let at = *self.open_at.get_or_insert(now + self.rng.below(pause));
            if at <= now && self.opens > 0 {
                self.open_at = None;
                self.reopen();
            }
            return;
        }
        if self.tame {
            tame(socket, self.closed);
        }
        if now < self.app_at {
            return;
        }
        let readable = socket.recv_queue() as i64;
        let over = !socket.may_recv()
            && socket.state() != State::SynSent
            && socket.state() != State::Listen;
        if socket.state() == State::Listen {
            self.app.at = Some(now + 20 * MILLI);
            return;
        }
        match self
            .app
            .step(now, (readable, over, self.closed), &mut self.rng)
        {
            Deed::Write(count) => {
                let text: Vec<u8> = (0..count).map(|at| at as u8).collect();
                let taken = socket.send_slice(&text).unwrap_or(0) as i64;
                self.app.to_write += count - taken;
            }
            Deed::Read(count) => {
                let _ = socket.recv_slice(&mut vec![0; count as usize]);
            }
            Deed::Close if self.tame && socket.state() == State::SynReceived => {}
            Deed::Close => {
                socket.close();
                self.closed = true;
            }
            Deed::Abort
                if matches!(
                    socket.state(),
                    State::TimeWait | State::Closing | State::LastAck
                ) => {}
            Deed::Abort => socket.abort(),
            Deed::Nothing => {}
        }
    }

    fn reopen(&mut self) {
        let socket = self.sockets.get_mut::<Socket<'_>>(self.handle);
        self.app = App::random(&mut self.rng, self.size);
        self.closed = false;
        self.opens -= 1;
        let (local, remote) = (ADDRESSES[self.me], ADDRESSES[1 - self.me]);
        if self.me == 0 {
            let [a, b, c, d] = remote.0;
            let to = (IpAddress::Ipv4(Ipv4Address::new(a, b, c, d)), remote.1);
            socket
                .connect(self.interface.context(), to, local.1)
                .unwrap();
        } else {
            socket.listen(local.1).unwrap();
        }
    }
}

/// Without keep-alive behind a FIN and without a user timeout in TIME-WAIT.
fn tame(socket: &mut Socket<'_>, closed: bool) {
    if closed {
        socket.set_keep_alive(None);
    }
    if matches!(socket.state(), State::TimeWait | State::Closing) {
        socket.set_timeout(None);
    }
}

impl Host for Smol {
    fn receive(&mut self, now: u64, packet: &[u8], out: &mut Vec<Vec<u8>>) {
        self.wire.arrived.push_back(packet.to_vec());
        self.settle(now, out);
    }

    fn wake(&mut self, now: u64, out: &mut Vec<Vec<u8>>) {
        self.settle(now, out);
    }

    fn next_wake(&self) -> Option<u64> {
        let idle = self.dead
            || self.opens == 0
                && self.sockets.get::<Socket<'_>>(self.handle).state() == State::Closed;
        if self.dead {
            return None;
        }
        let app = (!idle).then_some(self.app_at);
        [self.next, app].into_iter().flatten().min()
    }
}
