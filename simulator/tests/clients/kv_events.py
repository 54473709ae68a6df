"""What an index of prefix caches does: URL MODEL ENDPOINT REPLAY-ENDPOINT."""

import itertools
import json
import sys
import urllib.request

import msgpack
import zmq

url, model, endpoint, replay_endpoint = sys.argv[1:]
PATIENCE = 20_000  # milliseconds
END = (1 << 64) - 1


def post(path, **body):
    request = urllib.request.Request(url + path, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.loads(answer.read() or "null")


def complete(prompt):
    return post("/v1/completions", model=model, prompt=prompt, max_tokens=32, seed=1)["choices"][0]["text"]


def batch(topic, sequence, payload):
    assert topic.decode() == f"kv@{url.removeprefix('http://')}@{model}", topic
    time, events, rank = msgpack.unpackb(payload)
    assert isinstance(time, float) and rank == 0, (time, rank)
    return int.from_bytes(sequence, "big"), events


context = zmq.Context()
subscriber = context.socket(zmq.SUB)
subscriber.setsockopt(zmq.SUBSCRIBE, b"kv@")
subscriber.connect(endpoint)

# What happens before the subscription has arrived is lost to the subscriber, as with vLLM.
prompts = (f"Prompt {number}. " + "It has several blocks. " * 12 for number in itertools.count())
asked = []
while not subscriber.poll(100):
    asked.append(next(prompts))
    assert len(asked) < 200, "no event has come"
    answer = complete(asked[-1])
missed, _ = batch(*subscriber.recv_multipart())

# The first batches, from the replay socket.
dealer = context.socket(zmq.DEALER)
dealer.connect(replay_endpoint)
dealer.send_multipart([b"", (0).to_bytes(8, "big")])
kept = []
while True:
    assert dealer.poll(PATIENCE), "the replay does not end"
    empty, sequence, payload = dealer.recv_multipart()
    assert empty == b"", empty
    if int.from_bytes(sequence, "big") == END:
        assert payload == b"", payload
        break
    kept.append(batch(f"kv@{url.removeprefix('http://')}@{model}".encode(), sequence, payload))
assert [number for number, _ in kept] == list(range(len(kept))), kept
assert len(kept) > missed, (missed, kept)

# The blocks of the first sequence make a chain, and their tokens are those of its text.
stored = [event for _, events in kept for event in events]
assert {event[0] for event in stored} == {"BlockStored"}, stored
chain, tokens = [], []
for name, hashes, parent, ids, size, lora_id, medium, lora_name in stored:
    assert (size, lora_id, medium, lora_name) == (16, None, "GPU", None), stored
    assert len(ids) == size * len(hashes), stored
    if parent == (chain[-1] if chain else None):
        chain += hashes
        tokens += ids
text = asked[0] + (answer if len(asked) == 1 else complete(asked[0]))
expected = post("/tokenize", model=model, prompt=text)["tokens"]
# The last token was generated, but never read.
full = (len(expected) - 1) // 16 * 16
assert len(tokens) == full and tokens == expected[:full], (tokens, expected)

# A reset is told of, to the subscriber too.
post("/reset_prefix_cache")
while True:
    assert subscriber.poll(PATIENCE), "the reset is not told of"
    _, events = batch(*subscriber.recv_multipart())
    if ["AllBlocksCleared"] in events:
        break
