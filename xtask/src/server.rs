//! A small web server for this machine only: one thread a connection, files as they lie on the disk.
//!
//! It answers GET and HEAD, keeps connections alive, shows nothing outside its folder, and can serve under a
//! sub-path, as project pages on static hosts do.

use crate::Result;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

const DEFAULT_PORT: u16 = 8080;
/// How many ports after the default one are tried.
const PORTS_TRIED: u16 = 20;
/// A browser may hold a connection open without a word; then it is let go.
const IDLE: Duration = Duration::from_secs(60);
/// No browser sends longer request heads than this to a page without cookies.
const LONGEST_HEAD: u64 = 16 * 1024;

/// What is served, and where.
pub struct Site {
    root: PathBuf,
    /// The entries of `root` that are shown; `None` shows all.
    only: Option<&'static [&'static str]>,
    /// Starts and ends with a slash.
    base: String,
}

impl Site {
    /// A whole folder.
    pub fn folder(root: &Path, base: &str) -> Result<Self> {
        Self::new(root, None, base)
    }

    /// Some entries of a folder.
    pub fn only(root: &Path, entries: &'static [&'static str], base: &str) -> Result<Self> {
        Self::new(root, Some(entries), base)
    }

    fn new(root: &Path, only: Option<&'static [&'static str]>, base: &str) -> Result<Self> {
        let root = root.canonicalize().map_err(|e| format!("{} cannot be served: {e}.", root.display()))?;
        if !root.is_dir() {
            return Err(format!("{} is not a folder.", root.display()));
        }
        let inner = base.trim_matches('/');
        let base = if inner.is_empty() { "/".into() } else { format!("/{inner}/") };
        Ok(Self { root, only, base })
    }

    fn find(&self, target: &str) -> Found {
        let Some(path) = decode(target) else { return Found::Bad };
        if path.len() + 1 == self.base.len() && self.base.starts_with(&path) {
            return Found::Moved(self.base.clone());
        }
        let Some(names) = path.strip_prefix(&self.base).and_then(split) else { return Found::Nothing };
        let hidden = |name: &&str| self.only.is_some_and(|only| !only.contains(name));
        if names.first().is_some_and(hidden) {
            return Found::Nothing;
        }
        self.on_disk(&names, &path)
    }

    fn on_disk(&self, names: &[&str], path: &str) -> Found {
        let mut file = names.iter().fold(self.root.clone(), |folder, name| folder.join(name));
        if file.is_dir() {
            if !path.ends_with('/') {
                return Found::Moved(format!("{path}/"));
            }
            file.push("index.html");
        } else if path.ends_with('/') {
            return Found::Nothing;
        }
        // A link may lead out of the folder; what it leads to is not ours to show.
        match file.canonicalize() {
            Ok(real) if real.is_file() && real.starts_with(&self.root) => Found::File(real),
            _ => Found::Nothing,
        }
    }
}

#[derive(Debug, PartialEq)]
enum Found {
    File(PathBuf),
    /// A folder, asked for without its closing slash: relative links in it would go astray.
    Moved(String),
    Nothing,
    /// Not a path at all.
    Bad,
}

/// The path of a request target, decoded; the query is dropped.
fn decode(target: &str) -> Option<String> {
    let path = target.split(['?', '#']).next()?;
    if !path.starts_with('/') {
        return None;
    }
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' { hex(rest.next()?)? << 4 | hex(rest.next()?)? } else { byte });
    }
    String::from_utf8(bytes).ok()
}

fn hex(digit: u8) -> Option<u8> {
    (digit as char).to_digit(16).map(|value| value as u8)
}

/// The names along a path; `None` when one of them could lead elsewhere or is hidden (`..`, `.git`, `C:`).
fn split(path: &str) -> Option<Vec<&str>> {
    let names: Vec<_> = path.split('/').filter(|name| !name.is_empty()).collect();
    let safe = |name: &&str| !name.starts_with('.') && !name.contains(['\\', ':', '\0']);
    names.iter().all(safe).then_some(names)
}

