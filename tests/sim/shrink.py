"""A failing plan made shorter: fewer actions that still fail the same way."""

from dataclasses import replace

from .run import Run
from .scenario import Plan


def shrink(plan: Plan) -> Plan:
    """Leave out ever smaller runs of actions, as long as the same invariant fails; the plan itself if it holds."""
    wanted = failure(plan)
    if wanted is None:
        return plan
    size = max(1, len(plan.actions) // 2)
    while size:
        at = 0
        while at < len(plan.actions):
            shorter = replace(plan, actions=plan.actions[:at] + plan.actions[at + size :])
            if failure(shorter) == wanted:
                plan = shorter
            else:
                at += size
        size //= 2
    return plan


def failure(plan: Plan) -> str | None:
    """The kind of a plan's failure: the exception's name and the invariant's."""
    try:
        Run(plan).carry_out()
    except Exception as error:  # whatever comes out of a run is its failure
        return f"{type(error).__name__} {str(error).partition(':')[0]}"
    return None
