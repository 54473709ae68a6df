"""Writes CRDs one to a file, GROUP_PLURAL.yaml, without the descriptions of their schemas: FOLDER SOURCE...

Descriptions are most of the text and all an API server does with them here is hold them in memory.
They are left out line by line, as Python's own library reads no YAML. A *property* called description is kept:
it has a mapping below it, while a description has its text on the same line.
"""

import pathlib
import re
import sys

DESCRIPTION = re.compile(r"^( *)description: +\S")
FIELD = re.compile(r"^ {2}(name|group): *(\S+)", re.MULTILINE)


def without_descriptions(text):
    kept, skipped_indent = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip(" "))
        if skipped_indent is not None:
            if not line.strip() or indent > skipped_indent:
                continue
            skipped_indent = None
        if DESCRIPTION.match(line):
            skipped_indent = indent
            continue
        kept.append(line)
    return "\n".join(kept) + "\n"


folder = pathlib.Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for source in sys.argv[2:]:
    for document in re.split(r"^---.*$", pathlib.Path(source).read_text(), flags=re.MULTILINE):
        if not re.search(r"^kind: CustomResourceDefinition$", document, flags=re.MULTILINE):
            continue
        fields = dict(reversed(FIELD.findall(document)))  # the first of each name wins
        plural = fields["name"].removesuffix("." + fields["group"])
        (folder / f"{fields['group']}_{plural}.yaml").write_text(without_descriptions(document))
