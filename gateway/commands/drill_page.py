"""The report of a drill as one HTML page for A4 paper, Chinese and English side by side."""

from html import escape

from gateway.commands.drill_hops import Came, Hop, Result
from gateway.commands.drill_plan import Plan, lasts, waits
from gateway.commands.drill_view import clock, ending, took
from gateway.commands.paper import BOTH, facts, local_time, section, sheet, signatures, table, two
from gateway.language import Language, Phrase, say

CLASSES = {Came.PASSED: "passed", Came.FAILED: "failed"}


def page(result: Result, plan: Plan, version: str) -> str:
    """Write the whole page."""
    parts = [
        f"<h1>{two('drill.title')}</h1>",
        _verdict(result),
        _head(result, plan, version),
        section("drill.course", _course(result, plan)),
        *([section("drill.waits_title", _waits(plan))] if plan.foreseen.told else []),
        signatures("drill.technician", "drill.family", "report.date", "report.date"),
    ]
    return sheet(f"{say(Language.ZH, 'drill.title')} {plan.home.name}", parts)


def _verdict(result: Result) -> str:
    key, sort = ("drill.passed", "passed") if result.passed else ("drill.failed", "failed")
    return f'<p class="verdict {sort}">{two(key)}</p>'


def _head(result: Result, plan: Plan, version: str) -> str:
    home = plan.home
    rows = [
        ("drill.household", f"{home.name} ({home.id})"),
        ("drill.resident", home.resident),
        ("drill.at", local_time(result.at, home)),
        ("drill.by", result.by),
        ("drill.what", _both(plan.what)),
        ("drill.end", _both(ending(result, plan))),
        ("drill.version", f"shouhu {version}"),
    ]
    return facts(rows)


def _course(result: Result, plan: Plan) -> str:
    heads = ("drill.rung", "drill.whom", "drill.time", "drill.took", "drill.stands", "drill.proven")
    return table(heads, [_row(hop, plan) for hop in result.hops])


def _row(hop: Hop, plan: Plan) -> list[str]:
    came = f"came.{hop.came}"
    proofs = [dict.fromkeys(each) for each in zip(*(hop.proof(one) for one in BOTH), strict=True)]
    return [
        two(f"hop.{hop.stage}"),
        "<br>".join(dict.fromkeys(escape(hop.telling(each)) for each in BOTH)),
        clock(hop.at, plan),
        escape(took(hop.took, Language.EN)),
        f'<span class="{CLASSES.get(hop.came, "")}">{two(came)}</span>',
        "".join(f"<div>{escape(' '.join(each))}</div>" for each in proofs),
    ]


def _waits(plan: Plan) -> str:
    rows = []
    for told in plan.foreseen.told:
        real = "<br>".join(escape(waits(told.after, each)) for each in BOTH)
        here = escape(took(told.within, Language.EN))
        rows.append([escape(plan.person(told.recipient)), escape(told.channel), real, here])
    heads = ("drill.contact", "drill.channel", "drill.in_earnest", "drill.here")
    return table(heads, rows) + _again(plan)


def _again(plan: Plan) -> str:
    again = plan.foreseen.again
    if again is None:
        return ""
    told = (escape(say(each, "drill.again", time=lasts(again, each))) for each in BOTH)
    return "".join(f"<p>{each}</p>" for each in told)


def _both(phrase: Phrase) -> str:
    return " / ".join(phrase.told(each) for each in BOTH)
