#!/usr/bin/env python3
"""Write the generated parts of README.md: the state diagram, the training stories and the table of proofs.

Called without an argument it rewrites README.md; a test compares what stands there with what this makes.
With `--proofs` it first takes over what the last `packaging/run test` or `prove` found (tests/proofs.py).
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
# What was found by the runs that are told of, and what the last run here wrote.
PROOFS = ROOT / "packaging" / "proofs.json"
FOUND = ROOT / "build" / "proofs.json"

from pos_cancel.domain.case import State  # noqa: E402 - the checkout has to be found first
from pos_cancel.domain.transitions import TRANSITIONS  # noqa: E402
from pos_cancel.sandbox import GATEWAYS, JSON_STORIES, OPENINGS, STORIES, WORDS, Story  # noqa: E402


def state_diagram() -> str:
    """Draw the transition table as a Mermaid state diagram, one arrow per pair of states."""
    arrows: dict[tuple[State, State], list[str]] = {}
    for (source, event), targets in TRANSITIONS.items():
        for target in targets - {source}:
            arrows.setdefault((source, target), []).append(event)
    lines = ["```mermaid", "stateDiagram-v2", "    [*] --> sending"]
    order = {state: place for place, state in enumerate(State)}
    for (source, target), events in sorted(
        arrows.items(), key=lambda item: (order[item[0][0]], order[item[0][1]])
    ):
        lines.append(f"    {source.value} --> {target.value}: {', '.join(sorted(set(events)))}")
    final = [state for state in State if not state.is_open]
    lines += [f"    {state.value} --> [*]" for state in final]
    lines.append("```")
    return "\n".join(lines)


def story_table() -> str:
    """Give the endings of receipt numbers as a table."""
    lines = ["| ending | what the gateway does | ends as | known order |", "|---|---|---|---|"]
    for story in STORIES:
        known = f"`{story.expected_known}`" if story.expected_known else "the same"
        lines.append(f"| `-{story.ending}` | {story.what} | `{story.expected}` | {known} |")
    return "\n".join(lines)


def json_story_table() -> str:
    """Give the endings that Antom, APO and ACQP understand as a table."""
    head = ("| ending | what the gateway does | ends as | told by |", "|---|---|---|---|")
    rows = (
        f"| `-{story.ending}` | {story.what} | {_ends(story)} | {_tellers(story)} |" for story in JSON_STORIES
    )
    return "\n".join([*head, *rows])


def _ends(story: Story) -> str:
    others = [f"`{state}` at {name}" for name, state in story.expected_at.items()]
    return ", ".join([f"`{story.expected}`", *others])


def _tellers(story: Story) -> str:
    told = [name for name in GATEWAYS if name in story.gateways]
    return "all three" if len(told) == len(GATEWAYS) - 1 else ", ".join(told)


def spelled_table() -> str:
    """Give the openings and words of which an ending can be spelled as a table."""
    openings = (f"| `-{opening}.` | {what} |" for opening, what in OPENINGS.items())
    words = (f"| `.{word}` | {what} |" for word, what in WORDS.items())
    return "\n".join(["| part | what it means |", "|---|---|", *openings, *words])


def proof_table() -> str:
    """Give what each programme of proof tried and found, when, and how to repeat it."""
    lines = ["| programme | points | faults | took | day | run it |", "|---|---:|---:|---:|---|---|"]
    rows = json.loads(PROOFS.read_text("utf-8")).values()
    for row in sorted(rows, key=lambda row: (row["command"].endswith("prove"), row["name"])):
        points, took = f"{row['points']:,}", f"{round(row['seconds']):,} s"
        lines.append(
            f"| {row['name']} | {points} | {row['faults']} | {took} | {row['day']} | `{row['command']}` |"
        )
    return "\n".join(lines)


def take_proofs() -> None:
    """Take over the rows of the last run; those of other runs stay."""
    rows = json.loads(PROOFS.read_text("utf-8")) | json.loads(FOUND.read_text("utf-8"))
    PROOFS.write_text(json.dumps(rows, indent=2, sort_keys=True) + "\n", "utf-8")


def filled(text: str) -> str:
    """Put the generated parts between their marks."""
    parts = {
        "state diagram": state_diagram(),
        "stories": story_table(),
        "JSON stories": json_story_table(),
        "spelled stories": spelled_table(),
        "proofs": proof_table(),
    }
    for mark, content in parts.items():
        between = re.compile(rf"(<!-- {mark} -->\n).*?(<!-- /{mark} -->)", re.DOTALL)
        text = between.sub(lambda match, content=content: f"{match[1]}{content}\n{match[2]}", text)
    return text


def main() -> None:
    """Rewrite README.md."""
    if "--proofs" in sys.argv:
        take_proofs()
    readme = ROOT / "README.md"
    readme.write_text(filled(readme.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    main()
