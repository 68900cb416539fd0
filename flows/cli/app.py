"""The commands and their options; each command's own file does the work."""

import importlib.metadata
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.folders import find_run, runs_folder
from flows.cli.terminal import as_json, columns, put

__all__ = ["app"]

INTRODUCTION = """\
Ratchet runs self-improvement loops for language models: a model writes data, a sandbox
executes it, what survives trains the model, and the loop goes round again.

  ratchet flows                                  the loops there are
  ratchet run FLOW settings.toml key=value       start one (--preview shows its settings)
  ratchet run ./my_loop.py key=value             start one of your own
  ratchet resume NAME                            go on where a run stopped
  ratchet runs                                   the runs and their state
  ratchet show NAME                              what became of the rows, and the scores
  ratchet rows NAME/iteration-0/2-execute        the rows of a table
      --where "verdict = 'failed'"               ... that a SQL condition chooses
  ratchet doctor                                 what works on this machine

Each command has --help. Runs are in ./runs, or in the folder that RATCHET_RUNS names."""

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)

Runs = Annotated[
    Path | None,
    typer.Option(
        "--runs", metavar="FOLDER", help="Where the runs are (else RATCHET_RUNS, ./runs)."
    ),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The run's name.")]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
Plain = Annotated[bool, typer.Option("--plain", help="Without Prefect.")]


@app.callback(invoke_without_command=True)
def ratchet(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Self-improvement loops for language models."""
    if version:
        put(f"ratchet {importlib.metadata.version('ratchet')}")
    elif context.invoked_subcommand is None:
        put(INTRODUCTION)


@app.command()
def flows(json: Json = False) -> None:
    """The loops there are, one line each."""
    from flows.cli.find import known_flows

    if json:
        for flow in known_flows():
            put(as_json({"name": flow.name, "summary": flow.summary, "file": str(flow.file)}))
        return
    table = columns("flow", "")
    table.columns[1].no_wrap = False
    for flow in known_flows():
        table.add_row(flow.name, flow.summary)
    put(table)


@app.command()
def run(
    flow: Annotated[
        str, typer.Argument(metavar="FLOW", help="A name, ./my_loop.py or FILE.py:NAME.")
    ],
    settings: Annotated[
        list[str] | None,
        typer.Argument(metavar="SETTINGS", help="x.toml and key=value words; later ones win."),
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The run's name (else the flow's, numbered).")
    ] = None,
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would run; write nothing.")
    ] = False,
    plain: Plain = False,
    runs: Runs = None,
) -> None:
    """Start a loop; a name that exists, with the same settings, goes on where it stopped."""
    from flows.cli.run import run as start

    start(flow, settings or [], runs_folder(runs), name, preview, prefect=not plain)


@app.command()
def resume(name: Name, plain: Plain = False, runs: Runs = None) -> None:
    """Go on with a run where it stopped."""
    from flows.cli.run import resume

    resume(name, runs_folder(runs), prefect=not plain)


@app.command(name="runs")
def list_runs(json: Json = False, runs: Runs = None) -> None:
    """The runs and their state."""
    from flows.cli.show import runs as show_runs

    show_runs(runs_folder(runs), json)


@app.command()
def show(
    name: Name,
    json: Json = False,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Where to plot (else NAME/scores.png).")
    ] = None,
    runs: Runs = None,
) -> None:
    """What became of a run's rows, stage by stage, and its scores."""
    from flows.cli.show import show

    show(find_run(runs_folder(runs), name), json, plot)


@app.command()
def rows(
    table: Annotated[
        str,
        typer.Argument(
            metavar="NAME[/PHASE[/TABLE]]",
            help="NAME alone: its tables; NAME/scores.",
        ),
    ],
    where: Annotated[
        str | None, typer.Option(metavar="SQL", help="A condition on the columns.")
    ] = None,
    columns: Annotated[str | None, typer.Option(metavar="A,B", help="Only these columns.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=0, help="At most so many rows (20; all with --json).")
    ] = None,
    dropped: Annotated[
        bool, typer.Option("--dropped", help="The rows that the stage dropped.")
    ] = False,
    count: Annotated[bool, typer.Option("--count", help="Only how many rows there are.")] = False,
    json: Json = False,
    runs: Runs = None,
) -> None:
    """The rows of a table, also while it is being written; without a table, which there are."""
    from flows.cli.rows import Query, rows

    names = [name.strip() for name in columns.split(",")] if columns else None
    rows(runs_folder(runs), table, Query(where, names, limit, dropped, count, json))


@app.command()
def doctor(json: Json = False) -> None:
    """What works on this machine, and how to get the rest."""
    from flows.cli.doctor import doctor

    if not doctor(json):
        raise typer.Exit(1)
