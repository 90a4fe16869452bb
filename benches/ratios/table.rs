//! The table: what each tool takes for each input, as medians, and the ratios that matter.

use super::{make, traffic::Shape};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How large the inputs are, and how often everything is run.
#[derive(Clone, Copy, Debug)]
pub struct Size {
    pub records: u64,
    pub connections: u64,
    pub full: u64,
    pub rounds: usize,
    /// Peers that take minutes are given a smaller input of the same kind.
    pub small: u64,
}

impl Size {
    pub const WHOLE: Self = Self {
        records: 5_000_000,
        connections: 1_000_000,
        full: 2_000_000,
        rounds: 5,
        small: 300_000,
    };
    /// A tenth of it, for a look in between.
    pub const TENTH: Self = Self {
        records: 500_000,
        connections: 100_000,
        full: 300_000,
        rounds: 3,
        small: 100_000,
    };
    /// Seconds, to see that everything runs.
    pub const SMOKE: Self = Self {
        records: 60_000,
        connections: 5_000,
        full: 30_000,
        rounds: 1,
        small: 20_000,
    };
}

/// What a run took.
#[derive(Clone, Copy, Debug)]
struct Cost {
    wall: Duration,
    cpu: Duration,
    /// The most memory, in KiB.
    peak: u64,
}

/// A way to go through a file.
struct Runner<'a> {
    name: &'a str,
    program: PathBuf,
    before: Vec<&'a str>,
    after: Vec<&'a str>,
}

impl Runner<'_> {
    /// `None` where the program is not installed. The exit status of a tool that finds something is not 0.
    fn run(&self, file: &Path) -> Option<Cost> {
        let timed = Path::new("/usr/bin/time").exists();
        let mut command = if timed {
            let mut command = Command::new("/usr/bin/time");
            command.args(["-f", "\n%U %S %M"]).arg(&self.program);
            command
        } else {
            Command::new(&self.program)
        };
        command.args(&self.before).arg(file).args(&self.after);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let start = Instant::now();
        let output = command.output().ok()?;
        let wall = start.elapsed();
        if output.status.code() == Some(127) {
            return None;
        }
        let text = String::from_utf8_lossy(&output.stderr);
        let numbers: Vec<f64> = text
            .lines()
            .last()
            .unwrap_or_default()
            .split(' ')
            .filter_map(|word| word.parse().ok())
            .collect();
        let (cpu, peak) = match numbers.as_slice() {
            [user, system, peak] => (Duration::from_secs_f64(user + system), *peak as u64),
            _ => (wall, 0),
        };
        Some(Cost { wall, cpu, peak })
    }
}

