"""Writes the images that the guide's test runs into a folder as docker-registry keeps them: FOLDER PARTS

They are made here as nothing they are usually built from is a package. The paths of a registry name no host, so one
registry serves every name. PARTS is a folder that holds bin/, debian/ and envoy_bootstrap.json.
"""

import hashlib
import io
import json
import pathlib
import sys
import tarfile

folder, parts = map(pathlib.Path, sys.argv[1:3])
istio, picker, echo = sys.argv[3:6]
storage = folder / "docker/registry/v2"


def write(path, content):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def blob(content):
    hexadecimal = hashlib.sha256(content).hexdigest()
    write(storage / "blobs/sha256" / hexadecimal[:2] / hexadecimal / "data", content)
    return f"sha256:{hexadecimal}", len(content)


def layer(files):
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        temporary = tarfile.TarInfo("tmp")
        temporary.type, temporary.mode = tarfile.DIRTYPE, 0o1777
        tar.addfile(temporary)
        for name, content in files.items():
            entry = tarfile.TarInfo(name.lstrip("/"))
            entry.size, entry.mode = len(content), 0o755
            tar.addfile(entry, io.BytesIO(content))
    return archive.getvalue()


def image(reference, entrypoint, files, user="65532:65532"):
    name, tag = reference.split(":")
    content = layer({target: source.read_bytes() for target, source in files.items()})
    digest, size = blob(content)
    config, config_size = blob(json.dumps({
        "architecture": "amd64",
        "os": "linux",
        "config": {"Entrypoint": entrypoint, "User": user, "WorkingDir": "/", "Env": ["PATH=/usr/local/bin:/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [digest]},
    }).encode())
    docker = "application/vnd.docker"
    manifest, _ = blob(json.dumps({
        "schemaVersion": 2,
        "mediaType": f"{docker}.distribution.manifest.v2+json",
        "config": {"mediaType": f"{docker}.container.image.v1+json", "digest": config, "size": config_size},
        "layers": [{"mediaType": f"{docker}.image.rootfs.diff.tar", "digest": digest, "size": size}],
    }).encode())

    repository = storage / "repositories" / name
    for one in (digest, config):
        write(repository / "_layers" / one.replace(":", "/") / "link", one.encode())
    revision = manifest.replace(":", "/")
    write(repository / "_manifests/revisions" / revision / "link", manifest.encode())
    write(repository / "_manifests/tags" / tag / "current/link", manifest.encode())
    write(repository / "_manifests/tags" / tag / "index" / revision / "link", manifest.encode())


programs, debian = parts / "bin", parts / "debian"
# Envoy is linked against these and nothing else.
libraries = ["libc.so.6", "libm.so.6", "librt.so.1", "libdl.so.2", "libpthread.so.0"]
envoy = {
    "/usr/local/bin/envoy": programs / "envoy",
    "/lib64/ld-linux-x86-64.so.2": debian / "lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    **{f"/lib/x86_64-linux-gnu/{name}": debian / "lib/x86_64-linux-gnu" / name for name in libraries},
}
# The charts set runAsNonRoot without a number: it must be in the image.
image(f"istio/pilot:{istio}", ["/usr/local/bin/pilot-discovery"],
      {"/usr/local/bin/pilot-discovery": programs / "pilot-discovery"}, user="1337:1337")
image(f"istio/proxyv2:{istio}", ["/usr/local/bin/pilot-agent"], {
    **envoy,
    "/usr/local/bin/pilot-agent": programs / "pilot-agent",
    "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json": parts / "envoy_bootstrap.json",
    "/etc/ssl/certs/ca-certificates.crt": parts / "ca-certificates.crt",
}, user="1337:1337")
image("envoyproxy/envoy:distroless-v1.33.2", ["/usr/local/bin/envoy"], envoy)
image(f"gateway-api-inference-extension/epp:{picker}", ["/epp"], {"/epp": programs / "epp"})
image(f"k8s-staging-gateway-api/echo-basic:{echo}", ["/echo-basic"], {"/echo-basic": programs / "echo-basic"})
image("pause:1", ["/bin/busybox", "sleep", "2147483647"], {"/bin/busybox": debian / "bin/busybox"})
