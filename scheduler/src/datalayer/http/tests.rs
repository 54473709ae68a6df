use tokio::io::duplex;

use super::*;

/// The body of the answer that comes in `parts`, and whether the connection is good for another.
async fn get(parts: &[&[u8]]) -> Result<(String, bool), HttpError> {
    let (client, mut server) = duplex(1 << 20);
    let mut connection = Connection::new(client);
    let mut buffer = b"old".to_vec();
    let answer = async {
        for part in parts {
            server.write_all(part).await.unwrap();
            tokio::task::yield_now().await;
        }
        server.shutdown().await.unwrap();
        server
    };
    let (answer, _server) = tokio::join!(connection.get(b"GET", &mut buffer), answer);
    let answer = answer?;
    Ok((String::from_utf8_lossy(&buffer[answer.body]).into_owned(), answer.is_reusable))
}

/// `answer` in one piece and byte by byte gives the same.
async fn check(answer: &str, expected: Result<(&str, bool), &str>) {
    let bytes: Vec<&[u8]> = answer.as_bytes().chunks(1).collect();
    for parts in [&[answer.as_bytes()][..], &bytes] {
        let got = get(parts).await.map_err(|error| error.to_string());
        let got = got.as_ref().map(|(body, is_reusable)| (&**body, *is_reusable)).map_err(|error| &**error);
        assert_eq!(got, expected, "{answer:?}");
    }
}

const CLOSED: Result<(&str, bool), &str> = Err("the server closed the connection");
const MALFORMED: Result<(&str, bool), &str> = Err("its answer is no HTTP/1.1");
const TOO_LARGE: Result<(&str, bool), &str> = Err("its answer is larger than 16 MiB");

#[tokio::test]
async fn bodies_of_known_length() {
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", Ok(("hello", true))).await;
    check("HTTP/1.1 200 OK\r\nServer: x\r\ncontent-length:0\r\n\r\n", Ok(("", true))).await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: x, Close\r\n\r\nhello", Ok(("hello", false)))
        .await;
    check("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello", Ok(("hello", false))).await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", CLOSED).await;
    check("HTTP/1.1 200 OK\r\nContent-Length: 16777217\r\n\r\n", TOO_LARGE).await;
    for length in ["-1", "+1", "", "1 1", "99999999999999999999999"] {
        check(&format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n"), MALFORMED).await;
    }
}

#[tokio::test]
async fn what_follows_the_answer_spoils_the_connection() {
    let got = get(&[b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhello"]).await.unwrap();
    assert_eq!(got, ("he".to_owned(), false));
}

#[tokio::test]
async fn chunked_bodies() {
    let head = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: Chunked\r\n\r\n";
    let chunked = |body| format!("{head}{body}");
    check(&chunked("0\r\n\r\n"), Ok(("", true))).await;
    check(&chunked("5\r\nhello\r\nA;x=y\r\n, you all!\r\n0\r\n\r\n"), Ok(("hello, you all!", true))).await;
    check(&chunked("0005\r\nhello\r\n0\r\nTrailer: x\r\nOther: y\r\n\r\n"), Ok(("hello", true))).await;
    check(&chunked("5\r\nhello\r\n"), CLOSED).await;
    check(&chunked("5\r\nhel"), CLOSED).await;
    check(&chunked("5\r\nhelloXX"), MALFORMED).await;
    check(&chunked("\r\n"), MALFORMED).await;
    check(&chunked("-1\r\n"), MALFORMED).await;
    check(&chunked("ffffffffffffffffff\r\n"), MALFORMED).await;
    check(&chunked("1000001\r\n"), TOO_LARGE).await;
    check("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n", MALFORMED).await;
}

#[tokio::test]
async fn a_body_without_length_ends_with_the_connection() {
    check("HTTP/1.1 200 OK\r\n\r\nhello", Ok(("hello", false))).await;
}

#[tokio::test]
async fn other_answers() {
    check("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n", Err("it answered 503")).await;
    check("", CLOSED).await;
    check("HTTP/1.1 200 OK\r\n", CLOSED).await;
    for answer in
        ["HTTP/2 200\r\n\r\n", "SSH-2.0\r\n\r\n", "HTTP/1.1 2\r\n\r\n", "HTTP/1.1 200\r\nno header\r\n\r\n"]
    {
        check(answer, MALFORMED).await;
    }
    let endless = format!("HTTP/1.1 200 OK\r\nX: {}", "x".repeat(70_000));
    assert_eq!(get(&[endless.as_bytes()]).await.unwrap_err().to_string(), "its answer is no HTTP/1.1");
}

#[tokio::test]
async fn an_endless_body_is_given_up() {
    let (client, mut server) = duplex(1 << 20);
    let mut connection = Connection::new(client);
    let flood = async {
        server.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await.unwrap();
        let flood = vec![b'x'; 1 << 16];
        while server.write_all(&flood).await.is_ok() {}
    };
    let mut buffer = Vec::new();
    let asked = async {
        let error = connection.get(b"GET", &mut buffer).await.unwrap_err();
        drop(connection);
        error
    };
    let (error, ()) = tokio::join!(asked, flood);
    assert!(matches!(error, HttpError::TooLarge));
    assert!(buffer.len() < MAX_BYTES + (2 << 20));
}

#[tokio::test]
async fn a_connection_serves_again() {
    let (client, mut server) = duplex(1 << 20);
    let mut connection = Connection::new(client);
    let mut buffer = Vec::new();
    for page in ["a longer page", "a page"] {
        let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{page}", page.len());
        server.write_all(answer.as_bytes()).await.unwrap();
        let answer = connection.get(b"GET", &mut buffer).await.unwrap();
        assert_eq!((&buffer[answer.body], answer.is_reusable), (page.as_bytes(), true));
        let mut request = [0; 3];
        server.read_exact(&mut request).await.unwrap();
        assert_eq!(&request, b"GET");
        assert!(connection.is_kept());
    }
    drop(server);
    let closed = connection.get(b"GET", &mut buffer).await;
    assert!(matches!(closed, Err(HttpError::Closed | HttpError::Io(_))));
    assert!(buffer.is_empty());
}
