"""Computes the expected figures from the file alone; tests/cli/figures.rs holds what it printed.

    python3 examples/fines/tests/figures.py [DAY] [FIRST_N_FINES] [FILE]      (DAY may be `-` for none)
"""

import csv
import json
import pathlib
import sys
from decimal import Decimal

FILE = pathlib.Path(__file__).parent.parent / "data/traffic_fines.csv"
APPEALS = {
    "Insert Date Appeal to Prefecture",
    "Send Appeal to Prefecture",
    "Receive Result Appeal from Prefecture",
    "Notify Result Appeal to Offender",
    "Appeal to Judge",
}


def cents(text):
    return int(Decimal(text) * 100) if text else None


def last(rows, column):
    return ([cents(row[column]) for row in rows if row[column]] or [0])[-1]


def figures(day, first, path=FILE):
    fines = {}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            fines.setdefault(row["fine_id"], []).append(row)
    fines = [[row for row in rows if not day or row["date"] <= day] for rows in list(fines.values())[:first]]
    fines = [rows for rows in fines if rows]
    expenses = [sum(cents(row["expense"]) or 0 for row in rows) for rows in fines]
    owed = [last(rows, "amount") + expense for rows, expense in zip(fines, expenses)]
    paid = [last(rows, "total_payment_amount") for rows in fines]
    activities = [{row["activity"] for row in rows} for rows in fines]
    return {
        "fines": len(fines),
        "events": sum(map(len, fines)),
        "amount_cents": sum(owed) - sum(expenses),
        "expense_cents": sum(expenses),
        "paid_cents": sum(paid),
        "outstanding_cents": sum(max(o - p, 0) for o, p in zip(owed, paid)),
        "fully_paid": sum(p >= o for o, p in zip(owed, paid)),
        "in_collection": sum("Send for Credit Collection" in names for names in activities),
        "appealed": sum(bool(names & APPEALS) for names in activities),
    }


if __name__ == "__main__":
    day = sys.argv[1] if len(sys.argv) > 1 else "-"
    first = int(sys.argv[2]) if len(sys.argv) > 2 else None
    path = sys.argv[3] if len(sys.argv) > 3 else FILE
    print(json.dumps(figures(None if day == "-" else day, first, path), separators=(",", ":")))
