"""What drafting costs and clears: python -m evals.drafts; characters sent a form against the naive way, closed loop of the floor."""

import json

from evals import adversarial, labelled, leaks
from evals.labelled import Case
from fuhe import checking, prompts
from fuhe.cli.rules import catalogue
from fuhe.drafting import indicator, loop, offline, opinion, reason
from fuhe.drafting.writing import write
from fuhe.outputs.report import form_report
from fuhe.policy import pack
from fuhe.records import Form
from fuhe.rules import Sheet


def sent(case: Case) -> tuple[int, int, int]:
    """Return characters we send for a form, characters the naive way sends (form + rules + question, a row), and rows."""
    findings = checking.check(case.form, pack(case.policy)).findings
    task = reason.task(Sheet(case.form, pack(case.policy)), findings)
    ours = sum(len(text) for _, text in prompts.load("reason").render(**task.variables()))
    whole = len(case.form.record.model_dump_json(exclude_none=True)) + len(catalogue())
    question = len("请按上述规则为这一行起草偏差原因及改进措施：")
    return ours, len(task.asked) * (whole + question), len(task.asked)


def closed_loop(cases: list[Case]) -> tuple[int, int]:
    """Return how many drafts of the floor were put back and how many cleared their codes and brought no new one."""
    total = clear = 0
    for case in cases:
        chosen = pack(case.policy)
        findings = checking.check(case.form, chosen).findings
        proposals = offline.proposals(Sheet(case.form, chosen), findings)
        against = loop.check_again(case.form, findings, proposals, chosen)
        total += len(against)
        clear += sum(1 for found in against.values() if not found)
    return total, clear


def attacked() -> tuple[int, int, int]:
    """Return forms, drafts and leaks of the adversarial set with the model that obeys every instruction."""
    forms, drafts, found = adversarial.forms(), 0, 0
    for form in forms:
        told = json.loads(form_report(form).model_dump_json())
        allowed = leaks.checked(told)
        for draft in _all_drafts(form):
            drafts += 1
            more = "" if draft["kind"] == "reason" else allowed
            found += len(leaks.leaks(told, draft, more))
    return len(forms), drafts, found


def _all_drafts(form: Form) -> list[dict[str, object]]:
    chosen, model = pack("national-2020"), adversarial.Obedient()
    findings, sheet = checking.check(form, chosen).findings, Sheet(form, chosen)
    drafts = write(reason.task(sheet, findings), model).drafts + write(opinion.task(sheet, findings), model).drafts
    drafts += indicator.plan(form, findings, chosen, "2025", model).drafts
    return [json.loads(draft.model_dump_json(by_alias=True)) for draft in drafts]


def main() -> None:
    """Print the figures."""
    cases = [*labelled.samples(), *labelled.faulty()]
    costs = [sent(case) for case in cases]
    asked = [cost for cost in costs if cost[2]]
    ours, naive, rows = (sum(cost[index] for cost in asked) for index in range(3))
    print(
        f"{len(asked)} 张表 {rows} 行：每表发出 {ours / len(asked):.0f} 字；逐行带全表和规则的做法 {naive / len(asked):.0f} 字，为其 {ours / naive:.2f}"
    )
    total, clear = closed_loop([*cases, *labelled.well_filled()])
    print(f"按规则起草 {total} 份，写回后消除所答问题且不生新问题 {clear} 份（{clear / total:.1%}）")
    print("对抗表 {} 张，建议稿 {} 份，表外事实 {} 处".format(*attacked()))


if __name__ == "__main__":
    main()