/// Content type by extension. Browsers refuse modules and streaming wasm that come with another one.
pub fn mime(path: &Path) -> &'static str {
    match path.extension().and_then(|e| e.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("html") => "text/html; charset=utf-8",
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("wasm") => "application/wasm",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("webp") => "image/webp",
        Some("ico") => "image/x-icon",
        Some("txt" | "md" | "ts") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// Serves until it is interrupted.
pub fn serve(site: Site, port: Option<u16>) -> Result<()> {
    let listener = listen(port)?;
    let port = listener.local_addr().map_err(|e| format!("The port cannot be read: {e}."))?.port();
    println!("Serving on http://localhost:{port}{}", site.base);
    println!("Stop with Ctrl-C. Changes of www/ show on reload; changes of src/ need a new `cargo xtask serve`.");
    // A driver that waits for the line above reads it through a pipe.
    let _ = io::stdout().flush();
    let site = Arc::new(site);
    for stream in listener.incoming().flatten() {
        let site = Arc::clone(&site);
        // A broken connection is the browser's business; the next one is served all the same.
        thread::spawn(move || converse(&site, &stream));
    }
    Ok(())
}

/// This machine only: the page needs no network, and a half-built one is nobody else's business.
fn listen(port: Option<u16>) -> Result<TcpListener> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    if let Some(port) = port {
        return bind(port).map_err(|e| format!("Port {port} cannot be used: {e}."));
    }
    let mut ports = DEFAULT_PORT..DEFAULT_PORT + PORTS_TRIED;
    ports.find_map(|port| bind(port).ok()).ok_or_else(|| {
        format!("No port from {DEFAULT_PORT} to {} is free; choose one with --port.", DEFAULT_PORT + PORTS_TRIED - 1)
    })
}

/// Answers the requests of one connection, one after the other.
fn converse(site: &Site, stream: &TcpStream) -> io::Result<()> {
    stream.set_read_timeout(Some(IDLE))?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    while let Some(request) = Request::read(&mut reader)? {
        respond(site, &request, stream)?;
        if !request.keep_alive {
            break;
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq)]
struct Request {
    method: String,
    target: String,
    keep_alive: bool,
}

impl Request {
    /// `None` when the other side has closed the connection.
    fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = reader.take(LONGEST_HEAD);
        let mut first = String::new();
        if head.read_line(&mut first)? == 0 {
            return Ok(None);
        }
        let mut words = first.split_whitespace().map(String::from);
        let (Some(method), Some(target), Some(version)) = (words.next(), words.next(), words.next()) else {
            return Err(io::Error::other("not a request line"));
        };
        let headers = read_headers(&mut head)?;
        let wants = |value: &str| headers.iter().any(|(n, v)| n == "connection" && v.eq_ignore_ascii_case(value));
        // A body is never wanted; rather than skip it, the connection ends after the answer.
        let body = headers.iter().any(|(n, v)| (n == "content-length" && v != "0") || n == "transfer-encoding");
        let keep_alive = !body && if version == "HTTP/1.1" { !wants("close") } else { wants("keep-alive") };
        Ok(Some(Self { method, target, keep_alive }))
    }
}

fn read_headers(head: &mut impl BufRead) -> io::Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        if head.read_line(&mut line)? == 0 {
            return Err(io::Error::other("the head is cut off or too long"));
        }
        if line.trim_end().is_empty() {
            return Ok(headers);
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}

fn respond(site: &Site, request: &Request, stream: &TcpStream) -> io::Result<()> {
    let head_only = request.method == "HEAD";
    if !head_only && request.method != "GET" {
        return plain(stream, request, "405 Method Not Allowed", "Allow: GET, HEAD\r\n");
    }
    match site.find(&request.target) {
        Found::File(path) => send_file(stream, request, &path, head_only),
        Found::Moved(to) => plain(stream, request, "301 Moved Permanently", &format!("Location: {}\r\n", encode(&to))),
        Found::Nothing => {
            eprintln!("not found: {}", request.target);
            plain(stream, request, "404 Not Found", "")
        }
        Found::Bad => plain(stream, request, "400 Bad Request", ""),
    }
}

