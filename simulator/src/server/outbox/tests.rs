use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

async fn connected() -> (Connection, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
    (Connection::new(listener.accept().await.unwrap().0), client)
}

async fn read(client: &mut TcpStream, length: usize) -> String {
    let mut bytes = vec![0; length];
    client.read_exact(&mut bytes).await.unwrap();
    String::from_utf8(bytes).unwrap()
}

#[tokio::test]
async fn what_is_held_goes_out_when_it_is_let_go() {
    let (mut connection, mut client) = connected().await;
    let outbox = connection.outbox();
    connection.write_all(b"head ").await.unwrap();
    outbox.hold();
    connection.write_all(b"token ").await.unwrap();
    connection.flush().await.unwrap();
    assert_eq!(read(&mut client, 5).await, "head ");
    assert_eq!(client.try_read(&mut [0]).unwrap_err().kind(), io::ErrorKind::WouldBlock);
    outbox.let_go();
    connection.write_all(b"end").await.unwrap();
    connection.shutdown().await.unwrap();
    assert_eq!(read(&mut client, 9).await, "token end");
    assert_eq!(client.read(&mut [0]).await.unwrap(), 0);
}

#[tokio::test]
async fn of_a_client_that_does_not_read_no_more_is_kept_than_was_held_once() {
    let (mut connection, mut client) = connected().await;
    let outbox = connection.outbox();
    outbox.hold();
    let much = vec![b'x'; 64 << 20];
    connection.write_all(&much).await.unwrap();
    connection.flush().await.unwrap();
    outbox.let_go();
    assert!(!outbox.lock().kept.is_empty(), "the socket cannot take all of it");
    outbox.hold();
    let mut end = Box::pin(connection.write_all(b"end"));
    assert!(futures::poll!(end.as_mut()).is_pending());
    let reading = tokio::spawn(async move { read(&mut client, (64 << 20) + 3).await });
    end.await.unwrap();
    assert!(reading.await.unwrap().ends_with("xend"));
}
