"""What applications do with the official client: URL MODEL."""

import sys

import openai

url, model = sys.argv[1:]
client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)

assert [listed.id for listed in client.models.list()] == [model]

prompt = "The scheduler sends a request to"
completion = client.completions.create(model=model, prompt=prompt, max_tokens=12, seed=1)
assert completion.object == "text_completion", completion
assert completion.choices[0].finish_reason == "length", completion
assert completion.choices[0].text.startswith(" "), completion
# `The| schedul|er| sends| a| request| to` in pieces of the default tokenizer.
assert completion.usage.prompt_tokens == 7, completion
assert completion.usage.completion_tokens == 12, completion
assert completion.usage.total_tokens == 19, completion

again = client.completions.create(model=model, prompt=prompt, max_tokens=12, seed=1)
assert again.choices[0].text == completion.choices[0].text, (again, completion)

several = client.completions.create(model=model, prompt=prompt, max_tokens=3, n=2)
assert [choice.index for choice in several.choices] == [0, 1], several
assert several.usage.completion_tokens == 6, several

messages = [{"role": "user", "content": "What is a token?"}]
chat = client.chat.completions.create(model=model, messages=messages, max_completion_tokens=9)
assert chat.object == "chat.completion", chat
assert chat.choices[0].message.role == "assistant", chat
assert chat.choices[0].message.content, chat
assert chat.usage.completion_tokens == 9, chat

chunks = list(client.chat.completions.create(
    model=model, messages=messages, max_completion_tokens=9, stream=True, stream_options={"include_usage": True}))
assert {chunk.object for chunk in chunks} == {"chat.completion.chunk"}, chunks
assert chunks[-1].choices == [], chunks[-1]
assert chunks[-1].usage.completion_tokens == 9, chunks[-1]
assert chunks[-1].usage.prompt_tokens == chat.usage.prompt_tokens, chunks[-1]
parts = [chunk.choices[0] for chunk in chunks[:-1]]
assert parts[0].delta.role == "assistant", parts
assert parts[-1].finish_reason == "length", parts
assert sum(bool(part.delta.content) for part in parts) == 9, parts

# A conversation goes on: what was said before is found in the cache.
conversation = [{"role": "user", "content": "Tell me about block hashes. " * 20}]
first = client.chat.completions.create(model=model, messages=conversation, max_completion_tokens=64)
conversation += [first.choices[0].message.model_dump(exclude_none=True), {"role": "user", "content": "Go on."}]
second = client.chat.completions.create(model=model, messages=conversation, max_completion_tokens=8)
cached = second.usage.prompt_tokens_details.cached_tokens
# The last token was generated, but never read: its block is not complete. Nor is what is no full block.
assert cached > first.usage.total_tokens - 18, (first.usage, second.usage)

for wrong, error in [
    (dict(model="nobody"), openai.NotFoundError),
    (dict(max_tokens=-1), openai.BadRequestError),
    (dict(prompt="word " * 60_000), openai.BadRequestError),
]:
    try:
        client.completions.create(**dict(dict(model=model, prompt=prompt), **wrong))
    except error as raised:
        assert raised.body["message"], raised.body
        assert raised.body["code"] == raised.status_code, raised.body
    else:
        raise AssertionError(f"{list(wrong)} was taken")
