"""Near-copies: chains, differences, the kind of thing a name is about."""

from fuhe.similarity import components, differences, kind


def test_chains_become_one_group() -> None:
    assert components(6, [(0, 1), (1, 4), (2, 3)]) == [[0, 1, 4], [2, 3]]


def test_differing_characters_are_marked_on_both_sides() -> None:
    assert differences("提升群众满意度", "提升企业满意度") == (((2, 4),), ((2, 4),))


def test_kinds_differ_by_object_metric_and_figure() -> None:
    names = ["群众满意度", "企业满意度", "设备开工率", "设备完工率", "改造危桥6座", "改造危桥8座"]
    assert len({kind(name) for name in names}) == len(names)
    assert kind("提升群众满意度") == kind("群众满意程度")
