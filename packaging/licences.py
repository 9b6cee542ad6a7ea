"""Collects the licences of what an archive holds into one file.

    packaging/licences.py FILE... > LICENCES.txt

It reads the crates of every lock file (their packages are in cargo's registry folder), the suite's manifests, and the
files that are named: of Debian packages and other libraries, each called by its folder's name. Equal texts stand once,
below the names of all that they apply to. A crate whose package has no text is named with its licence's identifier.
"""

import json
import pathlib
import subprocess
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
NAMES = ("licen", "copying", "notice", "copyright", "unlicense")


def crates():
    """Each crate that a worker or wasmark is made of: its name with the version, its licence, the texts beside it."""
    for manifest in [ROOT / "Cargo.toml", *sorted(ROOT.glob("runtimes/*/Cargo.toml"))]:
        command = ["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", manifest]
        command += ["--filter-platform", "x86_64-unknown-linux-gnu"]
        metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
        linked = needed(metadata)
        for package in metadata["packages"]:
            if package["source"] and package["id"] in linked:
                folder = pathlib.Path(package["manifest_path"]).parent
                name = f"{package['name']} {package['version']}"
                yield name, package["license"] or "see its text", texts(folder)


def needed(metadata):
    """The packages that the workspace's members need, but for their tests."""
    nodes = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    found, ahead = set(), list(metadata["workspace_members"])
    while ahead:
        package = ahead.pop()
        if package not in found:
            found.add(package)
            built = (one for one in nodes[package] if any(kind["kind"] != "dev" for kind in one["dep_kinds"]))
            ahead.extend(one["pkg"] for one in built)
    return found


def texts(folder):
    """The licence files of a folder, and of folders of licences in it."""
    found = [path for path in sorted(folder.iterdir()) if path.name.lower().startswith(NAMES)]
    files = [file for path in found for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    return [file.read_text(errors="replace").strip() for file in files if file.is_file()]


def workloads():
    """What the suite's modules were compiled from."""
    for manifest in sorted(ROOT.glob("workloads/suite/*/workload.toml")):
        licence = tomllib.loads(manifest.read_text()).get("licence")
        if licence:
            yield f"workload {manifest.parent.name}", licence, []


def documents(files):
    """The licences of libraries that are no crates."""
    for file in files:
        yield f"library {file.parent.name}", "see its text", [file.read_text(errors="replace").strip()]


def main(files):
    works = {name: (licence, found) for name, licence, found in [*crates(), *workloads(), *documents(files)]}
    by_text = {}
    for name, (_, found) in works.items():
        for text in found:
            by_text.setdefault(text, []).append(name)
    print("The software in this archive, and its licences. The texts follow the list.\n")
    for name, (licence, _) in sorted(works.items()):
        print(f"{name}: {licence}")
    for text, names in sorted(by_text.items(), key=lambda item: sorted(item[1])):
        print("\n" + "=" * 100 + f"\n{', '.join(sorted(names))}\n\n{text}")


if __name__ == "__main__":
    main([pathlib.Path(argument) for argument in sys.argv[1:]])