/// A path as a header may carry it; nothing in it can start a new line.
fn encode(path: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~/".contains(&byte);
    path.bytes().map(|byte| if plain(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn plain(mut stream: &TcpStream, request: &Request, status: &str, extra: &str) -> io::Result<()> {
    let body = if request.method == "HEAD" { String::new() } else { format!("{status}\n") };
    let head = head(status, "text/plain; charset=utf-8", status.len() as u64 + 1, request.keep_alive, extra);
    stream.write_all((head + &body).as_bytes())
}

fn send_file(mut stream: &TcpStream, request: &Request, path: &Path, head_only: bool) -> io::Result<()> {
    let Ok(file) = File::open(path) else { return plain(stream, request, "404 Not Found", "") };
    let length = fs::metadata(path)?.len();
    stream.write_all(head("200 OK", mime(path), length, request.keep_alive, "").as_bytes())?;
    if head_only {
        return Ok(());
    }
    // Never more than was announced, even when the file grows meanwhile.
    let sent = io::copy(&mut file.take(length), &mut stream)?;
    if sent == length { Ok(()) } else { Err(io::Error::other("the file shrank")) }
}

/// `no-cache` lets the browser keep a copy but not use it unasked: what is on the disk is what shows.
fn head(status: &str, mime: &str, length: u64, keep_alive: bool, extra: &str) -> String {
    let connection = if keep_alive { "keep-alive" } else { "close" };
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {mime}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: {connection}\r\n{extra}\r\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::SocketAddr;

    /// A folder with a page, a hidden file, and a secret beside it.
    fn folder(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("vanish-server-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&dir);
        fs::create_dir_all(dir.join("site/pkg")).unwrap();
        fs::create_dir_all(dir.join("site/src")).unwrap();
        for (name, text) in [
            ("site/index.html", "<!doctype html>"),
            ("site/pkg/vanish_bg.wasm", "wasm"),
            ("site/pkg/a b.js", "js"),
            ("site/src/lib.rs", "rs"),
            ("site/.git", "hidden"),
            ("secret", "secret"),
        ] {
            fs::write(dir.join(name), text).unwrap();
        }
        dir.canonicalize().unwrap()
    }

    #[test]
    fn finds_files_and_nothing_outside() {
        let dir = folder("find");
        let site = Site::only(&dir.join("site"), &["index.html", "pkg"], "/").unwrap();
        let file = |name: &str| Found::File(dir.join("site").join(name));
        for (target, expected) in [
            ("/", file("index.html")),
            ("/index.html?x=1", file("index.html")),
            ("/pkg/vanish_bg.wasm", file("pkg/vanish_bg.wasm")),
            ("/pkg/a%20b.js", file("pkg/a b.js")),
            ("/pkg", Found::Moved("/pkg/".into())),
            ("/pkg/", Found::Nothing),
            ("/index.html/", Found::Nothing),
            ("/src/lib.rs", Found::Nothing),
            ("/.git", Found::Nothing),
            ("/../secret", Found::Nothing),
            ("/pkg/../../secret", Found::Nothing),
            ("/%2e%2e/secret", Found::Nothing),
            ("/pkg/..%2f..%2fsecret", Found::Nothing),
            ("/pkg\\..\\..\\secret", Found::Nothing),
            ("/pkg/%00", Found::Nothing),
            ("//etc/passwd", Found::Nothing),
            ("/C:/windows", Found::Nothing),
            ("/%zz", Found::Bad),
            ("/%f", Found::Bad),
            ("http://other/", Found::Bad),
        ] {
            assert_eq!(site.find(target), expected, "{target}");
        }
        fs::remove_dir_all(dir).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn links_do_not_lead_out() {
        let dir = folder("links");
        std::os::unix::fs::symlink(dir.join("secret"), dir.join("site/link.txt")).unwrap();
        let site = Site::folder(&dir.join("site"), "/").unwrap();
        assert_eq!(site.find("/link.txt"), Found::Nothing);
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn serves_under_a_sub_path_only() {
        let dir = folder("base");
        for base in ["/a/b/", "a/b", "/a/b"] {
            let site = Site::folder(&dir.join("site"), base).unwrap();
            assert_eq!(site.find("/a/b/"), Found::File(dir.join("site/index.html")), "{base}");
            assert_eq!(site.find("/a/b"), Found::Moved("/a/b/".into()), "{base}");
            assert_eq!(site.find("/"), Found::Nothing, "{base}");
            assert_eq!(site.find("/index.html"), Found::Nothing, "{base}");
        }
        fs::remove_dir_all(dir).unwrap();
    }

    #[test]
    fn types_by_extension() {
        for (name, expected) in [
            ("vanish_bg.wasm", "application/wasm"),
            ("main.js", "text/javascript; charset=utf-8"),
            ("MAIN.MJS", "text/javascript; charset=utf-8"),
            ("model.onnx", "application/octet-stream"),
            ("report.json", "application/json"),
            ("none", "application/octet-stream"),
        ] {
            assert_eq!(mime(Path::new(name)), expected, "{name}");
        }
    }

    fn request(text: &str) -> io::Result<Option<Request>> {
        Request::read(&mut BufReader::new(text.as_bytes()))
    }

    #[test]
    fn keeps_alive_as_the_version_says() {
        for (text, expected) in [
            ("GET / HTTP/1.1\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", true),
            ("POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\n", false),
        ] {
            assert_eq!(request(text).unwrap().unwrap().keep_alive, expected, "{text:?}");
        }
    }

    #[test]
    fn refuses_what_is_not_a_request() {
        assert!(request("").unwrap().is_none(), "closed");
        assert!(request("hello\r\n\r\n").is_err());
        assert!(request("GET / HTTP/1.1\r\nHost: x").is_err(), "cut off");
        let endless = format!("GET / HTTP/1.1\r\nX: {}\r\n\r\n", "y".repeat(LONGEST_HEAD as usize));
        assert!(request(&endless).is_err(), "too long");
    }

    #[test]
    fn moved_paths_cannot_add_headers() {
        assert_eq!(encode("/a\r\nX: y/"), "/a%0D%0AX%3A%20y/");
    }

    /// Starts a server on a free port.
    fn start(site: Site) -> SocketAddr {
        let listener = listen(Some(0)).unwrap();
        let address = listener.local_addr().unwrap();
        let site = Arc::new(site);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let site = Arc::clone(&site);
                thread::spawn(move || converse(&site, &stream));
            }
        });
        address
    }

    /// Sends text and reads to the end of the connection.
    fn ask(address: SocketAddr, text: &str) -> String {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.write_all(text.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    #[test]
    fn answers_on_one_kept_connection_while_another_is_open() {
        let dir = folder("talk");
        let address = start(Site::folder(&dir.join("site"), "/").unwrap());
        let idle = TcpStream::connect(address).unwrap();
        let close = "Connection: close\r\n\r\n";
        let answer = ask(
            address,
            &format!("GET /pkg/vanish_bg.wasm HTTP/1.1\r\n\r\nHEAD / HTTP/1.1\r\n\r\nGET /none HTTP/1.1\r\n{close}"),
        );
        assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
        assert_eq!(answer.matches("HTTP/1.1 404 Not Found").count(), 1, "{answer}");
        assert!(answer.contains("Content-Length: 4\r\n") && answer.contains("\r\n\r\nwasm"), "{answer}");
        assert!(!answer.contains("<!doctype"), "HEAD has no body: {answer}");
        let refused = ask(address, &format!("POST / HTTP/1.1\r\n{close}"));
        assert!(refused.starts_with("HTTP/1.1 405 ") && refused.contains("Allow: GET, HEAD"), "{refused}");
        drop(idle);
        fs::remove_dir_all(dir).unwrap();
    }
}
