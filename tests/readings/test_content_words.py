"""Content words: the same whichever segmenter cuts, quiet, and cached where only this user can write."""

import subprocess
import sys
import warnings

import pytest

from fuhe.readings import content_words

SENTENCES = [
    "建设高标准农田3000亩，配套修建灌溉渠道和田间机耕道。",
    "全年受理来电12.3万件，按期办结率96.1%，回访满意率95%。",
    "为全县4210名八十岁以上老年人发放高龄津贴505万元。",
    "改造农村危桥6座、老旧小区14个，安装路灯300盏，群众出行安全得到保障。",
    "开展送戏下乡演出120场，非遗展演8场，惠及群众6万人次。",
    "“一窗受理、集成服务”窗口服务费按合同据实结算。",
    "聘用护林员巡山，防治松材线虫病2.1万亩。",
    "采购疫苗、试剂和冷链设备，儿童接种率不低于95%；",
]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_both_segmenters_cut_alike(sentence: str) -> None:
    pytest.importorskip("rjieba")
    assert content_words.segmenter()(sentence) == content_words.jieba_cut()(sentence)


def test_domain_words_stay_whole() -> None:
    assert {"高标准农田", "配套"} <= content_words.content_words("建设高标准农田，配套灌溉渠道")


def test_stock_words_are_no_content() -> None:
    assert content_words.content_words("确保项目顺利完成，不断提高服务水平") == frozenset()


def test_jieba_loads_without_warnings() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert content_words.jieba_cut()("配套灌溉渠道")[0] == "配套"


def test_jieba_cache_is_private(tmp_path: object) -> None:
    script = (
        "import glob, os, tempfile\n"
        "from fuhe.readings import content_words\n"
        "content_words.jieba_cut()('灌溉')\n"
        "folder = os.path.join(os.environ['XDG_CACHE_HOME'], 'fuhe')\n"
        "assert os.stat(folder).st_mode & 0o077 == 0, oct(os.stat(folder).st_mode)\n"
        "assert not glob.glob(os.path.join(tempfile.gettempdir(), 'jieba*'))\n"
    )
    env = {"XDG_CACHE_HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PATH": "", "HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", script], check=True, env=env, timeout=60)


def test_a_plain_check_loads_no_dictionary() -> None:
    script = (
        "import sys\n"
        "from fuhe.cli import main\n"
        "sys.argv = ['fuhe', 'rules']\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "assert not {'jieba', 'rjieba'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60, stdout=subprocess.DEVNULL)