/// One input, every runner in turn, so many times: what comes between two runs comes between all of them.
fn measure(title: &str, file: &Path, rounds: usize, runners: &[Runner<'_>]) -> Vec<Option<Cost>> {
    let mut costs: Vec<Vec<Cost>> = vec![Vec::new(); runners.len()];
    for _ in 0..rounds {
        for (runner, costs) in runners.iter().zip(&mut costs) {
            costs.extend(runner.run(file));
        }
    }
    println!("\n{title}\n");
    println!("| | wall s | CPU s | peak MiB |\n|---|---|---|---|");
    let medians: Vec<Option<Cost>> = costs.into_iter().map(median).collect();
    for (runner, cost) in runners.iter().zip(&medians) {
        match cost {
            Some(Cost { wall, cpu, peak }) => println!(
                "| {} | {:.3} | {:.3} | {:.1} |",
                runner.name,
                wall.as_secs_f64(),
                cpu.as_secs_f64(),
                *peak as f64 / 1024.0
            ),
            None => println!("| {} | not installed | | |", runner.name),
        }
    }
    medians
}

/// The median of each figure by itself.
fn median(costs: Vec<Cost>) -> Option<Cost> {
    let middle = |mut figures: Vec<Duration>| {
        figures.sort();
        figures.get(figures.len() / 2).copied()
    };
    let mut peaks: Vec<u64> = costs.iter().map(|cost| cost.peak).collect();
    peaks.sort_unstable();
    Some(Cost {
        wall: middle(costs.iter().map(|cost| cost.wall).collect())?,
        cpu: middle(costs.iter().map(|cost| cost.cpu).collect())?,
        peak: *peaks.get(peaks.len() / 2)?,
    })
}

/// Makes the inputs that are not there yet, and prints everything.
pub fn print(size: Size) {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let input = |name: &str, cut: usize, amount: u64| {
        let path = folder.join(format!("{amount}-{name}"));
        if !path.exists() {
            make(Shape::of(name, amount), cut, &path);
        }
        path
    };
    let tool = PathBuf::from(env!("CARGO_BIN_EXE_tcplint"));
    let own = std::env::current_exe().unwrap();
    let tcplint = |name, jobs| Runner {
        name,
        program: tool.clone(),
        before: vec!["check", "--jobs", jobs],
        after: vec![],
    };
    let floor = |name| Runner {
        name,
        program: own.clone(),
        before: vec![name],
        after: vec![],
    };
    let peer = |name, program: &str, before: &[&'static str], after: &[&'static str]| Runner {
        name,
        program: PathBuf::from(program),
        before: before.to_vec(),
        after: after.to_vec(),
    };
    let runners = || {
        vec![
            tcplint("tcplint, 1 thread", "1"),
            tcplint("tcplint, 2 threads", "2"),
            floor("bare"),
            floor("naive"),
            peer(
                "tcpdump -w /dev/null",
                "tcpdump",
                &["-r"],
                &["-w", "/dev/null"],
            ),
        ]
    };
    let peers = || {
        vec![
            tcplint("tcplint, 2 threads", "2"),
            peer(
                "tshark -z expert",
                "tshark",
                &["-q", "-z", "expert", "-r"],
                &[],
            ),
            peer("tcptrace -n -b", "tcptrace", &["-n", "-b"], &[]),
        ]
    };
    let mixed = input("mixed-96.pcap", 96, size.records);
    let full = input("mixed-full.pcap", 65_535, size.full);
    let short = input("short-96.pcap", 96, size.connections);
    let small = input("mixed-96.pcap", 96, size.small);
    let next_generation = input("mixed-96.pcapng", 96, size.records);
    let few = first(&small, 20);
    for (title, file) in [
        ("Mixed traffic, 96 octets of each frame", &mixed),
        ("Mixed traffic, full frames", &full),
        ("Short connections, 96 octets of each frame", &short),
    ] {
        ratios(&measure(title, file, size.rounds, &runners()));
    }
    let of_peers = measure(
        "Peers, a smaller mixed input",
        &small,
        size.rounds,
        &peers(),
    );
    ratio(
        "tshark, wall against tcplint",
        of_peers[1],
        of_peers[0],
        |cost| cost.wall,
    );
    ratio(
        "tcptrace, wall against tcplint",
        of_peers[2],
        of_peers[0],
        |cost| cost.wall,
    );
    let one = [tcplint("tcplint, 1 thread", "1")];
    let pcapng = measure("The same as pcapng", &next_generation, size.rounds, &one);
    let pcap = measure("And as pcap", &mixed, size.rounds, &one);
    ratio("pcapng against pcap, CPU", pcapng[0], pcap[0], |cost| {
        cost.cpu
    });
    measure("Twenty packets", &few, size.rounds.max(5), &one);
}

/// A file beside it with its first records.
fn first(file: &Path, records: usize) -> PathBuf {
    let octets = std::fs::read(file).unwrap();
    let mut end = 24;
    for _ in 0..records {
        let captured = octets[end + 8..end + 12].try_into().unwrap();
        end += 16 + u32::from_le_bytes(captured) as usize;
    }
    let few = file.with_extension(format!("{records}.pcap"));
    std::fs::write(&few, &octets[..end]).unwrap();
    few
}

/// The ratios of the runners of one input.
fn ratios(costs: &[Option<Cost>]) {
    println!();
    ratio(
        "one thread, CPU against naive",
        costs[0],
        costs[3],
        |cost| cost.cpu,
    );
    ratio(
        "two threads, wall against tcpdump",
        costs[1],
        costs[4],
        |cost| cost.wall,
    );
    ratio("one thread against two, wall", costs[0], costs[1], |cost| {
        cost.wall
    });
}

fn ratio(name: &str, above: Option<Cost>, below: Option<Cost>, figure: fn(&Cost) -> Duration) {
    if let (Some(above), Some(below)) = (above, below) {
        let ratio = figure(&above).as_secs_f64() / figure(&below).as_secs_f64();
        println!("{name}: {ratio:.2}");
    }
}
