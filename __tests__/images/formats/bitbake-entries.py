"""What BitBake makes of recipes: of a file with [TEXT], [{entries} or {error}], the docker:// entries of SRC_URI."""

import json
import logging
import os
import sys
import tempfile
import types

logging.disable(logging.CRITICAL)

# a client that the package leaves out and no recipe needs
for name in ("hashserv", "hashserv.client"):
    sys.modules[name] = types.ModuleType(name)

import bb.data
import bb.parse
import bb.parse.parse_py

SETTINGS = {
    "OVERRIDES": "amd64:forcevariable",
    "DISTRO_ARCH": "amd64",
    "PACKAGE_ARCH": "amd64",
    "PN": "app",
    "BPN": "app",
    "PV": "1.2",
}


def entries(text, folder):
    path = os.path.join(folder, "app_1.2.bb")
    with open(path, "w", encoding="utf-8", newline="") as recipe:
        recipe.write(text)
    data = bb.data.init()
    for name, value in {**SETTINGS, "BBPATH": folder, "FILE": path}.items():
        data.setVar(name, value)
    # the 1 is for a part: a whole recipe would need the classes that every recipe has
    bb.parse.parse_py.BBHandler.handle(path, data, 1)
    bb.data.expandKeys(data)
    words = (data.getVar("SRC_URI") or "").split()
    return [word[len("docker://"):] for word in words if word.startswith("docker://")]


def answer(text):
    with tempfile.TemporaryDirectory() as folder:
        try:
            return {"entries": entries(text, folder)}
        except Exception as error:
            return {"error": f"{type(error).__name__}: {error}"}


with open(sys.argv[1], encoding="utf-8") as cases:
    json.dump([answer(text) for text in json.load(cases)], sys.stdout)
