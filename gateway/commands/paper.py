"""A sheet of A4 paper as one HTML page that needs nothing beside itself, in both languages.

What stands on it, report_page.py and drill_page.py decide.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from html import escape

from edge.model import Home
from gateway.language import Language, say

BOTH = (Language.ZH, Language.EN)
STYLE = """
@page { size: A4; margin: 14mm; }
body { font: 10.5pt/1.45 "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei",
  "WenQuanYi Micro Hei", "PingFang SC", sans-serif; color: #111; max-width: 182mm;
  margin: 0 auto; padding: 6mm 0; }
h1 { font-size: 17pt; margin: 0; }
h2 { font-size: 12pt; margin: 6mm 0 2mm; border-bottom: 0.5mm solid #111; }
h1 small, h2 small, th small { font-weight: normal; color: #555; font-size: 70%; }
table { border-collapse: collapse; width: 100%; }
th, td { border: 0.25mm solid #999; padding: 1mm 1.6mm; text-align: left;
  vertical-align: top; overflow-wrap: anywhere; }
th { background: #f0f0f0; font-size: 9pt; }
td small { color: #555; display: block; }
tr { break-inside: avoid; }
dl { display: grid; grid-template-columns: 46mm 1fr; gap: 1mm 3mm; margin: 3mm 0; }
dt { color: #555; } dd { margin: 0; }
.passed { color: #0a5c1f; font-weight: bold; }
.failed { color: #a40000; font-weight: bold; }
.verdict { font-size: 14pt; margin: 3mm 0; padding: 2mm 3mm; border: 0.5mm solid currentColor; }
.verdict small { font-size: 70%; font-weight: normal; }
.sign { display: grid; grid-template-columns: 1fr 1fr; gap: 8mm 12mm; margin-top: 12mm;
  break-inside: avoid; }
.sign div { border-top: 0.3mm solid #111; padding-top: 1mm; }
@media print { body { padding: 0; } th { print-color-adjust: exact; } }
"""


def sheet(title: str, parts: Iterable[str]) -> str:
    """Put the parts on a page."""
    return (
        f'<!DOCTYPE html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(parts)
        + "\n</body>\n</html>\n"
    )


def facts(rows: Iterable[tuple[str, str]]) -> str:
    """Lay out names, given by their keys, with what they stand for."""
    inner = "".join(f"<dt>{two(key)}</dt><dd>{escape(text)}</dd>" for key, text in rows)
    return f"<dl>{inner}</dl>"


def signatures(*keys: str) -> str:
    """Leave lines to sign on."""
    return f'<div class="sign">{"".join(f"<div>{two(key)}</div>" for key in keys)}</div>'


def section(key: str, inner: str) -> str:
    """Put a heading over a part."""
    return f"<section><h2>{two(key)}</h2>\n{inner}</section>"


def table(heads: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Lay out cells, which are HTML, under headings, which are keys."""
    head = "".join(f"<th>{two(each)}</th>" for each in heads)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def paragraph(key: str) -> str:
    """Say one thing."""
    return f"<p>{two(key)}</p>"


def two(key: str) -> str:
    """Say it in Chinese, and small in English."""
    return f"{escape(say(Language.ZH, key))} <small>{escape(say(Language.EN, key))}</small>"


def local_time(at: datetime, home: Home) -> str:
    """Give a time as it is in the home."""
    return at.astimezone(home.zone).strftime("%Y-%m-%d %H:%M")
