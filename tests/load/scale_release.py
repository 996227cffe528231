#!/usr/bin/python3
"""A release with N times the rules: scale_release.py RELEASE_DIR OUT_DIR N INTAKE.json OUT_INTAKE.json

Every finding, checklist, derived fact and rule is copied N - 1 times under new names, as if the knowledge covered N
times as many conditions; the intake answers the new checklists with "none of these". Used to see that the cost of a
decision follows what a person has, not how much the release knows.
"""
import json
import os
import re
import shutil
import sys

source, target, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
shutil.copytree(source, target, dirs_exist_ok=True)


def read(name):
    with open(os.path.join(target, name), encoding="utf-8") as file:
        return json.load(file)


def write(name, document):
    with open(os.path.join(target, name), "w", encoding="utf-8") as file:
        json.dump(document, file)


findings, derived = read("findings.json"), read("derived.json")
names = {row["id"] for row in findings["findings"]} | {row["id"] for row in derived["derived"]}
word = re.compile(r"[a-z_][a-z0-9_]*\.?")


# A choice may have the name of a finding: "asthma_copd.detail = breathless_lying".
choice = re.compile(r"detail *(?:[<>!]?=|[<>]|in *\([^)]*) *$")


def renamed(text, suffix):
    def change(match):
        name = match[0].rstrip(".")
        before = text[: match.start()]
        if name not in names or before.endswith("presentation:") or choice.search(before):
            return match[0]
        return name + suffix + match[0][len(name):]

    return word.sub(change, text)


def copies(rows, change):
    return [change(dict(row), "_copy%d" % n) for n in range(1, times) for row in rows]


def copy_finding(row, suffix):
    row["id"] += suffix
    row["aliases"] = []
    if "asked_when" in row:
        row["asked_when"] = renamed(row["asked_when"], suffix)
    return row


def copy_derived(row, suffix):
    row["id"] += suffix
    row["expression"] = renamed(row["expression"], suffix)
    return row


def copy_rule(row, suffix):
    row["id"] += suffix
    row["clinical_id"] += suffix
    row["condition"] = renamed(row["condition"], suffix)
    for member in ("restricts", "scope", "expert_only", "avoid_areas"):
        if member in row:
            row[member] = [re.sub(r"areas:(\w+)", lambda m: "areas:" + m[1] + suffix, token) for token in row[member]]
    return row


findings["findings"] += copies(findings["findings"], copy_finding)
derived["derived"] += copies(derived["derived"], copy_derived)
checklists = read("checklists.json")


def copy_checklist(row, suffix):
    row["id"] += suffix
    row["findings"] = [name + suffix for name in row["findings"]]
    if "asked_when" in row:
        row["asked_when"] = renamed(row["asked_when"], suffix)
    return row


checklists["checklists"] += copies(checklists["checklists"], copy_checklist)
write("checklists.json", checklists)
write("findings.json", findings)
write("derived.json", derived)
for name in sorted(os.listdir(target)):
    if name.startswith("rules_"):
        document = read(name)
        document["rules"] += [rule for rule in copies(document["rules"], copy_rule) if rule["condition"] != "always"]
        write(name, document)

with open(sys.argv[4], encoding="utf-8") as file:
    intake = json.load(file)
intake["none_of"] += [row["id"] for row in checklists["checklists"] if "_copy" in row["id"]]
with open(sys.argv[5], "w", encoding="utf-8") as file:
    json.dump(intake, file)
