"""What kiwi makes of descriptions: of a file with [{description, machine, profiles}], [{containers} or {error}]."""

import json
import logging
import sys

from kiwi import defaults
from kiwi.xml_description import XMLDescription
from kiwi.xml_state import XMLState


# kiwi logs to standard output
logging.disable(logging.CRITICAL)


def containers(description, machine, profiles):
    defaults.PLATFORM_MACHINE = machine
    state = XMLState(XMLDescription(description).load(), profiles, "oem")
    # the endpoint is known only to the command that fetches it
    return [
        container.fetch_command.__defaults__[-1] + ("!" if container.fetch_only else "")
        for container in state.get_containers()
    ]


def answer(case):
    try:
        return {"containers": containers(**case)}
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}


with open(sys.argv[1], encoding="utf-8") as cases:
    json.dump([answer(case) for case in json.load(cases)], sys.stdout)
