"""Writes request-shapes.json from the service model of botocore: python3 write-request-shapes.py > request-shapes.json

For each operation that operations.ts serves: whether AWS wants its requests signed, and the shape of its request, with
the shapes that it consists of.
"""

import json
import re
from pathlib import Path

import botocore.session

KEPT = ("type", "required", "min", "max", "pattern", "enum", "sensitive")

model = botocore.session.get_session().get_service_model("cognito-idp")._service_description
served = re.findall(r"^  ([A-Z]\w+):", (Path(__file__).parent / "operations.ts").read_text(), re.MULTILINE)


shapes = {}


def write(name):
    if name not in shapes:
        described = model["shapes"][name]
        kept = shapes[name] = {key: described[key] for key in KEPT if key in described and described[key] != 0}
        if described["type"] == "structure":
            kept["members"] = {member: write(target["shape"]) for member, target in described["members"].items()}
        if described["type"] == "list":
            kept["member"] = write(described["member"]["shape"])
        if described["type"] == "map":
            kept["value"] = write(described["value"]["shape"])
    return name


def operation(name):
    described = model["operations"][name]
    return {"signed": described.get("authtype") != "none", "request": write(described["input"]["shape"])}


operations = {name: operation(name) for name in sorted(served)}
print(json.dumps({"operations": operations, "shapes": dict(sorted(shapes.items()))}, indent=2))
