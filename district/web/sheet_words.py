"""What the page says on which a sheet of the roster comes in, in both languages."""

from collections.abc import Mapping

Words = Mapping[str, tuple[str, str]]

SHEETS: Words = {
    "sheet.choose": ("选择表格", "Choose a sheet"),
    "sheet.look": ("先看看会怎样", "See what it would do"),
    "sheet.hint": (
        "Excel 存成 CSV 即可，GBK 和 UTF-8 都认。先核对再导入；有一处错，整张都不导入。",
        "Save it as CSV, in GBK or UTF-8. You see first what it would do; with one fault nothing "
        "comes in.",
    ),
    "sheet.template": ("空白表格", "Empty sheet"),
    "sheet.faults": ("表格里有 {n} 处错", "{n} faults in the sheet"),
    "sheet.nothing_done": ("什么都没有导入。", "Nothing has come in."),
    "sheet.line": ("行", "Line"),
    "sheet.column": ("列", "Column"),
    "sheet.why": ("哪里不对", "What is wrong"),
    "sheet.would": ("导入后", "What it would do"),
    "sheet.added": ("户新登记", "new homes"),
    "sheet.joined": ("户装上网关", "homes get their gateway"),
    "sheet.several": (
        "有几户同名、都没有网关，分不清是哪一户：请在住户页面上装",
        "several homes of this name have no gateway: give it on the home's page",
    ),
    "sheet.changed": ("户有改动", "changed homes"),
    "sheet.same": ("户不变", "homes stay as they are"),
    "sheet.what": ("改哪些", "What changes"),
    "sheet.who_is_new": ("新登记的是哪些", "Which homes are new"),
    "sheet.do_it": ("确认导入", "Take it in"),
    "sheet.leave": ("不导入", "Leave it"),
    "sheet.large": ("文件超过 {n} MB", "more than {n} MiB"),
    "sheet.encoding": ("不是 CSV 表格，或编码认不出", "no CSV, or an unknown encoding"),
    "sheet.unreadable": ("这一行读不懂", "this line cannot be read"),
    "sheet.empty": ("表格是空的", "the sheet is empty"),
    "sheet.long": ("最多 {n} 行", "at most {n} lines"),
    "sheet.cells": ("有 {n} 格，标题有 {m} 列", "{n} cells, {m} columns"),
    "sheet.twice": ("和第 {n} 行是同一户", "the same home as in line {n}"),
    "sheet.elsewhere": ("这一户归别的区域", "this home is of another area"),
    "sheet.no_column": ("没有这一列", "no such column"),
    "sheet.column_twice": ("这一列出现两次", "this column is there twice"),
    "sheet.column_missing": ("缺少这一列", "this column is missing"),
    "sheet.is_empty": ("不能空着", "is empty"),
    "sheet.too_long": ("太长", "is too long"),
    "sheet.steering": ("含有控制字符", "holds a control character"),
    "sheet.no_id": ("编号只能用字母、数字和 . _ : -", "ids are of letters, digits and . _ : -"),
    "sheet.no_phone": ("不是电话号码", "is no telephone number"),
    "sheet.no_yes": ("请写“是”或“否”", "is neither yes nor no"),
    "sheet.no_number": ("不是数字，或超出范围", "is no number, or out of bounds"),
    "sheet.no_risk": ("请写“一般”“较高”或“高”", "is none of ordinary, raised, high"),
}
